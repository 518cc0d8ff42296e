"""An agreed échange: each side says whether each gift took place; silence says yes, a dispute harms none."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from echange.socle import evenements
from echange.socle.horloge import maintenant
from matching.choix import Motif
from matching.erreurs import EchangeDUneAutreEntreprise, EchangePasEnCours
from matching.evenements import ApportConteste, EchangeTermine
from matching.models import Apport, Arete, Echange
from matching.services.confirmations import (
    annuler_echange_en_cours,
    clore_echange,
    confirmer_apport,
    confirmer_silences,
    demander_confirmations,
    prevoir_apport,
)
from messagerie.models import Notification
from messagerie.notifications.courrier import composer
from profils.models import Entreprise, Utilisateur
from tests.matching.scenes import accepter, faire_cercle, membre, proposer, rendre_reciproques


@pytest.fixture
def faits(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was emitted, in order."""
    emis: list[Any] = []
    for fait in (EchangeTermine, ApportConteste):
        monkeypatch.setitem(evenements._abonnes, fait, [emis.append])
    return emis


@pytest.fixture
def convenu(boulangerie: Entreprise, menuiserie: Entreprise) -> Echange:
    rendre_reciproques(boulangerie, menuiserie)
    return accepter(proposer(boulangerie), menuiserie)


def dire(entreprise: Entreprise, apport: Apport, *, a_eu_lieu: bool) -> Apport:
    return confirmer_apport(par=membre(entreprise), entreprise=entreprise, apport=apport, a_eu_lieu=a_eu_lieu)


def renoncer(entreprise: Entreprise, echange: Echange) -> Echange:
    return annuler_echange_en_cours(
        par=membre(entreprise), entreprise=entreprise, echange=echange, motif=Motif.PAS_LE_TEMPS
    )


def etats(echange: Echange) -> list[str]:
    return [apport.etat for apport in echange.apports.all()]


def test_on_demande_une_fois_a_chacun_et_repondre_eteint_sa_question(
    convenu: Echange, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    recu, donne = convenu.apports.all()
    prevoir_apport(apport=recu, le=maintenant() + timedelta(days=3))
    assert demander_confirmations() == 0
    with time_machine.travel(maintenant() + timedelta(days=4), tick=False):
        assert demander_confirmations() == 1
        assert demander_confirmations() == 0
        attente = Notification.objects.filter(genre="don_a_confirmer", lue_le__isnull=True)
        assert {n.destinataire for n in attente} == {membre(boulangerie), membre(menuiserie)}
        assert attente.get(destinataire=membre(boulangerie)).titre == (
            "«\u00a0Créer un site vitrine\u00a0» avec Menuiserie Le Goff\u00a0: est-ce fait\u00a0?"
        )
        dire(boulangerie, recu, a_eu_lieu=True)
        assert attente.get().destinataire == membre(menuiserie)
    with time_machine.travel(maintenant() + timedelta(days=31), tick=False):
        assert demander_confirmations() == 1  # the other one, a month after the agreement
    donne.refresh_from_db()
    assert donne.demande_le is not None


def test_les_deux_disent_oui_et_l_echange_est_realise(
    convenu: Echange, boulangerie: Entreprise, menuiserie: Entreprise, faits: list[Any]
) -> None:
    for apport in convenu.apports.all():
        dire(boulangerie, apport, a_eu_lieu=True)
        convenu.refresh_from_db()
        assert convenu.statut == "en_cours"
        dire(menuiserie, apport, a_eu_lieu=True)
        dire(menuiserie, apport, a_eu_lieu=True)
    convenu.refresh_from_db()
    assert (convenu.statut, etats(convenu)) == ("realise", ["realise", "realise"])
    assert convenu.conclu_le is not None
    assert faits == [EchangeTermine(convenu.pk)]
    assert Arete.objects.count() == 2  # the places are given back
    for _ in range(2):
        assert clore_echange(echange=convenu).statut == "clos"


def test_un_seul_don_fait_un_echange_realise(
    convenu: Echange, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    recu, donne = convenu.apports.all()
    for entreprise in (boulangerie, menuiserie):
        dire(entreprise, recu, a_eu_lieu=True)
        dire(entreprise, donne, a_eu_lieu=False)
    convenu.refresh_from_db()
    assert (convenu.statut, etats(convenu)) == ("realise", ["realise", "non_realise"])


def test_rien_n_a_eu_lieu_et_l_echange_est_annule(
    convenu: Echange, boulangerie: Entreprise, menuiserie: Entreprise, faits: list[Any]
) -> None:
    for apport in convenu.apports.all():
        for entreprise in (boulangerie, menuiserie):
            dire(entreprise, apport, a_eu_lieu=False)
    convenu.refresh_from_db()
    assert convenu.statut == "annule"
    assert faits == [EchangeTermine(convenu.pk)]
    with pytest.raises(EchangePasEnCours):
        clore_echange(echange=convenu)


def test_le_silence_confirme_sept_jours_apres_la_date(
    convenu: Echange, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    recu, donne = convenu.apports.all()
    prevoir_apport(apport=recu, le=maintenant() + timedelta(days=3))
    dire(menuiserie, donne, a_eu_lieu=False)
    with time_machine.travel(maintenant() + timedelta(days=10, seconds=1), tick=False):
        assert confirmer_silences() == 1
        assert confirmer_silences() == 0
    assert etats(convenu) == ["realise", "prevu"]
    with time_machine.travel(maintenant() + timedelta(days=37, seconds=1), tick=False):
        assert confirmer_silences() == 1  # only the menuiserie has spoken: she is believed
    convenu.refresh_from_db()
    assert (convenu.statut, etats(convenu)) == ("realise", ["realise", "non_realise"])


def test_une_date_abandonnee_revient_au_mois(convenu: Echange) -> None:
    apport = convenu.apports.all()[0]
    prevoir_apport(apport=apport, le=maintenant() + timedelta(days=90))
    prevoir_apport(apport=apport, le=None)
    apport.refresh_from_db()
    assert convenu.accepte_le
    assert apport.prevu_le == convenu.accepte_le + timedelta(days=30)


def test_l_un_dit_oui_l_autre_non_personne_n_est_puni(
    convenu: Echange, boulangerie: Entreprise, menuiserie: Entreprise, faits: list[Any]
) -> None:
    recu, donne = convenu.apports.all()
    dire(boulangerie, recu, a_eu_lieu=False)
    dire(menuiserie, recu, a_eu_lieu=True)
    assert faits == [ApportConteste(recu.pk)]
    dire(boulangerie, recu, a_eu_lieu=True)  # she had forgotten
    assert etats(convenu) == ["realise", "prevu"]
    dire(boulangerie, donne, a_eu_lieu=True)
    dire(menuiserie, donne, a_eu_lieu=False)
    with time_machine.travel(maintenant() + timedelta(days=14), tick=False):
        assert confirmer_silences() == 1
    convenu.refresh_from_db()
    assert (convenu.statut, etats(convenu)) == ("realise", ["realise", "non_realise"])


def test_un_desaccord_se_dit_aux_deux_et_a_l_animation_du_territoire(
    convenu: Echange,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    animatrice: Utilisateur,
    animatrice_44: Utilisateur,
) -> None:
    recu = convenu.apports.all()[0]
    dire(boulangerie, recu, a_eu_lieu=False)
    dire(menuiserie, recu, a_eu_lieu=True)
    avis = Notification.objects.filter(genre__in=("don_conteste", "don_a_eclaircir"))
    assert {n.destinataire for n in avis} == {membre(boulangerie), membre(menuiserie), animatrice}
    composer([avis.get(destinataire=animatrice)]).message()  # its mail can be written


def test_la_ou_personne_n_anime_un_desaccord_se_dit_aux_referents(
    convenu: Echange,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    referente: Utilisateur,
    animatrice_44: Utilisateur,
) -> None:
    recu = convenu.apports.all()[0]
    dire(boulangerie, recu, a_eu_lieu=False)
    dire(menuiserie, recu, a_eu_lieu=True)
    assert Notification.objects.get(genre="don_a_eclaircir").destinataire == referente


def test_renoncer_n_arrete_que_ses_dons(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    """La menuiserie teaches la boulangerie, who teaches la fleuriste, who teaches la menuiserie."""
    faire_cercle(boulangerie, menuiserie, fleuristerie)
    cercle = accepter(proposer(boulangerie, nature="cercle"), menuiserie, fleuristerie)
    for _ in range(2):
        assert renoncer(menuiserie, cercle).statut == "en_cours"
    restant = cercle.apports.a_confirmer().get()
    assert (restant.donneur, restant.receveur) == (boulangerie, fleuristerie)
    assert renoncer(fleuristerie, cercle).statut == "annule"


def test_a_deux_renoncer_annule(convenu: Echange, menuiserie: Entreprise, faits: list[Any]) -> None:
    assert renoncer(menuiserie, convenu).statut == "annule"
    assert faits == [EchangeTermine(convenu.pk)]
    assert Arete.objects.count() == 2


def test_l_intruse_et_le_moment_sont_refuses(
    boulangerie: Entreprise, menuiserie: Entreprise, intruse: Utilisateur
) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    propose = proposer(boulangerie)
    apport = propose.apports.all()[0]
    with pytest.raises(EchangePasEnCours):
        dire(boulangerie, apport, a_eu_lieu=True)
    with pytest.raises(EchangePasEnCours):
        renoncer(boulangerie, propose)
    etrangere = intruse.entreprises.get()
    for entreprise in (etrangere, boulangerie):
        with pytest.raises(EchangeDUneAutreEntreprise):
            confirmer_apport(par=intruse, entreprise=entreprise, apport=apport, a_eu_lieu=True)
