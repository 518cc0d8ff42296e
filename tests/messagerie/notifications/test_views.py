"""The list, the preferences, and the link that stops a kind of mail."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from messagerie.models import EtatEnvoi, Notification, ReglageAvis, ReglageCourriels, Rythme
from messagerie.models.notifications import RYTHMES_GROUPES
from messagerie.notifications.avis import GENRES
from messagerie.notifications.boite import prevenir
from messagerie.notifications.courrier import RESUME, creer_jeton
from messagerie.notifications.familles import AUTRES, famille_de
from profils.models import Utilisateur
from tests.matching.scenes import verifier_cout_constant
from tests.messagerie.notifications.conftest import avis

LISTE = "/notifications/"
REGLAGES = "/notifications/reglages/"
GENRE = avis().genre.code


def page(client: Client, adresse: str = LISTE) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return reponse.content.decode()


def choix(**champs: object) -> dict[str, object]:
    return {**dict.fromkeys(GENRES, "aussitot"), "calme_de": 21, "calme_a": 7, **champs}


def rythme(personne: Utilisateur) -> str:
    return ReglageAvis.objects.get(utilisateur=personne, genre=GENRE).rythme


def test_sans_notification_la_page_dit_ce_qu_elle_montrera(client_de: Any, boulangere: Utilisateur) -> None:
    assert "Rien de nouveau" in page(client_de(boulangere))


def test_ouvrir_une_ligne_la_marque_lue_et_mene_a_sa_page(client_de: Any, boulangere: Utilisateur) -> None:
    prevenir(avis(), [boulangere])
    client = client_de(boulangere)
    assert "non lue" in page(client)  # the bell
    notification = Notification.objects.get()
    reponse = client.post(reverse("messagerie:ouvrir_notification", args=[notification.uuid]))
    assert reponse.headers["Location"] == avis().chemin
    notification.refresh_from_db()
    assert notification.lue_le is not None
    assert "non lue" not in page(client)


def test_regarder_la_liste_ne_marque_rien(client_de: Any, boulangere: Utilisateur) -> None:
    prevenir(avis(), [boulangere])
    page(client_de(boulangere))
    assert Notification.objects.non_lues().count() == 1


def test_tout_lire_ne_lit_que_les_siennes(
    client_de: Any, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    prevenir(avis(), [boulangere, menuisiere])
    client_de(boulangere).post("/notifications/tout-lire/")
    assert [n.destinataire for n in Notification.objects.non_lues()] == [menuisiere]


def test_celle_d_une_autre_n_existe_pas(
    client_de: Any, boulangere: Utilisateur, intruse: Utilisateur
) -> None:
    prevenir(avis(entreprise="Secrète"), [boulangere])
    client = client_de(intruse)
    adresse = reverse("messagerie:ouvrir_notification", args=[Notification.objects.get().uuid])
    assert client.post(adresse).status_code == 404
    assert "Secrète" not in page(client)
    assert Notification.objects.non_lues().count() == 1


def test_un_nom_hostile_reste_un_nom(client_de: Any, boulangere: Utilisateur) -> None:
    prevenir(avis(entreprise="<script>x</script>"), [boulangere])
    assert "<script>x" not in page(client_de(boulangere))


def test_la_liste_coute_le_meme_nombre_de_requetes(client_de: Any, boulangere: Utilisateur) -> None:
    def ajouter(nombre: int) -> None:
        debut = Notification.objects.count()
        for numero in range(debut, debut + nombre):
            prevenir(avis(numero), [boulangere])

    verifier_cout_constant(client_de(boulangere), LISTE, ajouter)


def test_regler_vaut_pour_la_suite_et_jamais_pour_ce_qui_attend(
    client_de: Any, boulangere: Utilisateur
) -> None:
    prevenir(avis(), [boulangere])
    client = client_de(boulangere)
    assert client.post(REGLAGES, choix(**{GENRE: "jamais", "calme_de": 20})).status_code == 302
    assert rythme(boulangere) == Rythme.JAMAIS
    assert Notification.objects.get().etat_envoi == EtatEnvoi.SANS
    assert ReglageCourriels.objects.get(utilisateur=boulangere).calme_de == 20
    assert '<option value="jamais" selected>' in page(client, REGLAGES)


@pytest.mark.parametrize(
    "faute", [{GENRE: "toujours"}, {GENRE: ""}, {"calme_de": "25"}, {"calme_a": "-1"}, {"calme_a": "x"}]
)
def test_un_reglage_inconnu_est_refuse_au_champ(
    client_de: Any, boulangere: Utilisateur, faute: dict[str, str]
) -> None:
    reponse = client_de(boulangere).post(REGLAGES, choix(**faute))
    assert reponse.status_code == 422
    assert list(reponse.context["formulaire"].errors) == list(faute)
    assert not ReglageAvis.objects.exists()


def test_le_lien_du_courriel_arrete_ce_genre_sans_se_connecter(
    client: Client, boulangere: Utilisateur
) -> None:
    adresse = reverse("messagerie:desabonner", args=[creer_jeton(boulangere, GENRE)])
    assert "Ne plus le recevoir" in page(client, adresse)
    assert not ReglageAvis.objects.exists()  # a link scanner has changed nothing
    sans_jeton_csrf = Client(enforce_csrf_checks=True)
    for _ in range(2):
        reponse = sans_jeton_csrf.post(adresse, {"List-Unsubscribe": "One-Click"})
        assert reponse.status_code == 200
    assert rythme(boulangere) == Rythme.JAMAIS


def test_le_lien_du_resume_arrete_tout_ce_qu_il_groupe(client: Client, boulangere: Utilisateur) -> None:
    ReglageAvis.objects.create(utilisateur=boulangere, genre=GENRE, rythme=Rythme.QUOTIDIEN)
    client.post(reverse("messagerie:desabonner", args=[creer_jeton(boulangere, RESUME)]))
    regles = dict(ReglageAvis.objects.values_list("genre", "rythme"))
    assert regles.pop(GENRE) == Rythme.JAMAIS
    groupes = [code for code, genre in GENRES.items() if genre.rythme in RYTHMES_GROUPES]
    assert regles == dict.fromkeys(groupes, Rythme.JAMAIS)


def test_un_lien_altere_ou_d_une_personne_partie_n_existe_pas(
    client: Client, boulangere: Utilisateur
) -> None:
    jeton = creer_jeton(boulangere, GENRE)
    for faux in (jeton[:-1] + ("a" if jeton[-1] != "a" else "b"), "x", jeton.replace(":", ".")):
        assert client.post(reverse("messagerie:desabonner", args=[faux])).status_code == 404
    boulangere.delete()
    assert client.get(reverse("messagerie:desabonner", args=[jeton])).status_code == 404


def test_un_choix_par_famille_vaut_pour_toutes_ses_sortes(client_de: Any, boulangere: Utilisateur) -> None:
    client = client_de(boulangere)
    client.post(REGLAGES, choix(rendez_vous="hebdo"))
    choisis = dict(ReglageAvis.objects.filter(utilisateur=boulangere).values_list("genre", "rythme"))
    rendez_vous = {code for code in GENRES if code.startswith(("seance_", "accord_"))}
    assert {code for code, rythme in choisis.items() if rythme == "hebdo"} == rendez_vous
    # left as it was shown, it leaves each kind its own
    client.post(REGLAGES, choix(**choisis | {"rendez_vous": "hebdo", "seance_rappel": "aussitot"}))
    assert ReglageAvis.objects.get(utilisateur=boulangere, genre="seance_rappel").rythme == "aussitot"
    assert ReglageAvis.objects.get(utilisateur=boulangere, genre="seance_annulee").rythme == "hebdo"


def test_un_seul_choix_vaut_pour_tous_les_courriels_et_laisse_ensuite_chaque_famille(
    client_de: Any, boulangere: Utilisateur
) -> None:
    client = client_de(boulangere)
    client.post(REGLAGES, choix(tous="quotidien", rendez_vous="hebdo"))
    choisis = dict(ReglageAvis.objects.filter(utilisateur=boulangere).values_list("genre", "rythme"))
    assert set(choisis.values()) == {"quotidien"}
    # left as it was shown, it leaves each family its own
    client.post(REGLAGES, choix(**choisis | {"tous": "quotidien", "rendez_vous": "hebdo"}))
    assert ReglageAvis.objects.get(utilisateur=boulangere, genre="seance_rappel").rythme == "hebdo"
    assert ReglageAvis.objects.get(utilisateur=boulangere, genre=GENRE).rythme == "quotidien"
    assert client.post(REGLAGES, choix(tous="toujours")).status_code == 422


def test_chaque_sorte_a_sa_famille() -> None:
    assert not [c for c, genre in GENRES.items() if genre.est_reglable and famille_de(c) == AUTRES]
