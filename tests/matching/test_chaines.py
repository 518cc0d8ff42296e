"""A company that asks for nothing starts a chaîne: seen, proposed, agreed, with the same guarantees."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from echange.socle.horloge import maintenant
from matching.chemins import nature_du_chemin
from matching.erreurs import CercleReserveALAnimation, RapprochementPerime
from matching.models import Arete, Echange, Nature, SavoirFaire
from matching.rapprochements import Rapprochement, rapprochements_de
from matching.services.annonces import retirer_annonce
from matching.services.echanges import expirer_propositions, proposer_echange
from messagerie.models import Conversation
from profils.models import Entreprise, Utilisateur
from tests.fabriques import nommer_animateur
from tests.matching.scenes import (
    accepter,
    demander,
    ensemble,
    faire_cercle_de_quatre,
    faire_chaine,
    membre,
    offrir,
    proposer,
    voisine,
)

RAPPROCHEMENTS = reverse("matching:rapprochements")


def chaine_de(entreprise: Entreprise) -> Rapprochement:
    return next(r for r in rapprochements_de(entreprise) if r.nature == Nature.CHAINE)


def test_la_coiffeuse_aide_la_menuiserie_qui_aide_la_boulangerie(
    coiffure: Entreprise, menuiserie: Entreprise, boulangerie: Entreprise
) -> None:
    faire_chaine(coiffure, menuiserie, boulangerie)
    chaine, direct = rapprochements_de(boulangerie)
    assert chaine.nature == Nature.CHAINE
    assert [(a.offreur, a.demandeur) for a in chaine.aretes] == [
        (menuiserie, boulangerie),
        (coiffure, menuiserie),
    ]
    assert direct.nature == Nature.DIRECT
    # The one in between is given something without a chaîne, and who asks for nothing has no list.
    assert [r.nature for r in rapprochements_de(menuiserie)] == [Nature.DIRECT]
    assert rapprochements_de(coiffure) == []


def test_trois_dons_et_pas_davantage(
    coiffure: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise, boulangerie: Entreprise
) -> None:
    faire_chaine(coiffure, menuiserie, fleuristerie, boulangerie)
    assert len(chaine_de(boulangerie).aretes) == 3
    plus_loin = voisine()
    offrir(boulangerie, "photos-produits")
    demander(plus_loin, "photos-produits")
    assert all(len(r.aretes) <= 3 for r in rapprochements_de(plus_loin))
    assert not any(r.nature == Nature.CHAINE for r in rapprochements_de(plus_loin))


def test_des_qu_elle_demande_quelque_chose_elle_ne_lance_plus_de_chaine(
    coiffure: Entreprise, menuiserie: Entreprise, boulangerie: Entreprise
) -> None:
    faire_chaine(coiffure, menuiserie, boulangerie)
    aretes = chaine_de(boulangerie).aretes
    besoin = demander(coiffure, "facture-electronique")
    assert [r.nature for r in rapprochements_de(boulangerie)] == [Nature.DIRECT]
    with pytest.raises(RapprochementPerime):
        proposer_echange(par=membre(boulangerie), entreprise=boulangerie, aretes=aretes)
    retirer_annonce(par=membre(coiffure), annonce=besoin)
    assert chaine_de(boulangerie).aretes == aretes


def test_une_chaine_attend_l_accord_de_toutes_puis_ouvre_une_conversation(
    coiffure: Entreprise, menuiserie: Entreprise, boulangerie: Entreprise
) -> None:
    faire_chaine(coiffure, menuiserie, boulangerie)
    echange = proposer(boulangerie, nature="chaine")
    assert (echange.nature, echange.initiatrice) == ("chaine", boulangerie)
    assert proposer(boulangerie, nature="chaine") == echange
    assert accepter(echange, coiffure).statut == "propose"
    assert accepter(echange, menuiserie).statut == "en_cours"
    conversation = Conversation.objects.get(echange=echange)
    assert conversation.participants.count() == 3
    assert not Arete.objects.exists()  # every place is taken


def test_une_chaine_sans_reponse_se_ferme_au_bout_de_sept_jours(
    coiffure: Entreprise, menuiserie: Entreprise, boulangerie: Entreprise
) -> None:
    faire_chaine(coiffure, menuiserie, boulangerie)
    echange = proposer(boulangerie, nature="chaine")
    with time_machine.travel(maintenant() + timedelta(days=7, seconds=1), tick=False):
        assert expirer_propositions() == 1
    echange.refresh_from_db()
    assert echange.statut == "expire"


def test_seule_celle_du_bout_la_propose(
    coiffure: Entreprise, menuiserie: Entreprise, boulangerie: Entreprise
) -> None:
    faire_chaine(coiffure, menuiserie, boulangerie)
    aretes = chaine_de(boulangerie).aretes
    for entreprise in (menuiserie, coiffure):
        with pytest.raises(RapprochementPerime):
            proposer_echange(par=membre(entreprise), entreprise=entreprise, aretes=aretes)
    assert not Echange.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_la_derniere_place_de_la_donneuse_ne_se_donne_qu_une_fois() -> None:
    """Two chaînes with one giver, who has one place: one starts, the other looks for someone else."""
    donneuse = voisine("Donneuse")
    echanges = []
    for competence in ("vitrine-boutique", "facture-electronique"):
        milieu, fin = voisine(), voisine()
        demander(milieu, "site-vitrine")
        offrir(milieu, competence)
        demander(fin, competence)
        offrir(fin, "instagram")
        echanges.append((fin, milieu))
    offrir(donneuse, "site-vitrine")
    proposes = [(proposer(fin, nature="chaine"), milieu) for fin, milieu in echanges]
    for echange, milieu in proposes:
        accepter(echange, milieu)
    ensemble(*(lambda e=echange: accepter(e, donneuse) for echange, _ in proposes))
    assert sorted(Echange.objects.values_list("statut", flat=True)) == ["a_reparer", "en_cours"]
    assert SavoirFaire.objects.filter(entreprise=donneuse).disponibles().count() == 0


@pytest.mark.django_db(transaction=True)
def test_un_double_envoi_simultane_fait_une_chaine() -> None:
    donneuse, milieu, fin = voisine(), voisine(), voisine()
    faire_chaine(donneuse, milieu, fin)
    ensemble(*[lambda: proposer(fin, nature="chaine")] * 3)
    assert [echange.nature for echange in Echange.objects.all()] == ["chaine"]


@pytest.fixture
def a_quatre(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise, coiffure: Entreprise
) -> tuple[Arete, ...]:
    faire_cercle_de_quatre(boulangerie, menuiserie, fleuristerie, coiffure)
    return rapprochements_de(boulangerie, a_quatre=True)[0].aretes


class TestCercleDeQuatre:
    def test_il_n_est_jamais_dans_la_liste_de_l_entreprise(
        self, a_quatre: tuple[Arete, ...], boulangerie: Entreprise
    ) -> None:
        assert nature_du_chemin(a_quatre) == Nature.CERCLE
        assert [r.nature for r in rapprochements_de(boulangerie)] == [Nature.DIRECT]

    def test_l_entreprise_seule_ne_le_propose_pas(
        self, a_quatre: tuple[Arete, ...], boulangerie: Entreprise, client_de: Any, boulangere: Utilisateur
    ) -> None:
        with pytest.raises(CercleReserveALAnimation):
            proposer_echange(par=membre(boulangerie), entreprise=boulangerie, aretes=a_quatre)
        cle = "-".join(str(arete.pk) for arete in a_quatre)
        reponse = client_de(boulangere).get(reverse("matching:proposer"), {"cle": cle})
        assert reponse["Location"] == RAPPROCHEMENTS

    @pytest.mark.parametrize(("departement", "permis"), [("35", True), ("44", False)])
    def test_qui_anime_son_territoire_le_propose(
        self, a_quatre: tuple[Arete, ...], boulangerie: Entreprise, departement: str, *, permis: bool
    ) -> None:
        nommer_animateur(membre(boulangerie), departement)

        def proposer_a_quatre() -> Echange:
            return proposer_echange(par=membre(boulangerie), entreprise=boulangerie, aretes=a_quatre)

        if permis:
            assert proposer_a_quatre().participations.count() == 4
        else:
            with pytest.raises(CercleReserveALAnimation):
                proposer_a_quatre()


class TestEcrans:
    def test_la_ligne_dit_qui_donne_quoi_a_qui(
        self,
        client_de: Any,
        boulangere: Utilisateur,
        coiffure: Entreprise,
        menuiserie: Entreprise,
        fleuristerie: Entreprise,
        boulangerie: Entreprise,
    ) -> None:
        faire_chaine(coiffure, menuiserie, fleuristerie, boulangerie)
        reponse = client_de(boulangere).get(RAPPROCHEMENTS, {"nature": "chaine"})
        (fiche,) = reponse.context["fiches"]
        assert fiche.titre == "Avec Fleurs de Lices, Menuiserie Le Goff et Coiffure Dina"
        assert fiche.retour == (
            "Coiffure Dina ne demande rien et peut aider Menuiserie Le Goff, "
            "qui peut aider Fleurs de Lices, qui peut vous aider."
        )
        assert [(ligne.phrase, ligne.sens) for ligne in fiche.lignes] == [
            ("Coiffure Dina montre à Menuiserie Le Goff", ""),
            ("Menuiserie Le Goff montre à Fleurs de Lices", ""),
            ("Fleurs de Lices vous montre", "recu"),
        ]
        details = [ligne.detail for ligne in fiche.lignes]
        assert details == ["à 2\u00a0km", "à 1\u00a0km", "à 1\u00a0km"]
        page = reponse.content.decode()
        for mots in ("Chaîne", "Proposer cette chaîne", fiche.retour, *details):
            assert mots in page

    def test_on_confirme_en_sachant_a_qui_l_on_ecrit(
        self,
        client_de: Any,
        boulangere: Utilisateur,
        coiffure: Entreprise,
        menuiserie: Entreprise,
        boulangerie: Entreprise,
    ) -> None:
        faire_chaine(coiffure, menuiserie, boulangerie)
        navigateur = client_de(boulangere)
        adresse = f"{reverse('matching:proposer')}?cle={chaine_de(boulangerie).cle}"
        page = navigateur.get(adresse).content.decode()
        assert "Nous écrivons aux 2 autres entreprises" in page
        assert "on ne vous demande rien en retour" in page
        assert "Chaîne" in navigateur.post(adresse, {}, follow=True).content.decode()

    def test_chacune_lit_sa_place_dans_la_chaine(
        self, client_de: Any, coiffure: Entreprise, menuiserie: Entreprise, boulangerie: Entreprise
    ) -> None:
        faire_chaine(coiffure, menuiserie, boulangerie)
        url = reverse("matching:echange", args=[proposer(boulangerie, nature="chaine").uuid])
        phrases = {
            entreprise: [
                ligne.phrase for ligne in client_de(membre(entreprise)).get(url).context["fiche"].lignes
            ]
            for entreprise in (coiffure, menuiserie, boulangerie)
        }
        assert phrases == {
            coiffure: [
                "Vous montrez à Menuiserie Le Goff",
                "Menuiserie Le Goff montre à Boulangerie du Marché",
            ],
            menuiserie: ["Coiffure Dina vous montre", "Vous montrez à Boulangerie du Marché"],
            boulangerie: ["Coiffure Dina montre à Menuiserie Le Goff", "Menuiserie Le Goff vous montre"],
        }

    @pytest.mark.parametrize(
        ("demandes", "phrase"),
        [
            ([], "Menuiserie Le Goff ne demande rien en retour."),
            (
                ["facture-electronique"],
                (
                    "Menuiserie Le Goff cherche «\u00a0Recevoir des factures électroniques\u00a0». "
                    "Si vous savez le faire, dites-le\u00a0: l’échange devient réciproque."
                ),
            ),
        ],
    )
    def test_un_direct_dit_ce_qu_on_attend_en_retour(
        self,
        client_de: Any,
        boulangere: Utilisateur,
        boulangerie: Entreprise,
        menuiserie: Entreprise,
        demandes: list[str],
        phrase: str,
    ) -> None:
        demander(boulangerie, "site-vitrine")
        offrir(menuiserie, "site-vitrine")
        for competence in demandes:
            demander(menuiserie, competence)
        reponse = client_de(boulangere).get(RAPPROCHEMENTS)
        assert reponse.context["fiches"][0].retour == phrase
        assert phrase in reponse.content.decode()

    def test_qui_ne_demande_rien_apprend_qu_elle_peut_lancer_une_chaine(
        self, client_de: Any, coiffeuse: Utilisateur, coiffure: Entreprise
    ) -> None:
        offrir(coiffure, "site-vitrine")
        assert "Vous pouvez lancer une chaîne" in client_de(coiffeuse).get(RAPPROCHEMENTS).content.decode()

    def test_le_filtre_remplace_la_liste_sur_place(
        self,
        client_de: Any,
        boulangere: Utilisateur,
        coiffure: Entreprise,
        menuiserie: Entreprise,
        boulangerie: Entreprise,
    ) -> None:
        """With HTMX the same page is asked for and its list taken: nothing can differ from a reload."""
        faire_chaine(coiffure, menuiserie, boulangerie)
        page = client_de(boulangere).get(RAPPROCHEMENTS).content.decode()
        assert page.count('id="rapprochements"') == 1
        assert 'hx-select="#rapprochements"' in page
        assert f'href="{RAPPROCHEMENTS}?nature=chaine"' in page
