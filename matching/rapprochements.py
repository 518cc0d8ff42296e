"""« Vos rapprochements »: direct, réciproque, cercle and chaîne in one ranked list, read from the arêtes.

Global work belongs to the engine, one company's work to indexed SQL (`matching.chemins`): paths are found,
ranked and counted by their keys alone; only the lines that are shown are loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from matching import chemins
from matching.chemins import CERCLE_SEUL_MAX, Chemin
from matching.models import Arete, Besoin, Nature
from matching.reactivite import facteurs
from profils.models import Entreprise

LISTE_MAX = 12  # lines of a page

# What a nature is worth beyond the mean of its arêtes, by its number of gifts. Giving back keeps people:
# a réciproque first. In a chaîne everyone in between receives too, but the last one gives nothing back.
# The more companies to bring to an agreement, the less it is worth.
PRIMES = {
    (Nature.DIRECT, 1): 0.0,
    (Nature.RECIPROQUE, 2): 0.20,
    (Nature.CERCLE, 3): 0.08,
    (Nature.CERCLE, 4): 0.04,
    (Nature.CHAINE, 2): 0.05,
    (Nature.CHAINE, 3): 0.02,
}


@dataclass(frozen=True)
class Rapprochement:
    """A possible échange seen from one company: `aretes[0]` serves it (see `matching.chemins`)."""

    nature: Nature
    aretes: tuple[Arete, ...]
    score: float

    @property
    def besoin(self) -> Besoin:
        return self.aretes[0].besoin

    @property
    def partenaire(self) -> Entreprise:
        """Who serves this company."""
        return self.aretes[0].offreur

    @property
    def cle(self) -> str:
        """What a form sends back to propose it: the arêtes' keys, in order."""
        return "-".join(str(arete.pk) for arete in self.aretes)


def rapprochements_de(
    entreprise: Entreprise, *, besoin: Besoin | None = None, limite: int = LISTE_MAX, a_quatre: bool = False
) -> list[Rapprochement]:
    """Return the best échanges open to a company (or for one of its besoins), best first."""
    return charger(chemins_de(entreprise, besoin=besoin, a_quatre=a_quatre)[:limite])


def chemins_de(
    entreprise: Entreprise, *, besoin: Besoin | None = None, a_quatre: bool = False
) -> list[Chemin]:
    """Return every path found, ranked, not loaded; three queries, four with cercles of 4.

    `a_quatre` is for whoever animates the company's territoire (conception, rule 5): the same list, and the
    cercles of 4. For one besoin and one neighbour there is one line of each form: the best. Their
    réciproque hides the others, and a cercle of 3 hides the chaîne and the cercle of 4: what is closed, and
    short, says more. Deterministic: equal scores are ordered by keys.
    """
    trouves = chemins.boucles_et_directs(entreprise, besoin)
    trouves += chemins.chaines(entreprise, trouves)
    if a_quatre:
        trouves += chemins.cercles_de_quatre(entreprise, besoin)
    poids = facteurs(chemin.partenaire for chemin in trouves)
    classes = sorted(
        (_avec_prime(chemin, poids[chemin.partenaire]) for chemin in trouves),
        key=lambda c: (-c.score, len(c.aretes), c.aretes),
    )
    return [c._replace(score=1.0) if c.score > 1 else c for c in _sans_repetition(classes)]


def charger(trouves: Sequence[Chemin], *, de_loin: bool = False) -> list[Rapprochement]:
    """Return these paths with what their lines show, in the same order; one query.

    `de_loin`: to somebody who is of none of these companies. A path that has just lost an arête is left out.
    """
    cles = {cle for chemin in trouves for cle in chemin.aretes}
    vivantes = Arete.objects.vivantes()
    aretes = (vivantes.vues_de_loin() if de_loin else vivantes.detaillees()).in_bulk(cles)
    return [
        Rapprochement(chemin.nature, tuple(aretes[cle] for cle in chemin.aretes), chemin.score)
        for chemin in trouves
        if all(cle in aretes for cle in chemin.aretes)
    ]


def _avec_prime(chemin: Chemin, reactivite: float) -> Chemin:
    """What its form adds, and how the company that serves this one answers (`matching.reactivite`)."""
    return chemin._replace(score=chemin.score * reactivite + PRIMES[chemin.nature, len(chemin.aretes)])


def _sans_repetition(classes: Iterable[Chemin]) -> Iterator[Chemin]:
    """Keep the first of each form for one besoin and one neighbour, unless a better form says it all."""
    meilleurs: dict[tuple[int, int, Forme], Chemin] = {}
    for chemin in classes:
        meilleurs.setdefault((chemin.besoin, chemin.partenaire, _forme(chemin)), chemin)
    for (besoin, partenaire, forme), chemin in meilleurs.items():
        if not any((besoin, partenaire, autre) in meilleurs for autre in _CACHENT.get(forme, ())):
            yield chemin


Forme = Nature | str
_A_QUATRE = "cercle de quatre"  # a form of its own: whoever animates reads the company's list, and more


def _forme(chemin: Chemin) -> Forme:
    return _A_QUATRE if len(chemin.aretes) > CERCLE_SEUL_MAX else chemin.nature


_CACHENT: dict[Forme, tuple[Forme, ...]] = {
    Nature.DIRECT: (Nature.RECIPROQUE,),
    Nature.CERCLE: (Nature.RECIPROQUE,),
    Nature.CHAINE: (Nature.RECIPROQUE, Nature.CERCLE),
    _A_QUATRE: (Nature.RECIPROQUE, Nature.CERCLE),
}
