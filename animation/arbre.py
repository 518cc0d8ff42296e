"""What the référent's screens read of the tree: its leaves with their listings, its history in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count

from echange.socle.forms import Option
from matching.journal_arbre import PREFIXE_THEME
from matching.models import Besoin, Competence, JournalArbre, SavoirFaire, Theme
from matching.services.refonte import est_annulable

NOMS = {
    "titre": "Titre",
    "phrase": "Phrase",
    "est_metier": "Savoir-faire de métier",
    "dits": "Façons de le dire",
    "jargon": "Mots techniques",
    "ordre": "Place",
    "est_retiree": "Retirée",
    "theme": "Thème",
    "remplacee_par": "Remplacée par",
    "voisines": "Voisines",
}


@dataclass(frozen=True, slots=True)
class LigneArbre:
    """A compétence in the référent's list, with its listings on line."""

    competence: Competence
    besoins: int
    savoir_faire: int


def lignes_de_l_arbre() -> tuple[list[tuple[Theme, list[LigneArbre]]], list[LigneArbre]]:
    """Return the themes with their compétences in use, then the retired ones; four queries."""
    besoins, savoir_faire = _compter(Besoin), _compter(SavoirFaire)
    toutes = Competence.objects.select_related("theme", "remplacee_par")
    lignes = [LigneArbre(c, besoins.get(c.pk, 0), savoir_faire.get(c.pk, 0)) for c in toutes]
    en_service = (ligne for ligne in lignes if not ligne.competence.est_retiree)
    groupes = {theme: list(lot) for theme, lot in groupby(en_service, key=lambda x: x.competence.theme_id)}
    themes = [(theme, groupes.get(theme.pk, [])) for theme in Theme.objects.all()]
    return themes, [ligne for ligne in lignes if ligne.competence.est_retiree]


def _compter(modele: type[Besoin | SavoirFaire]) -> dict[str, int]:
    comptes = modele.objects.publiees().order_by().values("competence").annotate(nombre=Count("pk"))
    return dict(comptes.values_list("competence", "nombre"))


def voisines_par_theme(choisies: set[str], *, sauf: str = "") -> list[tuple[str, int, list[Option]]]:
    """Return boxes for every other compétence in use: theme, how many are ticked, boxes."""
    autres = Competence.objects.choisissables().exclude(pk=sauf).select_related("theme")
    return [
        (theme.titre, sum(o.est_cochee for o in boites), boites)
        for theme, lot in groupby(autres.defer("dits", "jargon"), key=lambda c: c.theme)
        if (boites := [_boite(competence, choisies) for competence in lot])
    ]


def _boite(competence: Competence, choisies: set[str]) -> Option:
    return Option(
        id=f"id_voisines_{competence.pk}",
        nom="voisines",
        valeur=competence.pk,
        libelle=competence.titre,
        type="checkbox",
        est_cochee=competence.pk in choisies,
        attributs={},
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after, in words."""

    nom: str
    avant: str
    apres: str


@dataclass(frozen=True, slots=True)
class LigneHistorique:
    """One change of the tree as the référent reads it."""

    changement: JournalArbre
    sujets: list[tuple[str, list[Difference]]]
    peut_annuler: bool

    @property
    def deplacees(self) -> int:
        """How many listings the change moved."""
        return sum(len(self.changement.deplacees.get(genre, ())) for genre in ("besoins", "savoir_faire"))


def historique(changements: Iterable[JournalArbre]) -> list[LigneHistorique]:
    """Say each change in words; `changements` come with `par` and `annulation`."""
    return [
        LigneHistorique(
            changement,
            [(_titre(changement, cle), _differences(changement, cle)) for cle in changement.cles],
            peut_annuler=est_annulable(changement) and not hasattr(changement, "annulation"),
        )
        for changement in changements
    ]


def _titre(changement: JournalArbre, cle: str) -> str:
    photo = changement.apres[cle] or changement.avant[cle] or {}
    return f"Thème «\u00a0{photo['titre']}\u00a0»" if cle.startswith(PREFIXE_THEME) else str(photo["titre"])


def _differences(changement: JournalArbre, cle: str) -> list[Difference]:
    avant, apres = changement.avant[cle], changement.apres[cle]
    if avant is None or apres is None:
        return []
    return [
        Difference(NOMS[nom], *_dire(avant[nom], apres[nom])) for nom in avant if avant[nom] != apres[nom]
    ]


def _dire(avant: Any, apres: Any) -> tuple[str, str]:
    """Of lists, what left and what came; of the rest, both."""
    if isinstance(avant, list):
        return _lister(avant, sauf=apres), _lister(apres, sauf=avant)
    return _mot(avant), _mot(apres)


def _lister(mots: Sequence[str], *, sauf: Sequence[str]) -> str:
    return ", ".join(mot for mot in mots if mot not in sauf)


def _mot(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return "" if valeur is None else str(valeur)
