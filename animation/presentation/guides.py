"""What a team has written of guides, and where each stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch
from wagtail.models import WorkflowState

from animation.communaute import PROFONDEUR_GUIDE_NATIONAL
from animation.models import Guide
from territoires.models import Territoire


@dataclass(frozen=True)
class GuideEcrit:
    """A guide of a territoire's own."""

    guide: Guide
    territoire: Territoire

    @property
    def titre(self) -> str:
        """As its team reads it in the editor."""
        return str(self.guide.draft_title or self.guide.title)

    @property
    def etat(self) -> str:
        guide = self.guide
        relecture = guide.current_workflow_state
        if relecture is not None and relecture.status == WorkflowState.STATUS_NEEDS_CHANGES:
            attend = "renvoyé avec des remarques"
        elif relecture is not None:
            attend = "en relecture chez les référents"
        elif guide.live:
            attend = "des changements ne sont pas encore soumis" if guide.has_unpublished_changes else ""
        else:
            attend = "pas encore soumis"
        return f"{'en ligne' if guide.live else 'brouillon'}{', ' if attend else ''}{attend}"


def guides_ecrits(territoires: Collection[Territoire]) -> list[GuideEcrit]:
    """Return those of these territoires' own guides, by place: two queries, however many."""
    par_chemin = {t.page.path: t for t in territoires if hasattr(t, "page")}
    # `prefetch_workflow_states` looks for those of plain pages.
    relectures = Prefetch(
        "_specific_workflow_states", WorkflowState.objects.active(), to_attr="_current_workflow_states"
    )
    guides = Guide.objects.filter(depth__gt=PROFONDEUR_GUIDE_NATIONAL).order_by("path")
    ecrits = []
    for guide in guides.defer_streamfields().prefetch_related(relectures):
        territoire = next((t for chemin, t in par_chemin.items() if guide.path.startswith(chemin)), None)
        if territoire is not None:
            ecrits.append(GuideEcrit(guide, territoire))
    return ecrits
