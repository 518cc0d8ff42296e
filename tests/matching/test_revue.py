"""What something else makes impossible: a place taken, a company suspended or blocked; and all at once."""

from datetime import timedelta

import pytest
import time_machine
from django.db.models import ProtectedError

from echange.socle.horloge import maintenant
from matching.choix import Motif
from matching.erreurs import EchangeDejaConclu
from matching.models import Arete, Echange, SavoirFaire
from matching.services.annonces import mettre_en_pause_annonce, retirer_annonce
from matching.services.confirmations import confirmer_silences
from matching.services.echanges import accepter_echange, decliner_echange, expirer_propositions
from matching.services.fil import faire_vivre_les_echanges
from matching.services.reparations import reparer_echanges
from matching.services.revue import revoir_echanges
from messagerie.models import Notification
from profils.ecarts import bloquer_entreprise, suspendre_entreprise
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_utilisateur
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import (
    accepter,
    demander,
    ensemble,
    faire_cercle,
    membre,
    offrir,
    proposer,
    rendre_reciproques,
    voisine,
)


def statut(echange: Echange) -> str:
    echange.refresh_from_db()
    return echange.statut


@pytest.fixture
def reciproque(boulangerie: Entreprise, menuiserie: Entreprise) -> Echange:
    rendre_reciproques(boulangerie, menuiserie)
    return proposer(boulangerie, nature="reciproque")


def test_ce_qui_est_pris_ailleurs_se_dit_a_qui_attendait(
    reciproque: Echange, boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    """La boulangerie's besoin is served by another: la menuiserie learns it, at once and once.

    What the boulangerie would teach stands: it may go on, if both agree.
    """
    offrir(fleuristerie, "site-vitrine")
    accepter(proposer(boulangerie, nature="direct"), fleuristerie)
    executer_la_file()
    assert (revoir_echanges(), reparer_echanges()) == (0, 0)
    assert (statut(reciproque), reciproque.nature) == ("propose", "direct")
    avis = Notification.objects.get(destinataire=membre(menuiserie), lue_le__isnull=True)
    assert avis.titre == f"Un échange proposé par {boulangerie.nom} change\u00a0: on attend votre réponse"
    assert avis.donnees["phrase"] == (
        f"{boulangerie.nom} a déjà trouvé quelqu’un\u00a0; l’échange peut continuer dans un seul sens,"
        f" si {boulangerie.nom} en est d’accord."
    )
    reponses = reciproque.participations.values_list("reponse", flat=True)
    assert set(reponses) == {"attendue"}
    assert accepter(reciproque, boulangerie, menuiserie).statut == "en_cours"
    apport = reciproque.apports.get()
    assert (apport.donneur, apport.receveur) == (boulangerie, menuiserie)


def test_a_sens_unique_chacune_peut_encore_dire_non(
    reciproque: Echange, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    """La menuiserie no longer shows: la boulangerie, who had agreed to more, need not give for nothing."""
    retirer_annonce(par=membre(menuiserie), annonce=SavoirFaire.objects.get(entreprise=menuiserie))
    executer_la_file()
    assert (statut(reciproque), reciproque.nature) == ("propose", "direct")
    decliner_echange(
        par=membre(boulangerie), echange=reciproque, entreprise=boulangerie, motif=Motif.PAS_LE_TEMPS
    )
    assert statut(reciproque) == "decline"


def test_les_deux_annonces_parties_il_n_en_reste_rien(
    reciproque: Echange, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    retirer_annonce(par=membre(menuiserie), annonce=SavoirFaire.objects.get(entreprise=menuiserie))
    retirer_annonce(par=membre(boulangerie), annonce=SavoirFaire.objects.get(entreprise=boulangerie))
    executer_la_file()
    assert statut(reciproque) == "annule"


def test_suspendue_elle_sort_de_ce_qui_est_propose_et_de_ce_qui_est_en_cours(
    reciproque: Echange, menuiserie: Entreprise, fleuristerie: Entreprise, referente: Utilisateur
) -> None:
    accepter(reciproque, menuiserie)
    demander(fleuristerie, "instagram")
    offrir(fleuristerie, "photos-produits")
    offrir(menuiserie, "instagram")
    propose = proposer(fleuristerie, nature="direct")
    suspendre_entreprise(par=referente, entreprise=menuiserie)
    executer_la_file()
    assert (statut(propose), statut(reciproque)) == ("annule", "annule")
    assert revoir_echanges() == 0


def test_dans_un_cercle_en_cours_les_autres_continuent(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise, referente: Utilisateur
) -> None:
    faire_cercle(boulangerie, menuiserie, fleuristerie)
    cercle = accepter(proposer(boulangerie, nature="cercle"), menuiserie, fleuristerie)
    suspendre_entreprise(par=referente, entreprise=menuiserie)
    executer_la_file()
    assert statut(cercle) == "en_cours"
    restant = cercle.apports.a_confirmer().get()
    assert (restant.donneur, restant.receveur) == (boulangerie, fleuristerie)
    with time_machine.travel(maintenant() + timedelta(days=38), tick=False):
        faire_vivre_les_echanges()
    assert statut(cercle) == "realise"


def test_bloquer_separe_ce_qui_etait_convenu(
    reciproque: Echange, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    accepter(reciproque, menuiserie)
    bloquer_entreprise(par=membre(boulangerie), entreprise=boulangerie, bloquee=menuiserie)
    executer_la_file()
    assert statut(reciproque) == "annule"


def test_une_pause_laisse_repondre_une_annonce_retiree_non(
    reciproque: Echange, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    savoir_faire = SavoirFaire.objects.get(entreprise=boulangerie)
    mettre_en_pause_annonce(par=membre(boulangerie), annonce=savoir_faire)
    executer_la_file()
    assert statut(reciproque) == "propose"
    retirer_annonce(par=membre(boulangerie), annonce=savoir_faire)
    assert accepter(reciproque, menuiserie).statut == "a_reparer"  # even before the task has run


def test_retirer_apres_l_accord_ne_defait_rien(
    reciproque: Echange, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    accepter(reciproque, menuiserie)
    retirer_annonce(par=membre(boulangerie), annonce=SavoirFaire.objects.get(entreprise=boulangerie))
    executer_la_file()
    assert statut(reciproque) == "en_cours"


def test_une_entreprise_ne_s_efface_pas_de_l_histoire_des_autres(
    reciproque: Echange, menuiserie: Entreprise
) -> None:
    with pytest.raises(ProtectedError):
        menuiserie.delete()


@pytest.mark.django_db(transaction=True)
def test_accepter_et_retirer_l_annonce_au_meme_instant() -> None:
    une, deux = voisine("Une"), voisine("Deux")
    rendre_reciproques(une, deux)
    echange = proposer(une)
    savoir_faire = SavoirFaire.objects.get(entreprise=une)
    resultats = ensemble(
        lambda: accepter_echange(par=membre(deux), echange=echange, entreprise=deux),
        lambda: retirer_annonce(par=membre(une), annonce=savoir_faire),
    )
    assert not any(isinstance(r, Exception) for r in resultats)
    avant = statut(echange)
    assert avant in {"en_cours", "a_reparer"}
    revoir_echanges()
    assert statut(echange) == avant
    assert echange.journal.filter(fait__in=("accepte", "sort")).count() == 1


@pytest.mark.django_db(transaction=True)
def test_dire_oui_et_dire_non_au_meme_instant() -> None:
    """In a cercle, the last yes and a no: either it starts and the no comes too late, or it is repaired."""
    une, deux, trois = voisine("Une"), voisine("Deux"), voisine("Trois")
    faire_cercle(une, deux, trois)
    echange = accepter(proposer(une, nature="cercle"), deux)
    resultats = ensemble(
        lambda: accepter_echange(par=membre(trois), echange=echange, entreprise=trois),
        lambda: decliner_echange(
            par=membre(deux), echange=echange, entreprise=deux, motif=Motif.PAS_LE_TEMPS
        ),
    )
    trop_tard = sum(isinstance(r, Exception) for r in resultats)
    assert (statut(echange), trop_tard) in {("en_cours", 1), ("a_reparer", 0), ("a_reparer", 1)}


@pytest.mark.django_db(transaction=True)
def test_la_reponse_et_la_fin_du_delai_au_meme_instant() -> None:
    une, deux = voisine("Une"), voisine("Deux")
    rendre_reciproques(une, deux)
    echange = proposer(une)
    with time_machine.travel(echange.expire_le, tick=False):
        resultats = ensemble(
            lambda: accepter_echange(par=membre(deux), echange=echange, entreprise=deux),
            expirer_propositions,
            expirer_propositions,
        )
    assert isinstance(resultats[0], EchangeDejaConclu)
    assert sum(r for r in resultats[1:] if isinstance(r, int)) == 1
    assert statut(echange) == "expire"
    assert echange.journal.filter(fait="expire").count() == 1


@pytest.mark.django_db(transaction=True)
def test_deux_ouvrieres_font_vivre_les_echanges_une_fois() -> None:
    """Places are freed once, each fact is written once, whoever runs the sweep, however often."""
    une, deux, trois = voisine("Une"), voisine("Deux"), voisine("Trois")
    rendre_reciproques(une, deux)
    convenu = accepter(proposer(une), deux)
    rendre_reciproques(deux, trois)
    faire_cercle(une, deux, trois)
    en_attente = proposer(trois)
    with time_machine.travel(maintenant() + timedelta(days=38), tick=False):
        resultats = ensemble(*[faire_vivre_les_echanges] * 3)
        assert not any(isinstance(r, Exception) for r in resultats)
        assert confirmer_silences() == 0
    assert statut(convenu) == "realise"
    assert convenu.journal.filter(fait="silence").count() == 2
    assert convenu.journal.filter(fait="realise").count() == 1
    assert statut(en_attente) in {"expire", "annule"}
    assert Arete.objects.filter(besoin__apports__echange=convenu).exists()


@pytest.mark.django_db(transaction=True)
def test_suspendre_et_accepter_au_meme_instant() -> None:
    une, deux = voisine("Une"), voisine("Deux")
    rendre_reciproques(une, deux)
    echange = proposer(une)
    referente = creer_utilisateur("Rosa", est_referent=True)
    ensemble(
        lambda: accepter_echange(par=membre(deux), echange=echange, entreprise=deux),
        lambda: suspendre_entreprise(par=referente, entreprise=une),
    )
    revoir_echanges()
    assert statut(echange) == "annule"
