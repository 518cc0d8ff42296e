"""A network one can cut: everything goes through, or nothing does and nobody is told."""

import asyncio
from collections.abc import Iterable


class Mandataire:
    """Relays a free port to `vers`. While `est_coupe`, bytes are swallowed both ways and doors stay shut."""

    def __init__(self, vers: int) -> None:
        self._vers = vers
        self.est_coupe = False
        self.port = 0
        self._serveur: asyncio.Server
        self._taches: set[asyncio.Task[None]] = set()

    async def ouvrir(self) -> "Mandataire":
        self._serveur = await asyncio.start_server(self._relayer, "127.0.0.1", 0)
        self.port = self._serveur.sockets[0].getsockname()[1]
        return self

    async def fermer(self) -> None:
        self._serveur.close()
        for tache in self._taches:
            tache.cancel()
        await asyncio.gather(*self._taches, return_exceptions=True)

    async def _relayer(self, lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
        if self.est_coupe:
            ecrivain.transport.abort()
            return
        try:
            loin, vers_loin = await asyncio.open_connection("127.0.0.1", self._vers)
        except OSError:
            ecrivain.transport.abort()
            return
        for de, a in ((lecteur, vers_loin), (loin, ecrivain)):
            tache = asyncio.create_task(self._passer(de, a, (ecrivain, vers_loin)))
            self._taches.add(tache)
            tache.add_done_callback(self._taches.discard)

    async def _passer(
        self, de: asyncio.StreamReader, a: asyncio.StreamWriter, tous: Iterable[asyncio.StreamWriter]
    ) -> None:
        try:
            while contenu := await de.read(65536):
                if not self.est_coupe:
                    a.write(contenu)
                    await a.drain()
        except OSError:
            pass
        finally:
            for ecrivain in tous:
                ecrivain.transport.abort()
