"""Blocks to follow, point by point."""

from __future__ import annotations

from wagtail.blocks import CharBlock, ListBlock, RichTextBlock, StructBlock

from animation.blocs.base import GRAS_ET_LISTES, TITRE_MAX, Bloc


class Etapes(Bloc):
    etapes = ListBlock(
        StructBlock(
            [
                ("titre", CharBlock(label="Ce que l’on fait", max_length=TITRE_MAX)),
                ("texte", RichTextBlock(label="Comment", features=list(GRAS_ET_LISTES), required=False)),
            ],
            label="Étape",
        ),
        label="Étapes",
        min_num=2,
        max_num=12,
    )

    class Meta:
        label = "Étapes numérotées"
        icon = "list-ol"
        description = "Un pas à pas, dans l’ordre"
        help_text = "Chaque étape commence par un verbe et se fait en quelques minutes."
        template = "blocs/etapes.html"
        preview_value = {
            "etapes": [
                {"titre": "Nettoyez l’objectif", "texte": "<p>Un coin de chemise suffit.</p>"},
                {"titre": "Approchez-vous", "texte": "<p>Le zoom abîme l’image.</p>"},
            ]
        }


class Controle(Bloc):
    titre = CharBlock(label="Titre", max_length=TITRE_MAX, default="Avant de finir, vérifiez")
    points = ListBlock(CharBlock(label="Point", max_length=200), label="Points", min_num=2, max_num=15)

    class Meta:
        label = "Liste de contrôle"
        icon = "tasks"
        description = "Des points à cocher, à l’écran ou sur papier"
        help_text = "Des phrases auxquelles on répond par oui. Rien n’est enregistré."
        template = "blocs/controle.html"
        preview_value = {
            "titre": "Avant de publier",
            "points": ["La photo est nette", "Le prix est écrit", "L’adresse est à jour"],
        }


class Question(Bloc):
    question = CharBlock(label="Question", max_length=200)
    reponse = RichTextBlock(label="Réponse", features=list(GRAS_ET_LISTES))

    class Meta:
        label = "Question"
        icon = "help"
        description = "Une question dont la réponse se déplie"
        help_text = "Écrivez la question comme on la pose au téléphone."
        template = "blocs/question.html"
        preview_value = {
            "question": "Faut-il payer\u00a0?",
            "reponse": "<p>Non. On se rend service, sans argent.</p>",
        }
