"""Blocks that lead somewhere, or say how much."""

from __future__ import annotations

from typing import Any

from wagtail.blocks import CharBlock, PageChooserBlock, TextBlock, URLBlock

from animation.blocs.base import TITRE_MAX, Bloc


class Bouton(Bloc):
    texte = CharBlock(
        label="Ce qu’il dit",
        max_length=60,
        help_text="Un verbe d’abord\u00a0: «\u00a0Télécharger le modèle\u00a0».",
    )
    page = PageChooserBlock(label="Page du site", required=False)
    lien = URLBlock(label="Ou adresse ailleurs", required=False)

    class Meta:
        label = "Bouton"
        icon = "link"
        description = "Mène à une page, ici ou ailleurs"
        help_text = "Ce qu’il dit suffit à savoir où il mène. Pas de «\u00a0cliquez ici\u00a0»."
        template = "blocs/bouton.html"
        preview_value = {
            "texte": "Chercher qui sait faire",
            "page": None,
            "lien": "https://exemple.fr/",
        }

    def clean(self, value: Any) -> Any:
        propre = super().clean(value)
        refus = "Choisissez une page du site ou donnez une adresse, l’une des deux."
        self.exiger_l_un(propre, "page", "lien", fautif="lien", refus=refus)
        return propre


class Chiffre(Bloc):
    nombre = CharBlock(label="Chiffre", max_length=20)
    quoi = CharBlock(label="De quoi", max_length=TITRE_MAX)
    source = CharBlock(label="Source", max_length=200, help_text="Qui l’a mesuré, et quand.")

    class Meta:
        label = "Chiffre clé"
        icon = "order"
        description = "Un nombre qui parle, avec sa source"
        help_text = "Un chiffre sans source ne convainc personne\u00a0: dites d’où il vient."
        template = "blocs/chiffre.html"
        preview_value = {
            "nombre": "1\u00a0h",
            "quoi": "pour apprendre un geste et le refaire seul",
            "source": "Bilans des échanges",
        }


class Adresse(Bloc):
    nom = CharBlock(label="Lieu", max_length=TITRE_MAX)
    adresse = TextBlock(label="Adresse", max_length=300)
    horaires = CharBlock(label="Horaires", max_length=200, required=False)
    acces = CharBlock(label="Accès", max_length=200, required=False, help_text="Bus, parking, marches.")

    class Meta:
        label = "Adresse"
        icon = "site"
        description = "Un lieu\u00a0: adresse, horaires, accès"
        help_text = "Pensez à dire si l’on entre en fauteuil."
        template = "blocs/adresse.html"
        preview_value = {
            "nom": "La Fabrique",
            "adresse": "12 rue de la Monnaie\n35000 Rennes",
            "horaires": "Le mardi de 14\u00a0h à 17\u00a0h",
            "acces": "Métro République, entrée de plain-pied",
        }
