"""Companies: signing up, changing, moving, pausing."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.timezone import localdate
from geopy.distance import geodesic

from echange.socle.evenements import Evenement, _abonnes, abonner
from profils.evenements import EntrepriseDeplacee, EntrepriseMiseEnPause, EntrepriseReprise
from profils.flou import DISTANCE_MAX, DISTANCE_MIN
from profils.models import Entreprise, Secteur, Taille, Utilisateur
from profils.services import (
    TACHE_LOCALISER,
    EntrepriseDAutrui,
    SiretDejaInscrit,
    deplacer_entreprise,
    finir_les_pauses,
    inscrire_entreprise,
    mettre_en_pause,
    modifier_entreprise,
    reprendre,
)
from territoires.models import Commune
from tests.file_de_travail import travaux_en_attente

pytestmark = pytest.mark.django_db

SIRET = "73282932000074"
LICES = Point(-1.6835, 48.1130, srid=4326)


@pytest.fixture
def fiche() -> dict[str, Any]:
    secteur, _ = Secteur.objects.get_or_create(code="boulangerie", defaults={"nom": "Boulangerie"})
    return {
        "nom": "Boulangerie du Marché",
        "siret": SIRET,
        "est_en_creation": False,
        "secteur": secteur,
        "taille": Taille.TRES_PETITE,
        "commune": Commune.objects.get(code="35238"),
        "adresse": "",
    }


@pytest.fixture
def faits(monkeypatch: pytest.MonkeyPatch) -> list[Evenement]:
    """The events emitted, as an app above would hear them."""
    entendus: list[Evenement] = []
    for fait in (EntrepriseDeplacee, EntrepriseMiseEnPause, EntrepriseReprise):
        monkeypatch.setitem(_abonnes, fait, [])
        abonner(fait, entendus.append)
    return entendus


def metres(un: Point, autre: Point) -> float:
    return float(geodesic((un.y, un.x), (autre.y, autre.x)).meters)


def test_l_entreprise_inscrite_a_sa_membre_et_un_point_flou(
    boulangere: Utilisateur, fiche: dict[str, Any]
) -> None:
    entreprise = inscrire_entreprise(par=boulangere, **fiche)
    entreprise.refresh_from_db()
    assert list(entreprise.membres_utilisateurs.all()) == [boulangere]
    assert not entreprise.est_localisee
    assert metres(entreprise.position, fiche["commune"].position) < 1
    assert DISTANCE_MIN <= metres(entreprise.position, entreprise.position_publique) <= DISTANCE_MAX


def test_deux_entreprises_d_une_commune_n_ont_pas_le_meme_point(
    boulangere: Utilisateur, menuisiere: Utilisateur, fiche: dict[str, Any]
) -> None:
    sans_siret = fiche | {"siret": None, "est_en_creation": True}
    une = inscrire_entreprise(par=boulangere, **sans_siret)
    autre = inscrire_entreprise(par=menuisiere, **sans_siret)
    assert une.position_publique.coords != autre.position_publique.coords


def test_le_siret_se_garde_sans_espaces(boulangere: Utilisateur, fiche: dict[str, Any]) -> None:
    entreprise = inscrire_entreprise(par=boulangere, **fiche | {"siret": "732 829 320 00074"})
    assert entreprise.siret == SIRET


def test_un_siret_ne_s_inscrit_qu_une_fois(
    boulangere: Utilisateur, intruse: Utilisateur, fiche: dict[str, Any]
) -> None:
    inscrire_entreprise(par=boulangere, **fiche)
    avant = Entreprise.objects.count()
    with pytest.raises(SiretDejaInscrit, match="déjà inscrite"):
        inscrire_entreprise(par=intruse, **fiche | {"nom": "Une autre"})
    assert Entreprise.objects.count() == avant


@pytest.mark.parametrize("siret", [SIRET, None])
def test_la_meme_demande_envoyee_deux_fois_n_inscrit_qu_une_entreprise(
    boulangere: Utilisateur, fiche: dict[str, Any], siret: str | None
) -> None:
    fiche |= {"siret": siret, "est_en_creation": siret is None}
    premiere = inscrire_entreprise(par=boulangere, **fiche)
    assert inscrire_entreprise(par=boulangere, **fiche) == premiere
    assert Entreprise.objects.count() == 1


def test_l_adresse_se_cherche_en_tache_de_fond(boulangere: Utilisateur, fiche: dict[str, Any]) -> None:
    entreprise = inscrire_entreprise(par=boulangere, **fiche | {"adresse": "3 place des Lices"})
    (travail,) = travaux_en_attente(TACHE_LOCALISER)
    assert travail.args == {"entreprise_id": entreprise.pk, "adresse": "3 place des Lices"}


def test_sans_adresse_rien_ne_se_cherche(boulangere: Utilisateur, fiche: dict[str, Any]) -> None:
    inscrire_entreprise(par=boulangere, **fiche)
    assert travaux_en_attente(TACHE_LOCALISER) == []


def test_modifier_sans_demenager_ne_deplace_rien(
    boulangere: Utilisateur, fiche: dict[str, Any], faits: list[Evenement]
) -> None:
    entreprise = inscrire_entreprise(par=boulangere, **fiche)
    modifiee = modifier_entreprise(
        entreprise=entreprise, par=boulangere, **fiche | {"nom": "Le Bon Pain", "taille": Taille.PETITE}
    )
    assert (modifiee.nom, modifiee.taille) == ("Le Bon Pain", Taille.PETITE)
    assert modifiee.position_publique.coords == entreprise.position_publique.coords
    assert faits == []


def test_changer_de_commune_deplace_et_le_fait_savoir(
    boulangere: Utilisateur, fiche: dict[str, Any], faits: list[Evenement]
) -> None:
    entreprise = inscrire_entreprise(par=boulangere, **fiche)
    vitre = Commune.objects.get(code="35360")
    modifiee = modifier_entreprise(
        entreprise=entreprise, par=boulangere, **fiche | {"commune": vitre, "adresse": "1 rue Notre-Dame"}
    )
    assert metres(modifiee.position, vitre.position) < 1
    assert not modifiee.est_localisee
    assert faits == [EntrepriseDeplacee(entreprise.pk)]
    assert len(travaux_en_attente(TACHE_LOCALISER)) == 1


def test_effacer_son_adresse_ramene_au_centre(
    boulangere: Utilisateur, fiche: dict[str, Any], faits: list[Evenement]
) -> None:
    fiche |= {"adresse": "3 place des Lices"}
    entreprise = inscrire_entreprise(par=boulangere, **fiche)
    assert deplacer_entreprise(
        entreprise=entreprise, adresse=fiche["adresse"], point=LICES, est_localisee=True
    )
    modifiee = modifier_entreprise(entreprise=entreprise, par=boulangere, **fiche | {"adresse": ""})
    assert not modifiee.est_localisee
    assert metres(modifiee.position, fiche["commune"].position) < 1
    assert faits == [EntrepriseDeplacee(entreprise.pk)] * 2


def test_on_ne_prend_pas_le_siret_d_une_autre_en_modifiant(
    boulangere: Utilisateur, menuisiere: Utilisateur, fiche: dict[str, Any]
) -> None:
    inscrire_entreprise(par=menuisiere, **fiche)
    en_creation = fiche | {"nom": "À moi", "siret": None, "est_en_creation": True}
    mienne = inscrire_entreprise(par=boulangere, **en_creation)
    with pytest.raises(SiretDejaInscrit):
        modifier_entreprise(entreprise=mienne, par=boulangere, **fiche | {"nom": "Changée"})
    mienne.refresh_from_db()
    assert mienne.nom == "À moi"


def test_deplacer_change_les_deux_positions_et_le_fait_savoir(
    boulangere: Utilisateur, fiche: dict[str, Any], faits: list[Evenement]
) -> None:
    entreprise = inscrire_entreprise(par=boulangere, **fiche | {"adresse": "3 place des Lices"})
    avant = entreprise.position_publique.coords
    assert deplacer_entreprise(
        entreprise=entreprise, adresse="3 place des Lices", point=LICES, est_localisee=True
    )
    entreprise.refresh_from_db()
    assert entreprise.est_localisee
    assert metres(entreprise.position, LICES) < 0.01
    assert DISTANCE_MIN <= metres(LICES, entreprise.position_publique) <= DISTANCE_MAX
    assert entreprise.position_publique.coords != avant
    assert faits == [EntrepriseDeplacee(entreprise.pk)]


@pytest.mark.parametrize("change", [{"adresse": "5 rue Neuve"}, {"commune_id": "35360"}])
def test_une_reponse_arrivee_trop_tard_est_jetee(
    boulangere: Utilisateur, fiche: dict[str, Any], faits: list[Evenement], change: dict[str, str]
) -> None:
    entreprise = inscrire_entreprise(par=boulangere, **fiche | {"adresse": "3 place des Lices"})
    Entreprise.objects.filter(pk=entreprise.pk).update(**change)
    assert not deplacer_entreprise(
        entreprise=entreprise, adresse="3 place des Lices", point=LICES, est_localisee=True
    )
    assert faits == []


def test_la_pause_se_dit_une_fois_et_se_leve(
    boulangere: Utilisateur, boulangerie: Entreprise, faits: list[Evenement]
) -> None:
    for _ in range(2):
        mettre_en_pause(entreprise=boulangerie, par=boulangere)
    assert not Entreprise.objects.actives().filter(pk=boulangerie.pk).exists()
    for _ in range(2):
        reprendre(entreprise=boulangerie, par=boulangere)
    assert Entreprise.objects.actives().filter(pk=boulangerie.pk).exists()
    assert faits == [EntrepriseMiseEnPause(boulangerie.pk), EntrepriseReprise(boulangerie.pk)]


def test_la_pause_finit_le_jour_dit_a_paris_une_seule_fois(
    boulangere: Utilisateur, boulangerie: Entreprise, faits: list[Evenement]
) -> None:
    """The day begins at midnight in Paris: 23 h UTC in winter, 22 h in summer; the clocks change inside."""
    for retour, minuit in ((date(2026, 10, 25), 22), (date(2026, 10, 26), 23)):
        with time_machine.travel(datetime(2026, 10, 20, tzinfo=UTC), tick=False):
            mettre_en_pause(entreprise=boulangerie, par=boulangere, de_retour_le=retour)
        veille = datetime.combine(retour - timedelta(days=1), time(minuit), tzinfo=UTC)
        with time_machine.travel(veille - timedelta(seconds=1), tick=False):
            assert finir_les_pauses() == 0
        with time_machine.travel(veille, tick=False):
            assert finir_les_pauses() == 1
            assert finir_les_pauses() == 0
        boulangerie.refresh_from_db()
        assert (boulangerie.est_en_pause, boulangerie.de_retour_le) == (False, None)
    assert (
        faits
        == [
            EntrepriseMiseEnPause(boulangerie.pk),
            EntrepriseReprise(boulangerie.pk, d_elle_meme=False),
        ]
        * 2
    )


def test_reprendre_plus_tot_oublie_le_jour_dit(boulangere: Utilisateur, boulangerie: Entreprise) -> None:
    retour = localdate() + timedelta(days=3)
    mettre_en_pause(entreprise=boulangerie, par=boulangere, de_retour_le=retour)
    mettre_en_pause(entreprise=boulangerie, par=boulangere, de_retour_le=retour + timedelta(days=2))
    boulangerie.refresh_from_db()
    assert boulangerie.de_retour_le == retour + timedelta(days=2)
    reprendre(entreprise=boulangerie, par=boulangere)
    mettre_en_pause(entreprise=boulangerie, par=boulangere)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert finir_les_pauses() == 0


def test_l_intruse_ne_touche_pas_a_l_entreprise_d_autrui(
    intruse: Utilisateur, boulangerie: Entreprise, fiche: dict[str, Any]
) -> None:
    with pytest.raises(EntrepriseDAutrui):
        mettre_en_pause(entreprise=boulangerie, par=intruse)
    with pytest.raises(EntrepriseDAutrui):
        reprendre(entreprise=boulangerie, par=intruse)
    with pytest.raises(EntrepriseDAutrui):
        modifier_entreprise(entreprise=boulangerie, par=intruse, **fiche)
