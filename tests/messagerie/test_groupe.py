"""People arrive, leave, come back, speak for one company or another; cards are given and taken back."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from echange.socle.horloge import maintenant
from matching.models import Echange, StatutEchange
from messagerie.erreurs import (
    CollegueDejaLa,
    ConversationDAutrui,
    ConversationFermee,
    CoordonneesVides,
    TelephoneInvalide,
)
from messagerie.models import Conversation, Coordonnees, Message, Notification, Participant, Rappel
from messagerie.models.conversations import NON_LUS, cle_de
from messagerie.services import envoyer_message, groupe, marquer_lu
from messagerie.services.coordonnees import partager_coordonnees, retirer_coordonnees
from messagerie.services.invitations import inviter_animation
from messagerie.services.rappels import rappeler_collegue
from profils.ecarts import bloquer_entreprise, debloquer_entreprise
from profils.membres import ArriveAvantVous, DernierMembre, accueillir_membre, retirer_membre
from profils.models import Entreprise, Membre, Utilisateur
from profils.services import EntrepriseDAutrui
from tests.fabriques import creer_utilisateur
from tests.messagerie.aides import OUVERTURE, converser


def url(nom: str, conversation: Conversation, *suite: object) -> str:
    return reverse(f"messagerie:{nom}", args=[conversation.uuid, *suite])


def lignes(conversation: Conversation) -> list[str]:
    return list(conversation.messages.values_list("texte", flat=True))


def presents(conversation: Conversation) -> list[str]:
    return sorted(conversation.participants.values_list("utilisateur__first_name", flat=True))


def donner(par: Utilisateur, conversation: Conversation, **champs: Any) -> Message:
    defauts = {"telephone": "06 12 34 56 78", "courriel": "", "cle_client": uuid4()}
    return partager_coordonnees(par=par, conversation=conversation, **{**defauts, **champs})


# ---- Colleagues

POUR_LA_BOULANGERIE = " la conversation pour Boulangerie du Marché."


def test_une_collegue_arrivee_plus_tard_entre_dans_les_conversations_et_lit_tout(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    denis = creer_utilisateur("Denis")
    accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=denis)
    accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=denis)
    assert presents(conversation) == ["Alice", "Brune", "Denis"]
    assert lignes(conversation) == [OUVERTURE, f"Alice a invité Denis, qui rejoint{POUR_LA_BOULANGERIE}"]
    page = client_de(denis).get(url("conversation", conversation)).text
    assert OUVERTURE in page
    assert Participant.objects.compter_non_lus(denis) == 1  # the line of her arrival, not the past


def test_arriver_dans_une_ancienne_conversation_ne_rappelle_pas_qui_avait_tout_lu(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur, boulangerie: Entreprise
) -> None:
    Echange.objects.update(statut=StatutEchange.REALISE, conclu_le=maintenant())
    marquer_lu(par=menuisiere, conversation=conversation, jusqua=1)
    accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=creer_utilisateur("Denis"))
    assert lignes(conversation) == [OUVERTURE, f"Alice a invité Denis, qui rejoint{POUR_LA_BOULANGERIE}"]
    non_lus = conversation.participants.values_list("utilisateur__first_name", NON_LUS)
    assert dict(non_lus) == {"Alice": 2, "Brune": 0, "Denis": 0}  # Alice had not read the opening


def test_qui_quitte_l_entreprise_quitte_ses_conversations(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    denis = creer_utilisateur("Denis")
    accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=denis)
    retirer_membre(par=boulangere, entreprise=boulangerie, utilisateur=denis)
    assert presents(conversation) == ["Alice", "Brune"]
    assert lignes(conversation)[-1] == "Denis a quitté la conversation."
    assert client_de(denis).get(url("conversation", conversation)).status_code == 404
    with pytest.raises(DernierMembre):
        retirer_membre(par=boulangere, entreprise=boulangerie, utilisateur=boulangere)


def test_l_intruse_n_ajoute_ni_ne_retire_personne(
    intruse: Utilisateur, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    with pytest.raises(EntrepriseDAutrui):
        accueillir_membre(par=intruse, entreprise=boulangerie, utilisateur=intruse)
    with pytest.raises(EntrepriseDAutrui):
        retirer_membre(par=intruse, entreprise=boulangerie, utilisateur=boulangere)
    assert boulangerie.membres.count() == 1


def test_on_ne_retire_pas_qui_etait_la_avant(boulangere: Utilisateur, boulangerie: Entreprise) -> None:
    denis = creer_utilisateur("Denis")
    accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=denis)
    with pytest.raises(ArriveAvantVous):
        retirer_membre(par=denis, entreprise=boulangerie, utilisateur=boulangere)
    retirer_membre(par=boulangere, entreprise=boulangerie, utilisateur=boulangere)
    assert [m.utilisateur for m in boulangerie.membres.all()] == [denis]


# ---- Asked back


@pytest.fixture
def denis(boulangere: Utilisateur, boulangerie: Entreprise, conversation: Conversation) -> Utilisateur:
    """Of la boulangerie; has left the talk."""
    denis = creer_utilisateur("Denis")
    accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=denis)
    groupe.quitter_conversation(par=denis, conversation=conversation)
    return denis


def rappeler(client: Any, conversation: Conversation, collegue: Utilisateur) -> Any:
    donnees = {"qui": cle_de(conversation.pk, collegue.pk)}
    return client.post(url("rappeler", conversation), donnees, follow=True)


def test_un_collegue_rappele_une_fois_revient_de_lui_meme(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, denis: Utilisateur
) -> None:
    client = client_de(boulangere)
    assert "Inviter à revenir" in client.get(url("options", conversation)).text
    page = rappeler(client, conversation, denis).text
    assert "Une invitation à revenir est partie le" in page
    assert "Inviter à revenir" not in page
    rappeler(client, conversation, denis)
    (notification,) = Notification.objects.filter(destinataire=denis, genre="conversation_rappel")
    assert notification.titre == "Alice vous invite à revenir parler avec Menuiserie Le Goff"
    assert presents(conversation) == ["Alice", "Brune"]  # nobody is brought back
    client_de(denis).post(reverse("messagerie:revenir", args=[conversation.echange.uuid]))
    assert lignes(conversation)[-1] == f"Alice a invité Denis, qui revient dans{POUR_LA_BOULANGERIE}"
    groupe.quitter_conversation(par=denis, conversation=conversation)
    rappeler(client, conversation, denis)
    assert Notification.objects.filter(destinataire=denis, genre="conversation_rappel").count() == 2


def test_on_ne_rappelle_que_ses_collegues_et_tant_que_la_conversation_est_ouverte(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur,
    denis: Utilisateur, intruse: Utilisateur, animatrice: Utilisateur,
) -> None:  # fmt: skip
    inviter_animation(par=boulangere, conversation=conversation, animatrice=animatrice, lit_tout=True)
    rappeler(client_de(animatrice), conversation, denis)
    assert "Vos collègues" not in client_de(animatrice).get(url("options", conversation)).text
    rappeler(client_de(menuisiere), conversation, denis)
    rappeler(client_de(boulangere), conversation, intruse)
    client_de(boulangere).post(url("rappeler", conversation), {"qui": "\0<b>"})
    for par, qui, refus in (
        (menuisiere, denis, CollegueDejaLa),
        (boulangere, boulangere, CollegueDejaLa),
        (denis, boulangere, ConversationDAutrui),
        (animatrice, denis, ConversationDAutrui),
    ):
        with pytest.raises(refus):
            rappeler_collegue(par=par, conversation=conversation, collegue=qui)
    Conversation.objects.update(fermee_le=maintenant())
    with pytest.raises(ConversationFermee):
        rappeler_collegue(par=boulangere, conversation=conversation, collegue=denis)
    assert not Rappel.objects.exists()


def test_qui_quitte_l_entreprise_n_est_plus_rappele(
    conversation: Conversation, boulangere: Utilisateur, denis: Utilisateur, boulangerie: Entreprise
) -> None:
    rappeler_collegue(par=boulangere, conversation=conversation, collegue=denis)
    retirer_membre(par=boulangere, entreprise=boulangerie, utilisateur=denis)
    assert not Rappel.objects.exists()


def test_apres_un_blocage_personne_n_entre_dans_une_conversation_a_plusieurs(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise, boulangere: Utilisateur
) -> None:
    """La boulangerie blocks la menuiserie, the three of them had a talk: it has left it, for everyone."""
    trio = converser(boulangerie, menuiserie, fleuristerie)
    bloquer_entreprise(par=boulangere, entreprise=boulangerie, bloquee=menuiserie)
    denis = creer_utilisateur("Denis")
    accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=denis)
    with pytest.raises(ConversationDAutrui):
        groupe.revenir(par=boulangere, echange=trio.echange)
    assert not trio.participants.filter(utilisateur__in=[boulangere, denis]).exists()
    debloquer_entreprise(par=boulangere, entreprise=boulangerie, bloquee=menuiserie)
    groupe.revenir(par=denis, echange=trio.echange)
    assert trio.participants.filter(utilisateur=denis).exists()


def test_dans_une_conversation_close_un_nouveau_collegue_lit_sans_ecrire(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, boulangerie: Entreprise,
    menuiserie: Entreprise,
) -> None:  # fmt: skip
    bloquer_entreprise(par=boulangere, entreprise=boulangerie, bloquee=menuiserie)
    denis = creer_utilisateur("Denis")
    accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=denis)
    assert OUVERTURE in client_de(denis).get(url("conversation", conversation)).text
    with pytest.raises(ConversationFermee):
        envoyer_message(par=denis, conversation=conversation, texte="Bonjour")


# ---- Two companies, one person


@pytest.fixture
def double(boulangerie: Entreprise, menuiserie: Entreprise, boulangere: Utilisateur) -> Conversation:
    """La boulangère is also of la menuiserie: she speaks for the first until she says otherwise."""
    Membre.objects.create(utilisateur=boulangere, entreprise=menuiserie)
    return converser(boulangerie, menuiserie)


def test_on_choisit_au_nom_de_qui_l_on_parle(
    client_de: Any, double: Conversation, boulangere: Utilisateur, menuiserie: Entreprise
) -> None:
    client = client_de(boulangere)
    assert "Parler pour Menuiserie Le Goff" in client.get(url("options", double)).text
    client.post(url("voix", double), {"entreprise": str(menuiserie.uuid)})
    message = envoyer_message(par=boulangere, conversation=double, texte="Pour l’atelier")
    assert message.entreprise == menuiserie
    assert "<h1>Boulangerie du Marché</h1>" in client.get(url("conversation", double)).text


def test_on_ne_parle_pas_pour_une_entreprise_d_autrui(
    client_de: Any, double: Conversation, menuisiere: Utilisateur, boulangerie: Entreprise
) -> None:
    client_de(menuisiere).post(url("voix", double), {"entreprise": str(boulangerie.uuid)})
    with pytest.raises(ConversationDAutrui):
        groupe.choisir_voix(par=menuisiere, conversation=double, entreprise=boulangerie)
    assert double.participants.get(utilisateur=menuisiere).entreprise != boulangerie


def test_quitter_une_des_deux_entreprises_fait_parler_pour_l_autre(
    double: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur, boulangerie: Entreprise,
    menuiserie: Entreprise,
) -> None:  # fmt: skip
    Membre.objects.create(utilisateur=menuisiere, entreprise=boulangerie)
    retirer_membre(par=boulangere, entreprise=boulangerie, utilisateur=boulangere)
    assert double.participants.get(utilisateur=boulangere).entreprise == menuiserie


# ---- Leave, come back


def test_quitter_puis_revenir(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    client = client_de(boulangere)
    donner(boulangere, conversation)
    client.post(url("quitter", conversation))
    assert client.get(url("conversation", conversation)).status_code == 404
    with pytest.raises(ConversationDAutrui):
        envoyer_message(par=boulangere, conversation=conversation, texte="Encore là ?")
    assert Coordonnees.objects.get().telephone == ""  # what she had given leaves with her
    envoyer_message(par=menuisiere, conversation=conversation, texte="Dommage")
    chemin = reverse("messagerie:de_echange", args=[conversation.echange.uuid])
    assert "Vous avez quitté cette conversation" in client.get(chemin).text
    reponse = client.post(reverse("messagerie:revenir", args=[conversation.echange.uuid]))
    assert reponse.url == url("conversation", conversation)
    assert lignes(conversation)[-3:] == [
        "Alice a quitté la conversation.",
        "Dommage",
        "Alice revient dans la conversation pour Boulangerie du Marché.",
    ]
    assert list(conversation.journal.values_list("fait", flat=True)) == ["depart", "retour"]


def test_l_intruse_ne_revient_pas(client_de: Any, conversation: Conversation, intruse: Utilisateur) -> None:
    client = client_de(intruse)
    assert client.get(reverse("messagerie:de_echange", args=[conversation.echange.uuid])).status_code == 404
    assert client.post(reverse("messagerie:revenir", args=[conversation.echange.uuid])).status_code == 404
    with pytest.raises(ConversationDAutrui):
        groupe.revenir(par=intruse, echange=conversation.echange)


# ---- Mute, put away


def test_une_conversation_rangee_revient_quand_on_y_ecrit(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    client = client_de(boulangere)
    client.post(url("archiver", conversation), {"active": "1"})
    assert client.get("/messages/").context["lignes"] == []
    assert [c for c, _, _ in client.get("/messages/?archives").context["lignes"]] == [conversation]
    assert client_de(menuisiere).get("/messages/").context["lignes"] != []
    envoyer_message(par=menuisiere, conversation=conversation, texte="Au fait")
    assert [c for c, _, _ in client.get("/messages/").context["lignes"]] == [conversation]
    client.post(url("archiver", conversation), {"active": "1"})
    client.post(url("archiver", conversation), {"active": "0"})
    assert [c for c, _, _ in client.get("/messages/").context["lignes"]] == [conversation]


def test_la_sourdine_se_met_et_s_ote(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, intruse: Utilisateur
) -> None:
    client = client_de(boulangere)
    client.post(url("sourdine", conversation), {"active": "1"})
    assert "En sourdine" in client.get("/messages/").text
    client.post(url("sourdine", conversation), {"active": "0"})
    assert not conversation.participants.get(utilisateur=boulangere).en_sourdine
    assert client_de(intruse).post(url("sourdine", conversation)).status_code == 404


# ---- Read by


def test_la_page_dit_qui_a_lu_le_dernier_message(
    client_de: Any, boulangere: Utilisateur, menuisiere: Utilisateur, fleuriste: Utilisateur,
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise,
) -> None:  # fmt: skip
    conversation = converser(boulangerie, menuiserie, fleuristerie)
    message = envoyer_message(par=boulangere, conversation=conversation, texte="Mardi ?")
    page = url("conversation", conversation)
    assert "Lu par" not in client_de(boulangere).get(page).text
    for lectrice in (menuisiere, fleuriste):
        marquer_lu(par=lectrice, conversation=conversation, jusqua=message.numero)
    assert "Lu par Brune et Chloé" in client_de(boulangere).get(page).text
    assert "Lu par Chloé" in client_de(menuisiere).get(page).text  # neither herself nor the author
    assert "Lu par Brune et Chloé" in client_de(boulangere).get(url("depuis", conversation) + "?n=9").text


# ---- Cards


def test_donner_ses_coordonnees_puis_les_effacer(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    client = client_de(boulangere)
    chemin = url("partager_coordonnees", conversation)
    formulaire = client.get(chemin)
    assert 'value="alice@exemple.fr"' in formulaire.text
    champs = {"telephone": "06.12.34.56.78", "courriel": "", "cle": str(uuid4())}
    for _ in range(2):  # sent twice, given once
        assert client.post(chemin, champs).status_code == 302
    page = client_de(menuisiere).get(url("conversation", conversation)).text
    assert page.count("tel:0612345678") == 1
    assert "Effacer mes coordonnées" not in page
    effacer = url("retirer_coordonnees", conversation, 2)
    assert "06\u00a012\u00a034\u00a056\u00a078" in client.get(effacer).text
    client.post(effacer)
    client.post(effacer)
    assert lignes(conversation)[2:] == ["Alice ne partage plus ses coordonnées."]
    assert conversation.messages.get(numero=3).refait == 2
    page = client_de(menuisiere).get(url("conversation", conversation)).text
    assert "0612345678" not in page
    assert "Ces coordonnées ont été effacées" in page
    assert not Coordonnees.objects.exclude(telephone="", courriel="").exists()


def test_seule_leur_proprietaire_efface_des_coordonnees(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur,
    intruse: Utilisateur,
) -> None:  # fmt: skip
    message = donner(boulangere, conversation)
    for personne in (menuisiere, intruse):
        effacer = url("retirer_coordonnees", conversation, message.numero)
        assert client_de(personne).post(effacer).status_code == 404
    with pytest.raises(ConversationDAutrui):
        retirer_coordonnees(par=menuisiere, message=message)
    assert Coordonnees.objects.get().telephone == "0612345678"


@pytest.mark.parametrize(
    ("telephone", "courriel", "erreur"),
    [
        ("", "", CoordonneesVides),
        ("06 12", "", TelephoneInvalide),
        ("<b>0612345678</b>", "", TelephoneInvalide),
        ("0012345678", "", TelephoneInvalide),
    ],
)
def test_des_coordonnees_refusees_le_disent_au_champ(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, telephone: str, courriel: str,
    erreur: type[Exception],
) -> None:  # fmt: skip
    with pytest.raises(erreur):
        donner(boulangere, conversation, telephone=telephone, courriel=courriel)
    champs = {"telephone": telephone, "courriel": courriel}
    assert client_de(boulangere).post(url("partager_coordonnees", conversation), champs).status_code == 422
    assert lignes(conversation) == [OUVERTURE]


def test_un_compte_supprime_emporte_ses_coordonnees(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    donner(menuisiere, conversation)
    menuisiere.delete()
    assert not Coordonnees.objects.exists()
    assert "Voici mes coordonnées" in client_de(boulangere).get(url("conversation", conversation)).text


# ---- Cost


def test_la_page_des_options_coute_autant_pour_deux_personnes_que_pour_douze(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    couts = []
    for nombre in (1, 10):
        for rang in range(nombre):
            salarie = creer_utilisateur(f"Salarie{nombre}-{rang}")
            accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=salarie)
            if rang % 2 == 0:
                groupe.quitter_conversation(par=salarie, conversation=conversation)
        client = client_de(boulangere)
        for nom in ("options", "conversation"):
            with CaptureQueriesContext(connection) as requetes:
                client.get(url(nom, conversation))
            couts.append(len(requetes))
    assert couts[:2] == couts[2:]
