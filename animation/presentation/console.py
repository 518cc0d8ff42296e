"""The parts of an animation's work, as the console shows them: what waits comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from echange.socle.templatetags.francais import pluriel
from matching.models import Demande
from messagerie.models import Signalement
from profils.models import Utilisateur
from territoires.models import Territoire


@dataclass(frozen=True, slots=True)
class Tuile:
    """`attend`: what waits there, in words; empty when nothing does. See templates/animation/_tuile.html."""

    titre: str
    texte: str
    icone: str
    url: str
    attend: str = ""


def tuiles_de(utilisateur: Utilisateur, territoires: Sequence[Territoire]) -> list[Tuile]:
    """Return the parts this person works in; two queries, for what waits."""
    tuiles = [*_a_traiter(utilisateur), *_animer(), *_pages(territoires)]
    if utilisateur.est_referent:
        tuiles += _referer()
    return sorted(tuiles, key=lambda tuile: not tuile.attend)


def _a_traiter(utilisateur: Utilisateur) -> list[Tuile]:
    demandes = Demande.objects.au_panier().du_ressort_de(utilisateur).filter(vue_le__isnull=True).count()
    signalements = Signalement.objects.du_ressort_de(utilisateur).ouverts().count()
    return [
        Tuile(
            "Demandes à débloquer",
            "Restées sans réponse",
            "aide",
            reverse("animation:a_debloquer"),
            f"{demandes} vous attend{pluriel(demandes, ',ent')}" if demandes else "",
        ),
        Tuile(
            "Messages signalés",
            "Rien à traiter",
            "alerte",
            reverse("animation:signalements"),
            f"{signalements} à traiter" if signalements else "",
        ),
    ]


def _animer() -> list[Tuile]:
    return [
        Tuile("Tours", "Les meilleurs échanges, ensemble", "cercle", reverse("animation:tours")),
        Tuile("Agenda", "Qui vient aux rendez-vous", "calendrier", reverse("animation:agenda")),
        Tuile("Lettres", "Écrire aux abonnés", "messages", reverse("animation:lettres")),
        Tuile("Guides", "Les vôtres, à adapter, à relire", "guide", reverse("animation:guides")),
        Tuile("Bilans", "Ce qu’en disent les entreprises", "coche", reverse("animation:bilans")),
    ]


def _pages(territoires: Sequence[Territoire]) -> list[Tuile]:
    """The page of the only territoire; of several, the door of the CMS."""
    if len(territoires) > 1:
        return [
            Tuile("Pages", "Celles des communautés", "crayon", reverse("wagtailadmin_home")),
        ]
    pages = [territoire.page for territoire in territoires if hasattr(territoire, "page")]
    return [
        Tuile(
            "Votre page",
            "L’écrire, la relire",
            "crayon",
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
        )
        for page in pages
    ]


def _referer() -> list[Tuile]:
    return [
        Tuile("Territoires", "Ouvrir, réunir, inviter", "lieu", reverse("animation:territoires")),
        Tuile("Compétences", "L’arbre et son histoire", "annonces", reverse("animation:competences")),
        Tuile("Mots manquants", "Ce que l’arbre ne comprend pas", "chercher", reverse("animation:mots")),
    ]
