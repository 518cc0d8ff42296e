"""A market's round against the truth: few companies, several pairs each, every exchange tried."""

import random
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.moteur.tour.marche import (
    DemandeInvalide,
    Don,
    Exclusion,
    Marche,
    ResultatMarche,
    SansBesoin,
    SansDon,
    SansEchange,
    SansEntreprise,
    SansSavoirFaire,
    resoudre_marche,
)
from tests.matching.moteur.force_brute_marche import Niveaux, echanges_possibles, meilleur_tour

plusieurs = settings(max_examples=60, deadline=None)
des_longueurs = st.tuples(st.sampled_from([0, 2, 3]), st.integers(0, 4))
sans_plus = settings(max_examples=40, deadline=None)


@dataclass(frozen=True)
class Lignes:
    """The rows of a market, as hypothesis draws them."""

    entreprises: list[tuple[int, int, bool]]
    besoins: list[tuple[int, int, int]]
    savoir_faire: list[tuple[int, int, int]]
    aretes: list[tuple[int, int, float]] = field(default_factory=list)

    def marche(self) -> Marche:
        return Marche.construire(
            entreprises=self.entreprises,
            besoins=self.besoins,
            savoir_faire=self.savoir_faire,
            aretes=self.aretes,
        )


@st.composite
def des_lignes(draw: st.DrawFn) -> Lignes:
    """Companies 100…, besoins 200…, savoir-faire 300…; the last companies only give."""
    nombre = draw(st.integers(2, 4))
    toutes = nombre + draw(st.integers(0, 2))
    entreprises = [(100 + e, draw(st.sampled_from([3, 2, 1, 0])), e >= nombre) for e in range(toutes)]
    qui = st.lists(st.integers(100, 99 + nombre), min_size=2, max_size=6)
    besoins = [(200 + rang, e, draw(st.integers(0, 9))) for rang, e in enumerate(draw(qui))]
    qui = st.lists(st.integers(100, 99 + toutes), min_size=2, max_size=5)
    savoir_faire = [(300 + rang, e, draw(st.integers(1, 3))) for rang, e in enumerate(draw(qui))]
    possibles = [
        (b, s) for b, receveur, _ in besoins for s, donneur, _ in savoir_faire if receveur != donneur
    ]
    gardees = draw(st.lists(st.sampled_from(possibles), unique=True, max_size=10)) if possibles else []
    aretes = [(b, s, draw(st.sampled_from([0.2, 0.5, 0.501, 1.0]))) for b, s in gardees]
    return Lignes(entreprises, besoins, savoir_faire, aretes)


def niveaux(resultat: ResultatMarche) -> Niveaux:
    return resultat.servis, round(resultat.score * 1000), resultat.attente


def paires(dons: list[Don]) -> list[tuple[int, int]]:
    return [(don.besoin, don.savoir_faire) for don in dons]


def un_tour(lignes: Lignes, longueurs: tuple[int, int] = (3, 4), **options: Any) -> ResultatMarche:
    cycle, chaine = longueurs
    return resoudre_marche(lignes.marche(), cycle=cycle, chaine=chaine, duree=20, **options)


def prouve_le_mieux(resultat: ResultatMarche, attendu: Niveaux) -> bool:
    prouves = (resultat.prouve_servis, resultat.prouve_score, resultat.prouve_attente)
    return (niveaux(resultat), resultat.borne, prouves) == (attendu, attendu[0], (True, True, True))


@plusieurs
@given(des_lignes(), des_longueurs)
def test_il_egale_la_force_brute_sur_les_trois_niveaux(lignes: Lignes, longueurs: tuple[int, int]) -> None:
    attendu = meilleur_tour(lignes.marche(), *longueurs, imposes=[], exclus=[])
    assert attendu is not None
    assert prouve_le_mieux(un_tour(lignes, longueurs), attendu)


@plusieurs
@given(des_lignes(), st.data())
def test_les_imposes_y_sont_et_les_exclus_n_y_sont_pas(lignes: Lignes, data: st.DataObject) -> None:
    possibles = echanges_possibles(lignes.marche(), 3, 4)
    tires = st.lists(st.sampled_from(possibles), max_size=2) if possibles else st.just([])
    imposes, ecartes = data.draw(tires), data.draw(tires)
    exclus = [SansEchange(tuple(paires(suite)[::-1])) for suite in ecartes]
    attendu = meilleur_tour(lignes.marche(), 3, 4, imposes=imposes, exclus=exclus)
    demande: dict[str, Any] = {"imposes": [paires(suite) for suite in imposes], "exclus": exclus}
    if attendu is None or any(suite in ecartes for suite in imposes):
        with pytest.raises(DemandeInvalide):
            un_tour(lignes, **demande)
        return
    resultat = un_tour(lignes, **demande)
    assert prouve_le_mieux(resultat, attendu)
    assert [list(e.dons) for e in resultat.echanges if e.est_impose] == imposes


@sans_plus
@given(des_lignes(), st.data())
def test_ce_qui_est_exclu_est_comme_absent(lignes: Lignes, data: st.DataObject) -> None:
    sans_besoin = data.draw(st.integers(200, 205))
    sans_savoir = data.draw(st.integers(300, 304))
    sans_entreprise = data.draw(st.integers(100, 103))
    sans_don = (data.draw(st.integers(200, 205)), data.draw(st.integers(300, 304)))
    exclus: list[Exclusion] = [
        *(SansBesoin(sans_besoin), SansSavoirFaire(sans_savoir), SansEntreprise(sans_entreprise)),
        SansDon(*sans_don),
    ]
    chez = {i: e for i, e, _ in (*lignes.besoins, *lignes.savoir_faire)}
    absent = [
        (b, s, score)
        for b, s, score in lignes.aretes
        if b != sans_besoin and s != sans_savoir and (b, s) != sans_don
        if sans_entreprise not in {chez[b], chez[s]}
    ]
    avec, sans = un_tour(lignes, exclus=exclus), un_tour(replace(lignes, aretes=absent))
    assert niveaux(avec) == niveaux(sans)


@sans_plus
@given(des_lignes(), st.randoms(use_true_random=False))
def test_renommer_et_melanger_ne_change_pas_les_niveaux(lignes: Lignes, hasard: random.Random) -> None:
    def noms(debut: int) -> dict[int, int]:
        return dict(zip(range(debut, debut + 10), hasard.sample(range(1000), 10), strict=True))

    e, b, s = noms(100), noms(200), noms(300)
    renomme = Lignes(
        [(e[i], c, d) for i, c, d in lignes.entreprises],
        [(b[i], e[j], a) for i, j, a in lignes.besoins],
        [(s[i], e[j], p) for i, j, p in lignes.savoir_faire],
        [(b[i], s[j], score) for i, j, score in lignes.aretes],
    )
    for liste in (renomme.entreprises, renomme.besoins, renomme.savoir_faire, renomme.aretes):
        hasard.shuffle(liste)
    assert niveaux(un_tour(renomme)) == niveaux(un_tour(lignes))


@sans_plus
@given(des_lignes(), st.randoms(use_true_random=False))
def test_plus_d_aretes_ne_servent_jamais_moins(lignes: Lignes, hasard: random.Random) -> None:
    moins = replace(lignes, aretes=[arete for arete in lignes.aretes if hasard.random() < 0.7])
    assert un_tour(moins).servis <= un_tour(lignes).servis
