"""Given and received, counted; how one answers, weighed and modestly said."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from echange.socle.horloge import maintenant
from matching.choix import Motif
from matching.models import Apport, Echange, Participation
from matching.presentation.reputations import Compte, comptes, reputations
from matching.rapprochements import rapprochements_de
from matching.reactivite import facteurs
from matching.services.echanges import decliner_echange
from profils.models import Entreprise
from tests.matching.scenes import accepter, demander, membre, offrir, proposer, rendre_reciproques, voisine


def avoir_recu(entreprise: Entreprise, *delais: timedelta | None) -> None:
    """Proposals received and declined after so long; None: never answered."""
    for rang, delai in enumerate(delais):
        echange = Echange.objects.create(
            nature="direct",
            statut="expire" if delai is None else "decline",
            initiatrice=voisine(),
            empreinte=f"{entreprise.pk}/{rang}",
            expire_le=maintenant(),
            conclu_le=maintenant(),
        )
        reponse = (
            {}
            if delai is None
            else {"reponse": "declinee", "motif": "temps", "repondu_le": maintenant() + delai}
        )
        Participation.objects.create(
            echange=echange, entreprise=entreprise, demande_le=maintenant(), **reponse
        )


def test_les_dons_qui_ont_eu_lieu_se_comptent(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    accepter(proposer(boulangerie), menuiserie)
    assert comptes([boulangerie.pk])[boulangerie.pk].mots == ""
    premier = Apport.objects.filter(donneur=boulangerie)
    premier.update(etat="realise", termine_le=maintenant())
    assert comptes([boulangerie.pk, menuiserie.pk]) == {
        boulangerie.pk: Compte(1, 0),
        menuiserie.pk: Compte(0, 1),
    }
    assert Compte(3, 2).mots == "a montré 3\u00a0fois, appris 2\u00a0fois"
    assert reputations([menuiserie.pk])[menuiserie.pk] == "a appris 1\u00a0fois"


def test_qui_repond_vite_passe_devant_qui_se_tait_et_la_nouvelle_entre_les_deux(
    boulangerie: Entreprise,
) -> None:
    jour = timedelta(days=1)
    demander(boulangerie, "site-vitrine")
    muette, nouvelle, vive = (voisine(nom) for nom in ("Muette", "Nouvelle", "Vive"))
    for entreprise in (muette, nouvelle, vive):
        offrir(entreprise, "site-vitrine")
    avoir_recu(muette, *[None] * 6)
    avoir_recu(vive, *[jour] * 6)
    poids = facteurs([muette.pk, nouvelle.pk, vive.pk])
    assert poids[muette.pk] < poids[nouvelle.pk] == 1 < poids[vive.pk]
    assert [r.partenaire for r in rapprochements_de(boulangerie)] == [vive, nouvelle, muette]


def test_un_seul_silence_ne_condamne_pas_et_le_passe_s_oublie(menuiserie: Entreprise) -> None:
    avoir_recu(menuiserie, None)
    assert facteurs([menuiserie.pk])[menuiserie.pk] > 0.95
    avoir_recu_apres = [timedelta(hours=2)] * 30
    Participation.objects.all().delete()
    avoir_recu(menuiserie, *[None] * 5, *avoir_recu_apres)
    assert facteurs([menuiserie.pk])[menuiserie.pk] > 1  # the last thirty only


def test_la_reactivite_ne_se_dit_qu_a_partir_de_trois_reponses(menuiserie: Entreprise) -> None:
    avoir_recu(menuiserie, timedelta(days=1.5), timedelta(days=1.5), None)
    assert reputations([menuiserie.pk])[menuiserie.pk] == ""
    Participation.objects.all().delete()
    avoir_recu(menuiserie, *[timedelta(days=1.5)] * 3)
    assert reputations([menuiserie.pk])[menuiserie.pk] == "répond en 2 jours"
    Participation.objects.all().delete()
    avoir_recu(menuiserie, *[timedelta(hours=3)] * 3)
    assert reputations([menuiserie.pk])[menuiserie.pk] == "répond dans la journée"


def test_ce_qu_on_a_propose_soi_meme_ne_compte_pas(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    echange = proposer(boulangerie)
    decliner_echange(par=membre(menuiserie), echange=echange, entreprise=menuiserie, motif=Motif.PAS_LE_TEMPS)
    poids = facteurs([boulangerie.pk, menuiserie.pk])
    assert poids[boulangerie.pk] == 1 < poids[menuiserie.pk]  # a quick no is an answer


def test_trois_requetes_quel_que_soit_le_nombre(db: None) -> None:
    entreprises = [voisine().pk for _ in range(3)]
    with CaptureQueriesContext(connection) as requetes:
        reputations(entreprises)
    assert len(requetes) == 3
