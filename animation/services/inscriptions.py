"""Register at an event, and change one's mind."""

from __future__ import annotations

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q

from animation.avis_agenda import annoncer_depart, annoncer_inscription
from animation.erreurs import EvenementTermine, InscriptionsFermees
from animation.jetons_agenda import DELAI_DE_CONFIRMATION, chemin_d_inscription
from animation.models import EtatInscription, Evenement, Inscription
from animation.presentation.evenements import FicheEvenement
from animation.services.evenements import verifier_ressort
from animation.services.places import liberer, placer, promouvoir, verrouiller
from echange.socle.courriels import programmer_courriel
from echange.socle.horloge import maintenant
from profils.models import NOM_MAX, Utilisateur

ENTRE_DEUX_COURRIELS = timedelta(minutes=10)
CONSERVATION = relativedelta(months=6)  # after the event: names go, figures stay


@transaction.atomic
def inscrire(*, par: Utilisateur, evenement: Evenement) -> Inscription:
    """Register this person, or put her in the queue, and tell her; twice is once.

    Raises `InscriptionsFermees`.
    """
    pris = verrouiller(evenement)
    inscription = pris.inscriptions.de_la_personne(par).order_by("utilisateur", "pk").first()
    if inscription is not None and inscription.est_active:
        return _rattacher(inscription, par)
    _exiger_ouvert(pris)
    inscription = _rattacher(inscription or Inscription(evenement=pris), par)
    inscription.nom = (par.get_full_name() or par.email)[:NOM_MAX]
    placer(pris, inscription)
    annoncer_inscription(pris, inscription)
    return inscription


@transaction.atomic
def demander_inscription(*, evenement: Evenement, nom: str, courriel: str) -> None:
    """Write to this address, so that whoever reads it may confirm; nothing tells the caller what it is.

    Somebody already registered gets the link that leads to her registration. An address is written to once in
    ten minutes for an event, whoever asks. Raises `InscriptionsFermees`.
    """
    _exiger_ouvert(evenement)
    courriel, instant = courriel.strip().lower(), maintenant()
    siennes = Inscription.objects.filter(evenement=evenement).filter(
        Q(courriel=courriel) | Q(utilisateur__email=courriel)
    )
    inscription = siennes.order_by("utilisateur", "pk").first()
    if inscription is None:
        inscription, est_nouvelle = Inscription.objects.get_or_create(
            evenement=evenement,
            courriel=courriel,
            defaults={"nom": nom, "etat": EtatInscription.A_CONFIRMER},
        )
        peut_ecrire = est_nouvelle
    else:
        calme = Q(demandee_le__lte=instant - ENTRE_DEUX_COURRIELS) | Q(etat=EtatInscription.ANNULEE)
        peut_ecrire = bool(siennes.filter(calme, pk=inscription.pk).update(demandee_le=instant))
    if peut_ecrire:
        if inscription.etat == EtatInscription.ANNULEE:
            Inscription.objects.filter(pk=inscription.pk).update(etat=EtatInscription.A_CONFIRMER, rang=None)
        _ecrire_a(inscription, courriel)


def _ecrire_a(inscription: Inscription, courriel: str) -> None:
    """Nothing that the asker typed is in this mail: it may be somebody else’s address."""
    fiche = FicheEvenement(inscription.evenement)
    programmer_courriel(
        a=courriel,
        gabarit="evenement_confirmer",
        contexte={
            "est_deja_inscrite": inscription.est_active,
            "evenement": fiche.titre,
            "quand": fiche.quand,
            "ou": fiche.ou,
            "chemin": chemin_d_inscription(inscription),
        },
        urgent=True,
    )


@transaction.atomic
def confirmer_inscription(*, inscription: Inscription) -> Inscription:
    """Register whoever holds the link sent to her address; twice is once.

    If she has an account, her registration joins it. Raises `InscriptionsFermees`.
    """
    pris = verrouiller(inscription.evenement)
    lue = Inscription.objects.select_related("utilisateur").get(pk=inscription.pk)
    if lue.est_active:
        return lue
    _exiger_ouvert(pris)
    compte = lue.utilisateur or Utilisateur.objects.filter(email=lue.courriel, is_active=True).first()
    if compte is not None and lue.utilisateur is None:
        ailleurs = pris.inscriptions.filter(utilisateur=compte).first()
        if ailleurs is not None:
            lue.delete()
            lue = ailleurs
            if lue.est_active:
                return lue
        lue = _rattacher(lue, compte)
    placer(pris, lue)
    annoncer_inscription(pris, lue)
    return lue


@transaction.atomic
def inscrire_par_l_equipe(*, par: Utilisateur, evenement: Evenement, nom: str, courriel: str) -> Inscription:
    """Enter somebody who called: her address, if she gave one, gets the same mails as anybody's.

    The team may do it until the event ends, whatever the dates of registration.
    Raises `EvenementHorsRessort`, `EvenementTermine`, `InscriptionsFermees`.
    """
    verifier_ressort(par, evenement)
    pris = verrouiller(evenement)
    if pris.est_passe:
        raise EvenementTermine
    if pris.est_annule:
        raise InscriptionsFermees
    courriel = courriel.strip().lower()
    compte = Utilisateur.objects.filter(email=courriel, is_active=True).first() if courriel else None
    inscription = None
    if compte is not None:
        inscription = pris.inscriptions.de_la_personne(compte).order_by("utilisateur", "pk").first()
    elif courriel:
        inscription = pris.inscriptions.filter(courriel=courriel).first()
    if inscription is not None and inscription.est_active:
        return inscription
    inscription = inscription or Inscription(evenement=pris, courriel=courriel)
    inscription.nom = nom
    if compte is not None:
        inscription = _rattacher(inscription, compte)
    placer(pris, inscription)
    annoncer_inscription(pris, inscription)
    return inscription


@transaction.atomic
def annuler_inscription(*, inscription: Inscription) -> Inscription:
    """Give the place back, and give it at once to the first who waits; twice is once.

    Whoever calls holds the signed link, is the person herself or animates the territoire. Raises
    `EvenementTermine`.
    """
    pris = verrouiller(inscription.evenement)
    lue = Inscription.objects.select_related("utilisateur").get(pk=inscription.pk)
    if not lue.est_active:
        return lue
    if pris.est_passe:
        raise EvenementTermine
    avait_une_place = lue.est_inscrite
    liberer(pris, lue)
    annoncer_depart(pris, lue, avait_une_place=avait_une_place)
    promouvoir(pris)
    return lue


@transaction.atomic
def marquer_presence(*, par: Utilisateur, inscription: Inscription, presente: bool | None) -> None:
    """Say whether this person came (None: not said); figures follow.

    Raises `EvenementHorsRessort`, `InscriptionsFermees` for somebody without a place.
    """
    verifier_ressort(par, inscription.evenement)
    pris = verrouiller(inscription.evenement)
    siennes = pris.inscriptions.filter(etat=EtatInscription.INSCRITE)
    if not siennes.filter(pk=inscription.pk).update(presente=presente):
        raise InscriptionsFermees("Cette personne n’a pas de place à cet événement.")
    pris.presents = siennes.filter(presente=True).count()
    pris.save(update_fields=["presents"])


def purger_inscriptions() -> int:
    """Delete the names six months after each event, and demands never confirmed; return how many rows."""
    instant = maintenant()
    effacees = Inscription.objects.filter(
        etat=EtatInscription.A_CONFIRMER, demandee_le__lt=instant - DELAI_DE_CONFIRMATION
    ).delete()[0]
    finis = Evenement.objects.filter(fin__lt=instant - CONSERVATION, purge_le=None)
    for cle in list(finis.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            if finis.filter(pk=cle).update(purge_le=instant):
                effacees += Inscription.objects.filter(evenement=cle).delete()[0]
    return effacees


def _exiger_ouvert(evenement: Evenement) -> None:
    if not (evenement.est_en_ligne and FicheEvenement(evenement).est_ouvert):
        raise InscriptionsFermees


def _rattacher(inscription: Inscription, utilisateur: Utilisateur) -> Inscription:
    """Make it hers: what she asked with her address joins her account."""
    if inscription.utilisateur_id != utilisateur.pk:
        inscription.utilisateur, inscription.courriel = utilisateur, ""
        if inscription.pk:
            inscription.save(update_fields=["utilisateur", "courriel", "modifie_le"])
    return inscription
