"""A colleague is invited to act for a company: the link serves once, for a week, never by being read."""

import re
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from echange.socle.horloge import maintenant
from messagerie.models import Notification
from profils.fermeture import fermer_entreprise
from profils.invitations import (
    PAR_JOUR,
    EntrepriseALEcart,
    TropDInvitations,
    accepter_invitation,
    inviter_collegue,
    lire_jeton,
    oublier_invitations,
    retirer_invitation,
)
from profils.liens import InvitationPerimee
from profils.membres import accueillir_membre, retirer_membre
from profils.models import Entreprise, InvitationMembre, Membre, Utilisateur
from profils.services import EntrepriseDAutrui
from tests.fabriques import creer_entreprise, creer_utilisateur
from tests.file_de_travail import executer_la_file
from tests.messagerie.aides import converser

pytestmark = pytest.mark.django_db
LIEN = re.compile(r"(/espace/invitation/\S+)")


@pytest.fixture
def lien(boulangere: Utilisateur, boulangerie: Entreprise) -> str:
    """The address that Denis receives."""
    inviter_collegue(par=boulangere, entreprise=boulangerie, email="Denis@Exemple.FR")
    return lire_le_courriel()


def lire_le_courriel() -> str:
    executer_la_file()
    lettre = next(m for m in reversed(mail.outbox) if m.to == ["denis@exemple.fr"])
    trouve = LIEN.search(str(lettre.body))
    assert trouve
    return trouve[1]


def equipe(entreprise: Entreprise) -> str:
    return reverse("profils:equipe", args=[entreprise.uuid])


def agit(entreprise: Entreprise) -> bool:
    return entreprise.membres.filter(utilisateur__email="denis@exemple.fr").exists()


# ---- The link


def test_lire_le_lien_n_ecrit_rien(client: Client, lien: str, boulangerie: Entreprise) -> None:
    for _ in range(2):
        assert "Rejoindre «\u00a0Boulangerie du Marché\u00a0»" in client.get(lien).content.decode()
    assert not agit(boulangerie)
    assert not Utilisateur.objects.filter(email="denis@exemple.fr").exists()


def test_accepter_donne_un_acces_et_le_lien_ne_sert_plus(
    client: Client, lien: str, boulangerie: Entreprise, boulangere: Utilisateur
) -> None:
    assert client.post(lien, {"prenom": " "}).status_code == 422
    reponse = client.post(lien, {"prenom": "Denis"})
    assert reponse.headers["Location"] == reverse("profils:accueil")
    denis = Utilisateur.objects.get(email="denis@exemple.fr")
    assert client.session["_auth_user_id"] == str(denis.pk)
    assert (denis.first_name, agit(boulangerie)) == ("Denis", True)
    assert EmailAddress.objects.get(user=denis).verified
    assert not InvitationMembre.objects.exists()
    autre = Client()
    assert "Ce lien ne sert plus" in autre.post(lien, {"prenom": "X"}).content.decode()
    assert "_auth_user_id" not in autre.session
    assert list(boulangerie.journal.values_list("fait", "par")) == [
        ("invitation", boulangere.pk),
        ("arrivee", boulangere.pk),
    ]


def test_qui_a_deja_un_prenom_le_garde_et_l_autre_session_se_ferme(
    client_de: Any, lien: str, boulangerie: Entreprise, intruse: Utilisateur
) -> None:
    Utilisateur.objects.create_user("denis@exemple.fr", first_name="Denis")
    client = client_de(intruse)
    page = client.get(lien).content.decode()
    assert "accepter vous en fera sortir" in page
    assert "Votre prénom" not in page
    client.post(lien, {"prenom": "Autre"})
    denis = Utilisateur.objects.get(email="denis@exemple.fr")
    assert client.session["_auth_user_id"] == str(denis.pk)
    assert (denis.first_name, agit(boulangerie)) == ("Denis", True)


def test_qui_a_deja_une_entreprise_agit_pour_celle_ou_elle_arrive(client: Client, lien: str) -> None:
    denis = Utilisateur.objects.create_user("denis@exemple.fr", first_name="Denis")
    creer_entreprise("Comptes clairs", membre=denis)
    client.post(lien, {"prenom": ""})
    assert 'value="Boulangerie du Marché"' in client.get(reverse("profils:entreprise")).content.decode()


def test_un_compte_ferme_n_entre_pas(client: Client, lien: str, boulangerie: Entreprise) -> None:
    Utilisateur.objects.create_user("denis@exemple.fr", is_active=False)
    assert (
        "Le compte de cette adresse e-mail est fermé" in client.post(lien, {"prenom": "D"}).content.decode()
    )
    assert not agit(boulangerie)


@pytest.mark.parametrize("fin", ["perimee", "annulee", "invitante partie", "entreprise fermee", "renvoyee"])
def test_un_lien_qui_ne_sert_plus_le_dit(
    client: Client, lien: str, boulangerie: Entreprise, boulangere: Utilisateur, fin: str
) -> None:
    invitation = InvitationMembre.objects.get()
    plus_tard = timedelta(minutes=1)
    match fin:
        case "perimee":
            plus_tard = timedelta(days=7, minutes=1)
        case "annulee":
            retirer_invitation(par=boulangere, invitation=invitation)
            retirer_invitation(par=boulangere, invitation=invitation)
        case "invitante partie":
            collegue = creer_utilisateur("Élise")
            accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=collegue)
            retirer_membre(par=boulangere, entreprise=boulangerie, utilisateur=boulangere)
        case "entreprise fermee":
            fermer_entreprise(par=boulangere, entreprise=boulangerie)
        case "renvoyee":
            with time_machine.travel(maintenant() + plus_tard, tick=False):
                inviter_collegue(par=boulangere, entreprise=boulangerie, email="denis@exemple.fr")
    with time_machine.travel(maintenant() + plus_tard, tick=False):
        assert "Ce lien ne sert plus" in client.get(lien).content.decode()
        assert "Ce lien ne sert plus" in client.post(lien, {"prenom": "Denis"}).content.decode()
        with pytest.raises(InvitationPerimee):
            accepter_invitation(invitation=invitation, prenom="Denis")
        if fin == "renvoyee":
            client.post(lire_le_courriel(), {"prenom": "Denis"})
    assert agit(boulangerie) == (fin == "renvoyee")


def test_un_lien_invente_ne_dit_rien(client: Client, lien: str) -> None:
    for jeton in ("abc", lien.split("/")[-2] + "x", "abc:def:ghi"):
        assert lire_jeton(jeton) is None
        assert "Ce lien ne sert plus" in client.get(f"/espace/invitation/{jeton}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_deux_clics_au_meme_instant_font_un_seul_membre(lien: str, boulangerie: Entreprise) -> None:
    ensemble, issues = Barrier(2), []

    def cliquer() -> None:
        lue = lire_jeton(lien.split("/")[-2])
        assert lue
        ensemble.wait()
        try:
            accepter_invitation(invitation=lue, prenom="Denis")
            issues.append("entré")
        except InvitationPerimee:
            issues.append("trop tard")
        finally:
            connection.close()

    fils = [Thread(target=cliquer) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(20)
    assert sorted(issues) == ["entré", "trop tard"]
    assert boulangerie.membres.count() == 2
    assert boulangerie.journal.filter(fait="arrivee").count() == 1


# ---- From a conversation


def test_inviter_depuis_une_conversation_mene_a_cette_conversation(
    client_de: Any, client: Client, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    conversation = converser(boulangerie, menuiserie)
    hote = client_de(boulangere)
    options = hote.get(reverse("messagerie:options", args=[conversation.uuid])).text
    retour = reverse("messagerie:de_echange", args=[conversation.echange.uuid])
    adresse = f"{equipe(boulangerie)}?suite={retour}"
    assert adresse in options
    assert "vous vous retrouverez dans la conversation" in hote.get(adresse).text
    page = hote.post(adresse, {"email": "denis@exemple.fr"}, follow=True).text
    assert "L’invitation est partie à denis@exemple.fr." in page
    reponse = client.post(lire_le_courriel(), {"prenom": "Denis"}, follow=True)
    fil = reponse.content.decode()
    assert "Alice a invité Denis, qui rejoint la conversation pour Boulangerie du Marché." in fil
    assert reponse.redirect_chain[-1][0] == reverse("messagerie:conversation", args=[conversation.uuid])


def test_les_autres_savent_qui_est_arrive(
    client: Client, lien: str, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    elise = creer_utilisateur("Élise")
    accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=elise)
    client.post(lien, {"prenom": "Denis"})
    dites = Notification.objects.filter(genre="compte_collegue", titre__startswith="Denis")
    assert {n.destinataire for n in dites} == {boulangere, elise}
    executer_la_file()
    (lettre,) = [m for m in mail.outbox if m.to == [elise.email] and "Denis" in m.subject]
    assert lettre.subject == "Denis agit maintenant pour Boulangerie du Marché, invité·e par Alice"
    assert equipe(boulangerie) in lettre.body


# ---- Inviting


@pytest.mark.parametrize("email", ["", "pas une adresse", "<b>@x.fr", "a" * 250 + "@x.fr", "d\0@x.fr"])
def test_une_adresse_refusee_le_dit_au_champ(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, email: str
) -> None:
    reponse = client_de(boulangere).post(equipe(boulangerie), {"email": email})
    assert reponse.status_code == 422
    assert not InvitationMembre.objects.exists()


def test_on_n_invite_pas_qui_est_deja_la_ni_depuis_une_entreprise_a_l_ecart(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    client = client_de(boulangere)
    page = client.post(equipe(boulangerie), {"email": boulangere.email.upper()})
    assert "Cette personne agit déjà pour votre entreprise." in page.text
    fermer_entreprise(par=boulangere, entreprise=boulangerie)
    page = client.post(equipe(boulangerie), {"email": "denis@exemple.fr"})
    assert EntrepriseALEcart.message in page.text
    assert not InvitationMembre.objects.exists()


def test_une_entreprise_n_ecrit_pas_a_la_terre_entiere(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    for rang in range(PAR_JOUR):
        invitation = inviter_collegue(par=boulangere, entreprise=boulangerie, email=f"a{rang}@exemple.fr")
        assert invitation
        retirer_invitation(par=boulangere, invitation=invitation)
    page = client_de(boulangere).post(equipe(boulangerie), {"email": "denis@exemple.fr"})
    assert (page.status_code, TropDInvitations.message in page.text) == (422, True)
    with time_machine.travel(maintenant() + timedelta(days=1, minutes=1), tick=False):
        assert inviter_collegue(par=boulangere, entreprise=boulangerie, email="denis@exemple.fr")


def test_la_suite_reste_chez_nous(client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise) -> None:
    adresse = f"{equipe(boulangerie)}?suite=https://ailleurs.example/"
    client_de(boulangere).post(adresse, {"email": "denis@exemple.fr"})
    assert InvitationMembre.objects.get().suite == ""
    longue = f"{equipe(boulangerie)}?suite=/{'x' * 300}"
    assert client_de(boulangere).post(longue, {"email": "denis@exemple.fr"}).status_code == 302
    assert InvitationMembre.objects.get().suite == ""


def test_l_intruse_n_invite_pas_et_n_annule_rien(
    client_de: Any, intruse: Utilisateur, boulangerie: Entreprise, lien: str
) -> None:
    invitation = InvitationMembre.objects.get()
    with pytest.raises(EntrepriseDAutrui):
        inviter_collegue(par=intruse, entreprise=boulangerie, email="x@exemple.fr")
    with pytest.raises(EntrepriseDAutrui):
        retirer_invitation(par=intruse, invitation=invitation)
    sienne = Entreprise.objects.de(intruse).get()
    reprise = reverse("profils:reprendre_invitation", args=[sienne.uuid, invitation.uuid])
    assert client_de(intruse).post(reprise).status_code == 404
    assert InvitationMembre.objects.get() == invitation


def test_la_base_ne_garde_qu_une_invitation_par_adresse(
    boulangere: Utilisateur, boulangerie: Entreprise, lien: str
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationMembre.objects.create(
            entreprise=boulangerie, email="DENIS@exemple.fr", par=boulangere, expire_le=maintenant()
        )


def test_une_adresse_qui_n_a_pas_repondu_est_oubliee(lien: str) -> None:
    assert oublier_invitations() == 0
    with time_machine.travel(maintenant() + timedelta(days=7, minutes=1), tick=False):
        assert oublier_invitations() == 1


# ---- The page


def test_on_annule_une_invitation_et_on_retire_qui_est_arrive_apres(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, lien: str
) -> None:
    denis = creer_utilisateur("Élise")
    membre = accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=denis)
    client = client_de(boulangere)
    assert client.get(equipe(boulangerie)).text.count("/retirer/") == 1
    reprise = reverse(
        "profils:reprendre_invitation", args=[boulangerie.uuid, InvitationMembre.objects.get().uuid]
    )
    assert "ne sert plus" in client.post(reprise, follow=True).text
    sienne = Membre.objects.get(utilisateur=boulangere)
    autre = client_de(denis)
    refus = autre.post(reverse("profils:retirer", args=[boulangerie.uuid, sienne.pk]))
    assert refus.status_code == 403
    retrait = reverse("profils:retirer", args=[boulangerie.uuid, membre.pk])
    assert "Élise n’agit plus pour" in client.post(retrait, follow=True).text
    assert autre.get(equipe(boulangerie)).status_code == 404


def test_la_page_coute_autant_pour_deux_personnes_que_pour_douze(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    couts = []
    for debut, nombre in ((0, 1), (1, 6)):
        for rang in range(debut, debut + nombre):
            inviter_collegue(par=boulangere, entreprise=boulangerie, email=f"i{rang}@exemple.fr")
            accueillir_membre(
                par=boulangere, entreprise=boulangerie, utilisateur=creer_utilisateur(f"Salarie{rang}")
            )
        client = client_de(boulangere)
        with CaptureQueriesContext(connection) as requetes:
            client.get(equipe(boulangerie))
        couts.append(len(requetes))
    assert couts[0] == couts[1]
