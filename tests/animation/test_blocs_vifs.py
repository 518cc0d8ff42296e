"""Live blocks: what each shows of the territoire its page is in, what it costs, what it says elsewhere."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from animation.blocs.vifs import VIFS
from animation.models import AccueilTerritoire, Guide, RubriqueGuides
from animation.services.declinaisons import decliner_guide
from animation.services.rubriques import poser
from echange.socle.horloge import maintenant
from matching.models import StatutAnnonce
from profils.models import Entreprise, Utilisateur
from tests import fabriques
from tests.animation.scenes_agenda import annoncer
from tests.animation.scenes_cms import formulaire_de_guide

pytestmark = pytest.mark.django_db

REQUETES_MAX = 12
TOUS: list[tuple[str, Any]] = [
    ("recherche", {"titre": ""}),
    ("rendez_vous", {"titre": ""}),
    ("on_cherche", {"titre": ""}),
    ("carte", {"titre": ""}),
    ("annonces", {"titre": "", "genre": "savoir-faire"}),
    ("annonces", {"titre": "À qui montrer", "genre": "besoins"}),
    ("chiffrage", {"titre": ""}),
]


def lire(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return str(reponse.content.decode())


def compter(client: Client, adresse: str) -> int:
    lire(client, adresse)  # fills Wagtail's cache of sites
    cache.clear()
    lire(client, "/questions/")
    with CaptureQueriesContext(connection) as requetes:
        lire(client, adresse)
    return len(requetes)


@pytest.fixture
def en_ville(boulangerie: Entreprise, menuiserie: Entreprise, pages: dict[str, AccueilTerritoire]) -> None:
    """One of each in Ille-et-Vilaine."""
    fabriques.creer_besoin(boulangerie, "photos-produits")
    fabriques.creer_savoir_faire(menuiserie, "site-vitrine")
    annoncer(debut=maintenant() + timedelta(days=3))


@pytest.fixture
def guide(pages: dict[str, AccueilTerritoire]) -> Guide:
    """A guide of Ille-et-Vilaine that holds every live block."""
    rubrique = RubriqueGuides.objects.child_of(pages["ille-et-vilaine"]).get()
    page: Guide = poser(rubrique, Guide(title="Venir", slug="venir", accroche="Tout ici.", corps=TOUS))
    return page


def test_tous_sont_poses_ici() -> None:
    assert {nom for nom, _ in TOUS} == {nom for nom, _ in VIFS}


def test_chacun_montre_ce_qui_se_passe_dans_le_territoire_de_sa_page(
    client: Client, guide: Guide, en_ville: None, intruse: Utilisateur
) -> None:
    a_nantes = fabriques.creer_besoin(Entreprise.objects.get(nom="L’Intruse"), "photos-produits")
    page = lire(client, guide.url)

    assert "Essayer la caisse tactile" in page
    assert "Photographier ses produits <span" in page
    assert '<span class="chiffre">1</span> besoin<' in page
    assert "Boulangerie du Marché" in page
    assert "Menuiserie Brune" in page or "Menuiserie" in page
    assert "À qui montrer" in page
    assert page.count('role="search"') >= 1
    assert "carte_communaute" in page
    assert str(a_nantes.uuid) not in page


def test_une_page_qui_les_porte_tous_tient_dans_douze_requetes(
    client: Client, guide: Guide, en_ville: None, boulangerie: Entreprise
) -> None:
    avec_un = compter(client, guide.url)
    for _ in range(12):
        fabriques.creer_besoin(boulangerie, "instagram")

    assert compter(client, guide.url) == avec_un <= REQUETES_MAX


def test_dans_la_minute_ils_ne_coutent_plus_rien(client: Client, guide: Guide, en_ville: None) -> None:
    froide = compter(client, guide.url)
    with CaptureQueriesContext(connection) as requetes:
        lire(client, guide.url)

    assert len(requetes) == froide - 5


def test_ce_qui_n_est_plus_en_ligne_n_y_est_pas(
    client: Client, guide: Guide, boulangerie: Entreprise
) -> None:
    masque = fabriques.creer_besoin(boulangerie, "photos-produits", statut=StatutAnnonce.MASQUEE)
    annoncer(debut=maintenant() + timedelta(days=3), en_ligne=False)

    page = lire(client, guide.url)

    assert str(masque.uuid) not in page
    assert "Essayer la caisse tactile" not in page
    assert "Pas encore de besoin ici" in page
    assert "leaflet" not in page  # no point, no map
    assert "matching/matching.css" in page  # yet the clothes of a list of compétences


def test_dans_un_guide_national_ils_menent_aux_communautes_et_chez_qui_le_decline_ils_sont_d_ici(
    client: Client, pages: dict[str, AccueilTerritoire], en_ville: None, redactrice: Utilisateur
) -> None:
    national = Guide.objects.get(slug="sauvegarder")
    national.corps = TOUS
    national.save_revision().publish()
    page = lire(client, national.url)
    assert page.count("Trouver ma communauté") == len(TOUS) - 1
    assert "Boulangerie du Marché" not in page

    ici = decliner_guide(par=redactrice, guide=national, territoire=pages["ille-et-vilaine"].territoire)
    ici.ajouts = [("recherche", {"titre": "Encore"}), ("carte", {"titre": ""})]
    ici.save_revision().publish()

    page = lire(client, ici.url)
    assert "Boulangerie du Marché" in page
    assert "Trouver ma communauté" not in page
    identifiants = [morceau.partition('"')[0] for morceau in page.split(' id="')[1:]]
    assert len(identifiants) == len(set(identifiants))
    assert compter(client, ici.url) <= REQUETES_MAX


def test_l_apercu_de_l_editeur_montre_la_page_pas_encore_faite(
    anna: Client, pages: dict[str, AccueilTerritoire], en_ville: None
) -> None:
    rubrique = RubriqueGuides.objects.child_of(pages["ille-et-vilaine"]).get()
    adresse = f"/cms/pages/add/animation/guide/{rubrique.pk}/preview/"
    champs = formulaire_de_guide(("annonces", {"titre": "", "genre": "besoins"}))
    assert anna.post(adresse, champs).json()["is_valid"]

    assert "Boulangerie du Marché" in anna.get(adresse).content.decode()
