"""Components and the base page: what they show, to whom, and that they query nothing."""

import re
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.safestring import mark_safe

from echange.socle.templatetags import composants


def rendre(gabarit: str, **variables: object) -> str:
    return Template("{% load composants %}" + gabarit).render(Context(variables))


@pytest.fixture
def catalogue(client: Client) -> str:
    """The catalogue as a visitor gets it; the test has no database, so a query would fail."""
    reponse = client.get("/demo/composants/")
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_the_catalogue_needs_neither_account_nor_query(catalogue: str) -> None:
    assert "Avec Garage Morin et Fleurs d’Anaïs" in catalogue


def test_nothing_is_inline(catalogue: str) -> None:
    """The CSP refuses it."""
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", catalogue)
    assert not re.search(r"<script(?![^>]*\ssrc=)", catalogue)


def test_ids_are_unique_and_references_lead_somewhere(catalogue: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', catalogue)
    assert len(ids) == len(set(ids))
    for attribut in ("for", "aria-describedby", "aria-labelledby"):
        for valeur in re.findall(rf'\s{attribut}="([^"]+)"', catalogue):
            assert set(valeur.split()) <= set(ids), valeur


def test_a_django_message_is_escaped_even_when_marked_safe() -> None:
    message = Message(constants.SUCCESS, mark_safe("Bonjour <script>"))
    page = render_to_string("composants/messages.html", {"messages": [message]})
    assert "<script>" not in page
    assert "fr-alert--success" in page


def test_a_company_name_is_escaped_in_a_card() -> None:
    page = render_to_string(
        "composants/carte_annonce.html", {"genre": "besoin", "entreprise": "<b>Bonnes</b>"}
    )
    assert "<b>" not in page


def test_a_visitor_sees_what_is_public_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composants, "adresse", lambda nom: f"/{nom}/")
    requete = RequestFactory().get("/matching:recherche/")
    visiteur = Context({"request": requete, "user": AnonymousUser()})
    assert [lien.texte for lien in composants.liens_navigation(visiteur)] == ["Chercher"]
    membre = Context({"request": requete, "user": SimpleNamespace(is_authenticated=True)})
    liens = composants.liens_navigation(membre)
    assert [lien.texte for lien in liens if lien.est_courant] == ["Chercher"]
    assert len(liens) == len(composants.ENTREES)


def test_the_pages_to_read_are_for_everyone_and_the_current_one_is_said() -> None:
    liens = composants.liens_pages(Context({"request": RequestFactory().get("/guides/vendre/")}))
    assert [lien.url for lien in liens if lien.est_courant] == ["/guides/"]
    assert len(composants.liens_pages(Context({}))) == len(liens) > 1


def test_a_page_not_served_yet_shows_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composants, "adresse", lambda _nom: "")
    assert composants.liens_navigation(Context({})) == []


def test_qui_anime_sans_entreprise_n_a_que_son_menu() -> None:
    anime = Context(
        {"user": SimpleNamespace(is_authenticated=True), "peut_animer": True, "a_une_entreprise": False}
    )
    assert [lien.texte for lien in composants.liens_navigation(anime)] == ["Animation", "Chercher"]
    dirige_aussi = Context(
        {"user": SimpleNamespace(is_authenticated=True), "peut_animer": True, "a_une_entreprise": True}
    )
    assert "Vos échanges" in [lien.texte for lien in composants.liens_navigation(dirige_aussi)]


def test_pagination_keeps_the_search() -> None:
    requete = RequestFactory().get("/", {"q": "devis & photo", "page": "2"})
    page = rendre("{% pagination p %}", request=requete, p=Paginator(range(30), 10).page(2))
    assert "?q=devis+%26+photo&amp;page=3" in page
    assert page.count("aria-current") == 1


def test_one_page_shows_no_pagination() -> None:
    assert not rendre("{% pagination p %}", p=Paginator([], 10).page(1)).strip()


def test_a_button_is_a_link_when_it_leads_somewhere() -> None:
    lien = render_to_string("composants/bouton.html", {"texte": "Voir", "url": "/a/?b=1&c=2"})
    assert 'href="/a/?b=1&amp;c=2"' in lien
    assert "<button" not in lien
    bouton = render_to_string("composants/bouton.html", {"texte": "Oui", "nom": "reponse", "valeur": "oui"})
    assert 'type="submit"' in bouton
    assert 'name="reponse" value="oui"' in bouton


def test_an_icon_says_something_only_when_asked() -> None:
    assert 'aria-hidden="true"' in composants.icone("lieu")
    assert 'aria-label="vers"' in composants.icone("fleche", "vers")


@pytest.mark.parametrize("gabarit", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_render_without_context_and_show_a_way_out(gabarit: str) -> None:
    page = render_to_string(gabarit)
    assert 'lang="fr"' in page
    assert 'href="/"' in page
