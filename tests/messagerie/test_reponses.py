"""Answering by mail: published once, refused in words, or left without an answer."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import transaction

from echange.socle.horloge import maintenant
from messagerie.models import Conversation, CourrielRecu, IssueCourriel, Message, Participant, PieceJointe
from messagerie.notifications.boite import expedier
from messagerie.notifications.non_lus import prevenir_des_non_lus
from messagerie.reponses.adresses import VALIDITE, creer_adresse, lire_adresse
from messagerie.reponses.politesse import PAR_HEURE_A_UNE_PERSONNE
from messagerie.reponses.reception import GARDE, PAR_HEURE, oublier_les_courriels, recevoir
from messagerie.services import envoyer_message
from messagerie.services.fermeture import bloquer_depuis
from messagerie.services.groupe import quitter_conversation
from profils.models import Entreprise, Utilisateur
from tests.facteur import Facteur
from tests.file_de_travail import travaux_en_attente
from tests.messagerie.test_reponses_lecture import ATTENDUS, AUTOMATES, octets

ALICE = "alice@exemple.fr"


@pytest.fixture(autouse=True)
def domaine(settings: Any, tmp_path: Any) -> None:
    settings.COURRIEL_REPONSE_DOMAINE = "reponse.echange.example"
    settings.PIECES_DIR = tmp_path


@pytest.fixture
def adresse(conversation: Conversation, boulangere: Utilisateur) -> str:
    return creer_adresse(participant(conversation, boulangere).pk)


@pytest.fixture(autouse=True)
def file_vide(conversation: Conversation) -> None:
    """What opening the conversation has enqueued is not looked at."""
    expedier()


def participant(conversation: Conversation, personne: Utilisateur) -> Participant:
    return Participant.objects.get(conversation=conversation, utilisateur=personne)


def courriel(
    texte: str = "D’accord pour jeudi.", *, cle: str = "un", de: str = ALICE, **entetes: str
) -> bytes:
    lettre = EmailMessage()
    lettre["From"], lettre["Message-ID"] = de, f"<{cle}@exemple.fr>"
    for nom, valeur in entetes.items():
        lettre[nom.replace("_", "-")] = valeur
    lettre.set_content(texte)
    return lettre.as_bytes()


def remettre(adresse: str, contenu: bytes, *, expediteur: str | None = ALICE) -> IssueCourriel | None:
    return recevoir(octets=contenu, expediteur=expediteur, destinataire=adresse)


def textes(conversation: Conversation) -> list[str]:
    return list(conversation.messages.filter(est_systeme=False).values_list("texte", flat=True))


def reponses() -> list[dict[str, Any]]:
    """Our polite answers that wait to leave."""
    return [
        travail.args
        for travail in travaux_en_attente("echange.socle.courriels.envoyer_courriel")
        if travail.args["gabarit"] == "reponse_refusee"
    ]


def raisons() -> list[tuple[str, str]]:
    return [(reponse["a"], reponse["contexte"]["raison"]) for reponse in reponses()]


def test_repondre_au_courriel_ecrit_dans_la_conversation_et_vaut_lecture(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur, facteur: Facteur
) -> None:
    envoyer_message(par=menuisiere, conversation=conversation, texte="Jeudi ?")
    with time_machine.travel(maintenant() + timedelta(minutes=5), tick=False):
        prevenir_des_non_lus()
        expedier()
    recu = facteur.recus[-1]
    adresse = recu["Reply-To"].addresses[0].addr_spec
    assert len(adresse.partition("@")[0]) <= 64
    corps = recu.get_body(("plain",))
    assert corps is not None
    cite = "".join(f"> {ligne}\n" for ligne in corps.get_content().splitlines())
    reponse = f"Oui, jeudi.\n\nLe mar. 24 nov. 2026 à 14:06, Échange <x@y.fr> a écrit :\n{cite}"
    assert remettre(adresse.upper(), courriel(reponse)) == IssueCourriel.ECRIT
    message = conversation.messages.get(auteur=boulangere)
    assert message.texte == "Oui, jeudi."
    assert message.entreprise is not None
    assert participant(conversation, boulangere).lu_jusqua == message.numero
    assert reponses() == []


@pytest.mark.parametrize("nom", sorted(ATTENDUS))
def test_chaque_messagerie_mene_au_meme_fil(conversation: Conversation, adresse: str, nom: str) -> None:
    issue = remettre(adresse, octets(nom))
    if nom == "vide":
        assert issue == IssueCourriel.REFUSE
        assert "rien trouvé" in raisons()[0][1]
    else:
        assert issue == IssueCourriel.ECRIT
        assert textes(conversation) == [ATTENDUS[nom] or "Une photo"]


def test_les_fichiers_suivent_les_regles_du_site(conversation: Conversation, adresse: str) -> None:
    assert remettre(adresse, octets("pieces-jointes")) == IssueCourriel.ECRIT
    noms = list(PieceJointe.objects.values_list("nom", flat=True))
    assert noms == ["Devis pétrin.pdf", "vitrine d’hiver.jpg"]
    (reponse,) = reponses()
    assert reponse["contexte"]["fichiers"] == ["notes.doc"]  # said, and the rest is published


def test_le_meme_courriel_remis_deux_fois_fait_un_message(conversation: Conversation, adresse: str) -> None:
    for _ in range(2):
        assert remettre(adresse, octets("pieces-jointes")) == IssueCourriel.ECRIT
        assert remettre(adresse, octets("sans-identifiant-charset-faux")) == IssueCourriel.ECRIT
        assert remettre(adresse, octets("vide")) == IssueCourriel.REFUSE
    assert len(textes(conversation)) == 2
    assert len(reponses()) == 2
    CourrielRecu.objects.all().delete()  # even when we have forgotten it
    assert remettre(adresse, octets("pieces-jointes")) == IssueCourriel.ECRIT
    assert len(textes(conversation)) == 2


def test_rien_ne_reste_d_une_remise_interrompue(conversation: Conversation, adresse: str) -> None:
    with transaction.atomic():
        remettre(adresse, courriel())
        transaction.set_rollback(True)
    assert textes(conversation) == []
    assert not CourrielRecu.objects.exists()
    assert remettre(adresse, courriel()) == IssueCourriel.ECRIT


@pytest.mark.parametrize("nom", sorted(AUTOMATES))
def test_une_machine_n_est_ni_publiee_ni_repondue(conversation: Conversation, adresse: str, nom: str) -> None:
    assert remettre(adresse, octets(nom)) is None
    assert remettre("r-" + "a" * 32 + "@reponse.echange.example", octets(nom)) is None
    assert textes(conversation) == []
    assert reponses() == []
    assert not CourrielRecu.objects.exists()


@pytest.mark.parametrize("vide", ["", "<>"])
def test_un_rebond_sans_expediteur_est_laisse(conversation: Conversation, adresse: str, vide: str) -> None:
    assert remettre(adresse, courriel(), expediteur=vide) is None
    assert textes(conversation) == []


def test_une_adresse_inventee_recoit_une_reponse_et_une_seule_par_jour(conversation: Conversation) -> None:
    inventee = "r-" + "a" * 32 + "@reponse.echange.example"
    for cle in ("un", "deux"):
        assert remettre(inventee, courriel(cle=cle, de="inconnue@ailleurs.fr")) == IssueCourriel.REFUSE
    assert [a for a, _ in raisons()] == ["inconnue@ailleurs.fr"]
    assert reponses()[0]["entetes"]["Auto-Submitted"] == "auto-replied"
    assert reponses()[0]["entetes"]["In-Reply-To"] == "<un@exemple.fr>"
    remettre(inventee, courriel(cle="trois", de=inventee))  # never to ourselves
    assert len(reponses()) == 1


def test_une_adresse_trop_ancienne_est_refusee_poliment(conversation: Conversation, adresse: str) -> None:
    with time_machine.travel(maintenant() + VALIDITE + timedelta(days=2), tick=False):
        assert remettre(adresse, courriel()) == IssueCourriel.REFUSE
    assert raisons()[0][0] == ALICE
    assert "plus valable" in raisons()[0][1]
    assert textes(conversation) == []


def test_partie_bloquee_ou_suspendue_son_adresse_ne_vaut_plus_rien(
    conversation: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    menuiserie: Entreprise,
    adresse: str,
) -> None:
    sienne = creer_adresse(participant(conversation, menuisiere).pk)
    bloquer_depuis(par=boulangere, conversation=conversation, bloquee=menuiserie)
    assert remettre(sienne, courriel(de="brune@exemple.fr", cle="b")) == IssueCourriel.REFUSE
    assert "close" in raisons()[-1][1]
    quitter_conversation(par=boulangere, conversation=conversation)
    assert remettre(adresse, courriel()) == IssueCourriel.REFUSE
    Utilisateur.objects.filter(pk=menuisiere.pk).update(is_active=False)
    assert remettre(sienne, courriel(de="brune@exemple.fr", cle="c")) == IssueCourriel.REFUSE
    assert textes(conversation) == []


def test_d_une_autre_adresse_que_la_sienne_rien_n_est_publie_et_elle_seule_le_sait(
    conversation: Conversation, boulangere: Utilisateur, adresse: str
) -> None:
    for cle in ("un", "deux"):
        issue = remettre(adresse, courriel(de="Alice Morel <alice@mechant.fr>", cle=cle))
        assert issue == IssueCourriel.REFUSE
    assert raisons() == [(ALICE, raisons()[0][1])]  # once a day
    assert "rien n’a été publié" in raisons()[0][1]
    EmailAddress.objects.create(user=boulangere, email="Alice@Fournil.fr", verified=True)
    assert remettre(adresse, courriel(de="alice@fournil.FR", cle="trois")) == IssueCourriel.ECRIT
    assert textes(conversation) == ["D’accord pour jeudi."]


def test_usurpee_selon_notre_serveur_elle_est_refusee(
    conversation: Conversation, adresse: str, settings: Any
) -> None:
    settings.COURRIEL_AUTHSERV = "mx.echange.example"
    faux = courriel(Authentication_Results="mx.echange.example; dmarc=fail header.from=exemple.fr")
    assert remettre(adresse, faux) == IssueCourriel.REFUSE
    vrai = courriel(cle="deux", Authentication_Results="mx.echange.example; dmarc=pass")
    assert remettre(adresse, vrai) == IssueCourriel.ECRIT
    assert len(textes(conversation)) == 1


def test_trop_long_ou_trop_souvent_elle_sait_pourquoi(conversation: Conversation, adresse: str) -> None:
    assert remettre(adresse, courriel("x" * 4001)) == IssueCourriel.REFUSE
    assert "trop long" in raisons()[0][1]
    for n in range(PAR_HEURE):
        remettre(adresse, courriel(f"n° {n}", cle=f"n{n}"))
    assert len(textes(conversation)) == PAR_HEURE - 1  # the first counts too
    assert "trop de courriels" in raisons()[-1][1]
    for n in range(10):
        remettre(adresse, courriel(f"encore {n}", cle=f"e{n}"))
    assert len(reponses()) == PAR_HEURE_A_UNE_PERSONNE


def test_html_et_nul_restent_du_texte(conversation: Conversation, adresse: str) -> None:
    remettre(adresse, courriel("<script>alert(1)</script>\0 & fin"))
    assert textes(conversation) == ["<script>alert(1)</script> & fin"]


def test_l_adresse_ne_se_devine_ni_ne_se_change(conversation: Conversation, adresse: str) -> None:
    local, _, domaine = adresse.partition("@")
    assert lire_adresse(adresse) is not None
    autre = local[:5] + ("b" if local[5] == "a" else "a") + local[6:]
    for fausse in (f"{autre}@{domaine}", f"{local[:-1]}@{domaine}", f"{local}@ailleurs.fr", local, ""):
        assert lire_adresse(fausse) is None


def test_sans_domaine_les_courriels_renvoient_au_site(conversation: Conversation, settings: Any) -> None:
    settings.COURRIEL_REPONSE_DOMAINE = ""
    assert creer_adresse(1) == ""
    assert lire_adresse("r-" + "a" * 32 + "@") is None


def test_les_empreintes_s_oublient_apres_un_mois(conversation: Conversation, adresse: str) -> None:
    remettre(adresse, courriel())
    CourrielRecu.objects.update(recu_le=maintenant() - GARDE - timedelta(minutes=1))
    assert oublier_les_courriels() == 1
    assert Message.objects.filter(auteur__isnull=False).count() == 1
