"""Who is asked for a bilan, when, how often; and when a réalisé is clos."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from matching.choix import Motif
from matching.models import Bilan, Echange, ReponseBilan, StatutEchange
from matching.services.confirmations import annuler_echange_en_cours
from matching.services.demandes_bilans import clore_echanges_faits, demander_bilans, ouvrir_bilans
from matching.services.echanges import annuler_echange, decliner_echange, expirer_propositions
from profils.models import Entreprise
from tests.matching.scenes import accepter, faire_chaine, membre, proposer
from tests.matching.scenes_bilans import bilan_de, convenir, faire, questionnaires, realiser, repondre

pytestmark = pytest.mark.django_db

JOUR_1 = datetime(2027, 1, 31, 22, 30, tzinfo=UTC)  # 31 January, 23:30 in Paris


def le(jour: float) -> time_machine.travel:
    """That many days after the ending."""
    return time_machine.travel(JOUR_1 + timedelta(days=jour), tick=False)


@pytest.fixture
def fait(boulangerie: Entreprise, menuiserie: Entreprise) -> Echange:
    with le(0):
        return faire(boulangerie, menuiserie)


class TestQui:
    def test_ce_qui_a_eu_lieu_demande_a_chacun_ce_qu_il_a_appris(
        self, fait: Echange, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        assert questionnaires(fait) == dict.fromkeys((boulangerie.nom, menuiserie.nom), "appris")
        assert bilan_de(boulangerie).competence_id == "site-vitrine"

    def test_dans_une_chaine_qui_donne_seulement_dit_ce_qu_il_y_a_gagne(
        self, coiffure: Entreprise, menuiserie: Entreprise, boulangerie: Entreprise
    ) -> None:
        faire_chaine(coiffure, menuiserie, boulangerie)
        echange = realiser(accepter(proposer(boulangerie, nature="chaine"), coiffure, menuiserie))
        assert questionnaires(echange) == {
            coiffure.nom: "donne",
            menuiserie.nom: "appris",
            boulangerie.nom: "appris",
        }
        assert not echange.bilans.filter(entreprise=coiffure, echeance="j30").exists()

    def test_un_refus_demande_aux_deux(
        self, propose: Echange, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        decliner_echange(
            par=membre(menuiserie), echange=propose, entreprise=menuiserie, motif=Motif.PAS_LE_TEMPS
        )
        assert questionnaires(propose) == {boulangerie.nom: "cherchait", menuiserie.nom: "a_decline"}

    def test_un_silence_demande_pourquoi(self, propose: Echange) -> None:
        with time_machine.travel(propose.expire_le, tick=False):
            expirer_propositions()
        assert questionnaires(propose) == {
            "Boulangerie du Marché": "cherchait",
            "Menuiserie Le Goff": "silence",
        }

    def test_reprendre_sa_proposition_ne_demande_qu_a_soi(
        self, propose: Echange, boulangerie: Entreprise
    ) -> None:
        annuler_echange(par=membre(boulangerie), echange=propose, entreprise=boulangerie)
        assert questionnaires(propose) == {boulangerie.nom: "a_annule"}

    def test_renoncer_apres_l_accord_demande_aux_deux(
        self, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        echange = convenir(boulangerie, menuiserie)
        annuler_echange_en_cours(par=membre(menuiserie), entreprise=menuiserie, echange=echange)
        assert questionnaires(echange) == {boulangerie.nom: "cherchait", menuiserie.nom: "a_annule"}

    def test_ce_qui_n_a_pas_eu_lieu_malgre_l_accord_demande_si_l_on_cherche_encore(
        self, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        echange = realiser(convenir(boulangerie, menuiserie), a_eu_lieu=False)
        assert echange.statut == StatutEchange.ANNULE
        assert set(questionnaires(echange).values()) == {"cherchait"}

    def test_une_annonce_prise_entre_temps_ne_demande_rien_a_personne(
        self, propose: Echange, boulangerie: Entreprise
    ) -> None:
        Echange.objects.filter(pk=propose.pk).update(statut=StatutEchange.ANNULE, conclu_le=propose.expire_le)
        propose.refresh_from_db()
        propose.journal.create(fait="annonce_prise", entreprise=boulangerie)
        assert ouvrir_bilans(echange=propose) == []

    def test_tant_que_le_besoin_vit_ailleurs_ou_vient_d_etre_dit_on_ne_redemande_pas(
        self, propose: Echange, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        def refuser(echange: Echange) -> None:
            decliner_echange(
                par=membre(menuiserie), echange=echange, entreprise=menuiserie, motif=Motif.PAS_LE_TEMPS
            )

        refuser(propose)
        assert questionnaires(propose)[boulangerie.nom] == "cherchait"
        encore = proposer(boulangerie)
        refuser(encore)
        assert questionnaires(encore) == {menuiserie.nom: "a_decline"}
        Bilan.objects.all().delete()
        autre = proposer(boulangerie, nature="reciproque")
        apport = autre.apports.get(receveur=boulangerie)
        meme = Echange.objects.create(
            nature="direct", initiatrice=boulangerie, empreinte="vague", expire_le=autre.expire_le
        )
        meme.apports.create(
            donneur=menuiserie,
            receveur=boulangerie,
            besoin=apport.besoin,
            savoir_faire=apport.savoir_faire,
            distance_m=0,
        )
        refuser(autre)
        assert questionnaires(autre) == {menuiserie.nom: "a_decline"}

    def test_la_fin_dite_deux_fois_ne_demande_qu_une_fois(self, fait: Echange) -> None:
        avant = Bilan.objects.count()
        ouvrir_bilans(echange=fait)
        assert Bilan.objects.count() == avant == 4
        with pytest.raises(IntegrityError), transaction.atomic():
            Bilan.objects.create(
                echange=fait,
                entreprise=fait.participations.all()[0].entreprise,
                questionnaire="donne",
                competence_id="instagram",
                demander_apres=JOUR_1,
                expire_le=JOUR_1 + timedelta(days=1),
            )


class TestQuand:
    def test_tout_de_suite_puis_un_rappel_a_cinq_jours_puis_un_mois_apres(self, fait: Echange) -> None:
        comptes = []
        for jour in (0, 0.1, 4.9, 5, 6, 13, 29.9, 30, 31, 35, 44):
            with le(jour):
                comptes.append(demander_bilans())
        assert comptes == [2, 0, 0, 2, 0, 0, 0, 2, 0, 2, 0]
        un_mois = Bilan.objects.filter(echeance="j30").values_list("demander_apres", flat=True)
        assert {str(d.date()) for d in un_mois} == {"2027-03-02"}  # 31 January and thirty days

    def test_ce_qui_n_a_pas_eu_lieu_attend_le_lendemain(self, propose: Echange) -> None:
        with time_machine.travel(propose.expire_le, tick=False) as horloge:
            expirer_propositions()
            assert demander_bilans() == 0
            horloge.shift(timedelta(days=1))
            assert demander_bilans() == 2

    def test_repondu_on_ne_rappelle_ni_ne_redemande(self, fait: Echange, boulangerie: Entreprise) -> None:
        with le(1):
            demander_bilans()
            repondre(bilan_de(boulangerie))
        with le(6):
            assert demander_bilans() == 1

    def test_le_site_arrete_dix_jours_on_a_encore_quatorze_jours_pour_repondre(self, fait: Echange) -> None:
        with le(10):
            assert demander_bilans() == 2
        assert set(Bilan.objects.filter(echeance="fin").values_list("expire_le", flat=True)) == {
            JOUR_1 + timedelta(days=24)
        }

    def test_trop_tard_on_ne_demande_plus(self, fait: Echange) -> None:
        with le(61):
            assert demander_bilans() == 0

    def test_rien_de_fait_ou_rien_d_appris_pas_de_question_un_mois_apres(
        self, fait: Echange, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        with le(1):
            repondre(bilan_de(boulangerie), "non", "seul", "non")
            repondre(bilan_de(menuiserie), "prevu", "rien", "oui")
        assert not Bilan.objects.filter(echeance="j30").exists()


class TestClore:
    def test_tous_les_bilans_recus_l_echange_est_clos_avec_le_dernier(
        self, fait: Echange, boulangerie: Entreprise, menuiserie: Entreprise
    ) -> None:
        with le(1):
            repondre(bilan_de(boulangerie))
            fait.refresh_from_db()
            assert fait.statut == StatutEchange.REALISE
            repondre(bilan_de(menuiserie))
        fait.refresh_from_db()
        assert fait.statut == StatutEchange.CLOS
        assert fait.journal.filter(fait="bilan_fin").count() == 2

    def test_ou_apres_quatorze_jours(self, fait: Echange) -> None:
        with le(0):
            demander_bilans()
        with le(13.9):
            assert clore_echanges_faits() == 0
        with le(14):
            assert clore_echanges_faits() == 1
            assert clore_echanges_faits() == 0
        fait.refresh_from_db()
        assert fait.statut == StatutEchange.CLOS

    def test_la_question_d_un_mois_apres_ne_rouvre_rien(self, fait: Echange, boulangerie: Entreprise) -> None:
        with le(14):
            clore_echanges_faits()
        with le(31):
            demander_bilans()
            repondre(bilan_de(boulangerie, "j30"))
        fait.refresh_from_db()
        assert fait.statut == StatutEchange.CLOS

    def test_une_entreprise_effacee_emporte_ses_bilans(self, fait: Echange, boulangerie: Entreprise) -> None:
        with le(1):
            repondre(bilan_de(boulangerie))
            Bilan.objects.filter(entreprise=boulangerie).delete()
            assert clore_echanges_faits() == 0
        assert not ReponseBilan.objects.exists()
