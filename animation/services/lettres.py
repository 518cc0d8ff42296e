"""Send a letter: try it on oneself, plan it, and let it leave by batches, once.

A batch is a transaction: the rows of the outbox and how far one has gone are written together, so a worker
killed anywhere is followed by another, and nobody is written to twice (one row per person and sending).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import Truncator
from procrastinate.contrib.django import app

from animation.avis_lettres import LettreRecue
from animation.erreurs import DateDEnvoiPassee, LettreDAutrui, LettreDejaPartie, LettreDejaProgrammee
from animation.jetons_lettres import chemin_d_abonnement
from animation.models import Abonnement, EnvoiLettre, EtatEnvoiLettre, PageLettre
from animation.models.envois import OBJET_MAX
from animation.presentation.lettres import composer_corps, contexte_du_courriel
from echange.socle.courriels import programmer_courriel
from echange.socle.horloge import maintenant
from messagerie.notifications.avis import Visiteur
from messagerie.notifications.boite import prevenir_chacun
from profils.models import Utilisateur
from profils.ressort import exiger_ressort
from territoires.models import Territoire

TACHE_MENER = "animation.mener_lettres"
LOT = 200  # people written to in one transaction


@transaction.atomic
def envoyer_essai(*, par: Utilisateur, page: PageLettre) -> None:
    """Send the letter as it is written now to whoever asks, and to nobody else. Raises `LettreDAutrui`."""
    territoire = _verifier_ressort(par, page)
    ecrite = page.get_latest_revision_as_object()
    contexte = contexte_du_courriel(
        titre=f"[Essai] {ecrite.title}",
        chapeau=ecrite.chapeau,
        corps=composer_corps(ecrite, territoire),
        territoire=territoire.nom if territoire else "",
        chemin=page.get_url() or "/",
        desabonnement="",
    )
    programmer_courriel(a=par.email, gabarit="lettre", contexte=contexte, urgent=True)


@transaction.atomic
def programmer_lettre(*, par: Utilisateur, page: PageLettre, le: datetime | None) -> EnvoiLettre:
    """Let the letter leave at that instant, or now (`le` None); from then on it is not written any more.

    Raises `LettreDAutrui`, `DateDEnvoiPassee`, `LettreDejaProgrammee`, `LettreDejaPartie`.
    """
    territoire = _verifier_ressort(par, page)
    instant = maintenant()
    if le is not None and le <= instant:
        raise DateDEnvoiPassee
    try:
        with transaction.atomic():
            envoi = EnvoiLettre.objects.create(
                page=page, territoire=territoire, par=par, envoyer_le=le or instant
            )
    except IntegrityError as erreur:
        autre = EnvoiLettre.objects.get(page=page)
        raise (LettreDejaPartie if autre.est_parti else LettreDejaProgrammee) from erreur
    if le is None:
        app.configure_task(TACHE_MENER).defer()
    return envoi


@transaction.atomic
def deprogrammer_lettre(*, par: Utilisateur, page: PageLettre) -> None:
    """Take back a planned sending: the letter may be written again.

    Raises `LettreDAutrui`, `LettreDejaPartie`.
    """
    _verifier_ressort(par, page)
    prevus = EnvoiLettre.objects.filter(page=page)
    if not prevus.filter(etat=EtatEnvoiLettre.PROGRAMME).delete()[0] and prevus.exists():
        raise LettreDejaPartie


def mener_lettres() -> int:
    """Start the letters that are due and carry on those under way; return how many people were written to."""
    dus = EnvoiLettre.objects.filter(etat=EtatEnvoiLettre.PROGRAMME, envoyer_le__lte=maintenant())
    for cle in list(dus.order_by("envoyer_le", "pk").values_list("pk", flat=True)):
        _commencer(cle)
    en_cours = EnvoiLettre.objects.filter(etat=EtatEnvoiLettre.EN_COURS)
    return sum(_mener(cle) for cle in list(en_cours.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _commencer(cle: int) -> None:
    """Freeze the letter and put its page on line; whoever gets there first does it."""
    dus = EnvoiLettre.objects.select_for_update(of=("self",), skip_locked=True)
    envoi = dus.filter(pk=cle, etat=EtatEnvoiLettre.PROGRAMME).select_related("territoire", "page").first()
    if envoi is None or envoi.page is None:
        return
    ecrite = envoi.page.get_latest_revision_as_object()
    corps = composer_corps(ecrite, envoi.territoire)
    envoi.objet = Truncator(ecrite.title).chars(OBJET_MAX)
    envoi.html, envoi.texte = corps.html, corps.texte
    envoi.etat, envoi.commence_le = EtatEnvoiLettre.EN_COURS, maintenant()
    envoi.save()
    envoi.page.get_latest_revision().publish()


def _mener(cle: int) -> int:
    ecrits = 0
    while nombre := _ecrire_un_lot(cle):
        ecrits += nombre
    return ecrits


@transaction.atomic
def _ecrire_un_lot(cle: int) -> int:
    """Put the next people in the outbox and note how far it went; 0 when it is done, or another worker's."""
    en_cours = EnvoiLettre.objects.select_for_update(of=("self",), skip_locked=True)
    envoi = en_cours.filter(pk=cle, etat=EtatEnvoiLettre.EN_COURS).select_related("page").first()
    if envoi is None:
        return 0
    suivants = Abonnement.objects.servis(envoi.territoire_id).filter(pk__gt=envoi.curseur)
    lot = list(suivants.select_related("utilisateur")[:LOT])
    if lot:
        prevenir_chacun(_envois(envoi, lot))
        envoi.curseur = lot[-1].pk
        envoi.destinataires += len(lot)
    else:
        envoi.etat, envoi.fini_le = EtatEnvoiLettre.FINI, maintenant()
    envoi.save()
    return len(lot)


def _envois(envoi: EnvoiLettre, lot: list[Abonnement]) -> list[tuple[Any, Utilisateur | Visiteur]]:
    chapeau = envoi.page.chapeau if envoi.page else ""
    chemin = (envoi.page.get_url() if envoi.page else "") or "/"
    return [
        (
            LettreRecue(str(envoi.uuid), envoi.objet, chapeau, chemin, chemin_d_abonnement(abonnement)),
            abonnement.utilisateur or Visiteur(abonnement.courriel),
        )
        for abonnement in lot
    ]


def _verifier_ressort(par: Utilisateur, page: PageLettre) -> Territoire | None:
    """A team sends its own letters; the national one is the référents'."""
    territoire: Territoire | None = page.territoire
    exiger_ressort(par, territoire.pk if territoire else None, LettreDAutrui)
    return territoire


def compter_abonnes(page: PageLettre) -> int:
    """How many people would receive it now."""
    territoire = page.territoire
    return Abonnement.objects.servis(territoire.pk if territoire else None).count()
