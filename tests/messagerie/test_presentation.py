"""What a person sees: exactly what is missing, the same live as on the page."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template

from messagerie.context_processors import non_lus
from messagerie.models import Conversation
from messagerie.presentation import dessiner, en_json, lignes_depuis, page_de_lignes
from messagerie.services import envoyer_message
from messagerie.templatetags.messagerie import liens_surs, quand
from profils.models import Utilisateur

LUNDI_SOIR = datetime(2026, 3, 2, 22, 50, tzinfo=UTC)  # 23:50 in Paris


def ecrire(conversation: Conversation, auteur: Utilisateur, *textes: str) -> None:
    for texte in textes:
        envoyer_message(par=auteur, conversation=conversation, texte=texte)


@pytest.mark.parametrize(("numero", "attendu"), [(0, [1, 2, 3, 4]), (2, [3, 4]), (4, []), (99, [])])
def test_depuis_rend_exactement_ce_qui_manque(
    conversation: Conversation, boulangere: Utilisateur, numero: int, attendu: list[int]
) -> None:
    ecrire(conversation, boulangere, "Un", "Deux", "Trois")
    lignes = lignes_depuis(conversation, boulangere, numero)
    assert [ligne.message.numero for ligne in lignes] == attendu


def test_depuis_s_arrete_au_lot_demande(conversation: Conversation, boulangere: Utilisateur) -> None:
    ecrire(conversation, boulangere, "Un", "Deux", "Trois")
    for numero, attendu in [(0, [1, 2]), (1, [2, 3])]:
        lignes = lignes_depuis(conversation, boulangere, numero, maximum=2)
        assert [ligne.message.numero for ligne in lignes] == attendu


def test_l_intruse_ne_recoit_rien(conversation: Conversation, intruse: Utilisateur) -> None:
    assert lignes_depuis(conversation, intruse, 0) == []


def test_un_jour_nouveau_porte_son_separateur_a_l_heure_de_paris(
    conversation: Conversation, boulangere: Utilisateur
) -> None:
    with time_machine.travel(LUNDI_SOIR, tick=False) as temps:
        conversation.messages.update(cree_le=LUNDI_SOIR - timedelta(hours=1))
        ecrire(conversation, boulangere, "Lundi encore")
        temps.shift(timedelta(minutes=20))  # 23:10 in UTC: already Tuesday in Paris
        ecrire(conversation, boulangere, "Mardi déjà", "Mardi toujours")
    lignes = lignes_depuis(conversation, boulangere, 1)
    jours = [ligne.jour.isoformat() if ligne.jour else None for ligne in lignes]
    assert jours == [None, "2026-03-03", None]
    mardi = en_json(lignes[1])
    assert "mardi 3 mars 2026" in mardi["html"]
    assert ">00:10</time>" in mardi["html"]


def test_l_evenement_dit_qui_parle(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    ecrire(conversation, boulangere, "Bonjour")
    systeme, bonjour = (en_json(ligne) for ligne in lignes_depuis(conversation, menuisiere, 0))
    assert (systeme["numero"], bonjour["numero"], bonjour["texte"]) == (1, 2, "Bonjour")
    assert "bulle--systeme" in systeme["html"]
    assert "bulle__qui" not in systeme["html"]
    assert "<strong>Alice</strong> · Boulangerie du Marché" in bonjour["html"]
    (a_elle,) = lignes_depuis(conversation, boulangere, 1)
    assert "bulle--moi" in en_json(a_elle)["html"]


def test_la_cle_d_un_message_n_est_dite_qu_a_son_auteur(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    cle = UUID(int=7)
    envoyer_message(par=boulangere, conversation=conversation, texte="Bonjour", cle_client=cle)
    a_elle, a_l_autre = (
        en_json(lignes_depuis(conversation, personne, 1)[0]) for personne in (boulangere, menuisiere)
    )
    assert a_elle["cle"] == str(cle)
    assert str(cle) in a_elle["html"]
    assert a_l_autre["cle"] is None
    assert str(cle) not in a_l_autre["html"]


@pytest.mark.parametrize("lecteur", ["boulangere", "menuisiere"])
def test_chaque_forme_de_ligne_est_dessinee_comme_par_le_gabarit(
    request: pytest.FixtureRequest, conversation: Conversation, boulangere: Utilisateur, lecteur: str
) -> None:
    with time_machine.travel(LUNDI_SOIR, tick=False):
        conversation.messages.update(cree_le=LUNDI_SOIR - timedelta(days=1))
        ecrire(
            conversation, boulangere, "Lundi", "<b>{}</b> %s \ue000texte\ue000", "Retenu", "Retiré", "Suivi"
        )
    lundi, _, retenu, retire, suivi = conversation.messages.order_by("numero")[1:]
    conversation.messages.filter(pk=retenu.pk).update(retenu_le=LUNDI_SOIR)
    conversation.messages.filter(pk=retire.pk).update(retire_le=LUNDI_SOIR)
    conversation.messages.filter(pk=suivi.pk).update(a_suite=True)
    conversation.messages.filter(pk=lundi.pk).update(auteur=None)
    lignes = lignes_depuis(conversation, request.getfixturevalue(lecteur), 0)
    assert [bool(ligne.jour) for ligne in lignes] == [True, True, False, False, False, False]
    gabarit = get_template("messagerie/_message.html")
    for ligne in lignes:
        assert dessiner(ligne) == gabarit.render({"ligne": ligne})


def test_un_compte_supprime_laisse_le_fil_lisible(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    ecrire(conversation, menuisiere, "À mardi")
    menuisiere.delete()
    (ligne,) = lignes_depuis(conversation, boulangere, 1)
    assert "Compte supprimé" in en_json(ligne)["html"]
    assert "À mardi" in en_json(ligne)["html"]


def test_l_historique_remonte_page_par_page(
    conversation: Conversation, boulangere: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messagerie.presentation.PAGE", 3)
    ecrire(conversation, boulangere, *"abcdefg")  # 8 with the opening
    vus, avant = [], None
    while True:
        page = page_de_lignes(conversation, boulangere, avant)
        assert page.lignes[0].jour  # the top of a page always says its day
        vus.append([ligne.message.numero for ligne in page.lignes])
        if page.avant is None:
            break
        avant = page.avant
    assert vus == [[6, 7, 8], [3, 4, 5], [1, 2]]


class Balises(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.noms: set[str] = set()
        self.attributs: set[str] = set()
        self.adresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.noms.add(tag)
        self.attributs |= {nom for nom, _ in attrs}
        self.adresses += [valeur or "" for nom, valeur in attrs if nom == "href"]


@pytest.mark.parametrize(
    "malice",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</p></li><h1>Faux</h1>",
        'https://exemple.fr/"onmouseover="alert(1)',
        "javascript:alert(1)",
        "http://<script>.fr",
        "www.exemple.fr/<b>",
    ],
)
def test_le_html_d_un_message_reste_du_texte(
    conversation: Conversation, boulangere: Utilisateur, malice: str
) -> None:
    ecrire(conversation, boulangere, malice)
    html = en_json(lignes_depuis(conversation, boulangere, 1)[0])["html"]
    balises = Balises(html)
    assert balises.noms <= {"li", "p", "div", "time", "a"}
    assert balises.attributs <= {"class", "id", "data-numero", "data-qui", "datetime", "href", "rel"}
    assert all(adresse.startswith(("http://", "https://", "mailto:")) for adresse in balises.adresses)


def test_le_html_d_un_nom_reste_du_texte(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    Utilisateur.objects.filter(pk=boulangere.pk).update(first_name="<b>Alice</b>")
    ecrire(conversation, boulangere, "Bonjour")
    html = en_json(lignes_depuis(conversation, menuisiere, 1)[0])["html"]
    assert "&lt;b&gt;Alice&lt;/b&gt;" in html


def test_les_liens_sont_surs() -> None:
    html = liens_surs("Voir https://exemple.fr/a?b=1&c=2, ou écrire à a@exemple.fr")
    assert '<a href="https://exemple.fr/a?b=1&amp;c=2" rel="nofollow noopener noreferrer ugc">' in html
    assert 'href="mailto:a@exemple.fr"' in html


@time_machine.travel(datetime(2026, 3, 3, 12, 0, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("instant", "dit"),
    [
        (datetime(2026, 3, 3, 7, 5, tzinfo=UTC), "08:05"),
        (datetime(2026, 3, 2, 22, 0, tzinfo=UTC), "2 mars"),
        (datetime(2025, 12, 31, 12, 0, tzinfo=UTC), "31 décembre 2025"),
    ],
)
def test_quand(instant: datetime, dit: str) -> None:
    assert quand(instant) == dit


def test_la_pastille_du_menu_coute_une_requete_aux_membres_seuls(
    conversation: Conversation, boulangere: Utilisateur, django_assert_num_queries: Any
) -> None:
    gabarit = Template("{% if messages_non_lus %}{{ messages_non_lus }}{% endif %}")
    requete = HttpRequest()
    requete.user = boulangere
    with django_assert_num_queries(1):
        assert gabarit.render(Context(non_lus(requete))) == "1"
    requete.user = AnonymousUser()
    with django_assert_num_queries(0):
        assert gabarit.render(Context(non_lus(requete))) == ""
