"""« Demander à mes voisins »: three at a time, a reminder, the next, the basket, an end — and never twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from echange.socle.horloge import maintenant
from matching.choix import Motif
from matching.erreurs import (
    BesoinHorsLigne,
    DejaSollicitee,
    DemandeClose,
    DemandeInconnue,
    EchangeDejaConclu,
    EchangeDUneAutreEntreprise,
    PaireIncomplete,
    PersonneAPrevenir,
    TropDePropositions,
    VoisineDebordee,
    VoisineDejaSollicitee,
)
from matching.models import Arete, Besoin, Demande, Echange
from matching.services.annonces import mettre_en_pause_annonce, retirer_annonce
from matching.services.demandes import (
    arreter_demande,
    ecrire_a_la_demandeuse,
    lancer_demande,
    marquer_vue,
    solliciter_en_plus,
)
from matching.services.echanges import (
    accepter_echange,
    decliner_echange,
    expirer_propositions,
    proposer_echange,
)
from matching.services.plafonds import comblees
from matching.services.vagues import candidates, mener_demandes
from profils.ecarts import bloquer_entreprise
from profils.models import Entreprise, Utilisateur
from profils.services import mettre_en_pause
from tests.matching.scenes import demander, ensemble, membre, offrir, proposer, voisine
from tests.matching.scenes_demandes import (
    apres,
    dire_non,
    dire_oui,
    lancer,
    plus_tard,
    preparer,
    prevenues,
    recu,
)

pytestmark = pytest.mark.django_db


def faits(demande: Demande) -> list[str]:
    return [ligne.fait for ligne in demande.journal.all()]


def statuts(demande: Demande) -> list[str]:
    return [s.echange.statut for s in demande.sollicitations.select_related("echange")]


def test_les_trois_meilleures_sont_prevenues(boulangerie: Entreprise) -> None:
    besoin, autres = preparer(boulangerie)
    demande = lancer(besoin, mot=" Bonjour voisine ")
    assert prevenues(demande) == autres[:3]
    assert demande.est_en_cours
    assert demande.vagues == 1
    echange = recu(demande, autres[0])
    assert (echange.nature, echange.initiatrice, echange.mot) == ("direct", boulangerie, "Bonjour voisine")
    assert faits(demande) == ["lancee", "vague"]


def test_a_peu_pres_egales_celle_qui_repond_passe_devant(boulangerie: Entreprise) -> None:
    """Four neighbours at the same place: the one that left its proposals unanswered waits."""
    besoin = demander(boulangerie, "site-vitrine")
    offrir(boulangerie, "vitrine-boutique")
    autres = [voisine(decalage_m=1000) for _ in range(4)]
    for autre in autres:
        offrir(autre, "site-vitrine")
    muette = autres[0]
    for _ in range(2):
        demandeuse = voisine(decalage_m=1000)
        offrir(demandeuse, "photos-produits")
        arete = Arete.objects.get(besoin=demander(demandeuse, "site-vitrine"), offreur=muette)
        proposer_echange(par=membre(demandeuse), entreprise=demandeuse, aretes=[arete])
    with time_machine.travel(maintenant() + timedelta(days=8)):
        assert expirer_propositions() == 2
        assert set(prevenues(lancer(besoin))) == set(autres[1:])


def test_demander_deux_fois_est_demander_une_fois(boulangerie: Entreprise) -> None:
    besoin, _ = preparer(boulangerie)
    assert lancer(besoin) == lancer(besoin)
    assert Echange.objects.count() == 3


def test_rappel_a_48_heures_une_seule_fois(boulangerie: Entreprise) -> None:
    besoin, autres = preparer(boulangerie)
    demande = lancer(besoin)
    dire_non(demande, autres[0])
    apres(demande, hours=47, minutes=59)
    assert not demande.sollicitations.filter(rappelee_le__isnull=False).exists()
    for _ in range(2):
        apres(demande, hours=48)
        rappelees = demande.sollicitations.filter(rappelee_le__isnull=False)
        assert [s.entreprise for s in rappelees] == autres[1:3]
        assert faits(demande).count("rappel") == 2


def test_la_vague_suivante_part_a_72_heures_dans_les_cinq_places(boulangerie: Entreprise) -> None:
    besoin, autres = preparer(boulangerie, 8)
    demande = lancer(besoin)
    apres(demande, hours=71, minutes=59)
    assert prevenues(demande) == autres[:3]
    apres(demande, hours=72)
    assert prevenues(demande) == autres[:5]  # three still open, five at most
    assert demande.vagues == 2


def test_quand_toutes_ont_dit_non_on_n_attend_pas(boulangerie: Entreprise) -> None:
    besoin, autres = preparer(boulangerie, 5)
    demande = lancer(besoin)
    for autre in autres[:3]:
        dire_non(demande, autre)
    apres(demande, minutes=5)
    assert prevenues(demande) == autres[:5]


def test_au_cinquieme_jour_l_animation_peut_aider(boulangerie: Entreprise) -> None:
    besoin, _ = preparer(boulangerie)
    demande = lancer(besoin)
    apres(demande, days=4, hours=23)
    assert demande.au_panier_le is None
    apres(demande, days=5)
    assert demande.au_panier_le == demande.cree_le + timedelta(days=5)
    apres(demande, days=6)
    assert faits(demande).count("panier") == 1


def test_plus_personne_a_prevenir_appelle_l_animation_tout_de_suite(boulangerie: Entreprise) -> None:
    besoin, (seule,) = preparer(boulangerie, 1)
    demande = lancer(besoin)
    dire_non(demande, seule)
    apres(demande, hours=1)
    assert demande.est_tarie
    assert demande.au_panier_le is not None
    nouvelle = voisine()
    offrir(nouvelle, "site-vitrine")
    apres(demande, hours=26)
    assert prevenues(demande) == [seule, nouvelle]


def test_au_quatorzieme_jour_elle_se_clot_sans_reponse(boulangerie: Entreprise) -> None:
    besoin, _ = preparer(boulangerie, 4)
    demande = lancer(besoin)
    for jour in range(1, 14):
        with plus_tard(demande.cree_le, days=jour):
            expirer_propositions()
        assert apres(demande, days=jour).est_en_cours
    apres(demande, days=14)
    assert demande.etat == "sans_reponse"
    assert statuts(demande) == ["expire"] * 4
    assert apres(demande, days=15).close_le == demande.cree_le + timedelta(days=14)


def test_une_ouvriere_longtemps_arretee_reprend_ou_elle_en_est(boulangerie: Entreprise) -> None:
    besoin, autres = preparer(boulangerie, 5)
    demande = apres(lancer(besoin), days=6)
    assert faits(demande)[2:] == ["rappel", "rappel", "rappel", "vague", "panier"]
    assert prevenues(demande) == autres


def test_la_premiere_qui_dit_oui_libere_les_autres(boulangerie: Entreprise) -> None:
    besoin, autres = preparer(boulangerie)
    demande = lancer(besoin)
    accepte = dire_oui(demande, autres[1])
    demande.refresh_from_db()
    assert demande.etat == "pourvue"
    assert accepte.statut == "en_cours"
    assert statuts(demande) == ["annule", "en_cours", "annule"]
    assert recu(demande, autres[0]).journal.filter(fait="demande", details__fin="pourvue").count() == 1
    with pytest.raises(EchangeDejaConclu):
        dire_oui(demande, autres[0])


def test_un_echange_propose_a_la_main_la_pourvoit_aussi(
    boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    besoin, _ = preparer(boulangerie, 3)
    demander(menuiserie, "vitrine-boutique")
    offrir(menuiserie, "site-vitrine")
    a_la_main = proposer(boulangerie, nature="reciproque")
    demande = lancer(besoin)
    assert menuiserie not in prevenues(demande)
    accepter_echange(par=membre(menuiserie), echange=a_la_main, entreprise=menuiserie)
    demande.refresh_from_db()
    assert demande.etat == "pourvue"
    assert statuts(demande) == ["annule"] * 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("capacite", [1, 2])
def test_deux_oui_au_meme_instant_une_seule_gagne(capacite: int) -> None:
    demandeuse = voisine("Qui demande")
    besoin, autres = preparer(demandeuse, 3)
    Besoin.objects.filter(pk=besoin.pk).update(capacite=capacite)
    demande = lancer(besoin)
    resultats = ensemble(*(lambda a=autre: dire_oui(demande, a) for autre in autres))
    assert sum(isinstance(resultat, Echange) for resultat in resultats) == 1
    assert sum(isinstance(resultat, EchangeDejaConclu) for resultat in resultats) == 2
    assert sorted(statuts(demande)) == ["annule", "annule", "en_cours"]


@pytest.mark.django_db(transaction=True)
def test_un_oui_et_un_retrait_au_meme_instant() -> None:
    besoin, autres = preparer(voisine("Qui demande"), 3)
    demande = lancer(besoin)
    ensemble(
        lambda: dire_oui(demande, autres[0]),
        lambda: retirer_annonce(par=membre(besoin.entreprise), annonce=besoin),
        lambda: arreter_demande(par=membre(besoin.entreprise), demande=demande),
        mener_demandes,
    )
    mener_demandes()
    demande.refresh_from_db()
    assert demande.etat in {"pourvue", "interrompue", "arretee"}
    assert "propose" not in statuts(demande)
    assert ("en_cours" in statuts(demande)) == (demande.etat == "pourvue")


@pytest.mark.django_db(transaction=True)
def test_deux_ouvrieres_au_meme_instant_font_chaque_pas_une_fois() -> None:
    besoin, autres = preparer(voisine("Qui demande"), 8)
    demande = lancer(besoin)
    with plus_tard(demande.cree_le, days=5):
        ensemble(mener_demandes, mener_demandes, mener_demandes)
    assert sorted(faits(demande)) == sorted(["lancee", "vague", *["rappel"] * 3, "vague", "panier"])
    assert prevenues(demande) == autres[:5]


@pytest.mark.django_db(transaction=True)
def test_trois_demandes_au_meme_instant_n_inondent_personne() -> None:
    """Three companies ask the same four neighbours."""
    autres = [voisine(decalage_m=rang * 500) for rang in range(1, 5)]
    for autre in autres:
        offrir(autre, "site-vitrine", capacite=5)
    besoins = []
    for nom in ("Une", "Deux", "Trois"):
        demandeuse = voisine(nom)
        offrir(demandeuse, "vitrine-boutique")
        besoins.append(demander(demandeuse, "site-vitrine"))
    resultats = ensemble(*(lambda b=besoin: lancer(b) for besoin in besoins))
    assert all(isinstance(r, Demande | PersonneAPrevenir) for r in resultats)
    recues = [autre.sollicitations.count() for autre in autres]
    assert max(recues) <= 2
    assert sum(recues) == 7  # nobody waits for nothing: three, three, and the only one left


def test_pas_plus_de_deux_propositions_recues_en_sept_jours(boulangerie: Entreprise) -> None:
    besoin, autres = preparer(boulangerie, 4)
    for nom in ("Une", "Deux"):
        demandeuse = voisine(nom)
        offrir(demandeuse, "vitrine-boutique")
        demander(demandeuse, "site-vitrine")
        proposer(demandeuse)
    proche = Echange.objects.latest("pk").apports.get().donneur
    demande = lancer(besoin)
    assert proche not in prevenues(demande)
    assert len(prevenues(demande)) == 3
    trop = voisine("Trois")
    offrir(trop, "vitrine-boutique")
    demander(trop, "site-vitrine")
    with pytest.raises(VoisineDejaSollicitee):
        proposer(trop)
    with plus_tard(days=7, seconds=1):
        assert proposer(trop).apports.get().donneur == proche
    assert autres


def test_qui_recevrait_aussi_peut_toujours_etre_proposee(
    boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    """A réciproque answers a besoin its receiver has published: it is what she waits for."""
    demander(menuiserie, "vitrine-boutique")
    offrir(menuiserie, "site-vitrine", capacite=5)
    for nom in ("Une", "Deux", "Trois"):
        demandeuse = voisine(nom)
        demander(demandeuse, "site-vitrine")
        offrir(demandeuse, "vitrine-boutique")
        assert proposer(demandeuse, nature="reciproque")


def test_cinq_propositions_a_la_fois_attendent_la_reponse_d_une_entreprise(menuiserie: Entreprise) -> None:
    """Even of those that would give her something: one savoir-faire is never promised to a crowd."""
    demander(menuiserie, "vitrine-boutique")
    offrir(menuiserie, "site-vitrine")
    demandeuses = [voisine(f"Demandeuse {rang}") for rang in range(7)]
    for demandeuse in demandeuses:
        demander(demandeuse, "site-vitrine")
        offrir(demandeuse, "vitrine-boutique")
    echanges = [proposer(demandeuse, nature="reciproque") for demandeuse in demandeuses[:5]]
    with pytest.raises(VoisineDebordee):
        proposer(demandeuses[5], nature="reciproque")
    with plus_tard(days=6, hours=23):  # the week is over for nobody, nor have they been answered
        assert comblees([menuiserie.pk]) == {menuiserie.pk}
    decliner_echange(
        par=membre(menuiserie), echange=echanges[0], entreprise=menuiserie, motif=Motif.PAS_LE_TEMPS
    )
    assert proposer(demandeuses[5], nature="reciproque")
    with pytest.raises(VoisineDebordee):
        proposer(demandeuses[6], nature="reciproque")


@pytest.mark.django_db(transaction=True)
def test_deux_demandeuses_au_meme_instant_pour_la_derniere_place_d_attente() -> None:
    receveuse = voisine("Receveuse")
    demander(receveuse, "vitrine-boutique")
    offrir(receveuse, "site-vitrine")
    demandeuses = [voisine(f"Demandeuse {rang}") for rang in range(6)]
    for demandeuse in demandeuses:
        demander(demandeuse, "site-vitrine")
        offrir(demandeuse, "vitrine-boutique")
    for demandeuse in demandeuses[:4]:
        proposer(demandeuse, nature="reciproque")
    resultats = ensemble(*(lambda d=d: proposer(d, nature="reciproque") for d in demandeuses[4:]))
    assert {type(r) for r in resultats} == {Echange, VoisineDebordee}
    assert Echange.objects.count() == 5


def test_sans_place_ni_paire_ni_voisine_on_ne_demande_pas(boulangerie: Entreprise) -> None:
    besoin = demander(boulangerie, "site-vitrine")
    with pytest.raises(PaireIncomplete):
        lancer(besoin)
    offrir(boulangerie, "vitrine-boutique")
    with pytest.raises(PersonneAPrevenir):
        lancer(besoin)
    assert not Demande.objects.exists()
    retirer_annonce(par=membre(boulangerie), annonce=besoin)
    demander(boulangerie, "photos-produits")
    with pytest.raises(BesoinHorsLigne):
        lancer(besoin)


def test_ses_cinq_propositions_la_retiennent(boulangerie: Entreprise) -> None:
    besoin, _ = preparer(boulangerie, 6)
    for arete in candidates(Demande(besoin=besoin))[:5]:
        proposer_echange(par=membre(boulangerie), entreprise=boulangerie, aretes=[arete])
    with pytest.raises(TropDePropositions):
        lancer(besoin)


@pytest.mark.parametrize(
    "partir",
    [
        lambda besoin: retirer_annonce(par=membre(besoin.entreprise), annonce=besoin),
        lambda besoin: mettre_en_pause_annonce(par=membre(besoin.entreprise), annonce=besoin),
        lambda besoin: mettre_en_pause(par=membre(besoin.entreprise), entreprise=besoin.entreprise),
    ],
    ids=["retiré", "en pause", "entreprise en pause"],
)
def test_le_besoin_parti_la_demande_s_arrete(
    boulangerie: Entreprise, partir: Callable[[Besoin], Any]
) -> None:
    besoin, _ = preparer(boulangerie)
    demande = lancer(besoin)
    partir(besoin)
    demande.refresh_from_db()
    assert demande.etat == "interrompue"
    assert statuts(demande) == ["annule"] * 3


def test_le_besoin_expire_la_demande_s_arrete(boulangerie: Entreprise) -> None:
    besoin, _ = preparer(boulangerie)
    demande = lancer(besoin)
    Besoin.objects.filter(pk=besoin.pk).update(expire_le=demande.cree_le + timedelta(hours=3))
    assert apres(demande, hours=2).est_en_cours
    assert apres(demande, hours=3).etat == "interrompue"


def test_elle_arrete_puis_change_d_avis(boulangerie: Entreprise, intruse: Utilisateur) -> None:
    besoin, autres = preparer(boulangerie, 3)
    demande = lancer(besoin)
    dire_non(demande, autres[0])
    with pytest.raises(DemandeInconnue):
        arreter_demande(par=intruse, demande=demande)
    for _ in range(2):
        arreter_demande(par=membre(boulangerie), demande=demande)
    demande.refresh_from_db()
    assert demande.etat == "arretee"
    assert faits(demande).count("arretee") == 1
    # Who declined is not asked again; those no longer awaited may be, within their week.
    assert prevenues(lancer(besoin)) == autres[1:]


def test_l_intruse_ne_demande_pas_pour_une_autre(boulangerie: Entreprise, intruse: Utilisateur) -> None:
    besoin, _ = preparer(boulangerie)
    with pytest.raises(EchangeDUneAutreEntreprise):
        lancer_demande(par=intruse, besoin=besoin)


def test_ni_bloquees_ni_en_pause_ne_sont_prevenues(boulangerie: Entreprise) -> None:
    besoin, autres = preparer(boulangerie, 5)
    bloquer_entreprise(par=membre(boulangerie), entreprise=boulangerie, bloquee=autres[0])
    mettre_en_pause(par=membre(autres[1]), entreprise=autres[1])
    assert prevenues(lancer(besoin)) == autres[2:]


def test_l_animatrice_voit_ecrit_et_previent_quelqu_un(
    boulangerie: Entreprise, animatrice: Utilisateur, animatrice_44: Utilisateur
) -> None:
    besoin, autres = preparer(boulangerie, 4)
    demande = lancer(besoin)
    for service in (marquer_vue, lambda **q: ecrire_a_la_demandeuse(texte="Bonjour", **q)):
        with pytest.raises(DemandeInconnue):
            service(par=animatrice_44, demande=demande)
    marquer_vue(par=animatrice, demande=demande)
    savoir_faire = autres[3].savoir_faire.get().uuid
    solliciter_en_plus(par=animatrice, demande=demande, savoir_faire=savoir_faire)
    assert demande.sollicitations.get(entreprise=autres[3]).vague == 0
    with pytest.raises(DejaSollicitee):
        solliciter_en_plus(par=animatrice, demande=demande, savoir_faire=savoir_faire)
    ecrire_a_la_demandeuse(par=animatrice, demande=demande, texte=" J’ai une idée. ")
    assert demande.journal.get(fait="note").texte == "J’ai une idée."
    assert faits(demande).count("vue") == 1
    dire_oui(demande, autres[3])
    with pytest.raises(DemandeClose):
        marquer_vue(par=animatrice, demande=demande)


def test_un_refus_rend_sa_raison_au_journal(boulangerie: Entreprise) -> None:
    besoin, autres = preparer(boulangerie, 2)
    demande = lancer(besoin)
    assert dire_non(demande, autres[0]).participations.get(entreprise=autres[0]).motif == Motif.PAS_LE_TEMPS
