"""The guarantees of writing: numbers, resends, marks (docs/messagerie.md)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction

from echange.socle.evenements import emettre
from matching.evenements import EchangeAccepte
from messagerie.erreurs import ConversationDAutrui, MessageTropLong, MessageVide
from messagerie.models import MESSAGE_MAX, Conversation, Message, Notification, Participant
from messagerie.services import envoyer_message, marquer_lu
from profils.models import Entreprise, Membre, Utilisateur
from tests.fabriques import creer_utilisateur
from tests.file_de_travail import executer_la_file
from tests.messagerie.aides import OUVERTURE, converser, creer_echange_accepte


def numeros(conversation: Conversation) -> list[int]:
    return list(conversation.messages.values_list("numero", flat=True))


def textes(conversation: Conversation) -> list[str]:
    return list(conversation.messages.values_list("texte", flat=True))


def lu_jusqua(conversation: Conversation, utilisateur: Utilisateur) -> int:
    return conversation.participants.get(utilisateur=utilisateur).lu_jusqua


def en_meme_temps(nombre: int, action: Callable[[int], Any]) -> list[Any]:
    """Run `action(0)` … `action(nombre - 1)` at the same instant, each with its own connection."""
    depart = Barrier(nombre)

    def courir(rang: int) -> Any:
        try:
            depart.wait(10)
            return action(rang)
        finally:
            connection.close()

    with ThreadPoolExecutor(nombre) as fils:
        return list(fils.map(courir, range(nombre)))


# ---- Opening


def test_ouvrir_reunit_tous_les_membres_de_toutes_les_entreprises(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    salarie = creer_utilisateur("Denis")
    Membre.objects.create(utilisateur=salarie, entreprise=menuiserie)
    conversation = converser(boulangerie, menuiserie, fleuristerie)
    presents = {p.utilisateur.first_name: p.entreprise for p in conversation.participants.all()}
    assert presents == {
        "Alice": boulangerie,
        "Brune": menuiserie,
        "Denis": menuiserie,
        "Chloé": fleuristerie,
    }


def test_ouvrir_ecrit_une_ligne_de_la_plateforme_non_lue_par_tous(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    ligne = conversation.messages.get()
    assert (ligne.numero, ligne.texte, ligne.est_systeme, ligne.auteur) == (1, OUVERTURE, True, None)
    for personne in (boulangere, menuisiere):
        assert Participant.objects.compter_non_lus(personne) == 1


def test_ouvrir_deux_fois_ne_change_rien(conversation: Conversation) -> None:
    avant = Notification.objects.count()
    with transaction.atomic():
        emettre(EchangeAccepte(conversation.echange_id))
    assert Conversation.objects.count() == 1
    assert numeros(conversation) == [1]
    assert Notification.objects.count() == avant


def test_ouvrir_dit_a_chacun_le_nom_des_autres(conversation: Conversation) -> None:
    ouvertes = Notification.objects.filter(genre="conversation_ouverte").order_by("destinataire__email")
    assert [(n.courriel, n.titre) for n in ouvertes] == [
        ("alice@exemple.fr", "Vous pouvez parler à Menuiserie Le Goff"),
        ("brune@exemple.fr", "Vous pouvez parler à Boulangerie du Marché"),
    ]
    assert {n.chemin for n in ouvertes} == {f"/messages/{conversation.uuid}/"}


def test_le_courriel_d_ouverture_dit_a_qui_l_on_peut_parler_et_ou(
    conversation: Conversation, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    executer_la_file()
    a_alice = next(courriel for courriel in mailoutbox if courriel.to == ["alice@exemple.fr"])
    assert a_alice.subject == "Vous pouvez parler à Menuiserie Le Goff"
    for texte in (str(a_alice.body), str(a_alice.alternatives[0][0])):
        assert "Bonjour Alice," in texte
        assert f"http://localhost:8000/messages/{conversation.uuid}/" in texte


def test_membre_de_deux_entreprises_du_cercle_participe_une_fois_pour_la_premiere(
    boulangerie: Entreprise, menuiserie: Entreprise, boulangere: Utilisateur
) -> None:
    Membre.objects.create(utilisateur=boulangere, entreprise=menuiserie)
    conversation = converser(boulangerie, menuiserie)
    assert conversation.participants.get(utilisateur=boulangere).entreprise == boulangerie


def test_un_compte_ferme_ne_participe_pas(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    Utilisateur.objects.filter(first_name="Brune").update(is_active=False)
    conversation = converser(boulangerie, menuiserie)
    assert [p.utilisateur.first_name for p in conversation.participants.all()] == ["Alice"]


def test_sans_acceptation_pas_de_conversation(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    creer_echange_accepte(boulangerie, menuiserie)  # accepted, but the fact was never emitted
    assert not Conversation.objects.exists()


# ---- Writing


def test_les_messages_se_suivent(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur, boulangerie: Entreprise
) -> None:
    premier = envoyer_message(par=boulangere, conversation=conversation, texte="  Bonjour\r\nvoisine \n")
    envoyer_message(par=menuisiere, conversation=conversation, texte="Bonjour !")
    assert (premier.texte, premier.entreprise) == ("Bonjour\nvoisine", boulangerie)
    assert textes(conversation) == [OUVERTURE, "Bonjour\nvoisine", "Bonjour !"]
    assert numeros(conversation) == [1, 2, 3]


def test_chaque_conversation_a_ses_numeros(
    conversation: Conversation, boulangerie: Entreprise, fleuristerie: Entreprise, boulangere: Utilisateur
) -> None:
    autre = converser(boulangerie, fleuristerie)
    envoyer_message(par=boulangere, conversation=conversation, texte="Ici")
    envoyer_message(par=boulangere, conversation=autre, texte="Là")
    assert numeros(conversation) == numeros(autre) == [1, 2]


def test_renvoyer_la_meme_cle_rend_le_premier_message(
    conversation: Conversation, boulangere: Utilisateur
) -> None:
    cle = uuid4()
    premier = envoyer_message(par=boulangere, conversation=conversation, texte="Mardi ?", cle_client=cle)
    second = envoyer_message(par=boulangere, conversation=conversation, texte="Mardi !", cle_client=cle)
    assert second == premier
    assert second.texte == "Mardi ?"
    assert numeros(conversation) == [1, 2]


def test_deux_personnes_peuvent_tirer_la_meme_cle(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    cle = uuid4()
    envoyer_message(par=boulangere, conversation=conversation, texte="Un", cle_client=cle)
    envoyer_message(par=menuisiere, conversation=conversation, texte="Deux", cle_client=cle)
    assert textes(conversation) == [OUVERTURE, "Un", "Deux"]


@pytest.mark.parametrize("vide", ["", "   \n\t ", "\0", "\u2003"])
def test_un_message_vide_est_refuse(conversation: Conversation, boulangere: Utilisateur, vide: str) -> None:
    with pytest.raises(MessageVide):
        envoyer_message(par=boulangere, conversation=conversation, texte=vide)
    assert numeros(conversation) == [1]


def test_un_texte_de_10_000_caracteres_est_refuse_sans_trou(
    conversation: Conversation, boulangere: Utilisateur
) -> None:
    with pytest.raises(MessageTropLong):
        envoyer_message(par=boulangere, conversation=conversation, texte="a" * 10_000)
    envoyer_message(par=boulangere, conversation=conversation, texte="é" * MESSAGE_MAX)
    assert numeros(conversation) == [1, 2]


def test_ce_que_postgresql_ne_sait_pas_garder_est_remplace(
    conversation: Conversation, boulangere: Utilisateur
) -> None:
    message = envoyer_message(par=boulangere, conversation=conversation, texte="a\0b\ud800c 🥖")
    message.refresh_from_db()
    assert message.texte == "ab?c 🥖"


def test_l_intruse_n_ecrit_ni_ne_lit(conversation: Conversation, intruse: Utilisateur) -> None:
    with pytest.raises(ConversationDAutrui):
        envoyer_message(par=intruse, conversation=conversation, texte="Coucou")
    with pytest.raises(ConversationDAutrui):
        marquer_lu(par=intruse, conversation=conversation, jusqua=1)
    assert not conversation.messages.lisibles_par(intruse).exists()
    assert numeros(conversation) == [1]


# ---- Read marks


def test_ecrire_vaut_lecture(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    envoyer_message(par=boulangere, conversation=conversation, texte="Bonjour")
    assert Participant.objects.compter_non_lus(boulangere) == 0
    assert Participant.objects.compter_non_lus(menuisiere) == 2


def test_la_marque_de_lecture_ne_recule_ni_ne_depasse(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    for texte in ("Un", "Deux"):
        envoyer_message(par=boulangere, conversation=conversation, texte=texte)
    marquer_lu(par=menuisiere, conversation=conversation, jusqua=2)
    assert lu_jusqua(conversation, menuisiere) == 2
    marquer_lu(par=menuisiere, conversation=conversation, jusqua=1)
    assert lu_jusqua(conversation, menuisiere) == 2
    marquer_lu(par=menuisiere, conversation=conversation, jusqua=2_000_000_000)
    assert lu_jusqua(conversation, menuisiere) == 3


# ---- At the same instant


@pytest.mark.django_db(transaction=True)
def test_huit_personnes_ecrivent_au_meme_instant_sans_trou_ni_double(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    auteurs = [boulangere, menuisiere]

    def ecrire(rang: int) -> list[int]:
        return [
            envoyer_message(par=auteurs[rang % 2], conversation=conversation, texte=f"{rang}-{tour}").numero
            for tour in range(10)
        ]

    obtenus = en_meme_temps(8, ecrire)
    assert sorted(n for serie in obtenus for n in serie) == list(range(2, 82))
    assert numeros(conversation) == list(range(1, 82))
    for rang, serie in enumerate(obtenus):  # everyone's own messages keep their order
        siens = [t for t in textes(conversation) if t.startswith(f"{rang}-")]
        assert siens == [f"{rang}-{tour}" for tour in range(10)]
        assert serie == sorted(serie)
    conversation.refresh_from_db()
    assert conversation.dernier_numero == 81


@pytest.mark.django_db(transaction=True)
def test_la_meme_cle_envoyee_huit_fois_au_meme_instant_ecrit_un_message(
    conversation: Conversation, boulangere: Utilisateur
) -> None:
    cle = uuid4()

    def ecrire(_rang: int) -> int:
        return envoyer_message(par=boulangere, conversation=conversation, texte="Une fois", cle_client=cle).pk

    assert len(set(en_meme_temps(8, ecrire))) == 1
    assert numeros(conversation) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_accepte_deux_fois_au_meme_instant_ouvre_une_conversation(
    boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    echange = creer_echange_accepte(boulangerie, menuiserie)

    def accepter(_rang: int) -> None:
        with transaction.atomic():
            emettre(EchangeAccepte(echange.pk))

    en_meme_temps(4, accepter)
    assert Message.objects.count() == Conversation.objects.count() == 1
    assert Participant.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_une_transaction_annulee_ne_laisse_pas_de_trou(
    conversation: Conversation, boulangere: Utilisateur
) -> None:
    with transaction.atomic():
        envoyer_message(par=boulangere, conversation=conversation, texte="Perdu")
        transaction.set_rollback(True)
    envoyer_message(par=boulangere, conversation=conversation, texte="Gardé")
    assert textes(conversation) == [OUVERTURE, "Gardé"]
    assert numeros(conversation) == [1, 2]
