"""Answer an échange, follow it: for its companies alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from echange.socle.horloge import maintenant
from matching.models import Echange, Participation, SavoirFaire, StatutEchange
from matching.services.echanges import annuler_echange
from profils.models import Entreprise, Utilisateur
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import (
    ADRESSE,
    accepter,
    demander,
    faire_cercle,
    membre,
    offrir,
    proposer,
    rendre_reciproques,
    verifier_cout_constant,
    voisine,
)

PROPOSER = reverse("matching:proposer")
MES_ECHANGES = reverse("matching:mes_echanges")


def url(echange: Echange, action: str = "echange") -> str:
    return reverse(f"matching:{action}", args=[echange.uuid])


class TestPage:
    def test_avant_l_accord_chacun_voit_ou_il_en_est(
        self, client_de: Any, boulangere: Utilisateur, menuisiere: Utilisateur, propose: Echange
    ) -> None:
        moi = client_de(boulangere).get(url(propose)).content.decode()
        assert "En attente de réponse" in moi
        assert url(propose, "annuler") in moi
        assert url(propose, "accepter") not in moi
        elle = client_de(menuisiere).get(url(propose)).content.decode()
        assert "À vous de répondre" in elle
        assert "Boulangerie du Marché vous propose cet échange" in elle
        assert "Vous recevez de Boulangerie du Marché" in elle
        assert url(propose, "accepter") in elle
        assert url(propose, "decliner") in elle
        assert url(propose, "annuler") not in elle

    def test_a_qui_ne_recevrait_rien_on_demande_un_coup_de_main(
        self,
        client_de: Any,
        boulangere: Utilisateur,
        menuisiere: Utilisateur,
        boulangerie: Entreprise,
        menuiserie: Entreprise,
    ) -> None:
        demander(boulangerie, "site-vitrine")
        offrir(boulangerie, "vitrine-boutique")
        offrir(menuiserie, "site-vitrine")
        direct = proposer(boulangerie, nature="direct")
        page = client_de(menuisiere).get(url(direct)).content.decode()
        assert "Boulangerie du Marché vous demande un coup de main." in page
        assert "coup de main" not in client_de(boulangere).get(url(direct)).content.decode()

    def test_le_mot_est_echappe(self, client_de: Any, menuisiere: Utilisateur, propose: Echange) -> None:
        page = client_de(menuisiere).get(url(propose)).content.decode()
        assert "&lt;b&gt;boulangerie" in page
        assert "<b>boulangerie" not in page

    def test_la_date_limite_est_un_jour_de_la_semaine(
        self, client_de: Any, menuisiere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        with time_machine.travel("2026-11-26T10:00:00+01:00", tick=False):
            rendre_reciproques(boulangerie, menuiserie)
            echange = proposer(boulangerie)
            page = client_de(menuisiere).get(url(echange)).content.decode()
        assert "Réponse avant jeudi 3 décembre" in page

    def test_l_adresse_n_est_montree_qu_apres_l_accord_de_tous(
        self,
        client_de: Any,
        boulangere: Utilisateur,
        menuisiere: Utilisateur,
        menuiserie: Entreprise,
        propose: Echange,
    ) -> None:
        for personne in (boulangere, menuisiere):
            assert ADRESSE not in client_de(personne).get(url(propose)).content.decode()
            assert ADRESSE not in client_de(personne).get(MES_ECHANGES).content.decode()
        accepter(propose, menuiserie)
        for personne in (boulangere, menuisiere):
            page = client_de(personne).get(url(propose)).content.decode()
            assert ADRESSE in page
            assert reverse("messagerie:de_echange", args=[propose.uuid]) in page

    def test_personne_d_autre_ne_sait_qu_il_existe(
        self, client: Client, client_de: Any, intruse: Utilisateur, animatrice: Utilisateur, propose: Echange
    ) -> None:
        for action in ("echange", "decliner"):
            assert client_de(intruse).get(url(propose, action)).status_code == 404
            assert client.get(url(propose, action))["Location"].startswith(reverse("account_login"))
            reponse = client_de(animatrice).get(url(propose, action))
            assert reponse["Location"] == reverse("profils:inscrire_entreprise")
        assert client_de(intruse).get(reverse("matching:echange", args=[uuid4()])).status_code == 404


class TestRepondre:
    @pytest.mark.parametrize("action", ["accepter", "decliner", "annuler"])
    def test_une_autre_ne_repond_pas_a_notre_place(
        self, client: Client, client_de: Any, intruse: Utilisateur, propose: Echange, action: str
    ) -> None:
        assert client_de(intruse).post(url(propose, action), {"motif": "temps"}).status_code == 404
        assert client.post(url(propose, action), {"motif": "temps"})["Location"].startswith(
            reverse("account_login")
        )
        propose.refresh_from_db()
        assert propose.statut == StatutEchange.PROPOSE

    @pytest.mark.parametrize("action", ["accepter", "annuler"])
    def test_une_ecriture_se_poste(
        self, client_de: Any, menuisiere: Utilisateur, propose: Echange, action: str
    ) -> None:
        assert client_de(menuisiere).get(url(propose, action)).status_code == 405

    def test_accepter_ouvre_la_suite_et_deux_fois_est_une(
        self, client_de: Any, menuisiere: Utilisateur, propose: Echange
    ) -> None:
        for _ in range(2):
            reponse = client_de(menuisiere).post(url(propose, "accepter"), follow=True)
            assert "C’est d’accord" in reponse.content.decode()
        assert Participation.objects.filter(reponse="acceptee").count() == 2

    def test_dans_un_cercle_il_manque_encore_une_reponse(
        self,
        client_de: Any,
        fleuriste: Utilisateur,
        boulangerie: Entreprise,
        menuiserie: Entreprise,
        fleuristerie: Entreprise,
    ) -> None:
        faire_cercle(boulangerie, fleuristerie, menuiserie)
        echange = proposer(boulangerie, nature="cercle")
        reponse = client_de(fleuriste).post(url(echange, "accepter"), follow=True)
        page = reponse.content.decode()
        assert "Il manque encore une réponse" in page
        assert "Fleurs de Lices" not in reponse.context["fiche"].titre
        assert "n’a pas encore répondu" in page
        assert ADRESSE not in page

    def test_decliner_demande_une_raison_puis_suffit(
        self, client_de: Any, boulangere: Utilisateur, menuisiere: Utilisateur, propose: Echange
    ) -> None:
        navigateur = client_de(menuisiere)
        assert "Pas le temps" in navigateur.get(url(propose, "decliner")).content.decode()
        for mauvais in ({}, {"motif": "inventé"}, {"motif": "temps", "commentaire": "a" * 10_000}):
            assert navigateur.post(url(propose, "decliner"), mauvais).status_code == 422
        envoi = {"motif": "temps", "commentaire": "Gros chantier jusqu’à Noël"}
        assert navigateur.post(url(propose, "decliner"), envoi)["Location"] == MES_ECHANGES
        propose.refresh_from_db()
        assert propose.statut == StatutEchange.DECLINE
        page = client_de(boulangere).get(url(propose)).content.decode()
        assert "Pas le temps en ce moment" in page
        assert "Gros chantier" not in page
        assert reverse("matching:rapprochements") in page

    def test_un_soupcon_de_demarchage_n_est_pas_repete_a_l_autre(
        self, client_de: Any, boulangere: Utilisateur, menuisiere: Utilisateur, propose: Echange
    ) -> None:
        client_de(menuisiere).post(url(propose, "decliner"), {"motif": "demarchage"})
        assert "démarchage" not in client_de(boulangere).get(url(propose)).content.decode()

    def test_annuler_est_a_qui_a_propose(
        self, client_de: Any, boulangere: Utilisateur, menuisiere: Utilisateur, propose: Echange
    ) -> None:
        assert client_de(menuisiere).post(url(propose, "annuler")).status_code == 404
        for _ in range(2):
            reponse = client_de(boulangere).post(url(propose, "annuler"), follow=True)
            assert "est annulée" in reponse.content.decode()
        propose.refresh_from_db()
        assert propose.statut == StatutEchange.ANNULE

    @pytest.mark.parametrize(("action", "envoi"), [("accepter", {}), ("decliner", {"motif": "temps"})])
    def test_trop_tard_se_dit_sans_erreur(
        self,
        client_de: Any,
        menuisiere: Utilisateur,
        boulangerie: Entreprise,
        propose: Echange,
        action: str,
        envoi: dict[str, str],
    ) -> None:
        annuler_echange(par=membre(boulangerie), echange=propose, entreprise=boulangerie)
        reponse = client_de(menuisiere).post(url(propose, action), envoi, follow=True)
        assert "n’attend plus de réponse" in reponse.content.decode()
        assert client_de(menuisiere).get(url(propose, "decliner"))["Location"] == url(propose)

    def test_apres_sept_jours_plus_rien_a_repondre(
        self, client_de: Any, menuisiere: Utilisateur, propose: Echange
    ) -> None:
        Echange.objects.update(expire_le=maintenant() - timedelta(minutes=1))
        navigateur = client_de(menuisiere)
        page = navigateur.get(url(propose)).content.decode()
        assert "Sans réponse" in page
        assert url(propose, "accepter") not in page
        reponse = navigateur.post(url(propose, "accepter"), follow=True)
        assert "n’attend plus de réponse" in reponse.content.decode()

    def test_une_annonce_prise_entre_temps_se_dit_a_qui_accepte(
        self,
        client_de: Any,
        menuisiere: Utilisateur,
        boulangerie: Entreprise,
        menuiserie: Entreprise,
        fleuristerie: Entreprise,
        paires: None,
    ) -> None:
        """The menuiserie's one savoir-faire goes to the fleuriste while la boulangerie waits."""
        demander(fleuristerie, "site-vitrine")
        offrir(fleuristerie, "instagram")
        premier = proposer(boulangerie, nature="reciproque")
        accepter(proposer(fleuristerie, nature="direct"), menuiserie)
        reponse = client_de(menuisiere).post(url(premier, "accepter"), follow=True)
        page = reponse.content.decode()
        assert "a été prise entre-temps" in page
        assert "L’autre don peut se faire seul" in page
        premier.refresh_from_db()
        assert premier.statut == StatutEchange.A_REPARER


class TestApresLAccord:
    @pytest.fixture
    def convenu(self, propose: Echange, menuiserie: Entreprise) -> Echange:
        return accepter(propose, menuiserie)

    def test_chacun_dit_si_son_don_a_eu_lieu(
        self, client_de: Any, boulangere: Utilisateur, menuisiere: Utilisateur, convenu: Echange
    ) -> None:
        for qui, autre in ((boulangere, "Menuiserie Le Goff"), (menuisiere, "Boulangerie du Marché")):
            navigateur = client_de(qui)
            for rang in (0, 1):
                adresse = reverse("matching:dire", args=[convenu.uuid, rang])
                page = navigateur.post(adresse, {"a_eu_lieu": "oui"}, follow=True).content.decode()
                if qui == boulangere:
                    assert f"Vous avez répondu oui\u00a0: nous attendons {autre}." in page
        convenu.refresh_from_db()
        assert convenu.statut == StatutEchange.REALISE
        page = client_de(boulangere).get(url(convenu)).content.decode()
        assert "L’échange a eu lieu. Bravo" in page
        assert "a montré 1\u00a0fois, appris 1\u00a0fois" in page
        tableau = client_de(boulangere).get(reverse("matching:tableau")).content.decode()
        assert "Votre entreprise a montré 1\u00a0fois, appris 1\u00a0fois." in tableau

    @pytest.mark.parametrize(("rang", "dit"), [(7, "oui"), (0, "peut-être"), (0, ""), (0, "<b>oui</b>")])
    def test_une_reponse_qui_n_en_est_pas_une(
        self, client_de: Any, boulangere: Utilisateur, convenu: Echange, rang: int, dit: str
    ) -> None:
        adresse = reverse("matching:dire", args=[convenu.uuid, rang])
        assert client_de(boulangere).post(adresse, {"a_eu_lieu": dit}).status_code == 404

    def test_la_date_passee_la_question_vient_en_premier(
        self, client_de: Any, boulangere: Utilisateur, convenu: Echange
    ) -> None:
        with time_machine.travel(maintenant() + timedelta(days=31), tick=False):
            contexte = client_de(boulangere).get(MES_ECHANGES).context
            assert [f.echange for f in contexte["a_confirmer"]] == [convenu]
            assert not contexte["en_cours"]

    def test_renoncer_demande_une_raison_et_previent(
        self, client_de: Any, boulangere: Utilisateur, menuisiere: Utilisateur, convenu: Echange
    ) -> None:
        navigateur = client_de(menuisiere)
        assert navigateur.get(url(convenu, "renoncer")).status_code == 200
        for mauvais in ({}, {"motif": "inventé"}, {"motif": "temps", "commentaire": "a" * 10_000}):
            assert navigateur.post(url(convenu, "renoncer"), mauvais).status_code == 422
        for _ in range(2):
            reponse = navigateur.post(url(convenu, "renoncer"), {"motif": "temps"})
            assert reponse["Location"] == url(convenu)
        convenu.refresh_from_db()
        assert convenu.statut == StatutEchange.ANNULE
        page = client_de(boulangere).get(url(convenu)).content.decode()
        assert "Menuiserie Le Goff renonce à sa part (pas le temps en ce moment)." in page


class TestUnCercleQuiSeRepare:
    def test_chacun_lit_ce_qui_se_passe(
        self,
        client_de: Any,
        boulangere: Utilisateur,
        fleuriste: Utilisateur,
        menuisiere: Utilisateur,
        boulangerie: Entreprise,
        menuiserie: Entreprise,
        fleuristerie: Entreprise,
    ) -> None:
        faire_cercle(boulangerie, fleuristerie, menuiserie)
        cercle = proposer(boulangerie, nature="cercle")
        libraire = voisine("Librairie du Cerf")
        demander(libraire, "vitrine-boutique")
        offrir(libraire, "facture-electronique")
        accepter(cercle, fleuristerie)
        page = client_de(fleuriste).get(url(cercle)).content.decode()
        assert "Finalement, je ne peux pas" in page
        client_de(menuisiere).post(url(cercle, "decliner"), {"motif": "temps"})
        assert "nous cherchons une autre voie" in client_de(boulangere).get(url(cercle)).content.decode()
        executer_la_file()
        page = client_de(boulangere).get(url(cercle)).content.decode()
        assert "Nous avons demandé à Librairie du Cerf." in page
        assert "Menuiserie Le Goff ne peut pas (pas le temps en ce moment)." in page
        partie = client_de(menuisiere).get(url(cercle)).content.decode()
        assert "Continue sans vous" in partie
        assert "C’est terminé pour vous" in partie
        accepter(cercle, libraire)
        partie = client_de(menuisiere).get(url(cercle)).content.decode()
        assert "Où se trouver" not in partie  # she is told no address
        assert client_de(membre(libraire)).get(url(cercle)).status_code == 200


class TestMesEchanges:
    def test_ce_qui_m_attend_d_abord_puis_le_reste(
        self,
        client_de: Any,
        boulangere: Utilisateur,
        menuisiere: Utilisateur,
        boulangerie: Entreprise,
        menuiserie: Entreprise,
        propose: Echange,
    ) -> None:
        moi = client_de(boulangere).get(MES_ECHANGES).context
        assert [f.echange for f in moi["en_attente"]] == [propose]
        elle = client_de(menuisiere).get(MES_ECHANGES).context
        assert [f.echange for f in elle["a_repondre"]] == [propose]
        accepter(propose, menuiserie)
        assert [f.echange for f in client_de(boulangere).get(MES_ECHANGES).context["en_cours"]] == [propose]
        Echange.objects.update(statut=StatutEchange.ANNULE, conclu_le=maintenant())
        assert [f.echange for f in client_de(boulangere).get(MES_ECHANGES).context["termines"]] == [propose]

    def test_sans_echange_on_sait_quoi_faire(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        page = client_de(boulangere).get(MES_ECHANGES).content.decode()
        assert reverse("matching:rapprochements") in page

    def test_une_intruse_n_y_voit_rien(
        self, client: Client, client_de: Any, intruse: Utilisateur, propose: Echange
    ) -> None:
        assert "Boulangerie du Marché" not in client_de(intruse).get(MES_ECHANGES).content.decode()
        assert client.get(MES_ECHANGES)["Location"].startswith(reverse("account_login"))

    def test_le_cout_ne_depend_pas_du_nombre(
        self,
        client_de: Any,
        boulangere: Utilisateur,
        boulangerie: Entreprise,
        ajouter_echanges: Callable[[int], None],
    ) -> None:
        assert verifier_cout_constant(client_de(boulangere), MES_ECHANGES, ajouter_echanges) <= 22


@pytest.fixture
def ajouter_echanges(boulangerie: Entreprise) -> Callable[[int], None]:
    """Proposals made to la boulangerie, who would receive too; one in three awaits her."""
    offrir(boulangerie, "vitrine-boutique")
    demander(boulangerie, "instagram")
    SavoirFaire.objects.update(capacite=5)

    def ajouter(n: int) -> None:
        for rang in range(n):
            autre = voisine()
            demander(autre, "vitrine-boutique")
            offrir(autre, "instagram")
            echange = proposer(autre)
            if rang % 3:
                annuler_echange(par=membre(autre), echange=echange, entreprise=autre)

    return ajouter
