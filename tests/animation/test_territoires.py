"""A référente opens a territoire in one act, whole or not at all."""

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from animation.erreurs import ReserveAuxReferents
from animation.models import (
    AccueilTerritoire,
    EspaceCms,
    Invitation,
    JournalTerritoire,
)
from animation.services.reunion import reunir
from animation.services.territoires import fermer, ouvrir, rouvrir
from profils.models import Entreprise, Utilisateur
from territoires.models import Commune, Territoire
from territoires.perimetre import Perimetre
from territoires.services import PerimetreRefuse
from tests import fabriques
from tests.animation.scenes_territoires import CREUSE, etat_du_monde, ouvrir_la_creuse, territoire
from tests.file_de_travail import executer_la_file
from tests.matching import scenes

pytestmark = pytest.mark.django_db

OUVRIR = "/animation/territoires/ouvrir/"


@pytest.fixture
def creuse(pages: dict[str, AccueilTerritoire]) -> Commune:
    """Guéret, in a département that nobody animates."""
    return fabriques.poser_la_creuse()


def test_ouvrir_fait_tout_d_un_geste(creuse: Commune, referente: Utilisateur) -> None:
    ouvert = ouvrir_la_creuse(referente, emails=["carole@exemple.fr"])

    creuse.refresh_from_db()
    assert creuse.territoire == ouvert
    page = AccueilTerritoire.objects.get(territoire=ouvert)
    assert page.live
    assert "Creuse" in page.accroche or "Creuse" in page.title
    espace = EspaceCms.objects.get(territoire=ouvert)
    droits = GroupPagePermission.objects.filter(group=espace.groupe)
    assert {droit.page_id for droit in droits} == {page.pk}
    fichiers = GroupCollectionPermission.objects.filter(group=espace.groupe)
    assert {droit.collection_id for droit in fichiers} == {espace.collection_id}
    assert Invitation.objects.get().email == "carole@exemple.fr"
    actes = JournalTerritoire.objects.filter(territoire=ouvert).order_by("pk").values_list("acte", "par")
    assert list(actes) == [("ouvert", referente.pk), ("invitation", referente.pk)]
    executer_la_file()
    assert mail.outbox[-1].to == ["carole@exemple.fr"]


def test_sa_page_est_en_ligne_aussitot(creuse: Commune, referente: Utilisateur, client: Client) -> None:
    ouvrir_la_creuse(referente)
    assert client.get("/communautes/creuse/").status_code == 200
    assert "Creuse" in client.get("/communautes/").content.decode()


def test_ouvrir_deux_fois_c_est_ouvrir_une_fois(creuse: Commune, referente: Utilisateur) -> None:
    premier = ouvrir_la_creuse(referente)
    assert ouvrir_la_creuse(referente) == premier
    assert JournalTerritoire.objects.filter(acte="ouvert").count() == 1


def test_les_entreprises_deja_la_suivent_sans_que_rien_d_autre_ne_bouge(
    creuse: Commune, referente: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise, client: Client
) -> None:
    scenes.rendre_reciproques(boulangerie, menuiserie)
    voisine = fabriques.creer_entreprise("La Voisine", commune="23096")
    besoin = fabriques.creer_besoin(voisine, "instagram")
    avant = etat_du_monde()
    ouvrir_la_creuse(referente)
    assert etat_du_monde() == avant
    assert str(besoin.uuid) in client.get("/communautes/creuse/").content.decode()


def test_un_recouvrement_est_refuse_en_une_phrase(creuse: Commune, referente: Utilisateur) -> None:
    perimetre = Perimetre.lire(["departement-23", "epci-243500139"])
    with pytest.raises(PerimetreRefuse, match="2 communes sont déjà celles de «\u00a0Ille-et-Vilaine\u00a0»"):
        ouvrir(par=referente, nom="Creuse", code="creuse", perimetre=perimetre)
    assert not Territoire.objects.filter(code="creuse").exists()


def test_une_adresse_deja_prise_est_refusee(creuse: Commune, referente: Utilisateur) -> None:
    with pytest.raises(PerimetreRefuse, match="déjà prise"):
        ouvrir(par=referente, nom="Creuse", code="yvelines", perimetre=CREUSE)


def test_une_animatrice_n_ouvre_ni_ne_ferme(creuse: Commune, animatrice: Utilisateur) -> None:
    for action in (
        lambda: ouvrir_la_creuse(animatrice),
        lambda: fermer(par=animatrice, territoire=territoire()),
        lambda: rouvrir(par=animatrice, territoire=territoire()),
        lambda: reunir(par=animatrice, source=territoire(), cible=territoire("yvelines")),
    ):
        with pytest.raises(ReserveAuxReferents):
            action()
    assert territoire().est_ouvert


# ---- the screen


def test_chercher_et_voir_n_ecrit_rien(creuse: Commune, referente: Utilisateur, client_de: Any) -> None:
    fabriques.creer_entreprise("La Voisine", commune="23096")
    reponse = client_de(referente).post(
        OUVRIR, {"etape": "chercher", "q": "creuse", "nom": "Creuse", "lieu": ["departement-23"]}
    )
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert '<span class="chiffre">1</span> entreprise déjà inscrite' in page
    assert 'value="Creuse"' in page
    assert not Territoire.objects.filter(code="creuse").exists()


def test_l_ecran_ouvre_et_tire_l_adresse_du_nom(
    creuse: Commune, referente: Utilisateur, client_de: Any
) -> None:
    reponse = client_de(referente).post(
        OUVRIR,
        {
            "etape": "ouvrir",
            "nom": "  La  Creuse ",
            "lieu": ["departement-23"],
            "emails": "carole@exemple.fr,\n CAROLE@exemple.fr ; denis@exemple.fr",
        },
    )
    assert reponse.headers["Location"] == reverse("animation:territoire", args=["la-creuse"])
    assert territoire("la-creuse").nom == "La Creuse"
    assert set(Invitation.objects.values_list("email", flat=True)) == {
        "carole@exemple.fr",
        "denis@exemple.fr",
    }


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"nom": ""}, "Il manque une réponse"),
        ({"nom": "x" * 101}, "trop long"),
        ({"nom": "Cre\0use"}, "nul"),
        ({"nom": "…"}, "Écrivez au moins une lettre"),
        ({"code": "pas une adresse"}, "lettres"),
        ({"code": "yvelines"}, "déjà prise"),
        ({"lieu": []}, "Choisissez au moins un département"),
        ({"lieu": ["n’importe quoi"]}, "Choisissez au moins un département"),
        ({"lieu": ["departement-99"]}, "Code inconnu"),
        ({"lieu": ["departement-44"]}, "déjà celle"),
        ({"emails": "carole"}, "n’est pas une adresse e-mail"),
        ({"emails": " ".join(f"c{n}@exemple.fr" for n in range(11))}, "10 personnes au plus"),
    ],
)
def test_un_formulaire_faux_dit_pourquoi(
    creuse: Commune, referente: Utilisateur, client_de: Any, champs: dict[str, Any], phrase: str
) -> None:
    donnees = {"etape": "ouvrir", "nom": "Creuse", "lieu": ["departement-23"], "emails": ""} | champs
    reponse = client_de(referente).post(OUVRIR, donnees)
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert Territoire.objects.count() == 4
    assert not Invitation.objects.exists()


def test_du_html_dans_le_nom_reste_du_texte(creuse: Commune, referente: Utilisateur, client_de: Any) -> None:
    client = client_de(referente)
    reponse = client.post(
        OUVRIR, {"etape": "ouvrir", "nom": "<b>Creuse</b>", "lieu": ["departement-23"]}, follow=True
    )
    assert "<b>Creuse</b>" not in reponse.content.decode()
    assert "&lt;b&gt;Creuse" in reponse.content.decode()


def test_la_liste_coute_autant_pour_deux_que_pour_douze(
    pages: dict[str, AccueilTerritoire], referente: Utilisateur, client_de: Any
) -> None:
    client = client_de(referente)

    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(reverse("animation:territoires")).status_code == 200
        return len(requetes)

    compter()
    avec_quatre = compter()
    for rang in range(8):
        Territoire.objects.create(code=f"t{rang}", nom=f"T{rang}")
    assert compter() == avec_quatre


# ---- closing
