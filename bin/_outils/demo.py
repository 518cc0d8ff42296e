"""`bin/demo`: from a bare machine to a site that answers, as few things done as needed each time."""

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

from _outils.base import identifier_base
from _outils.chemins import COURRIELS, JOURNAUX, LOCAL, RACINE, preparer_local, relatif
from _outils.empreintes import Temoin, empreinte_fichiers, empreinte_texte, trouver
from _outils.environnement import VERROU_DEMO, gerer, variables
from _outils.options import lire_options, lire_port, verifier_port_libre
from _outils.preparation import BASE, adresse_imposee, grappe_demo, preparer
from _outils.processus import Serveur
from _outils.taches import APPLICATIONS, Tache, poser_les_tables
from _outils.terminal import Echec, Etape, dire, duree
from _outils.verrous import verrou_preparation

AIDE = """\
Usage : bin/demo [--stop | --reset | --help]

Installe ce qui manque, prépare la base et les données de démonstration, lance le site en arrière-plan
et donne son adresse. Relancée, la commande ne refait que ce qui a changé.

  --stop    arrête le site et sa base privée
  --reset   efface la base privée et ses courriels, puis reconstruit tout
  --help    affiche cette aide

  PORT=8000          port du site
  DATABASE_URL=…     base PostGIS à utiliser, à la place de la base privée

Tout est rangé dans le dossier .local ; voir docs/installation.md."""
OPTIONS = frozenset({"--stop", "--reset", "--help", "-h"})
DELAI_REPONSE = 60  # seconds for the home page to answer
CODE = (*(f"{nom}/**/*.{genre}" for nom in APPLICATIONS for genre in ("py", "html", "txt")), "templates/**/*")
DONNEES = (
    *(f"{nom}/**/donnees/**/*" for nom in APPLICATIONS),
    *(f"{nom}/**/management/commands/*.py" for nom in APPLICATIONS),
    *(f"{nom}/**/demo/**/*" for nom in APPLICATIONS),
)
STATIQUES = (
    *(f"{nom}/**/static/**/*" for nom in APPLICATIONS),
    "echange/settings.py",
    "echange/socle/marque.py",
)
STATIQUES_PRETES = LOCAL / "statiques"


def main(arguments: list[str]) -> int:
    options = lire_options(arguments, OPTIONS, "bin/demo")
    if options & {"--help", "-h"}:
        dire(AIDE)
        return 0
    port = lire_port()
    if "--reset" in options and adresse_imposee():
        raise Echec(
            "« --reset » n’efface que la base privée : retirez DATABASE_URL, ou videz vous-même sa base."
        )
    preparer_local()
    with verrou_preparation("bin/demo"):
        if "--stop" in options:
            return _arreter()
        if "--reset" in options:
            _effacer()
        return _demarrer(port)


def _demarrer(port: int) -> int:
    debut = time.monotonic()
    site = f"http://localhost:{port}"
    web = _serveur_web(port)
    if web.numero() is None or not Temoin("port").vaut(str(port)):
        verifier_port_libre(port)
    base = preparer(grappe_demo(), BASE)
    env = variables("demo", base.adresse, site)
    identite = identifier_base(base.adresse)
    a_faire = [tache for tache in _taches(identite) if not tache.temoin.vaut(tache.empreinte)]
    etat = empreinte_texte(identite, site, empreinte_fichiers(trouver(*CODE)), VERROU_DEMO.read_text())
    if a_faire or not Temoin("serveurs").vaut(etat):
        _arreter_serveurs()
        for tache in a_faire:
            tache.faire(env)
    Temoin("port").poser(str(port))
    with Etape("Site"):
        _lancer_serveurs(port, env)
        _attendre(site, web)
    Temoin("serveurs").poser(etat)
    _annoncer(site, _comptes(env), duree(time.monotonic() - debut))
    return 0


def _taches(identite: str) -> list[Tache]:
    """Return the commands in their order; each one's inputs include those of the one before."""
    verrou = VERROU_DEMO.read_text()
    if not STATIQUES_PRETES.exists():
        Temoin("collectstatic").retirer()
    statiques = empreinte_texte(verrou, empreinte_fichiers(trouver(*STATIQUES)))
    tables = poser_les_tables(identite)
    donnees = empreinte_texte(tables.empreinte, empreinte_fichiers(trouver(*DONNEES)))
    return [
        Tache(
            ("collectstatic", "--noinput", "--verbosity=0"),
            "Images et feuilles de style",
            "Les images et feuilles de style n’ont pas pu être rassemblées.",
            statiques,
        ),
        tables,
        Tache(
            ("installer",),
            "Communes, compétences et pages",
            "Les données de départ n’ont pas été chargées.",
            donnees,
        ),
        Tache(
            ("charger_demo",),
            "Données de démonstration",
            "La démonstration n’a pas pu être chargée.",
            donnees,
        ),
    ]


def _serveur_web(port: int) -> Serveur:
    arguments = ["-m", "uvicorn", "echange.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
    # What docs/messagerie.md counts on: no compression, dead peers found, time to write what came.
    direct = ["--ws-per-message-deflate", "false", "--ws-max-size", "16384", "--ws-ping-interval", "45"]
    return Serveur("web", [*arguments, "--no-access-log", *direct, "--timeout-graceful-shutdown", "10"])


def _taches_de_fond() -> Serveur:
    return Serveur("taches", [str(RACINE / "manage.py"), "procrastinate", "worker"])


def _reception() -> Serveur:
    return Serveur("courriels", [str(RACINE / "manage.py"), "recevoir_courriels"])


def _lancer_serveurs(port: int, env: Mapping[str, str]) -> None:
    for serveur in (_serveur_web(port), _taches_de_fond(), _reception()):
        if serveur.numero() is None:
            serveur.demarrer(env)


def _attendre(site: str, web: Serveur) -> None:
    """Wait until the home page answers 200 and the background work still lives."""
    fin = time.monotonic() + DELAI_REPONSE
    while (reponse := _etat_de_l_accueil(site)) != 200:
        web.exiger_vivant()
        if reponse:
            raise Echec(f"La page d’accueil du site répond par une erreur {reponse}.", web.journal)
        if time.monotonic() > fin:
            raise Echec(f"Le site ne répond pas après {DELAI_REPONSE} secondes.", web.journal)
        time.sleep(0.2)
    _taches_de_fond().exiger_vivant()
    _reception().exiger_vivant()


def _etat_de_l_accueil(site: str) -> int:
    """Return the home page's HTTP status, 0 while nobody answers."""
    sans_mandataire = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with sans_mandataire.open(
            f"{site}/".replace("localhost", "127.0.0.1"), timeout=DELAI_REPONSE
        ) as reponse:
            return int(reponse.status)
    except urllib.error.HTTPError as erreur:
        return erreur.code
    except OSError:
        return 0


def _comptes(env: Mapping[str, str]) -> str:
    """Return the demonstration's accounts, kept from one run to the next."""
    temoin = Temoin("comptes")
    cle = Temoin("charger_demo").lire()
    entete, _, texte = temoin.lire().partition("\n")
    if entete != cle:
        echec = "La liste des comptes n’a pas pu être lue."
        texte = gerer("charger_demo", "--comptes", env=env, etape="Comptes de démonstration", echec=echec)
        temoin.poser(f"{cle}\n{texte}")
    return texte


def _annoncer(site: str, comptes: str, temps: str) -> None:
    dire(f"\nLe site est prêt, en {temps} : {site}\n")
    dire(comptes.strip("\n"))
    dire(f"\nCourriels de la démonstration : {site}/demo/courriels/")
    dire(f"Journaux : {relatif(JOURNAUX)} · Pour arrêter : bin/demo --stop")


def _arreter_serveurs() -> bool:
    Temoin("serveurs").retirer()
    return any([_serveur_web(0).arreter(), _taches_de_fond().arreter(), _reception().arreter()])


def _arreter() -> int:
    site, base = _arreter_serveurs(), grappe_demo().arreter()
    dire("Le site et sa base privée sont arrêtés." if site or base else "Rien ne tournait.")
    return 0


def _effacer() -> None:
    with Etape("Effacement de la base privée"):
        _arreter_serveurs()
        grappe_demo().detruire()
        shutil.rmtree(COURRIELS, ignore_errors=True)
        for nom in ("migrate", "installer", "charger_demo", "comptes"):
            Temoin(nom).retirer()
