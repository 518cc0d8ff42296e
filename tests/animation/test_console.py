"""The console: what is new in one's territoire, and nobody else's."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from echange.socle.horloge import maintenant
from matching.models import Besoin, JournalAnnonce, SavoirFaire, StatutAnnonce
from profils.models import Entreprise, Utilisateur
from tests import fabriques

pytestmark = pytest.mark.django_db

CONSOLE = "/animation/"


@pytest.fixture
def anna(client_de: Any, animatrice: Utilisateur) -> Client:
    client: Client = client_de(animatrice)
    return client


@pytest.fixture
def nadia(client_de: Any, animatrice_44: Utilisateur) -> Client:
    client: Client = client_de(animatrice_44)
    return client


@pytest.fixture
def rosa(client_de: Any, referente: Utilisateur) -> Client:
    client: Client = client_de(referente)
    return client


@pytest.fixture
def besoin(boulangerie: Entreprise) -> Besoin:
    return fabriques.creer_besoin(boulangerie, "photos-produits", texte="De belles photos de mes gâteaux")


@pytest.fixture
def a_nantes(intruse: Utilisateur) -> SavoirFaire:
    return fabriques.creer_savoir_faire(Entreprise.objects.get(nom="L’Intruse"), "instagram")


def lire(client: Client, **parametres: str) -> str:
    reponse = client.get(CONSOLE, parametres)
    assert reponse.status_code == 200
    return str(reponse.content.decode())


def adresses(annonce: Besoin | SavoirFaire) -> dict[str, str]:
    return {
        nom: reverse(f"animation:{nom}", args=[annonce, annonce.uuid])
        for nom in ("annonce", "masquer", "remettre_en_ligne")
    }


def montrees(page: str) -> list[str]:
    return re.findall(r'ligne__titre"><a href="/animation/[a-z-]+/([0-9a-f-]{36})/"', page)


# ---- Who enters -------------------------------------------------------------------------------


def test_a_visitor_is_asked_to_sign_in(client: Client, besoin: Besoin) -> None:
    for adresse in (CONSOLE, *adresses(besoin).values()):
        reponse = client.get(adresse)
        assert reponse.status_code == 302
        assert reponse["Location"].startswith(reverse("account_login"))
        assert client.post(adresse).status_code == 302


def test_for_a_member_the_console_does_not_exist(
    client_de: Any, boulangere: Utilisateur, besoin: Besoin
) -> None:
    client = client_de(boulangere)

    for adresse in (CONSOLE, *adresses(besoin).values()):
        assert client.get(adresse).status_code in {404, 405}
    for adresse in (adresses(besoin)["masquer"], adresses(besoin)["remettre_en_ligne"]):
        assert client.post(adresse, {"motif": "doublon"}).status_code == 404
    besoin.refresh_from_db()
    assert besoin.statut == StatutAnnonce.PUBLIEE


def test_for_the_neighbour_the_listing_does_not_exist(nadia: Client, besoin: Besoin) -> None:
    noms = adresses(besoin)

    assert nadia.get(noms["annonce"]).status_code == 404
    assert nadia.get(noms["masquer"]).status_code == 404
    assert nadia.post(noms["masquer"], {"motif": "doublon"}).status_code == 404
    assert nadia.post(noms["remettre_en_ligne"]).status_code == 404
    assert str(besoin.uuid) not in lire(nadia)
    besoin.refresh_from_db()
    assert besoin.statut == StatutAnnonce.PUBLIEE


def test_the_animatrice_sees_her_territoire_and_no_other(
    anna: Client, besoin: Besoin, a_nantes: SavoirFaire
) -> None:
    assert montrees(lire(anna)) == [str(besoin.uuid)]


def test_the_referente_sees_all(rosa: Client, besoin: Besoin, a_nantes: SavoirFaire) -> None:
    page = lire(rosa)

    assert set(montrees(page)) == {str(besoin.uuid), str(a_nantes.uuid)}
    assert rosa.get(adresses(a_nantes)["masquer"]).status_code == 200


def test_the_console_leads_to_the_page_of_the_community(anna: Client, redactrice: Utilisateur) -> None:
    trouve = re.search(r'href="(/cms/pages/\d+/edit/)"', lire(anna))

    assert trouve
    assert anna.get(trouve[1]).status_code == 200
    assert 'href="/communautes/ille-et-vilaine/"' in lire(anna)


def test_without_pages_yet_the_console_stands(anna: Client) -> None:
    assert "/cms/pages/" not in lire(anna)


def test_someone_with_two_territoires_may_look_at_one(
    anna: Client, animatrice: Utilisateur, besoin: Besoin, a_nantes: SavoirFaire
) -> None:
    fabriques.nommer_animateur(animatrice, "44")

    assert set(montrees(lire(anna))) == {str(besoin.uuid), str(a_nantes.uuid)}
    assert montrees(lire(anna, territoire="loire-atlantique")) == [str(a_nantes.uuid)]


def test_asking_for_another_territoire_gives_nothing_of_it(
    anna: Client, besoin: Besoin, a_nantes: SavoirFaire
) -> None:
    assert montrees(lire(anna, territoire="loire-atlantique")) == [str(besoin.uuid)]


# ---- What is listed ---------------------------------------------------------------------------


def test_the_newest_comes_first_whatever_its_kind(anna: Client, boulangerie: Entreprise) -> None:
    instant = maintenant()
    ancien = fabriques.creer_besoin(boulangerie, "photos-produits", publie_le=instant - timedelta(days=2))
    recent = fabriques.creer_besoin(boulangerie, "instagram", publie_le=instant)
    entre = fabriques.creer_savoir_faire(boulangerie, "site-vitrine", publie_le=instant - timedelta(days=1))

    assert montrees(lire(anna)) == [str(a.uuid) for a in (recent, entre, ancien)]


def test_filters_by_kind_and_by_state(anna: Client, boulangerie: Entreprise) -> None:
    besoin = fabriques.creer_besoin(boulangerie, "photos-produits")
    savoir = fabriques.creer_savoir_faire(boulangerie, "site-vitrine")
    masque = fabriques.creer_besoin(boulangerie, "instagram", statut=StatutAnnonce.MASQUEE)

    assert set(montrees(lire(anna, genre="besoins"))) == {str(besoin.uuid), str(masque.uuid)}
    assert montrees(lire(anna, genre="savoir-faire")) == [str(savoir.uuid)]
    assert montrees(lire(anna, etat="masquees")) == [str(masque.uuid)]
    assert set(montrees(lire(anna, etat="en-ligne"))) == {str(besoin.uuid), str(savoir.uuid)}


@pytest.mark.parametrize(
    "texte", ["gateaux", "GÂTEAUX", "photos gâteaux", "boulangerie", "rennes", "marche gat"]
)
def test_searches_by_words_company_or_commune(
    anna: Client, besoin: Besoin, menuiserie: Entreprise, texte: str
) -> None:
    fabriques.creer_besoin(menuiserie, "instagram", texte="Rien à voir", commune_id="35360")

    assert montrees(lire(anna, q=texte)) == [str(besoin.uuid)]


def test_a_search_that_finds_nothing_offers_a_way_back(anna: Client, besoin: Besoin) -> None:
    page = lire(anna, q="zzz")

    assert "Aucune annonce ne correspond" in page
    assert f'href="{CONSOLE}"' in page


@pytest.mark.parametrize(
    "parametres", [{"genre": "x"}, {"etat": "x"}, {"territoire": "x"}, {"page": "x"}, {"q": "a" * 10_000}]
)
def test_a_made_up_filter_is_ignored(anna: Client, besoin: Besoin, parametres: dict[str, str]) -> None:
    assert montrees(lire(anna, **parametres)) == [str(besoin.uuid)]


def test_drafts_are_the_companys_own_business(anna: Client, boulangerie: Entreprise) -> None:
    brouillon = fabriques.creer_besoin(boulangerie, "instagram", statut=StatutAnnonce.BROUILLON)

    assert str(brouillon.uuid) not in lire(anna)
    assert anna.get(adresses(brouillon)["annonce"]).status_code == 404


def test_the_list_turns_its_pages_and_keeps_the_filter(anna: Client, boulangerie: Entreprise) -> None:
    for _ in range(21):
        fabriques.creer_besoin(boulangerie, "photos-produits")

    assert len(montrees(lire(anna, genre="besoins"))) == 20
    assert len(montrees(lire(anna, genre="besoins", page="2"))) == 1
    assert "genre=besoins&amp;page=2" in lire(anna, genre="besoins")


def test_an_empty_territoire_says_so(anna: Client) -> None:
    assert "Pas encore d’annonce ici" in lire(anna)


def test_figures_are_counts_of_the_territoire_only(
    anna: Client, besoin: Besoin, a_nantes: SavoirFaire, menuiserie: Entreprise
) -> None:
    page = re.sub(r"<[^>]+>|\s+", " ", lire(anna))
    page = re.sub(r"\s+", " ", page)

    assert "2 entreprises 1 besoin en ligne 0 savoir-faire en ligne" in page
    assert "0 échange proposé depuis 30 jours 0 accepté, 0 en attente" in page


def test_the_list_costs_the_same_for_two_rows_and_for_twelve(anna: Client) -> None:
    def remplir(combien: int) -> None:
        for rang in range(combien):
            entreprise = fabriques.creer_entreprise(f"Entreprise {rang}")
            fabriques.creer_besoin(entreprise, "photos-produits")
            fabriques.creer_savoir_faire(entreprise, "site-vitrine", statut=StatutAnnonce.MASQUEE)

    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            lire(anna)
        return len(requetes)

    remplir(1)
    avec_deux = compter()
    remplir(5)

    assert compter() == avec_deux <= 13


# ---- Hiding -----------------------------------------------------------------------------------


def test_hiding_asks_why_then_offers_to_undo(anna: Client, besoin: Besoin) -> None:
    assert "Pourquoi masquer cette annonce" in anna.get(adresses(besoin)["masquer"]).content.decode()

    reponse = anna.post(
        adresses(besoin)["masquer"],
        {"motif": "coordonnees", "precision": "Retirez le numéro.", "retour": "/animation/?genre=besoins"},
    )

    assert reponse["Location"] == f"/animation/?genre=besoins&defaire=besoins%2F{besoin.uuid}"
    page = anna.get(reponse["Location"]).content.decode()
    assert "Annonce masquée" in page
    assert f'action="{adresses(besoin)["remettre_en_ligne"]}"' in page
    besoin.refresh_from_db()
    assert besoin.statut == StatutAnnonce.MASQUEE
    assert JournalAnnonce.objects.get(besoin=besoin).motif == (
        "Elle contient des coordonnées personnelles\u00a0: Retirez le numéro."
    )


def test_undoing_puts_it_back_and_the_offer_is_gone(anna: Client, besoin: Besoin) -> None:
    anna.post(adresses(besoin)["masquer"], {"motif": "doublon"})

    reponse = anna.post(adresses(besoin)["remettre_en_ligne"], {"retour": "/animation/?genre=besoins"})

    assert reponse["Location"] == "/animation/?genre=besoins"
    besoin.refresh_from_db()
    assert besoin.statut == StatutAnnonce.PUBLIEE
    assert "Annonce masquée" not in lire(anna, defaire=f"besoins/{besoin.uuid}")


@pytest.mark.parametrize(
    "donnees", [{}, {"motif": "inconnu"}, {"motif": "autre"}, {"motif": "autre", "precision": "  "}]
)
def test_without_a_reason_nothing_is_hidden(anna: Client, besoin: Besoin, donnees: dict[str, str]) -> None:
    reponse = anna.post(adresses(besoin)["masquer"], donnees)

    assert reponse.status_code == 422
    assert "à corriger" in reponse.content.decode()
    besoin.refresh_from_db()
    assert besoin.statut == StatutAnnonce.PUBLIEE


def test_ten_thousand_characters_of_reason_are_refused_and_kept(anna: Client, besoin: Besoin) -> None:
    reponse = anna.post(adresses(besoin)["masquer"], {"motif": "doublon", "precision": "é" * 10_000})

    assert reponse.status_code == 422
    assert "C’est trop long" in reponse.content.decode()
    assert "é" * 10_000 in reponse.content.decode()


def test_hiding_twice_from_two_tabs_is_hiding_once(anna: Client, besoin: Besoin) -> None:
    for _ in range(2):
        assert anna.post(adresses(besoin)["masquer"], {"motif": "doublon"}).status_code == 302

    assert JournalAnnonce.objects.filter(besoin=besoin).count() == 1


def test_a_listing_withdrawn_meanwhile_gets_a_plain_message(anna: Client, besoin: Besoin) -> None:
    Besoin.objects.update(statut=StatutAnnonce.RETIREE)

    reponse = anna.post(adresses(besoin)["masquer"], {"motif": "doublon"}, follow=True)

    assert "L’entreprise a retiré cette annonce entre-temps" in reponse.content.decode()
    assert "Il n’y a rien à masquer" in anna.get(adresses(besoin)["masquer"]).content.decode()


@pytest.mark.parametrize(
    "retour", ["https://mechant.example/", "//mechant.example", "/espace/", "javascript:alert(1)"]
)
def test_one_never_comes_back_elsewhere_than_to_the_console(
    anna: Client, besoin: Besoin, retour: str
) -> None:
    reponse = anna.post(adresses(besoin)["remettre_en_ligne"], {"retour": retour})

    assert reponse["Location"] == CONSOLE


@pytest.mark.parametrize(
    "defaire", ["besoins/x", "x/y", "besoins", "savoir-faire/00000000-0000-0000-0000-000000000000"]
)
def test_a_made_up_undo_is_ignored(anna: Client, besoin: Besoin, defaire: str) -> None:
    assert 'id="defaire"' not in lire(anna, defaire=defaire)


def test_the_neighbours_hidden_listing_is_not_offered_for_undoing(
    nadia: Client, boulangerie: Entreprise
) -> None:
    masque = fabriques.creer_besoin(boulangerie, "instagram", statut=StatutAnnonce.MASQUEE)

    assert 'id="defaire"' not in lire(nadia, defaire=f"besoins/{masque.uuid}")


def test_nothing_changes_on_get(anna: Client, besoin: Besoin) -> None:
    anna.get(adresses(besoin)["masquer"], {"motif": "doublon"})

    assert anna.get(adresses(besoin)["remettre_en_ligne"]).status_code == 405
    besoin.refresh_from_db()
    assert besoin.statut == StatutAnnonce.PUBLIEE


# ---- History ----------------------------------------------------------------------------------


def test_the_history_tells_who_did_what_and_why(anna: Client, besoin: Besoin) -> None:
    anna.post(adresses(besoin)["masquer"], {"motif": "doublon"})
    anna.post(adresses(besoin)["remettre_en_ligne"])

    page = anna.get(adresses(besoin)["annonce"]).content.decode()

    assert "Elle existe déjà" in page
    assert page.index("Masquée par l’animation") < page.index("Publiée", page.index("Ce qui s’est passé"))
    assert "Anna" in page


def test_html_in_names_and_texts_stays_text(anna: Client) -> None:
    entreprise = fabriques.creer_entreprise("<script>alert(1)</script>")
    besoin = fabriques.creer_besoin(entreprise, "photos-produits", texte="<img src=x onerror=alert(2)>")
    anna.post(adresses(besoin)["masquer"], {"motif": "autre", "precision": "<b>non</b>"})

    for page in (lire(anna), anna.get(adresses(besoin)["annonce"]).content.decode()):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>non</b>" not in page


def test_the_menu_leads_to_the_console_only_those_who_animate(
    anna: Client, rosa: Client, client_de: Any, boulangere: Utilisateur
) -> None:
    for client, attendu in ((anna, True), (rosa, True), (client_de(boulangere), False)):
        assert (f'href="{CONSOLE}"' in client.get(reverse("matching:recherche")).content.decode()) is attendu
