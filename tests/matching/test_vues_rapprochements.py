"""« Vos rapprochements »: one ranked list, in words, and never a dead end."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from animation.services.pages import installer_pages
from matching.moteur.adequation import Lieu
from matching.rapprochements import LISTE_MAX
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_entreprise
from tests.matching.scenes import (
    accepter,
    demander,
    faire_cercle,
    offrir,
    proposer,
    rendre_reciproques,
    verifier_cout_constant,
    voisine,
)

RAPPROCHEMENTS = reverse("matching:rapprochements")
PROPOSER = reverse("matching:proposer")


def lire(navigateur: Client, url: str = RAPPROCHEMENTS) -> str:
    reponse = navigateur.get(url)
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_un_direct_dit_ce_qu_on_recoit_et_pourquoi(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    demander(boulangerie, "photos-produits")
    savoir_faire = offrir(menuiserie, "photos-produits")
    page = lire(client_de(boulangere))
    for mots in (
        "Avec Menuiserie Le Goff",
        "Direct",
        "Vous recevez de Menuiserie Le Goff",
        "Photographier ses produits",
        "à 3\u00a0km",
        "Exactement ce que vous cherchez",
        f"{PROPOSER}?cle={savoir_faire.aretes.get().pk}",
    ):
        assert mots in page


def test_une_reciproque_dit_ce_qu_on_recoit_et_ce_qu_on_apporte(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    page = lire(client_de(boulangere))
    for mots in ("Réciproque", "Vous recevez de Menuiserie Le Goff", "Vous apportez à Menuiserie Le Goff"):
        assert mots in page


def test_un_cercle_se_lit_en_tournant(
    client_de: Any,
    boulangere: Utilisateur,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    fleuristerie: Entreprise,
) -> None:
    faire_cercle(boulangerie, fleuristerie, menuiserie)
    reponse = client_de(boulangere).get(RAPPROCHEMENTS, {"nature": "cercle"})
    fiche = reponse.context["fiches"][0]
    assert fiche.titre == "Avec Fleurs de Lices et Menuiserie Le Goff"
    assert [(ligne.phrase, ligne.quoi, ligne.sens) for ligne in fiche.lignes] == [
        ("Fleurs de Lices vous montre", "Créer un site vitrine", "recu"),
        ("Vous montrez à Menuiserie Le Goff", "Arranger sa vitrine", "donne"),
        ("Menuiserie Le Goff montre à Fleurs de Lices", "Recevoir des factures électroniques", ""),
    ]
    assert "Fleurs de Lices vous montre" in reponse.content.decode()


def test_en_visio_seulement_aucune_distance_n_est_montree(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    visio = int(Lieu.VISIO)
    loin = creer_entreprise("À Nanterre", commune="92050", membre=None)
    demander(boulangerie, "photos-produits", modalites=15)
    offrir(voisine("À Nanterre bis", commune="92050"), "photos-produits", modalites=visio)
    assert loin.pk
    fiche = client_de(boulangere).get(RAPPROCHEMENTS).context["fiches"][0]
    assert fiche.distance is None


def test_on_filtre_par_nature_avec_de_simples_liens(
    client_de: Any,
    boulangere: Utilisateur,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    fleuristerie: Entreprise,
) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    offrir(fleuristerie, "site-vitrine")
    navigateur = client_de(boulangere)
    tous = navigateur.get(RAPPROCHEMENTS).context
    assert [(filtre.nature, filtre.nombre) for filtre in tous["filtres"]] == [
        ("reciproque", 1),
        ("direct", 1),
    ]
    directs = navigateur.get(RAPPROCHEMENTS, {"nature": "direct"}).context["fiches"]
    assert [fiche.titre for fiche in directs] == ["Avec Fleurs de Lices"]
    for inconnue in ("chaine", "cercle", "<script>", ""):
        assert len(navigateur.get(RAPPROCHEMENTS, {"nature": inconnue}).context["fiches"]) == 2


def test_la_suite_se_lit_page_par_page_dans_son_filtre(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    demander(boulangerie, "photos-produits")
    offrir(boulangerie, "vitrine-boutique")
    for _ in range(LISTE_MAX + 2):
        offrir(voisine(), "photos-produits")
    navigateur = client_de(boulangere)
    premiere = navigateur.get(RAPPROCHEMENTS, {"nature": "direct"})
    seconde = navigateur.get(RAPPROCHEMENTS, {"nature": "direct", "page": "2"})
    assert [len(reponse.context["fiches"]) for reponse in (premiere, seconde)] == [LISTE_MAX, 2]
    vus = [fiche.rapprochement.cle for reponse in (premiere, seconde) for fiche in reponse.context["fiches"]]
    assert len(set(vus)) == LISTE_MAX + 2
    assert "?nature=direct&amp;page=2" in premiere.content.decode()
    assert "?nature=direct&amp;page=1" in seconde.content.decode()
    for numero in ("", "0", "-1", "999", "deux", "1\x00"):
        assert navigateur.get(RAPPROCHEMENTS, {"page": numero}).status_code == 200


def test_un_echange_deja_propose_se_voit_au_lieu_de_se_reproposer(
    client_de: Any,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    echange = proposer(boulangerie)
    for personne in (boulangere, menuisiere):
        page = lire(client_de(personne))
        assert "Voir la proposition" in page
        assert reverse("matching:echange", args=[echange.uuid]) in page
        assert PROPOSER not in page


def test_sans_paire_on_voit_mais_on_publie_d_abord(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    demander(boulangerie, "photos-produits")
    offrir(menuiserie, "photos-produits")
    page = lire(client_de(boulangere))
    assert "Il vous manque un savoir-faire" in page
    assert reverse("matching:publier_savoir_faire") in page


class TestAucun:
    def test_sans_besoin_on_publie_un_besoin(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        assert reverse("matching:publier_besoin") in lire(client_de(boulangere))

    def test_sans_savoir_faire_on_en_publie_un(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        demander(boulangerie, "photos-produits")
        assert reverse("matching:publier_savoir_faire") in lire(client_de(boulangere))

    def test_avec_la_paire_on_elargit_ou_on_accepte_la_visio(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
    ) -> None:
        besoin = demander(boulangerie, "photos-produits")
        en_visio = demander(boulangerie, "site-vitrine", modalites=15)
        offrir(boulangerie, "instagram")
        modifier = reverse("matching:modifier_annonce", args=[besoin, besoin.uuid])
        page = lire(client_de(boulangere))
        assert f"{modifier}#id_rayon_km" in page
        assert f"{modifier}#id_modalites_0" in page
        deja = reverse("matching:modifier_annonce", args=[en_visio, en_visio.uuid])
        assert f"{deja}#id_modalites_0" not in page
        seul = lire(client_de(boulangere), reverse("matching:rapprochements_du_besoin", args=[besoin.uuid]))
        assert f"{modifier}#id_rayon_km" in seul
        assert deja not in seul


class TestParBesoin:
    def test_la_liste_d_un_besoin_ne_montre_que_les_siens(
        self, client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        photos = demander(boulangerie, "photos-produits")
        site = demander(boulangerie, "site-vitrine")
        offrir(menuiserie, "site-vitrine")
        navigateur = client_de(boulangere)
        for besoin, nombre in ((photos, 0), (site, 1)):
            url = reverse("matching:rapprochements_du_besoin", args=[besoin.uuid])
            assert len(navigateur.get(url).context["fiches"]) == nombre
        page = lire(navigateur)
        assert reverse("matching:rapprochements_du_besoin", args=[photos.uuid]) in page

    def test_le_besoin_d_une_autre_n_existe_pas(
        self,
        client: Client,
        client_de: Any,
        intruse: Utilisateur,
        animatrice: Utilisateur,
        boulangerie: Entreprise,
    ) -> None:
        url = reverse("matching:rapprochements_du_besoin", args=[demander(boulangerie, "instagram").uuid])
        assert client_de(intruse).get(url).status_code == 404
        assert client_de(animatrice).get(url)["Location"] == reverse("profils:inscrire_entreprise")
        assert client.get(url)["Location"].startswith(reverse("account_login"))


def test_la_liste_demande_d_entrer_puis_une_entreprise(
    client: Client, client_de: Any, animatrice: Utilisateur
) -> None:
    assert client.get(RAPPROCHEMENTS)["Location"].startswith(reverse("account_login"))
    assert client_de(animatrice).get(RAPPROCHEMENTS)["Location"] == reverse("profils:inscrire_entreprise")
    assert client_de(animatrice).post(RAPPROCHEMENTS).status_code == 405


def test_chacun_ne_voit_que_les_siens(
    client_de: Any, intruse: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    page = lire(client_de(intruse))
    assert "Menuiserie Le Goff" not in page
    assert "Boulangerie du Marché" not in page


@pytest.mark.parametrize("besoin_seul", [False, True])
def test_le_cout_ne_depend_pas_du_nombre(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, *, besoin_seul: bool
) -> None:
    besoin = demander(boulangerie, "site-vitrine")
    offrir(boulangerie, "vitrine-boutique")
    url = reverse("matching:rapprochements_du_besoin", args=[besoin.uuid]) if besoin_seul else RAPPROCHEMENTS

    def ajouter(n: int) -> None:
        """As many réciproques, and proposals on some of them."""
        for _ in range(n):
            autre = voisine()
            demander(autre, "vitrine-boutique")
            offrir(autre, "site-vitrine")
        accepter(proposer(autre), autre)

    assert verifier_cout_constant(client_de(boulangere), url, ajouter) <= 16


def test_sans_personne_on_montre_la_page_du_territoire(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    demander(boulangerie, "photos-produits")
    offrir(boulangerie, "instagram")
    assert client_de(boulangere).get(RAPPROCHEMENTS).context["url_territoire"] == ""
    installer_pages()
    reponse = client_de(boulangere).get(RAPPROCHEMENTS)
    assert "ille-et-vilaine" in reponse.context["url_territoire"]
    assert reponse.context["url_territoire"] in reponse.content.decode()
