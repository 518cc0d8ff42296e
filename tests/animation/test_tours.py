"""The tours in the console: prepare, watch, read, correct, send, take away; for nobody else."""

import csv
import re
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from matching.models import Besoin, Echange, EchangePrevu, GenreConsigne, StatutTour, Tour
from matching.services.annonces import retirer_annonce
from matching.services.tours import consigner
from profils.models import Entreprise, Utilisateur
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import (
    compter_requetes,
    demander,
    membre,
    offrir,
    proposer,
    rendre_reciproques,
    verifier_cout_constant,
    voisine,
)
from tests.matching.scenes_tours import calculer, envoyer, ille_et_vilaine, lancer, peupler

pytestmark = pytest.mark.django_db

TOURS = "/animation/tours/"
REGLAGES = {
    "territoire": "ille-et-vilaine",
    "cercle_max": 3,
    "chaine_max": 4,
    "par_entreprise": 1,
    "duree_s": 10,
    "graine": 1,
}


@pytest.fixture
def anna(client_de: Any, animatrice: Utilisateur) -> Client:
    client: Client = client_de(animatrice)
    return client


@pytest.fixture
def tour(boulangerie: Entreprise, menuiserie: Entreprise, animatrice: Utilisateur) -> Tour:
    rendre_reciproques(boulangerie, menuiserie)
    return calculer(animatrice)


def adresse(tour: Tour, nom: str = "tour") -> str:
    return reverse(f"animation:{nom}", args=[tour.uuid])


def lire(client: Client, tour: Tour, nom: str = "tour", **filtre: str) -> str:
    reponse = client.get(adresse(tour, nom), filtre)
    assert reponse.status_code == 200
    return str(reponse.content.decode())


def dire(client: Client, adresse: str, donnees: dict[str, Any]) -> str:
    """Post, follow, return the page."""
    return str(client.post(adresse, donnees, follow=True).content.decode())


# ---- Prepare -----------------------------------------------------------------------------------


def test_sans_tour_la_page_propose_d_en_preparer_un(anna: Client) -> None:
    page = anna.get(TOURS).content.decode()
    assert "Pas encore de tour" in page
    assert "Jusqu’à 3 entreprises par cercle" in page


def test_lancer_mene_a_la_page_du_tour(anna: Client, animatrice: Utilisateur) -> None:
    reponse = anna.post(TOURS, REGLAGES)

    tour = Tour.objects.get()
    assert reponse["Location"] == adresse(tour)
    assert (tour.territoire, tour.lance_par, tour.duree_s) == (ille_et_vilaine(), animatrice, 10)
    page = lire(anna, tour)
    assert "Le calcul va commencer" in page
    assert "Annuler ce tour" in page


def test_un_tour_deja_en_cours_est_montre_au_lieu_d_un_second(anna: Client) -> None:
    anna.post(TOURS, REGLAGES)
    reponse = anna.post(TOURS, REGLAGES, follow=True)

    assert Tour.objects.count() == 1
    assert "Un tour se calcule déjà" in reponse.content.decode()


@pytest.mark.parametrize(
    "faux",
    [
        {"cercle_max": 4},
        {"chaine_max": 9},
        {"par_entreprise": 0},
        {"duree_s": 3600},
        {"graine": -1},
        {"graine": 2**40},
        {"graine": "douze"},
        {"territoire": "loire-atlantique"},
        {"territoire": ""},
    ],
)
def test_un_reglage_impossible_est_refuse(anna: Client, faux: dict[str, Any]) -> None:
    reponse = anna.post(TOURS, REGLAGES | faux)

    assert reponse.status_code == 422
    assert not Tour.objects.exists()


def test_la_referente_choisit_le_territoire(client_de: Any, referente: Utilisateur) -> None:
    rosa = client_de(referente)
    assert "Territoire</label>" in rosa.get(TOURS).content.decode()
    rosa.post(TOURS, REGLAGES | {"territoire": "loire-atlantique"})
    assert Tour.objects.get().territoire.code == "loire-atlantique"


# ---- Watch -------------------------------------------------------------------------------------


def test_l_avancement_se_demande_par_fragments(anna: Client, animatrice: Utilisateur) -> None:
    tour = lancer(animatrice)
    Tour.objects.update(statut=StatutTour.EN_COURS, servis=12, borne=20, possibles=25)
    assert 'hx-trigger="every 2s"' in lire(anna, tour)
    fragment = anna.get(adresse(tour, "avancement"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert re.search(r"12</span>\s+besoins servis jusqu’ici", fragment)
    assert re.search(r"20</span>\s+au plus", fragment)

    executer_la_file()
    Tour.objects.update(statut=StatutTour.ANNULE)
    reponse = anna.get(adresse(tour, "avancement"), headers={"HX-Request": "true"})
    assert reponse["HX-Redirect"] == adresse(tour)


def test_arreter_depuis_la_page(anna: Client, animatrice: Utilisateur) -> None:
    tour = lancer(animatrice)
    Tour.objects.update(statut=StatutTour.EN_COURS)
    page = dire(anna, adresse(tour, "arreter_tour"), {})
    assert "Le calcul s’arrête" in page
    assert "Arrêter et garder" not in page


def test_un_tour_annule_ou_en_echec_dit_quoi_faire(anna: Client, animatrice: Utilisateur) -> None:
    tour = lancer(animatrice)
    assert "a été annulé" in dire(anna, adresse(tour, "arreter_tour"), {})
    Tour.objects.update(statut=StatutTour.EN_ECHEC, erreur="Le disque est <plein>.")
    page = lire(anna, tour)
    assert "Le disque est &lt;plein&gt;." in page
    assert "Relancer ce tour" in page


# ---- Read --------------------------------------------------------------------------------------


def test_le_resultat_se_lit_en_mots(anna: Client, tour: Tour) -> None:
    page = lire(anna, tour)

    assert "2 besoins servis sur 2 possibles" in page
    assert "Menuiserie Le Goff montre à Boulangerie du Marché" in page
    assert "Exactement ce que cherche Boulangerie du Marché" in page
    assert "Réciproque (1)" in page


def test_le_bilan_dit_jusqu_ou_l_on_pourrait_aller(anna: Client, tour: Tour) -> None:
    Tour.objects.update(servis=42, borne=43, possibles=45)
    assert "42 besoins servis sur 45 possibles ; on ne peut pas faire mieux que 43." in lire(
        anna, tour
    ).replace("\u00a0", " ")
    Tour.objects.update(borne=42)
    assert "avec ces réglages, on ne peut pas faire mieux" in lire(anna, tour)


def test_rien_a_rapprocher_n_est_pas_une_impasse(anna: Client, animatrice: Utilisateur) -> None:
    page = lire(anna, calculer(animatrice))
    assert "Aucun échange possible pour le moment" in page
    assert "Changer les réglages" in page


def test_la_carte_ne_montre_que_les_positions_publiques(
    anna: Client, tour: Tour, boulangerie: Entreprise
) -> None:
    Entreprise.objects.filter(pk=boulangerie.pk).update(position="SRID=4326;POINT(-1.5 47.9999)")
    page = lire(anna, tour)
    assert "47.9999" not in page
    assert str(boulangerie.position_publique.y) in page
    assert "https://" not in re.sub(r"<svg.*?</svg>", "", page)  # no tile server by default


def test_les_filtres_par_nature_commune_et_theme(anna: Client, animatrice: Utilisateur) -> None:
    peupler(reciproques=1, cercles=1)
    ailleurs = [voisine(commune="35360") for _ in range(2)]
    rendre_reciproques(*ailleurs)
    tour = calculer(animatrice)

    def combien(**filtre: str) -> int:
        return lire(anna, tour, **filtre).count('class="carte prevu')

    assert combien() == 3
    assert combien(nature="cercle") == 1
    assert combien(commune="35360") == 1
    assert combien(theme="visibilite") == 3
    assert combien(nature="cercle", commune="35360") == 0
    assert combien(nature="inconnue", commune="99999", theme="'") == 3
    assert "Aucun échange ne correspond" in lire(anna, tour, nature="cercle", commune="35360")


def test_la_page_coute_autant_pour_deux_echanges_que_pour_douze(
    anna: Client, animatrice: Utilisateur
) -> None:
    derniers: list[Tour] = []

    def ajouter(nombre: int) -> None:
        deja = Besoin.objects.count()
        for rang in range(nombre):
            ecart = (deja + rang) * 100_000
            rendre_reciproques(voisine(decalage_m=ecart), voisine(decalage_m=ecart))
        derniers.append(calculer(animatrice))

    ajouter(2)
    deux = compter_requetes(anna, adresse(derniers[-1]))
    ajouter(10)
    assert derniers[-1].echanges.count() == 12
    assert compter_requetes(anna, adresse(derniers[-1])) == deux
    for nom in ("imprimer_tour", "exporter_tour"):
        couts = {compter_requetes(anna, adresse(tour, nom)) for tour in derniers}
        assert len(couts) == 1


def test_la_liste_coute_autant_pour_deux_tours_que_pour_douze(anna: Client, animatrice: Utilisateur) -> None:
    verifier_cout_constant(anna, TOURS, lambda nombre: [calculer(animatrice) for _ in range(nombre)])


# ---- Correct -----------------------------------------------------------------------------------


def test_garder_ecarter_puis_recalculer(anna: Client, tour: Tour) -> None:
    prevu = tour.echanges.get()
    page = dire(anna, adresse(tour, "consigner"), {"echange": prevu.uuid, "consigne": "garder"})
    assert "À garder" in page
    assert "Garder l’échange entre" in page
    page = dire(anna, adresse(tour, "consigner"), {"echange": prevu.uuid, "consigne": "echange"})
    assert "À écarter" in page

    reponse = anna.post(adresse(tour, "recalculer_tour"))
    executer_la_file()
    suite = tour.suites.get()
    assert reponse["Location"] == adresse(suite)
    assert suite.consignes.get().genre == GenreConsigne.SANS_ECHANGE
    assert "Voir le tour précédent" in lire(anna, suite)


def test_les_consignes_plus_larges_se_disent_et_se_retirent(anna: Client, tour: Tour) -> None:
    prevu = tour.echanges.get()
    don = prevu.dons.first()
    assert don
    for consigne, mots in (
        ("paire-0", "Ne pas mettre ensemble"),
        (f"entreprise-{don.donneur.uuid}", f"Laisser de côté {don.donneur}"),
        (f"besoin-{don.besoin.uuid}", f"Laisser de côté le besoin de {don.receveur}"),
    ):
        page = dire(anna, adresse(tour, "consigner"), {"echange": prevu.uuid, "consigne": consigne})
        assert f"<span>{mots}" in page
    for ecrite in tour.consignes.all():
        anna.post(adresse(tour, "lever_consigne"), {"consigne": ecrite.uuid})
    assert not tour.consignes.exists()


@pytest.mark.parametrize("consigne", ["", "tout", "paire-9", "paire-", "entreprise-x", "besoin-", "besoin"])
def test_une_consigne_insensee_est_refusee(anna: Client, tour: Tour, consigne: str) -> None:
    echange = tour.echanges.get().uuid
    page = dire(anna, adresse(tour, "consigner"), {"echange": echange, "consigne": consigne})
    assert "Cette consigne ne concerne rien de ce tour" in page
    assert not tour.consignes.exists()


def test_l_echange_d_un_autre_tour_n_existe_pas_ici(
    anna: Client, tour: Tour, animatrice: Utilisateur
) -> None:
    autre = calculer(animatrice)
    donnees = {"echange": tour.echanges.get().uuid, "consigne": "garder"}
    assert anna.post(adresse(autre, "consigner"), donnees).status_code == 404
    for cle in ("rien", uuid4()):
        assert anna.post(adresse(tour, "consigner"), donnees | {"echange": cle}).status_code == 404


# ---- Send --------------------------------------------------------------------------------------


def test_envoyer_se_confirme(anna: Client, tour: Tour) -> None:
    prevu = tour.echanges.get()
    page = anna.post(adresse(tour, "envoyer_tour"), {"echange": prevu.uuid}).content.decode()
    assert "2 entreprises recevront un courriel" in page
    assert not Echange.objects.exists()

    page = dire(
        anna,
        adresse(tour, "envoyer_tour"),
        {"echange": prevu.uuid, "confirme": "1", "mot": "Nous serons au marché mardi."},
    )
    assert "1 proposition envoyée" in page
    assert "Envoyé, en attente de réponses" in page
    assert "Tous les échanges de ce tour sont envoyés" in page
    assert Echange.objects.get().mot == "Nous serons au marché mardi."


def test_tout_envoyer_suit_le_filtre(anna: Client, animatrice: Utilisateur) -> None:
    peupler(reciproques=2, cercles=1)
    tour = calculer(animatrice)
    page = anna.post(adresse(tour, "envoyer_tour") + "?nature=cercle", {"choix": "tous"}).content.decode()
    assert "Envoyer 1 proposition ?" in page.replace("\u00a0", " ")
    page = anna.post(adresse(tour, "envoyer_tour"), {"choix": "tous"}).content.decode()
    assert "Envoyer 3 propositions ?" in page.replace("\u00a0", " ")


def test_tout_envoyer_laisse_ce_qui_est_ecarte(anna: Client, animatrice: Utilisateur) -> None:
    peupler(reciproques=2)
    tour = calculer(animatrice)
    ecarte, autre = tour.echanges.all()
    consigner(par=animatrice, echange=ecarte, genre=GenreConsigne.SANS_ECHANGE)
    assert "Envoyer cet échange" in lire(anna, tour)

    dire(anna, adresse(tour, "envoyer_tour"), {"choix": "tous", "confirme": "1"})
    autre.refresh_from_db()
    ecarte.refresh_from_db()
    assert autre.echange
    assert not ecarte.echange
    assert "Tous les échanges de ce tour sont envoyés" not in lire(anna, tour)


@pytest.mark.parametrize("donnees", [{}, {"choix": "coches"}, {"choix": "rien", "confirme": "1"}])
def test_sans_choix_rien_ne_part(anna: Client, tour: Tour, donnees: dict[str, str]) -> None:
    assert "Cochez au moins un échange" in dire(anna, adresse(tour, "envoyer_tour"), donnees)
    assert not Echange.objects.exists()


def test_un_mot_trop_long_est_refuse(anna: Client, tour: Tour) -> None:
    donnees = {"echange": tour.echanges.get().uuid, "confirme": "1", "mot": "a" * 601}
    assert anna.post(adresse(tour, "envoyer_tour"), donnees).status_code == 422
    assert not Echange.objects.exists()


def test_ce_qui_n_est_plus_possible_est_dit(anna: Client, tour: Tour) -> None:
    prevu = tour.echanges.get()
    don = prevu.dons.first()
    assert don
    retirer_annonce(par=membre(don.receveur), annonce=don.besoin)

    page = dire(anna, adresse(tour, "envoyer_tour"), {"echange": prevu.uuid, "confirme": "1"})
    assert "1 échange ne peut plus être proposé" in page
    assert "Une des annonces n’est plus en ligne" in page


# ---- Take away ---------------------------------------------------------------------------------


def test_le_tableau_s_ouvre_dans_un_tableur_sans_rien_executer(
    anna: Client, animatrice: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    demander(boulangerie, "site-vitrine", texte='=HYPERLINK("http://exemple.fr");\nDeux lignes')
    offrir(boulangerie, "vitrine-boutique")
    demander(menuiserie, "vitrine-boutique")
    offrir(menuiserie, "site-vitrine")
    tour = calculer(animatrice)
    reponse = anna.get(adresse(tour, "exporter_tour"))

    assert reponse["Content-Type"].startswith("text/csv")
    assert "attachment" in reponse["Content-Disposition"]
    lignes = list(csv.DictReader(StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert len(lignes) == 2
    mots = {ligne["Avec ses mots"] for ligne in lignes}
    assert any(mot.startswith("'=HYPERLINK") for mot in mots)
    assert {ligne["État"] for ligne in lignes} == {"À envoyer"}


def test_la_version_a_imprimer_dit_tout_sur_une_page(anna: Client, animatrice: Utilisateur) -> None:
    peupler(reciproques=14)
    tour = calculer(animatrice)
    page = lire(anna, tour, "imprimer_tour")
    assert page.count('<ol class="apports') == 14
    assert "<button" not in page.split("<main")[1].split("</main>")[0]


# ---- Nobody else -------------------------------------------------------------------------------


def test_pour_la_voisine_et_pour_un_membre_le_tour_n_existe_pas(
    client_de: Any, tour: Tour, animatrice_44: Utilisateur, boulangere: Utilisateur
) -> None:
    prevu = tour.echanges.get()
    for personne in (animatrice_44, boulangere):
        client = client_de(personne)
        for nom in ("tour", "avancement", "imprimer_tour", "exporter_tour"):
            assert client.get(adresse(tour, nom)).status_code == 404
        for nom, donnees in (
            ("arreter_tour", {}),
            ("recalculer_tour", {}),
            ("consigner", {"echange": prevu.uuid, "consigne": "garder"}),
            ("lever_consigne", {"consigne": prevu.uuid}),
            ("envoyer_tour", {"echange": prevu.uuid, "confirme": "1"}),
        ):
            assert client.post(adresse(tour, nom), donnees).status_code == 404
    assert Tour.objects.count() == 1
    assert not Echange.objects.exists()
    liste = client_de(animatrice_44).get(TOURS).content.decode()
    assert str(tour.uuid) not in liste
    assert "Pas encore de tour" in liste


def test_la_voisine_ne_lance_rien_ici(client_de: Any, animatrice_44: Utilisateur) -> None:
    assert client_de(animatrice_44).post(TOURS, REGLAGES).status_code == 422
    assert not Tour.objects.exists()


def test_l_etat_d_un_echange_envoye_suit_les_reponses(
    anna: Client, tour: Tour, animatrice: Utilisateur
) -> None:
    envoyer(animatrice, tour)
    for statut, mots in (("decline", "Décliné"), ("expire", "Sans réponse")):
        with transaction.atomic():
            Echange.objects.update(statut=statut, conclu_le=tour.cree_le)
            assert mots in lire(anna, tour)
            transaction.set_rollback(True)
    Echange.objects.update(statut="en_cours", accepte_le=tour.cree_le)
    assert "Accepté par tous" in lire(anna, tour)


def test_la_page_reste_lisible_quand_une_entreprise_est_partie(
    anna: Client, tour: Tour, boulangerie: Entreprise
) -> None:
    boulangerie.delete()
    assert EchangePrevu.objects.exists()
    assert "Menuiserie Le Goff" not in lire(anna, tour)  # half an échange is none


def test_un_echange_deja_propose_par_l_entreprise_est_dit(
    anna: Client, tour: Tour, boulangerie: Entreprise
) -> None:
    proposer(boulangerie)
    donnees = {"echange": tour.echanges.get().uuid, "confirme": "1"}
    assert "Ces entreprises ont déjà cette proposition" in dire(anna, adresse(tour, "envoyer_tour"), donnees)
