"""Run a tour in the background: claim it, photograph the territoire, solve, look again, keep the answer.

A tour is claimed by a conditional update on (`statut`, `essai`): a job delivered twice runs once, and a
worker thought dead that wakes up finds the row taken over and writes nothing. Nothing is locked while the
engine works.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from echange.socle.horloge import maintenant
from matching.models import Arete, DonPrevu, EchangePrevu, Nature, StatutTour, Tour
from matching.models.echanges import empreinte_de
from matching.moteur.tour import marche as moteur
from matching.moteur.tour.marche import Paire, ResultatMarche, resoudre_marche
from matching.moteur.tour.resoudre import DemandeInvalide
from matching.tours.instantane import Instantane, photographier
from matching.tours.suivi import SILENCE, Suivi

TACHE_RESOUDRE = "matching.resoudre_tour"
ESSAIS_MAX = 2
INTERROMPU = "Le calcul a été interrompu deux fois. Relancez-le avec une durée plus courte."
INCONNUE = "Le calcul s’est arrêté sur une erreur qui n’est pas de votre fait. L’équipe technique la verra."
# Nobody can help anybody: that too is an answer, and a proven one.
VIDE = ResultatMarche(
    echanges=(),
    servis=0,
    borne=0,
    score=0.0,
    attente=0,
    prouve_servis=True,
    prouve_score=True,
    prouve_attente=True,
    duree_s=0.0,
    memoire_mo=0.0,
)


def programmer(tour: Tour) -> None:
    """Enqueue the try that `tour.essai` names, in the current transaction."""
    app.configure_task(TACHE_RESOUDRE).defer(tour_id=tour.pk, essai=tour.essai)


def executer(tour_id: int, essai: int) -> None:
    """Compute this try of a tour and keep what it found; do nothing if the try is no longer wanted."""
    tour = _prendre(tour_id, essai)
    if tour is None:
        return
    try:
        with Suivi(tour) as suivi:
            instantane = photographier(tour)
            _compter(tour, instantane)
            resultat = _resoudre(tour, instantane, suivi)
        _conserver(tour, resultat)
    except (DemandeInvalide, moteur.MarcheInvalide) as refus:
        _echouer(tour, str(refus))
    except Exception:
        _echouer(tour, INCONNUE)
        raise


def relever() -> int:
    """Give the tours of dead workers another try, or close them; return how many. Run every minute."""
    return sum(_relever(cle) for cle in Tour.objects.actifs().order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _relever(cle: int) -> bool:
    tour = Tour.objects.select_for_update().get(pk=cle)
    est_muet = (tour.vu_le or tour.cree_le) <= maintenant() - SILENCE
    if not tour.est_actif or not est_muet or _attend_une_ouvriere(tour):
        return False
    if tour.arret_demande:
        _clore(tour, StatutTour.ANNULE)
    elif tour.essai >= ESSAIS_MAX:
        _clore(tour, StatutTour.EN_ECHEC, INTERROMPU)
    else:
        tour.statut, tour.essai, tour.vu_le = StatutTour.EN_FILE, tour.essai + 1, maintenant()
        tour.save(update_fields=["statut", "essai", "vu_le", "modifie_le"])
        programmer(tour)
    return True


def _attend_une_ouvriere(tour: Tour) -> bool:
    """Say whether its job still waits in the queue: nothing is lost, workers are busy or stopped."""
    travaux = ProcrastinateJob.objects.filter(task_name=TACHE_RESOUDRE, status="todo")
    return tour.statut == StatutTour.EN_FILE and travaux.filter(args__tour_id=tour.pk).exists()


def _prendre(tour_id: int, essai: int) -> Tour | None:
    instant = maintenant()
    prenables = Tour.objects.filter(pk=tour_id, essai=essai, statut=StatutTour.EN_FILE)
    if not prenables.update(statut=StatutTour.EN_COURS, demarre_le=instant, vu_le=instant):
        return None
    return Tour.objects.get(pk=tour_id)


def _compter(tour: Tour, instantane: Instantane) -> None:
    champs = ("entreprises", "besoins", "possibles", "gardes_perdus")
    for champ in champs:
        setattr(tour, champ, getattr(instantane, champ))
    tour.save(update_fields=[*champs, "modifie_le"])


def _resoudre(tour: Tour, instantane: Instantane, suivi: Suivi) -> ResultatMarche:
    if instantane.marche is None:
        return VIDE
    return resoudre_marche(
        instantane.marche,
        cycle=tour.cercle_max,
        chaine=tour.chaine_max,
        duree=float(tour.duree_s),
        graine=tour.graine,
        imposes=instantane.imposes,
        exclus=instantane.exclus,
        arreter=suivi.doit_arreter,
        progres=suivi.progresser,
    )


@transaction.atomic
def _conserver(tour: Tour, resultat: ResultatMarche) -> None:
    """Write the answer, less the échanges of which a listing has gone while the engine worked."""
    pris = Tour.objects.select_for_update().filter(pk=tour.pk, essai=tour.essai, statut=StatutTour.EN_COURS)
    actuel = pris.first()
    if actuel is None:
        return
    aretes = _relire(don for echange in resultat.echanges for don in echange.dons)
    tenus = [
        echange
        for echange in resultat.echanges
        if all((don.besoin, don.savoir_faire) in aretes for don in echange.dons)
    ]
    _ecrire(actuel, tenus, aretes)
    actuel.perdus = len(resultat.echanges) - len(tenus)
    actuel.servis = sum(len(echange.dons) for echange in tenus)
    actuel.borne = max(min(resultat.borne, actuel.possibles), actuel.servis)
    actuel.score = sum(don.score for echange in tenus for don in echange.dons)
    actuel.attente = sum(don.attente for echange in tenus for don in echange.dons)
    actuel.est_prouve = resultat.prouve_servis and not actuel.perdus
    actuel.est_score_prouve = resultat.prouve_score and not actuel.perdus
    actuel.est_attente_prouvee = resultat.prouve_attente and not actuel.perdus
    actuel.calcul_s, actuel.memoire_mo = resultat.duree_s, resultat.memoire_mo
    _clore(actuel, StatutTour.TERMINE)


def _relire(dons: Iterable[moteur.Don]) -> dict[Paire, Arete]:
    """The arêtes of these gifts as they are now, those that are gone missing."""
    vivantes = Arete.objects.vivantes().filter(
        besoin__in=[don.besoin for don in dons],
        demandeur__est_suspendue=False,
        offreur__est_suspendue=False,
    )
    return {(arete.besoin_id, arete.savoir_faire_id): arete for arete in vivantes}


def _ecrire(tour: Tour, tenus: list[moteur.Echange], aretes: Mapping[Paire, Arete]) -> None:
    prevus = EchangePrevu.objects.bulk_create(
        EchangePrevu(
            tour=tour,
            rang=rang,
            nature=_nature(echange),
            empreinte=empreinte_de((don.besoin, don.savoir_faire) for don in echange.dons),
            taille=len(echange.dons),
            score=sum(don.score for don in echange.dons) / len(echange.dons),
            est_garde=echange.est_impose,
        )
        for rang, echange in enumerate(_ranger(tenus), start=1)
    )
    DonPrevu.objects.bulk_create(
        _don(prevu, rang, aretes[don.besoin, don.savoir_faire])
        for prevu, echange in zip(prevus, _ranger(tenus), strict=True)
        for rang, don in enumerate(echange.dons)
    )


def _ranger(echanges: Iterable[moteur.Echange]) -> list[moteur.Echange]:
    """Kept ones first, then those that serve the most, then the best; the same order every time."""
    return sorted(
        echanges,
        key=lambda e: (not e.est_impose, -len(e.dons), -sum(d.score for d in e.dons) / len(e.dons), e.dons),
    )


def _nature(echange: moteur.Echange) -> Nature:
    if echange.nature == "chaine":
        return Nature.CHAINE if len(echange.dons) > 1 else Nature.DIRECT
    return Nature.RECIPROQUE if len(echange.dons) == 2 else Nature.CERCLE


def _don(prevu: EchangePrevu, rang: int, arete: Arete) -> DonPrevu:
    return DonPrevu(
        tour=prevu.tour,
        echange_prevu=prevu,
        rang=rang,
        donneur_id=arete.offreur_id,
        receveur_id=arete.demandeur_id,
        besoin_id=arete.besoin_id,
        savoir_faire_id=arete.savoir_faire_id,
        score=arete.score,
        distance_m=arete.distance_m,
        modalites=arete.modalites,
        creneaux=arete.creneaux,
        composantes=arete.composantes,
    )


def _echouer(tour: Tour, phrase: str) -> None:
    mien = Tour.objects.filter(pk=tour.pk, essai=tour.essai, statut=StatutTour.EN_COURS)
    mien.update(statut=StatutTour.EN_ECHEC, erreur=phrase[:300], termine_le=maintenant())


def _clore(tour: Tour, statut: StatutTour, erreur: str = "") -> None:
    tour.statut, tour.erreur, tour.termine_le = statut, erreur, maintenant()
    tour.save()
