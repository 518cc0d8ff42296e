"""Receiving a letter is asked twice, leaving once; nobody learns who receives it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from animation.jetons_lettres import chemin_d_abonnement
from animation.models import Abonnement
from animation.services.abonnements import (
    abonner,
    confirmer_abonnement,
    demander_abonnement,
    desabonner,
    purger_abonnements,
)
from profils.models import Utilisateur
from tests.animation.scenes_agenda import LUNDI_9H
from tests.animation.scenes_lettres import membre_abonnee, territoire_35, visiteuse_abonnee
from tests.file_de_travail import travaux_en_attente

COURRIEL = "echange.socle.courriels.envoyer_courriel"


@pytest.fixture(autouse=True)
def lundi(db: None) -> Iterator[Any]:
    cache.clear()
    with time_machine.travel(LUNDI_9H, tick=False) as voyage:
        yield voyage


def ecrits() -> list[str]:
    return [travail.args["a"] for travail in travaux_en_attente(COURRIEL)]


def demander(client: Client, courriel: str = "nina@ailleurs.fr", **champs: str) -> Any:
    return client.post(
        reverse("lettres:demander"), {"lettre": "ille-et-vilaine", "courriel": courriel, **champs}
    )


def test_sans_confirmation_rien_ne_part(client: Client) -> None:
    page = demander(client).content.decode()
    assert "la lettre de la communauté Ille-et-Vilaine" in page
    abonnement = Abonnement.objects.get()
    assert not Abonnement.objects.servis(territoire_35().pk).exists()
    chemin = chemin_d_abonnement(abonnement)
    assert "Oui, recevoir cette lettre" in client.get(chemin).content.decode()
    assert Abonnement.objects.get().confirme_le is None
    for _ in range(2):
        suite = client.post(chemin, {"action": "confirmer"}, follow=True).content.decode()
        assert "Vous recevez la lettre de la communauté Ille-et-Vilaine" in suite
    assert Abonnement.objects.servis(territoire_35().pk).count() == 1


def test_se_desabonner_d_un_geste_sans_se_connecter_ni_jeton_de_formulaire() -> None:
    """A mail reader posts by itself (RFC 8058)."""
    chemin = chemin_d_abonnement(visiteuse_abonnee("Nina"))
    client = Client(enforce_csrf_checks=True)
    client.get(chemin)
    assert Abonnement.objects.exists()  # opening it wrote nothing
    for _ in range(2):
        assert client.post(chemin, {"List-Unsubscribe": "One-Click"}).status_code == 302
        assert not Abonnement.objects.exists()
    assert "votre abonnement est effacé" in client.get(chemin).content.decode()
    assert client.get(chemin[:-3] + "xx/").status_code == 404


def test_la_reponse_est_la_meme_pour_toutes(client: Client, boulangere: Utilisateur) -> None:
    membre_abonnee(boulangere)
    visiteuse_abonnee("Nina")
    reponses = {
        re.sub(r"\S+@\S+", "…", demander(client, courriel).content.decode())
        for courriel in ("alice@exemple.fr", "nina@ailleurs.fr", "inconnue@ailleurs.fr")
    }
    assert len(reponses) == 1


def test_la_meme_adresse_n_est_pas_harcelee(lundi: Any) -> None:
    for minutes in (0, 1, 10):
        lundi.shift(timedelta(minutes=minutes))
        demander_abonnement(courriel="Nina@ailleurs.fr", territoire=territoire_35())
    assert ecrits() == ["nina@ailleurs.fr"] * 2
    demander_abonnement(courriel="nina@ailleurs.fr", territoire=None)
    assert Abonnement.objects.count() == 2


def test_qui_a_un_compte_a_un_seul_abonnement(boulangere: Utilisateur) -> None:
    demander_abonnement(courriel="alice@exemple.fr", territoire=territoire_35())
    demande = Abonnement.objects.get()
    abonnement = confirmer_abonnement(abonnement=demande)
    assert abonnement.utilisateur == boulangere
    assert abonner(par=boulangere, territoire=territoire_35()) == abonnement
    assert Abonnement.objects.count() == 1


def test_une_demande_oubliee_s_efface(lundi: Any, client: Client) -> None:
    visiteuse_abonnee("Nina")
    demander_abonnement(courriel="omar@ailleurs.fr", territoire=None)
    chemin = chemin_d_abonnement(Abonnement.objects.get(courriel="omar@ailleurs.fr"))
    lundi.shift(timedelta(hours=49))
    assert "Vous ne recevez pas" in client.get(chemin).content.decode()
    assert purger_abonnements() == 1
    assert Abonnement.objects.get().courriel == "nina@ailleurs.fr"


def test_une_membre_choisit_ses_lettres(boulangere: Utilisateur, client_de: Any) -> None:
    client, chemin = client_de(boulangere), reverse("lettres:abonnements")
    client.post(chemin, {"lettres": ["nationale", "ille-et-vilaine"]})
    assert Abonnement.objects.de_la_personne(boulangere).confirmes().count() == 2
    page = client.get(chemin).content.decode()
    assert page.count("checked") == 2
    client.post(chemin, {"lettres": ["nationale"]})
    assert Abonnement.objects.get().territoire is None
    assert client.post(chemin, {"lettres": ["nulle-part"]}).status_code == 422
    client.post(chemin, {})
    assert not Abonnement.objects.exists()


@pytest.mark.parametrize(
    ("courriel", "champs"),
    [
        ("", {}),
        ("non", {}),
        ("a\x00@b.fr", {}),
        ("n@b.fr", {"lettre": "nulle-part"}),
        ("n@b.fr", {"lettre": "\x00"}),
    ],
)
def test_ce_qui_ne_va_pas_est_dit(client: Client, courriel: str, champs: dict[str, str]) -> None:
    assert demander(client, courriel, **champs).status_code == 422
    assert not Abonnement.objects.exists()


def test_un_robot_est_remercie_et_trop_de_demandes_refusees(client: Client) -> None:
    assert demander(client, site_web="x").status_code == 200
    assert not Abonnement.objects.exists()
    statuts = [demander(client).status_code for _ in range(5)]
    assert statuts == [200] * 4 + [422]


def test_la_base_tient_les_regles(boulangere: Utilisateur) -> None:
    for commun in ({"utilisateur": boulangere}, {"courriel": "n@b.fr"}):
        for territoire in (None, territoire_35()):
            Abonnement.objects.create(territoire=territoire, **commun)
            with pytest.raises(IntegrityError, match="_unique"), transaction.atomic():
                Abonnement.objects.create(territoire=territoire, **commun)
    with pytest.raises(IntegrityError, match="abonnement_une_personne"), transaction.atomic():
        Abonnement.objects.create()


def test_desabonnee_elle_ne_laisse_rien(boulangere: Utilisateur) -> None:
    abonnement = membre_abonnee(boulangere)
    desabonner(abonnement=abonnement)
    desabonner(abonnement=abonnement)
    assert not Abonnement.objects.exists()


def test_la_rubrique_dit_comment_la_recevoir(
    client: Client, pages: object, boulangere: Utilisateur, client_de: Any
) -> None:
    for adresse in ("/lettres/", "/communautes/ille-et-vilaine/lettres/"):
        page = client.get(adresse).content.decode()
        assert reverse("lettres:demander") in page
        assert "S’abonner à la lettre" in page
        assert reverse("lettres:abonnements") in client_de(boulangere).get(adresse).content.decode()
