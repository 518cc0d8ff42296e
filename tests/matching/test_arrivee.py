"""A company that has just arrived sends less, and is told so; it answers and talks as everybody does."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from echange.socle.horloge import maintenant
from matching.arrivee import DEJA_VUE, PREMIERS_PAS, arrivee_de
from matching.erreurs import LimiteDArrivee
from matching.models import Echange, StatutEchange
from matching.models.echanges import empreinte_de
from matching.rapprochements import rapprochements_de
from matching.services.echanges import annuler_echange, proposer_echange
from matching.services.plafonds import PROPOSITIONS_OUVERTES_MAX, places_pour_proposer
from messagerie.models import Conversation
from messagerie.services import envoyer_message
from profils.limites import lever_limites
from profils.models import Entreprise, Utilisateur
from tests.matching.scenes import (
    accepter,
    ensemble,
    membre,
    proposer,
    rendre_reciproques,
    voisine,
)
from tests.matching.scenes_demandes import lancer, preparer

SIRET = "73282932000074"
JOUR = timedelta(days=1)


@pytest.fixture
def entouree(boulangerie: Entreprise) -> Entreprise:
    """La boulangerie has given its SIRET, and has sixteen neighbours who could help."""
    Entreprise.objects.filter(pk=boulangerie.pk).update(siret=SIRET)
    preparer(boulangerie, 16)
    boulangerie.refresh_from_db()
    return boulangerie


def solliciter_et_reprendre(entreprise: Entreprise, fois: int) -> None:
    """Propose to one neighbour after another and take it back: nothing stays open."""
    for _ in range(fois):
        annuler_echange(
            par=membre(entreprise), echange=nouvelle_proposition(entreprise), entreprise=entreprise
        )


def nouvelle_proposition(entreprise: Entreprise) -> Echange:
    """Propose to a neighbour it has never asked."""
    deja = set(Echange.objects.values_list("empreinte", flat=True))
    chemins = (r.aretes for r in rapprochements_de(entreprise))
    aretes = next(
        a
        for a in chemins
        if empreinte_de((arete.besoin_id, arete.savoir_faire_id) for arete in a) not in deja
    )
    return proposer_echange(par=membre(entreprise), entreprise=entreprise, aretes=aretes)


def reste(entreprise: Entreprise) -> int:
    arrivee = arrivee_de(entreprise)
    assert arrivee
    return arrivee.reste


def test_reprendre_ses_propositions_n_en_donne_pas_d_autres(entouree: Entreprise) -> None:
    solliciter_et_reprendre(entouree, PREMIERS_PAS)
    with pytest.raises(LimiteDArrivee, match="5 propositions par semaine"):
        nouvelle_proposition(entouree)
    assert not Echange.objects.proposes().exists()
    arrivee = arrivee_de(entouree)
    assert arrivee
    assert arrivee.prochaine_le == entouree.cree_le + 7 * JOUR  # it will then be known for a week


def test_la_limite_grandit_apres_une_semaine_si_le_siret_est_connu(entouree: Entreprise) -> None:
    assert reste(entouree) == PREMIERS_PAS
    with time_machine.travel(maintenant() + 7 * JOUR, tick=False):
        assert reste(entouree) == DEJA_VUE
        entouree.siret = None
        assert reste(entouree) == PREMIERS_PAS


def test_la_semaine_est_glissante(entouree: Entreprise) -> None:
    solliciter_et_reprendre(entouree, 2)
    Echange.objects.update(cree_le=maintenant() - 7 * JOUR)
    assert reste(entouree) == PREMIERS_PAS


def test_un_premier_accord_de_tous_la_leve(entouree: Entreprise) -> None:
    solliciter_et_reprendre(entouree, PREMIERS_PAS - 1)
    echange = nouvelle_proposition(entouree)
    assert places_pour_proposer(entouree) == 0
    accepter(echange, *(p.entreprise for p in echange.participations.exclude(entreprise=entouree)))
    assert arrivee_de(entouree) is None
    assert places_pour_proposer(entouree) == PROPOSITIONS_OUVERTES_MAX


def test_sa_demande_s_arrete_a_la_limite_et_l_animation_va_plus_loin(
    entouree: Entreprise, animatrice: Utilisateur
) -> None:
    solliciter_et_reprendre(entouree, PREMIERS_PAS - 1)
    besoin = entouree.besoins.get()
    assert lancer(besoin).sollicitations.count() == 1
    lever_limites(par=animatrice, entreprise=entouree)
    entouree.refresh_from_db()
    assert arrivee_de(entouree) is None
    nouvelle_proposition(entouree)


@pytest.mark.django_db(transaction=True)
def test_deux_propositions_au_meme_instant_ne_prennent_pas_la_meme_place(entouree: Entreprise) -> None:
    solliciter_et_reprendre(entouree, PREMIERS_PAS - 1)
    par, chemins = membre(entouree), [r.aretes for r in rapprochements_de(entouree)[:2]]
    issues = ensemble(
        *(lambda a=a: proposer_echange(par=par, entreprise=entouree, aretes=a) for a in chemins)
    )
    assert sorted(type(issue).__name__ for issue in issues) == ["Echange", "LimiteDArrivee"]


def test_ni_ses_reponses_ni_ses_conversations_ne_sont_limitees(entouree: Entreprise) -> None:
    """Somebody else proposes: the new company says yes, and talks, whatever it has sent this week."""
    solliciter_et_reprendre(entouree, PREMIERS_PAS)
    autre = voisine()
    rendre_reciproques(autre, entouree)
    echange = accepter(proposer(autre, nature="reciproque"), entouree)
    assert echange.statut == StatutEchange.EN_COURS
    conversation = Conversation.objects.get(echange=echange)
    for rang in range(PREMIERS_PAS + 1):
        envoyer_message(par=membre(entouree), conversation=conversation, texte=f"Message {rang}")
    assert conversation.messages.filter(est_systeme=False).count() == PREMIERS_PAS + 1


def test_avant_d_envoyer_elle_lit_ce_qui_lui_est_permis(client_de: Any, entouree: Entreprise) -> None:
    navigateur = client_de(membre(entouree))
    adresses = [
        f"{reverse('matching:proposer')}?cle={rapprochements_de(entouree)[-1].cle}",
        reverse("matching:demander", args=[entouree.besoins.get().uuid]),
    ]
    for adresse in adresses:
        page = navigateur.get(adresse).content.decode()
        assert "elle peut envoyer 5 propositions par semaine, il vous en reste 5." in page
        assert "Après une semaine ici\u00a0: 10 par semaine." in page
    solliciter_et_reprendre(entouree, PREMIERS_PAS)
    for adresse in adresses:
        page = navigateur.get(adresse).content.decode()
        assert "La prochaine pourra partir" in page
        assert "L’équipe qui anime votre territoire peut lever cette limite." in page
        assert 'method="post" novalidate' not in page
        refus = navigateur.post(adresse, {"mot": ""}, follow=True).content.decode()
        assert "elle peut envoyer 5 propositions par semaine, et c’est fait." in refus


def test_une_entreprise_etablie_ne_lit_rien_de_tout_cela(client_de: Any, entouree: Entreprise) -> None:
    Entreprise.objects.filter(pk=entouree.pk).update(limites_levees_le=maintenant())
    adresse = reverse("matching:demander", args=[entouree.besoins.get().uuid])
    assert "nouvelle ici" not in client_de(membre(entouree)).get(adresse).content.decode()
