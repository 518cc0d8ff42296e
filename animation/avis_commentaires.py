"""Whoever follows a page's comments is told of new ones by the same outbox as anybody.

Wagtail would write within the request: a mail server that is down would lose what was typed, and its log
would name the people. It would also write for ever to whoever has left the team.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.text import Truncator
from wagtail.admin.views.pages import edit

from animation.cms import pages_visibles
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir
from profils.models import Utilisateur

MOTS_MAX = 500


@enregistrer
@dataclass(frozen=True)
class PageCommentee(Avis):
    """`dernier`: the newest comment and the newest answer told, which make the fact."""

    genre: ClassVar[Genre] = Genre(
        "page_commentee", "On commente une page que vous suivez", pour_animation=True
    )

    page: int
    nom: str
    par: str
    mots: str
    dernier: str

    @property
    def cle(self) -> str:
        return f"{self.page}-{self.dernier}"

    @property
    def titre(self) -> str:
        return f"{self.par or 'Quelqu’un'} commente «\u00a0{self.nom}\u00a0»"

    @property
    def chemin(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.page])


def confier_les_commentaires() -> None:
    """Once every application is ready: what Wagtail would send by itself goes through here."""
    edit.send_notification = prevenir_des_commentaires


def prevenir_des_commentaires(suivent: Iterable[Utilisateur], _genre: str, contexte: dict[str, Any]) -> bool:
    """Tell new comments and answers to those who follow them and may still see the page.

    Takes the place of Wagtail's `send_notification`, called when a page is saved. What is only resolved or
    deleted is seen in the editor.
    """
    commentaires = list(contexte["new_comments"])
    reponses = [reponse for suite in contexte["replied_comments"] for reponse in suite["replies"]]
    if not (dits := [*commentaires, *reponses]):
        return True
    page, auteur = contexte["page"], contexte["editor"]
    avis = PageCommentee(
        page=page.pk,
        nom=page.get_admin_display_title(),
        par=auteur.get_full_name() or auteur.email,
        mots=Truncator("\n".join(dit.text for dit in dits)).chars(MOTS_MAX),
        dernier=f"{_dernier(commentaires)}-{_dernier(reponses)}",
    )
    prevenir(avis, [qui for qui in suivent if _suit_encore(qui, page.pk)])
    return True


def _dernier(dits: list[Any]) -> int:
    return max((dit.pk or 0 for dit in dits), default=0)


def _suit_encore(qui: Utilisateur, page: int) -> bool:
    """Whoever has left the team, or the site, keeps her subscription in Wagtail's tables."""
    return (
        qui.is_active
        and qui.has_perm("wagtailadmin.access_admin")
        and bool(pages_visibles(qui).filter(pk=page).exists())
    )
