"""Listings that change compétence without their owner: a merge, a split, a correction by whoever animates.

Locks in the order of every write of a listing: its row, then the arêtes' locks of both compétences.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

from matching.aretes import competences_gardees, recalculer_aretes
from matching.erreurs import AnnonceNonModifiable, CompetenceRetiree, HorsDeVotreTerritoire
from matching.models import (
    Annonce,
    Besoin,
    Competence,
    JournalAnnonce,
    OrigineChoix,
    SavoirFaire,
    StatutAnnonce,
)
from matching.services.annonces import lire_ses_mots
from matching.services.choix import noter_choix_d_annonce
from matching.suggestions import suggerer
from profils.models import Utilisateur

A = TypeVar("A", Besoin, SavoirFaire)

PROPOSEES_MAX = 10  # suggestions looked at to tell which of two compétences a text speaks of
CORRIGEABLES = (StatutAnnonce.PUBLIEE, StatutAnnonce.EN_PAUSE)


def suivre_redirections() -> int:
    """Move every listing whose compétence leads to another; return how many. Safe to run at any time."""
    deplacees = 0
    for modele in (Besoin, SavoirFaire):
        egarees = modele.objects.filter(competence__remplacee_par__isnull=False).order_by("pk")
        for cle, de, vers in list(egarees.values_list("pk", "competence_id", "competence__remplacee_par")):
            deplacees += deplacer_annonce(modele, cle, de=de, vers=vers)
    return deplacees


def revoir_aretes(codes: Collection[str]) -> int:
    """Redo the arêtes of the besoins of these compétences, one transaction each; return how many besoins."""
    concernes = Besoin.objects.publiees().filter(competence__in=codes)
    cles = list(concernes.order_by("pk").values_list("pk", flat=True))
    for cle in cles:
        besoin = Besoin.objects.filter(pk=cle).first()
        if besoin is not None:
            recalculer_aretes(besoin)
    return len(cles)


@transaction.atomic
def deplacer_annonce(modele: type[Annonce], cle: int, *, de: str, vers: str) -> bool:
    """Move one listing (primary key) from a compétence to another; False if it is not there any more."""
    annonce = modele.objects.select_for_update().filter(pk=cle, competence=de).first()
    if annonce is None:
        return False
    _mettre_sous(annonce, Competence.objects.get(pk=vers), par=None)
    return True


@transaction.atomic
def corriger_competence(*, par: Utilisateur, annonce: A, competence: Competence) -> A:
    """Put a listing of a territoire one animates under the compétence it speaks of; its words are learnt.

    Raises `HorsDeVotreTerritoire`, `AnnonceNonModifiable`, `CompetenceRetiree`.
    """
    du_ressort = type(annonce).objects.du_ressort_de(par).select_for_update(of=("self",))
    actuelle: A | None = du_ressort.filter(pk=annonce.pk).first()
    if actuelle is None:
        raise HorsDeVotreTerritoire
    if actuelle.statut not in CORRIGEABLES:
        raise AnnonceNonModifiable
    if not Competence.objects.choisissables().filter(pk=competence.pk).exists():
        raise CompetenceRetiree
    if actuelle.competence_id != competence.pk:
        _mettre_sous(actuelle, competence, par=par)
        noter_choix_d_annonce(actuelle, OrigineChoix.CORRECTION)
    return actuelle


@dataclass(frozen=True, slots=True)
class Repartition:
    """A listing of a compétence that was split, and where its words say it belongs."""

    annonce: Annonce
    va_a_la_nouvelle: bool


def proposer_repartition(
    annonces: Iterable[Annonce], *, ancienne: Competence, nouvelle: Competence
) -> list[Repartition]:
    """Say by its words where each listing goes: to the new one only when it is suggested before the first."""
    return [Repartition(a, _premiere(a.texte, {ancienne.pk, nouvelle.pk}) == nouvelle.pk) for a in annonces]


def _premiere(texte: str, codes: Collection[str]) -> str | None:
    return next((c.pk for c in suggerer(texte, PROPOSEES_MAX) if c.pk in codes), None)


def _mettre_sous(annonce: Annonce, competence: Competence, *, par: Utilisateur | None) -> None:
    avant = Competence.objects.get(pk=annonce.competence_id)
    gardees = competences_gardees(annonce)
    annonce.competence = competence
    annonce.competence_lue = lire_ses_mots(annonce)
    annonce.save(update_fields=["competence", "competence_lue", "modifie_le"])
    if annonce.statut != StatutAnnonce.MASQUEE:  # its last line there is the reason its company reads
        _journaliser(
            annonce,
            f"Compétence\u00a0: «\u00a0{avant.titre}\u00a0» devient «\u00a0{competence.titre}\u00a0»",
            par,
        )
    recalculer_aretes(annonce, avant=gardees)


def _journaliser(annonce: Annonce, motif: str, par: Utilisateur | None) -> None:
    champ = "besoin" if annonce.est_besoin else "savoir_faire"
    JournalAnnonce.objects.create(**{champ: annonce}, statut=annonce.statut, motif=motif, par=par)
