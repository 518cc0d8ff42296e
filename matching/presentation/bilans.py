"""A bilan as its company reads it: one question at a time, then a last screen, then thanks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from matching.models import Bilan, Temoignage
from matching.presentation.apports import titre_avec
from matching.presentation.dates import dire_jour
from matching.questions import PAR_CODE, QUESTIONS, Acquis, Question, Questionnaire, Retire

_DEBUT = {
    Questionnaire.APPRIS: "Avec une entreprise voisine, nous avons appris quelque chose\u00a0: {quoi}.",
    Questionnaire.DONNE: "Nous avons montré à une entreprise voisine ce que nous savons faire\u00a0: {quoi}.",
}
_SUITES = {
    ("acquis", Acquis.SEUL): "Aujourd’hui, nous le faisons sans aide.",
    ("acquis", Acquis.AIDE): "Aujourd’hui, nous y arrivons presque sans aide.",
    ("acquis", Acquis.COMPRIS): "Nous avons compris comment faire.",
    ("retire", Retire.CONTACT): "Nous y avons gagné un contact tout près de chez nous.",
    ("retire", Retire.APPRIS): "Et nous avons appris en expliquant.",
    ("retire", Retire.PLAISIR): "Un vrai plaisir d’aider.",
}


@dataclass(frozen=True, slots=True)
class Choix:
    """One button."""

    code: str
    libelle: str


@dataclass(frozen=True)
class FicheBilan:
    """`bilan` as read by one of its company's members."""

    bilan: Bilan

    @cached_property
    def question(self) -> Question | None:
        return None if self.bilan.termine_le else self.bilan.prochaine

    @property
    def enonce(self) -> str:
        return self._dire(self.question) if self.question else ""

    @property
    def choix(self) -> list[Choix]:
        return [Choix(code, mots) for code, mots in self.question.choix.choices] if self.question else []

    @property
    def progres(self) -> str:
        """Where one stands: « Question 2 sur 3 »."""
        toutes = QUESTIONS[Questionnaire(self.bilan.questionnaire)]
        if self.question and any(q.seulement for q in toutes):
            return "Et pour finir" if self.question.seulement else "Une seule question"
        return f"Question {len(self.bilan.donnees) + 1} sur {len(toutes)}"

    @property
    def deja(self) -> list[tuple[str, str]]:
        """What was answered so far: (question, answer)."""
        dites = [(PAR_CODE[code], reponse) for code, reponse in self.bilan.donnees.items()]
        return [(self._dire(q), str(q.choix(reponse).label)) for q, reponse in dites]

    @cached_property
    def avec(self) -> str:
        """« avec Fleurs de Lices et Menuiserie Le Goff »."""
        participations = self.bilan.echange.participations.select_related("entreprise").order_by("pk")
        autres = [p.entreprise for p in participations if p.entreprise_id != self.bilan.entreprise_id]
        return _minuscule(titre_avec(autres)) if autres else ""

    @property
    def avant(self) -> str:
        return dire_jour(self.bilan.expire_le)

    @property
    def ebauche(self) -> str:
        """A témoignage made of the answers, for the company to correct: it names no other."""
        bilan = self.bilan
        quoi = _minuscule(bilan.competence.titre)
        suites = [_SUITES[cle] for cle in bilan.donnees.items() if cle in _SUITES]
        return " ".join([_DEBUT[Questionnaire(bilan.questionnaire)].format(quoi=quoi), *suites])

    @property
    def signature(self) -> str:
        """What stands under a published témoignage."""
        entreprise = self.bilan.entreprise
        return f"{entreprise.nom}, {_minuscule(entreprise.secteur.nom)}, à {entreprise.commune.nom}"

    @cached_property
    def temoignage(self) -> Temoignage | None:
        return Temoignage.objects.filter(bilan=self.bilan).first()

    def _dire(self, question: Question) -> str:
        return question.enonce.format(competence=self.bilan.competence.titre)


def _minuscule(texte: str) -> str:
    """Return a title as it is written in the middle of a sentence."""
    return texte[:1].lower() + texte[1:]
