"""The screens of a demande: who would be asked, what has happened, what comes next."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import Demande
from profils.models import Entreprise, Utilisateur
from tests.matching.scenes import compter_requetes, demander, offrir, verifier_cout_constant, voisine
from tests.matching.scenes_demandes import apres, dire_non, dire_oui, lancer, plus_tard, preparer

TABLEAU = reverse("matching:tableau")


def adresse(nom: str, objet: Any) -> str:
    return reverse(f"matching:{nom}", args=[objet.uuid])


def lire(navigateur: Client, url: str) -> str:
    reponse = navigateur.get(url)
    assert reponse.status_code == 200
    return " ".join(reponse.content.decode().split())


def test_elle_voit_qui_sera_prevenu_puis_demande(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    besoin, autres = preparer(boulangerie, 5)
    navigateur = client_de(boulangere)
    page = lire(navigateur, adresse("demander", besoin))
    assert "Ces 3 entreprises seront prévenues" in page
    assert autres[0].nom in page
    assert autres[3].nom not in page
    assert "Ensuite, si besoin, 2 autres" in page
    reponse = navigateur.post(adresse("demander", besoin), {"mot": "Bonjour <b>voisine</b>"}, follow=True)
    demande = Demande.objects.get()
    assert reponse.redirect_chain == [(adresse("demande", demande), 302)]
    assert demande.mot == "Bonjour <b>voisine</b>"
    assert navigateur.get(adresse("demander", besoin))["Location"] == adresse("demande", demande)


@pytest.mark.parametrize("mot", ["x" * 601, "zéro\x00"])
def test_un_mot_refuse_se_dit_au_champ(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, mot: str
) -> None:
    besoin, _ = preparer(boulangerie, 2)
    reponse = client_de(boulangere).post(adresse("demander", besoin), {"mot": mot})
    assert reponse.status_code == 422
    assert not Demande.objects.exists()


def test_chaque_etape_se_lit(client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise) -> None:
    besoin, autres = preparer(boulangerie, 3)
    with plus_tard():
        demande = lancer(besoin)
        navigateur = client_de(boulangere)
        page = lire(navigateur, adresse("demande", demande))
    assert "3 entreprises prévenues, réponse avant" in page
    assert "nous préviendrons d’autres voisins" in page
    assert "l’équipe qui anime votre territoire pourra vous aider" in page
    dire_non(demande, autres[0])
    page = lire(navigateur, adresse("demande", demande))
    assert "2 entreprises prévenues, réponse avant" in page
    assert "1 a dit non." in page
    assert "Ne peut pas cette fois" in page
    assert "2 entreprises prévenues, réponse avant" in lire(navigateur, TABLEAU)
    dire_oui(demande, autres[1])
    page = lire(navigateur, adresse("demande", demande))
    assert f"{autres[1].nom} a dit oui." in page
    assert "N’est plus attendue" in page
    assert "Vos demandes aux voisins" not in lire(navigateur, TABLEAU)


def test_sans_reponse_il_reste_des_chemins(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    besoin, _ = preparer(boulangerie, 2)
    demande = apres(lancer(besoin), days=14)
    page = lire(client_de(boulangere), adresse("demande", demande))
    assert "Nous avons prévenu 2 entreprises. Personne n’a pu cette fois." in page
    assert "Accepter la visio" in page
    assert "Aller plus loin" in page
    assert "Demander de nouveau" in page


def test_personne_a_prevenir_n_est_pas_une_impasse(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    besoin, _ = preparer(boulangerie, 0)
    page = lire(client_de(boulangere), adresse("demander", besoin))
    assert "Personne à prévenir pour l’instant" in page
    assert "Chercher plus large" in page
    reponse = client_de(boulangere).post(adresse("demander", besoin), {"mot": ""}, follow=True)
    assert "Il n’y a personne à prévenir" in reponse.content.decode()


def test_elle_arrete(client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise) -> None:
    besoin, _ = preparer(boulangerie, 2)
    demande = lancer(besoin)
    reponse = client_de(boulangere).post(adresse("arreter_demande", demande), follow=True)
    assert "Vous avez arrêté cette demande." in reponse.content.decode()


def test_l_intruse_n_en_sait_rien(client_de: Any, boulangerie: Entreprise, intruse: Utilisateur) -> None:
    besoin, _ = preparer(boulangerie, 2)
    demande = lancer(besoin)
    navigateur = client_de(intruse)
    assert navigateur.get(adresse("demander", besoin)).status_code == 404
    assert navigateur.get(adresse("demande", demande)).status_code == 404
    assert navigateur.post(adresse("arreter_demande", demande)).status_code == 404


def test_le_cout_ne_depend_pas_du_nombre_de_prevenues(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    besoin, _ = preparer(boulangerie, 2)
    demande = lancer(besoin)
    deux = compter_requetes(client_de(boulangere), adresse("demande", demande))
    autre, _ = preparer(boulangerie, 3)
    assert compter_requetes(client_de(boulangere), adresse("demande", lancer(autre))) == deux


def test_le_cout_du_tableau_ne_depend_pas_du_nombre_de_demandes(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    offrir(boulangerie, "vitrine-boutique")

    def ajouter(n: int) -> None:
        """Two demandes hold all the places there are."""
        if n == 2:
            offrir(voisine(), "site-vitrine")
            lancer(demander(boulangerie, "site-vitrine"))
        else:
            for competence in ("instagram", "facture-electronique", "photos-produits"):
                offrir(voisine(), competence)
                lancer(demander(boulangerie, competence))

    verifier_cout_constant(client_de(boulangere), TABLEAU, ajouter)
