"""A listing's end is announced three times, once each; a link prolongs it, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from matching.fraicheur import creer_jeton, rappeler_expirations
from matching.models import SANS_LIMITE, Annonce, Arete, Besoin, SavoirFaire
from matching.rapprochements import rapprochements_de
from matching.services.annonces import mettre_en_pause_annonce, reprendre_annonce
from messagerie.models import Notification
from profils.models import Entreprise
from profils.services import mettre_en_pause
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import demander, membre, offrir

JOUR_1 = datetime(2026, 2, 2, 9, tzinfo=UTC)
VIE = timedelta(days=60)


@pytest.fixture
def besoin(boulangerie: Entreprise) -> Besoin:
    with time_machine.travel(JOUR_1, tick=False):
        return demander(boulangerie, "site-vitrine")


def le(jour: float) -> Any:
    """That many days after the publication."""
    return time_machine.travel(JOUR_1 + timedelta(days=jour), tick=False)


def adresse(annonce: Annonce) -> str:
    return reverse("matching:prolonger", args=[creer_jeton(annonce)])


def fin(annonce: Annonce) -> datetime:
    annonce.refresh_from_db()
    assert annonce.expire_le is not None
    return annonce.expire_le


class TestRappels:
    def test_sept_jours_avant_la_veille_et_a_la_fin(self, besoin: Besoin) -> None:
        comptes = []
        for jour in (52.9, 53, 53.1, 58.9, 59, 59.5, 60, 60.1, 66):
            with le(jour):
                comptes.append(rappeler_expirations())
        assert comptes == [0, 1, 0, 0, 1, 0, 1, 0, 0]
        assert [n.titre for n in Notification.objects.order_by("pk")] == [
            "«\u00a0Créer un site vitrine\u00a0»\u00a0: toujours d’actualité\u00a0?",
            "«\u00a0Créer un site vitrine\u00a0»\u00a0: toujours d’actualité\u00a0?",
            "«\u00a0Créer un site vitrine\u00a0» n’est plus en ligne",
        ]

    def test_apres_un_long_arret_seul_le_dernier_est_dit(self, besoin: Besoin) -> None:
        with le(59.5):
            assert rappeler_expirations() == 1
        with le(70):
            assert rappeler_expirations() == 0

    def test_une_annonce_en_pause_ou_d_une_entreprise_en_pause_n_est_pas_rappelee(
        self, besoin: Besoin, boulangerie: Entreprise
    ) -> None:
        mettre_en_pause_annonce(par=membre(boulangerie), annonce=besoin)
        with le(55):
            assert rappeler_expirations() == 0
            reprendre_annonce(par=membre(boulangerie), annonce=besoin)
        mettre_en_pause(par=membre(boulangerie), entreprise=boulangerie)
        with le(55 + 55):
            assert rappeler_expirations() == 0

    def test_une_nouvelle_vie_a_ses_propres_rappels(self, besoin: Besoin, client: Client) -> None:
        with le(53):
            rappeler_expirations()
            client.post(adresse(besoin))
        with le(53 + 53):
            assert rappeler_expirations() == 1
        assert Notification.objects.count() == 2

    def test_le_courriel_mene_a_la_page_qui_prolonge(self, besoin: Besoin) -> None:
        with le(53):
            rappeler_expirations()
            executer_la_file()
            lien = adresse(besoin)
        (courriel,) = mail.outbox
        assert courriel.to == ["alice@exemple.fr"]
        assert "restera en ligne jusqu’au 3 avril" in courriel.body
        assert f"http://localhost:8000{lien}" in courriel.body


class TestProlonger:
    def test_ouvrir_le_lien_ne_fait_que_demander(self, besoin: Besoin, client: Client) -> None:
        with le(58):
            assert "Oui, la garder en ligne" in client.get(adresse(besoin)).content.decode()
        assert fin(besoin) == JOUR_1 + VIE

    def test_un_geste_sans_se_connecter_donne_une_vie_et_une_seule(
        self, besoin: Besoin, client: Client
    ) -> None:
        lien = adresse(besoin)
        with le(58):
            assert "C’est fait" in client.post(lien).content.decode()
        with le(59):
            assert "C’est fait" in client.post(lien).content.decode()
        assert fin(besoin) == JOUR_1 + timedelta(days=58) + VIE

    def test_une_annonce_finie_revient_avec_ses_aretes(
        self, besoin: Besoin, boulangerie: Entreprise, menuiserie: Entreprise, client: Client
    ) -> None:
        with le(61):
            offrir(menuiserie, "site-vitrine")
            assert not rapprochements_de(boulangerie)
            client.post(adresse(besoin))
            assert rapprochements_de(boulangerie)

    def test_sans_limite_pour_un_savoir_faire_seulement(
        self, besoin: Besoin, boulangerie: Entreprise, client: Client
    ) -> None:
        with le(1):
            savoir_faire = offrir(boulangerie, "vitrine-boutique")
        with le(58):
            assert "sans limite" in client.get(adresse(savoir_faire)).content.decode()
            assert "sans limite" not in client.get(adresse(besoin)).content.decode()
            reponse = client.post(adresse(savoir_faire), {"sans_limite": "1"})
            assert "En ligne sans limite de durée" in reponse.content.decode()
            assert fin(savoir_faire) == SANS_LIMITE
            client.post(adresse(besoin), {"sans_limite": "1"})
            assert fin(besoin) < SANS_LIMITE
        with pytest.raises(IntegrityError), transaction.atomic():
            Besoin.objects.update(expire_le=SANS_LIMITE)

    @pytest.mark.parametrize("statut", ["en_pause", "retiree", "masquee"])
    def test_ce_qui_n_est_plus_en_ligne_le_reste(self, besoin: Besoin, client: Client, statut: str) -> None:
        lien = adresse(besoin)
        Besoin.objects.update(statut=statut)
        with le(58):
            reponse = client.post(lien)
        assert reponse.status_code == 409
        assert "n’est plus en ligne" in reponse.content.decode()
        assert fin(besoin) == JOUR_1 + VIE
        assert not Arete.objects.exists()

    def test_un_lien_altere_ou_d_une_annonce_effacee_n_existe_pas(
        self, besoin: Besoin, client: Client
    ) -> None:
        lien = adresse(besoin)
        autre = "A" if lien[-2] != "A" else "B"
        for faux in (lien[:-2] + autre + "/", reverse("matching:prolonger", args=["x"])):
            reponse = client.post(faux)
            assert reponse.status_code == 404
            assert "Ce lien n’ouvre plus rien" in reponse.content.decode()
        besoin.delete()
        assert client.post(lien).status_code == 404

    def test_un_lien_d_un_vieux_courriel_ne_ramene_rien(self, besoin: Besoin, client: Client) -> None:
        lien = adresse(besoin)
        with le(60 + 89):
            assert client.get(lien).status_code == 200
        with le(60 + 90):
            assert client.post(lien).status_code == 404
        assert fin(besoin) == JOUR_1 + VIE

    def test_le_bouton_n_apparait_que_lorsque_la_fin_approche(
        self, besoin: Besoin, boulangerie: Entreprise, client_de: Any
    ) -> None:
        client = client_de(membre(boulangerie))
        with le(50):
            assert "Prolonger" not in client.get("/annonces/").content.decode()
        with le(54):
            assert adresse(besoin) in client.get("/annonces/").content.decode()


def test_un_savoir_faire_sans_limite_n_est_jamais_rappele(boulangerie: Entreprise) -> None:
    offrir(boulangerie, "site-vitrine")
    SavoirFaire.objects.update(expire_le=SANS_LIMITE)
    with time_machine.travel(datetime(2036, 1, 1, tzinfo=UTC), tick=False):
        assert rappeler_expirations() == 0
