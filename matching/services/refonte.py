"""Merge, split, retire: the tree changes shape and no listing is lost.

A code that goes keeps its row and, when another takes over, a redirection, which is the fact, written at
once; listings follow one by one in the background (`matching.suivre_arbre`, enqueued in the same
transaction), each under its own lock: a thousand listings hold nobody up, and an interrupted move is
resumed by running it again.

*Publishing meanwhile*: a publication holds its compétence's row (FOR KEY SHARE, `services.annonces`) and the
act below takes that row FOR UPDATE. A publication under way is waited for, and counted; one that comes
after finds the redirection and follows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import ProtectedError
from procrastinate.contrib.django import app

from matching.erreurs import (
    ChangementPlusRecent,
    CompetenceDejaUtilisee,
    CompetenceRetiree,
    DejaAnnule,
    MemeCompetence,
)
from matching.journal_arbre import exiger_referent, modification, prendre_la_main, reposer, trier
from matching.models import (
    ActionArbre,
    Annonce,
    Besoin,
    Competence,
    JournalArbre,
    SavoirFaire,
    Theme,
)
from matching.services.competences import ContenuCompetence, cle_de_dit, code_libre, inserer_competence
from profils.models import Utilisateur

TACHE_RENDRE = "matching.rendre_annonces"
MODELES: dict[str, type[Annonce]] = {"besoins": Besoin, "savoir_faire": SavoirFaire}


@dataclass(frozen=True, slots=True)
class Portee:
    """How many listings an act touches, and how many of them are on line."""

    besoins: int
    savoir_faire: int
    en_ligne: int

    @property
    def total(self) -> int:
        return self.besoins + self.savoir_faire


def portee(competence: Competence) -> Portee:
    """Count the listings of a compétence, whatever their state: four queries."""
    siennes = [modele.objects.filter(competence=competence) for modele in MODELES.values()]
    besoins, savoir_faire = (annonces.count() for annonces in siennes)
    return Portee(besoins, savoir_faire, en_ligne=sum(annonces.publiees().count() for annonces in siennes))


@transaction.atomic
def fusionner_competences(*, par: Utilisateur, source: Competence, cible: Competence) -> JournalArbre:
    """Make `source` one with `cible`: its code, its listings and its words all lead there.

    Raises `ReserveAuReferent`, `MemeCompetence`, `CompetenceRetiree` (either is).
    """
    exiger_referent(par)
    with _rediriger(ActionArbre.FUSIONNER, source, cible, par) as (entree, partante, restante):
        restante.dits = _unir(restante.dits, partante.dits)
        restante.jargon = _unir(restante.jargon, [partante.titre, *partante.jargon])
        restante.save(update_fields=["dits", "jargon"])
        restante.voisines.add(*partante.voisines.exclude(pk=restante.pk))
        partante.dits, partante.jargon = [], []
        partante.voisines.clear()
    return entree


@transaction.atomic
def retirer_competence(
    *, par: Utilisateur, competence: Competence, remplacee_par: Competence | None = None
) -> JournalArbre:
    """Take a compétence out of what may be chosen. With `remplacee_par`, its listings move there.

    Without it, its listings live on as they are. Raises `ReserveAuReferent`, `MemeCompetence`,
    `CompetenceRetiree` (either is).
    """
    exiger_referent(par)
    if remplacee_par is not None:
        with _rediriger(ActionArbre.RETIRER, competence, remplacee_par, par) as (entree, _, _):
            pass
        return entree
    with modification(ActionArbre.RETIRER, [competence.pk], par=par) as entree:
        partante = _tenir(competence)
        if partante.est_retiree:
            raise CompetenceRetiree
        partante.est_retiree = True
        partante.save(update_fields=["est_retiree"])
    return entree


@transaction.atomic
def remettre_competence(*, par: Utilisateur, competence: Competence) -> Competence:
    """Let a retired compétence be chosen again; listings that moved elsewhere stay where they are.

    Raises `ReserveAuReferent`.
    """
    exiger_referent(par)
    with modification(ActionArbre.REMETTRE, [competence.pk], par=par):
        actuelle = Competence.objects.get(pk=competence.pk)
        actuelle.est_retiree, actuelle.remplacee_par = False, None
        actuelle.save(update_fields=["est_retiree", "remplacee_par"])
    return actuelle


@transaction.atomic
def scinder_competence(*, par: Utilisateur, competence: Competence, contenu: ContenuCompetence) -> Competence:
    """Make a part of `competence` a compétence of its own, close to it; return the new one.

    `contenu.dits` and `contenu.jargon` leave the first for the new. Listings stay where they are until their
    owner or a référent says otherwise (`services.deplacements`): being close, both still find them.
    Raises `ReserveAuReferent`, `CompetenceRetiree`, `TitreDejaPris`, `DitDejaPris`.
    """
    exiger_referent(par)
    prendre_la_main()
    code = code_libre(contenu.titre)
    with modification(ActionArbre.SCINDER, [competence.pk, code], par=par):
        actuelle = Competence.objects.get(pk=competence.pk)
        if actuelle.est_retiree:
            raise CompetenceRetiree
        actuelle.dits = _sans(actuelle.dits, contenu.dits)
        actuelle.jargon = _sans(actuelle.jargon, contenu.jargon)
        actuelle.save(update_fields=["dits", "jargon"])
        voisines = [actuelle, *contenu.voisines]
        return inserer_competence(code, replace(contenu, voisines=voisines))


def est_annulable(changement: JournalArbre) -> bool:
    """Say whether `annuler_changement` makes sense: the file's readings and the undoings stay."""
    return changement.par_id is not None and changement.action != ActionArbre.ANNULER


@transaction.atomic
def annuler_changement(*, par: Utilisateur, changement: JournalArbre) -> JournalArbre:
    """Put back what a change found, listings it moved included; only while nothing newer touches the same.

    Raises `ReserveAuReferent`, `DejaAnnule`, `ChangementPlusRecent`, `CompetenceDejaUtilisee`.
    """
    exiger_referent(par)
    with modification(ActionArbre.ANNULER, changement.cles, par=par) as entree:
        _exiger_annulable(changement)
        for cle, photo in changement.avant.items():
            if photo is None:
                _supprimer(cle)
            else:
                reposer(cle, photo)
        entree.annule = changement
    deplacees = changement.deplacees
    for genre in MODELES.keys() & deplacees.keys():
        app.configure_task(TACHE_RENDRE).defer(
            genre=genre, cles=deplacees[genre], de=deplacees["vers"], vers=deplacees["de"]
        )
    return entree


def _exiger_annulable(changement: JournalArbre) -> None:
    if not est_annulable(changement) or JournalArbre.objects.filter(annule=changement).exists():
        raise DejaAnnule
    suivants = JournalArbre.objects.filter(version__gt=changement.version, cles__overlap=changement.cles)
    # A change undone since, and its undoing, leave things as they were.
    if suivants.filter(annulation__isnull=True, annule__isnull=True).exists():
        raise ChangementPlusRecent


def _supprimer(cle: str) -> None:
    """Undo a creation, unless something already points to what was created."""
    themes, codes = trier([cle])
    try:
        Competence.objects.filter(pk__in=codes).delete()
        Theme.objects.filter(pk__in=themes).delete()
    except ProtectedError as erreur:
        raise CompetenceDejaUtilisee from erreur


@contextmanager
def _rediriger(
    action: ActionArbre, source: Competence, cible: Competence, par: Utilisateur
) -> Iterator[tuple[JournalArbre, Competence, Competence]]:
    """Write that `source` now leads to `cible`, and so does whatever led to `source`: chains stay short."""
    if source.pk == cible.pk:
        raise MemeCompetence
    prendre_la_main()
    menaient = Competence.objects.filter(remplacee_par=source.pk)
    cles = [source.pk, cible.pk, *menaient.values_list("pk", flat=True)]
    with modification(action, cles, par=par) as entree:
        partante = _tenir(source)
        restante = Competence.objects.get(pk=cible.pk)
        if restante.est_retiree or partante.remplacee_par_id:
            raise CompetenceRetiree
        yield entree, partante, restante
        menaient.update(remplacee_par=restante)
        partante.est_retiree, partante.remplacee_par = True, restante
        partante.save()
        entree.deplacees = {"de": partante.pk, "vers": restante.pk, **_annonces_de(partante)}


def _tenir(competence: Competence) -> Competence:
    """Wait for the publications under way on this compétence, and keep the next ones waiting."""
    return Competence.objects.select_for_update(of=("self",)).get(pk=competence.pk)


def _annonces_de(competence: Competence) -> dict[str, list[int]]:
    return {
        genre: list(modele.objects.filter(competence=competence).order_by("pk").values_list("pk", flat=True))
        for genre, modele in MODELES.items()
    }


def _unir(unes: Sequence[str], autres: Sequence[str]) -> list[str]:
    deja = set(map(cle_de_dit, unes))
    return [*unes, *(autre for autre in autres if cle_de_dit(autre) not in deja)]


def _sans(tous: Sequence[str], partis: Sequence[str]) -> list[str]:
    cles = set(map(cle_de_dit, partis))
    return [un for un in tous if cle_de_dit(un) not in cles]
