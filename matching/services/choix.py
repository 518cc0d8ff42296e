"""Learn from use: which compétence was meant by which words; nobody's name, the day alone."""

from datetime import timedelta

from django.utils.timezone import localdate

from echange.socle.anonymat import anonymiser
from matching.models import Annonce, ChoixCompetence, Competence, Genre, OrigineChoix
from matching.models.mots import CONSERVATION, ChoixQuerySet
from matching.suggestions import suggerer

PROPOSEES = 3  # what the screen shows


def noter_choix(
    *, texte: str, genre: str, competence: Competence, origine: OrigineChoix
) -> ChoixCompetence | None:
    """Keep what these words teach: what they suggest, what was meant.

    None when nothing is left of the words once addresses are taken out.
    """
    anonyme = anonymiser(texte)
    if not any(signe.isalpha() for signe in anonyme):
        return None
    proposees = [suggeree.pk for suggeree in suggerer(texte, PROPOSEES)]
    return ChoixCompetence.objects.create(
        jour=localdate(),
        texte=anonyme,
        genre=genre,
        origine=origine,
        proposees=proposees,
        choisie=competence,
        rang=proposees.index(competence.pk) + 1 if competence.pk in proposees else None,
    )


def noter_choix_d_annonce(annonce: Annonce, origine: OrigineChoix) -> ChoixCompetence | None:
    """Keep what a listing teaches, as it is now."""
    return noter_choix(
        texte=annonce.texte,
        genre=Genre.BESOIN if annonce.est_besoin else Genre.SAVOIR_FAIRE,
        competence=annonce.competence,
        origine=origine,
    )


def choix_recents(duree: timedelta = CONSERVATION) -> ChoixQuerySet:
    return ChoixCompetence.objects.filter(jour__gt=localdate() - duree)


def exporter_choix() -> list[dict[str, str]]:
    """Return what owners and référents taught, oldest first, as `evaluer_rapprochement` replays it.

    One line per text: the last word on it wins. A compétence merged since is told by what it leads to.
    """
    choix = ChoixCompetence.objects.order_by("jour", "pk").values_list(
        "texte", "choisie", "choisie__remplacee_par"
    )
    derniers = {texte: remplacee or choisie for texte, choisie, remplacee in choix}
    return [{"texte": texte, "competence": competence} for texte, competence in derniers.items()]


def oublier_choix() -> int:
    """Forget what is older than `CONSERVATION`; return how many."""
    return ChoixCompetence.objects.filter(jour__lte=localdate() - CONSERVATION).delete()[0]
