"""Events of Ille-et-Vilaine, published as the CMS does, and people who come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from animation.models import Evenement, Inscription, PageEvenement, RubriqueAgenda
from animation.services.evenements import suivre_evenement
from animation.services.inscriptions import confirmer_inscription, demander_inscription, inscrire
from profils.models import Utilisateur
from territoires.models import Commune

LUNDI_9H = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
JEUDI_14H = datetime(2026, 12, 3, 13, 0, tzinfo=UTC)
_numeros = count(1)


def annoncer(*, territoire: str = "ille-et-vilaine", en_ligne: bool = True, **champs: Any) -> PageEvenement:
    """Write an event under the agenda of this territoire and publish it; it is followed at once."""
    debut = champs.pop("debut", JEUDI_14H)
    rubrique = RubriqueAgenda.objects.get(url_path__contains=f"/{territoire}/")
    numero = next(_numeros)
    page = PageEvenement(
        title=champs.pop("title", "Essayer la caisse tactile"),
        slug=f"rendez-vous-{numero}",
        accroche=champs.pop("accroche", "Une heure pour essayer, sans rien installer."),
        debut=debut,
        fin=champs.pop("fin", debut + timedelta(hours=2)),
        lieu=champs.pop("lieu", "Le Tiers-Lieu"),
        commune=champs.pop("commune", Commune.objects.get(code="35238")),
        live=False,
        **champs,
    )
    rubrique.add_child(instance=page)
    if en_ligne:
        publier(page)
    return page


def publier(page: PageEvenement, **champs: Any) -> PageEvenement:
    """Change the page and publish it, as the editor does."""
    for nom, valeur in champs.items():
        setattr(page, nom, valeur)
    page.save_revision().publish()
    suivre_evenement(page_id=page.pk)
    page.refresh_from_db()
    return page


def evenement_de(page: PageEvenement) -> Evenement:
    return Evenement.objects.detailles().get(page=page)


def tenir(**champs: Any) -> Evenement:
    """An event on line."""
    return evenement_de(annoncer(**champs))


def venir(evenement: Evenement, *personnes: Utilisateur) -> list[Inscription]:
    return [inscrire(par=personne, evenement=evenement) for personne in personnes]


def visiteuse(evenement: Evenement, nom: str) -> Inscription:
    """A visitor who has confirmed."""
    courriel = f"{nom.lower()}@ailleurs.fr"
    demander_inscription(evenement=evenement, nom=nom, courriel=courriel)
    return confirmer_inscription(inscription=evenement.inscriptions.get(courriel=courriel))


def etats(evenement: Evenement) -> dict[str, str]:
    """Name by name."""
    return dict(evenement.inscriptions.order_by("pk").values_list("nom", "etat"))
