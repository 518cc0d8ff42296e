"""Answering: each tap once, whoever taps; a word at the end; an agreement, and its withdrawal."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from echange.socle.horloge import maintenant
from matching.erreurs import BilanExpire, BilanInconnu, ReponseInconnue
from matching.models import Bilan, ReponseBilan, StatutEchange, Temoignage
from matching.questions import PAR_CODE
from matching.services.bilans import completer_bilan, repondre_bilan, retirer_temoignage
from profils.models import Entreprise, Membre, Utilisateur
from tests.matching.scenes import ensemble, membre
from tests.matching.scenes_bilans import bilan_de, faire, repondre


@pytest.fixture
def bilan(boulangerie: Entreprise, menuiserie: Entreprise) -> Bilan:
    """La boulangerie has learnt something; it has not answered yet."""
    faire(boulangerie, menuiserie)
    return bilan_de(boulangerie)


def toucher(bilan: Bilan, question: str, reponse: str) -> Bilan:
    return repondre_bilan(par=membre(bilan.entreprise), bilan=bilan, question=question, reponse=reponse)


def test_trois_touches_et_c_est_complet(bilan: Bilan) -> None:
    relu = repondre(bilan)
    assert relu.donnees == {"deroulement": "prevu", "acquis": "seul", "conseil": "oui"}
    assert relu.termine_le is not None


def test_une_touche_est_ecrite_une_fois(bilan: Bilan) -> None:
    toucher(bilan, "deroulement", "prevu")
    toucher(bilan, "deroulement", "non")
    assert Bilan.objects.get(pk=bilan.pk).donnees == {"deroulement": "prevu"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ReponseBilan.objects.create(bilan=bilan, question="deroulement", reponse="non")


def test_n_importe_quel_membre_continue(bilan: Bilan, intruse: Utilisateur) -> None:
    toucher(bilan, "deroulement", "prevu")
    Membre.objects.create(utilisateur=intruse, entreprise=bilan.entreprise)
    repondre_bilan(par=intruse, bilan=bilan, question="acquis", reponse="aide")
    assert list(bilan.reponses.values_list("par__first_name", flat=True)) == ["Alice", "Inès"]


def test_une_autre_entreprise_n_en_sait_rien(bilan: Bilan, menuisiere: Utilisateur) -> None:
    with pytest.raises(BilanInconnu):
        repondre_bilan(par=menuisiere, bilan=bilan, question="deroulement", reponse="prevu")
    assert not ReponseBilan.objects.exists()


@pytest.mark.parametrize(
    ("question", "reponse"),
    [
        ("acquis", "seul"),
        ("usage", "oui"),
        ("deroulement", "seul"),
        ("", ""),
        ("deroulement", "\0"),
        ("x", "oui"),
    ],
)
def test_ce_qui_n_est_pas_demande_est_refuse(bilan: Bilan, question: str, reponse: str) -> None:
    with pytest.raises(ReponseInconnue):
        toucher(bilan, question, reponse)


@pytest.mark.parametrize(("question", "reponse"), [("acquis", "prevu"), ("inconnue", "oui")])
def test_la_base_refuse_un_code_inconnu(bilan: Bilan, question: str, reponse: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ReponseBilan.objects.create(bilan=bilan, question=question, reponse=reponse)
    assert question not in PAR_CODE or reponse not in PAR_CODE[question].choix.values


def test_trop_tard_ce_qui_etait_dit_est_garde(bilan: Bilan) -> None:
    toucher(bilan, "deroulement", "prevu")
    with time_machine.travel(bilan.expire_le, tick=False), pytest.raises(BilanExpire):
        toucher(bilan, "acquis", "seul")
    assert bilan.reponses.count() == 1


def test_avant_l_heure_la_question_d_un_mois_apres_n_existe_pas(
    bilan: Bilan, boulangerie: Entreprise
) -> None:
    with pytest.raises(BilanInconnu):
        toucher(bilan_de(boulangerie, "j30"), "usage", "oui")


class TestDernierEcran:
    def test_les_mots_perdent_ce_qui_nommerait(self, bilan: Bilan) -> None:
        repondre(bilan)
        completer_bilan(par=membre(bilan.entreprise), bilan=bilan, mots="Appelez le 06 12 34 56 78, merci")
        completer_bilan(par=membre(bilan.entreprise), bilan=bilan, mots="Autre chose")
        assert Bilan.objects.get(pk=bilan.pk).mots == "Appelez le …, merci"

    def test_il_ne_s_ouvre_qu_a_la_fin(self, bilan: Bilan) -> None:
        with pytest.raises(ReponseInconnue):
            completer_bilan(par=membre(bilan.entreprise), bilan=bilan, mots="Déjà")
        with pytest.raises(IntegrityError), transaction.atomic():
            Bilan.objects.update(mots_le=maintenant())

    @pytest.mark.parametrize("reponses", [("non", "seul", "oui"), ("prevu", "seul", "non")])
    def test_un_echange_decu_ne_se_publie_pas(self, bilan: Bilan, reponses: tuple[str, ...]) -> None:
        repondre(bilan, *reponses)
        with pytest.raises(ReponseInconnue):
            completer_bilan(par=membre(bilan.entreprise), bilan=bilan, temoignage="Bien", consent=True)

    def test_sans_accord_le_texte_ne_va_nulle_part(self, bilan: Bilan) -> None:
        repondre(bilan)
        completer_bilan(par=membre(bilan.entreprise), bilan=bilan, temoignage="Un texte", consent=False)
        assert not Temoignage.objects.exists()

    def test_un_accord_vide_est_refuse(self, bilan: Bilan) -> None:
        repondre(bilan)
        with pytest.raises(ReponseInconnue):
            completer_bilan(par=membre(bilan.entreprise), bilan=bilan, temoignage="  ", consent=True)

    def test_l_accord_se_retire_une_fois_et_par_l_entreprise_seule(
        self, bilan: Bilan, menuisiere: Utilisateur
    ) -> None:
        repondre(bilan)
        alice = membre(bilan.entreprise)
        completer_bilan(par=alice, bilan=bilan, temoignage="Un texte", consent=True)
        temoignage = Temoignage.objects.get()
        with pytest.raises(BilanInconnu):
            retirer_temoignage(par=menuisiere, temoignage=temoignage)
        premier = retirer_temoignage(par=alice, temoignage=temoignage).retire_le
        assert premier is not None
        with time_machine.travel(maintenant() + timedelta(days=1)):
            assert retirer_temoignage(par=alice, temoignage=temoignage).retire_le == premier
        assert list(
            bilan.echange.journal.filter(fait__startswith="temoignage").values_list("fait", flat=True)
        ) == [
            "temoignage",
            "temoignage_retire",
        ]


@pytest.mark.django_db(transaction=True)
class TestAuMemeInstant:
    def test_deux_telephones_une_seule_reponse(self, bilan: Bilan) -> None:
        resultats = ensemble(
            *(lambda r=r: toucher(bilan, "deroulement", r) for r in ("prevu", "autrement", "non", "prevu"))
        )
        assert not [r for r in resultats if isinstance(r, Exception)]
        assert ReponseBilan.objects.count() == 1

    def test_la_derniere_touche_de_chacun_clot_l_echange_une_fois(
        self, bilan: Bilan, menuiserie: Entreprise
    ) -> None:
        autre = bilan_de(menuiserie)
        for un in (bilan, autre):
            repondre(un, "prevu", "seul")
        resultats = ensemble(*(lambda b=b: toucher(b, "conseil", "oui") for b in (bilan, autre, bilan)))
        assert not [r for r in resultats if isinstance(r, Exception)]
        bilan.echange.refresh_from_db()
        assert bilan.echange.statut == StatutEchange.CLOS
        assert bilan.echange.journal.filter(fait="clos").count() == 1
        assert bilan.echange.journal.filter(fait="bilan_fin").count() == 2

    def test_un_seul_accord_de_deux_telephones(self, bilan: Bilan) -> None:
        repondre(bilan)
        alice = membre(bilan.entreprise)
        ensemble(
            *(
                lambda t=t: completer_bilan(par=alice, bilan=bilan, temoignage=t, consent=True)
                for t in ("Un texte", "Un autre")
            )
        )
        assert Temoignage.objects.count() == 1
