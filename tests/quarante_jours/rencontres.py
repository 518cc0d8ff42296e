"""What those who have agreed do next: they find a date, sometimes move or cancel it, and say how it went."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from echange.socle.horloge import maintenant
from matching.models import Apport, Bilan, EtatApport, Seance, StatutEchange
from matching.moteur.adequation import Lieu
from matching.services.bilans import repondre_bilan
from matching.services.seances import Rencontre, annuler_seance, choisir_date, proposer_dates
from profils.models import Entreprise
from tests.quarante_jours.noms import nom_de, nom_du_don, personne

if TYPE_CHECKING:
    from tests.quarante_jours.personnes import Personnes

SALLE = "https://visio.exemple.fr/une-salle"


def se_donner_rendez_vous(personnes: Personnes) -> None:
    """Two givers in three propose two dates the next morning; the other chooses one, or lets it lie."""
    prevus = Apport.objects.filter(echange__statut=StatutEchange.EN_COURS, etat=EtatApport.PREVU)
    lus = prevus.select_related("echange", "donneur", "receveur").prefetch_related(
        "echange__apports__besoin", "echange__apports__savoir_faire"
    )
    for don in sorted(lus, key=nom_du_don):
        seance = Seance.objects.detaillees().actives().filter(apport=don).first()
        nom = nom_du_don(don)
        if seance is None:
            if personnes.sort("propose une date", *nom) < 0.66:
                _proposer(personnes, don, jours=3)
        elif seance.attendue is not None:
            _choisir(personnes, seance, seance.attendue.dates[0], _autre(don, seance.attendue.entreprise))
        elif seance.debut is not None and seance.debut > maintenant() + timedelta(hours=12):
            envie = personnes.sort("change d’avis", *nom, personnes.jour)
            if envie < 0.1:
                _proposer(personnes, don, jours=5, seance=seance)
            elif envie < 0.15:
                personnes.tenter(
                    annuler_seance, par=personne(don.receveur), seance=seance, entreprise=don.receveur
                )


def _proposer(personnes: Personnes, don: Apport, *, jours: int, seance: Seance | None = None) -> None:
    dates = [maintenant() + timedelta(days=jours + ecart, hours=2) for ecart in (0, 1)]
    personnes.tenter(
        proposer_dates,
        par=personne(don.donneur),
        apport=don,
        entreprise=don.donneur,
        rencontre=Rencontre(dates, duree_minutes=60, lieu=Lieu.VISIO, lien_visio=SALLE),
        version=seance.version if seance else 0,
    )


def _choisir(personnes: Personnes, seance: Seance, debut: datetime, entreprise: Entreprise) -> None:
    if personnes.sort("choisit", entreprise.uuid, *nom_du_don(seance.apport)) < 0.8:
        personnes.tenter(
            choisir_date,
            par=personne(entreprise),
            seance=seance,
            entreprise=entreprise,
            debut=debut,
            version=seance.version,
        )


def _autre(don: Apport, entreprise: Entreprise) -> Entreprise:
    return don.receveur if entreprise == don.donneur else don.donneur


def faire_le_bilan(personnes: Personnes) -> None:
    """One in two answers what she is asked, to the end; some stop after the first tap."""
    poses = Bilan.objects.filter(
        demande_le__isnull=False, termine_le__isnull=True, expire_le__gt=maintenant()
    ).select_related("entreprise", "echange")
    lus = poses.prefetch_related("echange__apports__besoin", "echange__apports__savoir_faire", "reponses")
    for bilan in sorted(lus, key=lambda b: (nom_de(b.echange), b.echange.cree_le, str(b.entreprise.uuid))):
        envie = personnes.sort("bilan", bilan.entreprise.uuid, nom_de(bilan.echange), bilan.echeance)
        for _ in range(0 if envie > 0.6 or bilan.donnees else 1 if envie > 0.5 else 3):
            _toucher(personnes, Bilan.objects.select_related("entreprise", "echange").get(pk=bilan.pk))


def _toucher(personnes: Personnes, bilan: Bilan) -> None:
    """One tap: an answer to the next question, if there is one."""
    if (question := bilan.prochaine) is None:
        return
    choix = question.choix.values
    rang = personnes.sort(question.code, bilan.entreprise.uuid, nom_de(bilan.echange))
    personnes.tenter(
        repondre_bilan,
        par=personne(bilan.entreprise),
        bilan=bilan,
        question=question.code,
        reponse=choix[int(rang * len(choix))],
    )
