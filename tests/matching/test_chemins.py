"""The paths found by SQL are those one finds by trying them all, whatever the table."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from echange.socle.horloge import maintenant
from matching import chemins
from matching.chemins import Chemin, nature_du_chemin
from matching.models import Arete, Besoin, Nature
from matching.rapprochements import PRIMES, chemins_de
from profils.models import Entreprise
from tests.fabriques import creer_besoin, creer_entreprise, creer_savoir_faire

ENTREPRISES = 7


def tirer_un_marche(graine: int) -> list[Entreprise]:
    """A few companies, arêtes drawn at random between them: ties, expired listings, some who only give."""
    hasard = random.Random(graine)  # noqa: S311  reproducible, not secret
    entreprises = [creer_entreprise(f"Entreprise {rang}") for rang in range(ENTREPRISES)]
    hier = maintenant() - timedelta(days=1)
    besoins, savoir_faire = [], []
    for entreprise in entreprises:
        for _ in range(hasard.choice((0, 1, 1, 2))):
            dates = (
                {"publie_le": hier - timedelta(days=60), "expire_le": hier} if hasard.random() < 0.1 else {}
            )
            besoins.append(creer_besoin(entreprise, "site-vitrine", **dates))
        savoir_faire += [creer_savoir_faire(entreprise, "site-vitrine") for _ in range(hasard.choice((1, 2)))]
    Arete.objects.bulk_create(
        Arete(
            besoin=besoin,
            savoir_faire=offre,
            demandeur_id=besoin.entreprise_id,
            offreur_id=offre.entreprise_id,
            score=hasard.randrange(4, 9) / 8,  # exact sums, and ties
            distance_m=0,
            modalites=7,
            expire_le=min(filter(None, (besoin.expire_le, offre.expire_le))),
            composantes={},
        )
        for besoin in besoins
        for offre in savoir_faire
        if besoin.entreprise_id != offre.entreprise_id and hasard.random() < 0.3
    )
    return entreprises


def tous_les_chemins(entreprise: Entreprise, longueur: int) -> Iterator[tuple[Arete, ...]]:
    """Every path of living arêtes that serves the company, tried one by one."""
    demandeuses = set(Besoin.objects.publiees().values_list("entreprise_id", flat=True))
    aretes = list(Arete.objects.vivantes())
    suites: list[tuple[Arete, ...]] = [(a,) for a in aretes if a.demandeur_id == entreprise.pk]
    for _ in range(longueur - 1):
        suites = [(*s, a) for s in suites for a in aretes if a.demandeur_id == s[-1].offreur_id]
    for suite in suites:
        nature = nature_du_chemin(suite)
        if nature and not (nature == Nature.CHAINE and suite[-1].offreur_id in demandeuses):
            yield suite


def meilleurs(entreprise: Entreprise, longueur: int) -> set[Chemin]:
    """For each arête received and each nature, the best path: the highest score, then the first keys."""
    par_recue: dict[tuple[int, Nature], list[Chemin]] = {}
    for suite in tous_les_chemins(entreprise, longueur):
        nature = nature_du_chemin(suite)
        assert nature
        score = sum(arete.score for arete in suite) / longueur
        cles = tuple(arete.pk for arete in suite)
        chemin = Chemin(cles, nature, score, suite[0].besoin_id, suite[0].offreur_id)
        par_recue.setdefault((cles[0], nature), []).append(chemin)
    return {min(trouves, key=lambda c: (-c.score, c.aretes)) for trouves in par_recue.values()}


def attendus(entreprise: Entreprise) -> set[Chemin]:
    """The best of each length; a chaîne only where the same neighbour serves the same besoin in no loop."""
    tous = {chemin for longueur in (1, 2, 3) for chemin in meilleurs(entreprise, longueur)}
    fermes = {(c.besoin, c.partenaire) for c in tous if c.nature in {Nature.RECIPROQUE, Nature.CERCLE}}
    return {c for c in tous if c.nature != Nature.CHAINE or (c.besoin, c.partenaire) not in fermes}


def chercher(entreprise: Entreprise, besoin: Besoin | None = None) -> set[Chemin]:
    trouves = chemins.boucles_et_directs(entreprise, besoin)
    return {*trouves, *chemins.chaines(entreprise, trouves)}


@pytest.mark.django_db
@pytest.mark.parametrize("graine", range(8))
def test_les_chemins_sont_ceux_de_la_force_brute(graine: int) -> None:
    for entreprise in tirer_un_marche(graine):
        trouves = chercher(entreprise)
        assert trouves == attendus(entreprise)
        assert set(chemins.cercles_de_quatre(entreprise, None)) == meilleurs(entreprise, 4)
        for besoin in entreprise.besoins.all():
            assert chercher(entreprise, besoin) == {c for c in trouves if c.besoin == besoin.pk}


@pytest.mark.django_db
@pytest.mark.parametrize("graine", range(4))
def test_un_voisin_une_ligne_par_nature_et_la_meilleure_dit_tout(graine: int) -> None:
    for entreprise in tirer_un_marche(graine):
        liste = chemins_de(entreprise, a_quatre=True)
        assert [c.score for c in liste] == sorted((c.score for c in liste), reverse=True)
        lignes = [(c.besoin, c.partenaire, c.nature) for c in chemins_de(entreprise)]
        assert len(set(lignes)) == len(lignes)
        natures: dict[tuple[int, int], set[Nature]] = {}
        for besoin, partenaire, nature in lignes:
            natures.setdefault((besoin, partenaire), set()).add(nature)
        for ensemble in natures.values():
            assert Nature.RECIPROQUE not in ensemble or len(ensemble) == 1
            assert not {Nature.CERCLE, Nature.CHAINE} <= ensemble
        assert liste == chemins_de(entreprise, a_quatre=True)
        assert [c for c in liste if len(c.aretes) < 4] == chemins_de(entreprise)


@pytest.mark.django_db
def test_les_marches_tires_ont_de_tout() -> None:
    """The property above would say nothing of a nature that never occurs."""
    natures = {
        (chemin.nature, len(chemin.aretes))
        for graine in range(4)
        for entreprise in tirer_un_marche(graine)
        for chemin in chemins_de(entreprise, a_quatre=True)
    }
    assert natures == set(PRIMES)
