"""`bin/bench pages`: what each kind of public page costs, on the demonstration's data and as it is really served.

Queries are counted in this process, nothing kept from before. Times and sizes are read from the site itself: a
process of its own, hashed files, one request after another. A page's size is its first view: the page compressed
(the server in front does it) and every file it names, as received with `Accept-Encoding: gzip`.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from matching.models import Besoin, SavoirFaire

RACINE = Path(__file__).resolve().parents[2]
REQUETES_MAX, MEDIANE_MAX, SANS_CARTE_MAX, AVEC_CARTE_MAX = 12, 60.0, 250.0, 320.0  # ms, kB
UN_AN = 365 * 24 * 3600
FICHIER = re.compile(r'<(?:link|script|img|source)\b[^>]*?(?:href|src)="(/(?:static|media)/[^"#]+)')
A_CHARGER = re.compile(r'<link\b(?=[^>]*rel="(?:canonical|alternate)")[^>]*>')


@dataclass(frozen=True, slots=True)
class Releve:
    """One page: queries, milliseconds, kB; `garde` says whether every file may be kept a year."""

    nom: str
    requetes: int
    mediane: float
    p95: float
    poids: float
    a_une_carte: bool
    garde: bool

    @property
    def manques(self) -> list[str]:
        poids_max = AVEC_CARTE_MAX if self.a_une_carte else SANS_CARTE_MAX
        return [
            phrase
            for est_manque, phrase in (
                (self.requetes > REQUETES_MAX, f"plus de {REQUETES_MAX} requêtes"),
                (self.mediane > MEDIANE_MAX, f"médiane au-delà de {MEDIANE_MAX:.0f} ms"),
                (self.poids > poids_max, f"plus de {poids_max:.0f} ko"),
                (not self.garde, "un fichier ne se garde pas un an"),
            )
            if est_manque
        ]


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="bin/bench pages")
    options.add_argument("--fois", type=int, default=40, help="requests timed for each page")
    choix = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as dossier:
        env = os.environ | {"ECHANGE_MODE": "demo", "STATIC_ROOT": dossier, "GEOCODAGE_ACTIF": "0"}
        for commande in (("collectstatic", "--noinput", "--verbosity=0"), ("installer",), ("charger_demo",)):
            subprocess.run([sys.executable, "manage.py", *commande], env=env, cwd=RACINE, check=True)  # noqa: S603  our own commands
        adresses = _adresses()
        requetes = {nom: _compter(adresse) for nom, adresse in adresses.items()}
        with _site(env) as port:
            releves = [
                _relever(nom, adresse, requetes[nom], port, choix.fois) for nom, adresse in adresses.items()
            ]
    _imprimer(releves)


def _adresses() -> dict[str, str]:
    """One page of each kind, the fullest: the one that has the most below it."""
    adresses: dict[str, str] = {}
    for page in Page.objects.live().public().filter(depth__gt=1).order_by("-numchild", "path").specific():
        adresses.setdefault(str(page._meta.verbose_name), page.get_url_parts()[2])
    adresses["besoin"] = f"/besoins/{Besoin.objects.publiees().earliest('pk').uuid}/"
    adresses["savoir-faire"] = f"/savoir-faire/{SavoirFaire.objects.publiees().earliest('pk').uuid}/"
    adresses["recherche près de chez soi"] = "/recherche/?texte=photos&commune=Rennes"
    adresses["recherche sur le site"] = "/chercher/?q=photos"
    adresses["flux d’une communauté"] = "/flux/ille-et-vilaine/annonces.atom"
    adresses["plan du site"] = "/sitemap-pages.xml"
    return adresses


def _compter(adresse: str) -> int:
    """Queries of the page with nothing kept from before, the place of the site aside (kept an hour)."""
    client = Client(SERVER_NAME="localhost")
    cache.clear()
    client.get("/questions/")
    with CaptureQueriesContext(connection) as requetes:
        assert client.get(adresse).status_code == 200, adresse
    return len(requetes)


@contextmanager
def _site(env: dict[str, str]) -> Iterator[int]:
    """The site on a free port, in a process of its own."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = int(prise.getsockname()[1])
    commande = ("uvicorn", "echange.asgi:application", "--port", str(port), "--log-level", "warning")
    with subprocess.Popen([sys.executable, "-m", *commande], env=env, cwd=RACINE) as processus:  # noqa: S603
        try:
            _attendre(port)
            yield port
        finally:
            processus.terminate()


def _attendre(port: int) -> None:
    limite = time.monotonic() + 60
    while time.monotonic() < limite:
        try:
            if _demander(HTTPConnection("127.0.0.1", port), "/sante/")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the site did not start")


def _demander(lien: HTTPConnection, adresse: str) -> tuple[int, dict[str, str], bytes]:
    lien.request("GET", adresse, headers={"Host": "localhost", "Accept-Encoding": "gzip"})
    reponse = lien.getresponse()
    return reponse.status, {nom.lower(): valeur for nom, valeur in reponse.getheaders()}, reponse.read()


def _relever(nom: str, adresse: str, requetes: int, port: int, fois: int) -> Releve:
    lien = HTTPConnection("127.0.0.1", port)
    for _ in range(3):
        _demander(lien, adresse)
    durees = []
    for _ in range(fois):
        debut = time.perf_counter()
        statut, _, corps = _demander(lien, adresse)
        durees.append((time.perf_counter() - debut) * 1000)
    assert statut == 200, adresse
    html = corps.decode()
    fichiers = sorted(set(FICHIER.findall(A_CHARGER.sub("", html))))
    poids, garde = len(gzip.compress(corps, 6)), True
    for fichier in fichiers:
        _, entetes, contenu = _demander(lien, fichier)
        poids += len(contenu)
        garde &= _se_garde_un_an(entetes) or fichier.startswith("/media/")
    return Releve(
        nom,
        requetes,
        statistics.median(durees),
        statistics.quantiles(durees, n=20)[-1],
        poids / 1000,
        "leaflet" in html,
        garde,
    )


def _se_garde_un_an(entetes: dict[str, Any]) -> bool:
    trouve = re.search(r"max-age=(\d+)", entetes.get("cache-control", ""))
    return bool(trouve and int(trouve[1]) >= UN_AN)


def _imprimer(releves: Sequence[Releve]) -> None:
    print(f"\n{'':34}{'requêtes':>9}{'médiane':>12}{'p95':>11}{'1re vue':>11}")
    for releve in releves:
        verdict = ", ".join(releve.manques) or "atteint"
        carte = " (carte)" if releve.a_une_carte else ""
        print(
            f"  {releve.nom + carte:32}{releve.requetes:>9}{releve.mediane:>9.1f} ms"
            f"{releve.p95:>8.1f} ms{releve.poids:>8.0f} ko  {verdict}"
        )
    manques = [releve.nom for releve in releves if releve.manques]
    print(f"\nNon atteint : {', '.join(manques)}." if manques else "\nTout est atteint.")
