"""A process full of browsers: does what it is told, one JSON order a line, and answers in JSON."""

import asyncio
import json
import resource
import sys
import time
from collections import Counter, defaultdict
from typing import Any
from uuid import uuid4

from tests.bancs.direct.prises import Prise, Refusee, Trame, ouvrir

DE_FRONT = 200  # sockets being opened at once
ARRIVEE_MAX = 15.0  # seconds given to what is still on its way
LONGUEUR = 80  # characters of a message


class Navigateur:
    """One page: its socket, what it was told, what it waits for."""

    def __init__(self, place: dict[str, Any]) -> None:
        self.salle, self.session = place["salle"], place["session"]
        self.chemin = f"/ws/messages/{place['conversation']}/"
        self.prise: Prise
        self.non_lus: int | None = None
        self.textes: list[str] = []
        self.arrivees: list[float] = []
        self.dernier = 1
        self.trous = 0
        self.au_message: Any = None  # called with each text received
        self.servi = asyncio.Event()

    async def entrer(self, port: int) -> None:
        self.non_lus = None
        self.servi.clear()
        self.prise = await ouvrir(port, self.chemin, self.session, self.entendre)
        self.prise.dire({"type": "depuis", "numero": self.dernier})

    def entendre(self, trame: Trame) -> None:
        if trame["type"] == "non_lus":
            self.non_lus = trame["nombre"]
        elif trame["type"] == "messages":
            instant = time.perf_counter()
            for message in trame["messages"]:
                if (numero := message.get("numero")) is not None:
                    self.trous += numero != self.dernier + 1
                    self.dernier = numero
                self.textes.append(message["texte"])
                self.arrivees.append(instant)
                if self.au_message:
                    self.au_message(self, message["texte"])
            self.servi.set()


class Foule:
    def __init__(self) -> None:
        self.navigateurs: list[Navigateur] = []

    async def ouvrir(self, ordre: dict[str, Any]) -> dict[str, Any]:
        """Open every place, `DE_FRONT` at a time; on a refusal try again and count it."""
        self.navigateurs = [Navigateur(place) for place in ordre["places"]]
        return await self.rouvrir(ordre)

    async def rouvrir(self, ordre: dict[str, Any]) -> dict[str, Any]:
        debut, erreurs, durees = time.perf_counter(), Counter[str](), []
        porte = asyncio.Semaphore(ordre.get("de_front", DE_FRONT))
        attend_reponse = ordre.get("attend_reponse", True)

        async def entrer(navigateur: Navigateur) -> None:
            while True:
                async with porte:
                    depart = time.perf_counter()
                    try:
                        async with asyncio.timeout(30):
                            await navigateur.entrer(ordre["port"])
                            if attend_reponse:
                                await navigateur.servi.wait()
                        durees.append(time.perf_counter() - depart)
                    except (Refusee, OSError) as erreur:
                        erreurs[f"{type(erreur).__name__} {erreur}"[:80]] += 1
                    else:
                        return
                await asyncio.sleep(0.5)

        await asyncio.gather(*(entrer(navigateur) for navigateur in self.navigateurs))
        return {
            "duree": time.perf_counter() - debut,
            "erreurs": dict(erreurs),
            "plus_longue": max(durees),
        }

    async def debit(self, ordre: dict[str, Any]) -> dict[str, Any]:
        """Open loop: `par_seconde` messages in all, evenly, whatever becomes of them."""
        envois: dict[str, tuple[Navigateur, float]] = {}
        self._remettre_a_zero()
        pas = 1 / ordre["par_seconde"]
        debut = time.perf_counter()
        for rang in range(int(ordre["secondes"] / pas)):
            attente = debut + rang * pas - time.perf_counter()
            if attente > 0:
                await asyncio.sleep(attente)
            elif rang % 20 == 0:
                await asyncio.sleep(0)
            auteur = self.navigateurs[
                (rang * 2 + rang // (len(self.navigateurs) // 2)) % len(self.navigateurs)
            ]
            texte = f"{rang}-{uuid4().hex}".ljust(LONGUEUR, "x")
            envois[texte] = (auteur, time.perf_counter())
            auteur.prise.dire({"type": "message", "texte": texte, "cle": str(uuid4())})
        retard = time.perf_counter() - debut - ordre["secondes"]
        await self._attendre(len(envois))
        return self._bilan(envois) | {"retard_du_client": retard}

    async def saturer(self, ordre: dict[str, Any]) -> dict[str, Any]:
        """Closed loop: each browser writes again when its last message has come back."""
        self._remettre_a_zero()
        envois: dict[str, tuple[Navigateur, float]] = {}
        fin = time.perf_counter() + ordre["secondes"]

        def ecrire(navigateur: Navigateur) -> None:
            texte = f"{len(envois)}-{uuid4().hex}".ljust(LONGUEUR, "x")
            envois[texte] = (navigateur, time.perf_counter())
            navigateur.prise.dire({"type": "message", "texte": texte, "cle": str(uuid4())})

        def suivre(navigateur: Navigateur, texte: str) -> None:
            if envois[texte][0] is navigateur and time.perf_counter() < fin:
                ecrire(navigateur)

        for navigateur in self.navigateurs:
            navigateur.au_message = suivre
            ecrire(navigateur)
        await asyncio.sleep(ordre["secondes"])
        ecrits = len(envois)
        await self._attendre(ecrits)
        for navigateur in self.navigateurs:
            navigateur.au_message = None
        return self._bilan(envois) | {"par_seconde": ecrits / ordre["secondes"]}

    async def battre(self, ordre: dict[str, Any]) -> dict[str, Any]:
        """Every page asks once whether the site is there, evenly over `secondes`: what one in view does."""
        debut = time.perf_counter()
        pas = ordre["secondes"] / len(self.navigateurs)
        for rang, navigateur in enumerate(self.navigateurs):
            if (attente := debut + rang * pas - time.perf_counter()) > 0:
                await asyncio.sleep(attente)
            navigateur.prise.dire({"type": "battement"})
        return {"duree": time.perf_counter() - debut}

    async def attendre_comptes(self, ordre: dict[str, Any]) -> dict[str, Any]:
        """Wait until every badge says `non_lus`; return how many do not."""
        limite = time.perf_counter() + ARRIVEE_MAX
        while (faux := self._compter_faux(ordre["non_lus"])) and time.perf_counter() < limite:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        return {"faux": faux}

    def _compter_faux(self, non_lus: int) -> int:
        return sum(navigateur.non_lus != non_lus for navigateur in self.navigateurs)

    async def fermer(self, ordre: dict[str, Any]) -> dict[str, Any]:
        for navigateur in self.navigateurs:
            navigateur.prise.fermer()
        await asyncio.sleep(0.5)
        return {}

    def _remettre_a_zero(self) -> None:
        for navigateur in self.navigateurs:
            navigateur.textes, navigateur.arrivees, navigateur.trous = [], [], 0

    async def _attendre(self, ecrits: int) -> None:
        """Wait for what is still on its way: each message reaches everybody in its room."""
        par_salle = len(self.navigateurs) // len({n.salle for n in self.navigateurs})
        limite = time.perf_counter() + ARRIVEE_MAX
        while self._compter_arrives() < ecrits * par_salle and time.perf_counter() < limite:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    def _compter_arrives(self) -> int:
        return sum(len(navigateur.textes) for navigateur in self.navigateurs)

    def _bilan(self, envois: dict[str, tuple[Navigateur, float]]) -> dict[str, Any]:
        """Delays at the other end, what is missing, doubled or in another order there than here."""
        delais, perdus, doubles = [], 0, 0
        par_salle: defaultdict[int, list[Navigateur]] = defaultdict(list)
        for navigateur in self.navigateurs:
            par_salle[navigateur.salle].append(navigateur)
        attendus = Counter(auteur.salle for auteur, _ in envois.values())
        desordres = 0
        for salle, membres in par_salle.items():
            for navigateur in membres:
                desordres += navigateur.textes != membres[0].textes or navigateur.trous > 0
                arrives = [  # those of this measure: one before may have left some on their way
                    (texte, instant)
                    for texte, instant in zip(navigateur.textes, navigateur.arrivees, strict=True)
                    if texte in envois
                ]
                uniques = {texte for texte, _ in arrives}
                perdus += attendus[salle] - len(uniques)
                doubles += len(arrives) - len(uniques)
                for texte, instant in arrives:
                    auteur, depart = envois[texte]
                    if auteur is not navigateur:
                        delais.append((instant - depart) * 1000)
        return {
            "envoyes": len(envois),
            "perdus": perdus,
            "doubles": doubles,
            "salles_en_desordre": desordres,
            "delais_ms": _rangs(sorted(delais)),
        }


def _rangs(delais: list[float]) -> dict[str, float]:
    if not delais:
        return {}
    return {
        nom: round(delais[min(len(delais) - 1, int(len(delais) * part))], 2)
        for nom, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
    }


async def obeir() -> None:
    foule, boucle = Foule(), asyncio.get_running_loop()
    while ligne := await boucle.run_in_executor(None, sys.stdin.readline):
        ordre = json.loads(ligne)
        print(json.dumps(await getattr(foule, ordre["ordre"])(ordre)), flush=True)


if __name__ == "__main__":
    _, dur = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (dur, dur))
    import uvloop

    uvloop.run(obeir())
