"""A company is missing from a cercle or a chaîne: it is replaced, the others go on otherwise, or it ends."""

from datetime import timedelta

import pytest
import time_machine

from echange.socle.horloge import maintenant
from matching.choix import Motif
from matching.erreurs import EchangeDejaConclu, EchangeEnReparation
from matching.models import Echange, SavoirFaire
from matching.presentation.histoire import dire_reparation, histoire_de
from matching.services.annonces import retirer_annonce
from matching.services.echanges import accepter_echange, decliner_echange, expirer_propositions
from matching.services.fil import faire_vivre_les_echanges
from matching.services.plafonds import RECUES_MAX, comblees
from matching.services.reparations import reparer_echange, reparer_echanges
from matching.services.sorties import REPARATIONS_MAX
from messagerie.models import Conversation, Notification
from profils.ecarts import suspendre_entreprise
from profils.models import Entreprise, Utilisateur
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import (
    accepter,
    demander,
    faire_cercle,
    faire_chaine,
    membre,
    offrir,
    proposer,
    voisine,
)
from tests.matching.scenes_bilans import bilan_de

SEMAINE = timedelta(days=7, seconds=1)


@pytest.fixture
def cercle(boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise) -> Echange:
    """La menuiserie teaches la boulangerie, who teaches la fleuriste, who teaches la menuiserie."""
    faire_cercle(boulangerie, menuiserie, fleuristerie)
    return proposer(boulangerie, nature="cercle")


@pytest.fixture
def libraire(cercle: Echange) -> Entreprise:
    """Can do what the fleuriste does: teach la menuiserie, and learn from la boulangerie."""
    return remplacante("Librairie du Cerf")


def remplacante(nom: str) -> Entreprise:
    entreprise = voisine(nom, decalage_m=700)
    offrir(entreprise, "facture-electronique")
    demander(entreprise, "vitrine-boutique")
    return entreprise


def decliner(echange: Echange, entreprise: Entreprise) -> Echange:
    return decliner_echange(
        par=membre(entreprise), echange=echange, entreprise=entreprise, motif=Motif.PAS_LE_TEMPS
    )


def reponses(echange: Echange) -> dict[str, str]:
    presentes = echange.participations.presentes().select_related("entreprise")
    return {p.entreprise.nom: p.reponse for p in presentes}


def dons(echange: Echange) -> list[tuple[str, str]]:
    return [(a.donneur.nom, a.receveur.nom) for a in echange.apports.all()]


def titres(entreprise: Entreprise) -> list[str]:
    recues = Notification.objects.filter(destinataire=membre(entreprise), lue_le__isnull=True)
    return list(recues.order_by("pk").values_list("titre", flat=True))


def test_celle_qui_manque_est_remplacee_et_les_accords_restent(
    cercle: Echange,
    libraire: Entreprise,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    fleuristerie: Entreprise,
) -> None:
    accepter(cercle, menuiserie)
    assert decliner(cercle, fleuristerie).statut == "a_reparer"
    with pytest.raises(EchangeEnReparation):
        decliner(cercle, menuiserie)
    with time_machine.travel(maintenant() + timedelta(days=6), tick=False):
        executer_la_file()
        executer_la_file()
        cercle.refresh_from_db()
        assert cercle.statut == "propose"
        assert cercle.expire_le == maintenant() + timedelta(days=7)  # hers, and everyone's
    assert reponses(cercle) == {
        boulangerie.nom: "acceptee",
        menuiserie.nom: "acceptee",
        libraire.nom: "attendue",
    }
    assert set(dons(cercle)) == {
        (menuiserie.nom, boulangerie.nom),
        (boulangerie.nom, libraire.nom),
        (libraire.nom, menuiserie.nom),
    }
    phrase = "Fleurs de Lices ne peut pas\u00a0; nous avons demandé à Librairie du Cerf."
    assert dire_reparation(cercle) == phrase
    assert titres(menuiserie) == [phrase]
    assert phrase in titres(boulangerie)
    assert titres(libraire) == [f"{boulangerie.nom} vous propose un échange"]
    assert (
        bilan_de(fleuristerie).questionnaire == "a_decline"
    )  # she is not asked at its end, which is not hers
    assert decliner(cercle, fleuristerie) == cercle  # twice is once
    with pytest.raises(EchangeDejaConclu):
        accepter_echange(par=membre(fleuristerie), echange=cercle, entreprise=fleuristerie)
    with time_machine.travel(maintenant() + timedelta(days=8), tick=False):
        assert accepter(cercle, libraire).statut == "en_cours"
    participants = Conversation.objects.get(echange=cercle).participants
    assert set(participants.values_list("entreprise__nom", flat=True)) == set(reponses(cercle))


def test_qui_a_recu_ses_deux_propositions_de_la_semaine_ne_remplace_personne(
    cercle: Echange, libraire: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    for _ in range(RECUES_MAX):
        autre = voisine()
        demander(autre, "facture-electronique")
        offrir(autre, "instagram")
        proposer(autre, nature="direct")
    seconde = remplacante("Librairie du Canal")
    assert comblees([libraire.pk]) == {libraire.pk}
    decliner(cercle, fleuristerie)
    executer_la_file()
    assert seconde.nom in reponses(cercle)
    assert libraire.nom not in reponses(cercle)


def test_le_silence_aussi_se_repare_et_l_histoire_le_dit(
    cercle: Echange, libraire: Entreprise, menuiserie: Entreprise, boulangerie: Entreprise
) -> None:
    accepter(cercle, menuiserie)
    with time_machine.travel(maintenant() + SEMAINE, tick=False):
        faire_vivre_les_echanges()
        faire_vivre_les_echanges()
    cercle.refresh_from_db()
    assert (cercle.statut, cercle.reparations) == ("propose", 1)
    assert [etape.phrase for etape in histoire_de(cercle, boulangerie)] == [
        "Vous avez proposé cet échange.",
        "Menuiserie Le Goff a dit oui.",
        "Fleurs de Lices n’a pas répondu à temps.",
        "Nous avons demandé à Librairie du Cerf.",
    ]
    demande = histoire_de(cercle, libraire)[-1]
    assert demande.phrase == "Nous vous avons demandé de prendre sa place."


def test_celle_qui_avait_dit_oui_peut_se_dedire(
    cercle: Echange, libraire: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    accepter(cercle, fleuristerie)
    decliner(cercle, fleuristerie)
    executer_la_file()
    assert set(reponses(cercle)) >= {libraire.nom, menuiserie.nom}


def test_sans_remplacante_deux_continuent_dans_les_deux_sens(
    cercle: Echange, boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    """La menuiserie is gone: la boulangerie teaches la fleuriste, who can teach her something else."""
    accepter(cercle, fleuristerie)
    demander(boulangerie, "instagram")
    offrir(fleuristerie, "instagram")
    decliner(cercle, menuiserie)
    executer_la_file()
    cercle.refresh_from_db()
    assert cercle.nature == "reciproque"
    assert dons(cercle) == [(boulangerie.nom, fleuristerie.nom), (fleuristerie.nom, boulangerie.nom)]
    # what she would give is new to her: she is asked again
    assert reponses(cercle) == {boulangerie.nom: "acceptee", fleuristerie.nom: "attendue"}
    assert dire_reparation(cercle).endswith("à deux, dans les deux sens, si Fleurs de Lices en est d’accord.")
    assert accepter(cercle, fleuristerie).statut == "en_cours"


def test_sinon_le_don_qui_tient_demande_a_qui_ne_recevrait_plus(
    cercle: Echange, boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    accepter(cercle, fleuristerie)
    decliner(cercle, menuiserie)
    executer_la_file()
    cercle.refresh_from_db()
    assert (cercle.nature, dons(cercle)) == ("direct", [(boulangerie.nom, fleuristerie.nom)])
    assert reponses(cercle) == {boulangerie.nom: "attendue", fleuristerie.nom: "acceptee"}
    courriel = Notification.objects.filter(destinataire=membre(boulangerie)).latest("pk")
    assert courriel.titre == f"Un échange proposé par {boulangerie.nom} change\u00a0: on attend votre réponse"
    assert "ne peut pas" in courriel.donnees["phrase"]
    assert courriel.donnees["phrase"].endswith("si vous en êtes d’accord.")
    assert decliner(cercle, boulangerie).statut == "decline"  # between two, it ends there


def test_une_chaine_finit_plus_tot(
    coiffure: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise, boulangerie: Entreprise
) -> None:
    """La coiffure teaches la menuiserie, who teaches la fleuriste, who teaches la boulangerie."""
    faire_chaine(coiffure, menuiserie, fleuristerie, boulangerie)
    chaine = proposer(boulangerie, nature="chaine")
    accepter(chaine, coiffure, menuiserie)
    suspendre(boulangerie)
    executer_la_file()
    chaine.refresh_from_db()
    assert chaine.nature == "chaine"
    assert (fleuristerie.nom, boulangerie.nom) not in dons(chaine)
    assert len(dons(chaine)) == 2
    assert accepter(chaine, fleuristerie).statut == "en_cours"


def test_une_donneuse_se_remplace_par_une_donneuse(
    coiffure: Entreprise, menuiserie: Entreprise, boulangerie: Entreprise
) -> None:
    faire_chaine(coiffure, menuiserie, boulangerie)
    chaine = proposer(boulangerie, nature="chaine")
    demandeuse, donneuse = voisine(), voisine("Imprimerie Morvan")
    demander(demandeuse, "instagram")
    for autre in (demandeuse, donneuse):
        offrir(autre, "site-vitrine")
    decliner(chaine, coiffure)
    executer_la_file()
    chaine.refresh_from_db()
    assert (donneuse.nom, menuiserie.nom) in dons(chaine)


def test_sans_issue_l_echange_finit_comme_il_aurait_fini(
    cercle: Echange, boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    """Two are silent: no gift stands between the others."""
    with time_machine.travel(maintenant() + SEMAINE, tick=False):
        assert expirer_propositions() == 1
    cercle.refresh_from_db()
    assert cercle.statut == "expire"
    assert titres(boulangerie)[-1] == f"Pas de réponse de {menuiserie.nom} et {fleuristerie.nom}"


def test_pas_plus_de_trois_reparations(
    cercle: Echange, boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    remplacantes = [remplacante(f"Atelier {rang}") for rang in range(REPARATIONS_MAX + 1)]
    accepter(cercle, menuiserie)
    decliner(cercle, fleuristerie)
    for _ in range(REPARATIONS_MAX):
        executer_la_file()
        cercle.refresh_from_db()
        assert cercle.statut == "propose"
        attendue = cercle.participations.presentes().get(reponse="attendue").entreprise
        assert attendue in remplacantes
        decliner(cercle, attendue)
    cercle.refresh_from_db()
    assert (cercle.statut, cercle.reparations) == ("decline", REPARATIONS_MAX)


def test_une_annonce_retiree_fait_sortir_sa_seule_entreprise(
    cercle: Echange, libraire: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    accepter(cercle, menuiserie)
    retirer_annonce(par=membre(fleuristerie), annonce=SavoirFaire.objects.get(entreprise=fleuristerie))
    executer_la_file()
    assert libraire.nom in reponses(cercle)
    assert cercle.participations.get(entreprise=fleuristerie).sortie == "annonce"


def test_une_reparation_dont_la_tache_s_est_perdue_se_fait_au_passage_suivant(
    cercle: Echange, libraire: Entreprise, fleuristerie: Entreprise
) -> None:
    decliner(cercle, fleuristerie)
    assert reparer_echanges() == 1
    reparer_echange(cercle.pk)
    assert reparer_echanges() == 0
    assert cercle.journal.filter(fait="repare").count() == 1


def suspendre(entreprise: Entreprise) -> None:
    referente = Utilisateur.objects.create_user(f"r{entreprise.pk}@exemple.fr", est_referent=True)
    suspendre_entreprise(par=referente, entreprise=entreprise)
