"""The migrated database that every test database is copied from, made once for one set of migrations.

Migrating from nothing takes half a minute of processor; copying takes a second. A new migration is applied to
a copy of the newest model that holds none but migrations still there, word for word. The copy made for a test
is migrated like any test database: with everything applied already, that only proves that nothing is missing.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from psycopg import sql

RACINE = Path(__file__).resolve().parents[1]
PREFIXE = "echange_modele_"
GARDES = 3  # models kept: one per branch that one goes back and forth between
VERROU = 7_351_204  # advisory lock: one process makes the model, the others wait for it


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Tell Django which database to copy."""
    assurer_modele()


def assurer_modele() -> str:
    """Return the model's name, made if it is missing; set it as the template of the test database.

    A model is made under another name, then renamed: one that bears its name is whole.
    """
    base: dict[str, Any] = settings.DATABASES["default"]
    nom = PREFIXE + empreinte_des_migrations()
    with ouvrir_serveur(base) as serveur:
        serveur.execute("SELECT pg_advisory_lock(%s)", [VERROU])
        if not serveur.execute("SELECT 1 FROM pg_database WHERE datname = %s", [nom]).fetchone():
            _faire(serveur, base, nom)
    base.setdefault("TEST", {})["TEMPLATE"] = nom
    return nom


def empreinte_des_migrations() -> str:
    """Return a digest of every migration of every application, the libraries' included."""
    return hashlib.sha256(json.dumps(migrations()).encode()).hexdigest()[:16]


def migrations() -> dict[str, str]:
    """Return each migration's file and the digest of what it says."""
    return {
        f"{application.label}/{fichier.stem}": hashlib.sha256(fichier.read_bytes()).hexdigest()[:16]
        for application in sorted(apps.get_app_configs(), key=lambda a: a.label)
        for fichier in sorted(Path(application.path).glob("migrations/*.py"))
    }


def ouvrir_serveur(base: dict[str, Any]) -> "psycopg.Connection[tuple[Any, ...]]":
    return psycopg.connect(
        dbname="postgres",
        user=base["USER"],
        password=base["PASSWORD"],
        host=base["HOST"],
        port=base["PORT"],
        autocommit=True,
    )


def _faire(serveur: "psycopg.Connection[tuple[Any, ...]]", base: dict[str, Any], nom: str) -> None:
    brouillon = f"{nom}_en_cours"
    serveur.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(brouillon)))
    depart = modele_anterieur(serveur) or "template1"
    serveur.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(brouillon), sql.Identifier(depart))
    )
    _migrer(base, brouillon)
    serveur.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(
            sql.Identifier(brouillon), sql.Literal(json.dumps(migrations()))
        )
    )
    serveur.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(brouillon), sql.Identifier(nom))
    )
    _oublier_les_anciens(serveur)


def modele_anterieur(serveur: "psycopg.Connection[tuple[Any, ...]]") -> str | None:
    """Return the newest model all of whose migrations are ours, unchanged."""
    modeles = serveur.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE starts_with(datname, %s) ORDER BY oid DESC",
        [PREFIXE],
    )
    attendues = migrations().items()
    for nom, appliquees in modeles.fetchall():
        if appliquees and json.loads(appliquees).items() <= attendues:
            return str(nom)
    return None


def _migrer(base: dict[str, Any], nom: str) -> None:
    """Migrate in a process of its own: this one's connections belong to the test database."""
    champs = {"host": base["HOST"], "port": base["PORT"], "user": base["USER"], "password": base["PASSWORD"]}
    adresse = f"postgresql:///{nom}?{urlencode({cle: valeur for cle, valeur in champs.items() if valeur})}"
    resultat = subprocess.run(  # noqa: S603  our own command
        [sys.executable, RACINE / "manage.py", "migrate", "--verbosity", "0"],
        env=os.environ | {"DATABASE_URL": adresse},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not resultat.returncode, f"the migrations failed:\n{resultat.stderr}"


def _oublier_les_anciens(serveur: "psycopg.Connection[tuple[Any, ...]]") -> None:
    """Drop the oldest models; one that is being copied at this instant stays until next time."""
    modeles = serveur.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC", [PREFIXE]
    )
    for (ancien,) in modeles.fetchall()[GARDES:]:
        try:
            serveur.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(ancien)))
        except psycopg.errors.ObjectInUse:
            continue
