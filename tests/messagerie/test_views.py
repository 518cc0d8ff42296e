"""The pages: who may enter, what is refused and how it is said, what reading costs."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from echange.socle.horloge import maintenant
from matching.models import Echange, StatutEchange
from messagerie.models import Conversation, Participant
from messagerie.services import envoyer_message
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_entreprise, creer_utilisateur
from tests.messagerie.aides import OUVERTURE, converser

LECTURES = ["conversation", "depuis", "de_echange"]


def adresse(nom: str, conversation: Conversation) -> str:
    objet = conversation.echange.uuid if nom == "de_echange" else conversation.uuid
    return reverse(f"messagerie:{nom}", args=[objet]) + ("?n=0" if nom == "depuis" else "")


def ecrire(client: Client, conversation: Conversation, texte: str, **champs: str) -> Any:
    return client.post(adresse("conversation", conversation), {"texte": texte, **champs})


def textes(conversation: Conversation) -> list[str]:
    return list(conversation.messages.values_list("texte", flat=True))


# ---- Access


@pytest.mark.parametrize("nom", LECTURES)
def test_il_faut_etre_connecte(client: Client, conversation: Conversation, nom: str) -> None:
    reponse = client.get(adresse(nom, conversation))
    assert reponse.status_code == 302
    assert reponse.headers["Location"].startswith("/compte/connexion/")


@pytest.mark.parametrize("nom", LECTURES)
@pytest.mark.parametrize("qui", ["intruse", "animatrice", "animatrice_44", "referente"])
def test_pour_qui_n_en_est_pas_la_conversation_n_existe_pas(
    client_de: Any, conversation: Conversation, nom: str, qui: str, request: pytest.FixtureRequest
) -> None:
    client = client_de(request.getfixturevalue(qui))
    assert client.get(adresse(nom, conversation)).status_code == 404


def test_l_intruse_n_ecrit_pas_et_ne_marque_rien(
    client_de: Any, intruse: Utilisateur, conversation: Conversation
) -> None:
    client = client_de(intruse)
    assert ecrire(client, conversation, "Coucou").status_code == 404
    assert client.post(adresse("lu", conversation), {"numero": "1"}).status_code == 404
    assert textes(conversation) == [OUVERTURE]


@pytest.mark.parametrize("nom", ["conversation", "depuis", "lu", "de_echange"])
def test_un_identifiant_inconnu_n_existe_pas(client_de: Any, boulangere: Utilisateur, nom: str) -> None:
    client = client_de(boulangere)
    url = reverse(f"messagerie:{nom}", args=[uuid4()])
    assert (client.post(url) if nom == "lu" else client.get(url)).status_code == 404


def test_les_participantes_lisent(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    for personne in (boulangere, menuisiere):
        assert OUVERTURE in client_de(personne).get(adresse("conversation", conversation)).text


def test_d_un_echange_on_va_a_sa_conversation(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    reponse = client_de(boulangere).get(adresse("de_echange", conversation))
    assert reponse.url == f"/messages/{conversation.uuid}/"


def test_de_la_conversation_on_va_proposer_une_seance(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    navigateur = client_de(boulangere)
    page = adresse("conversation", conversation)
    echange = reverse("matching:echange", args=[conversation.echange.uuid])
    assert f'href="{echange}#rendez-vous">Proposer une séance' in navigateur.get(page).text
    assert 'id="rendez-vous"' in navigateur.get(echange).text
    Echange.objects.update(statut=StatutEchange.REALISE, conclu_le=maintenant())
    assert "Proposer une séance" not in navigateur.get(page).text


def test_un_echange_sans_conversation_n_y_mene_pas(
    client_de: Any, boulangere: Utilisateur, conversation: Conversation
) -> None:
    url = adresse("de_echange", conversation)
    conversation.delete()
    assert Echange.objects.exists()
    assert client_de(boulangere).get(url).status_code == 404


@pytest.mark.parametrize("nom", ["conversations", *LECTURES])
def test_lire_n_ecrit_rien(
    client_de: Any, conversation: Conversation, menuisiere: Utilisateur, nom: str
) -> None:
    client = client_de(menuisiere)
    url = reverse("messagerie:conversations") if nom == "conversations" else adresse(nom, conversation)
    with CaptureQueriesContext(
        connection,
    ) as requetes:
        assert client.get(url).status_code in (200, 302)
    assert all(r["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE")) for r in requetes.captured_queries)
    assert Participant.objects.compter_non_lus(menuisiere) == 1


@pytest.mark.parametrize(("nom", "verbe"), [("lu", "get"), ("depuis", "post"), ("de_echange", "post")])
def test_chaque_adresse_a_son_verbe(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, nom: str, verbe: str
) -> None:
    reponse = getattr(client_de(boulangere), verbe)(adresse(nom, conversation))
    assert reponse.status_code == 405


# ---- Writing by the plain form


def test_ecrire_ramene_au_dernier_message(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    reponse = ecrire(client_de(boulangere), conversation, "Bonjour Brune")
    assert (reponse.status_code, reponse.url) == (302, f"/messages/{conversation.uuid}/#dernier")
    assert textes(conversation) == [OUVERTURE, "Bonjour Brune"]


def test_sans_script_on_suit_une_page_qui_revient_et_ne_porte_pas_de_formulaire(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    client = client_de(boulangere)
    reponse = ecrire(client, conversation, "Bonjour Brune", sans_script="1")
    assert reponse.url == f"/messages/{conversation.uuid}/?suivre#dernier"
    suivie, ordinaire = client.get(reponse.url), client.get(adresse("conversation", conversation))
    assert suivie["Refresh"] == "15"
    assert "Bonjour Brune" in suivie.text
    assert "<textarea" not in suivie.text
    assert "Écrire un message" in suivie.text
    assert "Refresh" not in ordinaire
    assert "<textarea" in ordinaire.text


def test_le_meme_formulaire_envoye_deux_fois_ecrit_un_message(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    client = client_de(boulangere)
    page = client.get(adresse("conversation", conversation))
    cle = str(page.context["formulaire"]["cle"].value())
    assert cle in page.text
    for _ in range(2):
        assert ecrire(client, conversation, "Bonjour", cle=cle).status_code == 302
    assert textes(conversation) == [OUVERTURE, "Bonjour"]


def test_une_cle_qui_n_en_est_pas_une_est_ignoree(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    assert ecrire(client_de(boulangere), conversation, "Bonjour", cle="<b>").status_code == 302
    assert textes(conversation) == [OUVERTURE, "Bonjour"]


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("", "Écrivez quelque chose avant d’envoyer."),
        (" \n ", "Écrivez quelque chose avant d’envoyer."),
        ("mot " * 2500, "Ce message est trop long : 4 000 caractères au plus. Coupez-le en deux."),
    ],
)
def test_un_message_refuse_le_dit_au_champ_et_ne_perd_rien(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, texte: str, dit: str
) -> None:
    reponse = ecrire(client_de(boulangere), conversation, texte)
    assert reponse.status_code == 422
    assert dit in reponse.text.replace("\u00a0", " ")
    assert reponse.context["formulaire"]["texte"].value() == texte
    assert 'aria-describedby="id_texte_error"' in reponse.text
    assert textes(conversation) == [OUVERTURE]


def test_le_html_d_un_message_s_affiche_comme_du_texte(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    ecrire(client_de(boulangere), conversation, "<script>alert('x')</script>")
    for nom in ("conversation", "depuis"):
        page = client_de(menuisiere).get(adresse(nom, conversation)).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in client_de(menuisiere).get("/messages/").text


# ---- Reading


def test_la_page_et_le_fragment_montrent_les_memes_lignes(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    for texte in ("Mardi ?", "Ou jeudi : https://exemple.fr"):
        envoyer_message(par=boulangere, conversation=conversation, texte=texte)
    client = client_de(menuisiere)
    fragment = (
        client.get(adresse("depuis", conversation)).text.split('<div class="conversation__lu')[0].split()
    )
    assert fragment.count("<li") == 3
    page = client.get(adresse("conversation", conversation)).text.split()
    assert page[page.index("<li", page.index("data-fil>")) :][: len(fragment)] == fragment


@pytest.mark.parametrize(
    ("n", "statut"), [("0", 200), ("2147483647", 200), ("-1", 400), ("", 400), ("²", 400)]
)
def test_depuis_refuse_ce_qui_n_est_pas_un_numero(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, n: str, statut: int
) -> None:
    url = reverse("messagerie:depuis", args=[conversation.uuid])
    assert client_de(boulangere).get(url, {"n": n}).status_code == statut
    assert client_de(boulangere).get(url).status_code == 400


def test_remonter_l_historique(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messagerie.presentation.PAGE", 2)
    for texte in ("Un", "Deux", "Trois"):
        envoyer_message(par=boulangere, conversation=conversation, texte=texte)
    client = client_de(boulangere)
    dernieres = client.get(adresse("conversation", conversation)).text
    assert "?avant=3#dernier" in dernieres
    avant = client.get(adresse("conversation", conversation) + "?avant=3").text
    assert OUVERTURE in avant
    assert "Trois" not in avant
    assert "Revenir aux derniers messages" in avant
    assert client.get(adresse("conversation", conversation) + "?avant=pouet").status_code == 200


def test_marquer_lu(client_de: Any, conversation: Conversation, boulangere: Utilisateur) -> None:
    client = client_de(boulangere)
    assert client.post(adresse("lu", conversation), {"numero": "x"}).status_code == 400
    assert Participant.objects.compter_non_lus(boulangere) == 1
    assert client.post(adresse("lu", conversation), {"numero": "1"}).status_code == 204
    assert Participant.objects.compter_non_lus(boulangere) == 0


def test_marquer_lu_sans_script_ramene_a_la_liste(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    reponse = client_de(boulangere).post(adresse("lu", conversation), {"numero": "1", "suite": "liste"})
    assert (reponse.status_code, reponse.url) == (302, "/messages/")


def test_la_liste_dit_qui_le_dernier_mot_et_les_non_lus(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    envoyer_message(par=boulangere, conversation=conversation, texte="Mardi à 14 h ?")
    page = client_de(menuisiere).get("/messages/").text
    assert "Boulangerie du Marché" in page
    assert "Alice\u00a0: Mardi à 14 h ?" in page
    assert "2<span" in page
    assert "Vous\u00a0: Mardi à 14 h ?" in client_de(boulangere).get("/messages/").text


def test_la_derniere_active_est_la_premiere(
    client_de: Any,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    boulangere: Utilisateur,
    fleuristerie: Entreprise,
) -> None:
    ancienne, recente = converser(boulangerie, menuiserie), converser(boulangerie, fleuristerie)
    lignes = client_de(boulangere).get("/messages/").context["lignes"]
    assert [c for c, _, _ in lignes] == [recente, ancienne]
    envoyer_message(par=boulangere, conversation=ancienne, texte="Je relance")
    lignes = client_de(boulangere).get("/messages/").context["lignes"]
    assert [c for c, _, _ in lignes] == [ancienne, recente]


def test_sans_conversation_la_liste_dit_quoi_faire(client_de: Any, intruse: Utilisateur) -> None:
    page = client_de(intruse).get("/messages/").text
    assert "Pas encore de conversation" in page
    assert reverse("matching:rapprochements") in page


def test_la_liste_coute_autant_pour_deux_que_pour_douze(
    client_de: Any, boulangerie: Entreprise, boulangere: Utilisateur
) -> None:
    def cout() -> int:
        client = client_de(boulangere)
        with CaptureQueriesContext(connection) as requetes:
            client.get("/messages/")
        return len(requetes)

    def ajouter(nombre: int) -> None:
        for _ in range(nombre):
            rang = Entreprise.objects.count()
            voisine = creer_utilisateur(f"Voisine{rang}")
            autre = creer_entreprise(f"Atelier {rang}", membre=voisine)
            envoyer_message(par=voisine, conversation=converser(boulangerie, autre), texte="Bonjour")

    ajouter(2)
    pour_deux = cout()
    ajouter(10)
    assert cout() == pour_deux


def test_la_page_coute_autant_pour_deux_messages_que_pour_douze(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    couts = []
    for nombre in (2, 10):
        for rang in range(nombre):
            envoyer_message(par=(boulangere, menuisiere)[rang % 2], conversation=conversation, texte="Oui")
        client = client_de(boulangere)
        with CaptureQueriesContext(connection) as requetes:
            client.get(adresse("conversation", conversation))
        couts.append(len(requetes))
    assert couts[0] == couts[1]
