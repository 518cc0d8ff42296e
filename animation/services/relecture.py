"""Guides are read again before they are published: teams submit, référents publish or send back."""

from __future__ import annotations

from django.contrib.auth.models import Group
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from animation.models import RubriqueGuides

NOM = "Relecture par les référents nationaux"


def ouvrir_relecture(referents: Group) -> None:
    """Lay the workflow on every shelf of guides that has none; one set by hand stays."""
    tache = GroupApprovalTask.objects.filter(name=NOM).first() or GroupApprovalTask.objects.create(name=NOM)
    tache.groups.add(referents)
    workflow, _ = Workflow.objects.get_or_create(name=NOM)
    WorkflowTask.objects.get_or_create(workflow=workflow, task_id=tache.pk, defaults={"sort_order": 0})
    # Wagtail's migrations set one of their own on the whole site, for a group that nobody is in.
    WorkflowPage.objects.filter(page__depth=1).exclude(workflow=workflow).delete()
    suivies = WorkflowPage.objects.values("page")
    WorkflowPage.objects.bulk_create(
        WorkflowPage(page_id=cle, workflow=workflow)
        for cle in RubriqueGuides.objects.exclude(pk__in=suivies).values_list("pk", flat=True)
    )
