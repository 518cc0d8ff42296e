"""What a market's round is computed from, and what comes back; `marche.py` says how to use them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.graphe import Entiers

Nature = Literal["cercle", "chaine"]
Paire = tuple[int, int]
"""An arête, named by its (besoin, savoir-faire)."""


POINTS = 1000  # in a score of 1


class MarcheInvalide(ValueError):
    """The market cannot be used; `str()` is one sentence, in French."""


def _exiger(vrai: bool, sinon: str) -> None:  # noqa: FBT001  reads as a sentence
    if not vrai:
        raise MarcheInvalide(sinon)


def _lire(lignes: Iterable[tuple[int, int, float]], dernier: str, nom: str) -> NDArray[np.void]:
    """Read rows of three numbers, sorted by the first."""
    try:
        lues = np.fromiter(lignes, np.dtype([("a", "i8"), ("b", "i8"), ("c", dernier)]))
    except (TypeError, ValueError, OverflowError):
        raise MarcheInvalide(
            f"La liste des {nom} du marché est mal formée : il faut trois nombres par ligne."
        ) from None
    return lues[np.argsort(lues["a"], kind="stable")]


def _en_points(scores: NDArray[np.float64]) -> Entiers:
    _exiger(bool(((scores >= 0) & (scores <= 1)).all()), "Le score d’une arête va de 0 à 1.")
    return np.rint(scores * POINTS).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Marche:
    """The rows of a territory, sorted by identifiers: any whole numbers, distinct within their kind.

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
        societes = _lire(entreprises, "?", "entreprises")
        demandes = _lire(besoins, "i8", "besoins")
        offres = _lire(savoir_faire, "i8", "savoir-faire")
        liens = _lire(aretes, "f8", "arêtes")
        ordre = np.lexsort((liens["b"], liens["a"]))
        marche = cls(
            *(societes["a"], societes["b"], societes["c"]),
            *(demandes["a"], demandes["b"], demandes["c"]),
            *(offres["a"], offres["b"], offres["c"]),
            np.column_stack([liens["a"], liens["b"]])[ordre],
            _en_points(liens["c"][ordre]),
        )
        marche._verifier()
        return marche

    @cached_property
    def receveuses(self) -> Entiers:
        """For each arête, the rank of the company whose besoin it is; likewise `donnantes`, who gives."""
        return self.rangs(self.entreprises, self.demandeuses)[self.rangs_besoins]

    @cached_property
    def donnantes(self) -> Entiers:
        return self.rangs(self.entreprises, self.offreuses)[self.rangs_savoir_faire]

    @cached_property
    def rangs_besoins(self) -> Entiers:
        """For each arête, the rank of its besoin; likewise `rangs_savoir_faire`."""
        return self.rangs(self.besoins, self.aretes[:, 0])

    @cached_property
    def rangs_savoir_faire(self) -> Entiers:
        return self.rangs(self.savoir_faire, self.aretes[:, 1])

    def rang_arete(self, paire: Paire) -> int | None:
        """Return the rank of an arête, None when there is none."""
        debut, fin = np.searchsorted(self.aretes[:, 0], [paire[0], paire[0] + 1])
        rang = int(debut + np.searchsorted(self.aretes[debut:fin, 1], paire[1]))
        return rang if rang < fin and self.aretes[rang, 1] == paire[1] else None

    def don(self, arete: int) -> "Don":
        """Return the gift that an arête, by its rank, allows."""
        return Don(
            donneur=int(self.entreprises[self.donnantes[arete]]),
            receveur=int(self.entreprises[self.receveuses[arete]]),
            besoin=int(self.aretes[arete, 0]),
            savoir_faire=int(self.aretes[arete, 1]),
            score=int(self.points[arete]) / POINTS,
            attente=int(self.attentes[self.rangs_besoins[arete]]),
        )

    @staticmethod
    def rangs(connus: Entiers, cherches: Entiers) -> Entiers:
        """Return the rank of each identifier among those known (sorted), -1 when it is not one of them."""
        if not len(connus):
            return np.full(len(cherches), -1)
        places = np.minimum(np.searchsorted(connus, cherches), len(connus) - 1)
        return np.where(connus[places] == cherches, places, -1)

    def _verifier(self) -> None:
        _exiger(len(self.entreprises) > 0, "Le marché est vide : il faut au moins une entreprise.")
        for nom, identifiants in (
            ("L’entreprise", self.entreprises),
            ("Le besoin", self.besoins),
            ("Le savoir-faire", self.savoir_faire),
        ):
            for double in identifiants[1:][np.diff(identifiants) == 0]:
                raise MarcheInvalide(f"{nom} {double} figure deux fois dans le marché.")
        for nom, nombres in (
            ("La capacité d’une entreprise", self.capacites),
            ("Le nombre de places d’un savoir-faire", self.places),
            ("L’attente d’un besoin", self.attentes),
        ):
            _exiger(bool((nombres >= 0).all()), f"{nom} ne peut pas être sous zéro.")
        self._verifier_liens()

    def _verifier_liens(self) -> None:
        for nom, references in (
            ("Un besoin nomme une entreprise inconnue", self.rangs(self.entreprises, self.demandeuses)),
            ("Un savoir-faire nomme une entreprise inconnue", self.rangs(self.entreprises, self.offreuses)),
            ("Une arête nomme un besoin inconnu", self.rangs_besoins),
            ("Une arête nomme un savoir-faire inconnu", self.rangs_savoir_faire),
        ):
            _exiger(bool((references >= 0).all()), f"{nom}.")
        doubles = (np.diff(self.aretes, axis=0) == 0).all(axis=1)
        _exiger(not doubles.any(), "Une arête figure deux fois dans le marché.")
        _exiger(bool((self.donnantes != self.receveuses).all()), "Une arête va d’une entreprise à elle-même.")
        demandent = self.rangs(self.entreprises, self.demandeuses)
        for rang in demandent[self.donneuses[demandent]]:
            raise MarcheInvalide(
                f"L’entreprise {self.entreprises[rang]} ne fait que donner : elle a un besoin."
            )


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
