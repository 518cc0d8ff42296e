"""A private PostgreSQL cluster on a Unix socket: no port, no password, nothing of the machine's own servers.

The socket's directory (mode 700) is the only door: whoever can open it, its owner or root, is trusted.
"""

import shlex
import shutil
import signal
from functools import cached_property
from urllib.parse import quote

from _outils.chemins import LOCAL
from _outils.commandes import LOCALE, capturer, executer
from _outils.emplacement import (
    PRISE,
    Emplacement,
    creer_pour,
    donnees_existent,
    ouvrir_prise,
    trouver_emplacement,
)
from _outils.processus import numero_vivant, terminer
from _outils.serveur_pg import ServeurPg, serveurs_presents
from _outils.terminal import Echec, dire
from _outils.verrous import existe

ROLE = "echange"
DELAI = "60"  # seconds for the server to start or stop
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm", "unaccent")
COMMUNS = {"listen_addresses": "", "jit": "off", "log_checkpoints": "off", "timezone": "Europe/Paris"}
DURABLE = COMMUNS | {
    "max_connections": "80",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
}
JETABLE = COMMUNS | {
    "max_connections": "300",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


class Grappe:
    """A cluster by its name under `.local/`; a throw-away one is rebuilt rather than repaired."""

    def __init__(self, nom: str, *, jetable: bool = False) -> None:
        self.nom = nom
        self.est_jetable = jetable
        self._reglages = JETABLE if jetable else DURABLE

    @cached_property
    def lieu(self) -> Emplacement:
        return trouver_emplacement(self.nom)

    @property
    def est_nee(self) -> bool:
        return (self.lieu.donnees / "PG_VERSION").exists()

    @cached_property
    def serveur(self) -> ServeurPg:
        """The programs that read the existing data, or the most recent; raise `Echec` without any."""
        presents = serveurs_presents()
        if not presents:
            raise Echec("PostgreSQL et PostGIS sont introuvables.")
        if not self.est_nee:
            return presents[0]
        version = int((self.lieu.donnees / "PG_VERSION").read_text())
        convenable = next((s for s in presents if s.version == version), None)
        if convenable is None:
            raise Echec(
                f"La base privée a été créée par PostgreSQL {version}, qui n’est plus là. "
                "Lancez « bin/demo --reset » pour la reconstruire."
            )
        return convenable

    def adresse(self, base: str) -> str:
        """Return the database's URL as Django and libpq read it."""
        return f"postgresql:///{base}?host={quote(str(self.lieu.prise))}&user={ROLE}"

    def demarrer(self) -> None:
        """Create the cluster if needed and start it; do nothing when it answers already."""
        try:
            self._demarrer()
        except Echec:
            if not self.est_jetable:
                raise
            self.detruire()
            self._demarrer()

    def arreter(self) -> bool:
        """Stop the server; return False when it did not run."""
        if not donnees_existent(self.nom) or self._numero() is None:
            return False
        self._pg_ctl("stop", "-m", "fast", echec="La base de données privée ne s’arrête pas.")
        return True

    def detruire(self) -> None:
        """Stop the server and erase its data."""
        if not donnees_existent(self.nom):
            return
        numero = self._numero()
        if numero is not None:
            terminer(numero, signal.SIGQUIT)
        shutil.rmtree(self.lieu.donnees)
        shutil.rmtree(self.lieu.prise, ignore_errors=True)
        vars(self).pop("serveur", None)

    def creer_base(self, nom: str) -> None:
        """Create an empty UTF-8 database unless it exists."""
        if not self.interroger(f"SELECT 1 FROM pg_database WHERE datname = '{nom}'"):  # noqa: S608 — our own names
            self.interroger(f'CREATE DATABASE "{nom}"')

    def interroger(self, sql: str, base: str = "postgres") -> str:
        commande = [
            self.serveur.bin / "psql",
            "-XAtq",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            self.adresse(base),
            "-c",
            sql,
        ]
        return executer(
            commande, journal=f"{self.nom}-sql", echec="La base privée a refusé un ordre."
        ).strip()

    def repond(self) -> bool:
        return (
            self.est_nee
            and capturer([self.serveur.bin / "pg_isready", "-q", "-h", self.lieu.prise]) is not None
        )

    def _demarrer(self) -> None:
        if self.repond():
            return
        if not self.est_nee:
            self._creer()
        elif self._numero() is not None:  # alive but unreachable: its socket was swept out of /tmp
            self.arreter()
        self._oublier_un_mort()
        ouvrir_prise(self.lieu)
        reglages = self._reglages | {"unix_socket_directories": f'"{self.lieu.prise}"'}
        options = " ".join(f"-c {shlex.quote(f'{nom}={valeur}')}" for nom, valeur in reglages.items())
        journal = self.lieu.donnees / "serveur.log"
        self._pg_ctl("start", "-l", journal, "-o", options, echec="La base de données privée ne démarre pas.")
        if self.est_jetable:  # each test database is then born with the extensions
            for extension in EXTENSIONS:
                self.interroger(f"CREATE EXTENSION IF NOT EXISTS {extension}", "template1")

    def _creer(self) -> None:
        """Initialise beside, then rename: a half-made cluster never bears the name."""
        donnees, compte = self.lieu.donnees, self.lieu.compte
        if not donnees.is_relative_to(LOCAL):
            dire(f"  Le compte « {compte} » n’a pas accès à ce dossier : la base privée ira dans {donnees}.")
        brouillon = donnees.with_name(f"{self.nom}.en-cours")
        shutil.rmtree(brouillon, ignore_errors=True)
        brouillon.parent.mkdir(parents=True, exist_ok=True)
        creer_pour(compte, brouillon)
        commande = [
            self.serveur.bin / "initdb",
            "-D",
            brouillon,
            "-U",
            ROLE,
            "--encoding=UTF8",
            f"--locale={LOCALE}",
        ]
        commande += ["--auth-local=trust", "--auth-host=reject", *(["--no-sync"] if self.est_jetable else [])]
        executer(
            commande,
            journal=f"{self.nom}-creation",
            echec="La base privée n’a pas pu être créée.",
            compte=compte,
        )
        brouillon.rename(donnees)

    def _oublier_un_mort(self) -> None:
        """Remove the traces of a killed server whose number now belongs to another program."""
        temoin = self.lieu.donnees / "postmaster.pid"
        if self._numero() is None and temoin.exists() and existe(int(temoin.read_text().split()[0])):
            temoin.unlink()
            (self.lieu.prise / f"{PRISE}.lock").unlink(missing_ok=True)

    def _numero(self) -> int | None:
        return numero_vivant(self.lieu.donnees / "postmaster.pid", ("postgres", str(self.lieu.donnees)))

    def _pg_ctl(self, ordre: str, *suite: object, echec: str) -> None:
        commande = [
            self.serveur.bin / "pg_ctl",
            ordre,
            "-D",
            self.lieu.donnees,
            "-w",
            "-t",
            DELAI,
            *map(str, suite),
        ]
        try:
            executer(commande, journal=f"{self.nom}-{ordre}", echec=echec, compte=self.lieu.compte)
        except Echec as erreur:
            interne = self.lieu.donnees / "serveur.log"
            raise Echec(str(erreur), interne if interne.exists() else erreur.journal) from erreur
