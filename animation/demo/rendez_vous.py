"""What the boulangère has agreed with the garagiste: three lines, and a Thursday at the bakehouse."""

from datetime import time, timedelta

from echange.socle.horloge import PARIS, maintenant
from matching.creneaux import a_paris, semaine_suivante
from matching.models import Apport, Echange, Lignes
from matching.moteur.adequation import Lieu
from matching.services.accords import accepter_accord, ecrire_accord
from matching.services.seances import Rencontre, choisir_date, proposer_dates
from profils.models import Entreprise, Utilisateur

JEUDI = 3


def prendre_rendez_vous(*, echange: Echange, donneur: Entreprise) -> None:
    """Agree, through the services of the site, on what `donneur` shows in this échange."""
    apport = Apport.objects.select_related("donneur", "receveur", "savoir_faire__competence").get(
        echange=echange, donneur=donneur
    )
    receveur, quoi = apport.receveur, apport.savoir_faire.competence.titre
    elle, lui = (_membre(e) for e in (donneur, receveur))
    lignes = Lignes(quoi, 60, f"Chez {donneur.nom}, jeudi à 14\u00a0h")
    ecrire_accord(par=elle, apport=apport, entreprise=donneur, lignes=lignes, version=0)
    accepter_accord(par=lui, apport=apport, entreprise=receveur, version=1)
    demain = maintenant().astimezone(PARIS).date() + timedelta(days=1)
    jeudi = a_paris(demain + timedelta(days=(JEUDI - demain.weekday()) % 7), time(14))
    seance = proposer_dates(
        par=lui,
        apport=apport,
        entreprise=receveur,
        rencontre=Rencontre([jeudi, semaine_suivante(jeudi)], 60, Lieu.CHEZ_OFFREUR),
    )
    choisir_date(par=elle, seance=seance, entreprise=donneur, debut=jeudi, version=seance.version)


def _membre(entreprise: Entreprise) -> Utilisateur:
    return Utilisateur.objects.filter(appartenances__entreprise=entreprise).earliest("pk")
