"""Reported messages in the console: who may read, what a decision does, what is written down."""

from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from animation.erreurs import SignalementDejaTraite, SignalementPrisParUneAutre
from animation.services.signalements import prendre_signalement, resoudre_signalement
from matching.erreurs import HorsDeVotreTerritoire
from messagerie.models import (
    Conversation,
    IssueSignalement,
    Message,
    MotifSignalement,
    Notification,
    Signalement,
)
from messagerie.services import envoyer_message
from messagerie.services.signalements import signaler_message
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_utilisateur, nommer_animateur
from tests.file_de_travail import executer_la_file
from tests.messagerie.aides import converser

MAUVAIS = "Achetez mes logiciels"
DECISION = {"issue": "avertissement", "mot": "Pas de vente ici.", "reponse": "Merci, c’est retiré."}


@pytest.fixture
def signalement(
    animatrice: Utilisateur, boulangere: Utilisateur, menuisiere: Utilisateur, boulangerie: Entreprise,
    menuiserie: Entreprise,
) -> Signalement:  # fmt: skip
    """La boulangère reports la menuisière."""
    conversation = converser(boulangerie, menuiserie)
    message = envoyer_message(par=menuisiere, conversation=conversation, texte=MAUVAIS)
    return signaler_message(par=boulangere, message=message, motif=MotifSignalement.DEMARCHAGE)


def url(nom: str, signalement: Signalement) -> str:
    return reverse(f"animation:{nom}", args=[signalement.uuid])


def est_retire(signalement: Signalement) -> bool:
    return Message.objects.filter(signalements=signalement, retire_le__isnull=False).exists()


def est_suspendue(signalement: Signalement) -> bool:
    assert signalement.entreprise is not None
    return Entreprise.objects.filter(uuid=signalement.entreprise.uuid, est_suspendue=True).exists()


def resoudre(par: Utilisateur, signalement: Signalement, issue: IssueSignalement) -> Signalement:
    prendre_signalement(par=par, signalement=signalement)
    return resoudre_signalement(par=par, signalement=signalement, issue=issue, mot="Non.", reponse="Vu.")


def test_l_extrait_ne_s_ouvre_qu_a_qui_le_prend_et_c_est_note(
    client_de: Any, signalement: Signalement, animatrice: Utilisateur
) -> None:
    client = client_de(animatrice)
    assert "1 à traiter" in client.get(reverse("animation:console")).text
    liste = client.get(reverse("animation:signalements")).text
    assert "Menuiserie Le Goff" in liste
    assert MAUVAIS not in liste
    fermee = client.get(url("signalement", signalement)).text
    assert MAUVAIS not in fermee
    assert list(signalement.journal.values_list("fait", flat=True)) == ["signale"]
    client.post(url("prendre_signalement", signalement))
    assert MAUVAIS in client.get(url("signalement", signalement)).text
    assert list(signalement.journal.values_list("fait", "par")) == [
        ("signale", signalement.par_id),
        ("pris_et_lu", animatrice.pk),
    ]
    collegue = creer_utilisateur("Aude")
    nommer_animateur(collegue, "35")
    autre = client_de(collegue)
    autre.post(url("prendre_signalement", signalement))
    assert MAUVAIS not in autre.get(url("signalement", signalement)).text
    with pytest.raises(SignalementPrisParUneAutre):
        prendre_signalement(par=collegue, signalement=signalement)


def test_la_voisine_n_en_sait_rien(
    client_de: Any, signalement: Signalement, animatrice_44: Utilisateur, boulangere: Utilisateur
) -> None:
    client = client_de(animatrice_44)
    assert "Menuiserie" not in client.get(reverse("animation:signalements")).text
    assert client.get(url("signalement", signalement)).status_code == 404
    assert client.post(url("prendre_signalement", signalement)).status_code == 404
    with pytest.raises(HorsDeVotreTerritoire):
        prendre_signalement(par=animatrice_44, signalement=signalement)
    assert client_de(boulangere).get(url("signalement", signalement)).status_code == 404


def test_decider_retire_avertit_et_repond(
    client_de: Any, signalement: Signalement, animatrice: Utilisateur, boulangere: Utilisateur,
    menuisiere: Utilisateur,
) -> None:  # fmt: skip
    client = client_de(animatrice)
    client.post(url("prendre_signalement", signalement))
    for _ in range(2):
        assert client.post(url("signalement", signalement), DECISION).status_code == 302
    signalement.refresh_from_db()
    assert (est_retire(signalement), est_suspendue(signalement)) == (True, False)
    avertie = Notification.objects.get(genre="avertissement_recu")
    assert (avertie.destinataire, avertie.donnees["mot"]) == (menuisiere, "Pas de vente ici.")
    assert Notification.objects.get(genre="signalement_traite").destinataire == boulangere
    assert "Merci, c’est retiré." in client_de(boulangere).get(reverse("messagerie:signalements")).text
    assert Notification.objects.get(genre="signalement_recu").lue_le is not None  # nothing more to do
    assert [j.fait for j in signalement.journal.all()] == ["signale", "pris_et_lu", "avertissement"]
    assert "Rien à traiter" in client.get(reverse("animation:signalements")).text
    assert "Menuiserie" in client.get(reverse("animation:signalements") + "?traites").text


@pytest.mark.parametrize(
    ("issue", "effets", "avertis"),
    [("rien", (False, False), 0), ("retrait", (True, False), 0), ("suspension", (True, True), 1)],
)
def test_chaque_decision_fait_ce_qu_elle_dit(
    signalement: Signalement, animatrice: Utilisateur, issue: str, effets: tuple[bool, bool],
    avertis: int,
) -> None:  # fmt: skip
    resoudre(animatrice, signalement, IssueSignalement(issue))
    signalement.refresh_from_db()
    assert (est_retire(signalement), est_suspendue(signalement)) == effets
    assert Notification.objects.filter(genre="avertissement_recu").count() == avertis


def test_les_courriels_disent_la_decision_et_jamais_le_message(
    signalement: Signalement, animatrice: Utilisateur, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    resoudre(animatrice, signalement, IssueSignalement.SUSPENSION)
    executer_la_file()
    sujets = {c.to[0]: c.subject for c in mailoutbox if "parler" not in c.subject}
    assert sujets["brune@exemple.fr"] == "Menuiserie Le Goff est suspendue"
    assert sujets["alice@exemple.fr"] == "Votre signalement est traité"
    for courriel in mailoutbox:
        for texte in (str(courriel.body), str(courriel.alternatives[0][0])):
            assert MAUVAIS not in texte
            assert "{{" not in texte


def test_la_premiere_decision_reste(
    signalement: Signalement, animatrice: Utilisateur, referente: Utilisateur
) -> None:
    resoudre(animatrice, signalement, IssueSignalement.RIEN)
    with pytest.raises(SignalementDejaTraite):
        resoudre(referente, signalement, IssueSignalement.SUSPENSION)
    signalement.refresh_from_db()
    assert signalement.issue == "rien"


def test_sans_l_avoir_pris_on_ne_decide_pas(signalement: Signalement, animatrice: Utilisateur) -> None:
    with pytest.raises(SignalementPrisParUneAutre):
        resoudre_signalement(
            par=animatrice, signalement=signalement, issue=IssueSignalement.RIEN, mot="", reponse="Vu."
        )


@pytest.mark.parametrize(
    "champs", [{}, {**DECISION, "issue": "bannir"}, {**DECISION, "mot": " "}, {**DECISION, "reponse": ""}]
)
def test_une_decision_mal_remplie_le_dit(
    client_de: Any, signalement: Signalement, animatrice: Utilisateur, champs: dict[str, str]
) -> None:
    client = client_de(animatrice)
    client.post(url("prendre_signalement", signalement))
    assert client.post(url("signalement", signalement), champs).status_code == 422
    signalement.refresh_from_db()
    assert signalement.etat == "pris"


def test_la_file_coute_autant_pour_deux_que_pour_douze(
    client_de: Any, signalement: Signalement, animatrice: Utilisateur, boulangere: Utilisateur,
    menuisiere: Utilisateur,
) -> None:  # fmt: skip
    couts = []
    conversation = Conversation.objects.get()
    for nombre in (1, 10):
        for _ in range(nombre):
            message = envoyer_message(par=menuisiere, conversation=conversation, texte=MAUVAIS)
            signaler_message(par=boulangere, message=message, motif=MotifSignalement.DEMARCHAGE)
        for personne, nom in (
            (animatrice, "animation:signalements"),
            (boulangere, "messagerie:signalements"),
        ):
            client = client_de(personne)
            with CaptureQueriesContext(connection) as requetes:
                client.get(reverse(nom))
            couts.append(len(requetes))
    assert couts[:2] == couts[2:]
