"""« J’ai besoin de … près de … »: open to all, private to each."""

import json
import re
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse

from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_entreprise, creer_savoir_faire
from tests.matching.scenes import verifier_cout_constant

RECHERCHE = reverse("matching:recherche")
PHOTOS = {"texte": "mes photos sont moches", "commune": "Rennes"}


def chercher(client: Client, **champs: str) -> Any:
    return client.get(RECHERCHE, {**PHOTOS, **champs})


def carte_de(reponse: Any) -> dict[str, Any]:
    trouve = re.search(
        r'<script id="carte-donnees" type="application/json">(.*?)</script>', reponse.content.decode()
    )
    assert trouve
    donnees: dict[str, Any] = json.loads(trouve[1])
    return donnees


def test_sans_rien_demander_on_voit_le_formulaire(client: Client, db: None) -> None:
    reponse = client.get(RECHERCHE)
    assert reponse.status_code == 200
    assert "J’ai besoin de" in reponse.content.decode()
    assert "réponse à corriger" not in reponse.content.decode()


def test_une_visiteuse_voit_les_voisines_en_liste_et_sur_la_carte(
    client: Client, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    proche = creer_savoir_faire(boulangerie, "photos-produits")
    creer_savoir_faire(menuiserie, "photos-produits")
    reponse = chercher(client)
    page = reponse.content.decode()
    assert "2 savoir-faire à moins de 20\u00a0km de Rennes" in page
    assert page.index("Boulangerie du Marché") < page.index("Menuiserie Le Goff")
    carte = carte_de(reponse)
    assert [point["nom"] for point in carte["points"]] == ["Boulangerie du Marché", "Menuiserie Le Goff"]
    assert carte["points"][0]["id"] == f"annonce-{proche.uuid}"
    assert f'id="annonce-{proche.uuid}"' in page
    assert carte["tuiles"] == ""


def test_seules_les_positions_floues_sortent(client: Client, boulangerie: Entreprise) -> None:
    boulangerie.position = Point(-1.6723, 48.1173, srid=4326)
    boulangerie.adresse = "12 rue du Puits-Mauger"
    boulangerie.save(update_fields=["position", "adresse"])
    annonce = creer_savoir_faire(boulangerie, "photos-produits")
    reponse = chercher(client)
    point = carte_de(reponse)["points"][0]
    assert (point["lon"], point["lat"]) == (annonce.position.x, annonce.position.y)
    page = reponse.content.decode()
    assert "-1.6723" not in page
    assert "Puits-Mauger" not in page


def test_un_nom_piege_ne_sort_pas_de_la_carte(client: Client, db: None) -> None:
    piege = creer_entreprise("</script><img src=x onerror=alert(1)>")
    creer_savoir_faire(piege, "photos-produits", texte="<b>gras</b>")
    reponse = chercher(client)
    page = reponse.content.decode()
    assert "<img src=x" not in page
    assert "<b>gras" not in page
    assert carte_de(reponse)["points"][0]["nom"] == piege.nom


def test_la_suggestion_choisie_est_marquee_et_les_autres_a_un_doigt(client: Client, db: None) -> None:
    reponse = chercher(client)
    assert reponse.context["criteres"].competence.pk == "photos-produits"
    assert (
        '?texte=mes+photos+sont+moches&amp;commune=Rennes&amp;competence=photos-produits" aria-current'
        in (reponse.content.decode())
    )
    autre = chercher(client, competence="site-vitrine")
    assert autre.context["criteres"].competence.pk == "site-vitrine"
    assert autre.context["suggestions"][0].pk == "site-vitrine"


def test_des_mots_inconnus_menent_a_la_liste_entiere(client: Client, db: None) -> None:
    reponse = chercher(client, texte="xyzzy plugh")
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert "Nous n’avons pas reconnu ces mots" in page
    assert "competence=vitrine-boutique" in page


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"commune": ""}, "commune"),
        ({"commune": "Nullepart-les-Bains"}, "commune"),
        ({"commune": "\x00"}, "commune"),
        ({"texte": ""}, "texte"),
        ({"texte": "a" * 10_000}, "texte"),
        ({"texte": "\x00"}, "texte"),
        ({"rayon": "99999"}, "rayon"),
        ({"competence": "' OR 1=1"}, "competence"),
        ({"competence": "\x00"}, "competence"),
    ],
)
def test_une_mauvaise_reponse_est_dite_a_son_champ(
    client: Client, db: None, champs: dict[str, str], champ: str
) -> None:
    reponse = chercher(client, **champs)
    assert reponse.status_code == 422
    assert list(reponse.context["formulaire"].errors) == [champ]
    assert "réponse à corriger" in reponse.content.decode()


def test_personne_tout_pres_on_va_plus_loin_ou_en_visio(client: Client, db: None) -> None:
    creer_savoir_faire(creer_entreprise("À Vitré", commune="35360"), "photos-produits", modalites=15)
    page = chercher(client).content.decode()
    assert "Personne encore à moins de 20\u00a0km de Rennes" in page
    assert "rayon=50" in page
    assert "visio=1" in page
    assert f"{reverse('account_login')}?next=" in page
    assert "À Vitré" in chercher(client, rayon="50").content.decode()
    assert "À Vitré" in chercher(client, visio="1").content.decode()


def test_personne_du_tout_on_publie(client: Client, client_de: Any, intruse: Utilisateur) -> None:
    page = chercher(client).content.decode()
    assert "visio=1" not in page
    assert "Chercher plus loin" not in page
    publier = (
        f"{reverse('matching:publier_besoin')}?texte=mes+photos+sont+moches&amp;competence=photos-produits"
    )
    assert publier in chercher(client_de(intruse)).content.decode()


def test_connectee_on_part_de_chez_soi_et_sans_soi(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    creer_savoir_faire(boulangerie, "photos-produits")
    navigateur = client_de(boulangere)
    assert "Rennes" in navigateur.get(RECHERCHE).content.decode()
    assert chercher(navigateur).context["fiches"] == []


def test_une_recherche_ne_s_ecrit_pas(client: Client, db: None) -> None:
    assert client.post(RECHERCHE, PHOTOS).status_code == 405


def test_le_cout_ne_depend_pas_du_nombre(client: Client, boulangerie: Entreprise) -> None:
    def ajouter(n: int) -> None:
        for _ in range(n):
            creer_savoir_faire(creer_entreprise("Voisine"), "photos-produits")

    url = f"{RECHERCHE}?texte=photos&commune=Rennes&competence=photos-produits"
    assert verifier_cout_constant(client, url, ajouter) <= 10
