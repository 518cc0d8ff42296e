"""A tour: launched once, computed in the background, corrected, launched again."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from echange.socle.horloge import maintenant
from matching.erreurs import (
    ConsigneInvalide,
    ReglagesInvalides,
    TourDejaEnCours,
    TourInconnu,
    TourNonTermine,
)
from matching.models import Besoin, Consigne, Echange, GenreConsigne, SavoirFaire, StatutTour, Tour
from matching.moteur.adequation import Lieu
from matching.moteur.tour.marche import resoudre_marche
from matching.services.annonces import retirer_annonce
from matching.services.tours import (
    Reglages,
    arreter_tour,
    consigner,
    lancer_tour,
    lever_consigne,
    recalculer_tour,
)
from matching.tours import execution
from matching.tours.execution import TACHE_RESOUDRE, executer, relever
from matching.tours.suivi import Suivi
from profils.models import Blocage, Entreprise, Utilisateur
from profils.services import mettre_en_pause
from tests.file_de_travail import executer_la_file, lancer_ouvriere, travaux_en_attente
from tests.matching.scenes import (
    demander,
    ensemble,
    faire_cercle,
    membre,
    offrir,
    proposer,
    rendre_reciproques,
    voisine,
)
from tests.matching.scenes_tours import calculer, ille_et_vilaine, lancer, peupler

pytestmark = pytest.mark.django_db


@pytest.fixture
def paire(boulangerie: Entreprise, menuiserie: Entreprise) -> tuple[Entreprise, Entreprise]:
    rendre_reciproques(boulangerie, menuiserie)
    return boulangerie, menuiserie


def dons(tour: Tour) -> list[list[tuple[str, str]]]:
    """Who gives to whom, échange by échange."""
    return [
        [(don.donneur.nom, don.receveur.nom) for don in echange.dons.all()] for echange in tour.echanges.all()
    ]


# ---- Launch and compute ------------------------------------------------------------------------


def test_un_tour_trouve_les_echanges_du_territoire(
    paire: tuple[Entreprise, Entreprise], animatrice: Utilisateur
) -> None:
    tour = calculer(animatrice)

    assert tour.statut == StatutTour.TERMINE
    assert (tour.entreprises, tour.besoins, tour.possibles, tour.servis) == (2, 2, 2, 2)
    assert tour.borne >= tour.servis
    (echange,) = tour.echanges.all()
    assert (echange.nature, echange.rang, echange.est_garde) == ("reciproque", 1, False)
    assert {frozenset(don) for don in dons(tour)[0]} == {frozenset(e.nom for e in paire)}
    assert not Echange.objects.exists()  # nobody hears of it before it is sent


def test_un_cercle_suit_le_sens_des_dons(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise, animatrice: Utilisateur
) -> None:
    faire_cercle(boulangerie, menuiserie, fleuristerie)
    tour = calculer(animatrice)

    (echange,) = tour.echanges.all()
    suite = list(echange.dons.all())
    assert echange.nature == "cercle"
    assert all(
        un.receveur == suivant.donneur for un, suivant in zip(suite, suite[1:] + suite[:1], strict=True)
    )
    assert calculer(animatrice, cercle_max=2).servis == 0


def test_une_entreprise_qui_ne_fait_que_donner_commence_une_chaine(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise, animatrice: Utilisateur
) -> None:
    offrir(boulangerie, "site-vitrine")
    demander(menuiserie, "site-vitrine")
    offrir(menuiserie, "vitrine-boutique")
    demander(fleuristerie, "vitrine-boutique")

    assert dons(calculer(animatrice)) == [
        [("Boulangerie du Marché", "Menuiserie Le Goff"), ("Menuiserie Le Goff", "Fleurs de Lices")]
    ]
    tour = calculer(animatrice, chaine_max=1)
    assert [echange.nature for echange in tour.echanges.all()] == ["direct"]
    assert calculer(animatrice, chaine_max=0).servis == 0


def test_sans_rien_a_rapprocher_le_tour_est_vide_et_prouve(animatrice: Utilisateur) -> None:
    tour = calculer(animatrice)

    assert (tour.statut, tour.servis, tour.borne, tour.est_prouve) == (StatutTour.TERMINE, 0, 0, True)


def test_la_meme_graine_donne_le_meme_tour(animatrice: Utilisateur) -> None:
    peupler(reciproques=3, cercles=2)

    une, autre = (calculer(animatrice, graine=7) for _ in range(2))

    assert dons(une) == dons(autre)
    assert [e.empreinte for e in une.echanges.all()] == [e.empreinte for e in autre.echanges.all()]


def test_on_ne_lance_que_chez_soi(animatrice_44: Utilisateur, boulangere: Utilisateur) -> None:
    for intruse in (animatrice_44, boulangere):
        with pytest.raises(TourInconnu):
            lancer(intruse)
    assert not Tour.objects.exists()
    assert not travaux_en_attente(TACHE_RESOUDRE)


def test_la_referente_lance_partout(referente: Utilisateur) -> None:
    assert lancer(referente).territoire == ille_et_vilaine()


def test_un_seul_tour_a_la_fois(animatrice: Utilisateur) -> None:
    lancer(animatrice)
    with pytest.raises(TourDejaEnCours):
        lancer(animatrice)
    assert len(travaux_en_attente(TACHE_RESOUDRE)) == 1


@pytest.mark.parametrize(
    "reglages",
    [
        {"cercle_max": 4},
        {"cercle_max": 1},
        {"chaine_max": 5},
        {"par_entreprise": 0},
        {"duree_s": 601},
        {"graine": -1},
    ],
)
def test_des_reglages_hors_limites_sont_refuses(reglages: dict[str, int]) -> None:
    with pytest.raises(ReglagesInvalides):
        Reglages(**reglages)


def test_la_base_refuse_ce_que_le_service_ne_ferait_pas(animatrice: Utilisateur) -> None:
    base = {"territoire": ille_et_vilaine(), "lance_par": animatrice}
    for faux in (
        {"cercle_max": 4},
        {"chaine_max": 5},
        {"par_entreprise": 6},
        {"duree_s": 0},
        {"statut": StatutTour.TERMINE, "servis": 2, "borne": 1, "termine_le": maintenant()},
        {"statut": StatutTour.TERMINE},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tour.objects.create(**base, **faux)


# ---- Who takes part ----------------------------------------------------------------------------


def test_ce_qui_n_est_pas_en_ligne_n_y_est_pas(
    paire: tuple[Entreprise, Entreprise], animatrice: Utilisateur
) -> None:
    mettre_en_pause(entreprise=paire[0], par=membre(paire[0]))

    assert calculer(animatrice).servis == 0


def test_une_entreprise_suspendue_ou_qui_bloque_l_autre_n_y_est_pas(
    paire: tuple[Entreprise, Entreprise], animatrice: Utilisateur
) -> None:
    Blocage.objects.create(bloquante=paire[0], bloquee=paire[1])
    assert calculer(animatrice).servis == 0
    Blocage.objects.all().delete()
    Entreprise.objects.filter(pk=paire[0].pk).update(est_suspendue=True)
    assert calculer(animatrice).servis == 0


def test_un_echange_ouvert_tient_ses_annonces_et_ses_entreprises(
    paire: tuple[Entreprise, Entreprise], animatrice: Utilisateur
) -> None:
    proposer(paire[0])

    assert calculer(animatrice, par_entreprise=2).servis == 0


def test_le_territoire_voisin_n_y_est_pas(animatrice: Utilisateur) -> None:
    ici, la_bas = voisine(), voisine(commune="44036")
    demander(ici, "site-vitrine", modalites=int(Lieu.VISIO))
    offrir(la_bas, "site-vitrine", modalites=int(Lieu.VISIO))
    assert Besoin.objects.get(entreprise=ici).aretes.exists()

    assert calculer(animatrice).possibles == 0


def test_une_entreprise_ne_prend_part_qu_au_nombre_d_echanges_voulu(
    boulangerie: Entreprise, animatrice: Utilisateur
) -> None:
    for competence, rendu in (
        ("site-vitrine", "vitrine-boutique"),
        ("facture-electronique", "photos-produits"),
    ):
        autre = voisine()
        demander(boulangerie, competence)
        offrir(boulangerie, rendu)
        demander(autre, rendu)
        offrir(autre, competence)

    assert calculer(animatrice, par_entreprise=1).servis == 2
    assert calculer(animatrice, par_entreprise=2).servis == 4


# ---- Stop, progress, dead workers --------------------------------------------------------------


def test_arreter_un_tour_qui_attend_l_annule(animatrice: Utilisateur) -> None:
    tour = lancer(animatrice)
    arreter_tour(par=animatrice, tour=tour)
    arreter_tour(par=animatrice, tour=tour)
    executer_la_file()

    tour.refresh_from_db()
    assert (tour.statut, tour.arret_demande) == (StatutTour.ANNULE, True)
    assert lancer(animatrice)  # the place is free again


def test_arreter_un_tour_qui_se_calcule_est_une_demande(animatrice: Utilisateur) -> None:
    tour = lancer(animatrice)
    Tour.objects.update(statut=StatutTour.EN_COURS)
    arrete = arreter_tour(par=animatrice, tour=tour)
    assert (arrete.statut, arrete.arret_demande) == (StatutTour.EN_COURS, True)


def test_arreter_un_tour_termine_ne_change_rien(animatrice: Utilisateur) -> None:
    tour = calculer(animatrice)
    arrete = arreter_tour(par=animatrice, tour=tour)
    assert (arrete.statut, arrete.arret_demande) == (StatutTour.TERMINE, False)


def test_seule_l_animation_du_territoire_arrete(animatrice: Utilisateur, animatrice_44: Utilisateur) -> None:
    with pytest.raises(TourInconnu):
        arreter_tour(par=animatrice_44, tour=lancer(animatrice))


def test_le_meme_travail_livre_deux_fois_calcule_une_fois(
    paire: tuple[Entreprise, Entreprise], animatrice: Utilisateur
) -> None:
    tour = calculer(animatrice)
    executer(tour.pk, tour.essai)
    assert tour.echanges.count() == 1


def test_une_ouvriere_morte_est_remplacee_puis_le_tour_echoue(animatrice: Utilisateur) -> None:
    tour = lancer(animatrice)
    for essai in (1, 2):
        connection.cursor().execute("DELETE FROM procrastinate_jobs")  # taken by a worker, which then dies
        Tour.objects.update(statut=StatutTour.EN_COURS, vu_le=maintenant())
        assert relever() == 0  # alive for all we know
        with time_machine.travel(maintenant() + timedelta(minutes=2), tick=False):
            assert relever() == 1
            assert relever() == 0
        tour.refresh_from_db()
        assert tour.statut == (StatutTour.EN_FILE if essai == 1 else StatutTour.EN_ECHEC)
    assert "interrompu" in tour.erreur


def test_le_second_essai_aboutit_et_la_revenante_n_ecrit_rien(
    paire: tuple[Entreprise, Entreprise], animatrice: Utilisateur
) -> None:
    tour = lancer(animatrice)
    connection.cursor().execute("DELETE FROM procrastinate_jobs")
    Tour.objects.update(statut=StatutTour.EN_COURS, vu_le=maintenant() - timedelta(minutes=2))
    revenante = Tour.objects.get()
    assert relever() == 1
    executer_la_file()
    tour.refresh_from_db()
    assert (tour.statut, tour.essai, tour.servis) == (StatutTour.TERMINE, 2, 2)

    execution._conserver(revenante, execution.VIDE)
    executer(tour.pk, 1)
    tour.refresh_from_db()
    assert tour.servis == 2


def test_un_tour_dont_le_travail_attend_ne_se_releve_pas(animatrice: Utilisateur) -> None:
    tour = lancer(animatrice)
    with time_machine.travel(maintenant() + timedelta(hours=1), tick=False):
        assert relever() == 0
        connection.cursor().execute("DELETE FROM procrastinate_jobs")  # killed before it claimed the tour
        assert relever() == 1
    tour.refresh_from_db()
    assert (tour.statut, tour.essai) == (StatutTour.EN_FILE, 2)


def test_une_erreur_du_calcul_est_dite_et_ne_laisse_rien_en_cours(
    paire: tuple[Entreprise, Entreprise], animatrice: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    def casser(*args: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(execution, "resoudre_marche", casser)
    tour = lancer(animatrice)
    with pytest.raises(MemoryError):
        executer(tour.pk, 1)

    tour.refresh_from_db()
    assert tour.statut == StatutTour.EN_ECHEC
    assert tour.erreur == execution.INCONNUE


def test_une_annonce_partie_pendant_le_calcul_emporte_son_echange(
    paire: tuple[Entreprise, Entreprise], animatrice: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    def retirer_ensuite(*args: object, **options: object) -> object:
        resultat = resoudre_marche(*args, **options)  # type: ignore[arg-type]  # passed through
        retirer_annonce(par=membre(paire[0]), annonce=paire[0].besoins.get())
        return resultat

    monkeypatch.setattr(execution, "resoudre_marche", retirer_ensuite)
    tour = calculer(animatrice)

    assert (tour.statut, tour.perdus, tour.servis, tour.est_prouve) == (StatutTour.TERMINE, 1, 0, False)
    assert not tour.echanges.exists()


# ---- Consignes ---------------------------------------------------------------------------------


@pytest.fixture
def concurrentes(animatrice: Utilisateur) -> Tour:
    """La boulangerie may go with either of two neighbours; a tour has chosen one."""
    une, autre, tierce = voisine("Une"), voisine("Autre"), voisine("Tierce", decalage_m=4000)
    rendre_reciproques(une, autre)
    demander(tierce, "vitrine-boutique")
    offrir(tierce, "site-vitrine")
    return calculer(animatrice)


def refaire(tour: Tour, par: Utilisateur) -> Tour:
    suite = recalculer_tour(par=par, tour=tour)
    executer_la_file()
    suite.refresh_from_db()
    return suite


def test_un_echange_ecarte_laisse_la_place_a_un_autre(concurrentes: Tour, animatrice: Utilisateur) -> None:
    ecarte = concurrentes.echanges.get()
    consigner(par=animatrice, echange=ecarte, genre=GenreConsigne.SANS_ECHANGE)
    suite = refaire(concurrentes, animatrice)

    assert suite.parent == concurrentes
    assert suite.servis == 2
    assert suite.echanges.get().empreinte != ecarte.empreinte


def test_un_echange_garde_revient_et_le_dit(concurrentes: Tour, animatrice: Utilisateur) -> None:
    premier = concurrentes.echanges.get()
    consigner(par=animatrice, echange=premier, genre=GenreConsigne.SANS_ECHANGE)
    second = refaire(concurrentes, animatrice)
    garde = second.echanges.get()
    consigner(par=animatrice, echange=garde, genre=GenreConsigne.GARDER)
    troisieme = refaire(second, animatrice)

    assert troisieme.echanges.get().empreinte == garde.empreinte
    assert troisieme.echanges.get().est_garde


def test_une_paire_une_entreprise_un_besoin_se_laissent_de_cote(
    concurrentes: Tour, animatrice: Utilisateur
) -> None:
    echange = concurrentes.echanges.get()
    don = echange.dons.first()
    assert don
    une = Entreprise.objects.get(nom="Une")
    autre = don.donneur if don.receveur == une else don.receveur

    consigner(par=animatrice, echange=echange, genre=GenreConsigne.SANS_PAIRE, paire=(autre, une))
    suite = refaire(concurrentes, animatrice)
    assert autre.nom not in str(dons(suite))
    assert suite.servis == 2

    consigner(
        par=animatrice, echange=suite.echanges.get(), genre=GenreConsigne.SANS_ENTREPRISE, entreprise=une
    )
    assert refaire(suite, animatrice).servis == 0
    consigne = suite.consignes.get(genre=GenreConsigne.SANS_ENTREPRISE)
    lever_consigne(par=animatrice, tour=suite, consigne=consigne.uuid)
    lever_consigne(par=animatrice, tour=suite, consigne=consigne.uuid)

    besoin = une.besoins.get()
    consigner(par=animatrice, echange=suite.echanges.get(), genre=GenreConsigne.SANS_BESOIN, besoin=besoin)
    assert refaire(suite, animatrice).servis == 0


def test_garder_et_ecarter_se_remplacent(concurrentes: Tour, animatrice: Utilisateur) -> None:
    echange = concurrentes.echanges.get()
    for genre in (GenreConsigne.GARDER, GenreConsigne.GARDER, GenreConsigne.SANS_ECHANGE):
        consigner(par=animatrice, echange=echange, genre=genre)
    assert concurrentes.consignes.get().genre == GenreConsigne.SANS_ECHANGE


def test_un_echange_garde_devenu_impossible_est_dit(concurrentes: Tour, animatrice: Utilisateur) -> None:
    garde = concurrentes.echanges.get()
    consigner(par=animatrice, echange=garde, genre=GenreConsigne.GARDER)
    parti = SavoirFaire.objects.get(entreprise__nom="Une")
    retirer_annonce(par=membre(parti.entreprise), annonce=parti)
    suite = refaire(concurrentes, animatrice)

    assert (suite.statut, suite.gardes_perdus, suite.servis) == (StatutTour.TERMINE, 1, 0)


def test_une_consigne_ne_vise_que_son_echange(
    concurrentes: Tour, boulangerie: Entreprise, animatrice: Utilisateur
) -> None:
    echange = concurrentes.echanges.get()
    une = Entreprise.objects.get(nom="Une")
    with pytest.raises(ConsigneInvalide):
        consigner(
            par=animatrice, echange=echange, genre=GenreConsigne.SANS_ENTREPRISE, entreprise=boulangerie
        )
    with pytest.raises(ConsigneInvalide):
        consigner(par=animatrice, echange=echange, genre=GenreConsigne.SANS_PAIRE, paire=(une, boulangerie))
    with pytest.raises(ConsigneInvalide):
        consigner(par=animatrice, echange=echange, genre=GenreConsigne.SANS_BESOIN)


def test_seule_l_animation_du_territoire_donne_des_consignes(
    concurrentes: Tour, animatrice_44: Utilisateur, animatrice: Utilisateur
) -> None:
    echange = concurrentes.echanges.get()
    with pytest.raises(TourInconnu):
        consigner(par=animatrice_44, echange=echange, genre=GenreConsigne.GARDER)
    with pytest.raises(TourInconnu):
        recalculer_tour(par=animatrice_44, tour=concurrentes)
    with pytest.raises(TourInconnu):
        lever_consigne(par=animatrice_44, tour=concurrentes, consigne=echange.uuid)


def test_un_tour_en_cours_ne_se_recalcule_pas(animatrice: Utilisateur) -> None:
    with pytest.raises(TourNonTermine):
        recalculer_tour(par=animatrice, tour=lancer(animatrice))


def test_la_base_refuse_une_consigne_mal_formee(concurrentes: Tour) -> None:
    une, autre = Entreprise.objects.filter(nom__in=["Une", "Autre"]).order_by("-pk")
    echange = concurrentes.echanges.get()
    for faux in (
        {"genre": "paire", "entreprise": une, "autre": autre},  # the smaller key comes first
        {"genre": "paire", "entreprise": une},
        {"genre": "entreprise"},
        {"genre": "besoin"},
        {"genre": "garder", "echange_prevu": echange},
        {"genre": "entreprise", "entreprise": une, "echange_prevu": echange},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Consigne.objects.create(tour=concurrentes, **faux)


# ---- At the same instant, in other processes -----------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_deux_lancements_au_meme_instant_font_un_tour(
    animatrice: Utilisateur, referente: Utilisateur
) -> None:
    territoire = ille_et_vilaine()

    resultats = ensemble(
        lambda: lancer_tour(par=animatrice, territoire=territoire),
        lambda: lancer_tour(par=referente, territoire=territoire),
    )

    assert sorted(type(r).__name__ for r in resultats) == ["Tour", "TourDejaEnCours"]
    assert Tour.objects.count() == 1
    assert len(travaux_en_attente(TACHE_RESOUDRE)) == 1


@pytest.mark.django_db(transaction=True)
def test_l_ouvriere_calcule_et_une_ouvriere_tuee_ne_laisse_rien_en_cours(
    paire: tuple[Entreprise, Entreprise], animatrice: Utilisateur, tmp_path: Path
) -> None:
    tour = lancer(animatrice)
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("LOCK TABLE matching_arete IN ACCESS EXCLUSIVE MODE")  # the worker waits there
        ouvriere = lancer_ouvriere(tmp_path)
        attendre_le_statut(tour, StatutTour.EN_COURS)
        ouvriere.kill()
        ouvriere.wait()
    tour.refresh_from_db()
    assert tour.statut == StatutTour.EN_COURS  # nobody was left to say so

    with time_machine.travel(maintenant() + timedelta(minutes=2), tick=False):
        assert relever() == 1
    _, sortie = lancer_ouvriere(tmp_path, "--one-shot").communicate(timeout=60)

    tour.refresh_from_db()
    assert (tour.statut, tour.essai, tour.servis) == (StatutTour.TERMINE, 2, 2), sortie


@pytest.mark.django_db(transaction=True)
def test_le_suivi_ecrit_l_avancement_et_entend_l_arret(animatrice: Utilisateur) -> None:
    tour = lancer(animatrice)
    Tour.objects.update(statut=StatutTour.EN_COURS)
    with Suivi(tour) as suivi:
        suivi.progresser(3, 8)
        attendre(lambda: Tour.objects.get().servis == 3)
        assert not suivi.doit_arreter()
        arreter_tour(par=animatrice, tour=tour)
        attendre(suivi.doit_arreter)
    assert Tour.objects.get().borne == 8


@pytest.mark.django_db(transaction=True)
def test_le_suivi_s_arrete_quand_un_autre_essai_a_pris_la_suite(animatrice: Utilisateur) -> None:
    tour = lancer(animatrice)
    Tour.objects.update(statut=StatutTour.EN_COURS, essai=2)
    with Suivi(tour) as suivi:
        suivi.progresser(3, 8)
        attendre(suivi.doit_arreter)
    assert Tour.objects.get().servis == 0


def attendre(fait: Callable[[], bool]) -> None:
    limite = time.monotonic() + 20
    while not fait():
        assert time.monotonic() < limite, "it did not happen"
        time.sleep(0.05)


def attendre_le_statut(tour: Tour, statut: StatutTour) -> None:
    attendre(lambda: Tour.objects.filter(pk=tour.pk, statut=statut).exists())
