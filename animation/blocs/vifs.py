"""Live blocks: what moves in the territoire whose page they are put on.

They hold no figure and no listing: each time the page is read, they show what `animation.blocs_vifs` keeps a
minute. In a national guide they lead to the communities; taken up by a territoire, they are its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Any, ClassVar

from wagtail.blocks import CharBlock, ChoiceBlock

from animation.blocs.base import TITRE_MAX, Bloc
from animation.blocs_vifs import (
    Recherchee,
    lire_annonces,
    lire_carte,
    lire_chiffres,
    lire_recherchees,
    lire_rendez_vous,
)
from animation.chiffres import Chiffres
from animation.communaute import territoire_de
from matching.forms import FormulaireRecherche

GROUPE = "Se met à jour tout seul"
SANS_TITRE = "Vide\u00a0: le titre habituel."


class BlocVif(Bloc):
    """A block that reads; `lire` returns what its template shows as `vif`, `exemple` stands in its preview.

    Out of any territoire there is no `vif`. `cle` makes names that are unique in the page: two of a kind may
    stand there.
    """

    titre = CharBlock(label="Titre", max_length=TITRE_MAX, required=False, help_text=SANS_TITRE)

    titre_habituel: ClassVar[str] = ""

    class Meta:
        group = GROUPE
        preview_value: ClassVar[dict[str, Any]] = {"titre": ""}

    def lire(self, value: Any, territoire: int) -> Any:
        raise NotImplementedError

    def exemple(self) -> Any:
        raise NotImplementedError

    def titre_de(self, value: Any) -> str:
        return value["titre"] or self.titre_habituel

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_context(value, parent_context)
        page = contexte.get("page")
        territoire = territoire_de(page)
        contexte |= {"titre": self.titre_de(value), "cle": f"vif-{_rang(page)}", "territoire": territoire}
        if territoire is not None:
            return contexte | {"vif": self.lire(value, territoire.pk)}
        return contexte if "exemple" not in contexte else contexte | {"vif": contexte["exemple"]}

    def get_preview_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_preview_context(value, parent_context)
        return contexte | {"exemple": self.exemple()}


def _rang(page: Any) -> int:
    """Return 1 for the first live block drawn on this page, then 2…"""
    if page is None:
        return 1
    if not hasattr(page, "rangs_vifs"):
        page.rangs_vifs = count(1)
    return int(next(page.rangs_vifs))


class Carte(BlocVif):
    titre_habituel = "Sur la carte"

    class Meta:
        label = "Carte des annonces"
        icon = "site"
        description = "Les dernières annonces du territoire, là où elles sont à peu près"
        help_text = "Les lieux restent flous\u00a0: l’adresse n’est donnée qu’après accord."
        template = "blocs/carte.html"

    def lire(self, value: Any, territoire: int) -> Any:
        return lire_carte(territoire)

    def exemple(self) -> Any:
        ici = {"nom": "Boulangerie du Marché", "titre": "Photographier ses produits", "url": "#"}
        la = {"nom": "Menuiserie Brune", "titre": "Tenir sa fiche sur internet", "url": "#"}
        points = [
            ici | {"lat": 48.11, "lon": -1.68, "genre": "besoin"},
            la | {"lat": 48.12, "lon": -1.21, "genre": "savoir-faire"},
        ]
        return {"tuiles": "", "mention": "", "points": points}


class Annonces(BlocVif):
    genre = ChoiceBlock(
        label="Lesquelles",
        choices=[("savoir-faire", "Les savoir-faire"), ("besoins", "Les besoins")],
        default="savoir-faire",
    )

    class Meta:
        label = "Dernières annonces"
        icon = "list-ul"
        description = "Les six besoins ou savoir-faire les plus récents du territoire"
        help_text = "Ce qui est masqué ou expiré s’en va de lui-même, dans la minute."
        template = "blocs/annonces.html"
        preview_value: ClassVar[dict[str, Any]] = {"titre": "", "genre": "besoins"}

    def titre_de(self, value: Any) -> str:
        habituel = (
            "Ils cherchent à apprendre" if value["genre"] == "besoins" else "Ils savent faire, et le montrent"
        )
        return value["titre"] or habituel

    def lire(self, value: Any, territoire: int) -> Any:
        return lire_annonces(value["genre"], territoire)

    def exemple(self) -> Any:
        annonce = {"genre": "besoin", "titre": "Photographier ses produits", "url": "#"}
        annonce |= {"texte": "De belles photos de mes gâteaux.", "entreprise": "Boulangerie du Marché"}
        return [annonce | {"commune": "Rennes", "duree": 60}]


class OnCherche(BlocVif):
    titre_habituel = "On cherche quelqu’un qui sait…"

    class Meta:
        label = "On cherche"
        icon = "help"
        description = "Les savoir-faire les plus demandés du territoire, et par combien d’entreprises"
        help_text = "Chacun mène aux besoins correspondants."
        template = "blocs/on_cherche.html"

    def lire(self, value: Any, territoire: int) -> Any:
        return lire_recherchees(territoire)

    def exemple(self) -> Any:
        return [Recherchee("", "Photographier ses produits", 4), Recherchee("", "Facturer en ligne", 1)]


class RendezVous(BlocVif):
    titre_habituel = "Les prochains rendez-vous"

    class Meta:
        label = "Prochains rendez-vous"
        icon = "calendar-alt"
        description = "Les trois prochains événements de l’agenda du territoire"
        help_text = "Sans rien de prévu, le bloc ne montre rien."
        template = "blocs/rendez_vous.html"

    def lire(self, value: Any, territoire: int) -> Any:
        return lire_rendez_vous(territoire)

    def exemple(self) -> Any:
        fiche = {"titre": "Essayer la caisse tactile", "genre": "Laboratoire des usages", "url": "#"}
        fiche |= {
            "quand": "jeudi 3 décembre de 14\u00a0h à 16\u00a0h",
            "jour_court": "3",
            "places": "8 places libres.",
        }
        return [fiche | {"debut_local": datetime(2026, 12, 3), "ou": "La Fabrique, Rennes"}]  # noqa: DTZ001  a drawing


class Chiffrage(BlocVif):
    titre_habituel = "Aujourd’hui"

    class Meta:
        label = "Chiffres du territoire"
        icon = "order"
        description = "Combien d’entreprises, de besoins et de savoir-faire, en ce moment"
        help_text = "Des nombres, jamais de noms."
        template = "blocs/chiffrage.html"

    def lire(self, value: Any, territoire: int) -> Any:
        return lire_chiffres(territoire)[0]

    def exemple(self) -> Any:
        return Chiffres(42, 31, 57)


class Recherche(BlocVif):
    """The only one that is the same everywhere: it reads nothing."""

    titre_habituel = "Qui peut m’aider près de chez moi\u00a0?"

    class Meta:
        label = "Recherche"
        icon = "search"
        description = "«\u00a0J’ai besoin de… près de…\u00a0»"
        help_text = "Elle cherche autour de la commune que le lecteur écrit."
        template = "blocs/recherche.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        contexte = super().get_context(value, parent_context)
        return contexte | {"recherche": FormulaireRecherche(auto_id=f"{contexte['cle']}-%s")}

    def lire(self, value: Any, territoire: int) -> Any:
        return None

    def exemple(self) -> Any:
        return None


VIFS: list[tuple[str, Any]] = [
    ("recherche", Recherche()),
    ("rendez_vous", RendezVous()),
    ("on_cherche", OnCherche()),
    ("carte", Carte()),
    ("annonces", Annonces()),
    ("chiffrage", Chiffrage()),
]


def fichiers_des_vifs(page: Any, blocs: Iterable[Any]) -> dict[str, Any]:
    """What the page must load for these blocks: the search's `media`, a map's script if it has a point."""
    sortes = {bloc.block_type for bloc in blocs}
    territoire = territoire_de(page) if "carte" in sortes else None
    return {
        "a_des_vifs": not sortes.isdisjoint(nom for nom, _ in VIFS),
        "avec_carte": territoire is not None and bool(lire_carte(territoire.pk)["points"]),
        "media_vif": FormulaireRecherche().media if "recherche" in sortes else "",
    }
