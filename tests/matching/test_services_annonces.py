"""The life of a listing, through its services."""

from datetime import timedelta

import pytest
import time_machine

from echange.socle.horloge import maintenant
from matching.erreurs import AnnonceDUneAutreEntreprise, AnnonceNonModifiable, HorsDeVotreTerritoire
from matching.models import Annonce, Arete, Besoin, Competence, SavoirFaire
from matching.services import annonces
from matching.services.annonces import Contenu
from matching.services.entreprises import suivre_activite, suivre_deplacement
from profils.models import Entreprise, Utilisateur
from territoires.models import Commune
from tests.fabriques import creer_savoir_faire


def contenu(competence: str = "photos-produits", texte: str = "Mes photos sont moches") -> Contenu:
    return Contenu(competence=Competence.objects.get(code=competence), texte=texte)


def duree_de_vie(annonce: Annonce) -> timedelta:
    assert annonce.publie_le
    assert annonce.expire_le
    return annonce.expire_le - annonce.publie_le


@pytest.fixture
def besoin(boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise) -> Besoin:
    creer_savoir_faire(menuiserie, "photos-produits")
    return annonces.publier_besoin(par=boulangere, entreprise=boulangerie, contenu=contenu())


def test_publier_met_en_ligne_avec_ses_aretes(besoin: Besoin, boulangerie: Entreprise) -> None:
    assert besoin.est_visible
    assert duree_de_vie(besoin) == timedelta(days=60)
    assert besoin.position == boulangerie.position_publique
    assert Arete.objects.filter(besoin=besoin).count() == 1
    assert besoin.journal.get().statut == "publiee"


def test_un_savoir_faire_vit_180_jours(boulangere: Utilisateur, boulangerie: Entreprise) -> None:
    savoir = annonces.publier_savoir_faire(par=boulangere, entreprise=boulangerie, contenu=contenu())
    assert duree_de_vie(savoir) == timedelta(days=180)


def test_publier_deux_fois_la_meme_chose_donne_une_annonce(
    besoin: Besoin, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    encore = annonces.publier_besoin(par=boulangere, entreprise=boulangerie, contenu=contenu())
    assert encore == besoin
    assert Besoin.objects.count() == 1


def test_publier_pour_une_autre_entreprise_est_refuse(
    menuisiere: Utilisateur, menuiserie: Entreprise, boulangerie: Entreprise
) -> None:
    with pytest.raises(AnnonceDUneAutreEntreprise):
        annonces.publier_besoin(par=menuisiere, entreprise=boulangerie, contenu=contenu())
    assert not Besoin.objects.exists()


def test_modifier_refait_les_aretes(besoin: Besoin, boulangere: Utilisateur) -> None:
    annonces.modifier_annonce(
        par=boulangere, annonce=besoin, contenu=contenu("site-vitrine", texte="Un site")
    )
    assert not Arete.objects.exists()
    annonces.modifier_annonce(par=boulangere, annonce=besoin, contenu=contenu())
    assert Arete.objects.count() == 1


def test_pause_puis_reprise_pour_une_nouvelle_vie(besoin: Besoin, boulangere: Utilisateur) -> None:
    besoin = annonces.mettre_en_pause_annonce(par=boulangere, annonce=besoin)
    assert not Arete.objects.exists()
    with time_machine.travel(maintenant() + timedelta(days=10), tick=False):
        besoin = annonces.reprendre_annonce(par=boulangere, annonce=besoin)
        assert besoin.expire_le == maintenant() + timedelta(days=60)
    assert Arete.objects.count() == 1


def test_une_annonce_retiree_l_est_pour_de_bon(besoin: Besoin, boulangere: Utilisateur) -> None:
    annonces.retirer_annonce(par=boulangere, annonce=besoin)
    besoin = annonces.retirer_annonce(par=boulangere, annonce=besoin)
    assert [ligne.statut for ligne in besoin.journal.all()] == ["publiee", "retiree"]
    for service in (annonces.reprendre_annonce, annonces.mettre_en_pause_annonce):
        with pytest.raises(AnnonceNonModifiable):
            service(par=boulangere, annonce=besoin)
    with pytest.raises(AnnonceNonModifiable):
        annonces.modifier_annonce(par=boulangere, annonce=besoin, contenu=contenu())


@pytest.mark.parametrize("service", ["modifier_annonce", "mettre_en_pause_annonce", "retirer_annonce"])
def test_l_annonce_d_une_autre_ne_se_touche_pas(besoin: Besoin, intruse: Utilisateur, service: str) -> None:
    options = {"contenu": contenu()} if service == "modifier_annonce" else {}
    with pytest.raises(AnnonceDUneAutreEntreprise):
        getattr(annonces, service)(par=intruse, annonce=besoin, **options)
    besoin.refresh_from_db()
    assert besoin.est_visible


def test_l_animatrice_masque_avec_un_motif_et_peut_revenir(besoin: Besoin, animatrice: Utilisateur) -> None:
    besoin = annonces.masquer_annonce(par=animatrice, annonce=besoin, motif="Démarchage")
    assert not besoin.est_visible
    assert not Arete.objects.exists()
    assert besoin.journal.latest("le").motif == "Démarchage"
    annonces.demasquer_annonce(par=animatrice, annonce=besoin)
    assert Arete.objects.count() == 1


def test_la_dirigeante_ne_remet_pas_en_ligne_ce_qui_est_masque(
    besoin: Besoin, animatrice: Utilisateur, boulangere: Utilisateur
) -> None:
    annonces.masquer_annonce(par=animatrice, annonce=besoin, motif="Démarchage")
    with pytest.raises(AnnonceNonModifiable):
        annonces.reprendre_annonce(par=boulangere, annonce=besoin)


def test_l_animatrice_d_a_cote_ne_sait_meme_pas_qu_elle_existe(
    besoin: Besoin, animatrice_44: Utilisateur, referente: Utilisateur
) -> None:
    with pytest.raises(HorsDeVotreTerritoire):
        annonces.masquer_annonce(par=animatrice_44, annonce=besoin, motif="x")
    assert annonces.masquer_annonce(par=referente, annonce=besoin, motif="x").statut == "masquee"


def test_demenager_emporte_ses_annonces(besoin: Besoin, boulangerie: Entreprise) -> None:
    nantes = Commune.objects.get(code="44109")
    Entreprise.objects.filter(pk=boulangerie.pk).update(commune=nantes, position_publique=nantes.position)
    suivre_deplacement(Entreprise.objects.get(pk=boulangerie.pk))
    besoin.refresh_from_db()
    assert besoin.commune == nantes
    assert not Arete.objects.exists()


def test_une_entreprise_en_pause_sort_du_jeu_et_y_revient(besoin: Besoin, menuiserie: Entreprise) -> None:
    Entreprise.objects.filter(pk=menuiserie.pk).update(est_en_pause=True)
    suivre_activite(menuiserie)
    assert not Arete.objects.exists()
    Entreprise.objects.filter(pk=menuiserie.pk).update(est_en_pause=False)
    suivre_activite(menuiserie)
    assert Arete.objects.count() == 1
    assert SavoirFaire.objects.get().est_visible
