"""A second company of the same person: signed up by herself, kept apart, no way to multiply limits."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import Besoin
from profils.fermeture import fermer_entreprise
from profils.models import Entreprise, Membre, Utilisateur
from profils.services import ENTREPRISES_MAX, SiretDemande, inscrire_entreprise, modifier_entreprise
from tests import fabriques

pytestmark = pytest.mark.django_db
ClientDe = Callable[[Utilisateur], Client]

ENTREPRISE = "/espace/entreprise/"
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
        (
            {"siret": ""},
            "Écrivez son SIRET : il est demandé quand une personne agit pour plusieurs entreprises.",
        ),
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


def sans_siret(entreprise: Entreprise) -> dict[str, Any]:
    """What a service is told of a company that would be in creation."""
    return {
        "nom": entreprise.nom,
        "siret": None,
        "est_en_creation": True,
        "secteur": entreprise.secteur,
        "taille": entreprise.taille,
        "commune": entreprise.commune,
    }


@pytest.fixture
def creperie(boulangere: Utilisateur, boulangerie: Entreprise) -> Entreprise:
    """Alice's second company; her first, la boulangerie, is still in creation."""
    return inscrire_entreprise(
        par=boulangere,
        **sans_siret(boulangerie) | {"nom": "Crêperie du Port", "siret": SIRET, "est_en_creation": False},
    )


@pytest.mark.parametrize("etat", ["ouverte", "fermee"])
def test_aucune_porte_n_inscrit_une_deuxieme_entreprise_sans_siret(
    boulangere: Utilisateur, boulangerie: Entreprise, etat: str
) -> None:
    """A closed one may open again for a fortnight: it counts."""
    if etat == "fermee":
        fermer_entreprise(par=boulangere, entreprise=boulangerie)
    with pytest.raises(SiretDemande):
        inscrire_entreprise(par=boulangere, **sans_siret(boulangerie) | {"nom": "En création"})


def test_la_deuxieme_entreprise_ne_reprend_pas_son_siret(
    client_de: ClientDe, boulangere: Utilisateur, creperie: Entreprise, saisie: dict[str, Any]
) -> None:
    client = client_de(boulangere)
    client.post(reverse("profils:entreprises"), {"entreprise": str(creperie.uuid)})
    page = client.get(ENTREPRISE).text
    assert "En cours de création" not in page
    assert "Vous pouvez le corriger, pas l’enlever" in page
    reponse = client.post(ENTREPRISE, saisie | {"siret": "", "est_en_creation": "on"})
    assert reponse.status_code == 422
    assert "id_siret_erreur" in reponse.text
    assert "il est demandé quand une personne agit pour plusieurs entreprises" in reponse.text
    creperie.refresh_from_db()
    assert creperie.siret == SIRET
    assert client.post(ENTREPRISE, saisie | {"siret": "35600000000048"}).status_code == 302
    creperie.refresh_from_db()
    assert (creperie.siret, creperie.est_en_creation) == ("35600000000048", False)


def test_la_premiere_reste_sans_siret_mais_ne_reprend_pas_celui_qu_elle_a_donne(
    boulangere: Utilisateur, boulangerie: Entreprise, creperie: Entreprise
) -> None:
    """Two forms sent at once, one for each company, cannot both win: neither may."""
    rennes = sans_siret(boulangerie)
    assert modifier_entreprise(entreprise=boulangerie, par=boulangere, **rennes).siret is None
    modifier_entreprise(entreprise=boulangerie, par=boulangere, **rennes | {"siret": "35600000000048"})
    for entreprise in (boulangerie, creperie):
        with pytest.raises(SiretDemande):
            modifier_entreprise(entreprise=entreprise, par=boulangere, **sans_siret(entreprise))


def test_fermer_la_premiere_ne_rend_pas_la_deuxieme_libre_de_son_siret(
    boulangere: Utilisateur, boulangerie: Entreprise, creperie: Entreprise
) -> None:
    fermer_entreprise(par=boulangere, entreprise=boulangerie)
    with pytest.raises(SiretDemande):
        modifier_entreprise(entreprise=creperie, par=boulangere, **sans_siret(creperie))


def test_la_regle_est_celle_de_qui_l_a_inscrite_quel_que_soit_le_collegue(
    boulangere: Utilisateur, menuisiere: Utilisateur, creperie: Entreprise
) -> None:
    """A colleague does not take back Alice's; an accountant's other clients hold nobody to it."""
    Membre.objects.create(utilisateur=menuisiere, entreprise=creperie)
    with pytest.raises(SiretDemande):
        modifier_entreprise(entreprise=creperie, par=menuisiere, **sans_siret(creperie))
    seule = fabriques.creer_entreprise("Le Fournil", siret="35600000000048", est_en_creation=False)
    for personne in (fabriques.creer_utilisateur("Nadia"), boulangere):
        Membre.objects.create(utilisateur=personne, entreprise=seule)
    modifiee = modifier_entreprise(entreprise=seule, par=boulangere, **sans_siret(seule))
    assert (modifiee.siret, modifiee.est_en_creation) == (None, True)


def test_qui_n_a_qu_une_entreprise_corrige_un_siret_donne_par_erreur(
    client_de: ClientDe, boulangere: Utilisateur, boulangerie: Entreprise, saisie: dict[str, Any]
) -> None:
    client = client_de(boulangere)
    client.post(ENTREPRISE, saisie)
    assert "En cours de création" in client.get(ENTREPRISE).text
    client.post(ENTREPRISE, saisie | {"siret": "", "est_en_creation": "on"})
    boulangerie.refresh_from_db()
    assert (boulangerie.siret, boulangerie.est_en_creation) == (None, True)
