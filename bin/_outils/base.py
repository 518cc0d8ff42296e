"""Check the database one is given: reachable, recent enough, with PostGIS; tell one from another."""

import json
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from _outils.chemins import PYTHON
from _outils.commandes import env_propre
from _outils.emplacement import PRISE
from _outils.grappe import EXTENSIONS
from _outils.serveur_pg import VERSION_MINIMALE
from _outils.terminal import Echec

DELAI = 5  # seconds for a server to accept a connection
SONDE = Path(__file__).with_name("sonde.py")


@dataclass(frozen=True)
class Adresse:
    """The server a URL leads to, without what must stay secret."""

    hote: str
    port: int

    def __str__(self) -> str:
        return self.hote if self.hote.startswith("/") else f"{self.hote}, port {self.port}"


def lire_adresse(url: str) -> Adresse:
    """Return the server of a `postgresql://` URL; raise `Echec` when it is not one."""
    try:
        morceaux = urlsplit(url)
        options = parse_qs(morceaux.query)
        hote = options.get("host", [unquote(morceaux.hostname or "") or "/var/run/postgresql"])[0]
        port = int(options.get("port", [morceaux.port or 5432])[0])
    except ValueError as erreur:
        raise Echec(
            "DATABASE_URL est mal écrite : il faut postgresql://compte:secret@serveur:port/base."
        ) from erreur
    if morceaux.scheme not in {"postgresql", "postgres"}:
        raise Echec("DATABASE_URL doit commencer par postgresql:// : PostGIS est la seule base reconnue.")
    return Adresse(hote, port)


def verifier_joignable(url: str) -> None:
    """Knock at the server's door, with the standard library: this comes before anything is installed."""
    adresse = lire_adresse(url)
    try:
        if adresse.hote.startswith("/"):
            with socket.socket(socket.AF_UNIX) as prise:
                prise.settimeout(DELAI)
                prise.connect(f"{adresse.hote}/{PRISE.replace('5432', str(adresse.port))}")
        else:
            socket.create_connection((adresse.hote, adresse.port), DELAI).close()
    except OSError as erreur:
        raise Echec(
            f"La base indiquée par DATABASE_URL ne répond pas ({adresse}) : "
            "vérifiez l’adresse, et que le serveur tourne."
        ) from erreur


def identifier_base(url: str) -> str:
    """Return what tells this database from another of the same name; raise `Echec` if it is unfit."""
    sonde = subprocess.run(
        [PYTHON, SONDE, *EXTENSIONS],
        capture_output=True,
        text=True,
        check=False,
        env=env_propre() | {"DATABASE_URL": url},
    )
    if sonde.returncode:
        raise Echec(
            "La base de données n’a pas pu être examinée : "
            + (sonde.stderr.strip().splitlines() or ["?"])[-1]
        )
    reponse = json.loads(sonde.stdout)
    if "erreur" in reponse:
        raise Echec(f"La base refuse la connexion : vérifiez DATABASE_URL.\n  {reponse['erreur']}")
    if reponse["version"] < VERSION_MINIMALE:
        raise Echec(
            f"La base tourne sous PostgreSQL {reponse['version']} : il faut au moins la {VERSION_MINIMALE}."
        )
    if reponse["encodage"] != "UTF8":
        raise Echec(f"La base est en {reponse['encodage']} : il faut une base en UTF8.")
    if reponse["absentes"]:
        noms = ", ".join(reponse["absentes"])
        raise Echec(f"Il manque à ce serveur PostgreSQL : {noms}. Installez-les, puis relancez la commande.")
    return str(reponse["identite"])
