"""Hide a listing and put it back on line, telling the company each time, in one transaction."""

from __future__ import annotations

from typing import TypeVar

from django.db import models, transaction

from animation.avis import AnnonceMasquee, AnnonceRemiseEnLigne, AvisModeration, CompetenceCorrigee
from animation.erreurs import AnnonceDejaRetiree
from matching.erreurs import HorsDeVotreTerritoire
from matching.models import Annonce, Besoin, Competence, SavoirFaire, StatutAnnonce
from matching.services.annonces import demasquer_annonce, masquer_annonce
from matching.services.deplacements import corriger_competence
from messagerie.notifications.boite import prevenir_entreprises
from profils.models import Utilisateur

A = TypeVar("A", Besoin, SavoirFaire)

MOTIF_MAX = 300  # characters: what the listing's journal keeps


class MotifMasquage(models.TextChoices):
    """Why a listing is hidden: a code for the figures, a sentence that the company reads."""

    DEMARCHAGE = "demarchage", "Elle ressemble à de la publicité ou à du démarchage"
    COORDONNEES = "coordonnees", "Elle contient des coordonnées personnelles"
    PROPOS = "propos", "Ses mots peuvent blesser"
    HORS_SUJET = "hors_sujet", "Elle ne parle ni d’un besoin ni d’un savoir-faire"
    DOUBLON = "doublon", "Elle existe déjà"
    DOUTEUSE = "douteuse", "L’entreprise ou l’annonce semble ne pas être réelle"
    AUTRE = "autre", "Autre raison"


def formuler(motif: MotifMasquage, precision: str = "") -> str:
    """Return the sentence kept in the journal and sent to the company."""
    if motif == MotifMasquage.AUTRE and precision:
        return precision
    return f"{motif.label}\u00a0: {precision}" if precision else str(motif.label)


@transaction.atomic
def masquer(*, par: Utilisateur, annonce: A, motif: str) -> A:
    """Hide a listing of a territoire that `par` animates and tell the company's members.

    Hiding twice writes once. Raises `HorsDeVotreTerritoire`, `AnnonceDejaRetiree`.
    """
    avant = _verrouiller(par, annonce).statut
    if avant == StatutAnnonce.RETIREE:
        raise AnnonceDejaRetiree
    masquee = masquer_annonce(par=par, annonce=annonce, motif=motif)
    if avant != StatutAnnonce.MASQUEE:
        _prevenir(AnnonceMasquee, masquee, par, motif=motif)
    return masquee


@transaction.atomic
def remettre_en_ligne(*, par: Utilisateur, annonce: A) -> A:
    """Undo `masquer` and tell the company's members; on a listing not hidden, do nothing.

    Raises `HorsDeVotreTerritoire`.
    """
    avant = _verrouiller(par, annonce).statut
    visible = demasquer_annonce(par=par, annonce=annonce)
    if avant == StatutAnnonce.MASQUEE:
        _prevenir(AnnonceRemiseEnLigne, visible, par)
    return visible


@transaction.atomic
def corriger(*, par: Utilisateur, annonce: A, competence: Competence) -> A:
    """Put a listing under the compétence it speaks of and tell the company's members.

    Raises `HorsDeVotreTerritoire`, `AnnonceNonModifiable`, `CompetenceRetiree`.
    """
    avant = _verrouiller(par, annonce).competence
    corrigee = corriger_competence(par=par, annonce=annonce, competence=competence)
    if corrigee.competence_id != avant.pk:
        _prevenir(CompetenceCorrigee, corrigee, par, avant=avant.titre, phrase=corrigee.competence.phrase)
    return corrigee


def _verrouiller(par: Utilisateur, annonce: A) -> A:
    """Read the listing as it is now: of two animators at once, the second sees what the first did."""
    du_ressort = type(annonce).objects.du_ressort_de(par).select_for_update(of=("self",))
    verrouillee: A | None = du_ressort.filter(pk=annonce.pk).first()
    if verrouillee is None:
        raise HorsDeVotreTerritoire
    return verrouillee


def _prevenir(avis: type[AvisModeration], annonce: A, par: Utilisateur, **suite: str) -> None:
    """Tell the company's members; `suite`: what this kind of notice says more."""
    dernier_acte = annonce.journal.latest("pk")
    prevenir_entreprises(
        avis(
            acte=dernier_acte.pk,
            annonce=str(annonce.uuid),
            sorte="besoin" if annonce.est_besoin else "savoir-faire",
            competence=annonce.competence.titre,
            texte=annonce.texte,
            etat=annonce.statut,
            entreprise=annonce.entreprise.nom,
            contacts=_contacts(annonce, par),
            **suite,
        ),
        [annonce.entreprise_id],
    )


def _contacts(annonce: Annonce, par: Utilisateur) -> list[dict[str, str]]:
    """Whom to write to: the territoire's team, or `par` (a référent) where there is none yet."""
    equipe = Utilisateur.objects.filter(
        animations__territoire__communes=annonce.commune_id, is_active=True
    ).order_by("first_name", "pk")
    return [{"nom": str(personne), "email": personne.email} for personne in list(equipe) or [par]]
