"""Words the tree does not know: sent without a name, understood by a référent, told to whoever waits."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from echange.socle.horloge import maintenant
from matching.erreurs import (
    AnnonceDUneAutreEntreprise,
    CompetenceRetiree,
    DitDejaPris,
    MotDejaTraite,
    ReserveAuReferent,
    TexteSansMots,
    TropDAttentes,
)
from matching.models import Attente, ChoixCompetence, Competence, EtatMot, Genre, MotManquant, OrigineChoix
from matching.services.choix import exporter_choix, oublier_choix
from matching.services.mots import (
    ATTENTES_MAX,
    clore_attente,
    ecarter_mots,
    oublier_mots,
    rattacher_mots,
    signaler_mot,
)
from matching.services.refonte import fusionner_competences, retirer_competence
from matching.suggestions import suggerer
from messagerie.models import Notification
from profils.models import Entreprise, Utilisateur
from territoires.models import Territoire
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import demander, membre, voisine

pytestmark = pytest.mark.django_db

CAISSE = "Ma caisse enregistreuse tactile bugue, appelez le 06 12 34 56 78"


def signaler(entreprise: Entreprise, texte: str = CAISSE, **reglages: Any) -> Attente:
    return signaler_mot(
        par=membre(entreprise), entreprise=entreprise, genre=Genre.BESOIN, texte=texte, reglages=reglages
    )


def test_les_mots_partent_sans_nom_avec_le_metier_et_le_territoire(boulangerie: Entreprise) -> None:
    attente = signaler(boulangerie, rayon_km=30)
    mot = attente.mot
    assert mot.texte == "Ma caisse enregistreuse tactile bugue, appelez le …"
    assert (mot.secteur, mot.territoire) == (boulangerie.secteur, Territoire.objects.get(departements="35"))
    assert "Boulangerie" not in str(vars(mot))
    assert (attente.texte, attente.reglages) == (CAISSE, {"rayon_km": 30})


def test_envoyer_deux_fois_n_envoie_qu_une_fois(boulangerie: Entreprise) -> None:
    assert signaler(boulangerie) == signaler(boulangerie)
    assert MotManquant.objects.count() == 1


def test_un_texte_sans_mots_est_refuse(boulangerie: Entreprise) -> None:
    for texte in ("06 12 34 56 78", "!!!", "je ne sais pas"):
        with pytest.raises(TexteSansMots):
            signaler(boulangerie, texte)


def test_pas_plus_de_cinq_textes_en_attente(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    for numero in range(ATTENTES_MAX):
        signaler(boulangerie, f"caisse numero{numero} capricieuse")
    with pytest.raises(TropDAttentes):
        signaler(boulangerie, "encore une autre chose")
    signaler(menuiserie)


def test_on_ne_signale_que_pour_son_entreprise(boulangerie: Entreprise, intruse: Utilisateur) -> None:
    with pytest.raises(AnnonceDUneAutreEntreprise):
        signaler_mot(par=intruse, entreprise=boulangerie, genre=Genre.BESOIN, texte=CAISSE, reglages={})


def test_rattacher_apprend_le_dit_et_previent_qui_attend(
    boulangerie: Entreprise, referente: Utilisateur
) -> None:
    mot = signaler(boulangerie).mot
    assert suggerer("caisse tactile qui bugue") == []
    cible = Competence.objects.get(code="facture-electronique")
    rattacher_mots(par=referente, mots=[mot], competence=cible, dit="ma caisse tactile bugue")

    mot.refresh_from_db()
    assert (mot.etat, mot.competence, mot.traite_par) == (EtatMot.COMPRIS, cible, referente)
    assert suggerer("caisse tactile qui bugue")[0] == cible
    avis = Notification.objects.get()
    assert avis.courriel == "alice@exemple.fr"
    assert avis.titre == "Vos mots sont compris\u00a0: «\u00a0Recevoir des factures électroniques\u00a0»"
    assert avis.chemin == f"/besoins/publier/?attente={mot.attentes.get().uuid}"
    choix = ChoixCompetence.objects.get()
    assert (choix.texte, choix.choisie, choix.origine) == (mot.texte, cible, OrigineChoix.CORRECTION)


def test_ecarter_dit_pourquoi(boulangerie: Entreprise, referente: Utilisateur) -> None:
    mot = signaler(boulangerie).mot
    ecarter_mots(par=referente, mots=[mot], motif="C’est un dépannage : appelez votre vendeur.")
    assert "appelez votre vendeur" in Notification.objects.get().donnees["motif"]
    mot.refresh_from_db()
    assert mot.etat == EtatMot.ECARTE


def test_traiter_deux_fois_previent_une_fois(boulangerie: Entreprise, referente: Utilisateur) -> None:
    mot = signaler(boulangerie).mot
    cible = Competence.objects.get(code="instagram")
    rattacher_mots(par=referente, mots=[mot], competence=cible)
    with pytest.raises(MotDejaTraite):
        rattacher_mots(par=referente, mots=[mot], competence=cible)
    with pytest.raises(MotDejaTraite):
        ecarter_mots(par=referente, mots=[mot], motif="x")
    assert Notification.objects.count() == 1


def test_un_refus_n_apprend_rien_et_ne_previent_personne(
    boulangerie: Entreprise, referente: Utilisateur, animatrice: Utilisateur
) -> None:
    mot = signaler(boulangerie).mot
    cible, autre = Competence.objects.get(code="instagram"), Competence.objects.get(code="site-vitrine")
    with pytest.raises(ReserveAuReferent):
        rattacher_mots(par=animatrice, mots=[mot], competence=cible)
    with pytest.raises(ReserveAuReferent):
        ecarter_mots(par=animatrice, mots=[mot], motif="x")
    with pytest.raises(DitDejaPris):
        rattacher_mots(par=referente, mots=[mot], competence=cible, dit="factures")
    retirer_competence(par=referente, competence=autre)
    with pytest.raises(CompetenceRetiree):
        rattacher_mots(par=referente, mots=[mot], competence=autre)
    mot.refresh_from_db()
    assert mot.etat == EtatMot.EN_ATTENTE
    assert not ChoixCompetence.objects.exists()
    assert not Notification.objects.exists()


@time_machine.travel("2026-03-10 10:00 +0100", tick=False)
@pytest.mark.parametrize("est_compris", [True, False])
def test_le_courriel_ramene_au_texte_garde(
    boulangerie: Entreprise, referente: Utilisateur, *, est_compris: bool
) -> None:
    mot = signaler(boulangerie).mot
    if est_compris:
        rattacher_mots(par=referente, mots=[mot], competence=Competence.objects.get(code="instagram"))
    else:
        ecarter_mots(par=referente, mots=[mot], motif="C’est une panne & <rien> d’autre.")
    executer_la_file()
    (courriel,) = mail.outbox
    assert courriel.to == ["alice@exemple.fr"]
    assert f"/besoins/publier/?attente={mot.attentes.get().uuid}" in courriel.body
    assert CAISSE in courriel.body
    assert ("Publier sur Instagram" if est_compris else "panne & <rien>") in courriel.body


def test_publier_sans_attendre_eteint_l_avis(boulangerie: Entreprise, referente: Utilisateur) -> None:
    attente = signaler(boulangerie)
    rattacher_mots(par=referente, mots=[attente.mot], competence=Competence.objects.get(code="instagram"))
    clore_attente(attente=attente)
    assert Notification.objects.get().lue_le


def test_les_mots_semblables_se_comptent_et_se_trouvent(boulangerie: Entreprise) -> None:
    mot = signaler(boulangerie, "ma caisse tactile bugue").mot
    signaler(voisine(), "la caisse tactile elle bugue toujours")
    signaler(voisine(), "J’ai une CAISSE TACTILE qui bugue")
    signaler(voisine(), "tenir une ruche sur le toit")
    comptes = {m.texte: m.semblables for m in MotManquant.objects.avec_semblables()}  # type: ignore[attr-defined]
    assert comptes[mot.texte] == 2
    assert comptes["tenir une ruche sur le toit"] == 0
    assert MotManquant.objects.semblables_a(mot).count() == 2


def test_compter_les_semblables_ne_coute_qu_une_requete(boulangerie: Entreprise) -> None:
    for numero in range(4):
        signaler(voisine(), f"caisse tactile {numero}")
    with CaptureQueriesContext(connection) as requetes:
        list(MotManquant.objects.avec_semblables())
    assert len(requetes) == 1


def test_publier_en_choisissant_soi_meme_laisse_une_piste(boulangerie: Entreprise) -> None:
    attente = signaler(boulangerie)
    choisie = Competence.objects.get(code="instagram")
    clore_attente(attente=attente, competence=choisie)
    assert not Attente.objects.exists()
    assert MotManquant.objects.get().piste == choisie


def test_tout_s_oublie_au_bout_d_un_an(boulangerie: Entreprise, referente: Utilisateur) -> None:
    mot = signaler(boulangerie).mot
    rattacher_mots(par=referente, mots=[mot], competence=Competence.objects.get(code="instagram"))
    with time_machine.travel(maintenant() + timedelta(days=364), tick=False):
        assert (oublier_mots(), oublier_choix()) == (0, 0)
    with time_machine.travel(maintenant() + timedelta(days=366), tick=False):
        oublier_mots()
        oublier_choix()
    assert not MotManquant.objects.exists()
    assert not Attente.objects.exists()
    assert not ChoixCompetence.objects.exists()


def test_l_export_des_choix_suit_les_fusions_et_ne_repete_rien(
    boulangerie: Entreprise, referente: Utilisateur
) -> None:
    for code in ("site-vitrine", "instagram"):
        mot = signaler(voisine(), "ma caisse tactile bugue").mot
        rattacher_mots(par=referente, mots=[mot], competence=Competence.objects.get(code=code))
    fusionner_competences(
        par=referente,
        source=Competence.objects.get(code="instagram"),
        cible=Competence.objects.get(code="photos-produits"),
    )
    assert exporter_choix() == [{"texte": "ma caisse tactile bugue", "competence": "photos-produits"}]


def test_ni_l_import_ni_la_demonstration_n_apprennent(boulangerie: Entreprise) -> None:
    demander(boulangerie, "instagram")
    assert not ChoixCompetence.objects.exists()
