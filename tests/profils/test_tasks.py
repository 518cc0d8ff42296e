"""Background work: finding an address, forgetting those who never came."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from profils import tasks
from profils.models import Entreprise, Utilisateur
from profils.services import TACHE_LOCALISER
from territoires.geocodage import Lieu
from territoires.models import Commune
from tests import fabriques
from tests.file_de_travail import travaux_en_attente

pytestmark = pytest.mark.django_db

ADRESSE = "3 place des Lices"
LICES = Point(-1.6835, 48.1130, srid=4326)


@pytest.fixture
def adressee(boulangerie: Entreprise) -> Entreprise:
    Entreprise.objects.filter(pk=boulangerie.pk).update(adresse=ADRESSE)
    boulangerie.refresh_from_db()
    return boulangerie


def repondre(monkeypatch: pytest.MonkeyPatch, *, trouve: bool) -> list[tuple[str, Commune]]:
    """Stand in for the geocoder; return the questions it will have been asked."""
    questions: list[tuple[str, Commune]] = []

    def localiser(adresse: str, commune: Commune) -> Lieu:
        questions.append((adresse, commune))
        return Lieu(LICES if trouve else commune.position, est_localisee=trouve)

    monkeypatch.setattr(tasks, "localiser", localiser)
    return questions


def localiser(entreprise: Entreprise, **arguments: Any) -> None:
    tasks.localiser_entreprise(entreprise_id=entreprise.pk, adresse=ADRESSE, **arguments)


def test_l_adresse_trouvee_place_l_entreprise(adressee: Entreprise, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = repondre(monkeypatch, trouve=True)
    localiser(adressee)
    adressee.refresh_from_db()
    assert adressee.est_localisee
    assert adressee.position.coords == pytest.approx(LICES.coords)
    assert questions == [(ADRESSE, adressee.commune)]


def test_une_adresse_changee_depuis_ne_se_cherche_plus(
    adressee: Entreprise, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = repondre(monkeypatch, trouve=True)
    Entreprise.objects.filter(pk=adressee.pk).update(adresse="5 rue Neuve")
    localiser(adressee)
    assert questions == []


def test_une_adresse_introuvable_se_cherche_de_nouveau_plus_tard(
    adressee: Entreprise, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.GEOCODAGE_ACTIF = True
    repondre(monkeypatch, trouve=False)
    localiser(adressee)
    adressee.refresh_from_db()
    assert not adressee.est_localisee
    (travail,) = travaux_en_attente(TACHE_LOCALISER)
    assert travail.args == {"entreprise_id": adressee.pk, "adresse": ADRESSE, "essai": 1}
    assert travail.scheduled_at
    assert travail.scheduled_at - timezone.now() > timedelta(minutes=4)


def test_on_finit_par_ne_plus_chercher(
    adressee: Entreprise, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.GEOCODAGE_ACTIF = True
    repondre(monkeypatch, trouve=False)
    localiser(adressee, essai=len(tasks.REPRISES))
    assert not ProcrastinateJob.objects.exists()


def test_sans_geocodage_on_n_insiste_pas(adressee: Entreprise, monkeypatch: pytest.MonkeyPatch) -> None:
    repondre(monkeypatch, trouve=False)
    localiser(adressee)
    assert not ProcrastinateJob.objects.exists()


def test_la_nuit_les_comptes_jamais_confirmes_sont_oublies() -> None:
    oubliee = fabriques.creer_utilisateur("Oubliée")
    Utilisateur.objects.update(date_joined=timezone.now() - timedelta(days=8))
    tasks.purger_comptes(timestamp=0)
    assert not Utilisateur.objects.filter(pk=oubliee.pk).exists()
