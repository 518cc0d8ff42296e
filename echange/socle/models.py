"""Abstract models shared by every app."""

import uuid

from django.db import models


class Horodate(models.Model):
    """Dates of creation and last change."""

    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        abstract = True


class Identifie(models.Model):
    """A public identifier that says nothing of how many rows there are: it is the one in addresses."""

    uuid = models.UUIDField("identifiant public", default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
