"""`bin/bench chemins`: one company's matches where the arêtes are densest, on the tables as they are.

Targets: réciproques and cercles of 3 p95 ≤ 10 ms; the page « Vos rapprochements » p95 ≤ 60 ms (the whole
view, template included). Baseline, in the same run: the plain self-join, every path ranked, no bound.
Companies are drawn among the busiest by arêtes received; nothing is left in the database.
"""

import argparse
import random
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from echange.asgi import mettre_de_cote
from matching import chemins
from matching.models import Arete
from matching.rapprochements import chemins_de, rapprochements_de
from profils.models import Entreprise, Membre, Utilisateur
from tests.bancs.mesures import Mesure, calculer, chronometrer, imprimer

Chronometre = Callable[[str, Iterable[Callable[[], object]]], Mesure]

BRUT = """
SELECT r.id, NULL, d.id, (r.score + d.score) / 2 AS score FROM matching_arete r
JOIN matching_arete d ON d.demandeur_id = r.offreur_id AND d.offreur_id = %(entreprise)s
WHERE r.demandeur_id = %(entreprise)s
UNION ALL
SELECT r.id, m.id, d.id, (r.score + m.score + d.score) / 3 FROM matching_arete r
JOIN matching_arete m ON m.demandeur_id = r.offreur_id
JOIN matching_arete d ON d.demandeur_id = m.offreur_id AND d.offreur_id = %(entreprise)s
WHERE r.demandeur_id = %(entreprise)s AND m.offreur_id <> %(entreprise)s
ORDER BY score DESC LIMIT 40
"""


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="bin/bench chemins")
    options.add_argument("--mesures", type=int, default=200)
    options.add_argument("--parmi", type=int, default=1000, help="the busiest companies to draw from")
    options.add_argument(
        "--calcul", action="store_true", help="processor time, not the clock: a busy machine"
    )
    choix = options.parse_args(arguments)
    mesurer(entreprises_denses(choix.parmi, choix.mesures), calculer if choix.calcul else chronometrer)


def entreprises_denses(parmi: int, combien: int) -> list[Entreprise]:
    """Draw companies among those that receive the most arêtes."""
    recues = Arete.objects.values("demandeur").annotate(nombre=Count("pk")).order_by("-nombre", "demandeur")
    cles = list(recues.values_list("demandeur", flat=True)[:parmi])
    tirees = random.Random(1).sample(cles, min(combien, len(cles)))  # noqa: S311  a bench, not a secret
    return list(Entreprise.objects.filter(pk__in=tirees).select_related("commune__territoire"))


def mesurer(entreprises: Sequence[Entreprise], mesure: Chronometre = chronometrer) -> None:
    """Print the table for these companies; in one transaction, hence one connection, undone at the end."""
    with transaction.atomic():
        _mesurer(entreprises, mesure)
        transaction.set_rollback(True)


def _mesurer(entreprises: Sequence[Entreprise], mesure: Chronometre) -> None:
    for entreprise in entreprises[:10]:  # warm
        rapprochements_de(entreprise, a_quatre=True)
    print(f"{Arete.objects.count()} arêtes, dont {_recues(entreprises):.0f} reçues par entreprise mesurée")
    boucles = {e: chemins.boucles_et_directs(e, None) for e in entreprises}
    mesures = [
        mesure(
            "directs, réciproques et cercles de 3",
            [partial(chemins.boucles_et_directs, e, None) for e in entreprises],
        ),
        mesure("chaînes", [partial(chemins.chaines, e, boucles[e]) for e in entreprises]),
        mesure("cercles de 4", [partial(chemins.cercles_de_quatre, e, None) for e in entreprises]),
        mesure("tout, classé", [partial(chemins_de, e) for e in entreprises]),
        mesure("les lignes d’une page, chargées", [partial(rapprochements_de, e) for e in entreprises]),
        _pages(entreprises, mesure),
    ]
    brutes = mesure("référence : jointures sans borne", [partial(_brut, e) for e in entreprises[:20]])
    imprimer(f"{len(entreprises)} entreprises parmi les plus servies", mesures, reference=brutes)


def _recues(entreprises: Sequence[Entreprise]) -> float:
    return Arete.objects.filter(demandeur__in=entreprises).count() / max(1, len(entreprises))


def _pages(entreprises: Sequence[Entreprise], mesure: Chronometre) -> Mesure:
    """Read each company's page as a member made for the occasion."""
    navigateurs = [_navigateur(entreprise) for entreprise in entreprises]
    for navigateur in navigateurs:
        navigateur.get(reverse("sante"))  # the test client loads the middleware at its first request
    mettre_de_cote()  # as a server does when it starts
    return mesure("la page entière", [partial(_lire, navigateur) for navigateur in navigateurs])


def _navigateur(entreprise: Entreprise) -> Client:
    membre = Utilisateur.objects.create_user(f"banc-{entreprise.pk}@exemple.fr")
    Membre.objects.create(utilisateur=membre, entreprise=entreprise)
    navigateur = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0].lstrip("."))
    navigateur.force_login(membre, backend="allauth.account.auth_backends.AuthenticationBackend")
    return navigateur


def _lire(navigateur: Client) -> None:
    reponse = navigateur.get(reverse("matching:rapprochements"))
    if reponse.status_code != 200:
        raise RuntimeError(f"La page a répondu {reponse.status_code}.")


def _brut(entreprise: Entreprise) -> None:
    with connection.cursor() as curseur:
        curseur.execute(BRUT, {"entreprise": entreprise.pk})
        curseur.fetchall()
