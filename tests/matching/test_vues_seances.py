"""The screens of the agreement and of the séance: for the two companies of the apport alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from matching.models import Accord, Apport, Echange, EtatSeance, Seance
from matching.moteur.adequation import Lieu
from profils.models import Entreprise, Utilisateur
from tests.matching.scenes import ADRESSE, accepter, compter_requetes, faire_cercle, membre, proposer
from tests.matching.scenes_seances import (
    JEUDI_14H,
    LUNDI_9H,
    VENDREDI_10H,
    apport_de,
    choisir,
    convenir_seance,
    proposer_seance,
)


@pytest.fixture(autouse=True)
def lundi() -> Any:
    with time_machine.travel(LUNDI_9H, tick=False) as voyage:
        yield voyage


@pytest.fixture
def apport(engage: Echange, menuiserie: Entreprise) -> Apport:
    return apport_de(engage, menuiserie)


@pytest.fixture
def alice(client_de: Any, boulangere: Utilisateur) -> Client:
    """She learns."""
    return client_de(boulangere)


@pytest.fixture
def brune(client_de: Any, menuisiere: Utilisateur) -> Client:
    """She shows."""
    return client_de(menuisiere)


def url(apport: Apport, nom: str = "proposer_seance") -> str:
    return reverse(f"matching:{nom}", args=[apport.echange.uuid, apport.rang])


def url_seance(seance: Seance, nom: str) -> str:
    return reverse(f"matching:{nom}", args=[seance.uuid])


def page(client: Client, apport: Apport) -> str:
    reponse = client.get(reverse("matching:echange", args=[apport.echange.uuid]))
    assert reponse.status_code == 200
    return reponse.content.decode()


def lignes(**champs: object) -> dict[str, object]:
    return {"quoi": "Mon site", "duree": "60", "ou_quand": "Chez nous", "version": "0", **champs}


def dates(*choisies: datetime, **champs: object) -> dict[str, object]:
    return {
        "dates": [d.isoformat() for d in choisies],
        "lieu": str(int(Lieu.CHEZ_OFFREUR)),
        "version": "0",
        **champs,
    }


class TestConvenir:
    def test_la_boulangere_n_a_qu_a_dire_oui(self, alice: Client, brune: Client, apport: Apport) -> None:
        accueil = page(brune, apport)
        assert "D’après vos deux annonces" in accueil
        suivi = next(
            s
            for s in brune.get(reverse("matching:echange", args=[apport.echange.uuid])).context["suivis"]
            if s.apport == apport
        )
        brune.post(url(apport, "accord"), dict(suivi.envoi_des_lignes))
        assert "En attente de Boulangerie du Marché" in page(brune, apport)
        assert "Menuiserie Le Goff vous le propose." in page(alice, apport)
        alice.post(url(apport, "accepter_accord"), {"version": "1"})
        assert Accord.objects.get().accepte_le is not None
        for client in (alice, brune):
            assert "Vous êtes d’accord tous les deux" in page(client, apport)

    def test_le_second_voit_le_texte_du_premier_et_garde_le_sien(
        self, alice: Client, brune: Client, apport: Apport
    ) -> None:
        brune.post(url(apport, "accord"), lignes(quoi="Le texte de <b>Brune</b>"))
        reponse = alice.post(url(apport, "accord"), lignes(quoi="Le texte d’Alice"))
        assert reponse.status_code == 409
        html = reponse.content.decode()
        assert "Le texte de &lt;b&gt;Brune&lt;/b&gt;" in html
        assert "Le texte d’Alice" in html
        assert Accord.objects.count() == 1
        assert reponse.context["formulaire"]["version"].value() == "1"  # sent again, it is the next version
        assert (
            alice.post(url(apport, "accord"), lignes(quoi="Le texte d’Alice", version="1")).status_code == 302
        )
        assert [a.quoi for a in Accord.objects.all()] == ["Le texte de <b>Brune</b>", "Le texte d’Alice"]

    @pytest.mark.parametrize(
        ("champs", "faute"),
        [
            ({"quoi": ""}, "quoi"),
            ({"quoi": "a" * 301}, "quoi"),
            ({"quoi": "x\0y"}, "quoi"),
            ({"duree": "61"}, "duree"),
            ({"duree": "0"}, "autre_duree"),
            ({"duree": "0", "autre_duree": "14"}, "autre_duree"),
            ({"duree": "0", "autre_duree": "un an"}, "autre_duree"),
            ({"ou_quand": "   "}, "ou_quand"),
            ({"version": "-1"}, "version"),
        ],
    )
    def test_une_mauvaise_ligne_est_dite_au_champ(
        self, alice: Client, apport: Apport, champs: dict[str, str], faute: str
    ) -> None:
        reponse = alice.post(url(apport, "accord"), lignes(**champs))
        assert reponse.status_code == 422
        assert list(reponse.context["formulaire"].errors) == [faute]
        assert not Accord.objects.exists()

    def test_une_duree_libre_est_gardee_et_reproposee(self, alice: Client, apport: Apport) -> None:
        alice.post(url(apport, "accord"), lignes(duree="0", autre_duree="120"))
        assert Accord.objects.get().duree_minutes == 120
        assert "2\u00a0h" in page(alice, apport)
        assert 'value="120"' in alice.get(url(apport, "accord")).content.decode()

    def test_accepter_sans_dire_quelle_version_ne_change_rien(
        self, alice: Client, brune: Client, apport: Apport
    ) -> None:
        brune.post(url(apport, "accord"), lignes())
        for version in ("", "x", "2", "99999999999999999999"):
            assert alice.post(url(apport, "accepter_accord"), {"version": version}).status_code == 302
        assert Accord.objects.get().accepte_le is None


class TestProposer:
    def test_les_dates_offertes_se_cochent_et_une_autre_s_ecrit(
        self, alice: Client, brune: Client, apport: Apport
    ) -> None:
        formulaire = brune.get(url(apport)).content.decode()
        assert "mardi 1er décembre à 10\u00a0h\u00a030" in formulaire  # two bakers' quiet hour
        envoi = dates(JEUDI_14H, jour="2026-12-04", heure="10:00")
        assert brune.post(url(apport), envoi)["Location"].endswith("#rendez-vous")
        seance = Seance.objects.get()
        assert seance.attendue is not None
        assert seance.attendue.dates == [JEUDI_14H, VENDREDI_10H]
        assert "Boulangerie du Marché doit choisir" in page(brune, apport)
        accueil = page(alice, apport)
        assert "Menuiserie Le Goff propose" in accueil
        assert f'value="{JEUDI_14H.isoformat()}"' in accueil
        reponse = alice.post(
            url_seance(seance, "choisir_date"), {"date": JEUDI_14H.isoformat(), "version": "1"}, follow=True
        )
        assert "C’est noté\u00a0: jeudi 3 décembre à 14\u00a0h" in reponse.content.decode()
        assert f"Chez Menuiserie Le Goff, {ADRESSE}, Rennes" in page(alice, apport)
        assert "Chez vous" in page(brune, apport)

    @pytest.mark.parametrize(
        ("champs", "faute"),
        [
            ({"dates": []}, "dates"),
            ({"dates": ["demain"]}, "dates"),
            ({"dates": ["2026-12-03T14:00:00"]}, "dates"),  # of which zone?
            ({"dates": ["0001-01-01T00:00:00+14:00"]}, "dates"),
            ({"dates": ["2026-11-29T14:00:00+00:00"]}, "dates"),  # past
            ({"dates": [f"2026-12-0{j}T09:00:00+00:00" for j in (1, 2, 3, 4)]}, "dates"),
            ({"jour": "2026-12-04"}, "heure"),
            ({"heure": "10:00"}, "jour"),
            ({"jour": "31/11/2026", "heure": "10:00"}, "jour"),
            ({"jour": "2027-03-28", "heure": "02:30"}, "heure"),  # spring skips it
            ({"lieu": "3"}, "lieu"),
            ({"lieu": ""}, "lieu"),
            ({"lieu": "4"}, "adresse"),
            ({"lieu": "4", "adresse": "a" * 201}, "adresse"),
            ({"lieu": "8"}, "lien_visio"),
            ({"lieu": "8", "lien_visio": "http://visio.exemple.fr/x"}, "lien_visio"),
            ({"lieu": "8", "lien_visio": "javascript:alert(1)"}, "lien_visio"),
            ({"version": "x"}, "version"),
        ],
    )
    def test_une_mauvaise_reponse_est_dite_au_champ(
        self, brune: Client, apport: Apport, champs: dict[str, Any], faute: str
    ) -> None:
        reponse = brune.post(
            url(apport), dates(JEUDI_14H, **champs) if "dates" not in champs else {**dates(), **champs}
        )
        assert reponse.status_code == 422
        assert list(reponse.context["formulaire"].errors) == [faute]
        assert not Seance.objects.exists()

    def test_une_page_ouverte_avant_l_autre_est_prevenue(
        self, alice: Client, brune: Client, apport: Apport
    ) -> None:
        brune.post(url(apport), dates(JEUDI_14H))
        reponse = alice.post(url(apport), dates(VENDREDI_10H), follow=True)
        assert "La séance a changé entre-temps" in reponse.content.decode()
        assert Seance.objects.get().attendue.dates == [JEUDI_14H]  # type: ignore[union-attr]

    def test_la_visio_et_le_tiers_lieu_se_lisent_sur_la_page(
        self, alice: Client, brune: Client, apport: Apport
    ) -> None:
        seance = convenir_seance(apport, lieu=Lieu.VISIO, lien_visio="https://visio.exemple.fr/nous")
        assert 'href="https://visio.exemple.fr/nous"' in page(alice, apport)
        seance = proposer_seance(
            apport,
            apport.donneur,
            VENDREDI_10H,
            version=seance.version,
            lieu=Lieu.TIERS_LIEU,
            adresse="<i>Café</i>",
        )
        choisir(seance, apport.receveur, VENDREDI_10H)
        assert "&lt;i&gt;Café" in page(brune, apport)


class TestSuite:
    def test_deplacer_puis_garder_la_date(self, alice: Client, brune: Client, apport: Apport) -> None:
        seance = convenir_seance(apport)
        formulaire = alice.get(url(apport)).content.decode()
        assert "Déplacer la séance" in formulaire
        assert "jeudi 10 décembre à 14\u00a0h, une semaine plus tard" in formulaire
        semaine = JEUDI_14H + timedelta(days=7)
        alice.post(url(apport), dates(semaine, version=str(seance.version)))
        assert "en attendant, la date convenue tient" in page(alice, apport)
        assert "propose de changer de date" in page(brune, apport)
        seance.refresh_from_db()
        brune.post(url_seance(seance, "maintenir_seance"), {"version": str(seance.version)})
        accueil = page(alice, apport)
        assert "jeudi 3 décembre à 14\u00a0h" in accueil
        assert "doit choisir" not in accueil

    def test_annuler_demande_une_fois(self, alice: Client, apport: Apport) -> None:
        seance = convenir_seance(apport)
        adresse = url_seance(seance, "annuler_seance")
        assert "L’échange continue" in alice.get(adresse).content.decode()
        seance.refresh_from_db()
        assert seance.etat == EtatSeance.CONVENUE
        assert "La séance est annulée" in alice.post(adresse, follow=True).content.decode()
        assert "Proposer une séance" in page(alice, apport)

    def test_passee_elle_le_dit_et_l_on_peut_en_prevoir_une_autre(
        self, alice: Client, apport: Apport, lundi: Any
    ) -> None:
        seance = convenir_seance(apport)
        lundi.move_to(JEUDI_14H + timedelta(hours=3))
        accueil = page(alice, apport)
        assert "C’était jeudi 3 décembre" in accueil
        assert "Prévoir une autre séance" in accueil
        assert "est passée" in alice.post(url_seance(seance, "annuler_seance"), follow=True).content.decode()

    @pytest.mark.parametrize(
        "envoi", [{}, {"date": "x", "version": "1"}, {"date": "9" * 40, "version": "1"}, {"version": "1"}]
    )
    def test_un_choix_illisible_ne_choisit_rien(
        self, alice: Client, apport: Apport, envoi: dict[str, str]
    ) -> None:
        seance = proposer_seance(apport, apport.donneur)
        assert alice.post(url_seance(seance, "choisir_date"), envoi).status_code == 302
        seance.refresh_from_db()
        assert seance.etat == EtatSeance.PROPOSEE


class TestPortes:
    def test_avant_l_accord_de_tous_on_ne_prend_pas_rendez_vous(
        self, client_de: Any, menuisiere: Utilisateur, propose: Echange, menuiserie: Entreprise
    ) -> None:
        client, apport = client_de(menuisiere), apport_de(propose, menuiserie)
        assert "Votre rendez-vous" not in page(client, apport)
        for nom in ("accord", "proposer_seance"):
            assert "n’en est pas là" in client.get(url(apport, nom), follow=True).content.decode()

    def test_dans_un_cercle_la_troisieme_ne_voit_pas_la_seance_des_deux_autres(
        self,
        client_de: Any,
        boulangerie: Entreprise,
        menuiserie: Entreprise,
        fleuristerie: Entreprise,
    ) -> None:
        faire_cercle(boulangerie, fleuristerie, menuiserie)
        echange = accepter(proposer(boulangerie, nature="cercle"), fleuristerie, menuiserie)
        apport = Apport.objects.get(echange=echange, donneur=fleuristerie)
        troisieme = client_de(membre(menuiserie))
        assert apport.receveur == boulangerie
        seance = convenir_seance(apport, lieu=Lieu.TIERS_LIEU, adresse="Café des Halles")
        assert "Café des Halles" not in page(troisieme, apport)
        for nom in ("choisir_date", "maintenir_seance", "annuler_seance"):
            assert troisieme.post(url_seance(seance, nom), {"version": "2"}).status_code == 404
        for nom in ("accord", "proposer_seance"):
            assert troisieme.get(url(apport, nom)).status_code == 404

    def test_la_page_coute_le_meme_nombre_de_requetes_avec_une_seance_ou_deux(
        self, alice: Client, apport: Apport, engage: Echange, boulangerie: Entreprise
    ) -> None:
        adresse = reverse("matching:echange", args=[engage.uuid])
        convenir_seance(apport)
        une = compter_requetes(alice, adresse)
        proposer_seance(apport_de(engage, boulangerie), boulangerie)
        assert compter_requetes(alice, adresse) == une
