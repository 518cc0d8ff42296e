"""Letters written as the CMS keeps them, and people who receive them."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from animation.models import Abonnement, PageLettre, RubriqueLettres
from animation.services.abonnements import abonner, confirmer_abonnement, demander_abonnement
from profils.models import Utilisateur
from territoires.models import Territoire

_numeros = count(1)
ILLE_ET_VILAINE = "ille-et-vilaine"
CORPS = "<p>Bonjour, voici <b>trois</b> nouvelles.</p>"


def ecrire(*, territoire: str = ILLE_ET_VILAINE, **champs: Any) -> PageLettre:
    """A draft under the letters of this territoire; an empty one is the site's."""
    rubriques = RubriqueLettres.objects.order_by("depth")
    rubrique = rubriques.get(url_path__contains=f"/{territoire}/") if territoire else rubriques[0]
    page = PageLettre(
        title=champs.pop("title", "Des nouvelles de décembre"),
        slug=f"lettre-{next(_numeros)}",
        chapeau=champs.pop("chapeau", "Trois rendez-vous et une idée."),
        corps=json.dumps([{"type": "texte", "value": champs.pop("corps", CORPS)}]),
        live=False,
        **champs,
    )
    rubrique.add_child(instance=page)
    page.save_revision()
    return page


def territoire_35() -> Territoire:
    return Territoire.objects.get(code=ILLE_ET_VILAINE)


def membre_abonnee(utilisateur: Utilisateur, *, nationale: bool = False) -> Abonnement:
    return abonner(par=utilisateur, territoire=None if nationale else territoire_35())


def visiteuse_abonnee(nom: str) -> Abonnement:
    """A visitor who has confirmed."""
    courriel = f"{nom.lower()}@ailleurs.fr"
    demander_abonnement(courriel=courriel, territoire=territoire_35())
    return confirmer_abonnement(abonnement=Abonnement.objects.get(courriel=courriel))
