"""Sorting what companies tell: by trade, région and size, by plain GET, and the same list by HTMX."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from animation.models import AccueilTerritoire, PageTemoignage, RubriqueTemoignages
from animation.services.rubriques import poser
from profils.models import Secteur, Taille
from profils.secteurs import charger_secteurs
from territoires.models import Region

pytestmark = pytest.mark.django_db

NATIONALE = "/temoignages/"
LOCALE = "/communautes/ille-et-vilaine/temoignages/"
BRETAGNE, PAYS_DE_LA_LOIRE = "53", "52"


def raconter(accueil: AccueilTerritoire, entreprise: str, secteur: str, taille: Taille, region: str) -> None:
    poser(
        RubriqueTemoignages.objects.child_of(accueil).get(),
        PageTemoignage(
            title=entreprise,
            temoignage=uuid4(),
            entreprise=entreprise,
            secteur=Secteur.objects.get(code=secteur).nom,
            taille=taille.dite,
            commune="Ici",
            region=Region.objects.get(code=region).nom,
            competence="Photographier ses produits",
            texte="C’était simple.",
            echange_le=date(2026, 10, 1),
        ),
    )


@pytest.fixture
def recits(pages: dict[str, AccueilTerritoire]) -> None:
    charger_secteurs()
    ici, la_bas = pages["ille-et-vilaine"], pages["loire-atlantique"]
    raconter(ici, "Fournil", "boulangerie", Taille.SEUL, BRETAGNE)
    raconter(ici, "Copeaux", "menuiserie", Taille.TRES_PETITE, BRETAGNE)
    raconter(la_bas, "Levain", "boulangerie", Taille.TRES_PETITE, PAYS_DE_LA_LOIRE)


def qui_raconte(client: Client, adresse: str, **entetes: str) -> set[str]:
    reponse = client.get(adresse, headers=entetes)
    assert reponse.status_code == 200
    liste = re.search(r'id="fiches".*', reponse.content.decode(), re.DOTALL)
    assert liste
    return {nom for nom in ("Fournil", "Copeaux", "Levain") if f"<strong>{nom}</strong>" in liste[0]}


def choix(**criteres: str) -> str:
    return NATIONALE + "?" + "&".join(f"{nom}={valeur}" for nom, valeur in criteres.items())


@pytest.mark.parametrize(
    ("criteres", "attendus"),
    [
        ({}, {"Fournil", "Copeaux", "Levain"}),
        ({"secteur": "boulangerie"}, {"Fournil", "Levain"}),
        ({"region": BRETAGNE}, {"Fournil", "Copeaux"}),
        ({"taille": Taille.TRES_PETITE.value}, {"Copeaux", "Levain"}),
        ({"secteur": "boulangerie", "region": PAYS_DE_LA_LOIRE}, {"Levain"}),
        ({"secteur": "boulangerie", "region": BRETAGNE, "taille": Taille.SEUL.value}, {"Fournil"}),
        ({"secteur": "menuiserie", "region": PAYS_DE_LA_LOIRE}, set()),
    ],
)
def test_chaque_critere_trie_et_ils_se_combinent(
    client: Client, recits: None, criteres: dict[str, str], attendus: set[str]
) -> None:
    assert qui_raconte(client, choix(**criteres)) == attendus


def test_htmx_recoit_la_meme_liste(client: Client, recits: None) -> None:
    adresse = choix(secteur="boulangerie", region=BRETAGNE)

    assert (
        qui_raconte(client, adresse, **{"HX-Request": "true"}) == qui_raconte(client, adresse) == {"Fournil"}
    )


def test_sans_javascript_un_bouton_et_le_choix_reste_ecrit(client: Client, recits: None) -> None:
    page = client.get(choix(secteur="boulangerie", region=BRETAGNE)).content.decode()

    formulaire = page[page.index('hx-target="#fiches"') - 300 :]
    assert 'method="get"' in formulaire
    assert "Filtrer" in formulaire
    assert re.search(r'value="boulangerie" selected', page)
    assert re.search(rf'value="{BRETAGNE}" selected', page)


def test_sans_reponse_on_peut_tout_revoir(client: Client, recits: None) -> None:
    page = client.get(choix(secteur="menuiserie", region=PAYS_DE_LA_LOIRE)).content.decode()

    assert "Rien pour ce choix" in page
    assert f'href="{NATIONALE}"' in page


@pytest.mark.parametrize("valeur", ["inconnu", "", "%00", "<script>", "1%27--"])
@pytest.mark.parametrize("nom", ["secteur", "taille", "region", "page"])
def test_un_choix_inconnu_ne_trie_rien(client: Client, recits: None, nom: str, valeur: str) -> None:
    assert qui_raconte(client, choix(**{nom: valeur})) == {"Fournil", "Copeaux", "Levain"}


def test_dans_un_territoire_la_region_n_est_pas_une_question(client: Client, recits: None) -> None:
    assert qui_raconte(client, LOCALE) == {"Fournil", "Copeaux"}
    assert qui_raconte(client, f"{LOCALE}?secteur=boulangerie") == {"Fournil"}
    assert 'name="region"' not in client.get(LOCALE).content.decode()
    assert 'name="region"' in client.get(NATIONALE).content.decode()


def test_la_liste_coute_autant_pour_deux_que_pour_douze(
    client: Client, recits: None, pages: dict[str, AccueilTerritoire]
) -> None:
    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            client.get(choix(secteur="boulangerie"))
        return len(requetes)

    client.get(NATIONALE)
    avant = compter()
    for rang in range(10):
        raconter(pages["yvelines"], f"Pain {rang}", "boulangerie", Taille.SEUL, BRETAGNE)

    assert compter() == avant <= 12


def test_au_dela_d_une_page_le_choix_suit_les_numeros(
    client: Client, recits: None, pages: dict[str, Any]
) -> None:
    for rang in range(25):
        raconter(pages["yvelines"], f"Pain {rang}", "boulangerie", Taille.SEUL, BRETAGNE)

    page = client.get(choix(secteur="boulangerie")).content.decode()

    assert re.search(r'href="[^"]*secteur=boulangerie[^"]*page=2', page.replace("&amp;", "&"))
    assert qui_raconte(client, choix(secteur="boulangerie", page="2")) == {"Fournil", "Levain"}
