"""`bin/bench messagerie`: conversations under load, beside « a raw relay and one INSERT » in the same run.

100 rooms of two, one web process under uvicorn, PostgreSQL beside (durable: every commit reaches the disk),
real sockets in processes of their own. Targets: 400 messages a second written and delivered at p95 ≤ 20 ms
and p99 ≤ 60 ms, none missing nor doubled; saturation ≥ 60 % of the raw relay's; 10 000 idle sockets at
≤ 45 kB and < 10 % of a core; 10 000 coming back at once in ≤ 30 s; exact badges after.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from messagerie.models import Conversation
from tests.bancs.direct.processus import Navigateurs, Web, redis
from tests.bancs.direct.scene import peupler

SITE, RELAIS = "tests.bancs.direct.site:application", "tests.bancs.direct.relais:application"
SALLES, PASSE = 100, 100  # rooms; lines that everyone wrote before


def main(arguments: Sequence[str]) -> None:
    """Each part on its own too: `--parties relais,notify`, `--parties repos --prises 2000`."""
    options = argparse.ArgumentParser(prog="bin/bench messagerie")
    options.add_argument("--secondes", type=int, default=15)
    options.add_argument("--par-seconde", type=int, default=400)
    options.add_argument("--prises", type=int, default=10_000)
    options.add_argument("--parties", default="relais,notify,redis,repos", help="what to measure")
    choix = options.parse_args(arguments)
    parties = choix.parties.split(",")
    with connection.cursor() as curseur:
        curseur.execute("DROP TABLE IF EXISTS banc_relais")
        curseur.execute(
            "CREATE TABLE banc_relais (id bigserial PRIMARY KEY, salle text, texte text,"
            " cree_le timestamptz DEFAULT now())"
        )
    plafond = 0.0
    if "relais" in parties:
        plafond = mesurer("relais brut + INSERT", RELAIS, choix, attend_reponse=False)
    if "notify" in parties:
        comparer(mesurer("messagerie, par NOTIFY", SITE, choix), plafond)
    if "redis" in parties:
        with tempfile.TemporaryDirectory() as dossier, redis(Path(dossier)) as serveur:
            comparer(mesurer("messagerie, par Redis", SITE, choix, adresse_redis=serveur.url), plafond)
    if "repos" in parties:
        mesurer_le_repos(choix.prises)


def mesurer(
    nom: str,
    application: str,
    choix: Any,
    *,
    attend_reponse: bool = True,
    adresse_redis: str = "",
) -> float:
    """Print what one web process does at the asked rate, then at its limit; return the limit.

    In new rooms: those of an earlier measure would first be read again.
    """
    places = peupler(SALLES, passe=PASSE)
    web, foule = Web(application, {"REDIS_URL": adresse_redis}).demarrer(), Navigateurs()
    try:
        ici = [place.en_dict() for place in places]
        foule("ouvrir", places=ici, port=web.port, attend_reponse=attend_reponse)
        foule("debit", par_seconde=50, secondes=3)  # warm
        calcul = web.calcul
        debit = foule("debit", par_seconde=choix.par_seconde, secondes=choix.secondes)
        part = (web.calcul - calcul) / choix.secondes
        dire(f"{nom} : {choix.par_seconde} messages/s pendant {choix.secondes} s", debit)
        viser("p95 ≤ 20 ms", tenue=debit["delais_ms"]["p95"] <= 20)
        viser("p99 ≤ 60 ms", tenue=debit["delais_ms"]["p99"] <= 60)
        print(f"    cœur du processus web : {part:.0%}")
        calcul = web.calcul
        limite = foule("saturer", secondes=choix.secondes)
        cout = (web.calcul - calcul) / limite["envoyes"] * 1000
        dire(
            f"{nom} : saturation {limite['par_seconde']:.0f} messages/s, {cout:.2f} ms de calcul chacun",
            limite,
        )
        return float(limite["par_seconde"])
    finally:
        foule.partir()
        web.arreter()


def comparer(limite: float, plafond: float) -> None:
    if plafond:
        print(f"    part du plafond : {limite / plafond:.0%}")
        viser("60 % du plafond", tenue=limite >= 0.6 * plafond)


def viser(cible: str, *, tenue: bool) -> None:
    """Print whether a target of this file's first lines is reached."""
    print(f"    cible {cible} : {'atteinte' if tenue else 'MANQUÉE'}", flush=True)


def dire(titre: str, bilan: dict[str, Any]) -> None:
    delais = ", ".join(f"{nom} {valeur} ms" for nom, valeur in bilan["delais_ms"].items())
    print(f"  {titre}\n    {delais}")
    print(
        f"    {bilan['envoyes']} écrits, {bilan['perdus']} perdus, {bilan['doubles']} doublés, "
        f"{bilan['salles_en_desordre']} prises dans un autre ordre",
        flush=True,
    )
    viser("0 perdu, 0 doublé", tenue=not (bilan["perdus"] or bilan["doubles"]))


def mesurer_le_repos(prises: int) -> None:
    """Print what idle sockets cost, then how long they all take to come back, then their badges."""
    places = [place.en_dict() for place in peupler(prises // 2)]
    web, foule = Web(SITE).demarrer(), Navigateurs()
    try:
        a_vide = web.memoire
        ouverture = foule("ouvrir", places=places, port=web.port)
        print(f"  ouverture de {prises} prises : {ouverture['duree']:.1f} s, erreurs {ouverture['erreurs']}")
        time.sleep(5)
        par_prise = (web.memoire - a_vide) / prises
        calcul, debut = web.calcul, time.monotonic()
        time.sleep(30)
        part = (web.calcul - calcul) / (time.monotonic() - debut)
        print(f"  au repos : {par_prise / 1000:.1f} ko par prise, {part:.1%} d’un cœur", flush=True)
        viser("≤ 45 ko par prise", tenue=par_prise <= 45_000)
        viser("< 10 % d’un cœur", tenue=part < 0.1)
        duree = web.arreter()
        Conversation.objects.update(dernier_numero=4)  # three more lines than anybody has read
        web = Web(SITE, port=web.port).demarrer()
        calcul = web.calcul
        tempete = foule("rouvrir", port=web.port)
        chacun = (web.calcul - calcul) / prises * 1000
        print(f"  arrêt en {duree:.1f} s ; {prises} retours en {tempete['duree']:.1f} s")
        print(f"    {chacun:.2f} ms de calcul chacun dans le processus web")
        print(f"    erreurs {tempete['erreurs']}, la plus longue {tempete['plus_longue']:.2f} s")
        viser("≤ 30 s, sans erreur", tenue=tempete["duree"] <= 30 and not tempete["erreurs"])
        fausses = foule("attendre_comptes", non_lus=4)["faux"]
        print(f"  pastilles fausses après : {fausses}")
        viser("0 fausse", tenue=not fausses)
    finally:
        foule.partir()
        web.arreter()
