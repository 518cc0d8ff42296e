"""A séance between two companies that have accepted, through the real services."""

from datetime import UTC, datetime, timedelta
from typing import Any

from matching.models import Apport, Echange, Seance
from matching.moteur.adequation import Lieu
from matching.services.seances import Rencontre, choisir_date, proposer_dates
from profils.models import Entreprise
from tests.fabriques import creer_besoin, creer_savoir_faire
from tests.matching.scenes import membre

LUNDI_9H = datetime(2026, 11, 30, 8, tzinfo=UTC)  # 9 h in Paris
JEUDI_14H = datetime(2026, 12, 3, 13, tzinfo=UTC)
VENDREDI_10H = datetime(2026, 12, 4, 9, tzinfo=UTC)


def apport_de(echange: Echange, donneur: Entreprise) -> Apport:
    return Apport.objects.get(echange=echange, donneur=donneur)


def apport_entre(echange: Echange, donneur: Entreprise, receveur: Entreprise) -> Apport:
    """Give an échange that was accepted without them its one gift."""
    besoin = receveur.besoins.first() or creer_besoin(receveur, "site-vitrine")
    savoir_faire = creer_savoir_faire(donneur, besoin.competence_id)
    return Apport.objects.create(
        echange=echange,
        donneur=donneur,
        receveur=receveur,
        besoin=besoin,
        savoir_faire=savoir_faire,
        distance_m=0,
    )


def rencontre(*dates: datetime, lieu: Lieu = Lieu.CHEZ_OFFREUR, **champs: Any) -> Rencontre:
    return Rencontre(dates or (JEUDI_14H, VENDREDI_10H), champs.pop("duree_minutes", 60), lieu, **champs)


def proposer_seance(
    apport: Apport, entreprise: Entreprise, *dates: datetime, version: int = 0, **champs: Any
) -> Seance:
    return proposer_dates(
        par=membre(entreprise),
        apport=apport,
        entreprise=entreprise,
        rencontre=rencontre(*dates, **champs),
        version=version,
    )


def choisir(seance: Seance, entreprise: Entreprise, debut: datetime = JEUDI_14H, version: int = 0) -> Seance:
    return choisir_date(
        par=membre(entreprise),
        seance=seance,
        entreprise=entreprise,
        debut=debut,
        version=version or seance.version,
    )


def convenir_seance(apport: Apport, debut: datetime = JEUDI_14H, **champs: Any) -> Seance:
    """The giver proposes, the receiver chooses."""
    seance = proposer_seance(apport, apport.donneur, debut, debut + timedelta(days=1), **champs)
    return choisir(seance, apport.receveur, debut)
