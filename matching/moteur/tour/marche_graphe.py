"""From a market to the graph that the engine solves: companies are vertices, arêtes are arcs."""

import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.graphe import Entiers, Graphe, Ressources
from matching.moteur.tour.marche_donnees import Marche
from matching.moteur.tour.marche_imposes import Reste


def construire_graphe(marche: Marche, reste: Reste, *, chaine: int) -> tuple[Graphe, Entiers]:
    """Return the graph, its vertices being the ranks of companies, and the arête (rank) of each arc.

    Capacities are brought down to what may be used, and rows that can then not be exceeded are left out: a
    market where every company has one besoin and one savoir-faire has no resources at all. Of parallel arcs
    that use up the same things, the best alone is kept.
    """
    arcs = _utiles(marche, reste)
    donneurs, receveurs = marche.donnantes[arcs], marche.receveuses[arcs]
    besoins, savoir_faire = marche.rangs_besoins[arcs], marche.rangs_savoir_faire[arcs]
    capacites = _capacites(marche, reste, arcs, chaine=chaine)
    nombre = len(marche.entreprises)
    par_arc = np.column_stack(
        [
            np.where(reste.places[savoir_faire] < capacites[donneurs], nombre + savoir_faire, -1),
            np.where(capacites[receveurs] > 1, nombre + len(reste.places) + besoins, -1),
        ]
    )
    attentes = marche.attentes[besoins]
    ordre = np.lexsort((-attentes, -marche.points[arcs], *par_arc.T, receveurs, donneurs))
    cles = np.column_stack([donneurs, receveurs, par_arc])[ordre]
    garde = np.ones(len(ordre), dtype=bool)
    garde[1:] = (np.diff(cles, axis=0) != 0).any(axis=1)
    garde |= _jumelles(marche, reste, arcs[ordre])
    ordre = ordre[garde]
    suffisent = not reste.interdites and capacites.max() <= 1 and not (par_arc[ordre] >= 0).any()
    lignes = np.concatenate([capacites, reste.places, np.ones(len(marche.besoins))])
    graphe = Graphe.avec_ressources(
        nombre,
        donneurs[ordre],
        receveurs[ordre],
        marche.points[arcs[ordre]].astype(np.float64),
        np.flatnonzero(marche.donneuses),
        attentes=attentes[ordre].astype(np.float64),
        ressources=None
        if suffisent
        else Ressources(lignes.astype(np.float64), par_arc[ordre].astype(np.int32)),
    )
    return graphe, arcs[ordre]


def _utiles(marche: Marche, reste: Reste) -> Entiers:
    """Return the arêtes that the round may still use."""
    libres = reste.aretes & reste.besoins[marche.rangs_besoins]
    libres &= reste.places[marche.rangs_savoir_faire] > 0
    libres &= (reste.capacites[marche.donnantes] > 0) & (reste.capacites[marche.receveuses] > 0)
    return np.flatnonzero(libres)


def _capacites(marche: Marche, reste: Reste, arcs: Entiers, *, chaine: int) -> Entiers:
    """Bring each company's capacity down to the besoins it may have served and what it may give: whoever
    ends a chain gives nothing, so what is given limits only donors, or everyone when there are no chains."""
    nombre = len(marche.entreprises)
    demandeuses = marche.rangs(marche.entreprises, marche.demandeuses)
    offreuses = marche.rangs(marche.entreprises, marche.offreuses)
    besoins = np.unique(marche.rangs_besoins[arcs])
    savoir_faire = np.unique(marche.rangs_savoir_faire[arcs])
    recus = np.bincount(demandeuses[besoins], minlength=nombre)
    donnes = np.bincount(offreuses[savoir_faire], reste.places[savoir_faire], nombre).astype(np.int64)
    utiles = np.where(marche.donneuses, donnes, recus if chaine else np.minimum(recus, donnes))
    return np.minimum(reste.capacites, utiles)


def _jumelles(marche: Marche, reste: Reste, aretes: Entiers) -> NDArray[np.bool_]:
    """Mark the arêtes between companies that an exact exchange forbids to join: another arête between the
    same two companies makes another exchange, and must stay."""
    nombre = len(marche.entreprises)
    interdites = np.array([arete for suite in reste.interdites for arete in suite], dtype=np.int64)
    cles = marche.donnantes * nombre + marche.receveuses
    return np.isin(cles[aretes], cles[interdites])
