"""Blocks to read."""

from __future__ import annotations

from wagtail.blocks import CharBlock, ChoiceBlock, RichTextBlock, TextBlock

from animation.blocs.base import GRAS_ET_LISTES, TITRE_MAX, Bloc


class Titre(Bloc):
    texte = CharBlock(label="Titre", max_length=TITRE_MAX)

    class Meta:
        label = "Titre"
        icon = "title"
        description = "Annonce la partie qui suit"
        help_text = "Un titre court, qui dit ce que l’on va faire. Pas de point à la fin."
        template = "blocs/titre.html"
        preview_value = {"texte": "Préparer la prise de vue"}


class Texte(RichTextBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"features": list(GRAS_ET_LISTES)} | kwargs)

    class Meta:
        label = "Texte"
        icon = "pilcrow"
        description = "Des paragraphes, des listes, des liens"
        help_text = "Des phrases courtes, une idée par paragraphe, les mots de tous les jours."
        template = "blocs/texte.html"
        preview_template = "blocs/apercu.html"
        preview_value = "<p>Posez le produit <b>près d’une fenêtre</b>, le matin. Éteignez la lampe.</p>"


class Encadre(Bloc):
    sorte = ChoiceBlock(
        label="Sorte",
        choices=[("savoir", "À savoir"), ("attention", "Attention"), ("astuce", "Astuce")],
        default="savoir",
    )
    titre = CharBlock(label="Titre", max_length=TITRE_MAX, required=False)
    texte = RichTextBlock(label="Texte", features=list(GRAS_ET_LISTES))

    class Meta:
        label = "Encadré"
        icon = "warning"
        description = "À savoir, attention ou astuce"
        help_text = "Ce qu’il ne faut pas manquer. Un ou deux par page\u00a0: au-delà, on ne les voit plus."
        template = "blocs/encadre.html"
        preview_value = {
            "sorte": "attention",
            "titre": "",
            "texte": "<p>Demandez toujours l’accord des personnes que l’on reconnaît.</p>",
        }


class Citation(Bloc):
    texte = TextBlock(label="Ce qui est dit", max_length=600)
    auteur = CharBlock(label="Par qui", max_length=TITRE_MAX)

    class Meta:
        label = "Citation"
        icon = "openquote"
        description = "Les mots de quelqu’un, avec son nom"
        help_text = "Avec l’accord de la personne. Le récit d’un échange est un témoignage."
        template = "blocs/citation.html"
        preview_value = {
            "texte": "En une heure, j’ai compris ce que je repoussais depuis deux ans.",
            "auteur": "Une fleuriste de Rennes",
        }
