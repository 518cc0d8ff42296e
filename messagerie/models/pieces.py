"""Files joined to messages: a row here, bytes in a private directory that no web server reads."""

from __future__ import annotations

from pathlib import Path
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from echange.socle.horloge import maintenant
from echange.socle.models import Identifie
from messagerie.models.conversations import Conversation, Message
from profils.models import Utilisateur

NOM_MAX = 120  # characters


class GenrePiece(models.TextChoices):
    """What we write ourselves, and therefore dare to show; the type it is served under."""

    JPEG = "image/jpeg", "Photo"
    PNG = "image/png", "Image"
    PDF = "application/pdf", "Document PDF"


def chemin_de_piece(uuid: UUID) -> Path:
    """Where its bytes are. A directory holds at most one file in 256."""
    return Path(settings.PIECES_DIR) / uuid.hex[:2] / uuid.hex


class PieceJointeQuerySet(models.QuerySet["PieceJointe"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Files of the messages this person may read."""
        montres = Message.objects.lisibles_par(utilisateur).filter(retire_le=None, retenu_le=None)
        return self.filter(message__in=montres)


class PieceJointe(Identifie):
    """One file of one message. The file exists before the row does, and goes after it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="pieces")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="pieces")
    nom = models.CharField("nom", max_length=NOM_MAX)
    genre = models.CharField("type", max_length=20, choices=GenrePiece)
    taille = models.PositiveIntegerField("taille (octets)")
    largeur = models.PositiveSmallIntegerField("largeur (pixels)", null=True, blank=True)
    hauteur = models.PositiveSmallIntegerField("hauteur (pixels)", null=True, blank=True)
    deposee_le = models.DateTimeField("déposée le", default=maintenant)

    objects = PieceJointeQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(genre="application/pdf", largeur__isnull=True, hauteur__isnull=True)
                | (~Q(genre="application/pdf") & Q(largeur__isnull=False, hauteur__isnull=False)),
                name="piece_jointe_image_mesuree",
            ),
        ]
        indexes = [models.Index(fields=["conversation", "deposee_le"], name="piece_jointe_recentes")]

    def __str__(self) -> str:
        return f"pièce {self.uuid}"

    @property
    def est_image(self) -> bool:
        return self.genre != GenrePiece.PDF

    @property
    def chemin(self) -> Path:
        return chemin_de_piece(self.uuid)
