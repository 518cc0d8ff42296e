"""Build `geographie.zip`, the regions, départements, EPCI and communes the platform starts with.

    python -m territoires.donnees.construire --sources DIR [--telecharger] [--sortie FILE]

Standard library only, and no Django: the file is built once a year, by anyone, and read by the
site. The same sources give the same bytes (see docs/geographie.md).
"""

from __future__ import annotations

import argparse
import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from territoires.donnees.controles import controler, mesurer
from territoires.donnees.coordonnees import Position, situer
from territoires.donnees.sources import (
    Commune,
    Decoupage,
    lire_decoupage,
    lire_lieux,
    telecharger,
)

SORTIE = Path(__file__).with_name("geographie.zip")
# The oldest date a ZIP can hold: a rebuild must not depend on the clock.
DATE_FIXE = (1980, 1, 1, 0, 0, 0)

COLONNES_COMMUNES = (
    "code", "nom", "departement", "epci", "population", "lon", "lat", "exacte", "parente",
    "codes_postaux",
)  # fmt: skip

Ligne = Sequence[str | int]


def construire(sources: Path, sortie: Path) -> list[str]:
    """Write the archive and return the report.

    Raises SourceInvalide when a source is not the pinned one, ControleEchoue when the result is
    wrong; nothing is written then.
    """
    decoupage = lire_decoupage(sources)
    positions = situer(decoupage.communes, lire_lieux(sources))
    controler(decoupage, positions)
    ecrire(sortie, tables(decoupage, positions))
    rapport = mesurer(decoupage.communes, positions)
    return [*rapport, f"{sortie}: {sortie.stat().st_size} bytes"]


def tables(decoupage: Decoupage, positions: Mapping[str, Position]) -> dict[str, str]:
    """Return the CSV text of each file of the archive, by name."""
    communes = (_ligne(c, positions[c.code]) for c in decoupage.communes)
    return {
        "communes.csv": _csv(COLONNES_COMMUNES, communes),
        "departements.csv": _csv(
            ("code", "nom", "region"), ((d.code, d.nom, d.region) for d in decoupage.departements)
        ),
        "epci.csv": _csv(("code", "nom", "type"), ((e.code, e.nom, e.type) for e in decoupage.epci)),
        "regions.csv": _csv(("code", "nom"), ((r.code, r.nom) for r in decoupage.regions)),
    }


def ecrire(sortie: Path, fichiers: Mapping[str, str]) -> None:
    """Write a ZIP whose bytes depend on the files only."""
    with zipfile.ZipFile(sortie, "w") as archive:
        for nom in sorted(fichiers):
            entree = zipfile.ZipInfo(nom, DATE_FIXE)
            entree.compress_type = zipfile.ZIP_DEFLATED
            entree.create_system = 3  # Unix, whatever system builds it.
            entree.external_attr = 0o644 << 16
            archive.writestr(entree, fichiers[nom].encode(), compresslevel=9)


def _ligne(commune: Commune, position: Position) -> Ligne:
    return (
        commune.code,
        commune.nom,
        commune.departement,
        commune.epci,
        commune.population,
        f"{position.point.lon:.5f}",
        f"{position.point.lat:.5f}",
        int(position.est_exacte),
        commune.parente,
        " ".join(commune.codes_postaux),
    )


def _csv(colonnes: Sequence[str], lignes: Iterable[Ligne]) -> str:
    texte = io.StringIO()
    sortie = csv.writer(texte, lineterminator="\n")
    sortie.writerow(colonnes)
    sortie.writerows(lignes)
    return texte.getvalue()


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, build the file and print the report."""
    analyseur = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    analyseur.add_argument("--sources", type=Path, required=True, metavar="DIR")
    analyseur.add_argument("--sortie", type=Path, default=SORTIE, metavar="FILE")
    analyseur.add_argument("--telecharger", action="store_true", help="fetch the sources first")
    options = analyseur.parse_args(arguments)
    if options.telecharger:
        telecharger(options.sources)
    for ligne in construire(options.sources, options.sortie):
        print(ligne)  # noqa: T201 - a command line


if __name__ == "__main__":
    main()
