"""The questions of a bilan: three taps, different by ending and by side, each answer a code that adds up.

A company that both gave and learnt is asked as one who learnt. Whoever declined has already said why: it is
asked whether the proposal was well chosen. Codes are kept in the database, which refuses any other
(`reponse_bilan_connue`); words may change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models


class Questionnaire(models.TextChoices):
    """Who is asked: by what the échange became, and by what the company did or hoped for in it."""

    APPRIS = "appris", "A appris"
    DONNE = "donne", "A transmis"
    A_DECLINE = "a_decline", "A décliné"
    SANS_REPONDRE = "silence", "N’a pas répondu"
    A_ANNULE = "a_annule", "A annulé"
    CHERCHAIT = "cherchait", "Attendait pour apprendre"
    OFFRAIT = "offrait", "Attendait pour transmettre"
    USAGE = "usage", "Un mois après"


class Deroulement(models.TextChoices):
    PREVU = "prevu", "Oui, comme prévu"
    AUTREMENT = "autrement", "Oui, mais autrement"
    NON = "non", "Non, pas vraiment"


class Acquis(models.TextChoices):
    SEUL = "seul", "Je le fais sans aide"
    AIDE = "aide", "J’y arrive avec un peu d’aide"
    COMPRIS = "compris", "J’ai compris, il me reste à essayer"
    RIEN = "rien", "Rien de plus qu’avant"


class Retire(models.TextChoices):
    CONTACT = "contact", "Un contact tout près de chez moi"
    APPRIS = "appris", "J’ai appris en expliquant"
    PLAISIR = "plaisir", "Le plaisir d’aider"
    RIEN = "rien", "Rien, cette fois"


class Conseil(models.TextChoices):
    OUI = "oui", "Oui, sans hésiter"
    PEUT_ETRE = "peut_etre", "Peut-être"
    NON = "non", "Non"


class Justesse(models.TextChoices):
    OUI = "oui", "Oui, mais ce n’était pas le moment"
    PRESQUE = "presque", "À peu près"
    NON = "non", "Non, rien à voir avec nous"


class Frein(models.TextChoices):
    PAS_VU = "pas_vu", "Je n’ai pas vu la proposition"
    TEMPS = "temps", "Je n’avais pas le temps"
    DISTANCE = "distance", "C’était trop loin"
    CLARTE = "clarte", "Je ne comprenais pas ce qu’on me demandait"
    CONFIANCE = "confiance", "J’ai cru qu’on voulait me vendre quelque chose"
    TROUVE = "trouve", "J’avais trouvé autrement"
    AUTRE = "autre", "Autre raison"


class Recherche(models.TextChoices):
    OUI = "oui", "Oui, toujours"
    TROUVE = "trouve", "J’ai trouvé autrement"
    SEUL = "seul", "Je me suis débrouillé·e"
    NON = "non", "Non, ce n’est plus le moment"


class Offre(models.TextChoices):
    OUI = "oui", "Oui, volontiers"
    PLUS_TARD = "plus_tard", "Plus tard"
    NON = "non", "Non, plus maintenant"


class Suite(models.TextChoices):
    OUI = "oui", "Oui"
    PLUS_TARD = "plus_tard", "Plus tard"
    NON = "non", "Non"


class Aide(models.TextChoices):
    EQUIPE = "equipe", "Que l’équipe de mon territoire s’en occupe"
    RENCONTRE = "rencontre", "Rencontrer la personne avant"
    DISTANCE = "distance", "Pouvoir le faire à distance"
    HORAIRES = "horaires", "D’autres horaires"
    MOTS = "mots", "Trouver les bons mots pour le demander"
    RIEN = "rien", "Rien de particulier"


class Usage(models.TextChoices):
    OUI = "oui", "Oui, cela me sert"
    UN_PEU = "un_peu", "Un peu"
    NON = "non", "Non"


class Obstacle(models.TextChoices):
    TEMPS = "temps", "Je n’ai pas le temps"
    OUBLI = "oubli", "J’ai oublié comment faire"
    MATERIEL = "materiel", "Il me manque du matériel ou un logiciel"
    INUTILE = "inutile", "Finalement, je n’en ai pas besoin"
    AUTRE = "autre", "Autre raison"


@dataclass(frozen=True, slots=True)
class Question:
    """`enonce` and `rappel` (its heading among figures) are sentences; `{competence}` stands for a title.

    `seulement`: asked only after one of these answers to the question before it.
    """

    code: str
    enonce: str
    rappel: str
    choix: type[models.TextChoices]
    seulement: tuple[str, ...] = ()

    def accepte(self, reponse: str) -> bool:
        return reponse in self.choix.values


DEROULEMENT = Question(
    "deroulement",
    "Cela s’est-il passé comme prévu\u00a0?",
    "Cela s’est-il passé comme prévu\u00a0?",
    Deroulement,
)
ACQUIS = Question(
    "acquis",
    "«\u00a0{competence}\u00a0»\u00a0: que savez-vous faire maintenant\u00a0?",
    "Que savez-vous faire maintenant\u00a0?",
    Acquis,
)
RETIRE = Question(
    "retire",
    "Vous avez donné de votre temps. Qu’y avez-vous gagné\u00a0?",
    "Qu’y avez-vous gagné, vous qui transmettiez\u00a0?",
    Retire,
)
CONSEIL = Question(
    "conseil",
    "Le recommanderiez-vous à un voisin\u00a0?",
    "Le recommanderiez-vous à un voisin\u00a0?",
    Conseil,
)
JUSTESSE = Question(
    "justesse",
    "Vous avez dit non. Cette proposition était-elle bien choisie pour vous\u00a0?",
    "Vous avez dit non\u00a0: la proposition était-elle bien choisie\u00a0?",
    Justesse,
)
SILENCE = Question(
    "silence",
    "Cette proposition est restée sans réponse de votre part. Pourquoi\u00a0?",
    "Vous n’avez pas répondu\u00a0: pourquoi\u00a0?",
    Frein,
)
ABANDON = Question(
    "abandon", "Vous avez annulé. Pourquoi\u00a0?", "Vous avez annulé\u00a0: pourquoi\u00a0?", Frein
)
RECHERCHE = Question(
    "recherche",
    "Cherchez-vous toujours à apprendre «\u00a0{competence}\u00a0»\u00a0?",
    "Cherchez-vous toujours à l’apprendre\u00a0?",
    Recherche,
)
OFFRE = Question(
    "offre",
    "Voulez-vous toujours montrer «\u00a0{competence}\u00a0»\u00a0?",
    "Voulez-vous toujours le montrer\u00a0?",
    Offre,
)
SUITE = Question(
    "suite",
    "Voulez-vous essayer avec quelqu’un d’autre\u00a0?",
    "Voulez-vous essayer avec quelqu’un d’autre\u00a0?",
    Suite,
)
AIDE = Question(
    "aide", "Qu’est-ce qui vous aiderait le plus\u00a0?", "Qu’est-ce qui vous aiderait le plus\u00a0?", Aide
)
USAGE = Question(
    "usage",
    "«\u00a0{competence}\u00a0»\u00a0: un mois après, cela vous sert-il\u00a0?",
    "Un mois après, cela vous sert-il\u00a0?",
    Usage,
)
OBSTACLE = Question(
    "obstacle",
    "Qu’est-ce qui vous freine\u00a0?",
    "Qu’est-ce qui vous freine\u00a0?",
    Obstacle,
    seulement=(Usage.UN_PEU, Usage.NON),
)

QUESTIONS: dict[Questionnaire, tuple[Question, ...]] = {
    Questionnaire.APPRIS: (DEROULEMENT, ACQUIS, CONSEIL),
    Questionnaire.DONNE: (DEROULEMENT, RETIRE, CONSEIL),
    Questionnaire.A_DECLINE: (JUSTESSE, SUITE, AIDE),
    Questionnaire.SANS_REPONDRE: (SILENCE, SUITE, AIDE),
    Questionnaire.A_ANNULE: (ABANDON, SUITE, AIDE),
    Questionnaire.CHERCHAIT: (RECHERCHE, SUITE, AIDE),
    Questionnaire.OFFRAIT: (OFFRE, SUITE, AIDE),
    Questionnaire.USAGE: (USAGE, OBSTACLE),
}
PAR_CODE: dict[str, Question] = {q.code: q for questions in QUESTIONS.values() for q in questions}


def prochaine_question(questionnaire: Questionnaire, donnees: Mapping[str, str]) -> Question | None:
    """Return the first question still to ask after the answers given (question code → answer code)."""
    precedente = ""
    for question in QUESTIONS[questionnaire]:
        if question.code not in donnees and (not question.seulement or precedente in question.seulement):
            return question
        precedente = donnees.get(question.code, "")
    return None
