"""Join INSEE communes to GeoNames places, which share no identifier.

A name is matched within its region, then has to be *near the neighbours*: the median of the
already joined communes of the same postal code, EPCI, or failing both département. A homonym at
the other end of the region is thus refused, and two homonyms are told apart; what stays
ambiguous stays unknown. The first pass starts from the names that are unique on both sides.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from territoires.donnees.complements import CHEFS_LIEUX
from territoires.donnees.points import Point, distance_km
from territoires.donnees.reperes import Reperes
from territoires.donnees.sources import Commune, Lieu

# A rival has to be this much further from the neighbours to be set aside.
MARGE = 2.0
# Two places of one name this close are one town listed twice.
MEME_VILLE_KM = 3.0
TOLERANCE_POPULATION = 1.25
PASSES = 6

# Half of the people live there: the place is the commune's centre. The two sources count ten
# years apart, and not always the same perimeter.
PART_DU_CENTRE = 0.5
POPULATION_MAX = 1.5

# A name does not break after these.
MOTS_VIDES = {
    "a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "saint", "sainte",
    "saints", "sous", "sur", "val",
}  # fmt: skip

Noms = Callable[[Commune], Iterable[str]]
NomsLieu = Callable[[Lieu], Iterable[str]]
Accord = Callable[[Commune, Lieu], bool]


@dataclass(frozen=True, slots=True)
class Paire:
    """A commune and a place of the same name; `ecart` is 0 among its neighbours, 1 at the limit."""

    commune: Commune
    lieu: Lieu
    ecart: float


def cle(nom: str) -> str:
    """Return the name without case, accents, hyphens or abbreviations.

    >>> cle("St-Étienne-lez-Œuvre")
    'saint etienne les oeuvre'
    """
    nom = nom.lower().replace("œ", "oe").replace("æ", "ae")
    nom = "".join(c for c in unicodedata.normalize("NFKD", nom) if not unicodedata.combining(c))
    abreges = {"st": "saint", "ste": "sainte", "sts": "saints", "lez": "les"}
    return " ".join(abreges.get(mot, mot) for mot in re.findall(r"[a-z0-9]+", nom))


def cle_courte(nom: str) -> str:
    """Return the key without any article: « Le Mont-Dore » and « Mont-Dore » are one name."""
    return " ".join(m for m in cle(nom).split() if m not in {"le", "la", "les", "l"})


def rapprocher(communes: list[Commune], lieux: list[Lieu]) -> dict[str, Lieu]:
    """Return the GeoNames place at the centre of each commune that has a certain one."""
    propre = _paires(communes, lieux, lambda c: [cle(c.nom)], _nom)
    connus = _noms_uniques(propre)
    # Each pass starts afresh from better neighbours: a wrong join of the first is undone.
    for _ in range(PASSES):
        precedents, connus = connus, _choisir(propre, _reperes(communes, connus))
        if connus == precedents:
            break
    niveaux: list[tuple[Noms, NomsLieu, Accord]] = [
        (lambda c: [cle_courte(c.nom)], lambda v: [cle_courte(v.nom)], _toujours),
        (_noms_du_siege, _nom, _toujours),
        (lambda c: [cle(c.nom)], lambda v: map(cle, v.autres_noms), _est_a_la_taille),
        (lambda c: _debuts(cle(c.nom)), _nom, _porte_la_commune),
        (lambda c: map(cle, c.fusionnees), _nom, _porte_la_commune),
    ]
    for noms, noms_lieu, accord in niveaux:
        connus |= _completer(communes, lieux, connus, noms, noms_lieu, accord)
    return connus


def rapprocher_partiellement(
    communes: list[Commune], lieux: list[Lieu], connus: Mapping[str, Lieu]
) -> dict[str, Lieu]:
    """Return, for communes still unknown, a place inside them that is not their centre.

    Its name is one of a merged commune, or a part of a double-barrelled name.
    """
    return _completer(communes, lieux, connus, _noms_partiels, _nom, _est_a_la_taille)


def rapprocher_arrondissements(arrondissements: Iterable[Commune], lieux: Iterable[Lieu]) -> dict[str, Lieu]:
    """Return the place of each municipal arrondissement: « Lyon 03 » for « Lyon 3e … »."""
    numeros = {
        (ville, int(numero)): lieu
        for lieu in lieux
        for ville, numero in re.findall(r"^(Paris|Lyon|Marseille) (\d\d)\b", lieu.nom)
    }
    trouves = {}
    for commune in arrondissements:
        ville, numero = re.findall(r"^(\w+) (\d+)", commune.nom)[0]
        if lieu := numeros.get((ville, int(numero))):
            trouves[commune.code] = lieu
    return trouves


def _nom(lieu: Lieu) -> list[str]:
    return [cle(lieu.nom)]


def _noms_du_siege(commune: Commune) -> list[str]:
    chef_lieu = CHEFS_LIEUX.get(commune.code)
    return [cle(nom) for nom in (*commune.siege, *([chef_lieu] if chef_lieu else []))]


def _noms_partiels(commune: Commune) -> list[str]:
    nom = cle(commune.nom)
    return [*map(cle, commune.fusionnees), *_debuts(nom), *_fins(nom)]


def _debuts(nom: str) -> list[str]:
    """Return the beginnings of a name that still mean something: « ancenis » of Ancenis-…"""
    mots = nom.split()
    return [" ".join(mots[:n]) for n in range(1, len(mots)) if mots[n - 1] not in MOTS_VIDES]


def _fins(nom: str) -> list[str]:
    mots = nom.split()
    return [" ".join(mots[n:]) for n in range(1, len(mots)) if mots[n - 1] not in MOTS_VIDES]


def _toujours(commune: Commune, lieu: Lieu) -> bool:
    return True


def _est_a_la_taille(commune: Commune, lieu: Lieu) -> bool:
    """Refuse a place too populous to be this commune: another name is weaker evidence."""
    return lieu.population <= POPULATION_MAX * commune.population


def _porte_la_commune(commune: Commune, lieu: Lieu) -> bool:
    """Tell whether most people of the commune live in that place."""
    part = lieu.population / max(commune.population, 1)
    return PART_DU_CENTRE <= part <= POPULATION_MAX


def _completer(
    communes: list[Commune],
    lieux: list[Lieu],
    connus: Mapping[str, Lieu],
    noms: Noms,
    noms_lieu: NomsLieu,
    accord: Accord,
) -> dict[str, Lieu]:
    pris = set(connus.values())
    paires = _paires(
        [c for c in communes if c.code not in connus],
        [lieu for lieu in lieux if lieu not in pris],
        noms,
        noms_lieu,
    )
    admises = [(commune, lieu) for commune, lieu in paires if accord(commune, lieu)]
    return _choisir(admises, _reperes(communes, connus))


def _paires(
    communes: Iterable[Commune], lieux: Iterable[Lieu], noms: Noms, noms_lieu: NomsLieu
) -> list[tuple[Commune, Lieu]]:
    par_nom: dict[tuple[str, str], dict[Lieu, None]] = defaultdict(dict)
    for lieu in lieux:
        for nom in noms_lieu(lieu):
            par_nom[lieu.region, nom][lieu] = None
    return [
        (commune, lieu)
        for commune in communes
        for lieu in {v: None for n in noms(commune) for v in par_nom.get((commune.region, n), ())}
        if lieu.commune in {"", commune.code}
    ]


def _reperes(communes: Iterable[Commune], connus: Mapping[str, Lieu]) -> Reperes:
    return Reperes(communes, {code: Point(v.lon, v.lat) for code, v in connus.items()})


def _noms_uniques(paires: list[tuple[Commune, Lieu]]) -> dict[str, Lieu]:
    par_commune, par_lieu = defaultdict(list), defaultdict(list)
    for commune, lieu in paires:
        par_commune[commune.code].append(lieu)
        par_lieu[lieu].append(commune)
    return {
        code: candidats[0]
        for code, candidats in par_commune.items()
        if len(candidats) == 1 and len(par_lieu[candidats[0]]) == 1
    }


def _choisir(candidats: list[tuple[Commune, Lieu]], reperes: Reperes) -> dict[str, Lieu]:
    """Keep the pairs that are the clear best for the commune and for the place."""
    par_commune: dict[str, list[Paire]] = defaultdict(list)
    par_lieu: dict[Lieu, list[Paire]] = defaultdict(list)
    for commune, lieu in candidats:
        ecart = reperes.ecart(commune, Point(lieu.lon, lieu.lat))
        if ecart is not None and ecart <= 1:
            paire = Paire(commune, lieu, ecart)
            par_commune[commune.code].append(paire)
            par_lieu[lieu].append(paire)
    gagnantes = {lieu: _meilleure(paires) for lieu, paires in par_lieu.items()}
    choix = ((code, _meilleure(paires)) for code, paires in par_commune.items())
    return {code: choisie.lieu for code, choisie in choix if choisie and gagnantes[choisie.lieu] is choisie}


def _meilleure(paires: list[Paire]) -> Paire | None:
    """Return the pair nearest its neighbours, or None if another one is as good."""
    plus_proche = min(paires, key=lambda p: p.ecart)
    rivales = [p for p in paires if p.ecart <= MARGE * plus_proche.ecart]
    if len(rivales) == 1:
        return plus_proche
    peuplees = [p for p in rivales if _populations_proches(p)]
    if len(peuplees) == 1:
        return peuplees[0]
    if _est_une_seule_ville(rivales):
        return max(rivales, key=lambda p: p.lieu.population)
    return None


def _populations_proches(paire: Paire) -> bool:
    plus_petite, plus_grande = sorted((paire.commune.population, paire.lieu.population))
    return 0 < plus_grande <= TOLERANCE_POPULATION * plus_petite


def _est_une_seule_ville(paires: list[Paire]) -> bool:
    if len({p.commune.code for p in paires}) > 1:
        return False
    premier = Point(paires[0].lieu.lon, paires[0].lieu.lat)
    return all(distance_km(premier, Point(p.lieu.lon, p.lieu.lat)) <= MEME_VILLE_KM for p in paires)
