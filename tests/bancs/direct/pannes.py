"""Break something while people talk, mend it, and compare what everybody has with what the database has."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async

from messagerie.models import Message
from tests.bancs.direct.scene import Place
from tests.bancs.direct.tenace import Tenace

RETOUR_MAX = 60.0  # seconds given to everybody to come back and be served
PAS = 0.05  # seconds between two messages


@dataclass
class Bilan:
    """`perdus`: sent and not in the database; `doubles`: twice in it; `ailleurs`: tabs whose thread differs."""

    envoyes: int = 0
    perdus: int = 0
    doubles: int = 0
    ailleurs: int = 0
    en_attente: int = 0
    retour: float = 0.0  # seconds, from the mending to everybody up to date
    fermetures: Counter[int] = field(default_factory=Counter)

    @property
    def est_parfait(self) -> bool:
        return self.envoyes > 0 and not (self.perdus or self.doubles or self.ailleurs or self.en_attente)

    def __str__(self) -> str:
        return (
            f"{self.envoyes} envoyés, {self.perdus} perdus, {self.doubles} doublés, {self.ailleurs} fils "
            f"différents, tous à jour {self.retour:.1f} s après ; fermetures {dict(self.fermetures)}"
        )


async def parler_pendant(
    places: list[Place], ports: list[int], panne: Callable[[], Awaitable[None]]
) -> Bilan:
    """Have a tab on each place write without pause while `panne` happens; return what came of it."""
    tenaces = [Tenace(place, ports) for place in places]
    envoyes: list[str] = []
    bavardage = asyncio.create_task(_bavarder(tenaces, envoyes))
    try:
        await asyncio.sleep(1)
        await panne()
        bavardage.cancel()
        await asyncio.gather(bavardage, return_exceptions=True)
        return await _comparer(tenaces, envoyes)
    finally:
        bavardage.cancel()
        await asyncio.gather(*(tenace.partir() for tenace in tenaces))


async def _bavarder(tenaces: list[Tenace], envoyes: list[str]) -> None:
    while True:
        for tenace in tenaces:
            texte = f"n° {len(envoyes)}"
            envoyes.append(texte)
            tenace.ecrire(texte, fois=2 if len(envoyes) % 10 == 0 else 1)
            await asyncio.sleep(PAS)


async def _comparer(tenaces: list[Tenace], envoyes: list[str]) -> Bilan:
    boucle = asyncio.get_running_loop()
    debut = boucle.time()
    while True:
        fils = await sync_to_async(_lire_les_fils)()
        ecrits = [texte for fil in fils.values() for texte in fil]
        bilan = Bilan(
            envoyes=len(envoyes),
            perdus=len(set(envoyes) - set(ecrits)),
            doubles=len(ecrits) - len(set(ecrits)),
            ailleurs=sum(tenace.textes != fils[tenace.place.conversation] for tenace in tenaces),
            en_attente=sum(len(tenace.en_attente) for tenace in tenaces),
            retour=boucle.time() - debut,
            fermetures=sum((tenace.fermetures for tenace in tenaces), Counter()),
        )
        if bilan.est_parfait or bilan.retour > RETOUR_MAX:
            return bilan
        await asyncio.sleep(0.1)


def _lire_les_fils() -> defaultdict[str, list[str]]:
    """Every thread as the database has it, without its opening line; checks that numbers have no gap."""
    fils: defaultdict[str, list[str]] = defaultdict(list)
    rangees = Message.objects.filter(numero__gt=1).order_by("conversation", "numero")
    for uuid, numero, texte in rangees.values_list("conversation__uuid", "numero", "texte"):
        assert numero == len(fils[str(uuid)]) + 2, "a number is missing"
        fils[str(uuid)].append(texte)
    return fils
