"""What protects people: search one's own only, report, block, bring the animation in view of all."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.services.echanges import accepter_echange
from messagerie.erreurs import AnimationDejaLa, ConversationDAutrui, ConversationFermee, MessageNonSignalable
from messagerie.models import Conversation, Message, MotifSignalement, Notification, Signalement
from messagerie.services import envoyer_message
from messagerie.services.fermeture import bloquer_depuis
from messagerie.services.invitations import inviter_animation, raccompagner_animation
from messagerie.services.signalements import retirer_message, signaler_message
from profils.ecarts import debloquer_entreprise
from profils.models import Blocage, Entreprise, Utilisateur
from tests.matching import scenes
from tests.messagerie.aides import OUVERTURE, converser


def url(nom: str, conversation: Conversation, *suite: object) -> str:
    return reverse(f"messagerie:{nom}", args=[conversation.uuid, *suite])


def dire(par: Utilisateur, conversation: Conversation, texte: str) -> Message:
    return envoyer_message(par=par, conversation=conversation, texte=texte)


# ---- Search


@pytest.mark.parametrize("question", ["Éclairs", "eclair", "gâteaux four", '"four neuf"', "FOUR"])
def test_chercher_ignore_les_accents_et_les_pluriels(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, question: str
) -> None:
    dire(boulangere, conversation, "Des éclairs et un gateau cuits au four neuf <b>hier</b>")
    page = client_de(boulangere).get(reverse("messagerie:recherche"), {"q": question})
    assert [m.numero for m in page.context["page"]] == [2]
    assert "<mark>" in page.text
    assert "<b>hier" not in page.text
    assert f"/messages/{conversation.uuid}/?avant=17#m2" in page.text


@pytest.mark.parametrize("question", ["", " ", "\0", "zzz", "' OR 1=1 --", "é" * 5000, "-", '"'])
def test_une_question_etrange_ne_trouve_rien_et_ne_casse_rien(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, question: str
) -> None:
    dire(boulangere, conversation, "Un four neuf")
    reponse = client_de(boulangere).get(reverse("messagerie:recherche"), {"q": question})
    assert reponse.status_code == 200
    assert list(reponse.context["page"] or []) == []
    assert ("Aucun message ne correspond" in reponse.text) == bool(question.strip("\0 "))


def test_chercher_dans_une_conversation_ne_dit_rien_des_autres(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur,
    boulangerie: Entreprise, fleuristerie: Entreprise,
) -> None:  # fmt: skip
    autre = converser(boulangerie, fleuristerie)
    for fil in (conversation, autre):
        dire(boulangere, fil, "Le four est neuf")
    recherche = reverse("messagerie:recherche")
    client = client_de(boulangere)
    page = client.get(recherche, {"q": "four", "dans": str(autre.uuid)})
    assert [m.conversation for m in page.context["page"]] == [autre]
    assert "Avec Fleurs de Lices." in page.text
    assert len(client.get(recherche, {"q": "four"}).context["page"]) == 2
    for dans in (str(autre.uuid), "rien", "\0"):
        assert client_de(menuisiere).get(recherche, {"q": "four", "dans": dans}).status_code == 404


def test_on_ne_trouve_que_ce_que_l_on_peut_lire(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, intruse: Utilisateur,
    animatrice: Utilisateur,
) -> None:  # fmt: skip
    secret = dire(boulangere, conversation, "Le code du four")
    for personne in (intruse, animatrice):
        assert "code" not in client_de(personne).get(reverse("messagerie:recherche"), {"q": "four"}).text
    retirer_message(par=animatrice, message=secret)
    assert "Le code" not in client_de(boulangere).get(reverse("messagerie:recherche"), {"q": "four"}).text


def test_la_recherche_passe_par_son_index_et_coute_autant_pour_douze(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    couts = []
    for nombre in (2, 10):
        for rang in range(nombre):
            dire(boulangere, conversation, f"Le four numéro {rang}")
        client = client_de(boulangere)
        with CaptureQueriesContext(connection) as requetes:
            client.get(reverse("messagerie:recherche"), {"q": "fours"})
        couts.append(len(requetes))
    assert couts[0] == couts[1]
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_seqscan = off")
        curseur.execute("SET LOCAL enable_indexscan = off")
    plan = Message.objects.filter(retire_le=None).chercher("four").order_by().explain()
    assert "message_recherche" in plan


# ---- Report


def test_signaler_garde_cinq_messages_autour_et_rien_d_autre(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur,
    animatrice: Utilisateur, animatrice_44: Utilisateur,
) -> None:  # fmt: skip
    for rang in range(20):
        dire(menuisiere, conversation, f"Ligne {rang}")
    chemin = url("signaler", conversation, 12)
    client = client_de(boulangere)
    assert "Ligne 10" in client.get(chemin).text
    champs = {"motif": "demarchage", "precision": "Il insiste <b>beaucoup</b>"}
    for _ in range(2):
        assert client.post(chemin, champs).status_code == 302
    signalement = Signalement.objects.get()
    assert [e["numero"] for e in signalement.extrait] == list(range(7, 18))
    assert [e["texte"] for e in signalement.extrait if e["est_vise"]] == ["Ligne 10"]
    assert signalement.entreprise is not None
    assert signalement.entreprise.nom == "Menuiserie Le Goff"
    assert signalement.territoire is not None
    assert signalement.territoire.nom == "Ille-et-Vilaine"
    prevenues = Notification.objects.filter(genre="signalement_recu").values_list("destinataire", flat=True)
    assert list(prevenues) == [animatrice.pk]
    assert "Ligne" not in str(Notification.objects.get(genre="signalement_recu").donnees)
    suivi = client.get(reverse("messagerie:signalements")).text
    assert "Envoyé" in suivi
    assert "demarchage" not in client_de(menuisiere).get(reverse("messagerie:signalements")).text
    conversation.delete()  # the evidence stays
    assert Signalement.objects.get().extrait == signalement.extrait


def test_sans_animation_le_signalement_va_aux_referents(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur, referente: Utilisateur
) -> None:
    message = dire(menuisiere, conversation, "Achetez")
    signalement = signaler_message(par=boulangere, message=message, motif=MotifSignalement.DEMARCHAGE)
    assert signalement.territoire is None
    recue = Notification.objects.get(genre="signalement_recu")
    assert recue.destinataire == referente


def test_ce_qui_ne_se_signale_pas(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, intruse: Utilisateur
) -> None:
    message = dire(boulangere, conversation, "Moi")
    with pytest.raises(MessageNonSignalable):
        signaler_message(par=boulangere, message=message, motif=MotifSignalement.AUTRE)
    with pytest.raises(ConversationDAutrui):
        signaler_message(par=intruse, message=message, motif=MotifSignalement.AUTRE)
    for numero in (1, 2, 99):  # the platform's line, one's own, none
        assert client_de(boulangere).get(url("signaler", conversation, numero)).status_code == 404
    assert client_de(intruse).post(url("signaler", conversation, 2)).status_code == 404


@pytest.mark.parametrize("champs", [{}, {"motif": "inconnu"}, {"motif": "autre", "precision": "x" * 501}])
def test_un_signalement_mal_rempli_le_dit(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur,
    champs: dict[str, str],
) -> None:  # fmt: skip
    dire(menuisiere, conversation, "Achetez")
    assert client_de(boulangere).post(url("signaler", conversation, 2), champs).status_code == 422
    assert not Signalement.objects.exists()


def test_un_message_retire_ne_se_lit_plus_nulle_part(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur,
    animatrice: Utilisateur,
) -> None:  # fmt: skip
    message = dire(menuisiere, conversation, "Des mots blessants")
    retirer_message(par=animatrice, message=message)
    retirer_message(par=animatrice, message=message)
    for personne in (boulangere, menuisiere):
        client = client_de(personne)
        for chemin in (url("conversation", conversation), url("depuis", conversation) + "?n=0", "/messages/"):
            assert "blessants" not in client.get(chemin).text
        assert "Message retiré par la modération." in client.get(url("conversation", conversation)).text
    ligne = conversation.messages.get(numero=3)
    assert (ligne.texte, ligne.refait) == ("L’animation du territoire a retiré un message.", 2)
    assert conversation.messages.count() == 3


# ---- Block


def test_bloquer_ferme_la_conversation_sans_dire_qui(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur,
    boulangerie: Entreprise, menuiserie: Entreprise,
) -> None:  # fmt: skip
    client = client_de(boulangere)
    chemin = url("bloquer", conversation, menuiserie.uuid)
    assert "se ferme" in client.get(chemin).text
    assert not Blocage.objects.exists()  # opening the page does nothing
    for _ in range(2):
        assert client.post(chemin).status_code == 302
    assert Blocage.objects.get().bloquee == menuiserie
    assert conversation.echange.participations.get(entreprise=boulangerie).reponse == "declinee"
    lues = list(conversation.messages.values_list("texte", flat=True))
    assert lues == [OUVERTURE, "Cette conversation est close\u00a0: on peut la relire, plus y écrire."]
    for personne in (boulangere, menuisiere):
        with pytest.raises(ConversationFermee):
            dire(personne, conversation, "Encore un mot")
        page = client_de(personne).get(url("conversation", conversation)).text
        assert OUVERTURE in page
        assert "data-redaction" not in page
    debloquer_entreprise(par=boulangere, entreprise=boulangerie, bloquee=menuiserie)
    assert dire(menuisiere, conversation, "Bonjour de nouveau").numero == 4


@pytest.mark.parametrize(("rang", "statut"), [(0, "annule"), (1, "decline")])
def test_bloquer_met_fin_aux_propositions_en_attente(
    conversation: Conversation, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise,
    rang: int, statut: str,
) -> None:  # fmt: skip
    scenes.rendre_reciproques(boulangerie, menuiserie)
    echange = scenes.proposer((boulangerie, menuiserie)[rang])
    bloquer_depuis(par=boulangere, conversation=conversation, bloquee=menuiserie)
    echange.refresh_from_db()
    assert echange.statut == statut


def test_dans_un_cercle_seule_l_entreprise_qui_bloque_s_en_va(
    client_de: Any, boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise,
    boulangere: Utilisateur, menuisiere: Utilisateur, fleuriste: Utilisateur,
) -> None:  # fmt: skip
    scenes.faire_cercle(boulangerie, menuiserie, fleuristerie)
    echange = scenes.proposer(boulangerie)
    for entreprise in (menuiserie, fleuristerie):
        accepter_echange(par=scenes.membre(entreprise), echange=echange, entreprise=entreprise)
    cercle = Conversation.objects.get(echange=echange)
    client = client_de(boulangere)
    assert "quitte cette conversation" in client.get(url("bloquer", cercle, menuiserie.uuid)).text
    client.post(url("bloquer", cercle, menuiserie.uuid))
    assert client.get(url("conversation", cercle)).status_code == 404
    dire(menuisiere, cercle, "On continue à deux ?")
    lues = list(cercle.messages.values_list("texte", flat=True))
    assert "Boulangerie du Marché a quitté la conversation." in lues
    assert lues[-1] == "On continue à deux ?"


def test_on_ne_bloque_ni_soi_ni_une_absente(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, boulangerie: Entreprise,
    fleuristerie: Entreprise, intruse: Utilisateur, menuiserie: Entreprise,
) -> None:  # fmt: skip
    client = client_de(boulangere)
    for entreprise in (boulangerie, fleuristerie):
        assert client.post(url("bloquer", conversation, entreprise.uuid)).status_code == 404
    assert client_de(intruse).post(url("bloquer", conversation, menuiserie.uuid)).status_code == 404
    with pytest.raises(ConversationDAutrui):
        bloquer_depuis(par=boulangere, conversation=conversation, bloquee=fleuristerie)
    assert not Blocage.objects.exists()


# ---- The animation, invited


def test_l_animatrice_invitee_lit_a_partir_de_la_ou_tout(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur,
    animatrice: Utilisateur,
) -> None:  # fmt: skip
    dire(boulangere, conversation, "Entre nous")
    client = client_de(boulangere)
    page = client.get(url("options", conversation))
    assert "Inviter Anna" in page.text
    cle = page.context["equipe"][0][1]
    for _ in range(2):
        client.post(url("inviter_animation", conversation), {"qui": cle})
    ligne = "Alice invite Anna, de l’animation du territoire. Anna lit la conversation à partir d’ici."
    assert conversation.messages.get(numero=3).texte == ligne
    dire(menuisiere, conversation, "Bonjour Anna")
    lue = client_de(animatrice).get(url("conversation", conversation)).text
    assert "Bonjour Anna" in lue
    assert "Entre nous" not in lue
    assert "Vous lisez à partir de votre invitation" in lue
    assert "Voir l’échange" not in lue  # it is not hers
    trouvee = client_de(animatrice).get(reverse("messagerie:recherche"), {"q": "nous"})
    assert list(trouvee.context["page"]) == []
    assert dire(animatrice, conversation, "Je peux aider").entreprise is None
    assert "Anna (animation)" in client_de(menuisiere).get(url("conversation", conversation)).text
    assert Notification.objects.filter(destinataire=animatrice, genre="animation_invitee").count() == 1
    # Anyone may end it; she may leave too, and be asked back, to read everything this time.
    cle = conversation.participants.get(utilisateur=animatrice).cle
    client_de(menuisiere).post(url("raccompagner_animation", conversation), {"qui": cle})
    assert client_de(animatrice).get(url("conversation", conversation)).status_code == 404
    inviter_animation(par=boulangere, conversation=conversation, animatrice=animatrice, lit_tout=True)
    assert "Entre nous" in client_de(animatrice).get(url("conversation", conversation)).text
    sortie = client_de(animatrice).post(url("quitter", conversation), follow=True).text
    assert "On peut vous y inviter de nouveau." in sortie
    assert client_de(animatrice).get(url("conversation", conversation)).status_code == 404


def test_on_n_invite_que_l_animation_de_son_territoire(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, intruse: Utilisateur,
    animatrice: Utilisateur, animatrice_44: Utilisateur,
) -> None:  # fmt: skip
    for absente in (animatrice_44, intruse, boulangere):
        with pytest.raises(AnimationDejaLa):
            inviter_animation(par=boulangere, conversation=conversation, animatrice=absente, lit_tout=True)
    for etrangere in (intruse, animatrice):
        with pytest.raises(ConversationDAutrui):
            inviter_animation(par=etrangere, conversation=conversation, animatrice=animatrice, lit_tout=True)
        with pytest.raises(ConversationDAutrui):
            raccompagner_animation(par=etrangere, conversation=conversation, animatrice=animatrice)
    client_de(boulangere).post(url("inviter_animation", conversation), {"qui": "n’importe"})
    assert conversation.participants.count() == 2


def test_une_collegue_ne_se_fait_pas_raccompagner(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    cle = conversation.participants.get(utilisateur=menuisiere).cle
    client_de(boulangere).post(url("raccompagner_animation", conversation), {"qui": cle})
    assert conversation.participants.count() == 2
