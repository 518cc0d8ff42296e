"""Find a PostgreSQL that has PostGIS among those the machine holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from _outils.commandes import capturer

VERSION_MINIMALE = 14  # Django 5.2's own
DEBIAN = Path("/usr/lib/postgresql")
BREW = (Path("/opt/homebrew/opt"), Path("/usr/local/opt"), Path("/home/linuxbrew/.linuxbrew/opt"))
NECESSAIRES = ("initdb", "pg_ctl", "pg_isready", "postgres", "psql")


@dataclass(frozen=True, order=True)
class ServeurPg:
    """A set of PostgreSQL programs, PostGIS included."""

    version: int
    bin: Path


def serveurs_presents() -> list[ServeurPg]:
    """Return the usable servers, the most recent first."""
    serveurs = {s for dossier in _dossiers() if (s := _examiner(dossier))}
    return sorted(serveurs, reverse=True)


def versions_sans_postgis() -> list[int]:
    """Return Debian's server versions installed here, PostGIS or not: what is there is preferred."""
    dossiers = (d for d in DEBIAN.glob("*/bin") if (d / "postgres").exists())
    return sorted((int(d.parent.name) for d in dossiers if d.parent.name.isdigit()), reverse=True)


def _dossiers() -> Iterator[Path]:
    yield from DEBIAN.glob("*/bin")
    for prefixe in BREW:
        yield from prefixe.glob("postgresql@*/bin")
    if du_chemin := capturer(["pg_config", "--bindir"]):
        yield Path(du_chemin.strip())


def _examiner(dossier: Path) -> ServeurPg | None:
    if not all((dossier / nom).exists() for nom in NECESSAIRES):
        return None
    annonce = re.search(r"\) (\d+)", capturer([dossier / "postgres", "--version"]) or "")
    partage = (capturer([dossier / "pg_config", "--sharedir"]) or "").strip()
    if annonce is None or not (Path(partage) / "extension" / "postgis.control").exists():
        return None
    version = int(annonce[1])
    return ServeurPg(version, dossier.resolve()) if version >= VERSION_MINIMALE else None
