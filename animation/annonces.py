"""The console's list: besoins and savoir-faire of a territoire in one order, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Q, Value

from animation.forms import Etat, Genre
from matching.models import Annonce, Besoin, SavoirFaire, StatutAnnonce
from matching.presentation.annonces import FicheAnnonce
from matching.services.deplacements import CORRIGEABLES
from profils.models import Utilisateur
from territoires.models import Territoire

LISTE_MAX = 1000  # beyond, one searches: nobody turns fifty pages

MODELES: dict[str, type[Annonce]] = {Genre.BESOINS: Besoin, Genre.SAVOIR_FAIRE: SavoirFaire}


@dataclass(frozen=True, slots=True)
class Cle:
    """Where one listing is: its table and its primary key."""

    genre: str
    pk: int


def chercher_annonces(
    utilisateur: Utilisateur,
    *,
    genre: str = Genre.TOUTES,
    etat: str = Etat.TOUS,
    territoire: Territoire | None = None,
    q: str = "",
) -> list[Cle]:
    """Return the keys of at most `LISTE_MAX` listings that this person animates, newest first: one query.

    Drafts are the company's own business: they are not there.
    """
    genres = [genre] if genre else list(MODELES)
    listes = [_lister(nom, utilisateur, etat, territoire, q) for nom in genres]
    toutes = listes[0].union(*listes[1:], all=True).order_by("-publie_le", "-pk") if listes[1:] else listes[0]
    return [Cle(nom, pk) for nom, pk, _ in toutes[:LISTE_MAX]]


def _lister(genre: str, utilisateur: Utilisateur, etat: str, territoire: Territoire | None, q: str) -> Any:
    annonces = MODELES[genre].objects.du_ressort_de(utilisateur).exclude(statut=StatutAnnonce.BROUILLON)
    if etat == Etat.MASQUEES:
        annonces = annonces.filter(statut=StatutAnnonce.MASQUEE)
    elif etat == Etat.EN_LIGNE:
        annonces = annonces.publiees()
    if territoire:
        annonces = annonces.filter(commune__territoire=territoire)
    for mot in q.split():
        annonces = annonces.filter(
            Q(texte__unaccent__icontains=mot)
            | Q(entreprise__nom__unaccent__icontains=mot)
            | Q(commune__nom__unaccent__icontains=mot)
            | Q(competence__titre__unaccent__icontains=mot)
        )
    lignes = annonces.annotate(genre=Value(genre, CharField())).values_list("genre", "pk", "publie_le")
    return lignes.order_by(F("publie_le").desc(nulls_last=True), "-pk")[:LISTE_MAX]


def charger_annonces(cles: Sequence[Cle]) -> list[Annonce]:
    """Return these listings in this order, with what a line shows: one query per kind."""
    lues = {
        genre: modele.objects.select_related("entreprise", "commune", "competence").in_bulk(
            [cle.pk for cle in cles if cle.genre == genre]
        )
        for genre, modele in MODELES.items()
    }
    return [lues[cle.genre][cle.pk] for cle in cles if cle.pk in lues[cle.genre]]


@dataclass(frozen=True, slots=True)
class Ligne:
    """One line of the console: the listing in words, and what may be done with it."""

    annonce: Annonce
    fiche: FicheAnnonce

    @property
    def est_masquee(self) -> bool:
        return self.annonce.statut == StatutAnnonce.MASQUEE

    @property
    def est_masquable(self) -> bool:
        return self.annonce.statut not in {StatutAnnonce.MASQUEE, StatutAnnonce.RETIREE}

    @property
    def est_corrigeable(self) -> bool:
        return self.annonce.statut in CORRIGEABLES


def en_ligne_de_console(annonce: Annonce) -> Ligne:
    return Ligne(annonce, FicheAnnonce(annonce))
