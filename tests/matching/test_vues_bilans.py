"""From the mail, or signed in: a tap is a plain button; a link that opens nothing says what to do."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.jetons_bilan import creer_jeton, creer_jeton_temoignage
from matching.models import Bilan, ReponseBilan, Temoignage
from profils.models import Entreprise, Membre, Utilisateur
from tests.matching.scenes import membre
from tests.matching.scenes_bilans import bilan_de, faire, repondre


@pytest.fixture
def bilan(boulangerie: Entreprise, menuiserie: Entreprise) -> Bilan:
    faire(boulangerie, menuiserie)
    return bilan_de(boulangerie)


def adresse(bilan: Bilan, personne: Utilisateur | None = None) -> str:
    return reverse("matching:repondre_bilan", args=[creer_jeton(bilan, personne or membre(bilan.entreprise))])


def texte(reponse: Any) -> str:
    return str(reponse.content.decode())


def toucher(client: Client, lien: str, question: str, reponse: str) -> Any:
    return client.post(lien, {"question": question, "reponse": reponse}, follow=True)


def test_ouvrir_le_lien_montre_et_n_ecrit_rien(bilan: Bilan, client: Client) -> None:
    with CaptureQueriesContext(connection) as requetes:
        page = client.get(adresse(bilan))
    assert "Cela s’est-il passé comme prévu" in texte(page)
    assert "Question 1 sur 3" in texte(page)
    assert "votre échange avec Menuiserie Le Goff" in texte(page)
    assert client.head(adresse(bilan)).status_code == 200
    assert not [r for r in requetes if r["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert "no-store" in page["Cache-Control"]


def test_trois_touches_sans_se_connecter_puis_merci(bilan: Bilan, client: Client) -> None:
    lien = adresse(bilan)
    assert "que savez-vous faire maintenant" in texte(toucher(client, lien, "deroulement", "prevu"))
    assert "Question 2 sur 3" in texte(client.get(lien))  # left, and back
    assert "Oui, comme prévu" in texte(client.get(lien))
    toucher(client, lien, "acquis", "seul")
    fin = texte(toucher(client, lien, "conseil", "oui"))
    assert "C’est reçu, merci" in fin
    assert Bilan.objects.get(pk=bilan.pk).termine_le is not None
    client.post(lien, {"mots": "Une heure de plus aurait été bien", "temoignage": "Un texte"})
    merci = texte(client.get(lien))
    assert "Vos réponses sont bien reçues, merci" in merci
    assert not Temoignage.objects.exists()


def test_rejouer_une_touche_ou_tout_le_lien_ne_change_rien(bilan: Bilan, client: Client) -> None:
    lien = adresse(bilan)
    toucher(client, lien, "deroulement", "prevu")
    rejouee = toucher(client, lien, "deroulement", "non")
    assert rejouee.status_code == 200
    assert "que savez-vous faire maintenant" in texte(rejouee)
    repondre(bilan, "seul", "oui")
    assert "C’est reçu, merci" in texte(toucher(client, lien, "conseil", "non"))
    client.post(lien, {"mots": "Premier"})
    assert "Vos réponses sont bien reçues" in texte(client.post(lien, {"mots": "Second"}, follow=True))
    assert Bilan.objects.get(pk=bilan.pk).mots == "Premier"
    assert ReponseBilan.objects.get(question="conseil").reponse == "oui"


@pytest.mark.parametrize(
    "envoi",
    [
        {},
        {"question": "deroulement"},
        {"question": "deroulement", "reponse": "<b>"},
        {"question": "usage", "reponse": "oui"},
        {"question": "conseil", "reponse": "oui"},
        {"question": "deroulement\0", "reponse": "prevu"},
    ],
)
def test_une_touche_qui_n_en_est_pas_une_repose_la_question(
    bilan: Bilan, client: Client, envoi: dict[str, str]
) -> None:
    reponse = client.post(adresse(bilan), envoi)
    assert reponse.status_code == 422
    assert "Touchez une des réponses" in texte(reponse)
    assert not ReponseBilan.objects.exists()


class TestLienQuiNOuvreRien:
    def test_altere_invente_ou_d_un_autre_usage(self, bilan: Bilan, client: Client) -> None:
        jeton = creer_jeton(bilan, membre(bilan.entreprise))
        ailleurs = signing.dumps([str(bilan.uuid), membre(bilan.entreprise).pk], salt="ailleurs")
        for faux in (jeton[:-1] + ("A" if jeton[-1] != "A" else "B"), "x", ailleurs):
            for methode in (client.get, client.post):
                reponse = methode(reverse("matching:repondre_bilan", args=[faux]))
                assert reponse.status_code == 404
                assert "Ce lien n’ouvre plus rien" in texte(reponse)
                assert reverse("matching:mes_echanges") in texte(reponse)

    def test_celui_d_une_autre_entreprise_ou_d_une_personne_partie(
        self, bilan: Bilan, client: Client, menuisiere: Utilisateur, boulangere: Utilisateur
    ) -> None:
        assert client.get(adresse(bilan, menuisiere)).status_code == 404
        lien = adresse(bilan)
        Membre.objects.filter(utilisateur=boulangere).delete()
        assert toucher(client, lien, "deroulement", "prevu").status_code == 404
        assert not ReponseBilan.objects.exists()

    def test_celui_de_qui_n_a_plus_de_compte(self, bilan: Bilan, client: Client) -> None:
        lien = adresse(bilan)
        Utilisateur.objects.update(is_active=False)
        assert client.get(lien).status_code == 404

    def test_trop_tard_la_meme_page_et_ce_qui_etait_dit_est_garde(self, bilan: Bilan, client: Client) -> None:
        lien = adresse(bilan)
        toucher(client, lien, "deroulement", "prevu")
        with time_machine.travel(bilan.expire_le, tick=False):
            for reponse in (client.get(lien), toucher(client, lien, "acquis", "seul")):
                assert reponse.status_code == 410
                assert "Ce lien n’ouvre plus rien" in texte(reponse)
        assert bilan.reponses.count() == 1

    def test_complet_il_remercie_meme_longtemps_apres(self, bilan: Bilan, client: Client) -> None:
        lien = adresse(bilan)
        repondre(bilan)
        client.post(lien, {})
        with time_machine.travel(bilan.expire_le + timedelta(days=300), tick=False):
            assert "Vos réponses sont bien reçues" in texte(client.get(lien))


class TestConnectee:
    def test_la_page_de_l_echange_y_mene(self, bilan: Bilan, client_de: Any, boulangere: Utilisateur) -> None:
        client = client_de(boulangere)
        ici = reverse("matching:bilan", args=[bilan.echange.uuid])
        assert ici in texte(client.get(reverse("matching:echange", args=[bilan.echange.uuid])))
        toucher(client, ici, "deroulement", "prevu")
        assert bilan.reponses.count() == 1
        repondre(bilan, "seul", "oui")
        assert ici not in texte(client.get(reverse("matching:echange", args=[bilan.echange.uuid])))

    def test_chacune_ne_voit_que_le_sien(
        self, bilan: Bilan, client_de: Any, menuisiere: Utilisateur, intruse: Utilisateur
    ) -> None:
        ici = reverse("matching:bilan", args=[bilan.echange.uuid])
        repondre(bilan, "autrement")
        page = texte(client_de(menuisiere).get(ici))
        assert "Question 1 sur 3" in page
        assert "C’est noté" not in page  # what la boulangerie has said
        assert client_de(intruse).get(ici).status_code == 404


class TestTemoignage:
    @pytest.fixture
    def lien(self, bilan: Bilan) -> str:
        repondre(bilan)
        return adresse(bilan)

    def test_la_case_n_est_pas_cochee_et_le_texte_est_montre(self, lien: str, client: Client) -> None:
        page = texte(client.get(lien))
        assert 'name="consentement"' in page
        assert "checked" not in page
        assert "nous avons appris quelque chose\u00a0: créer un site vitrine" in page
        assert "Boulangerie du Marché, boulangerie, pâtisserie, à Rennes" in page
        assert "Menuiserie" not in page.split("<form", 1)[1].split("</form>")[0]

    def test_coche_le_texte_corrige_est_garde_mot_pour_mot(self, lien: str, client: Client) -> None:
        mots = "Mon <b>texte</b> à moi"
        client.post(lien, {"temoignage": mots, "consentement": "on"})
        assert Temoignage.objects.get().texte == mots
        assert "Mon &lt;b&gt;texte" in texte(client.get(lien))

    @pytest.mark.parametrize(
        ("envoi", "champ"),
        [
            ({"temoignage": " ", "consentement": "on"}, "temoignage"),
            ({"temoignage": "x" * 601, "consentement": "on"}, "temoignage"),
            ({"temoignage": "x\0", "consentement": "on"}, "temoignage"),
            ({"mots": "x" * 301}, "mots"),
        ],
    )
    def test_une_saisie_impossible_se_dit_au_champ(
        self, lien: str, client: Client, envoi: dict[str, str], champ: str
    ) -> None:
        reponse = client.post(lien, envoi)
        assert reponse.status_code == 422
        assert list(reponse.context["formulaire"].errors) == [champ]
        assert not Temoignage.objects.exists()

    def test_le_retrait_demande_puis_retire(self, lien: str, client: Client) -> None:
        client.post(lien, {"temoignage": "Un texte", "consentement": "on"})
        temoignage = Temoignage.objects.get()
        personne = membre(temoignage.bilan.entreprise)
        retrait = reverse("matching:retirer_temoignage", args=[creer_jeton_temoignage(temoignage, personne)])
        assert retrait.rsplit(":", 1)[0].split(":")[0] in texte(client.get(lien))
        assert "Retirer votre témoignage" in texte(client.get(retrait))
        assert not Temoignage.objects.filter(retire_le__isnull=False).exists()
        for _ in range(2):
            assert "C’est retiré" in texte(client.post(retrait))
        assert Temoignage.objects.filter(retire_le__isnull=False).exists()
        assert "accord pour publier un témoignage est retiré" in texte(client.get(lien))
        assert client.get(reverse("matching:retirer_temoignage", args=["x"])).status_code == 404

    def test_un_echange_decu_ne_propose_rien_a_publier(
        self, bilan: Bilan, menuiserie: Entreprise, client: Client
    ) -> None:
        decu = repondre(bilan_de(menuiserie), "non", "rien", "non")
        assert "consentement" not in texte(client.get(adresse(decu)))
