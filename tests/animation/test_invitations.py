"""An invitation to animate: a signed link that serves once, for a week, and never by being read."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from animation.erreurs import ReserveAuxReferents
from animation.models import AccueilTerritoire, Invitation
from animation.services.equipe import relever_animateur
from animation.services.invitations import inviter, lire_jeton, retirer_invitation
from echange.socle.horloge import maintenant
from profils.models import Animateur, Utilisateur
from territoires.models import Territoire
from tests.file_de_travail import executer_la_file

pytestmark = pytest.mark.django_db
LIEN = re.compile(r"(/animation/invitations/\S+)")


@pytest.fixture
def ille_et_vilaine(pages: dict[str, AccueilTerritoire]) -> Territoire:
    return pages["ille-et-vilaine"].territoire


@pytest.fixture
def lien(referente: Utilisateur, ille_et_vilaine: Territoire) -> str:
    """The address that Carole receives."""
    inviter(par=referente, territoire=ille_et_vilaine, email="Carole@Exemple.FR")
    return lire_le_courriel()


def lire_le_courriel() -> str:
    executer_la_file()
    assert mail.outbox[-1].to == ["carole@exemple.fr"]
    trouve = LIEN.search(str(mail.outbox[-1].body))
    assert trouve
    return trouve[1]


def anime(email: str = "carole@exemple.fr") -> bool:
    return Animateur.objects.filter(utilisateur__email=email).exists()


def test_lire_le_lien_n_ecrit_rien(client: Client, lien: str) -> None:
    for _ in range(2):
        reponse = client.get(lien)
        assert "Animer «\u00a0Ille-et-Vilaine\u00a0»" in reponse.content.decode()
    assert not anime()
    assert not Utilisateur.objects.filter(email="carole@exemple.fr").exists()


def test_accepter_fait_entrer_et_mene_au_telephone_puis_a_sa_page(
    client: Client, lien: str, settings: Any, pages: dict[str, AccueilTerritoire]
) -> None:
    settings.SECOND_FACTEUR = True
    reponse = client.post(lien)
    page = pages["ille-et-vilaine"].pk
    assert reponse.headers["Location"] == f"/compte/second-facteur/?suite=%2Fcms%2Fpages%2F{page}%2Fedit%2F"
    carole = Utilisateur.objects.get(email="carole@exemple.fr")
    assert client.session["_auth_user_id"] == str(carole.pk)
    assert anime()
    assert EmailAddress.objects.get(user=carole).verified
    assert client.get("/animation/").headers["Location"].startswith("/compte/second-facteur/")


def test_le_lien_ne_sert_qu_une_fois(client: Client, lien: str) -> None:
    client.post(lien)
    autre = Client()
    assert "Ce lien ne sert plus" in autre.post(lien).content.decode()
    assert "_auth_user_id" not in autre.session
    assert "Ce lien ne sert plus" in autre.get(lien).content.decode()


def test_releve_on_ne_revient_pas_par_l_ancien_lien(
    client: Client, lien: str, referente: Utilisateur, ille_et_vilaine: Territoire
) -> None:
    client.post(lien)
    carole = Utilisateur.objects.get(email="carole@exemple.fr")
    relever_animateur(par=referente, utilisateur=carole, territoire=ille_et_vilaine)
    Client().post(lien)
    assert not anime()


def test_il_est_valable_sept_jours(client: Client, lien: str) -> None:
    with time_machine.travel(maintenant() + timedelta(days=6, hours=23), tick=False):
        assert "Accepter et entrer" in client.get(lien).content.decode()
    with time_machine.travel(maintenant() + timedelta(days=7, minutes=1), tick=False):
        assert "Ce lien ne sert plus" in client.post(lien).content.decode()
    assert not anime()


def test_renvoyer_fait_un_autre_lien_et_le_premier_ne_sert_plus(
    client: Client, lien: str, referente: Utilisateur, ille_et_vilaine: Territoire
) -> None:
    with time_machine.travel(maintenant() + timedelta(days=1), tick=False):
        inviter(par=referente, territoire=ille_et_vilaine, email="carole@exemple.fr")
        assert "Ce lien ne sert plus" in client.post(lien).content.decode()
        client.post(lire_le_courriel())
    assert anime()
    assert Invitation.objects.count() == 1


def test_une_invitation_retiree_ne_sert_plus(client: Client, lien: str, referente: Utilisateur) -> None:
    retirer_invitation(par=referente, invitation=Invitation.objects.get())
    retirer_invitation(par=referente, invitation=Invitation.objects.get())
    assert "Ce lien ne sert plus" in client.post(lien).content.decode()
    assert not anime()


def test_ni_un_lien_change_ni_un_autre_sel(client: Client, lien: str) -> None:
    assert "Ce lien ne sert plus" in client.post(lien[:-4] + "abc/").content.decode()
    assert lire_jeton("n-importe:quoi") is None
    assert not anime()


def test_un_compte_ferme_n_est_pas_rouvert(client: Client, lien: str) -> None:
    Utilisateur.objects.create_user("carole@exemple.fr", is_active=False)
    page = client.post(lien).content.decode()
    assert "est fermé" in page
    assert not anime()
    assert Invitation.objects.en_attente().exists()


def test_qui_etait_la_avec_un_autre_compte_en_sort(
    client_de: Any, lien: str, boulangere: Utilisateur
) -> None:
    client = client_de(boulangere)
    assert "un autre compte" in client.get(lien).content.decode()
    client.post(lien)
    assert client.session["_auth_user_id"] == str(Utilisateur.objects.get(email="carole@exemple.fr").pk)
    assert not anime(boulangere.email)


def test_inviter_qui_anime_deja_n_envoie_rien(
    referente: Utilisateur, animatrice: Utilisateur, ille_et_vilaine: Territoire
) -> None:
    assert inviter(par=referente, territoire=ille_et_vilaine, email=animatrice.email) is None
    assert not Invitation.objects.exists()


def test_une_animatrice_n_invite_ni_ne_retire(
    lien: str, animatrice: Utilisateur, ille_et_vilaine: Territoire
) -> None:
    with pytest.raises(ReserveAuxReferents):
        inviter(par=animatrice, territoire=ille_et_vilaine, email="denis@exemple.fr")
    with pytest.raises(ReserveAuxReferents):
        retirer_invitation(par=animatrice, invitation=Invitation.objects.get())


def test_le_lien_ne_dit_pas_l_adresse(lien: str) -> None:
    assert "carole" not in lien
    assert lire_jeton(lien.rstrip("/").rpartition("/")[2]) == Invitation.objects.get()


@pytest.mark.parametrize(
    "email", ["", "carole", "c@" + "x" * 300 + ".fr", "<b>@exemple.fr", "a\0@exemple.fr"]
)
def test_une_adresse_fausse_se_dit_a_son_champ(
    client_de: Any, referente: Utilisateur, ille_et_vilaine: Territoire, email: str
) -> None:
    reponse = client_de(referente).post(
        "/animation/territoires/code/ille-et-vilaine/inviter/", {"email": email}
    )
    assert reponse.status_code == 422
    assert not Invitation.objects.exists()


def test_retirer_de_l_equipe_et_oublier_un_telephone_par_l_ecran(
    client_de: Any, referente: Utilisateur, redactrice: Utilisateur, redactrice_44: Utilisateur
) -> None:
    client = client_de(referente)
    lien = "/animation/territoires/code/ille-et-vilaine/equipe"
    assert client.post(f"{lien}/{redactrice_44.pk}/relever/").status_code == 404  # of another team
    assert client.post(f"{lien}/{redactrice.pk}/telephone/").status_code == 302
    assert client.post(f"{lien}/{redactrice.pk}/relever/").status_code == 302
    assert not anime(redactrice.email)
    assert anime(redactrice_44.email)
