"""Blocks that show a file. Nothing is loaded from another site."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks import CharBlock, StructBlockValidationError, TextBlock, URLBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from animation.blocs.base import TITRE_MAX, Bloc


class Image(Bloc):
    image = ImageBlock(label="Image")  # asks for a description, or that it be said decorative
    legende = CharBlock(label="Légende", max_length=200, required=False)

    class Meta:
        label = "Image"
        icon = "image"
        description = "Une photo ou un dessin, décrit pour qui ne le voit pas"
        help_text = "Décrivez ce que l’image apporte, ou dites qu’elle est décorative."
        template = "blocs/image.html"
        preview_value = {"image": None, "legende": "La lumière vient de la gauche."}

    def get_preview_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """No image is everybody's: the drawing of a social card stands for it."""
        contexte: dict[str, Any] = super().get_preview_context(value, parent_context)
        return contexte | {"exemple": True}


class Video(Bloc):
    titre = CharBlock(label="Titre", max_length=TITRE_MAX)
    fichier = DocumentChooserBlock(
        label="Fichier", required=False, help_text="MP4 ou WebM, court et léger\u00a0; ou donnez un lien."
    )
    lien = URLBlock(
        label="Lien",
        required=False,
        help_text="La page où la regarder\u00a0: elle s’ouvre là-bas, rien n’en est chargé ici.",
    )
    transcription = TextBlock(
        label="Transcription",
        help_text="Tout ce qui est dit et montré, pour qui n’entend pas ou ne voit pas.",
    )

    class Meta:
        label = "Vidéo"
        icon = "media"
        description = "Un fichier ou un lien, avec sa transcription"
        help_text = "Une vidéo sans transcription laisse du monde dehors\u00a0: elle est obligatoire."
        template = "blocs/video.html"
        preview_value = {
            "titre": "Photographier un gâteau",
            "fichier": None,
            "lien": "https://exemple.fr/video",
            "transcription": "Une main pose le gâteau près de la fenêtre. Elle s’approche, sans zoomer.",
        }

    def clean(self, value: Any) -> Any:
        propre = super().clean(value)
        self.exiger_l_un(
            propre, "fichier", "lien", fautif="fichier", refus="Donnez un fichier ou un lien, l’un des deux."
        )
        if propre["fichier"] and not propre["fichier"].filename.lower().endswith((".mp4", ".webm")):
            refus = ValidationError("Ce fichier n’est pas une vidéo MP4 ou WebM.")
            raise StructBlockValidationError(block_errors={"fichier": refus})
        return propre


class Document(Bloc):
    document = DocumentChooserBlock(label="Document")
    titre = CharBlock(
        label="Titre",
        max_length=TITRE_MAX,
        required=False,
        help_text="Ce qu’on y trouve. Vide\u00a0: le nom du document.",
    )

    class Meta:
        label = "Document"
        icon = "doc-full-inverse"
        description = "Un fichier à télécharger"
        help_text = "Un PDF accessible, ou mieux\u00a0: le texte écrit dans la page."
        template = "blocs/document.html"

    def get_preview_value(self) -> dict[str, Any]:
        document = {"url": "#", "title": "Charte photo", "file_extension": "pdf", "file_size": 84_000}
        return {"document": document, "titre": "Modèle de charte photo"}
