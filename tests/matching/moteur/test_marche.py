"""A market's round against the truth: few companies, several pairs each, every exchange tried."""

import random
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.moteur.tour import colonnes, dense, exacte, plongee
from matching.moteur.tour import resoudre as entree
from matching.moteur.tour.affectation import borne_rapide
from matching.moteur.tour.marche import (
    DemandeInvalide,
    Don,
    Exclusion,
    Marche,
    MarcheInvalide,
    ResultatMarche,
    SansBesoin,
    SansDon,
    SansEchange,
    SansEntreprise,
    SansSavoirFaire,
    resoudre_marche,
)
from matching.moteur.tour.marche_graphe import construire_graphe
from matching.moteur.tour.marche_imposes import fixer
from tests.bancs.marche_de_paires import creer_marche_de_paires
from tests.bancs.marche_synthetique import Profil
from tests.matching.moteur.force_brute_marche import Niveaux, echanges_possibles, meilleur_tour

BOURG = Profil(competences=15, zipf=1.0, bourgs=6, etalement_km=4.0, cote_km=20.0)

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


# la boulangerie (1) wants two things and shows two; each neighbour answers one of them
DEUX_PAIRES = Lignes(
    entreprises=[(1, 2, False), (2, 1, False), (3, 1, False), (4, 2, True)],
    besoins=[(11, 1, 3), (12, 1, 40), (21, 2, 5), (31, 3, 8)],
    savoir_faire=[(15, 1, 1), (16, 1, 1), (25, 2, 1), (35, 3, 1), (45, 4, 2)],
    aretes=[(11, 25, 0.9), (21, 15, 0.8), (12, 35, 0.7), (31, 16, 0.6), (12, 45, 0.5), (31, 45, 0.4)],
)


def test_une_entreprise_de_deux_paires_est_dans_deux_reciproques() -> None:
    resultat = un_tour(DEUX_PAIRES)
    assert [[don.receveur for don in echange.dons] for echange in resultat.echanges] == [[2, 1], [3, 1]]
    assert prouve_le_mieux(resultat, (4, 3000, 56))


def test_sa_capacite_la_limite_et_les_aides_directes_completent() -> None:
    seule = replace(DEUX_PAIRES, entreprises=[(1, 1, False), *DEUX_PAIRES.entreprises[1:]])
    resultat = un_tour(seule)
    assert [echange.nature for echange in resultat.echanges] == ["cercle", "chaine"]
    assert [paires(list(echange.dons)) for echange in resultat.echanges] == [[(21, 15), (11, 25)], [(31, 45)]]
    assert prouve_le_mieux(resultat, (3, 2100, 16))


def test_a_score_egal_qui_attend_depuis_longtemps_passe_devant() -> None:
    lignes = Lignes(
        entreprises=[(1, 1, True), (2, 1, False), (3, 1, False)],
        besoins=[(21, 2, 10), (31, 3, 11)],
        savoir_faire=[(15, 1, 1)],
        aretes=[(21, 15, 0.5), (31, 15, 0.5)],
    )
    (echange,) = un_tour(lignes).echanges
    assert (echange.nature, paires(list(echange.dons))) == ("chaine", [(31, 15)])


@pytest.mark.parametrize(
    ("imposes", "exclus", "extrait"),
    [
        ([[(11, 35)]], [], "ne correspond à aucun rapprochement"),
        ([[]], [], "ne correspond à aucun rapprochement"),
        ([[(11, 25), (12, 35)]], [], "ne se suivent pas"),
        ([[(11, 25)]], [], "ne part pas d’une entreprise donneuse"),
        ([[(12, 45), (31, 16), (12, 35)]], [], "deux fois par la même entreprise"),
        ([[(12, 45)], [(31, 16), (12, 35)]], [], "n° 2 sert un besoin"),
        ([[(31, 45)], [(12, 45)], [(11, 25), (21, 15)], [(31, 16)]], [], "n° 4 est une chaîne"),
        ([[(11, 25), (21, 15)]], [SansDon(21, 15)], "n° 1 est aussi exclu"),
        ([[(11, 25), (21, 15)]], [SansEchange(((21, 15), (11, 25)))], "n° 1 est aussi exclu"),
        ([[(11, 25), (21, 15)]], [SansEntreprise(2)], "n° 1 est aussi exclu"),
    ],
)
def test_un_impose_impossible_est_dit_en_une_phrase(
    imposes: list[list[tuple[int, int]]], exclus: list[Exclusion], extrait: str
) -> None:
    with pytest.raises(DemandeInvalide) as refus:
        un_tour(DEUX_PAIRES, imposes=imposes, exclus=exclus)
    assert extrait in str(refus.value)


@pytest.mark.parametrize(
    ("changement", "extrait"),
    [
        ({"entreprises": [], "besoins": [], "savoir_faire": [], "aretes": []}, "vide"),
        ({"entreprises": [*DEUX_PAIRES.entreprises, (1, 1, False)]}, "L’entreprise 1 figure deux fois"),
        ({"besoins": [*DEUX_PAIRES.besoins, (99, 77, 0)]}, "entreprise inconnue"),
        ({"savoir_faire": [*DEUX_PAIRES.savoir_faire, (99, 77, 1)]}, "entreprise inconnue"),
        ({"aretes": [(77, 15, 0.5)]}, "besoin inconnu"),
        ({"aretes": [(11, 77, 0.5)]}, "savoir-faire inconnu"),
        ({"aretes": [(11, 25, 0.5), (11, 25, 0.6)]}, "figure deux fois"),
        ({"aretes": [(11, 15, 0.5)]}, "à elle-même"),
        ({"aretes": [(11, 25, 1.5)]}, "de 0 à 1"),
        ({"aretes": [(11, 25, float("nan"))]}, "de 0 à 1"),
        ({"aretes": [(11, 25)]}, "liste des arêtes"),
        ({"besoins": [*DEUX_PAIRES.besoins, (99, 1, -1)]}, "sous zéro"),
        ({"entreprises": [(1, -2, False), *DEUX_PAIRES.entreprises[1:]]}, "sous zéro"),
        ({"besoins": [*DEUX_PAIRES.besoins, (99, 4, 0)]}, "ne fait que donner"),
    ],
)
def test_un_marche_faux_est_dit_en_une_phrase(changement: dict[str, Any], extrait: str) -> None:
    with pytest.raises(MarcheInvalide) as refus:
        replace(DEUX_PAIRES, **changement).marche()
    assert extrait in str(refus.value)


def au_hasard(graine: int) -> Lignes:
    """A small market with much to choose from."""
    hasard = random.Random(graine)  # noqa: S311  a market, not a secret
    entreprises = [(100 + e, hasard.randint(1, 3), e == 4) for e in range(5)]
    besoins = [(200 + rang, 100 + rang % 4, hasard.randint(0, 9)) for rang in range(6)]
    savoir_faire = [(300 + rang, 100 + rang % 5, hasard.randint(1, 2)) for rang in range(6)]
    possibles = [(b, s) for b, r, _ in besoins for s, d, _ in savoir_faire if r != d]
    aretes = [(b, s, hasard.choice([0.3, 0.5, 0.8])) for b, s in hasard.sample(possibles, 12)]
    return Lignes(entreprises, besoins, savoir_faire, aretes)


def test_l_echange_exclu_laisse_la_place_au_meilleur_des_autres() -> None:
    for graine in range(12):
        lignes = au_hasard(graine)
        for echange in un_tour(lignes, (3, 3)).echanges[:2]:
            exclus = [SansEchange(tuple(paires(list(echange.dons))))]
            attendu = meilleur_tour(lignes.marche(), 3, 3, imposes=[], exclus=exclus)
            assert attendu is not None
            assert prouve_le_mieux(un_tour(lignes, (3, 3), exclus=exclus), attendu)


def test_deux_entreprises_font_deux_reciproques_par_des_aretes_paralleles() -> None:
    lignes = Lignes(
        entreprises=[(1, 2, False), (2, 2, False)],
        besoins=[(11, 1, 0), (12, 1, 0), (21, 2, 0), (22, 2, 0)],
        savoir_faire=[(15, 1, 2), (25, 2, 2)],
        aretes=[(11, 25, 0.9), (12, 25, 0.8), (21, 15, 0.7), (22, 15, 0.6)],
    )
    assert prouve_le_mieux(un_tour(lignes), (4, 3000, 0))


@pytest.mark.parametrize("methode", ["simplexe", "exacte", "gradient"])
def test_les_methodes_des_grands_marches_ne_mentent_pas(
    methode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(colonnes, "CERCLES_DIRECTS", 0)
    if methode != "simplexe":
        monkeypatch.setattr(entree, "SIMPLEX_MAX", 0)
    if methode == "gradient":
        monkeypatch.setattr(exacte, "CERCLES_SIMPLEX", -1)
        monkeypatch.setattr(plongee, "FIN_EXACTE", 5)
        monkeypatch.setattr(dense, "CERCLES_MAX", 3)
    for graine in range(8):
        lignes = au_hasard(graine)
        resultat = resoudre_marche(lignes.marche(), chaine=3, duree=0.5 if methode == "gradient" else 20)
        attendu = meilleur_tour(lignes.marche(), 3, 3, imposes=[], exclus=[])
        assert attendu is not None
        assert resultat.servis <= attendu[0] <= resultat.borne
        if methode != "gradient":
            assert prouve_le_mieux(resultat, attendu)


def test_la_borne_par_copies_est_au_dessus_du_mieux_et_souvent_atteinte() -> None:
    atteintes = 0
    for graine in range(40):
        marche = au_hasard(graine).marche()
        graphe, _ = construire_graphe(marche, fixer(marche, [], []), chaine=3)
        attendu = meilleur_tour(marche, 3, 3, imposes=[], exclus=[])
        assert attendu is not None
        assert attendu[0] <= borne_rapide(graphe)
        atteintes += attendu[0] == borne_rapide(graphe)
    assert atteintes >= 10


def test_arrete_aussitot_il_rend_un_tour_juste_et_une_borne() -> None:
    marche = creer_marche_de_paires(200, 2, profil=BOURG, donneuses=3)
    arrete = resoudre_marche(marche, arreter=lambda: True)
    assert 0 < arrete.servis < arrete.borne
    dits: list[tuple[float, float]] = []
    fini = resoudre_marche(marche, chaine=0, duree=2, progres=lambda *dit: dits.append(dit))
    assert dits[-1] == (fini.servis, fini.borne)


def test_une_borne_que_le_solveur_n_a_pas_eu_le_temps_de_dire_reste_une_borne() -> None:
    assert (colonnes.entiere(float("inf")), colonnes.entiere(2.9999999)) == (float("inf"), 3)


def test_une_paire_par_entreprise_n_a_pas_de_ressources() -> None:
    """The plain graph, then, at its speed."""
    lignes = Lignes(
        entreprises=[(1, 5, False), (2, 1, False)],
        besoins=[(11, 1, 0), (21, 2, 0)],
        savoir_faire=[(15, 1, 5), (25, 2, 1)],
        aretes=[(11, 25, 1.0), (21, 15, 1.0)],
    )
    marche = lignes.marche()
    graphe, _ = construire_graphe(marche, fixer(marche, [], []), chaine=4)
    assert graphe.ressources is None
    assert un_tour(lignes).servis == 2
