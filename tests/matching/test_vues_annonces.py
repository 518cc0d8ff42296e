"""One's listings and their states; a listing's page, public while it is on line."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from echange.socle.horloge import maintenant
from matching.models import Besoin, SavoirFaire, StatutAnnonce
from matching.services.annonces import masquer_annonce
from profils.models import Entreprise, Utilisateur
from profils.services import mettre_en_pause
from tests.fabriques import creer_besoin, creer_entreprise, creer_savoir_faire
from tests.matching.scenes import (
    demander,
    membre,
    offrir,
    proposer,
    rendre_reciproques,
    verifier_cout_constant,
)

MES_ANNONCES = reverse("matching:mes_annonces")
ACTIONS = ("mettre_en_pause", "reprendre", "retirer")


def page(annonce: Besoin | SavoirFaire) -> str:
    nom = "matching:besoin" if annonce.est_besoin else "matching:savoir_faire"
    return reverse(nom, args=[annonce.uuid])


def action(nom: str, annonce: Besoin | SavoirFaire) -> str:
    return reverse(f"matching:{nom}", args=[annonce, annonce.uuid])


def perimee(entreprise: Entreprise) -> Besoin:
    avant = maintenant() - timedelta(days=61)
    return creer_besoin(
        entreprise, "photos-produits", publie_le=avant, expire_le=maintenant() - timedelta(days=1)
    )


class TestMesAnnonces:
    def test_chaque_etat_est_dit_avec_ce_qu_on_peut_y_faire(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, animatrice: Utilisateur
    ) -> None:
        en_ligne = demander(boulangerie, "photos-produits")
        expiree = perimee(boulangerie)
        en_pause = creer_besoin(boulangerie, "site-vitrine", statut=StatutAnnonce.EN_PAUSE)
        masquee = offrir(boulangerie, "instagram")
        masquer_annonce(par=animatrice, annonce=masquee, motif="C’est une publicité.")
        creer_besoin(boulangerie, "instagram", statut=StatutAnnonce.RETIREE, texte="Ancienne annonce")
        texte = client_de(boulangere).get(MES_ANNONCES).content.decode()
        for mots in (
            "En ligne jusqu’au",
            "Expirée",
            "En pause",
            "Masquée par l’animation",
            "C’est une publicité.",
        ):
            assert mots in texte
        assert "Ancienne annonce" not in texte
        assert action("mettre_en_pause", en_ligne) in texte
        assert action("reprendre", expiree) in texte
        assert action("reprendre", en_pause) in texte
        assert action("reprendre", masquee) not in texte
        assert reverse("matching:modifier_annonce", args=[masquee, masquee.uuid]) not in texte

    def test_sans_annonce_on_sait_quoi_faire(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        texte = client_de(boulangere).get(MES_ANNONCES).content.decode()
        assert reverse("matching:publier_besoin") in texte

    def test_mettre_en_pause_puis_remettre_en_ligne(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        besoin = demander(boulangerie, "photos-produits")
        offrir(menuiserie, "photos-produits")
        navigateur = client_de(boulangere)
        reponse = navigateur.post(action("mettre_en_pause", besoin), follow=True)
        assert "plus personne ne voit cette annonce" in reponse.content.decode()
        assert besoin.aretes.count() == 0
        navigateur.post(action("reprendre", besoin))
        besoin.refresh_from_db()
        assert (besoin.statut, besoin.aretes.count()) == (StatutAnnonce.PUBLIEE, 1)

    def test_remettre_en_ligne_une_annonce_expiree(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        besoin = perimee(boulangerie)
        client_de(boulangere).post(action("reprendre", besoin))
        besoin.refresh_from_db()
        assert besoin.est_visible

    def test_retirer_demande_une_fois_puis_retire(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        besoin = demander(boulangerie, "photos-produits")
        navigateur = client_de(boulangere)
        assert "Retirer cette annonce" in navigateur.get(action("retirer", besoin)).content.decode()
        besoin.refresh_from_db()
        assert besoin.statut == StatutAnnonce.PUBLIEE
        for _ in range(2):
            assert navigateur.post(action("retirer", besoin))["Location"] == MES_ANNONCES
        besoin.refresh_from_db()
        assert besoin.statut == StatutAnnonce.RETIREE
        assert navigateur.get(action("retirer", besoin))["Location"] == MES_ANNONCES

    @pytest.mark.parametrize("nom", ["mettre_en_pause", "reprendre"])
    def test_un_changement_impossible_est_dit_sans_erreur(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, nom: str
    ) -> None:
        besoin = creer_besoin(boulangerie, "photos-produits", statut=StatutAnnonce.MASQUEE)
        reponse = client_de(boulangere).post(action(nom, besoin), follow=True)
        assert "ne peut plus être modifiée" in reponse.content.decode()
        besoin.refresh_from_db()
        assert besoin.statut == StatutAnnonce.MASQUEE

    def test_l_entreprise_en_pause_le_voit(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        mettre_en_pause(entreprise=boulangerie, par=boulangere)
        assert "Votre entreprise est en pause" in client_de(boulangere).get(MES_ANNONCES).content.decode()

    def test_le_cout_ne_depend_pas_du_nombre(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        def ajouter(n: int) -> None:
            for _ in range(n):
                creer_besoin(boulangerie, "photos-produits")
                creer_savoir_faire(boulangerie, "instagram")

        assert verifier_cout_constant(client_de(boulangere), MES_ANNONCES, ajouter) <= 12


class TestAcces:
    @pytest.mark.parametrize("nom", ACTIONS)
    def test_une_autre_ne_touche_a_rien(
        self, client_de: Any, intruse: Utilisateur, animatrice: Utilisateur, boulangerie: Entreprise, nom: str
    ) -> None:
        besoin = creer_besoin(boulangerie, "photos-produits")
        assert client_de(intruse).post(action(nom, besoin)).status_code == 404
        reponse = client_de(animatrice).post(action(nom, besoin))
        assert reponse["Location"] == reverse("profils:inscrire_entreprise")
        besoin.refresh_from_db()
        assert besoin.statut == StatutAnnonce.PUBLIEE

    @pytest.mark.parametrize("nom", ACTIONS)
    def test_sans_compte_on_est_envoye_a_l_entree(
        self, client: Client, boulangerie: Entreprise, nom: str
    ) -> None:
        besoin = creer_besoin(boulangerie, "photos-produits")
        assert client.post(action(nom, besoin))["Location"].startswith(reverse("account_login"))
        assert client.get(MES_ANNONCES)["Location"].startswith(reverse("account_login"))

    @pytest.mark.parametrize("nom", ["mettre_en_pause", "reprendre"])
    def test_une_ecriture_se_poste(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, nom: str
    ) -> None:
        besoin = creer_besoin(boulangerie, "photos-produits")
        assert client_de(boulangere).get(action(nom, besoin)).status_code == 405

    def test_un_genre_ou_un_identifiant_inconnus_sont_404(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        besoin = creer_besoin(boulangerie, "photos-produits")
        navigateur = client_de(boulangere)
        assert navigateur.post(f"/chaises/{besoin.uuid}/pause/").status_code == 404
        assert navigateur.get("/besoins/pas-un-uuid/").status_code == 404
        assert navigateur.get(f"/savoir-faire/{besoin.uuid}/").status_code == 404


class TestPageDUneAnnonce:
    def test_tout_le_monde_lit_une_annonce_en_ligne(self, client: Client, boulangerie: Entreprise) -> None:
        boulangerie.adresse = "12 rue du Puits-Mauger"
        boulangerie.save(update_fields=["adresse"])
        for annonce in (demander(boulangerie, "photos-produits"), offrir(boulangerie, "instagram")):
            reponse = client.get(page(annonce))
            texte = reponse.content.decode()
            assert reponse.status_code == 200
            for mots in ("Boulangerie du Marché", "Rennes", annonce.texte, annonce.competence.titre):
                assert mots in texte

    def test_ni_adresse_ni_position_n_y_sont(self, client: Client, boulangerie: Entreprise) -> None:
        boulangerie.adresse = "12 rue du Puits-Mauger"
        boulangerie.save(update_fields=["adresse"])
        texte = client.get(page(demander(boulangerie, "photos-produits"))).content.decode()
        assert "Puits-Mauger" not in texte
        assert "48.1" not in texte
        assert "-1.6" not in texte
        assert membre(boulangerie).email not in texte

    @pytest.mark.parametrize(
        "statut",
        [StatutAnnonce.EN_PAUSE, StatutAnnonce.MASQUEE, StatutAnnonce.RETIREE, StatutAnnonce.BROUILLON],
    )
    def test_hors_ligne_elle_n_existe_que_pour_la_sienne(
        self,
        client: Client,
        client_de: Any,
        boulangere: Utilisateur,
        boulangerie: Entreprise,
        intruse: Utilisateur,
        animatrice: Utilisateur,
        statut: StatutAnnonce,
    ) -> None:
        url = page(creer_savoir_faire(boulangerie, "instagram", statut=statut))
        assert client.get(url).status_code == 404
        assert client_de(intruse).get(url).status_code == 404
        assert client_de(animatrice).get(url).status_code == 404
        assert client_de(boulangere).get(url).status_code == 200

    def test_expiree_ou_entreprise_en_pause_elle_disparait(
        self, client: Client, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        assert client.get(page(perimee(boulangerie))).status_code == 404
        besoin = demander(boulangerie, "site-vitrine")
        mettre_en_pause(entreprise=boulangerie, par=boulangere)
        assert client.get(page(besoin)).status_code == 404

    def test_la_proprietaire_voit_l_etat_et_les_actions(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        besoin = demander(boulangerie, "photos-produits")
        texte = client_de(boulangere).get(page(besoin)).content.decode()
        assert "En ligne jusqu’au" in texte
        assert action("retirer", besoin) in texte
        assert reverse("matching:rapprochements_du_besoin", args=[besoin.uuid]) in texte

    def test_les_autres_ne_voient_ni_etat_ni_actions(
        self, client_de: Any, intruse: Utilisateur, boulangerie: Entreprise
    ) -> None:
        besoin = demander(boulangerie, "photos-produits")
        texte = client_de(intruse).get(page(besoin)).content.decode()
        assert "En ligne jusqu’au" not in texte
        assert action("retirer", besoin) not in texte

    def test_un_savoir_faire_qui_me_sert_se_propose(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        demander(boulangerie, "photos-produits")
        savoir_faire = offrir(menuiserie, "photos-produits")
        reponse = client_de(boulangere).get(page(savoir_faire))
        arete = savoir_faire.aretes.get()
        assert f"{reverse('matching:proposer')}?cle={arete.pk}" in reponse.content.decode()

    def test_la_reciproque_l_emporte_sur_le_direct(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        rendre_reciproques(boulangerie, menuiserie)
        navigateur = client_de(boulangere)
        for annonce in (menuiserie.savoir_faire.get(), menuiserie.besoins.get()):
            assert navigateur.get(page(annonce)).context["rapprochement"].nature == "reciproque"

    def test_deja_propose_le_bouton_mene_a_l_echange(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        rendre_reciproques(boulangerie, menuiserie)
        echange = proposer(boulangerie)
        texte = client_de(boulangere).get(page(menuiserie.savoir_faire.get())).content.decode()
        assert reverse("matching:echange", args=[echange.uuid]) in texte

    def test_sans_rapprochement_on_publie_l_autre_moitie(
        self, client: Client, client_de: Any, intruse: Utilisateur, boulangerie: Entreprise
    ) -> None:
        besoin, savoir_faire = demander(boulangerie, "photos-produits"), offrir(boulangerie, "instagram")
        navigateur = client_de(intruse)
        publier_besoin = f"{reverse('matching:publier_besoin')}?competence=instagram"
        publier_savoir_faire = f"{reverse('matching:publier_savoir_faire')}?competence=photos-produits"
        assert publier_besoin in navigateur.get(page(savoir_faire)).content.decode()
        assert publier_savoir_faire in navigateur.get(page(besoin)).content.decode()
        assert f"{reverse('account_login')}?next=" in client.get(page(besoin)).content.decode()

    def test_les_lieux_sont_dits_du_cote_de_qui_lit(
        self, client: Client, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        savoir_faire = offrir(boulangerie, "instagram", modalites=2)
        assert "chez eux" in client.get(page(savoir_faire)).content.decode()
        assert "chez vous" in client_de(boulangere).get(page(savoir_faire)).content.decode()


def test_un_nom_d_entreprise_piege_est_echappe_partout(
    client: Client, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    piege = creer_entreprise("<img src=x onerror=alert(1)>", membre=None)
    demander(boulangerie, "photos-produits")
    savoir_faire = creer_savoir_faire(piege, "photos-produits")
    for texte in (
        client.get(page(savoir_faire)).content.decode(),
        client_de(boulangere).get(page(savoir_faire)).content.decode(),
    ):
        assert "<img src=x" not in texte
        assert "&lt;img src=x" in texte
