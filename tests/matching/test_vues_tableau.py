"""The signed-in home: what waits for an answer first, three steps while the pair is incomplete."""

from typing import Any

from django.test import Client
from django.urls import reverse

from profils.models import Entreprise, Utilisateur
from profils.services import mettre_en_pause
from tests.matching.scenes import (
    accepter,
    demander,
    offrir,
    proposer,
    rendre_reciproques,
    verifier_cout_constant,
    voisine,
)

TABLEAU = reverse("matching:tableau")


def lire(navigateur: Client) -> str:
    reponse = navigateur.get(TABLEAU)
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_trois_pas_tant_que_la_paire_est_incomplete(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    navigateur = client_de(boulangere)
    page = lire(navigateur)
    assert "Trois pas pour commencer" in page
    assert "Bonjour Alice" in page
    assert reverse("matching:publier_besoin") in page
    demander(boulangerie, "photos-produits")
    assert "Fait\u00a0:" in lire(navigateur)
    offrir(boulangerie, "instagram")
    assert "Trois pas pour commencer" not in lire(navigateur)


def test_la_reponse_attendue_passe_avant_tout(
    client_de: Any, menuisiere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    offrir(voisine("Atelier Rault"), "vitrine-boutique")
    echange = proposer(boulangerie)
    page = lire(client_de(menuisiere))
    assert page.index("On attend votre réponse") < page.index("pour vous")
    assert reverse("matching:echange", args=[echange.uuid]) in page
    accepter(echange, menuiserie)
    page = lire(client_de(menuisiere))
    assert "On attend votre réponse" not in page
    assert "Vos échanges en cours" in page


def test_les_trois_meilleurs_sans_ceux_deja_proposes(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    for _ in range(5):
        offrir(voisine(), "site-vitrine")
    proposer(boulangerie, nature="reciproque")
    contexte = client_de(boulangere).get(TABLEAU).context
    assert len(contexte["meilleurs"]) == 3
    assert all(fiche.nature == "direct" for fiche in contexte["meilleurs"])
    assert "6 rapprochements pour vous" in lire(client_de(boulangere))


def test_sans_rapprochement_il_reste_un_chemin(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    demander(boulangerie, "photos-produits")
    offrir(boulangerie, "instagram")
    assert "Pas encore de voisin pour vous" in lire(client_de(boulangere))


def test_l_entreprise_en_pause_le_voit(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    mettre_en_pause(entreprise=boulangerie, par=boulangere)
    assert "Votre entreprise est en pause" in lire(client_de(boulangere))


def test_le_tableau_demande_d_entrer_puis_une_entreprise(
    client: Client, client_de: Any, animatrice: Utilisateur
) -> None:
    assert client.get(TABLEAU)["Location"].startswith(reverse("account_login"))
    assert client_de(animatrice).get(TABLEAU)["Location"] == reverse("profils:inscrire_entreprise")
    assert client_de(animatrice).post(TABLEAU).status_code == 405


def test_le_cout_ne_depend_pas_du_nombre(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    demander(boulangerie, "site-vitrine")
    offrir(boulangerie, "vitrine-boutique")

    def ajouter(n: int) -> None:
        """Matches, listings of one's own: as many of each. Proposals received: five await her at most."""
        for rang in range(n):
            if rang < 3:
                autre = voisine()
                demander(autre, "vitrine-boutique")
                offrir(autre, "site-vitrine")
                proposer(autre)
            demander(boulangerie, "photos-produits")
            offrir(voisine(), "site-vitrine")

    assert verifier_cout_constant(client_de(boulangere), TABLEAU, ajouter) <= 31
