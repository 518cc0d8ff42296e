"""Propose, accept, decline, cancel, expire; two at the same instant."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from echange.socle.horloge import maintenant
from matching.aretes import recalculer_aretes
from matching.choix import Motif
from matching.erreurs import (
    AccordDeLaMemePersonne,
    EchangeDejaConclu,
    EchangeDUneAutreEntreprise,
    PaireIncomplete,
    RapprochementPerime,
    TropDePropositions,
)
from matching.models import Arete, Echange, SavoirFaire
from matching.rapprochements import rapprochements_de
from matching.services.echanges import (
    accepter_echange,
    annuler_echange,
    decliner_echange,
    expirer_propositions,
    proposer_echange,
)
from profils.models import Entreprise, Membre, Utilisateur
from tests.fabriques import creer_besoin, creer_entreprise, creer_savoir_faire, creer_utilisateur
from tests.matching.scenes import ensemble


def paire(entreprise: Entreprise, besoin: str, savoir_faire: str, **champs: Any) -> None:
    recalculer_aretes(creer_besoin(entreprise, besoin))
    recalculer_aretes(creer_savoir_faire(entreprise, savoir_faire, **champs))


def proposer(entreprise: Entreprise, rang: int = 0) -> Echange:
    par = entreprise.membres.get().utilisateur
    aretes = rapprochements_de(entreprise)[rang].aretes
    return proposer_echange(par=par, entreprise=entreprise, aretes=aretes, mot="Bonjour voisine")


def repondre(
    service: Callable[..., Echange], echange: Echange, entreprise: Entreprise, **options: Any
) -> Echange:
    return service(
        par=entreprise.membres.get().utilisateur, echange=echange, entreprise=entreprise, **options
    )


@pytest.fixture
def reciproque(boulangerie: Entreprise, menuiserie: Entreprise) -> Echange:
    paire(boulangerie, "site-vitrine", "vitrine-boutique")
    paire(menuiserie, "vitrine-boutique", "site-vitrine")
    return proposer(boulangerie)


def test_proposer_ecrit_les_apports_et_attend_l_autre(
    reciproque: Echange, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    assert reciproque.nature == "reciproque"
    reponses = {p.entreprise: p.reponse for p in reciproque.participations.all()}
    assert reponses == {boulangerie: "acceptee", menuiserie: "attendue"}
    apports = [(a.donneur, a.receveur) for a in reciproque.apports.all()]
    assert apports == [(menuiserie, boulangerie), (boulangerie, menuiserie)]
    assert [ligne.fait for ligne in reciproque.journal.all()] == ["propose", "acceptee"]


def test_proposer_deux_fois_ou_des_deux_cotes_est_un_seul_echange(
    reciproque: Echange, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    assert proposer(boulangerie) == reciproque
    assert proposer(menuiserie) == reciproque
    assert Echange.objects.count() == 1


def test_la_derniere_acceptation_conclut(reciproque: Echange, menuiserie: Entreprise) -> None:
    echange = repondre(accepter_echange, reciproque, menuiserie)
    assert echange.statut == "en_cours"
    # What is promised to capacity no longer shows up for anyone.
    assert not Arete.objects.exists()
    assert repondre(accepter_echange, reciproque, menuiserie) == echange


def test_une_personne_ne_conclut_pas_avec_elle_meme(
    reciproque: Echange, boulangere: Utilisateur, menuiserie: Entreprise
) -> None:
    """A colleague of both companies has proposed for one: somebody else says yes for the other."""
    menuisiere = menuiserie.membres.get().utilisateur
    Membre.objects.create(utilisateur=boulangere, entreprise=menuiserie)
    with pytest.raises(AccordDeLaMemePersonne):
        accepter_echange(par=boulangere, echange=reciproque, entreprise=menuiserie)
    assert Echange.objects.get().statut == "propose"
    assert accepter_echange(par=menuisiere, echange=reciproque, entreprise=menuiserie).statut == "en_cours"


def test_un_cercle_attend_ses_trois_accords(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    paire(boulangerie, "site-vitrine", "vitrine-boutique")
    paire(menuiserie, "facture-electronique", "site-vitrine")
    paire(fleuristerie, "vitrine-boutique", "facture-electronique")
    echange = proposer(boulangerie)
    assert echange.nature == "cercle"
    assert repondre(accepter_echange, echange, menuiserie).statut == "propose"
    assert repondre(accepter_echange, echange, fleuristerie).statut == "en_cours"


def test_decliner_clot_avec_sa_raison(reciproque: Echange, menuiserie: Entreprise) -> None:
    echange = repondre(decliner_echange, reciproque, menuiserie, motif=Motif.PAS_LE_TEMPS)
    assert echange.statut == "decline"
    assert echange.participations.get(entreprise=menuiserie).motif == "temps"
    with pytest.raises(EchangeDejaConclu):
        repondre(accepter_echange, reciproque, menuiserie)


def test_annuler_est_a_celle_qui_a_propose(
    reciproque: Echange, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    with pytest.raises(EchangeDUneAutreEntreprise):
        repondre(annuler_echange, reciproque, menuiserie)
    assert repondre(annuler_echange, reciproque, boulangerie).statut == "annule"
    with pytest.raises(EchangeDejaConclu):
        repondre(accepter_echange, reciproque, menuiserie)


@pytest.mark.parametrize("service", [accepter_echange, annuler_echange])
def test_l_intruse_n_y_peut_rien(
    reciproque: Echange, intruse: Utilisateur, menuiserie: Entreprise, service: Callable[..., Echange]
) -> None:
    for entreprise in (intruse.entreprises.get(), menuiserie):
        with pytest.raises(EchangeDUneAutreEntreprise):
            service(par=intruse, echange=reciproque, entreprise=entreprise)
    reciproque.refresh_from_db()
    assert reciproque.statut == "propose"


def test_sans_la_paire_on_ne_contacte_personne(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    recalculer_aretes(creer_besoin(boulangerie, "site-vitrine"))
    recalculer_aretes(creer_savoir_faire(menuiserie, "site-vitrine"))
    with pytest.raises(PaireIncomplete):
        proposer(boulangerie)


def test_la_sixieme_proposition_attend(boulangerie: Entreprise) -> None:
    paire(boulangerie, "site-vitrine", "vitrine-boutique")
    for rang in range(6):
        recalculer_aretes(creer_savoir_faire(creer_entreprise(f"Atelier {rang}"), "site-vitrine"))
    for rang in range(5):
        proposer(boulangerie, rang)
    with pytest.raises(TropDePropositions):
        proposer(boulangerie, 5)


def test_un_rapprochement_disparu_ne_se_propose_plus(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    paire(boulangerie, "site-vitrine", "vitrine-boutique")
    paire(menuiserie, "vitrine-boutique", "site-vitrine")
    aretes = rapprochements_de(boulangerie)[0].aretes
    par = boulangerie.membres.get().utilisateur
    for chemin in (aretes[1:], (aretes[0], aretes[0]), (aretes[1], aretes[0]), ()):
        with pytest.raises(RapprochementPerime):
            proposer_echange(par=par, entreprise=boulangerie, aretes=chemin)
    Arete.objects.filter(pk=aretes[1].pk).delete()
    with pytest.raises(RapprochementPerime):
        proposer_echange(par=par, entreprise=boulangerie, aretes=aretes)


def test_sept_jours_sans_reponse_closent(reciproque: Echange, menuiserie: Entreprise) -> None:
    assert expirer_propositions() == 0
    with time_machine.travel(maintenant() + timedelta(days=7, seconds=1), tick=False):
        with pytest.raises(EchangeDejaConclu):
            repondre(accepter_echange, reciproque, menuiserie)
        assert expirer_propositions() == 1
        assert expirer_propositions() == 0
    reciproque.refresh_from_db()
    assert reciproque.statut == "expire"


def membre(nom: str, **champs: Any) -> Entreprise:
    return creer_entreprise(nom, membre=creer_utilisateur(nom), **champs)


@pytest.mark.django_db(transaction=True)
def test_deux_accords_au_meme_instant_concluent_une_fois() -> None:
    une, deux, trois = membre("Une"), membre("Deux"), membre("Trois")
    paire(une, "site-vitrine", "vitrine-boutique")
    paire(deux, "facture-electronique", "site-vitrine")
    paire(trois, "vitrine-boutique", "facture-electronique")
    echange = proposer(une)
    ensemble(*(lambda e=e: repondre(accepter_echange, echange, e) for e in (deux, trois)))
    echange.refresh_from_db()
    assert echange.statut == "en_cours"
    assert echange.journal.filter(fait="accepte").count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepter_et_annuler_au_meme_instant_finissent_dans_un_seul_etat() -> None:
    une, deux = membre("Une"), membre("Deux")
    paire(une, "site-vitrine", "vitrine-boutique")
    paire(deux, "vitrine-boutique", "site-vitrine")
    echange = proposer(une)
    resultats = ensemble(
        lambda: repondre(accepter_echange, echange, deux), lambda: repondre(annuler_echange, echange, une)
    )
    echange.refresh_from_db()
    assert echange.statut in {"en_cours", "annule"}
    assert sum(isinstance(resultat, EchangeDejaConclu) for resultat in resultats) == 1


@pytest.mark.django_db(transaction=True)
def test_la_derniere_place_ne_se_donne_qu_une_fois() -> None:
    """Two askers, one savoir-faire with one place: both accepted at the same instant, one gets it."""
    offreuse = membre("Offreuse")
    recalculer_aretes(creer_savoir_faire(offreuse, "site-vitrine", capacite=1))
    demandes = []
    for nom in ("Une", "Deux"):
        entreprise = membre(nom)
        paire(entreprise, "site-vitrine", "vitrine-boutique")
        demandes.append(proposer(entreprise))
    ensemble(*(lambda e=e: repondre(accepter_echange, e, offreuse) for e in demandes))
    assert sorted(Echange.objects.values_list("statut", flat=True)) == ["annule", "en_cours"]
    assert SavoirFaire.objects.filter(entreprise=offreuse).disponibles().count() == 0


@pytest.mark.django_db(transaction=True)
def test_un_double_envoi_simultane_fait_un_echange() -> None:
    une, deux = membre("Une"), membre("Deux")
    paire(une, "site-vitrine", "vitrine-boutique")
    paire(deux, "vitrine-boutique", "site-vitrine")
    resultats = ensemble(lambda: proposer(une), lambda: proposer(une), lambda: proposer(deux))
    assert resultats == [Echange.objects.get()] * 3
