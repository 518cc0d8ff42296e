"""« Je ne sais pas quoi proposer »: plain questions by trade, that find what a company has to offer.

The questions are a file (`donnees/pistes.toml`). A yes names a compétence; what neighbours look for
comes first.
"""

import tomllib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.gis.measure import D

from matching.choix import Rayon
from matching.models import Besoin, Competence
from profils.models import Entreprise

FICHIER = Path(__file__).resolve().parent / "donnees" / "pistes.toml"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, the compétence a yes means, and how one would then offer it."""

    question: str
    competence: str
    dit: str


@dataclass(frozen=True, slots=True)
class Piste:
    """A savoir-faire found: its compétence, its first words, and how many neighbours look for it."""

    competence: Competence
    dit: str
    demandes: int


def questions_pour(secteur: str) -> list[Question]:
    """Return the questions of a trade, its own first; of two with one compétence, the first.

    Whoever sells digital services is asked about trade skills only: one does not offer what one sells.
    """
    famille, pour_tous = _lire()[0].get(secteur), _lire()[1]
    metier_seulement = famille is not None and famille[1]
    actuelles = Competence.objects.choisissables()
    connues = set(
        (actuelles.filter(est_metier=True) if metier_seulement else actuelles).values_list("pk", flat=True)
    )
    par_competence: dict[str, Question] = {}
    for question in (*(famille[0] if famille else ()), *pour_tous):
        if question.competence in connues:
            par_competence.setdefault(question.competence, question)
    return list(par_competence.values())


def pistes_de(oui: Collection[str], questions: Sequence[Question], entreprise: Entreprise) -> list[Piste]:
    """Return what these yeses make one able to offer, the most looked for around first; two queries."""
    retenues = [question for question in questions if question.competence in oui]
    competences = Competence.objects.in_bulk([question.competence for question in retenues])
    demandes = _demandes_autour(entreprise, competences)
    pistes = [Piste(competences[q.competence], q.dit, demandes[q.competence]) for q in retenues]
    return sorted(pistes, key=lambda piste: -piste.demandes)


def _demandes_autour(entreprise: Entreprise, codes: Collection[str]) -> Counter[str]:
    """Count the other companies that look for each compétence within the usual radius."""
    autour = Besoin.objects.publiees().filter(
        competence_id__in=list(codes),
        position__dwithin=(entreprise.position_publique, D(km=Rayon.MOYEN)),
    )
    paires = autour.exclude(entreprise=entreprise).values_list("competence_id", "entreprise_id").distinct()
    return Counter(code for code, _ in paires)


@lru_cache(maxsize=1)
def _lire() -> tuple[dict[str, tuple[tuple[Question, ...], bool]], tuple[Question, ...]]:
    """Return the questions by trade, with whether only trade skills are asked; and those for everybody."""
    donnees = tomllib.loads(FICHIER.read_text(encoding="utf-8"))
    par_secteur = {
        secteur: (_questions(famille["questions"]), bool(famille.get("metier_seulement")))
        for famille in donnees["famille"]
        for secteur in famille["secteurs"]
    }
    return par_secteur, _questions(donnees["pour_tous"])


def _questions(lignes: Sequence[dict[str, Any]]) -> tuple[Question, ...]:
    return tuple(Question(**ligne) for ligne in lignes)
