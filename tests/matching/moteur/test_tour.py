"""The engine against the truth: small graphs, every circle and chain tried."""

import random
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.moteur.tour import dense, exacte, plongee
from matching.moteur.tour import resoudre as entree
from matching.moteur.tour.circuits import enumerer_cercles
from matching.moteur.tour.graphe import Graphe
from matching.moteur.tour.programme import choisir
from matching.moteur.tour.reserve import Reserve
from matching.moteur.tour.resoudre import DemandeInvalide, resoudre
from matching.moteur.tour.solution import Tour
from matching.moteur.tour.verification import TourInvalide, verifier_tour
from tests.bancs.marche_synthetique import Profil, creer_marche
from tests.matching.moteur.force_brute import meilleur

BOURG = Profil(competences=15, zipf=1.0, bourgs=6, etalement_km=4.0, cote_km=20.0)

Arcs = dict[tuple[int, int], int]


@dataclass(frozen=True)
class Cas:
    """A small market as hypothesis draws it."""

    sommets: int
    donneurs: list[int]
    arcs: Arcs

    def graphe(self, *, pese: bool = False) -> Graphe:
        origine = [u for u, _ in self.arcs]
        arrivee = [v for _, v in self.arcs]
        poids = list(self.arcs.values()) if pese else None
        return Graphe.construire(self.sommets, origine, arrivee, poids, self.donneurs)


@st.composite
def des_cas(draw: st.DrawFn) -> Cas:
    sommets = draw(st.integers(1, 7))
    possibles = [(u, v) for u in range(sommets) for v in range(sommets) if u != v]
    gardes = draw(st.lists(st.sampled_from(possibles), unique=True)) if possibles else []
    donneurs = draw(st.lists(st.integers(0, sommets - 1), unique=True, max_size=2))
    return Cas(sommets, donneurs, {arc: draw(st.integers(0, 5)) for arc in gardes})


# a bound on each column once took the prices away from the vertices, and nothing was ever proven
UNE_CHAINE = Cas(5, [2], {(0, 1): 0, (2, 0): 0, (1, 0): 0, (2, 3): 0, (0, 2): 0, (1, 2): 0})
# the relaxation stopped at the bound, its columns made no round that reaches it: 4 served of 5, none proven
VERS = {0: [1, 2, 3, 4, 5, 6], 1: [0, 2, 3, 5, 6], 2: [0, 1, 3, 4, 5, 6], 3: [0, 1, 2, 4], 5: [6], 6: [5]}
AU_PLAFOND = Cas(7, [1], {(u, v): 0 for u, suivants in VERS.items() for v in suivants})
des_longueurs = st.tuples(st.sampled_from([0, 2, 3]), st.integers(0, 4))
plusieurs = settings(max_examples=80, deadline=None)


def un_tour(graphe: Graphe, cycle: int, chaine: int) -> Tour:
    tour = resoudre(graphe, cycle=cycle, chaine=chaine, duree=20)
    verifier_tour(graphe, tour, cycle=cycle, chaine=chaine)
    return tour


@plusieurs
@given(des_cas(), des_longueurs)
@example(UNE_CHAINE, (0, 3))
@example(AU_PLAFOND, (2, 1))
def test_il_sert_autant_que_la_force_brute_et_la_borne_le_prouve(
    cas: Cas, longueurs: tuple[int, int]
) -> None:
    tour = un_tour(cas.graphe(), *longueurs)
    servis, _ = meilleur(cas.graphe(), *longueurs)
    assert (tour.servis, tour.borne, tour.ecart) == (servis, servis, 0)


@plusieurs
@given(des_cas(), des_longueurs)
def test_a_nombre_egal_il_pese_le_plus(cas: Cas, longueurs: tuple[int, int]) -> None:
    graphe = cas.graphe(pese=True)
    tour = un_tour(graphe, *longueurs)
    assert (tour.servis, tour.poids) == pytest.approx(meilleur(graphe, *longueurs))


@plusieurs
@given(des_cas(), des_longueurs, st.randoms(use_true_random=False))
def test_renommer_les_sommets_ne_change_pas_le_nombre(
    cas: Cas, longueurs: tuple[int, int], hasard: random.Random
) -> None:
    noms = hasard.sample(range(cas.sommets), cas.sommets)
    arcs = {(noms[u], noms[v]): poids for (u, v), poids in cas.arcs.items()}
    renomme = Cas(cas.sommets, [noms[d] for d in cas.donneurs], arcs)
    assert un_tour(renomme.graphe(), *longueurs).servis == un_tour(cas.graphe(), *longueurs).servis


@plusieurs
@given(des_cas(), des_longueurs, st.randoms(use_true_random=False))
def test_plus_d_arcs_ne_servent_jamais_moins(
    cas: Cas, longueurs: tuple[int, int], hasard: random.Random
) -> None:
    moins = Cas(cas.sommets, cas.donneurs, {a: p for a, p in cas.arcs.items() if hasard.random() < 0.7})
    assert un_tour(moins.graphe(), *longueurs).servis <= un_tour(cas.graphe(), *longueurs).servis


@pytest.fixture
def tout_est_dense(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send every part to the method of the large markets."""
    monkeypatch.setattr(entree, "SIMPLEX_MAX", 0)
    monkeypatch.setattr(exacte, "CERCLES_SIMPLEX", -1)
    monkeypatch.setattr(plongee, "FIN_EXACTE", 20)
    monkeypatch.setattr(dense, "CERCLES_MAX", 100)


@pytest.mark.usefixtures("tout_est_dense")
@pytest.mark.parametrize("chaine", [0, 3])
def test_la_methode_des_grands_marches_ne_ment_pas(chaine: int) -> None:
    for graine in range(6):
        hasard = np.random.default_rng(graine)
        origine, arrivee = np.nonzero((hasard.random((8, 8)) < 0.4) & ~np.eye(8, dtype=bool))
        graphe = Graphe.construire(8, origine, arrivee, donneurs=[0, 1])
        tour = resoudre(graphe, cycle=3, chaine=chaine, duree=0.3)
        verifier_tour(graphe, tour, cycle=3, chaine=chaine)
        assert tour.servis <= meilleur(graphe, 3, chaine)[0] <= tour.borne


@pytest.mark.usefixtures("tout_est_dense")
def test_sur_un_marche_moyen_les_deux_methodes_s_encadrent(monkeypatch: pytest.MonkeyPatch) -> None:
    graphe = creer_marche(1200, 3, profil=BOURG)
    approche = resoudre(graphe, duree=3)
    verifier_tour(graphe, approche, cycle=3, chaine=0)
    monkeypatch.setattr(entree, "SIMPLEX_MAX", 10_000)
    exact = resoudre(graphe, duree=300)
    assert exact.est_optimal
    assert 0.9 * exact.servis <= approche.servis <= exact.servis <= approche.borne


@pytest.fixture(params=["descentes", "gradient d’abord", "reprises", "preuve seule"])
def par_simplex(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send every part to the exact method, and leave the work to one of its steps at a time."""
    monkeypatch.setattr(entree, "SIMPLEX_MAX", 0)
    if request.param == "gradient d’abord":
        monkeypatch.setattr(exacte, "RICHE", 0)
    if request.param in {"reprises", "preuve seule"}:
        monkeypatch.setattr(exacte, "DESCENTES", 0)
    if request.param == "preuve seule":
        monkeypatch.setattr(exacte, "PATIENCE", 0)


@pytest.mark.usefixtures("par_simplex")
@pytest.mark.parametrize("chaine", [0, 3])
def test_la_methode_exacte_prouve_le_mieux(chaine: int) -> None:
    for graine in range(12):
        hasard = np.random.default_rng(graine)
        origine, arrivee = np.nonzero((hasard.random((8, 8)) < 0.35) & ~np.eye(8, dtype=bool))
        graphe = Graphe.construire(8, origine, arrivee, donneurs=[0, 1])
        tour = un_tour(graphe, 3, chaine)
        servis, _ = meilleur(graphe, 3, chaine)
        assert (tour.servis, tour.borne) == (servis, servis)


@pytest.mark.usefixtures("par_simplex")
def test_sur_un_marche_clairseme_la_methode_exacte_rejoint_le_programme_entier() -> None:
    graphe = creer_marche(300, 4, profil=Profil(20, zipf=0.3, bourgs=6, etalement_km=4.0, cote_km=20.0))
    cercles = Reserve.de(graphe, 3, 0).cercles
    tour = un_tour(graphe, 3, 0)
    assert tour.servis == tour.borne == choisir(cercles, graphe.capacites, duree=60).valeur > 100


def test_les_cercles_de_3_sont_tous_trouves() -> None:
    graphe = creer_marche(400, 1, profil=BOURG)
    n = graphe.sommets
    a = np.zeros((n, n), dtype=np.int64)
    a[graphe.origine, graphe.arrivee] = 1
    deux, trois = enumerer_cercles(graphe, 3)
    assert len(deux) == np.trace(a @ a) // 2
    assert len(trois) == len(np.unique(trois, axis=0)) == np.trace(a @ a @ a) // 3 > 100


def test_la_meme_graine_donne_le_meme_tour() -> None:
    graphe = creer_marche(600, 2, profil=BOURG)
    une_fois, une_autre = (resoudre(graphe, duree=200) for _ in range(2))  # ends long before
    assert une_fois.cycles == une_autre.cycles


def test_arrete_aussitot_il_rend_un_tour_juste_et_une_borne() -> None:
    graphe = creer_marche(600, 2, profil=BOURG)
    tour = resoudre(graphe, arreter=lambda: True)
    verifier_tour(graphe, tour, cycle=3, chaine=0)
    assert tour.servis <= un_tour(graphe, 3, 0).servis <= tour.borne


def test_il_dit_ou_il_en_est() -> None:
    dits: list[tuple[float, float]] = []
    tour = resoudre(
        creer_marche(300, 2, profil=BOURG), progres=lambda servis, borne: dits.append((servis, borne))
    )
    assert dits[-1] == (tour.servis, tour.borne)


@pytest.mark.parametrize(
    ("cycle", "chaine", "duree"), [(4, 0, 1), (-1, 0, 1), (3, -1, 1), (3, 11, 1), (3, 0, 0)]
)
def test_une_demande_absurde_est_refusee(cycle: int, chaine: int, duree: float) -> None:
    with pytest.raises(DemandeInvalide):
        resoudre(Graphe.construire(1, [], []), cycle=cycle, chaine=chaine, duree=duree)


@pytest.mark.parametrize(
    ("cycles", "chaines", "servis"),
    [
        ([[0, 1], [1, 2]], [], 4),  # a vertex twice
        ([[0, 2]], [], 2),  # an arc that does not exist
        ([[0, 1, 2, 4]], [], 4),  # too long
        ([], [[0, 1]], 1),  # not a donor
        ([], [[3, 0, 1, 2]], 3),  # too many gifts
        ([[0, 3]], [], 2),  # a donor in a circle
        ([[0, 1]], [], 3),  # miscounted
    ],
)
def test_la_verification_ne_laisse_rien_passer(
    cycles: list[list[int]], chaines: list[list[int]], servis: int
) -> None:
    arcs = [(0, 1), (1, 0), (1, 2), (2, 1), (3, 0), (0, 3), (2, 4), (4, 0)]
    graphe = Graphe.construire(5, [u for u, _ in arcs], [v for _, v in arcs], donneurs=[3])
    bon = Tour([[0, 1]], [], 2, 5, 2, 0, 0)
    verifier_tour(graphe, bon, cycle=3, chaine=2)
    with pytest.raises(TourInvalide):
        verifier_tour(graphe, Tour(cycles, chaines, servis, 5, 0, 0, 0), cycle=3, chaine=2)
