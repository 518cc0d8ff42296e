"""Propose dates, choose, move, cancel; two answers at the same instant."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from matching.erreurs import (
    DatesRefusees,
    EchangeNonEngage,
    EndroitIncomplet,
    SeanceInconnue,
    SeanceModifiee,
    SeancePassee,
)
from matching.models import Apport, DatesProposees, Echange, EtatSeance, Seance
from matching.moteur.adequation import Lieu
from matching.presentation.seances import dates_suggerees
from matching.rappels import rappeler_seances
from matching.services.confirmations import annuler_echange_en_cours
from matching.services.seances import annuler_seance, choisir_date, maintenir_seance
from messagerie.models import EtatEnvoi, Message, Notification
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_utilisateur
from tests.matching.scenes import ensemble, membre
from tests.matching.scenes_seances import (
    JEUDI_14H,
    LUNDI_9H,
    VENDREDI_10H,
    apport_de,
    choisir,
    convenir_seance,
    proposer_seance,
)
from tests.matching.test_services_accords import deux_entreprises

SEMAINE = timedelta(days=7)


@pytest.fixture(autouse=True)
def lundi() -> Any:
    with time_machine.travel(LUNDI_9H, tick=False) as voyage:
        yield voyage


@pytest.fixture
def apport(engage: Echange, menuiserie: Entreprise) -> Apport:
    """La menuiserie shows, la boulangerie learns."""
    return apport_de(engage, menuiserie)


def avis(genre: str, entreprise: Entreprise) -> list[str]:
    siens = Notification.objects.filter(genre=genre, destinataire=membre(entreprise))
    return [n.titre for n in siens.order_by("pk")]


class TestConvenir:
    def test_l_une_propose_l_autre_choisit_les_deux_sont_prevenues(
        self, apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        seance = proposer_seance(apport, menuiserie, VENDREDI_10H, JEUDI_14H, JEUDI_14H)
        assert seance.attendue is not None
        assert seance.attendue.dates == [JEUDI_14H, VENDREDI_10H]
        assert avis("seance_proposee", boulangerie) == ["Menuiserie Le Goff vous propose des dates"]
        seance = choisir(seance, boulangerie)
        assert (seance.etat, seance.debut, seance.fin) == (
            EtatSeance.CONVENUE,
            JEUDI_14H,
            JEUDI_14H + timedelta(hours=1),
        )
        assert avis("seance_convenue", boulangerie) == [
            "Séance avec Menuiserie Le Goff\u00a0: jeudi 3 décembre à 14\u00a0h"
        ]
        assert avis("seance_convenue", menuiserie) == [
            "Séance avec Boulangerie du Marché\u00a0: jeudi 3 décembre à 14\u00a0h"
        ]
        derniere = Message.objects.order_by("pk").last()
        assert derniere is not None
        assert derniere.texte.startswith("Séance convenue\u00a0: jeudi 3 décembre à 14\u00a0h")
        apport.refresh_from_db()
        assert Seance.objects.derniere_fin(apport) == apport.prevu_le == seance.fin
        assert choisir(seance, boulangerie) == seance  # a double tap
        assert not DatesProposees.objects.exists()

    def test_qui_propose_ne_choisit_pas_et_une_date_hors_liste_est_refusee(
        self, apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        seance = proposer_seance(apport, menuiserie)
        for entreprise, debut in ((menuiserie, JEUDI_14H), (boulangerie, JEUDI_14H + timedelta(hours=1))):
            with pytest.raises(SeanceModifiee):
                choisir(seance, entreprise, debut)

    def test_l_autre_propose_d_autres_dates_et_les_premieres_ne_valent_plus(
        self, apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        premiere = proposer_seance(apport, menuiserie)
        with pytest.raises(SeanceModifiee):  # she has not seen that dates await her
            proposer_seance(apport, boulangerie, JEUDI_14H + SEMAINE)
        autre = proposer_seance(apport, boulangerie, JEUDI_14H + SEMAINE, version=premiere.version)
        assert autre == premiere
        assert Notification.objects.get(genre="seance_proposee", destinataire=membre(boulangerie)).lue_le
        with pytest.raises(SeanceModifiee):
            choisir(premiere, boulangerie, version=premiere.version)
        assert choisir(autre, menuiserie, JEUDI_14H + SEMAINE).debut == JEUDI_14H + SEMAINE

    def test_envoyer_deux_fois_les_memes_dates_est_une_fois(
        self, apport: Apport, menuiserie: Entreprise
    ) -> None:
        assert proposer_seance(apport, menuiserie) == proposer_seance(apport, menuiserie)
        assert Notification.objects.filter(genre="seance_proposee").count() == 1

    @pytest.mark.parametrize(
        "dates",
        [
            [LUNDI_9H - timedelta(days=1)],
            [LUNDI_9H + timedelta(hours=1, minutes=59)],
            [LUNDI_9H + timedelta(days=190)],
            [JEUDI_14H + timedelta(days=rang) for rang in range(4)],
        ],
    )
    def test_passee_trop_tot_trop_loin_ou_trop_de_dates(
        self, apport: Apport, menuiserie: Entreprise, dates: list[datetime]
    ) -> None:
        with pytest.raises(DatesRefusees):
            proposer_seance(apport, menuiserie, *dates)
        assert not Seance.objects.exists()

    def test_choisir_trop_tard_est_refuse(
        self, apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise, lundi: Any
    ) -> None:
        seance = proposer_seance(apport, menuiserie)
        lundi.move_to(JEUDI_14H - timedelta(minutes=30))
        with pytest.raises(DatesRefusees):
            choisir(seance, boulangerie)
        assert choisir(seance, boulangerie, VENDREDI_10H).debut == VENDREDI_10H

    def test_l_intruse_n_y_peut_rien(
        self, apport: Apport, menuiserie: Entreprise, intruse: Utilisateur
    ) -> None:
        seance = proposer_seance(apport, menuiserie)
        with pytest.raises(SeanceInconnue):
            annuler_seance(par=intruse, seance=seance, entreprise=intruse.entreprises.get())
        with pytest.raises(SeanceInconnue):
            annuler_seance(par=intruse, seance=seance, entreprise=menuiserie)
        assert not Seance.objects.visibles_par(intruse).exists()

    def test_pas_avant_l_accord_de_tous(self, propose: Echange, menuiserie: Entreprise) -> None:
        with pytest.raises(EchangeNonEngage):
            proposer_seance(apport_de(propose, menuiserie), menuiserie)


class TestLieu:
    def test_la_visio_a_le_lien_donne_ou_une_salle_que_personne_ne_devine(
        self, apport: Apport, menuiserie: Entreprise, settings: Any
    ) -> None:
        with pytest.raises(EndroitIncomplet):
            proposer_seance(apport, menuiserie, lieu=Lieu.VISIO)
        settings.VISIO_URL = "https://visio.exemple.fr"
        seance = proposer_seance(apport, menuiserie, lieu=Lieu.VISIO)
        assert seance.attendue is not None
        salle = seance.attendue.lien_visio
        assert salle.startswith("https://visio.exemple.fr/echange-")
        assert len(salle.rpartition("-")[2]) == 32
        # Other dates, same room.
        seance = proposer_seance(apport, menuiserie, VENDREDI_10H, lieu=Lieu.VISIO, version=seance.version)
        assert seance.attendue is not None
        assert seance.attendue.lien_visio == salle

    @pytest.mark.parametrize(
        "champs",
        [{"lieu": Lieu.VISIO, "lien_visio": "http://visio.exemple.fr/x"}, {"lieu": Lieu.TIERS_LIEU}],
    )
    def test_un_endroit_a_moitie_dit_est_refuse(
        self, apport: Apport, menuiserie: Entreprise, champs: dict[str, Any]
    ) -> None:
        with pytest.raises(EndroitIncomplet):
            proposer_seance(apport, menuiserie, **champs)

    @pytest.mark.parametrize(
        "champs",
        [
            {"lieu": 8, "lien_visio": "javascript:alert(1)"},
            {"lieu": 8},
            {"lieu": 1, "lien_visio": "https://x.fr"},
            {"lieu": 4},
            {"lieu": 2, "adresse": "Café"},
        ],
    )
    def test_la_base_le_refuse_aussi(
        self, apport: Apport, menuiserie: Entreprise, champs: dict[str, Any]
    ) -> None:
        seance = proposer_seance(apport, menuiserie)
        with pytest.raises(IntegrityError), transaction.atomic():
            DatesProposees.objects.filter(seance=seance).update(**champs)


class TestDeplacer:
    def test_la_date_convenue_tient_tant_que_l_autre_n_a_pas_choisi(
        self, apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        seance = convenir_seance(apport)
        proposer_seance(
            apport, boulangerie, JEUDI_14H + SEMAINE, version=seance.version, lieu=Lieu.CHEZ_DEMANDEUR
        )
        seance.refresh_from_db()
        assert (seance.debut, seance.lieu) == (JEUDI_14H, Lieu.CHEZ_OFFREUR)
        assert avis("seance_proposee", menuiserie) == ["Boulangerie du Marché demande à changer la date"]
        seance = choisir(seance, menuiserie, JEUDI_14H + SEMAINE)
        assert (seance.debut, seance.lieu, seance.sequence) == (JEUDI_14H + SEMAINE, Lieu.CHEZ_DEMANDEUR, 1)
        for entreprise in (boulangerie, menuiserie):
            assert len(avis("seance_deplacee", entreprise)) == 1

    def test_garder_la_date_ecarte_les_autres(
        self, apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        seance = convenir_seance(apport)
        seance = proposer_seance(apport, boulangerie, JEUDI_14H + SEMAINE, version=seance.version)
        for _ in range(2):
            seance = maintenir_seance(
                par=membre(menuiserie), seance=seance, entreprise=menuiserie, version=seance.version
            )
        assert (seance.debut, seance.attendue, seance.sequence) == (JEUDI_14H, None, 0)
        assert avis("seance_maintenue", boulangerie) == [
            "Avec Menuiserie Le Goff, la date reste jeudi 3 décembre à 14\u00a0h"
        ]

    def test_la_meme_heure_la_semaine_suivante_est_offerte_d_abord(self, apport: Apport) -> None:
        seance = convenir_seance(apport)
        offertes = dates_suggerees(apport, 60, seance)
        assert offertes[0] == JEUDI_14H + SEMAINE
        assert len(offertes) == len(set(offertes))


class TestAnnuler:
    def test_annuler_previent_les_deux_et_laisse_en_prevoir_une_autre(
        self, apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        seance = convenir_seance(apport)
        for _ in range(2):
            seance = annuler_seance(par=membre(boulangerie), seance=seance, entreprise=boulangerie)
        assert (seance.etat, seance.sequence) == (EtatSeance.ANNULEE, 1)
        for entreprise in (boulangerie, menuiserie):
            assert len(avis("seance_annulee", entreprise)) == 1
        assert Seance.objects.derniere_fin(apport) is None
        apport.refresh_from_db()
        assert apport.prevu_le != seance.fin  # silence counts from no séance any more
        assert proposer_seance(apport, boulangerie) != seance

    def test_des_dates_reprises_ne_sont_dites_qu_a_l_autre(
        self, apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        seance = proposer_seance(apport, menuiserie)
        annuler_seance(par=membre(menuiserie), seance=seance, entreprise=menuiserie)
        assert avis("seance_annulee", boulangerie) == ["Menuiserie Le Goff retire ses dates"]
        assert not avis("seance_annulee", menuiserie)

    def test_une_seance_passee_ne_s_annule_plus_et_laisse_place(
        self, apport: Apport, menuiserie: Entreprise, lundi: Any
    ) -> None:
        seance = convenir_seance(apport)
        lundi.move_to(JEUDI_14H + timedelta(hours=2))
        with pytest.raises(SeancePassee):
            annuler_seance(par=membre(menuiserie), seance=seance, entreprise=menuiserie)
        proposer_seance(apport, menuiserie, JEUDI_14H + SEMAINE)
        seance.refresh_from_db()
        assert seance.etat == EtatSeance.PASSEE
        assert Seance.objects.derniere_fin(apport) == seance.fin

    def test_quitter_l_echange_annule_ce_qui_est_a_venir_et_ferme_la_porte(
        self, engage: Echange, apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        seance = convenir_seance(apport)
        annuler_echange_en_cours(par=membre(boulangerie), echange=engage, entreprise=boulangerie)
        seance.refresh_from_db()
        assert seance.etat == EtatSeance.ANNULEE
        for entreprise in (boulangerie, menuiserie):
            assert len(avis("seance_annulee", entreprise)) == 1
        with pytest.raises(EchangeNonEngage):
            proposer_seance(apport, menuiserie)


class TestRappels:
    def test_la_veille_et_deux_heures_avant_une_fois_chacun(
        self, apport: Apport, boulangerie: Entreprise, lundi: Any
    ) -> None:
        convenir_seance(apport)
        comptes = []
        for avance in (48, 24, 23, 3, 2, 1.5, -1):
            lundi.move_to(JEUDI_14H - timedelta(hours=avance))
            comptes.append(rappeler_seances())
        assert comptes == [0, 1, 0, 0, 1, 0, 0]
        assert (
            avis("seance_rappel", boulangerie)
            == ["Rappel\u00a0: séance avec Menuiserie Le Goff, jeudi 3 décembre à 14\u00a0h"] * 2
        )

    def test_convenue_pour_le_jour_meme_elle_n_a_que_le_second(self, apport: Apport, lundi: Any) -> None:
        convenir_seance(apport, LUNDI_9H + timedelta(hours=5))
        assert rappeler_seances() == 0
        lundi.move_to(LUNDI_9H + timedelta(hours=3))
        assert rappeler_seances() == 1

    def test_apres_un_long_arret_seul_le_plus_proche(self, apport: Apport, lundi: Any) -> None:
        convenir_seance(apport)
        lundi.move_to(JEUDI_14H - timedelta(hours=1))
        assert rappeler_seances() == 1

    def test_deplacee_le_rappel_qui_attend_ne_part_pas_et_la_nouvelle_date_a_les_siens(
        self, apport: Apport, boulangerie: Entreprise, lundi: Any
    ) -> None:
        seance = convenir_seance(apport)
        lundi.move_to(JEUDI_14H - timedelta(hours=24))
        rappeler_seances()
        seance = proposer_seance(apport, boulangerie, JEUDI_14H + SEMAINE, version=seance.version)
        choisir(seance, apport.donneur, JEUDI_14H + SEMAINE)
        rappels = Notification.objects.filter(genre="seance_rappel")
        assert rappels.count() == 2
        assert not rappels.filter(lue_le__isnull=True).exists()
        lundi.move_to(JEUDI_14H + SEMAINE - timedelta(hours=24))
        assert rappeler_seances() == 1
        assert rappels.filter(lue_le__isnull=True, etat_envoi=EtatEnvoi.ATTENTE).count() == 2

    def test_annulee_elle_n_en_a_plus(self, apport: Apport, boulangerie: Entreprise, lundi: Any) -> None:
        annuler_seance(par=membre(boulangerie), seance=convenir_seance(apport), entreprise=boulangerie)
        lundi.move_to(JEUDI_14H - timedelta(hours=1))
        assert rappeler_seances() == 0


@pytest.mark.parametrize(
    "champs",
    [
        {"etat": "convenue"},
        {"debut": JEUDI_14H},
        {"debut": JEUDI_14H, "fin": JEUDI_14H, "lieu": 1, "etat": "convenue"},
        {"debut": JEUDI_14H, "fin": JEUDI_14H + SEMAINE, "lieu": 1},
    ],
)
def test_la_base_refuse_une_seance_a_moitie_datee(
    apport: Apport, menuiserie: Entreprise, champs: dict[str, Any]
) -> None:
    seance = proposer_seance(apport, menuiserie)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seance.objects.filter(pk=seance.pk).update(**champs)


def test_la_base_n_en_garde_qu_une_active(apport: Apport, menuiserie: Entreprise) -> None:
    proposer_seance(apport, menuiserie)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seance.objects.create(apport=apport)


@pytest.mark.django_db(transaction=True)
def test_deux_dates_choisies_au_meme_instant_n_en_font_qu_une() -> None:
    une, deux, apport = deux_entreprises()
    seconde = creer_utilisateur("Seconde")
    deux.membres.create(utilisateur=seconde)
    seance = proposer_seance(apport, une)
    resultats = ensemble(
        *(
            lambda par=par, debut=debut: _choisir(par, seance, deux, debut)
            for par, debut in ((seconde, VENDREDI_10H), (deux.membres.earliest("pk").utilisateur, JEUDI_14H))
        )
    )
    assert sum(isinstance(r, SeanceModifiee) for r in resultats) == 1
    seance.refresh_from_db()
    assert seance.etat == EtatSeance.CONVENUE
    assert seance.debut in {JEUDI_14H, VENDREDI_10H}
    assert Notification.objects.filter(genre="seance_convenue").count() == 3


@pytest.mark.django_db(transaction=True)
def test_deux_premieres_propositions_au_meme_instant_font_une_seance() -> None:
    une, deux, apport = deux_entreprises()
    resultats = ensemble(
        lambda: proposer_seance(apport, une, JEUDI_14H), lambda: proposer_seance(apport, deux, VENDREDI_10H)
    )
    assert sum(isinstance(r, SeanceModifiee) for r in resultats) == 1
    assert Seance.objects.count() == 1


def _choisir(par: Utilisateur, seance: Seance, entreprise: Entreprise, debut: datetime) -> Seance:
    return choisir_date(par=par, seance=seance, entreprise=entreprise, debut=debut, version=seance.version)
