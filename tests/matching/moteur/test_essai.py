"""One savoir-faire more: against trying everything, on small graphs."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.moteur.tour.essai import Effet, Essais
from matching.moteur.tour.graphe import Graphe, GrapheInvalide
from matching.moteur.tour.resoudre import resoudre
from matching.moteur.tour.solution import Tour
from matching.moteur.tour.verification import verifier_tour
from tests.matching.moteur.force_brute import groupes_possibles

Arc = tuple[int, int]
Echange = tuple[frozenset[int], int]  # sommets, served


def graphe(sommets: int, arcs: list[Arc], donneurs: tuple[int, ...] = ()) -> Graphe:
    return Graphe.construire(sommets, [u for u, _ in arcs], [v for _, v in arcs], None, donneurs)


def tour(cycles: list[list[int]], chaines: list[list[int]]) -> Tour:
    servis = sum(map(len, cycles)) + sum(len(c) - 1 for c in chaines)
    return Tour(cycles, chaines, servis, servis, 0.0, 0.0, 0.0)


def essayer(essais: Essais, ajouts: list[Arc], capacite: int | None = None) -> Effet:
    return essais.essayer([u for u, _ in ajouts], [v for _, v in ajouts], capacite=capacite)


# ---- By hand ------------------------------------------------------------------------------------


def test_un_besoin_que_rien_ne_servait_est_servi_en_direct() -> None:
    effet = essayer(Essais.preparer(graphe(3, [(0, 1)])), [(0, 1), (0, 2)])
    assert (effet.directs, effet.cycles, effet.gain) == ([2], [], 0)


def test_il_ferme_un_cercle_de_trois_plutot_qu_une_reciproque() -> None:
    essais = Essais.preparer(graphe(4, [(1, 0), (2, 3), (3, 0)]))
    effet = essayer(essais, [(0, 1), (0, 2)])
    assert (effet.cycles, effet.debloques, effet.gain) == ([[0, 2, 3]], [0, 2, 3], 3)


def test_il_prolonge_une_chaine() -> None:
    essais = Essais.preparer(graphe(4, [(3, 0), (1, 2)], (3,)), chaine=3)
    effet = essayer(essais, [(0, 1)])
    assert (effet.chaines, effet.gain) == ([[3, 0, 1, 2]], 3)
    assert essayer(Essais.preparer(essais.terrain.graphe, chaine=2), [(0, 1)]).chaines == [[3, 0, 1]]
    assert essayer(Essais.preparer(essais.terrain.graphe, chaine=1), [(0, 1)]) == Effet(directs=[1])


def test_il_defait_un_echange_du_tour_si_on_y_gagne() -> None:
    arcs = [(0, 1), (1, 0), (3, 0)]
    actuel = tour([[0, 1]], [])
    # 0 ⇄ 1 is given up for 0 → 2 → 3 → 0: one more in all
    essais = Essais.preparer(graphe(4, [*arcs, (2, 3)]), actuel)
    effet = essayer(essais, [(0, 2)])
    assert (effet.cycles, effet.retire, effet.gain) == ([[0, 2, 3]], [0, 1], 1)
    assert (effet.debloques, effet.perdus) == ([2, 3], [1])


def test_il_ne_defait_rien_pour_servir_autant() -> None:
    essais = Essais.preparer(graphe(3, [(0, 1), (1, 0), (2, 0)]), tour([[0, 1]], []))
    assert essayer(essais, [(0, 2)]) == Effet(directs=[2])


def test_ce_qu_un_echange_defait_laisse_se_remarie() -> None:
    arcs = [(0, 1), (1, 0), (2, 0), (1, 3), (3, 1)]
    effet = essayer(Essais.preparer(graphe(4, arcs), tour([[0, 1]], [])), [(0, 2)])
    assert (effet.cycles, effet.gain) == ([[0, 2], [1, 3]], 2)


def test_la_capacite_borne_les_dons_faits_a_la_fois() -> None:
    essais = Essais.preparer(graphe(4, [(2, 0), (3, 1)]))
    ajouts = [(u, v) for u in (0, 1) for v in (2, 3)]
    assert essayer(essais, ajouts).gain == 4
    assert essayer(essais, ajouts, capacite=1).gain == 2
    assert essayer(essais, ajouts, capacite=0).gain == 0


@pytest.mark.parametrize("ajouts", [[(0, 0)], [(0, 9)], [(-1, 0)], [(0, 2)], [(0, 1), (0, 1)]])
def test_un_ajout_faux_est_refuse(ajouts: list[Arc]) -> None:
    with pytest.raises(GrapheInvalide):
        essayer(Essais.preparer(graphe(3, [(2, 0)], (2,))), ajouts)


# ---- Against everything ---------------------------------------------------------------------------


@st.composite
def questions(tirer: st.DrawFn) -> tuple[Graphe, list[Arc], int]:
    """A graph, new arcs from one or two of its sommets, the length of chains."""
    sommets = tirer(st.integers(3, 7))
    donneurs = tuple(tirer(st.sets(st.integers(0, sommets - 1), max_size=1)))
    receveurs = [v for v in range(sommets) if v not in donneurs]
    possibles = [(u, v) for u in range(sommets) for v in receveurs if u != v]
    arcs = tirer(st.lists(st.sampled_from(possibles), unique=True, max_size=14))
    siens = [(u, v) for u, v in possibles if u in (0, 1) and (u, v) not in arcs]
    ajouts = tirer(st.lists(st.sampled_from(siens), unique=True, max_size=4)) if siens else []
    return graphe(sommets, arcs, donneurs), ajouts, tirer(st.sampled_from([0, 2, 3]))


def avec(avant: Graphe, ajouts: list[Arc]) -> Graphe:
    arcs = [*zip(avant.origine.tolist(), avant.arrivee.tolist(), strict=True), *ajouts]
    return graphe(avant.sommets, arcs, tuple(avant.donneurs.tolist()))


def meilleur_gain(avant: Graphe, ajouts: list[Arc], actuel: Tour, chaine: int) -> int:
    """Try every exchange given up, and every disjoint set of the rest."""
    anciens = {(sommets, servis) for sommets, servis, _ in groupes_possibles(avant, 3, 0)}
    neufs = [
        (sommets, servis)
        for origine, (sommets, servis) in _par_don(avec(avant, ajouts), chaine)
        if origine & set(ajouts)
    ]
    tour_actuel = [(frozenset(c), len(c)) for c in actuel.cycles]
    tour_actuel += [(frozenset(c), len(c) - 1) for c in actuel.chaines]
    libres = frozenset(range(avant.sommets)).difference(*(s for s, _ in tour_actuel))
    mieux = _plus_grand([n for n in neufs if n[0] <= libres], [])
    for numero, (sommets, servis) in enumerate(tour_actuel):
        ici = libres | sommets
        debuts = [
            (frozenset(suite[:fin]), fin - 1)
            for suite in actuel.chaines
            if frozenset(suite) == sommets and numero >= len(actuel.cycles)
            for fin in range(2, len(suite))
        ]
        reprises = [a for a in anciens if a[0] <= ici and a[0] & sommets] + debuts
        mieux = max(mieux, _plus_grand([n for n in neufs if n[0] <= ici], reprises, exige=sommets) - servis)
    return mieux


def _par_don(tout: Graphe, chaine: int) -> list[tuple[set[Arc], Echange]]:
    """Circles and chains of the graph, with their gifts: by leaving each arc out in turn, nothing clever."""
    trouves = []
    arcs = list(zip(tout.origine.tolist(), tout.arrivee.tolist(), strict=True))
    for nombre in range(1, max(3, chaine) + 1):
        for choix in combinations(arcs, nombre):
            sommets = {v for arc in choix for v in arc}
            if len(sommets) > nombre + 1:
                continue
            petit = graphe(tout.sommets, list(choix), tuple(tout.donneurs.tolist()))
            for ici, servis, _ in groupes_possibles(petit, 3, chaine):
                if servis == nombre:
                    trouves.append((set(choix), (ici, servis)))
    return trouves


def _plus_grand(neufs: list[Echange], reprises: list[Echange], exige: frozenset[int] = frozenset()) -> int:
    """The most served by disjoint ones; with `exige`, a new one must use one of these sommets."""
    etats: dict[tuple[frozenset[int], bool], int] = {(frozenset(), not exige): 0}
    for est_neuf, (sommets, servis) in [*((True, n) for n in neufs), *((False, r) for r in reprises)]:
        for (pris, satisfait), deja in list(etats.items()):
            if pris.isdisjoint(sommets):
                cle = (pris | sommets, satisfait or (est_neuf and bool(sommets & exige)))
                etats[cle] = max(etats.get(cle, 0), deja + servis)
    return max((servis for (_, satisfait), servis in etats.items() if satisfait), default=0)


@settings(deadline=None, max_examples=150)  # trying everything takes the time it takes
@given(questions(), st.sampled_from([0, 2, 3]))
def test_aucun_autre_choix_ne_sert_davantage(question: tuple[Graphe, list[Arc], int], deja: int) -> None:
    avant, ajouts, chaine = question
    # no round, the best of réciproques alone (which leaves much to gain), the best one
    actuel = resoudre(avant, cycle=deja, chaine=chaine if deja == 3 else 0, duree=5)
    effet = essayer(Essais.preparer(avant, actuel, chaine=chaine), ajouts, capacite=99)

    assert effet.est_complet
    assert effet.gain == meilleur_gain(avant, ajouts, actuel, chaine)
    recus = set(avant.arrivee.tolist())
    assert effet.directs == sorted({v for _, v in ajouts} - recus)
    _verifier_le_tour_suivant(avec(avant, ajouts), actuel, effet, chaine)


def _verifier_le_tour_suivant(apres: Graphe, actuel: Tour, effet: Effet, chaine: int) -> None:
    """The round with the effect applied is a round, by the engine's own independent check."""
    suivant = tour(
        [c for c in actuel.cycles if c != effet.retire] + effet.cycles,
        [c for c in actuel.chaines if c != effet.retire] + effet.chaines,
    )
    verifier_tour(apres, suivant, cycle=3, chaine=chaine)
    assert suivant.servis == actuel.servis + effet.gain
