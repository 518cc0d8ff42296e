"""Typed readers of environment variables: a setting misspelt stops the start, it is never ignored."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

VRAI = frozenset({"1", "true", "oui"})
FAUX = frozenset({"0", "false", "non", ""})


def lire_texte(nom: str, defaut: str | None = None) -> str:
    """Return the variable; without a default it is mandatory (`ImproperlyConfigured`)."""
    valeur = os.environ.get(nom, defaut)
    if valeur is None:
        raise ImproperlyConfigured(f"{nom} is not set; see deploy/exemple.env.")
    return valeur


def lire_booleen(nom: str, *, defaut: bool = False) -> bool:
    valeur = os.environ.get(nom)
    if valeur is None:
        return defaut
    if valeur.lower() in VRAI:
        return True
    if valeur.lower() in FAUX:
        return False
    raise ImproperlyConfigured(f"{nom}={valeur!r}: write 1 or 0.")


def lire_entier(nom: str, defaut: int) -> int:
    valeur = os.environ.get(nom, "")
    if not valeur:
        return defaut
    try:
        return int(valeur)
    except ValueError as erreur:
        raise ImproperlyConfigured(f"{nom}={valeur!r} is not a whole number.") from erreur


def lire_choix(nom: str, choix: Sequence[str], defaut: str) -> str:
    valeur = os.environ.get(nom) or defaut
    if valeur not in choix:
        raise ImproperlyConfigured(f"{nom}={valeur!r}: choose among {', '.join(choix)}.")
    return valeur


def lire_liste(nom: str, defaut: str = "") -> list[str]:
    """Return comma-separated values, blanks removed."""
    return [morceau.strip() for morceau in os.environ.get(nom, defaut).split(",") if morceau.strip()]


def lire_chemin(nom: str, defaut: Path) -> Path:
    return Path(os.environ.get(nom) or defaut)


def lire_url(nom: str, defaut: str) -> str:
    """Return an `https://` address without its last slash, or an empty string."""
    valeur = os.environ.get(nom, defaut).rstrip("/")
    if valeur and not valeur.startswith("https://"):
        raise ImproperlyConfigured(f"{nom}={valeur!r} must begin with https://.")
    return valeur


def lire_base(nom: str) -> dict[str, object]:
    """Return Django's database settings from a `postgresql://` URL, read by libpq's own parser.

    A Unix socket is `postgresql:///base?host=/directory`.
    """
    url = lire_texte(nom)
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured(f"{nom} must begin with postgresql:// (PostGIS is the only database).")
    infos = conninfo_to_dict(url)
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": infos.pop("dbname", ""),
        "USER": infos.pop("user", ""),
        "PASSWORD": infos.pop("password", ""),
        "HOST": infos.pop("host", ""),
        "PORT": infos.pop("port", ""),
        "OPTIONS": infos,
    }
