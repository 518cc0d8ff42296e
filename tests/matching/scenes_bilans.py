"""Échanges that end, one way or another, through the real services; and what is asked of them."""

from __future__ import annotations

from datetime import timedelta

from echange.socle.horloge import maintenant
from matching.models import Bilan, Echange
from matching.models.bilans import OUVERT
from matching.services.bilans import repondre_bilan
from matching.services.confirmations import confirmer_apport
from profils.models import Entreprise
from tests.matching.scenes import accepter, membre, proposer, rendre_reciproques

REPONSES = {
    "appris": ("prevu", "seul", "oui"),
    "donne": ("autrement", "contact", "peut_etre"),
    "a_decline": ("oui", "plus_tard", "horaires"),
    "silence": ("pas_vu", "oui", "equipe"),
    "a_annule": ("temps", "non", "rien"),
    "cherchait": ("oui", "oui", "distance"),
    "offrait": ("plus_tard", "plus_tard", "rencontre"),
    "usage": ("un_peu", "oubli"),
}


def convenir(une: Entreprise, autre: Entreprise) -> Echange:
    """`une` and `autre` have agreed to teach each other."""
    rendre_reciproques(une, autre)
    return accepter(proposer(une, nature="reciproque"), autre)


def realiser(echange: Echange, *, a_eu_lieu: bool = True) -> Echange:
    """Everyone says of every gift that it took place (or did not)."""
    for apport in echange.apports.select_related("donneur", "receveur"):
        for entreprise in (apport.donneur, apport.receveur):
            confirmer_apport(
                par=membre(entreprise), entreprise=entreprise, apport=apport, a_eu_lieu=a_eu_lieu
            )
    echange.refresh_from_db()
    return echange


def faire(une: Entreprise, autre: Entreprise) -> Echange:
    """A réciproque that took place."""
    return realiser(convenir(une, autre))


def bilan_de(entreprise: Entreprise, echeance: str = "fin") -> Bilan:
    return Bilan.objects.get(entreprise=entreprise, echeance=echeance)


def questionnaires(echange: Echange) -> dict[str, str]:
    """Who is asked what, the question of the month after aside."""
    bilans = echange.bilans.filter(echeance="fin")
    return dict(bilans.values_list("entreprise__nom", "questionnaire"))


def repondre(bilan: Bilan, *reponses: str) -> Bilan:
    """Answer in order; without answers, all of it."""
    for reponse in reponses or REPONSES[bilan.questionnaire]:
        relu = Bilan.objects.get(pk=bilan.pk)
        assert relu.prochaine is not None
        repondre_bilan(par=membre(relu.entreprise), bilan=relu, question=relu.prochaine.code, reponse=reponse)
    return Bilan.objects.get(pk=bilan.pk)


def poser_bilan(entreprise: Entreprise, echange: Echange, echeance: str = "fin") -> Bilan:
    """A bilan that may be answered now, whatever the échange became."""
    return Bilan.objects.create(
        echange=echange,
        entreprise=entreprise,
        echeance=echeance,
        questionnaire="appris" if echeance == "fin" else "usage",
        competence_id="instagram",
        demander_apres=maintenant() - timedelta(days=1 if echeance == "fin" else 2),
        expire_le=maintenant() + OUVERT,
    )
