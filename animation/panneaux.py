"""What the CMS's editor says above the fields: a rereader's remarks, an original that has changed."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel
from wagtail.models import WorkflowState

from animation.controle import relire


class PanneauDePage(Panel):
    """A panel that reads the page as it was last saved; nothing on a page not yet made."""

    class BoundPanel(Panel.BoundPanel):
        def is_shown(self) -> bool:
            return bool(super().is_shown()) and self.instance.pk is not None


class PanneauRelecture(PanneauDePage):
    """The remarks of `animation.controle`; they refuse nothing."""

    class BoundPanel(PanneauDePage.BoundPanel):
        template_name = "animation/cms/relecture.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            contexte: dict[str, Any] = super().get_context_data(parent_context)
            return contexte | {"remarques": relire(self.instance)}


class PanneauReponse(PanneauDePage):
    """What the référent who sent the page back asks for; nothing once it is submitted again."""

    class BoundPanel(PanneauDePage.BoundPanel):
        template_name = "animation/cms/reponse.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            contexte: dict[str, Any] = super().get_context_data(parent_context)
            suivi = self.instance.current_workflow_state
            rendu = suivi is not None and suivi.status == WorkflowState.STATUS_NEEDS_CHANGES
            return contexte | {"reponse": suivi.current_task_state if rendu else None}


class PanneauOriginal(PanneauDePage):
    """On a declined guide: its original, and whether it has changed since the team read it."""

    class BoundPanel(PanneauDePage.BoundPanel):
        template_name = "animation/cms/original.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            contexte: dict[str, Any] = super().get_context_data(parent_context)
            return contexte | {"page": self.instance, "original": self.instance.original}
