"""A simulated market: the same for a seed, and like the country it is drawn from."""

from pathlib import Path

import numpy as np
import pytest
from geopy.distance import great_circle

from matching.choix import TOUS_LES_CRENEAUX, TOUTES_LES_MODALITES, Niveau, Rayon
from matching.moteur.adequation_en_lot import evaluer_en_lot
from matching.moteur.simulation import (
    ENTREPRISES_MAX,
    ETALEMENT_M,
    RAYONS_KM,
    Arbre,
    Lieux,
    MarcheSimule,
    SimulationInvalide,
    simuler,
)
from matching.moteur.simulation_graphe import distances_m, ecrire, graphe_de_marche, relier
from matching.moteur.tour.lecture import lire_graphe

COMMUNES = [
    ("35238", 225_000, -1.678, 48.1173),
    ("35051", 18_000, -1.603, 48.1211),
    ("35288", 47_000, -2.0257, 48.6493),
    ("44109", 323_000, -1.5536, 47.2184),
    ("48000", 0, 3.5, 44.5),
]
CODES = [f"c{rang}" for rang in range(12)]
VOISINES = [(CODES[a], CODES[b]) for a, b in ((0, 5), (5, 0), (1, 2), (2, 1))]


def marche(entreprises: int = 400, graine: int = 7) -> MarcheSimule:
    return simuler(entreprises, graine, lieux=Lieux.de(COMMUNES), arbre=Arbre.de(CODES, VOISINES))


def fichier(dossier: Path, tire: MarcheSimule, nom: str) -> bytes:
    chemin = dossier / nom
    ecrire(chemin, tire, graphe_de_marche(tire, relier(tire, candidats=200)))
    return chemin.read_bytes()


@pytest.mark.parametrize("nom", ["marche.json", "marche.json.gz"])
def test_une_graine_un_marche_quel_que_soit_l_ordre_des_lignes(tmp_path: Path, nom: str) -> None:
    autrement = simuler(400, 7, lieux=Lieux.de(COMMUNES[::-1]), arbre=Arbre.de(CODES, VOISINES[::-1]))

    assert fichier(tmp_path, marche(), nom) == fichier(tmp_path, autrement, f"autre-{nom}")
    assert fichier(tmp_path, marche(), nom) != fichier(tmp_path, marche(graine=8), f"graine-{nom}")


def test_le_fichier_est_celui_que_lit_le_moteur(tmp_path: Path) -> None:
    tire = marche()
    graphe = graphe_de_marche(tire, relier(tire, candidats=200))
    ecrire(tmp_path / "m.json.gz", tire, graphe)

    lu = lire_graphe(tmp_path / "m.json.gz")
    assert lu.sommets == graphe.sommets == tire.sommets
    for champ in ("donneurs", "origine", "arrivee", "poids"):
        assert np.array_equal(getattr(lu, champ), getattr(graphe, champ))
    assert len(lu.origine) > 1_000


def test_les_entreprises_sont_ou_sont_les_gens() -> None:
    tire = marche(20_000)
    parts = np.bincount(tire.commune, minlength=4) / 20_000
    habitants = tire.lieux.population
    assert tire.lieux.codes == ("35051", "35238", "35288", "44109")  # nobody where nobody lives
    assert parts == pytest.approx(habitants / habitants.sum(), abs=0.015)
    ecart = distances_m(
        tire.longitude, tire.latitude, tire.lieux.longitude[tire.commune], tire.lieux.latitude[tire.commune]
    )
    assert ecart.max() <= ETALEMENT_M * 1.01


def test_les_competences_suivent_la_loi_de_zipf() -> None:
    arbre = Arbre.de([f"c{rang}" for rang in range(100)], [])
    tire = simuler(20_000, 7, lieux=Lieux.de(COMMUNES), arbre=arbre)
    for fiches in (tire.besoins, tire.savoirs):
        nombres = np.bincount(fiches.competence, minlength=100)
        assert (np.diff(nombres[:8]) < 0).all()  # in the order of the tree
        # 2 and 4, less what a company would have had twice and drew again
        assert 1.4 < nombres[0] / nombres[1] < 2.05
        assert 2.4 < nombres[0] / nombres[3] < 4.1


def test_chaque_annonce_est_de_celles_que_le_site_accepte() -> None:
    tire = marche(3_000)
    assert tuple(Rayon.values) == RAYONS_KM
    for fiches in (tire.besoins, tire.savoirs):
        assert set(fiches.rayon_m.tolist()) == {km * 1_000 for km in Rayon.values}
        assert set(fiches.niveau.tolist()) == set(Niveau.values)
        assert (fiches.modalites >= 1).all()
        assert (fiches.modalites <= TOUTES_LES_MODALITES).all()
        assert (fiches.creneaux >= 0).all()
        assert (fiches.creneaux <= TOUS_LES_CRENEAUX).all()


def test_une_a_trois_paires_des_donneuses_des_demandeuses_et_rien_deux_fois() -> None:
    tire = marche(3_000)
    assert set(np.bincount(tire.entreprise).tolist()) == {1, 2, 3}
    assert 0.02 < len(tire.donneurs) / tire.sommets < 0.09
    assert len(np.setdiff1d(np.arange(tire.sommets), tire.sommet_savoir)) / tire.sommets > 0.05
    auteurs = np.concatenate([tire.besoins.entreprise, tire.savoirs.entreprise])
    competences = np.concatenate([tire.besoins.competence, tire.savoirs.competence])
    assert len(np.unique(auteurs * 100 + competences)) == len(auteurs)


def test_chaque_arete_et_elle_seule_verifie_la_regle() -> None:
    """All pairs of all listings, against the nearest of each compétence: with room for all, the same."""
    tire = marche(120)
    aretes = relier(tire, candidats=10_000)
    b, s = (
        grille.ravel()
        for grille in np.meshgrid(np.arange(len(tire.besoins)), np.arange(len(tire.savoirs)), indexing="ij")
    )
    proches = np.array(
        [
            vu in tire.arbre.proches[voulu]
            for voulu, vu in zip(tire.besoins.competence[b], tire.savoirs.competence[s], strict=True)
        ]
    )
    b, s = b[proches], s[proches]
    besoins, savoirs = tire.besoins.prendre(b), tire.savoirs.prendre(s)
    metres = distances_m(besoins.longitude, besoins.latitude, savoirs.longitude, savoirs.latitude)
    bons, scores = evaluer_en_lot(besoins, savoirs, metres)

    assert (aretes.besoin.tolist(), aretes.savoir.tolist()) == (b[bons].tolist(), s[bons].tolist())
    assert aretes.score.tolist() == scores.tolist()


def test_seuls_les_plus_proches_sont_regardes() -> None:
    tire = marche(800)
    peu, tous = (relier(tire, candidats=nombre) for nombre in (3, 10_000))
    assert 0 < len(peu.besoin) < len(tous.besoin)
    assert set(zip(peu.besoin.tolist(), peu.savoir.tolist(), strict=True)) < set(
        zip(tous.besoin.tolist(), tous.savoir.tolist(), strict=True)
    )


@pytest.mark.parametrize("latitude", [-21.0, 43.0, 51.0])
def test_la_distance_est_celle_de_la_sphere(latitude: float) -> None:
    for est, nord in ((0.5, 0.2), (0.01, -0.3), (-0.6, 0.0), (0.0, 0.0)):
        obtenue = distances_m(*(np.array([v]) for v in (2.0, latitude, 2.0 + est, latitude + nord)))[0]
        assert obtenue == pytest.approx(great_circle((latitude, 2.0), (latitude + nord, 2.0 + est)).m, abs=1)


@pytest.mark.parametrize("entreprises", [0, -1, ENTREPRISES_MAX + 1, 10**30])
def test_un_nombre_absurde_est_refuse(entreprises: int) -> None:
    with pytest.raises(SimulationInvalide):
        marche(entreprises)


def test_un_pays_vide_ou_un_arbre_vide_sont_refuses() -> None:
    with pytest.raises(SimulationInvalide, match="commune"):
        Lieux.de([("48000", 0, 3.5, 44.5)])
    with pytest.raises(SimulationInvalide, match="compétences"):
        Arbre.de(["seule"], [])
    # two compétences: one besoin, one savoir-faire, never the same
    petit = simuler(50, 1, lieux=Lieux.de(COMMUNES), arbre=Arbre.de(["a", "b"], []))
    assert petit.sommets == 50
