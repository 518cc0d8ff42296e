"""The part of an address that says which of the two tables a listing is in."""

from typing import ClassVar

from django.urls import register_converter

from matching.models import Annonce, Besoin, SavoirFaire

GenreAnnonce = type[Besoin] | type[SavoirFaire]


class ConvertisseurGenre:
    """`besoins` or `savoir-faire` in the address, the model in the view; reversed from either."""

    regex = "besoins|savoir-faire"
    MODELES: ClassVar[dict[str, GenreAnnonce]] = {"besoins": Besoin, "savoir-faire": SavoirFaire}

    def to_python(self, value: str) -> GenreAnnonce:
        return self.MODELES[value]

    def to_url(self, value: GenreAnnonce | Annonce) -> str:
        modele = value if isinstance(value, type) else type(value)
        return next(nom for nom, classe in self.MODELES.items() if classe is modele)


register_converter(ConvertisseurGenre, "genre")
