"""One ranked list: réciproque, cercle, direct."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from echange.socle.horloge import maintenant
from matching.aretes import recalculer_aretes
from matching.models import Nature
from matching.rapprochements import Rapprochement, rapprochements_de
from profils.models import Entreprise
from tests.fabriques import creer_besoin, creer_entreprise, creer_savoir_faire


def paire(entreprise: Entreprise, besoin: str, savoir_faire: str) -> None:
    recalculer_aretes(creer_besoin(entreprise, besoin))
    recalculer_aretes(creer_savoir_faire(entreprise, savoir_faire))


def resume(liste: list[Rapprochement]) -> list[tuple[str, list[str]]]:
    return [(r.nature.value, [a.offreur.nom for a in r.aretes]) for r in liste]


def test_deux_voisines_qui_se_servent_sont_reciproques(
    boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    paire(boulangerie, "site-vitrine", "vitrine-boutique")
    paire(menuiserie, "vitrine-boutique", "site-vitrine")
    assert resume(rapprochements_de(boulangerie)) == [
        ("reciproque", ["Menuiserie Le Goff", "Boulangerie du Marché"])
    ]
    assert resume(rapprochements_de(menuiserie)) == [
        ("reciproque", ["Boulangerie du Marché", "Menuiserie Le Goff"])
    ]


def test_trois_voisines_font_un_cercle_et_un_direct(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    paire(boulangerie, "site-vitrine", "vitrine-boutique")
    paire(menuiserie, "facture-electronique", "site-vitrine")
    paire(fleuristerie, "vitrine-boutique", "facture-electronique")
    trouves = rapprochements_de(boulangerie)
    assert sorted(resume(trouves)) == [
        ("cercle", ["Menuiserie Le Goff", "Fleurs de Lices", "Boulangerie du Marché"]),
        ("direct", ["Menuiserie Le Goff"]),
    ]
    assert trouves[0].nature == Nature.CERCLE
    assert [r.score for r in trouves] == sorted((r.score for r in trouves), reverse=True)
    # Every arête hands over to the next: who gives in one is who receives in the next.
    cercle = trouves[0].aretes
    assert [a.offreur for a in cercle] == [a.demandeur for a in (*cercle[1:], cercle[0])]


def test_une_annonce_expiree_disparait_aussitot(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    recalculer_aretes(creer_besoin(boulangerie, "site-vitrine"))
    fin = maintenant() + timedelta(days=30)  # before the besoin's
    recalculer_aretes(creer_savoir_faire(menuiserie, "site-vitrine", expire_le=fin))
    with time_machine.travel(fin - timedelta(seconds=1), tick=False):
        assert len(rapprochements_de(boulangerie)) == 1
    with time_machine.travel(fin, tick=False):
        assert rapprochements_de(boulangerie) == []


def test_la_liste_d_un_besoin_ne_parle_que_de_lui(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    site, photos = creer_besoin(boulangerie, "site-vitrine"), creer_besoin(boulangerie, "photos-produits")
    recalculer_aretes(creer_savoir_faire(menuiserie, "site-vitrine"))
    recalculer_aretes(creer_savoir_faire(menuiserie, "photos-produits"))
    assert {r.besoin for r in rapprochements_de(boulangerie)} == {site, photos}
    assert {r.besoin for r in rapprochements_de(boulangerie, besoin=site)} == {site}


@pytest.mark.parametrize("nombre", [2, 12])
def test_la_liste_coute_quatre_requetes_quelle_que_soit_sa_longueur(
    boulangerie: Entreprise, nombre: int
) -> None:
    recalculer_aretes(creer_besoin(boulangerie, "site-vitrine"))
    for rang in range(nombre):
        recalculer_aretes(creer_savoir_faire(creer_entreprise(f"Atelier {rang}"), "site-vitrine"))
    with CaptureQueriesContext(connection) as requetes:
        trouves = rapprochements_de(boulangerie)
        assert len(trouves) == nombre
        for r in trouves:
            assert r.partenaire.nom
            assert r.aretes[0].savoir_faire.competence.titre
    assert len(requetes) == 4  # loops, chaînes, who answers quickly, and what the lines show
