"""A market's round: companies with several besoins and several savoir-faire, up to their capacity.

This module is the contract with the service that stores rounds. It takes rows as the database has them and
gives gifts back in the same identifiers:

    marche = Marche.construire(entreprises=…, besoins=…, savoir_faire=…, aretes=…)
    resultat = resoudre_marche(
        marche, cycle=3, chaine=4, duree=60.0, graine=1, imposes=(), exclus=(), arreter=…, progres=…
    )

`imposes` are exchanges that must be in the round, each a sequence of (besoin, savoir-faire) in the order of
the gifts; `exclus` is any mix of `SansEntreprise`, `SansBesoin`, `SansSavoirFaire`, `SansDon` and
`SansEchange`. What cannot be done raises `MarcheInvalide` or `DemandeInvalide`: one sentence in French.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.controle import Progres
from matching.moteur.tour.graphe import Entiers

Nature = Literal["cercle", "chaine"]
Paire = tuple[int, int]
"""An arête, named by its (besoin, savoir-faire)."""


class MarcheInvalide(ValueError):
    """The market cannot be used; `str()` is one sentence, in French."""


@dataclass(frozen=True, eq=False)
class Marche:
    """The rows of a territory, identifiers being any whole numbers, distinct within their kind.

    `entreprises`, `capacites` (circles and chains that the company may sit in, 0 or more), `donneuses` (it
    only gives: it has no besoin, and may start chains). `besoins`, `demandeuses` (the company of each),
    `attentes` (days waited, 0 or more): a besoin is served once at most. `savoir_faire`, `offreuses`,
    `places` (times the savoir-faire may be given). `aretes` (shape (count, 2)): besoin, savoir-faire;
    `points`: their scores in thousandths, whole numbers so that sums compare exactly.
    """

    entreprises: Entiers
    capacites: Entiers
    donneuses: NDArray[np.bool_]
    besoins: Entiers
    demandeuses: Entiers
    attentes: Entiers
    savoir_faire: Entiers
    offreuses: Entiers
    places: Entiers
    aretes: Entiers
    points: Entiers

    @classmethod
    def construire(
        cls,
        *,
        entreprises: Iterable[tuple[int, int, bool]],
        besoins: Iterable[tuple[int, int, int]],
        savoir_faire: Iterable[tuple[int, int, int]],
        aretes: Iterable[tuple[int, int, float]],
    ) -> Self:
        """Build from rows (company, capacity, only gives), (besoin, company, days waited), (savoir-faire,
        company, places) and (besoin, savoir-faire, score between 0 and 1).

        Raises `MarcheInvalide`: no company, an identifier unknown or written twice, a negative number, a
        score out of range, an arête within one company, a company that only gives and has a besoin.
        """
        raise NotImplementedError


class Don(NamedTuple):
    """Who gives what to whom; `score` between 0 and 1 (to the thousandth), `attente` in days."""

    donneur: int
    receveur: int
    besoin: int
    savoir_faire: int
    score: float
    attente: int


@dataclass(frozen=True)
class Echange:
    """A cercle (the last company gives to the first; two companies: a réciproque) or a chaîne (the first
    company only gives; one gift: a direct help), its gifts in order."""

    nature: Nature
    dons: tuple[Don, ...]
    est_impose: bool = False


@dataclass(frozen=True)
class ResultatMarche:
    """A round. `servis`: besoins served, `borne`: no round with the same `imposes` and `exclus` serves more.

    `score`: sum over the gifts; `attente`: days waited, summed over the besoins served. `prouve_servis`:
    the bound is reached; `prouve_score`: and no round serving as many has a better score; `prouve_attente`:
    and no round of that score serves besoins that have waited longer in all. `duree_s` in seconds;
    `memoire_mo`: the process's highest resident memory, in megabytes.
    """

    echanges: tuple[Echange, ...]
    servis: int
    borne: int
    score: float
    attente: int
    prouve_servis: bool
    prouve_score: bool
    prouve_attente: bool
    duree_s: float
    memoire_mo: float

    @property
    def ecart(self) -> float:
        """The gap, relative to the bound: 0 when the number served is proven best."""
        return (self.borne - self.servis) / self.borne if self.borne else 0.0


@dataclass(frozen=True)
class SansEntreprise:
    """The company sits this round out."""

    entreprise: int


@dataclass(frozen=True)
class SansBesoin:
    """The besoin is not to be served by this round."""

    besoin: int


@dataclass(frozen=True)
class SansSavoirFaire:
    """The savoir-faire is not to be given by this round."""

    savoir_faire: int


@dataclass(frozen=True)
class SansDon:
    """This savoir-faire is not to serve this besoin."""

    besoin: int
    savoir_faire: int


@dataclass(frozen=True)
class SansEchange:
    """This exact exchange is not to be made: all these gifts and no other; each gift stays possible."""

    dons: tuple[Paire, ...]


Exclusion = SansEntreprise | SansBesoin | SansSavoirFaire | SansDon | SansEchange


def resoudre_marche(  # noqa: PLR0913  each option is one thing an animator decides
    marche: Marche,
    *,
    cycle: int = 3,
    chaine: int = 4,
    duree: float = 60.0,
    graine: int = 1,
    imposes: Sequence[Sequence[Paire]] = (),
    exclus: Iterable[Exclusion] = (),
    arreter: Callable[[], bool] = lambda: False,
    progres: Progres = lambda servis, borne: None,
) -> ResultatMarche:
    """Return the round that serves the most besoins, then has the best total score, then serves those that
    have waited longest, by circles of at most `cycle` companies (0, 2 or 3) and chains of at most `chaine`
    gifts (0 to 10) from companies that only give. No company is twice in one circle or chain.

    `imposes` are in the round, first, with `est_impose`: each lists its gifts in order, a circle when the
    last giver is the first receiver (of 4 companies at most: an animator's), else a chain. `exclus` are
    never in it. `duree` (seconds) is a budget: the best round found within it is returned, with what is
    proven of it. `arreter` is asked now and then: True returns the best round known. `progres` receives
    (besoins served, bound) as they change. The answer depends only on the market, the options and `graine`
    when the budget is not exhausted.

    Raises `DemandeInvalide` for a length or a duration out of range, an imposed exchange that is not made
    of arêtes that follow each other, does not fit the capacities together with the others, or is excluded.
    """
    raise NotImplementedError
