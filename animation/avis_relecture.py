"""Who reads a guide again, and whoever wrote it, are told by the same outbox as anybody.

Wagtail would write mails of its own within the request, lost when the mail server is down: they are silenced
(`taire_les_courriels_de_wagtail`). A periodic task tells each fact once, whatever stops in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.urls import reverse
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from echange.socle.horloge import maintenant
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir, solder
from profils.models import Utilisateur
from profils.ressort import equipe_ou_referents

MEMOIRE = timedelta(days=2)  # an answer is looked for that long: the task may have been stopped meanwhile


@enregistrer
@dataclass(frozen=True)
class GuideSoumis(Avis):
    """`relecture`: the key of what is asked, one for each submission."""

    genre: ClassVar[Genre] = Genre("guide_soumis", "Une équipe vous soumet un guide", pour_animation=True)

    relecture: int
    page: int
    guide: str
    par: str

    @property
    def cle(self) -> str:
        return str(self.relecture)

    @property
    def titre(self) -> str:
        return f"À relire\u00a0: «\u00a0{self.guide}\u00a0»"

    @property
    def chemin(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.page])


@enregistrer
@dataclass(frozen=True)
class GuideRendu(Avis):
    """The answer to whoever submitted: published, or sent back with `mot`."""

    genre: ClassVar[Genre] = Genre(
        "guide_rendu", "Votre guide est publié, ou vous revient", pour_animation=True
    )

    relecture: int
    page: int
    guide: str
    est_accepte: bool
    mot: str

    @property
    def cle(self) -> str:
        return str(self.relecture)

    @property
    def titre(self) -> str:
        return f"«\u00a0{self.guide}\u00a0» {'est publié' if self.est_accepte else 'vous revient'}"

    @property
    def chemin(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.page])


def taire_les_courriels_de_wagtail() -> None:
    """Once every application is ready: Wagtail's admin connects its mails as it becomes so."""
    for signal, emetteur, nom in (
        (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
        (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
        (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
        (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
    ):
        signal.disconnect(sender=emetteur, dispatch_uid=nom)


def annoncer_les_relectures() -> None:
    """Tell référents what is submitted to them, and authors what became of it; told twice is told once."""
    etats = TaskState.objects.select_related("workflow_state__requested_by").order_by("pk")
    for etat in etats.filter(status=TaskState.STATUS_IN_PROGRESS):
        _annoncer_soumission(etat)
    rendus = (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)
    for etat in etats.filter(status__in=rendus, finished_at__gt=maintenant() - MEMOIRE):
        _annoncer_reponse(etat, est_accepte=etat.status == TaskState.STATUS_APPROVED)
    for etat in etats.filter(status=TaskState.STATUS_CANCELLED, finished_at__gt=maintenant() - MEMOIRE):
        _annoncer_interruption(etat)


def _annoncer_soumission(etat: TaskState) -> None:
    page, auteur = _page_de(etat), etat.workflow_state.requested_by
    if page is None:
        return
    par = (auteur.get_full_name() or auteur.email) if auteur else ""
    relectrices = equipe_ou_referents([]).exclude(pk=auteur.pk if auteur else 0)
    prevenir(GuideSoumis(etat.pk, page.pk, page.get_admin_display_title(), par), relectrices)


def _annoncer_interruption(etat: TaskState) -> None:
    """Published without « Approuver » is an answer too; what its author takes back is told to nobody."""
    page = _page_de(etat)
    if page is None or etat.finished_by_id == etat.workflow_state.requested_by_id:
        solder(genre=GuideSoumis.genre.code, cle=str(etat.pk))
        return
    publiee = page.live and page.last_published_at and page.last_published_at >= etat.started_at
    _annoncer_reponse(etat, est_accepte=bool(publiee))


def _annoncer_reponse(etat: TaskState, *, est_accepte: bool) -> None:
    solder(genre=GuideSoumis.genre.code, cle=str(etat.pk))
    page, auteur = _page_de(etat), etat.workflow_state.requested_by
    if page is None or not isinstance(auteur, Utilisateur) or not auteur.is_active:
        return
    avis = GuideRendu(etat.pk, page.pk, page.get_admin_display_title(), est_accepte, etat.comment)
    prevenir(avis, [auteur])


def _page_de(etat: TaskState) -> Page | None:
    """The page submitted, unless it was deleted since."""
    page: Page | None = Page.objects.filter(pk=etat.workflow_state.object_id).first()
    return page
