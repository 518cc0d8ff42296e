"""The outbox: written in the transaction of the fact, emptied by the background worker.

A mail goes through three steps: taken (rows `en_cours`, with their `lot`), sent outside any transaction,
marked `envoye`. The worker may die between any two. What it held is taken again after `REPRISE`, the same
rows in the same mail with the same Message-ID; only a death between the server's « accepted » and our mark
makes a mail leave twice, and mail readers show two mails of one Message-ID once.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from procrastinate.contrib.django import app

from echange.socle.horloge import maintenant
from messagerie.models import EtatEnvoi, Notification, ReglageAvis, ReglageCourriels, Rythme
from messagerie.models.notifications import RYTHMES_GROUPES, TITRE_MAX
from messagerie.notifications.avis import GENRES, Avis, Visiteur
from messagerie.notifications.courrier import SansObjet, composer
from messagerie.notifications.horaires import prochain_envoi
from messagerie.notifications.liaison import Liaison
from profils.models import Utilisateur

journal = logging.getLogger(__name__)

TACHE_EXPEDIER = "messagerie.expedier"
REPRISE = timedelta(minutes=10)  # longer than any one mail takes: its worker is dead
ESSAIS_MAX = 8  # over about four hours, for what concerns one recipient
RECUL_MAX = timedelta(hours=1)
SERVEUR_ABSENT = timedelta(minutes=5)
RESUME_A_L_HEURE = timedelta(hours=1)
OUBLI = timedelta(days=90)  # how long an address without an account stays, once written to


def prevenir(avis: Avis, destinataires: Iterable[Utilisateur | Visiteur]) -> None:
    """Tell a fact to these people: the line on the site, and the mail each one's preferences allow.

    The same fact told twice to the same person is told once. Must be called in the fact's transaction.
    """
    prevenir_chacun((avis, personne) for personne in destinataires)


@transaction.atomic
def prevenir_chacun(envois: Iterable[tuple[Avis, Utilisateur | Visiteur]]) -> None:
    """Tell each person her own version of a fact (a link that is hers): as `prevenir`, in three queries."""
    listes = sorted(envois, key=_ordre)
    personnes = [qui for _, qui in listes if isinstance(qui, Utilisateur)]
    genres = {avis.genre.code for avis, _ in listes}
    regles = ReglageAvis.objects.filter(utilisateur__in=personnes, genre__in=genres)
    rythmes = {(r.utilisateur_id, r.genre): Rythme(r.rythme) for r in regles}
    calmes = {r.utilisateur_id: r for r in ReglageCourriels.objects.filter(utilisateur__in=personnes)}
    instant = maintenant()
    notifications = [
        _noter(avis, qui, rythmes.get((qui.pk, avis.genre.code)), calmes.get(qui.pk), instant)
        if isinstance(qui, Utilisateur)
        else _noter(avis, qui, None, None, instant)
        for avis, qui in listes
    ]
    Notification.objects.bulk_create(notifications, ignore_conflicts=True)
    if any(n.envoyer_apres is not None and n.envoyer_apres <= instant for n in notifications):
        app.configure_task(TACHE_EXPEDIER).defer()


def prevenir_entreprises(avis: Avis, entreprises: Iterable[int]) -> None:
    """Tell a fact to the active members of these companies (primary keys)."""
    membres = Utilisateur.objects.filter(is_active=True, appartenances__entreprise__in=list(entreprises))
    prevenir(avis, membres.distinct())


def solder(*, genre: str, cle: str) -> None:
    """The fact asks for nothing more: nobody needs to read it, its mails not yet sent are not sent."""
    Notification.objects.filter(genre=genre, cle=cle, lue_le__isnull=True).update(lue_le=maintenant())


def solder_famille(*, genres: Iterable[str], debut: str) -> None:
    """The same of all the facts of these kinds whose keys begin so."""
    familles = Notification.objects.filter(genre__in=list(genres), cle__startswith=debut)
    familles.non_lues().update(lue_le=maintenant())


def solder_pour(qui: Utilisateur | Visiteur, *, genre: str, cles: Iterable[str]) -> None:
    """The same of these facts, for one person who wants no more of them."""
    siennes = Notification.objects.filter(genre=genre, cle__in=list(cles))
    if isinstance(qui, Utilisateur):
        siennes = siennes.filter(destinataire=qui)
    else:
        siennes = siennes.filter(adresse=qui.adresse)
    siennes.non_lues().update(lue_le=maintenant())


def expedier() -> int:
    """Send everything that is due; return how many mails left. Several workers may do it at once.

    One recipient's trouble is its own. When the server itself does not answer, the rest waits for the next
    call and nothing counts as tried.
    """
    partis = 0
    with Liaison() as liaison:
        while lot := _prendre():
            try:
                liaison.envoyer(composer(lot))
            except SansObjet:
                Notification.objects.du_lot(lot[0].lot).update(etat_envoi=EtatEnvoi.INUTILE)
            except Exception as erreur:  # noqa: BLE001  whatever breaks one mail must not stop the others
                if _est_du_serveur(erreur):
                    _reporter(lot, erreur, SERVEUR_ABSENT)
                    journal.warning("The mail server does not answer: %s", _resumer(erreur))
                    break
                _echouer(lot, erreur)
                journal.exception("A mail of notifications did not leave: %s", _resumer(erreur))
            else:
                _marquer_envoye(lot)
                partis += 1
    return partis


def oublier_visiteurs() -> int:
    """Delete what was told long ago to people without an account; return how many rows."""
    dits = Notification.objects.exclude(adresse="").filter(cree_le__lt=maintenant() - OUBLI)
    return dits.exclude(etat_envoi__in=(EtatEnvoi.ATTENTE, EtatEnvoi.EN_COURS)).delete()[0]


def rejouer(notifications: Iterable[Notification]) -> int:
    """Put mails given up back in the outbox; return how many."""
    cles = [n.pk for n in notifications]
    mortes = Notification.objects.filter(pk__in=cles, etat_envoi=EtatEnvoi.MORT)
    return mortes.update(etat_envoi=EtatEnvoi.ATTENTE, envoyer_apres=maintenant(), essais=0)


def _ordre(envoi: tuple[Avis, Utilisateur | Visiteur]) -> tuple[int, str]:
    """Rows are written in one order, so that two workers who tell the same people do not block each other."""
    qui = envoi[1]
    return (qui.pk, "") if isinstance(qui, Utilisateur) else (0, qui.adresse)


def _noter(
    avis: Avis,
    qui: Utilisateur | Visiteur,
    choisi: Rythme | None,
    calme: ReglageCourriels | None,
    instant: datetime,
) -> Notification:
    rythme = choisi or avis.genre.rythme
    notification = Notification(
        destinataire=qui if isinstance(qui, Utilisateur) else None,
        adresse="" if isinstance(qui, Utilisateur) else qui.adresse,
        genre=avis.genre.code,
        cle=avis.cle,
        donnees=avis.donnees,
        titre=avis.titre[:TITRE_MAX],
        chemin=avis.chemin,
        cree_le=instant,
        rythme=rythme,
    )
    if rythme == Rythme.JAMAIS:
        notification.etat_envoi = EtatEnvoi.SANS
    else:
        calme = calme or ReglageCourriels.par_defaut()
        notification.envoyer_apres = prochain_envoi(
            instant, rythme, calme_de=calme.calme_de, calme_a=calme.calme_a
        )
    return notification


def _prendre() -> list[Notification]:
    """Take the rows of the next mail to send: those to try again first, then what is due."""
    instant = maintenant()
    while True:
        reprise = Notification.objects.a_reprendre(instant).order_by("reprendre_apres").first()
        if reprise is not None:
            lot = _reprendre(reprise, instant)
        else:
            premiere = Notification.objects.dues(instant).first()
            if premiere is None:
                return []
            lot = _reserver(premiere, instant)
        if lot is not None:
            return list(Notification.objects.du_lot(lot).select_related("destinataire"))


@transaction.atomic
def _reprendre(perdue: Notification, instant: datetime) -> UUID | None:
    """Take a mail again; None when another worker got there first, or when nothing of it may leave now."""
    prises = Notification.objects.a_reprendre(instant).filter(lot=perdue.lot)
    prises.sans_objet()
    if matin := _fin_du_calme(perdue, instant):
        prises.update(reprendre_apres=matin)
        return None
    return perdue.lot if prises.update(reprendre_apres=instant + REPRISE) else None


@transaction.atomic
def _reserver(premiere: Notification, instant: datetime) -> UUID | None:
    """Take one row, or all that its mail gathers; what was read meanwhile needs no mail.

    None when nothing is left to send, or when another worker got there first.
    """
    dues = Notification.objects.dues(instant).order_by()
    if premiere.rythme in RYTHMES_GROUPES:
        dues = dues.filter(
            destinataire=premiere.destinataire_id, adresse=premiere.adresse, rythme__in=RYTHMES_GROUPES
        )
    elif (genre := GENRES.get(premiere.genre)) and genre.est_groupe:
        dues = dues.filter(
            destinataire=premiere.destinataire_id,
            adresse=premiere.adresse,
            genre=genre.code,
            rythme=premiere.rythme,
        )
    else:
        dues = dues.filter(pk=premiere.pk)
    dues.sans_objet()
    if matin := _fin_du_calme(premiere, instant):
        dues.update(envoyer_apres=matin)
        return None
    lot = uuid4()
    prises = dues.update(etat_envoi=EtatEnvoi.EN_COURS, lot=lot, reprendre_apres=instant + REPRISE)
    return lot if prises else None


def _fin_du_calme(premiere: Notification, instant: datetime) -> datetime | None:
    """When a mail that is late may leave, if not now: a server back at night wakes nobody up."""
    prevu = premiere.envoyer_apres
    if premiere.rythme in RYTHMES_GROUPES and prevu and instant - prevu < RESUME_A_L_HEURE:
        return None  # a digest has its own hour
    calme = ReglageCourriels.objects.filter(utilisateur=premiere.destinataire_id).first()
    calme = calme or ReglageCourriels.par_defaut()
    matin = prochain_envoi(instant, Rythme.AUSSITOT, calme_de=calme.calme_de, calme_a=calme.calme_a)
    return matin if matin > instant else None


def _marquer_envoye(lot: list[Notification]) -> None:
    Notification.objects.du_lot(lot[0].lot).update(
        etat_envoi=EtatEnvoi.ENVOYE, envoye_le=maintenant(), erreur=""
    )


def _reporter(lot: list[Notification], erreur: Exception, delai: timedelta) -> None:
    """Try this mail again later; it does not count as tried."""
    Notification.objects.du_lot(lot[0].lot).update(
        reprendre_apres=maintenant() + delai, erreur=_resumer(erreur)
    )


def _echouer(lot: list[Notification], erreur: Exception) -> None:
    """Count a failure of this mail: try again later and later, or give up."""
    essais = lot[0].essais + 1
    rows = Notification.objects.du_lot(lot[0].lot)
    if essais >= ESSAIS_MAX or _est_definitive(erreur):
        rows.update(etat_envoi=EtatEnvoi.MORT, essais=essais, erreur=_resumer(erreur))
        return
    delai = min(RECUL_MAX, timedelta(minutes=2**essais))
    rows.update(reprendre_apres=maintenant() + delai, essais=essais, erreur=_resumer(erreur))


def _est_du_serveur(erreur: Exception) -> bool:
    """The server is away or refuses us, whoever the recipient is."""
    if isinstance(erreur, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return False
    return isinstance(erreur, OSError)  # every SMTP error is one too, and so are those of the network


def _est_definitive(erreur: Exception) -> bool:
    """The recipient's server says never (a 5xx answer), not « later »."""
    if isinstance(erreur, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in erreur.recipients.values())
    return isinstance(erreur, smtplib.SMTPDataError) and erreur.smtp_code >= 500


def _resumer(erreur: Exception) -> str:
    """What an operator reads: the kind and the server's code, never an address nor the words of a mail."""
    if isinstance(erreur, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in erreur.recipients.values()})
        return f"SMTPRecipientsRefused {', '.join(map(str, codes))}"
    code = getattr(erreur, "smtp_code", "")
    return f"{type(erreur).__name__} {code}".strip()
