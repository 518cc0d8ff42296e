"""Read a graph from JSON, plain or gzipped: `{"sommets": n, "donneurs": [v…], "arcs": [[u, v] or [u, v,
weight]…]}`."""

import gzip
import json
import zlib
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from matching.moteur.tour.graphe import Graphe, GrapheInvalide

SOMMETS_MAX = 10_000_000
MAGIE_GZIP = b"\x1f\x8b"


def lire_graphe(chemin: Path) -> Graphe:
    """Return the graph of a file; raise `GrapheInvalide`, one clear sentence, for anything else than a
    graph."""
    return graphe_de(_json(_octets(chemin)))


def graphe_de(donnees: object) -> Graphe:
    """Return the graph described by a decoded JSON document."""
    if not isinstance(donnees, dict):
        raise GrapheInvalide("Le fichier doit contenir un objet JSON avec « sommets » et « arcs ».")
    for cle in ("sommets", "arcs"):
        if cle not in donnees:
            raise GrapheInvalide(f"Il manque « {cle} » dans le fichier.")
    sommets, arcs, donneurs = donnees["sommets"], donnees["arcs"], donnees.get("donneurs", [])
    if not _est_entier(sommets):
        raise GrapheInvalide("« sommets » doit être un nombre entier.")
    if sommets > SOMMETS_MAX:
        raise GrapheInvalide(f"Le graphe a trop de sommets : {sommets}, pour {SOMMETS_MAX} au plus.")
    if not isinstance(donneurs, list) or not all(map(_est_entier, donneurs)):
        raise GrapheInvalide("« donneurs » doit être une liste de nombres entiers.")
    if not isinstance(arcs, list):
        raise GrapheInvalide("« arcs » doit être une liste.")
    for rang, arc in enumerate(arcs):
        if not _est_arc(arc):
            raise GrapheInvalide(
                f"L’arc n° {rang + 1} doit être [départ, arrivée] ou [départ, arrivée, poids]."
            )
    return _construire(sommets, arcs, donneurs)


def _construire(sommets: int, arcs: list[list[Any]], donneurs: list[int]) -> Graphe:
    try:
        poids = np.fromiter((arc[2] if len(arc) == 3 else 1.0 for arc in arcs), np.float64, len(arcs))
    except OverflowError:
        raise GrapheInvalide("Un arc a un poids qui n’est pas un nombre fini.") from None
    try:
        bouts = np.fromiter(chain.from_iterable(arc[:2] for arc in arcs), np.int64, 2 * len(arcs))
        return Graphe.construire(sommets, bouts[::2], bouts[1::2], poids, donneurs)
    except OverflowError:
        raise GrapheInvalide(f"Un sommet est inconnu : les sommets vont de 0 à {sommets - 1}.") from None


def _octets(chemin: Path) -> bytes:
    try:
        brut = chemin.read_bytes()
    except FileNotFoundError:
        raise GrapheInvalide(f"Le fichier « {chemin} » n’existe pas.") from None
    except OSError:
        raise GrapheInvalide(f"Le fichier « {chemin} » ne peut pas être lu.") from None
    if brut[:2] != MAGIE_GZIP:
        if chemin.suffix == ".gz":
            raise GrapheInvalide(f"Le fichier « {chemin} » n’est pas un fichier gzip.")
        return brut
    try:
        return gzip.decompress(brut)
    except (OSError, EOFError, zlib.error):
        raise GrapheInvalide(f"Le fichier « {chemin} » est tronqué ou abîmé.") from None


def _json(octets: bytes) -> object:
    try:
        donnees: object = json.loads(octets)
    except (ValueError, RecursionError):
        raise GrapheInvalide("Le fichier n’est pas du JSON valide.") from None
    return donnees


def _est_entier(valeur: object) -> bool:
    return isinstance(valeur, int) and not isinstance(valeur, bool)


def _est_arc(arc: object) -> bool:
    if not isinstance(arc, list) or len(arc) not in {2, 3}:
        return False
    nombre = len(arc) == 2 or (isinstance(arc[2], int | float) and not isinstance(arc[2], bool))
    return _est_entier(arc[0]) and _est_entier(arc[1]) and nombre
