"""Sign-in: one door, a code, and nobody learns who has an account."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from profils.comptes import obtenir_compte, purger_comptes_jamais_confirmes
from profils.models import Entreprise, Utilisateur
from tests import fabriques
from tests.file_de_travail import executer_la_file

pytestmark = pytest.mark.django_db
DemanderUnCode = Callable[..., str]

CONNEXION = "/compte/connexion/"
CODE = "/compte/connexion/code/"
# What differs from one page to the next whoever asks: the tokens against forgery, and the e-mail itself.
JETONS = re.compile(r'(name="csrfmiddlewaretoken" value|name="jeton-csrf" content)="[^"]*"')


def page(client: Client, email: str) -> tuple[int, str, int, str]:
    """Ask for a code; return the answer's status, its page, the mails sent, and the code page's status."""
    mail.outbox.clear()
    reponse = client.post(CONNEXION, {"email": email}, follow=True)
    executer_la_file()
    texte = JETONS.sub("", reponse.content.decode()).replace(email, "…")
    return reponse.status_code, texte, len(mail.outbox), reponse.request["PATH_INFO"]


def test_une_inconnue_s_inscrit_par_son_seul_code(client: Client, demander_un_code: DemanderUnCode) -> None:
    code = demander_un_code(client, "Nouvelle@Exemple.FR")
    reponse = client.post(CODE, {"code": code})
    assert reponse.headers["Location"] == reverse("profils:accueil")
    nouvelle = Utilisateur.objects.get(email="nouvelle@exemple.fr")
    assert client.session["_auth_user_id"] == str(nouvelle.pk)
    assert not nouvelle.has_usable_password()
    assert EmailAddress.objects.get(user=nouvelle).verified


def test_une_connue_entre_de_la_meme_facon(
    client: Client, boulangere: Utilisateur, demander_un_code: DemanderUnCode
) -> None:
    code = demander_un_code(client, boulangere.email.upper())
    client.post(CODE, {"code": code})
    assert client.session["_auth_user_id"] == str(boulangere.pk)
    assert Utilisateur.objects.count() == 1


def test_le_site_ne_dit_pas_qui_a_un_compte(boulangere: Utilisateur) -> None:
    Utilisateur.objects.create_user("fermee@exemple.fr", is_active=False)
    connue, inconnue, fermee = (
        page(Client(), email) for email in (boulangere.email, "inconnue@exemple.fr", "fermee@exemple.fr")
    )
    assert connue[0] == inconnue[0] == fermee[0] == 200
    assert connue[1] == inconnue[1] == fermee[1]
    assert connue[3] == inconnue[3] == fermee[3] == CODE
    assert (connue[2], inconnue[2], fermee[2]) == (1, 1, 0)


def test_un_code_faux_se_dit_pareil_pour_toutes(boulangere: Utilisateur) -> None:
    Utilisateur.objects.create_user("fermee@exemple.fr", is_active=False)
    reponses = []
    for email in (boulangere.email, "inconnue@exemple.fr", "fermee@exemple.fr"):
        client = Client()
        client.post(CONNEXION, {"email": email}, follow=True)
        reponse = client.post(CODE, {"code": "000000"})
        reponses.append((reponse.status_code, JETONS.sub("", reponse.content.decode()).replace(email, "…")))
    assert reponses[0] == reponses[1] == reponses[2]
    assert reponses[0][0] == 422
    assert "Ce code n’est pas le bon" in reponses[0][1]


def test_le_courriel_est_court_et_en_francais(client: Client, demander_un_code: DemanderUnCode) -> None:
    code = demander_un_code(client, "alice@exemple.fr")
    courriel = mail.outbox[0]
    assert courriel.subject == f"Votre code\N{NO-BREAK SPACE}: {code}"
    assert courriel.to == ["alice@exemple.fr"]
    assert "15\N{NO-BREAK SPACE}minutes" in courriel.body
    html, genre = courriel.alternatives[0]  # type: ignore[attr-defined]
    assert genre == "text/html"
    assert code in html
    assert "sign" not in courriel.body.lower()


@pytest.mark.parametrize(
    "ecrire", [str, lambda c: c.replace("\N{NO-BREAK SPACE}", ""), lambda c: f" {c[:3]}-{c[4:]} "]
)
def test_le_code_s_ecrit_avec_ou_sans_espaces(
    client: Client, demander_un_code: DemanderUnCode, ecrire: Callable[[str], str]
) -> None:
    client.post(CODE, {"code": ecrire(demander_un_code(client, "alice@exemple.fr"))})
    assert "_auth_user_id" in client.session


def test_le_champ_du_code_convient_a_un_telephone(client: Client, demander_un_code: DemanderUnCode) -> None:
    demander_un_code(client, "alice@exemple.fr")
    texte = client.get(CODE).content.decode()
    assert 'autocomplete="one-time-code"' in texte
    assert 'inputmode="numeric"' in texte


def test_trois_codes_faux_et_il_en_faut_un_autre(client: Client, demander_un_code: DemanderUnCode) -> None:
    bon = demander_un_code(client, "alice@exemple.fr")
    faux = "000000" if bon != "000\N{NO-BREAK SPACE}000" else "111111"
    for _ in range(2):
        assert client.post(CODE, {"code": faux}).status_code == 422
    reponse = client.post(CODE, {"code": faux}, follow=True)
    assert "Trois codes faux à la suite" in reponse.content.decode()
    client.post(CODE, {"code": bon})
    assert "_auth_user_id" not in client.session


def test_un_code_renvoye_remplace_le_premier(client: Client, demander_un_code: DemanderUnCode) -> None:
    premier = demander_un_code(client, "alice@exemple.fr")
    mail.outbox.clear()
    reponse = client.post(CODE, {"action": "resend"}, follow=True)
    executer_la_file()
    assert "Un code vient d’être envoyé à alice@exemple.fr" in reponse.content.decode()
    second = mail.outbox[0].subject.partition(": ")[2]
    if premier != second:  # one chance in a million
        assert client.post(CODE, {"code": premier}).status_code == 422
    client.post(CODE, {"code": second})
    assert "_auth_user_id" in client.session


def test_un_code_de_seize_minutes_est_perime(client: Client, demander_un_code: DemanderUnCode) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        code = demander_un_code(client, "alice@exemple.fr")
        horloge.shift(timedelta(minutes=16))
        reponse = client.post(CODE, {"code": code}, follow=True)
    assert reponse.request["PATH_INFO"] == CONNEXION
    assert "Ce code a plus d’un quart d’heure" in reponse.content.decode()


def test_un_code_ne_vaut_que_dans_le_navigateur_qui_l_a_demande(
    client: Client, demander_un_code: DemanderUnCode
) -> None:
    code = demander_un_code(client, "alice@exemple.fr")
    ailleurs = Client()
    ailleurs.post(CONNEXION, {"email": "alice@exemple.fr"})
    assert ailleurs.post(CODE, {"code": code}).status_code == 422


def test_on_revient_corriger_son_adresse(client: Client, demander_un_code: DemanderUnCode) -> None:
    demander_un_code(client, "alise@exemple.fr")
    assert "Votre adresse e-mail" in client.get(CONNEXION).content.decode()
    client.post(CODE, {"code": demander_un_code(client, "alice@exemple.fr")})
    assert client.session["_auth_user_id"] == str(Utilisateur.objects.get(email="alice@exemple.fr").pk)


@pytest.mark.parametrize(
    ("suite", "attendu"),
    [
        ("/espace/entreprise/", "/espace/entreprise/"),
        ("https://ailleurs.example/", "/espace/"),
        ("//ailleurs.example/", "/espace/"),
        ("javascript:alert(1)", "/espace/"),
    ],
)
def test_la_suite_reste_sur_le_site(
    client: Client, demander_un_code: DemanderUnCode, suite: str, attendu: str
) -> None:
    code = demander_un_code(client, "alice@exemple.fr", suite=f"?next={suite}")
    assert client.post(f"{CODE}?next={suite}", {"code": code}).headers["Location"] == attendu


def test_la_suite_traverse_les_deux_ecrans(client: Client) -> None:
    reponse = client.post(f"{CONNEXION}?next=/espace/entreprise/", {"email": "alice@exemple.fr"})
    assert reponse.headers["Location"] == f"{CODE}?next=%2Fespace%2Fentreprise%2F"


def test_la_sixieme_demande_de_suite_est_refusee_en_clair(client: Client) -> None:
    for _ in range(5):
        assert client.post(CONNEXION, {"email": "alice@exemple.fr"}).status_code == 302
    reponse = client.post(CONNEXION, {"email": "Alice@exemple.fr"})
    assert reponse.status_code == 429
    assert "Attendez un quart d’heure" in reponse.content.decode()
    assert client.post(CONNEXION, {"email": "brune@exemple.fr"}).status_code == 302


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("", "Écrivez votre adresse e-mail."),
        ("alice", "n’est pas complète"),
        ("<script>alert(1)</script>@exemple.fr", "n’est pas complète"),
        ("a" * 10_000 + "@exemple.fr", "C’est trop long"),
    ],
)
def test_une_adresse_fausse_est_refusee_au_champ(client: Client, email: str, message: str) -> None:
    reponse = client.post(CONNEXION, {"email": email})
    assert reponse.status_code == 422
    assert message in reponse.content.decode()
    assert "<script>alert" not in reponse.content.decode()
    assert not Utilisateur.objects.exists()


@pytest.mark.parametrize("code", ["", "abc", "x" * 10_000, "१२३४५६", "<b>1</b>"])
def test_un_code_illisible_est_refuse_au_champ(
    client: Client, demander_un_code: DemanderUnCode, code: str
) -> None:
    demander_un_code(client, "alice@exemple.fr")
    reponse = client.post(CODE, {"code": code})
    assert reponse.status_code == 422
    assert "<b>1" not in reponse.content.decode()


def test_un_compte_ferme_entre_temps_n_entre_pas(client: Client, demander_un_code: DemanderUnCode) -> None:
    code = demander_un_code(client, "alice@exemple.fr")
    Utilisateur.objects.update(is_active=False)
    reponse = client.post(CODE, {"code": code}, follow=True)
    assert "Ce compte est fermé" in reponse.content.decode()
    assert "_auth_user_id" not in client.session


def test_l_inscription_mene_a_la_meme_porte(client: Client) -> None:
    reponse = client.get("/compte/inscription/?next=/espace/")
    assert reponse.headers["Location"] == f"{CONNEXION}?next=/espace/"


def test_se_deconnecter_demande_un_geste(
    boulangere: Utilisateur, client_de: Callable[[Utilisateur], Client]
) -> None:
    client = client_de(boulangere)
    assert client.get("/compte/deconnexion/").status_code == 200
    assert "_auth_user_id" in client.session
    client.post("/compte/deconnexion/")
    assert "_auth_user_id" not in client.session
    assert "Vous êtes déconnecté·e." in client.get(CONNEXION).content.decode()


@pytest.mark.parametrize(
    "chemin",
    [
        "login/",
        "signup/",
        "password/reset/",
        "password/change/",
        "password/set/",
        "email/",
        "inactive/",
        "reauthenticate/",
    ],
)
def test_aucune_page_d_allauth_n_est_servie(client: Client, chemin: str) -> None:
    assert client.get(f"/compte/{chemin}").status_code == 404


@pytest.mark.parametrize("nom", ["account_reset_password", "account_change_password", "account_email"])
def test_aucune_adresse_de_mot_de_passe_n_existe(nom: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(nom)


def test_obtenir_un_compte_deux_fois_n_en_cree_qu_un(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    premier = obtenir_compte(email=" Alice@Exemple.fr ")
    with django_assert_max_num_queries(4):
        assert obtenir_compte(email="alice@exemple.fr") == premier
    assert EmailAddress.objects.count() == 1


def test_les_comptes_jamais_confirmes_sont_purges_apres_sept_jours(
    boulangerie: Entreprise, animatrice: Utilisateur, referente: Utilisateur
) -> None:
    jamais_venue = obtenir_compte(email="jamais@exemple.fr")
    venue = obtenir_compte(email="venue@exemple.fr")
    EmailAddress.objects.filter(user=venue).update(verified=True)
    recente = fabriques.creer_utilisateur("Récente")
    Utilisateur.objects.exclude(pk=recente.pk).update(date_joined=timezone.now() - timedelta(days=8))

    assert purger_comptes_jamais_confirmes() == 1

    restantes = set(Utilisateur.objects.all())
    assert jamais_venue not in restantes
    assert {venue, recente, animatrice, referente, boulangerie.membres.get().utilisateur} == restantes
