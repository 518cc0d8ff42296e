"""`bin/bench messagerie`: conversations under load, beside « a raw relay and one INSERT » in the same run.

100 rooms of two, one web process under uvicorn, PostgreSQL beside (durable: every commit reaches the disk),
real sockets in processes of their own. Targets: 400 messages a second written and delivered at p95 ≤ 20 ms
and p99 ≤ 60 ms, none missing nor doubled; saturation ≥ 60 % of the raw relay's; 10 000 idle sockets at
≤ 45 kB and < 10 % of a core; 10 000 coming back at once in ≤ 30 s; exact badges after.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection

from messagerie.models import Conversation
from tests.bancs.direct.processus import Navigateurs, Web, redis
from tests.bancs.direct.scene import peupler

SITE, RELAIS = "tests.bancs.direct.site:application", "tests.bancs.direct.relais:application"
BATTEMENT = 45  # seconds after which a page in view that hears nothing asks (`direct.js`)
SALLES, PASSE = 100, 100  # rooms; lines that everyone wrote before
NOMS = {
    "relais": "relais brut + INSERT",
    "notify": "messagerie, par NOTIFY",
    "redis": "messagerie, par Redis",
}
SORTES = ("p50", "p95", "p99", "max")


def main(arguments: Sequence[str]) -> None:
    """Each part on its own too: `--parties relais,notify`, `--parties repos --prises 2000`."""
    options = argparse.ArgumentParser(prog="bin/bench messagerie")
    options.add_argument("--tours", type=int, default=5)
    options.add_argument("--secondes", type=int, default=5, help="of one turn")
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
    if moyens := [nom for nom in NOMS if nom in parties]:
        comparer(moyens, choix)
    if "repos" in parties:
        mesurer_le_repos(choix.prises)


def comparer(moyens: Sequence[str], choix: Any) -> None:
    """Print what each way does at the asked rate, then at its limit: each in its turn, several times over.

    A machine's speed changes from one minute to the next: what is compared is measured side by side.
    """
    places = [place.en_dict() for place in peupler(SALLES * len(moyens), passe=PASSE)]
    debits: dict[str, list[dict[str, Any]]] = {nom: [] for nom in moyens}
    limites: dict[str, list[dict[str, Any]]] = {nom: [] for nom in moyens}
    with ExitStack() as pile:
        servis = {}
        for rang, nom in enumerate(moyens):
            siennes = places[rang * SALLES * 2 : (rang + 1) * SALLES * 2]
            servis[nom] = pile.enter_context(servir(nom, siennes))
        for _ in range(choix.tours):
            for nom, (web, foule) in servis.items():
                ordre = {"par_seconde": choix.par_seconde, "secondes": choix.secondes}
                debits[nom].append(chronometrer(web, foule, "debit", **ordre))
        for _ in range(choix.tours):
            for nom, (web, foule) in servis.items():
                limites[nom].append(chronometrer(web, foule, "saturer", secondes=choix.secondes))
    for nom in moyens:
        dire_le_debit(nom, debits[nom], choix)
        dire_la_limite(nom, limites[nom], limites.get("relais") if nom != "relais" else None)


@contextmanager
def servir(nom: str, places: list[dict[str, Any]]) -> Iterator[tuple[Web, Navigateurs]]:
    """One web process and its crowd, connected and warm."""
    with ExitStack() as pile:
        env = {"REDIS_URL": ""}
        if nom == "redis":
            dossier = pile.enter_context(tempfile.TemporaryDirectory())
            env["REDIS_URL"] = pile.enter_context(redis(Path(dossier))).url
        web = Web(RELAIS if nom == "relais" else SITE, env).demarrer()
        pile.callback(web.arreter)
        foule = Navigateurs()
        pile.callback(foule.partir)
        foule("ouvrir", places=places, port=web.port, attend_reponse=nom != "relais")
        foule("debit", par_seconde=50, secondes=3)
        yield web, foule


def chronometrer(web: Web, foule: Navigateurs, ordre: str, **details: Any) -> dict[str, Any]:
    calcul = web.calcul
    bilan = foule(ordre, **details)
    return bilan | {"calcul": web.calcul - calcul}


def dire_le_debit(nom: str, tours: list[dict[str, Any]], choix: Any) -> None:
    print(
        f"  {NOMS[nom]} : {choix.par_seconde} messages/s, {len(tours)} fois {choix.secondes} s"
        " (médiane ; chaque fois)"
    )
    delais = {sorte: [tour["delais_ms"][sorte] for tour in tours] for sorte in SORTES}
    for sorte, valeurs in delais.items():
        print(f"    {sorte} {median(valeurs):.1f} ms ; {', '.join(f'{v:.1f}' for v in valeurs)}")
    print(f"    cœur du processus web : {median(t['calcul'] for t in tours) / choix.secondes:.0%}")
    viser("p95 ≤ 20 ms", tenue=median(delais["p95"]) <= 20)
    viser("p99 ≤ 60 ms", tenue=median(delais["p99"]) <= 60)
    dire_les_pertes(tours)


def dire_la_limite(nom: str, tours: list[dict[str, Any]], relais: list[dict[str, Any]] | None) -> None:
    """`relais`: what the raw relay did in the same turns."""
    limites = [tour["par_seconde"] for tour in tours]
    couts = [tour["calcul"] / tour["envoyes"] * 1000 for tour in tours]
    print(
        f"  {NOMS[nom]} : saturation {median(limites):.0f} messages/s, {median(couts):.2f} ms de calcul chacun"
    )
    print(f"    chaque fois : {', '.join(f'{limite:.0f}' for limite in limites)}")
    dire_les_pertes(tours)
    if relais:
        parts = [limite / plafond["par_seconde"] for limite, plafond in zip(limites, relais, strict=True)]
        print(f"    part du relais : {median(parts):.0%} ; {', '.join(f'{part:.0%}' for part in parts)}")
        viser("60 % du relais", tenue=median(parts) >= 0.6)


def dire_les_pertes(tours: list[dict[str, Any]]) -> None:
    envoyes, perdus, doubles, desordres = (
        sum(tour[nom] for tour in tours) for nom in ("envoyes", "perdus", "doubles", "salles_en_desordre")
    )
    print(f"    {envoyes} écrits, {perdus} perdus, {doubles} doublés, {desordres} prises dans un autre ordre")
    viser("0 perdu, 0 doublé", tenue=not (perdus or doubles))


def viser(cible: str, *, tenue: bool) -> None:
    """Print whether a target of this file's first lines is reached."""
    print(f"    cible {cible} : {'atteinte' if tenue else 'MANQUÉE'}", flush=True)


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
        calcul = web.calcul
        duree = foule("battre", secondes=BATTEMENT)["duree"]
        print(
            f"  toutes en vue, qui demandent en {duree:.0f} s : {(web.calcul - calcul) / duree:.1%} d’un cœur"
        )
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
