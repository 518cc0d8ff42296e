"""A second company of the same person: signed up by herself, kept apart, no way to multiply limits."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import Besoin
from profils.models import Entreprise, Utilisateur
from profils.services import ENTREPRISES_MAX, SiretDemande, inscrire_entreprise
from tests import fabriques

pytestmark = pytest.mark.django_db
ClientDe = Callable[[Utilisateur], Client]

INSCRIRE_AUTRE = "/espace/entreprises/inscrire/"
SIRET = "73282932000074"


@pytest.fixture
def saisie(boulangerie: Entreprise) -> dict[str, Any]:
    return {
        "nom": "Crêperie du Port",
        "siret": "732 829 320 00074",
        "secteur": boulangerie.secteur_id,
        "taille": "1-9",
        "commune": "rennes",
        "adresse": "",
    }


def test_la_deuxieme_entreprise_s_inscrit_et_reste_a_part(
    client_de: ClientDe, boulangere: Utilisateur, boulangerie: Entreprise, saisie: dict[str, Any]
) -> None:
    fabriques.creer_besoin(boulangerie, "photos-produits")
    client = client_de(boulangere)
    assert INSCRIRE_AUTRE in client.get(reverse("profils:entreprise")).text
    assert "à part de ceux de Boulangerie du Marché" in client.get(INSCRIRE_AUTRE).text
    page = client.post(INSCRIRE_AUTRE, saisie, follow=True).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "« Crêperie du Port » est inscrite. Vous agissez maintenant pour elle." in page
    creperie = Entreprise.objects.get(siret=SIRET)
    assert not Besoin.objects.de_entreprise(creperie).exists()
    assert [e.nom for e in Entreprise.objects.de(boulangere).order_by("pk")] == [
        boulangerie.nom,
        creperie.nom,
    ]
    assert 'value="Crêperie du Port"' in client.get(reverse("profils:entreprise")).text


def test_le_formulaire_envoye_deux_fois_n_inscrit_qu_une_entreprise(
    client_de: ClientDe, boulangere: Utilisateur, saisie: dict[str, Any]
) -> None:
    client = client_de(boulangere)
    for _ in range(2):
        assert client.post(INSCRIRE_AUTRE, saisie).headers["Location"] == reverse("matching:tableau")
    assert Entreprise.objects.de(boulangere).count() == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"siret": ""}, "Écrivez son SIRET : il est demandé dès la deuxième entreprise."),
        ({"siret": "", "est_en_creation": "on"}, "Écrivez son SIRET"),
        ({"siret": "73282932000075"}, "Ce numéro SIRET n’existe pas"),
        ({"nom": " "}, "Il manque une réponse"),
        ({"nom": "n" * 10_000}, "C’est trop long : 120 signes au plus"),
        ({"commune": "Trifouillis-les-Oies"}, "Nous ne connaissons pas cette commune"),
    ],
)
def test_une_mauvaise_reponse_se_dit_au_champ(
    client_de: ClientDe,
    boulangere: Utilisateur,
    saisie: dict[str, Any],
    change: dict[str, str],
    message: str,
) -> None:
    reponse = client_de(boulangere).post(INSCRIRE_AUTRE, saisie | change)
    assert reponse.status_code == 422
    assert message in reponse.text.replace("\N{NO-BREAK SPACE}", " ")
    assert f"id_{next(iter(change))}_erreur" in reponse.text
    assert Entreprise.objects.de(boulangere).count() == 1


def test_le_siret_d_une_autre_est_refuse(
    client_de: ClientDe, boulangere: Utilisateur, menuiserie: Entreprise, saisie: dict[str, Any]
) -> None:
    Entreprise.objects.filter(pk=menuiserie.pk).update(siret=SIRET)
    reponse = client_de(boulangere).post(INSCRIRE_AUTRE, saisie)
    assert reponse.status_code == 422
    assert "Cette entreprise est déjà inscrite." in reponse.text
    assert not Entreprise.objects.de(boulangere).filter(siret=SIRET).exists()


def test_qui_agit_pour_beaucoup_demande_a_l_animation(
    client_de: ClientDe, boulangere: Utilisateur, saisie: dict[str, Any]
) -> None:
    for rang in range(ENTREPRISES_MAX - 1):
        fabriques.creer_entreprise(f"Cliente {rang}", membre=boulangere)
    client = client_de(boulangere)
    reponse = client.post(INSCRIRE_AUTRE, saisie)
    assert reponse.status_code == 422
    assert "Vous agissez déjà pour cinq entreprises." in reponse.text
    Entreprise.objects.filter(nom="Cliente 0").update(fermee_le="2026-01-01T00:00Z", est_suspendue=True)
    assert client.post(INSCRIRE_AUTRE, saisie).status_code == 302


def test_aucune_porte_n_inscrit_une_deuxieme_entreprise_sans_siret(
    boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    with pytest.raises(SiretDemande):
        inscrire_entreprise(
            par=boulangere,
            nom="En creation",
            siret=None,
            est_en_creation=True,
            secteur=boulangerie.secteur,
            taille=boulangerie.taille,
            commune=boulangerie.commune,
        )
