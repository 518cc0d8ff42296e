"""A message that waits for five minutes makes one mail of its conversation, unless it has been read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.db import connection

from messagerie.models import (
    Conversation,
    EtatEnvoi,
    Message,
    Notification,
    Participant,
    ReglageAvis,
    ReglageCourriels,
    Rythme,
)
from messagerie.models.notifications import MESSAGE_NON_LU
from messagerie.notifications.boite import expedier
from messagerie.notifications.non_lus import ATTENTE, ECART, prevenir_des_non_lus
from messagerie.services import envoyer_message, marquer_lu
from messagerie.services.coordonnees import partager_coordonnees
from messagerie.services.fermeture import bloquer_depuis
from messagerie.services.groupe import quitter_conversation
from messagerie.services.rangement import mettre_en_sourdine
from messagerie.services.signalements import retirer_message
from profils.models import Entreprise, Utilisateur
from tests.facteur import Facteur
from tests.messagerie.aides import converser

MARDI_14H = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
UNE_MINUTE = timedelta(minutes=1)


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MARDI_14H, tick=False) as horloge:
        yield horloge


@pytest.fixture
def fil(horloge: time_machine.Traveller, conversation: Conversation, facteur: Facteur) -> Conversation:
    """The talk of la boulangerie and la menuiserie, its opening told already."""
    expedier()
    facteur.recus.clear()
    return conversation


def minute(horloge: time_machine.Traveller, passees: timedelta = UNE_MINUTE) -> None:
    """Let the time pass, then do what the worker does each minute."""
    horloge.shift(passees)
    prevenir_des_non_lus()
    expedier()


def texte_de(courriel: EmailMessage) -> str:
    corps = courriel.get_body(("plain",))
    assert corps is not None
    return str(corps.get_content()).replace("\r\n", "\n")


def test_cinq_minutes_apres_un_courriel_dit_le_message_et_ce_qui_precede(
    fil: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    facteur: Facteur,
    horloge: time_machine.Traveller,
) -> None:
    envoyer_message(par=boulangere, conversation=fil, texte="Jeudi vous irait ?")
    envoyer_message(par=menuisiere, conversation=fil, texte="Oui, <14 h> & pas avant.\n> à l’atelier")
    minute(horloge, ATTENTE - UNE_MINUTE)
    assert facteur.recus == []
    minute(horloge)
    (recu,) = facteur.recus
    assert recu["To"] == "alice@exemple.fr"
    assert recu["Subject"] == "Votre conversation avec Menuiserie Le Goff"
    assert recu["From"].addresses[0].display_name == "Brune (Menuiserie Le Goff) – Échange"
    assert recu["From"].addresses[0].addr_spec == "bonjour@echange.example"
    texte = texte_de(recu)
    assert (
        "Brune (Menuiserie Le Goff), mardi 24 novembre à 14:00\u00a0:\n"
        "Oui, <14 h> & pas avant.\n> à l’atelier" in texte
    )
    assert "> Alice (Boulangerie du Marché)\u00a0:\n> Jeudi vous irait ?" in texte
    assert f"/messages/{fil.uuid}/" in texte
    html = recu.get_body(("html",))
    assert html is not None
    assert "&lt;14 h&gt; &amp; pas avant." in html.get_content()
    minute(horloge, ECART)
    assert len(facteur.recus) == 1


def test_les_courriels_d_une_conversation_se_rangent_ensemble(
    fil: Conversation, menuisiere: Utilisateur, facteur: Facteur, horloge: time_machine.Traveller
) -> None:
    for texte in ("Un", "Deux"):
        envoyer_message(par=menuisiere, conversation=fil, texte=texte)
        minute(horloge, ECART)
    premier, second = facteur.recus
    assert premier["References"] == second["In-Reply-To"] == f"<conversation.{fil.uuid}@localhost>"
    assert premier["Message-ID"] != second["Message-ID"]
    assert premier["Subject"] == second["Subject"]
    assert "Deux" not in texte_de(premier)
    assert ":\nUn\n" not in texte_de(second)


def test_ce_qui_arrive_peu_apres_attend_un_quart_d_heure_et_part_ensemble(
    fil: Conversation, menuisiere: Utilisateur, facteur: Facteur, horloge: time_machine.Traveller
) -> None:
    envoyer_message(par=menuisiere, conversation=fil, texte="Un")
    minute(horloge, ATTENTE)
    for texte in ("Deux", "Trois"):
        envoyer_message(par=menuisiere, conversation=fil, texte=texte)
    for _ in range(14):
        minute(horloge)
    assert len(facteur.recus) == 1
    minute(horloge)
    assert ":\nDeux\n\n" in texte_de(facteur.recus[1])
    assert ":\nTrois\n\n" in texte_de(facteur.recus[1])


def test_revenue_entre_temps_elle_est_prevenue_sans_attendre_le_quart_d_heure(
    fil: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    facteur: Facteur,
    horloge: time_machine.Traveller,
) -> None:
    envoyer_message(par=menuisiere, conversation=fil, texte="Un")
    minute(horloge, ATTENTE)
    envoyer_message(par=boulangere, conversation=fil, texte="Je suis là")
    envoyer_message(par=menuisiere, conversation=fil, texte="Deux")
    minute(horloge, ATTENTE)
    assert [str(recu["To"]) for recu in facteur.recus] == ["alice@exemple.fr", "alice@exemple.fr"]


def test_lu_avant_l_envoi_il_ne_part_pas(
    fil: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    facteur: Facteur,
    horloge: time_machine.Traveller,
) -> None:
    message = envoyer_message(par=menuisiere, conversation=fil, texte="Bonjour")
    marquer_lu(par=boulangere, conversation=fil, jusqua=message.numero)
    minute(horloge, ATTENTE)
    message = envoyer_message(par=menuisiere, conversation=fil, texte="Encore là ?")
    horloge.shift(ATTENTE)
    prevenir_des_non_lus()
    marquer_lu(par=boulangere, conversation=fil, jusqua=message.numero)  # the mail is in the outbox
    assert expedier() == 0
    assert facteur.recus == []
    assert Notification.objects.get(genre=MESSAGE_NON_LU).etat_envoi == EtatEnvoi.INUTILE


@pytest.fixture
def trois_fils(
    boulangerie: Entreprise, menuiserie: Entreprise, facteur: Facteur, horloge: time_machine.Traveller
) -> list[Conversation]:
    fils = [converser(boulangerie, menuiserie) for _ in range(3)]
    expedier()
    facteur.recus.clear()
    return fils


@pytest.mark.parametrize("quand", ["avant", "en boîte"])
def test_ni_en_sourdine_ni_partie_ni_bloquee_on_ne_lui_ecrit(
    trois_fils: list[Conversation],
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    facteur: Facteur,
    horloge: time_machine.Traveller,
    quand: str,
) -> None:
    for conversation in trois_fils:
        envoyer_message(par=menuisiere, conversation=conversation, texte="Bonjour")
    horloge.shift(ATTENTE)
    if quand == "en boîte":
        assert prevenir_des_non_lus() == 3
    muette, quittee, bloquee = trois_fils
    mettre_en_sourdine(par=boulangere, conversation=muette, active=True)
    quitter_conversation(par=boulangere, conversation=quittee)
    bloquer_depuis(
        par=boulangere, conversation=bloquee, bloquee=Entreprise.objects.get(nom="Menuiserie Le Goff")
    )
    minute(horloge)
    assert not [m for m in facteur.recus if m["Subject"].startswith("Votre conversation avec")]
    assert not Notification.objects.filter(genre=MESSAGE_NON_LU, etat_envoi=EtatEnvoi.ATTENTE).exists()


def test_la_nuit_et_les_rythmes_valent_pour_les_messages_aussi(
    fil: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    facteur: Facteur,
    horloge: time_machine.Traveller,
) -> None:
    ReglageCourriels.objects.all().delete()
    horloge.move_to(MARDI_14H.replace(hour=21))
    envoyer_message(par=menuisiere, conversation=fil, texte="Le soir")
    minute(horloge, ATTENTE)
    envoyer_message(par=menuisiere, conversation=fil, texte="Plus tard")
    minute(horloge, ECART)
    assert facteur.recus == []
    horloge.move_to(MARDI_14H.replace(day=25, hour=6))  # 7:00 in Paris
    minute(horloge)
    (recu,) = facteur.recus  # one mail for the night
    assert ":\nLe soir\n" in texte_de(recu)
    assert ":\nPlus tard\n" in texte_de(recu)
    ReglageAvis.objects.create(utilisateur=boulangere, genre=MESSAGE_NON_LU, rythme=Rythme.QUOTIDIEN)
    envoyer_message(par=menuisiere, conversation=fil, texte="Dans le résumé")
    minute(horloge, ECART)
    assert len(facteur.recus) == 1
    horloge.move_to(MARDI_14H.replace(day=26, hour=7))
    minute(horloge)
    assert "- Brune (Menuiserie Le Goff) vous a écrit" in texte_de(facteur.recus[1])


def test_ni_message_retire_ni_coordonnees_dans_un_courriel(
    fil: Conversation, menuisiere: Utilisateur, facteur: Facteur, horloge: time_machine.Traveller
) -> None:
    retire = envoyer_message(par=menuisiere, conversation=fil, texte="Une horreur")
    partager_coordonnees(
        par=menuisiere, conversation=fil, telephone="0612345678", courriel="brune@perso.fr", cle_client=None
    )
    horloge.shift(ATTENTE)
    prevenir_des_non_lus()
    retirer_message(par=menuisiere, message=retire)
    minute(horloge)
    (recu,) = facteur.recus
    assert "horreur" not in recu.as_string()
    assert "retiré par la modération" in texte_de(recu)
    assert "Voici mes coordonnées.\n(Avec des fichiers ou des coordonnées" in texte_de(recu)
    assert "brune@perso.fr" not in recu.as_string()


def test_les_lignes_de_la_plateforme_seules_n_ecrivent_a_personne(
    fil: Conversation, facteur: Facteur, horloge: time_machine.Traveller
) -> None:
    minute(horloge, ATTENTE * 10)
    assert facteur.recus == []
    assert not Notification.objects.filter(genre=MESSAGE_NON_LU).exists()


def test_au_dela_de_vingt_messages_le_courriel_compte_le_reste(
    fil: Conversation, menuisiere: Utilisateur, facteur: Facteur, horloge: time_machine.Traveller
) -> None:
    for n in range(23):
        envoyer_message(par=menuisiere, conversation=fil, texte=f"n° {n}")
    minute(horloge, ATTENTE)
    assert "… et 4 autres messages, à lire sur le site." in texte_de(facteur.recus[0])  # the opening counts


def test_la_cloche_ne_compte_pas_ce_que_les_messages_comptent(
    fil: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    facteur: Facteur,
    horloge: time_machine.Traveller,
) -> None:
    envoyer_message(par=menuisiere, conversation=fil, texte="Bonjour")
    minute(horloge, ATTENTE)
    siennes = Notification.objects.visibles_par(boulangere)
    assert not siennes.filter(genre=MESSAGE_NON_LU).exists()
    assert Notification.objects.filter(destinataire=boulangere, genre=MESSAGE_NON_LU).exists()


def test_deux_ouvrieres_a_la_fois_n_en_font_qu_un(
    fil: Conversation, menuisiere: Utilisateur, facteur: Facteur, horloge: time_machine.Traveller
) -> None:
    envoyer_message(par=menuisiere, conversation=fil, texte="Bonjour")
    horloge.shift(ATTENTE)
    assert prevenir_des_non_lus() == 1
    assert prevenir_des_non_lus() == 0
    Participant.objects.update(courriel_jusqua=0, courriel_le=None)  # as a worker that had read before
    prevenir_des_non_lus()
    assert Notification.objects.filter(genre=MESSAGE_NON_LU).count() == 1
    assert connection.in_atomic_block
    assert Message.objects.filter(conversation=fil).count() == 2
