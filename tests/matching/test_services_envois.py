"""Sending a tour: real proposals, once, by the animation; what is no longer possible is said."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from matching.erreurs import TourInconnu, TourNonTermine
from matching.models import Echange, Participation, Refus, Reponse, StatutEchange, Tour
from matching.services.annonces import retirer_annonce
from matching.services.envois import Envoi, envoyer_tour
from messagerie.models import Notification
from profils.models import Entreprise, Utilisateur
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
)
from tests.matching.scenes_tours import calculer, envoyer, lancer, peupler

pytestmark = pytest.mark.django_db


@pytest.fixture
def tour(boulangerie: Entreprise, menuiserie: Entreprise, animatrice: Utilisateur) -> Tour:
    rendre_reciproques(boulangerie, menuiserie)
    return calculer(animatrice)


def test_un_echange_envoye_est_une_proposition_de_l_animation(
    tour: Tour, boulangerie: Entreprise, menuiserie: Entreprise, animatrice: Utilisateur
) -> None:
    assert envoyer(animatrice, tour) == Envoi(envoyes=1, deja=0, refuses=0)

    echange = Echange.objects.get()
    assert (echange.nature, echange.initiatrice, echange.tour) == ("reciproque", None, tour)
    assert {p.entreprise: p.reponse for p in echange.participations.all()} == {
        boulangerie: Reponse.ATTENDUE,
        menuiserie: Reponse.ATTENDUE,
    }
    assert [(ligne.fait, ligne.par, ligne.entreprise) for ligne in echange.journal.all()] == [
        ("propose", animatrice, None)
    ]
    prevenues = Notification.objects.filter(genre="echange_propose")
    assert {n.destinataire for n in prevenues} == {membre(e) for e in (boulangerie, menuiserie)}
    assert {n.titre for n in prevenues} == {"L’animation de votre territoire vous propose un échange"}
    assert tour.echanges.get().echange == echange


def test_chacune_accepte_et_l_echange_se_fait(
    tour: Tour, boulangerie: Entreprise, menuiserie: Entreprise, animatrice: Utilisateur
) -> None:
    envoyer(animatrice, tour)
    echange = Echange.objects.get()

    assert accepter(echange, boulangerie).statut == StatutEchange.PROPOSE
    assert accepter(echange, menuiserie).statut == StatutEchange.EN_COURS


def test_les_apports_d_un_cercle_se_lisent_comme_ceux_d_une_proposition(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise, animatrice: Utilisateur
) -> None:
    faire_cercle(boulangerie, menuiserie, fleuristerie)
    envoyer(animatrice, calculer(animatrice))

    apports = list(Echange.objects.get().apports.all())
    suivants = [*apports[1:], apports[0]]
    assert all(un.donneur == suivant.receveur for un, suivant in zip(apports, suivants, strict=True))


def test_envoyer_deux_fois_envoie_une_fois(tour: Tour, animatrice: Utilisateur) -> None:
    envoyer(animatrice, tour)
    assert envoyer(animatrice, tour) == Envoi(envoyes=0, deja=1, refuses=0)
    assert Echange.objects.count() == 1


def test_on_n_envoie_que_les_choisis(animatrice: Utilisateur) -> None:
    peupler(reciproques=2)
    tour = calculer(animatrice)
    choisi = tour.echanges.last()
    assert choisi

    envoyer(animatrice, tour, choisi)
    assert Echange.objects.count() == 1
    assert tour.echanges.a_envoyer().count() == 1


def test_une_annonce_partie_se_dit_et_n_empeche_pas_les_autres(animatrice: Utilisateur) -> None:
    peupler(reciproques=2)
    tour = calculer(animatrice)
    premier, second = tour.echanges.all()
    don = premier.dons.first()
    assert don
    retirer_annonce(par=membre(don.receveur), annonce=don.besoin)

    assert envoyer(animatrice, tour) == Envoi(envoyes=1, deja=0, refuses=1)
    premier.refresh_from_db()
    second.refresh_from_db()
    assert (premier.echange, premier.refus) == (None, Refus.ANNONCE_PARTIE)
    assert second.echange


def test_une_place_prise_entre_temps_se_dit(
    tour: Tour, boulangerie: Entreprise, fleuristerie: Entreprise, animatrice: Utilisateur
) -> None:
    demander(fleuristerie, "vitrine-boutique")
    offrir(fleuristerie, "site-vitrine")
    echange = proposer(fleuristerie)
    accepter(echange, *(p.entreprise for p in echange.participations.filter(reponse=Reponse.ATTENDUE)))

    assert envoyer(animatrice, tour).refuses == 1


def test_ce_que_l_entreprise_a_deja_propose_se_dit(
    tour: Tour, boulangerie: Entreprise, animatrice: Utilisateur
) -> None:
    proposer(boulangerie)

    assert envoyer(animatrice, tour) == Envoi(envoyes=0, deja=0, refuses=1)
    assert tour.echanges.get().refus == Refus.DEJA_PROPOSE
    assert Echange.objects.count() == 1


def test_l_entreprise_peut_deja_avoir_cinq_propositions_ouvertes(
    tour: Tour, boulangerie: Entreprise, animatrice: Utilisateur
) -> None:
    for rang in range(5):
        Echange.objects.create(
            nature="direct", initiatrice=boulangerie, empreinte=f"{rang}", expire_le=tour.cree_le
        )
    assert envoyer(animatrice, tour).envoyes == 1


def test_seule_l_animation_du_territoire_envoie_et_seulement_un_tour_termine(
    tour: Tour, animatrice: Utilisateur, animatrice_44: Utilisateur
) -> None:
    with pytest.raises(TourInconnu):
        envoyer(animatrice_44, tour)
    en_file = lancer(animatrice)
    with pytest.raises(TourNonTermine):
        envoyer_tour(par=animatrice, tour=en_file, echanges=[])


def test_l_echange_d_un_autre_tour_ne_s_envoie_pas(tour: Tour, animatrice: Utilisateur) -> None:
    autre = calculer(animatrice)
    assert envoyer(animatrice, autre, *tour.echanges.all()) == Envoi(0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_deux_envois_au_meme_instant_font_une_proposition(
    tour: Tour, animatrice: Utilisateur, referente: Utilisateur
) -> None:
    resultats = ensemble(lambda: envoyer(animatrice, tour), lambda: envoyer(referente, tour))

    assert sorted(r.envoyes for r in resultats if isinstance(r, Envoi)) == [0, 1]
    assert Echange.objects.count() == 1
    assert Participation.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_l_entreprise_et_l_animation_proposent_au_meme_instant(
    tour: Tour, boulangerie: Entreprise, animatrice: Utilisateur
) -> None:
    resultats = ensemble(lambda: envoyer(animatrice, tour), lambda: proposer(boulangerie))

    assert not [r for r in resultats if isinstance(r, Exception)]
    assert Echange.objects.count() == 1


@pytest.mark.parametrize(
    ("chaine", "dit"), [(1, "un échange entre entreprises voisines"), (4, "vous propose une chaîne")]
)
def test_le_courriel_dit_si_c_est_une_aide_ou_une_chaine(
    chaine: int,
    dit: str,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    fleuristerie: Entreprise,
    animatrice: Utilisateur,
    mailoutbox: list[EmailMultiAlternatives],
) -> None:
    offrir(boulangerie, "site-vitrine")
    demander(menuiserie, "site-vitrine")
    offrir(menuiserie, "vitrine-boutique")
    demander(fleuristerie, "vitrine-boutique")
    envoyer(animatrice, calculer(animatrice, chaine_max=chaine))
    executer_la_file()

    assert len(mailoutbox) == chaine // 4 + 2
    assert all(dit in courriel.body for courriel in mailoutbox)


def test_l_entreprise_lit_qui_propose(
    tour: Tour, boulangere: Utilisateur, animatrice: Utilisateur, client_de: object
) -> None:
    envoyer(animatrice, tour)
    echange = Echange.objects.get()
    page = client_de(boulangere).get(reverse("matching:echange", args=[echange.uuid])).content.decode()  # type: ignore[operator]

    assert "L’animation de votre territoire vous propose cet échange" in page
    assert "Annuler ma proposition" not in page
    assert "Accepter" in page
