"""What bilans say, territoire by territoire: counts that name nobody, and words without a signature.

Below `SEUIL` answers nothing is shown: in a small community two answers have two faces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matching.models import Bilan
from matching.questions import PAR_CODE, Question

SEUIL = 5
MOTS_LUS = 50  # the latest words on the screen
MOTS_EXPORTES = 5000

# What is read first, and under which heading.
FAMILLES = (
    ("Quand l’échange a eu lieu", ("deroulement", "acquis", "retire", "conseil")),
    ("Un mois après", ("usage", "obstacle")),
    (
        "Quand il n’a pas eu lieu\u00a0: les difficultés",
        ("justesse", "silence", "abandon", "recherche", "offre", "suite", "aide"),
    ),
)
ENTETES = ("Thème", "Question", "Réponse", "Nombre", "Part (%)")


@dataclass(frozen=True, slots=True)
class Part:
    """One answer: its words, how many gave it, and how many in a hundred."""

    libelle: str
    nombre: int
    pourcent: int


@dataclass(frozen=True)
class Tableau:
    """The answers to one question; `parts` is empty under the threshold."""

    question: Question
    total: int
    parts: list[Part]

    @property
    def est_montre(self) -> bool:
        return bool(self.parts)


@dataclass(frozen=True)
class Famille:
    """Questions read together."""

    titre: str
    tableaux: list[Tableau]

    @property
    def montres(self) -> list[Tableau]:
        return [tableau for tableau in self.tableaux if tableau.est_montre]

    @property
    def tus(self) -> list[str]:
        """The questions with too few answers to be shown."""
        return [tableau.question.rappel for tableau in self.tableaux if not tableau.est_montre]


@dataclass(frozen=True)
class LectureBilans:
    """Everything the screen and the table show of these territoires."""

    familles: list[Famille]
    demandes: int
    recus: int
    mots: list[str]

    @property
    def taux(self) -> int | None:
        """How many in a hundred answer; None under the threshold."""
        return round(100 * self.recus / self.demandes) if self.demandes >= SEUIL else None


def lire_bilans(territoires: Sequence[int], *, mots_max: int = MOTS_LUS) -> LectureBilans:
    """Read the bilans of these territoires (primary keys): three queries, however many there are."""
    siens = Bilan.objects.des_territoires(list(territoires))
    comptes = siens.comptes()
    suivi = siens.suivi()
    mots = list(siens.exclude(mots="").order_by("-mots_le", "-pk").values_list("mots", flat=True)[:mots_max])
    return LectureBilans(
        familles=[
            Famille(titre, [_tableau(PAR_CODE[code], comptes.get(code, {})) for code in codes])
            for titre, codes in FAMILLES
        ],
        demandes=suivi["demandes"],
        recus=suivi["recus"],
        mots=mots if suivi["recus"] >= SEUIL else [],
    )


def _tableau(question: Question, comptes: dict[str, int]) -> Tableau:
    total = sum(comptes.values())
    parts = [
        Part(str(mots), comptes.get(code, 0), round(100 * comptes.get(code, 0) / total))
        for code, mots in question.choix.choices
        if total >= SEUIL
    ]
    return Tableau(question, total, parts)


def lignes_export(lecture: LectureBilans) -> Iterator[list[str]]:
    """Yield the header, one line an answer, then the words."""
    yield list(ENTETES)
    for famille in lecture.familles:
        for tableau in famille.tableaux:
            for part in tableau.parts:
                yield [
                    famille.titre,
                    tableau.question.rappel,
                    part.libelle,
                    str(part.nombre),
                    str(part.pourcent),
                ]
    for mots in lecture.mots:
        yield ["Avec leurs mots", "", mots, "", ""]
