"""A real HTTP server in the place of the official services, and tiny data files."""

import csv
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


@dataclass
class Service:
    """Answers `reponse`; keeps the paths and the queries it was asked."""

    adresse: str
    statut: int = 200
    corps: bytes = b"{}"
    attente: float = 0.0  # seconds before answering
    chemins: list[str] = field(default_factory=list)
    questions: list[dict[str, str]] = field(default_factory=list)
    fin: threading.Event = field(default_factory=threading.Event)

    def repondre(self, contenu: Any, statut: int = 200) -> None:
        self.statut, self.corps = statut, json.dumps(contenu).encode()


@pytest.fixture
def service() -> Iterator[Service]:
    class Guichet(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            etat.chemins.append(url.path)
            etat.questions.append({nom: valeurs[0] for nom, valeurs in parse_qs(url.query).items()})
            etat.fin.wait(etat.attente)
            try:
                self.send_response(etat.statut)
                self.send_header("Content-Length", str(len(etat.corps)))
                self.end_headers()
                self.wfile.write(etat.corps)
            except ConnectionError:
                pass  # the caller did not wait

        def log_message(self, *args: Any) -> None:
            """Say nothing in the tests' output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Guichet) as serveur:
        etat = Service(f"127.0.0.1:{serveur.server_address[1]}")
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02})
        fil.start()
        yield etat
        etat.fin.set()
        serveur.shutdown()
        fil.join()


TABLES: dict[str, list[dict[str, str]]] = {
    "regions": [{"code": "53", "nom": "Bretagne"}, {"code": "11", "nom": "Île-de-France"}],
    "departements": [
        {"code": "35", "nom": "Ille-et-Vilaine", "region": "53"},
        {"code": "22", "nom": "Côtes-d'Armor", "region": "53"},
        {"code": "75", "nom": "Paris", "region": "11"},
    ],
    "epci": [{"code": "243500139", "nom": "Rennes Métropole", "type": "METRO"}],
}
COLONNES = (
    "code", "nom", "departement", "epci", "population", "lon", "lat", "exacte", "parente", "codes_postaux"
)  # fmt: skip
LIGNES = [
    ("35238", "Rennes", "35", "243500139", "230890", "-1.67431", "48.11109", "1", "", "35000 35200 35700"),
    ("35353", "Le Verger", "35", "243500139", "1502", "-1.93", "48.07", "0", "", "35160"),
    ("22278", "Saint-Brieuc", "22", "", "44000", "-2.76", "48.51", "1", "", "22000"),
    ("75056", "Paris", "75", "", "2103778", "2.34880", "48.85341", "1", "", "75001 75011"),
    ("75111", "Paris 11e Arrondissement", "75", "", "141000", "2.38", "48.86", "1", "75056", "75011"),
]
Deposer = Callable[..., Path]


@pytest.fixture
def deposer(tmp_path: Path) -> Deposer:
    """`deposer(communes=…)`: a data file; `communes` replaces the usual five, other tables by name."""

    def ecrire(communes: Any = LIGNES, **tables: list[dict[str, str]]) -> Path:
        chemin = tmp_path / "geographie.zip"
        with zipfile.ZipFile(chemin, "w") as archive:
            for nom, lignes in (TABLES | tables).items():
                archive.writestr(f"{nom}.csv", _csv(list(lignes[0]), [list(li.values()) for li in lignes]))
            archive.writestr("communes.csv", _csv(list(COLONNES), communes))
        return chemin

    return ecrire


def _csv(colonnes: list[str], lignes: Any) -> str:
    texte = io.StringIO()
    sortie = csv.writer(texte, lineterminator="\n")
    sortie.writerow(colonnes)
    sortie.writerows(lignes)
    return texte.getvalue()


@pytest.fixture
def rennes(db: None) -> Any:
    from territoires.models import Commune  # noqa: PLC0415  models need Django to be set up

    return Commune.objects.get(code="35238")
