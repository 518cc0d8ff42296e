"""The corner of the CMS that each territoire keeps."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from wagtail.models import Collection

from territoires.models import Territoire


class EspaceCms(models.Model):
    """What a territoire owns in the CMS besides its page: its editors and its images and documents.

    Kept outside the page, whose revisions would otherwise bring old values back when published.
    """

    territoire = models.OneToOneField(Territoire, models.PROTECT, related_name="espace_cms")
    groupe = models.OneToOneField(Group, models.PROTECT, related_name="+")
    collection = models.OneToOneField(Collection, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "espace éditorial"
        verbose_name_plural = "espaces éditoriaux"

    def __str__(self) -> str:
        return str(self.territoire)
