"""Mails of an échange: who is told, of what; each written in the transaction of the fact."""

from django.urls import reverse

from echange.socle.courriels import programmer_courriel
from matching.models import Echange
from profils.models import Entreprise, Utilisateur


def annoncer_proposition(echange: Echange) -> None:
    """Tell every company asked to answer."""
    _ecrire(echange, "echange_propose", sauf=echange.initiatrice)


def annoncer_refus(echange: Echange, entreprise: Entreprise) -> None:
    """Tell the others, in one sentence, that this company cannot."""
    _ecrire(echange, "echange_decline", sauf=entreprise)


def annoncer_annulation(echange: Echange, entreprise: Entreprise) -> None:
    _ecrire(echange, "echange_annule", sauf=entreprise)


def _ecrire(echange: Echange, gabarit: str, *, sauf: Entreprise) -> None:
    destinataires = Utilisateur.objects.filter(
        is_active=True, entreprises__participations__echange=echange
    ).exclude(entreprises=sauf)
    for destinataire in destinataires.distinct().order_by("pk"):
        programmer_courriel(
            a=destinataire.email,
            gabarit=gabarit,
            contexte={
                "prenom": destinataire.first_name,
                "entreprise": sauf.nom,
                "nature": echange.nature,
                "mot": echange.mot,
                "chemin": reverse("matching:echange", args=[echange.uuid]),
            },
        )
