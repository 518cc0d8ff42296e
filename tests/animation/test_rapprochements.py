"""A company's matches as those who animate its territoire read them: cercles of 4, names, nobody else's."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import Nature
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_entreprise, nommer_animateur
from tests.matching.scenes import (
    demander,
    faire_cercle_de_quatre,
    faire_chaine,
    offrir,
    proposer,
    rendre_reciproques,
    verifier_cout_constant,
    voisine,
)


def url(entreprise: Entreprise) -> str:
    return reverse("animation:rapprochements", args=[entreprise.uuid])


@pytest.fixture
def anna(client_de: Any, animatrice: Utilisateur) -> Client:
    client: Client = client_de(animatrice)
    return client


@pytest.fixture
def cercle_de_quatre(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise, coiffure: Entreprise
) -> None:
    faire_cercle_de_quatre(boulangerie, menuiserie, fleuristerie, coiffure)


def test_l_animatrice_voit_les_cercles_de_quatre(
    anna: Client, cercle_de_quatre: None, boulangerie: Entreprise
) -> None:
    reponse = anna.get(url(boulangerie), {"nature": "cercle"})
    (fiche,) = reponse.context["fiches"]
    assert (fiche.nature, fiche.forme.mots) == (Nature.CERCLE, "Cercle à quatre")
    assert [ligne.phrase for ligne in fiche.lignes] == [
        "Menuiserie Le Goff montre à Boulangerie du Marché",
        "Boulangerie du Marché montre à Coiffure Dina",
        "Coiffure Dina montre à Fleurs de Lices",
        "Fleurs de Lices montre à Menuiserie Le Goff",
    ]
    page = reponse.content.decode()
    assert "Cercle à quatre" in page
    assert "Exactement ce que cherche Boulangerie du Marché" in page
    assert "Proposer" not in page
    assert "vous cherchez" not in page


def test_elle_ne_voit_pas_ce_qui_est_propose(
    anna: Client, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    proposer(boulangerie)
    assert "Voir la proposition" not in anna.get(url(boulangerie)).content.decode()


def test_une_chaine_se_lit_avec_tous_les_noms(
    anna: Client, coiffure: Entreprise, menuiserie: Entreprise, boulangerie: Entreprise
) -> None:
    faire_chaine(coiffure, menuiserie, boulangerie)
    fiche = anna.get(url(boulangerie), {"nature": "chaine"}).context["fiches"][0]
    assert fiche.retour == (
        "Coiffure Dina ne demande rien et peut aider Menuiserie Le Goff, "
        "qui peut aider Boulangerie du Marché."
    )


def test_les_autres_n_en_savent_rien(
    client_de: Any,
    animatrice_44: Utilisateur,
    referente: Utilisateur,
    boulangere: Utilisateur,
    boulangerie: Entreprise,
) -> None:
    attendu = {animatrice_44: 404, boulangere: 404, referente: 200}
    assert {qui: client_de(qui).get(url(boulangerie)).status_code for qui in attendu} == attendu


def test_une_entreprise_sans_territoire_n_est_a_personne(anna: Client) -> None:
    assert anna.get(url(creer_entreprise("À Nantes", commune="44109"))).status_code == 404


def test_qui_anime_et_agit_pour_l_entreprise_propose_le_cercle(
    client_de: Any, cercle_de_quatre: None, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    nommer_animateur(boulangere, "35")
    navigateur = client_de(boulangere)
    (fiche,) = navigateur.get(url(boulangerie), {"nature": "cercle"}).context["fiches"]
    assert "Nous écrivons aux 3 autres entreprises" in navigateur.get(fiche.url).content.decode()
    assert "Cercle à quatre" in navigateur.post(fiche.url, {}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("publier", "phrase"), [(False, "Aucun besoin en ligne"), (True, "Personne encore autour d’elle")]
)
def test_rien_a_montrer_se_dit(anna: Client, boulangerie: Entreprise, phrase: str, *, publier: bool) -> None:
    if publier:
        demander(boulangerie, "instagram")
    assert phrase in anna.get(url(boulangerie)).content.decode()


def test_le_cout_ne_depend_pas_du_nombre(anna: Client, boulangerie: Entreprise) -> None:
    demander(boulangerie, "site-vitrine")
    offrir(boulangerie, "vitrine-boutique")

    def ajouter(n: int) -> None:
        for rang in range(n):
            autre = voisine()
            offrir(autre, "site-vitrine")
            demander(autre, "vitrine-boutique" if rang % 2 else "instagram")

    # Among them: may it be closed from here? May it send as it likes (two)?
    assert verifier_cout_constant(anna, url(boulangerie), ajouter) <= 18
