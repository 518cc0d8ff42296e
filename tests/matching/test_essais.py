"""One compétence more for one company: which besoins it would serve, and how it would come back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from echange.socle.horloge import maintenant
from matching.essais import Essai, essayer, trous_autour
from matching.models import Apport, Competence, Echange, Nature
from profils.models import Blocage, Entreprise
from tests.matching import scenes

pytestmark = pytest.mark.django_db


def essai(entreprise: Entreprise, code: str) -> Essai:
    return essayer(entreprise, Competence.objects.get(code=code))


def trous(entreprise: Entreprise) -> dict[str, tuple[int, int]]:
    return {t.competence.pk: (t.demandes, t.debloques) for t in trous_autour(entreprise)}


def test_a_besoin_that_nobody_serves_comes_first(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    servie, seule = scenes.voisine(), scenes.voisine()
    scenes.offrir(menuiserie, "site-vitrine")
    scenes.demander(servie, "site-vitrine")
    scenes.demander(seule, "site-vitrine", niveau=3)  # beyond what la menuiserie offers

    obtenu = essai(boulangerie, "site-vitrine")

    assert (obtenu.servis, obtenu.debloques) == (2, 1)
    assert [(s.besoin.entreprise, s.est_sans_reponse) for s in obtenu.besoins] == [
        (seule, True),
        (servie, False),
    ]
    assert {s.nature for s in obtenu.besoins} == {Nature.DIRECT}


def test_it_says_how_it_comes_back(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    scenes.demander(boulangerie, "vitrine-boutique")
    scenes.offrir(menuiserie, "vitrine-boutique")
    scenes.demander(menuiserie, "site-vitrine")  # la menuiserie would pay back herself
    scenes.demander(menuiserie, "facture-electronique")
    scenes.offrir(fleuristerie, "facture-electronique")
    scenes.demander(fleuristerie, "site-vitrine")  # la fleuristerie, through la menuiserie

    natures = {s.besoin.entreprise: s for s in essai(boulangerie, "site-vitrine").besoins}

    assert natures[menuiserie].nature == Nature.RECIPROQUE
    assert natures[fleuristerie].nature == Nature.CERCLE
    premiere, seconde = natures[fleuristerie].retours
    assert (premiere.offreur, premiere.demandeur) == (fleuristerie, menuiserie)
    assert (seconde.offreur, seconde.demandeur) == (menuiserie, boulangerie)


def test_what_it_tells_is_what_publishing_would_do(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    scenes.demander(menuiserie, "instagram")  # close to « photos-produits »
    scenes.demander(scenes.voisine(), "photos-produits")
    attendu = {(s.besoin.pk, s.score) for s in essai(boulangerie, "photos-produits").besoins}

    savoir = scenes.offrir(boulangerie, "photos-produits", niveau=3)

    assert {besoin for besoin, _ in attendu} == set(savoir.aretes.values_list("besoin", flat=True))
    assert dict(attendu) == pytest.approx(dict(savoir.aretes.values_list("besoin", "score")), abs=1e-3)


@pytest.mark.parametrize("cas", ["bloquee", "loin", "expiree", "complete", "la sienne"])
def test_who_cannot_be_served_is_not_there(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise, cas: str
) -> None:
    auteur = {
        "la sienne": boulangerie,
        "loin": scenes.voisine(commune="44109") if cas == "loin" else None,
    }.get(cas) or menuiserie
    besoin = scenes.demander(auteur, "site-vitrine")
    if cas == "bloquee":
        Blocage.objects.create(bloquante=menuiserie, bloquee=boulangerie)
    elif cas == "expiree":
        besoin.publie_le, besoin.expire_le = (
            maintenant() - timedelta(days=9),
            maintenant() - timedelta(days=1),
        )
        besoin.save()
    elif cas == "complete":
        scenes.rendre_reciproques(menuiserie, fleuristerie)
        besoin = menuiserie.besoins.get(pk=besoin.pk)
        _remplir(menuiserie, fleuristerie)

    assert essai(boulangerie, "site-vitrine").servis == 0
    if cas != "complete":
        assert trous(boulangerie) == {}


def _remplir(menuiserie: Entreprise, fleuristerie: Entreprise) -> None:
    """Every place of la menuiserie's besoins « site-vitrine » is taken."""
    for numero, besoin in enumerate(menuiserie.besoins.filter(competence="site-vitrine")):
        echange = Echange.objects.create(
            nature=Nature.DIRECT,
            statut="en_cours",
            accepte_le=maintenant(),
            initiatrice=menuiserie,
            empreinte=str(numero),
            expire_le=maintenant(),
        )
        Apport.objects.create(
            echange=echange,
            donneur=fleuristerie,
            receveur=menuiserie,
            besoin=besoin,
            savoir_faire=fleuristerie.savoir_faire.get(competence="site-vitrine"),
            distance_m=1,
        )


def test_holes_are_ranked_by_what_they_unlock_then_by_what_is_asked(
    boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    for _ in range(2):
        scenes.demander(scenes.voisine(), "facture-electronique")
    scenes.offrir(menuiserie, "site-vitrine")
    for _ in range(3):
        scenes.demander(scenes.voisine(), "site-vitrine")

    assert list(trous(boulangerie).items()) == [("facture-electronique", (2, 2)), ("site-vitrine", (3, 0))]
    assert essai(boulangerie, "facture-electronique").debloques == 2


def test_a_close_competence_unlocks_too(boulangerie: Entreprise) -> None:
    scenes.demander(scenes.voisine(), "instagram")
    assert trous(boulangerie) == {"instagram": (1, 1), "photos-produits": (0, 1)}
    assert essai(boulangerie, "photos-produits").debloques == 1


def test_what_it_offers_already_is_no_idea(boulangerie: Entreprise) -> None:
    scenes.offrir(boulangerie, "site-vitrine")
    scenes.demander(scenes.voisine(), "site-vitrine")
    assert trous(boulangerie) == {}


def test_two_besoins_or_twelve_cost_the_same(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    scenes.demander(boulangerie, "vitrine-boutique")
    scenes.offrir(menuiserie, "vitrine-boutique")

    def requetes() -> int:
        with CaptureQueriesContext(
            connection,
        ) as lues:
            _lire(essai(boulangerie, "site-vitrine"))
            trous_autour(boulangerie)
        return len(lues)

    scenes.demander(menuiserie, "site-vitrine")
    scenes.demander(scenes.voisine(), "site-vitrine")
    peu = requetes()
    for _ in range(10):
        scenes.demander(scenes.voisine(), "site-vitrine")
    assert requetes() == peu


def _lire(obtenu: Essai) -> list[Any]:
    """What the page shows."""
    return [
        (
            *(s.besoin.entreprise.nom, s.besoin.commune.nom, s.besoin.competence.titre, s.nature),
            *((a.offreur.nom, a.demandeur.nom, a.savoir_faire.competence.titre) for a in s.retours),
        )
        for s in obtenu.besoins
    ]
