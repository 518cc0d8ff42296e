"""Who is there on the first morning: simulated companies, each with somebody who acts for it."""

from __future__ import annotations

from datetime import UTC, datetime

from matching import aretes
from matching.moteur.simulation import simuler
from matching.simulation import arbre_par_frequence, charger_marche, entreprises_simulees, lieux_de
from profils.models import Entreprise, Membre, Secteur, Utilisateur
from tests import fabriques

DEBUT = datetime(2026, 10, 5, 6, tzinfo=UTC)  # a Monday, 8 o'clock in Paris; the clocks change on the 25th
TERRITOIRE = "ille-et-vilaine"


def peupler(entreprises: int, graine: int) -> list[Entreprise]:
    """Draw the companies, their listings and their arêtes; the clock must stand at the first morning."""
    Secteur.objects.get_or_create(code="boulangerie", defaults={"nom": "Boulangerie, pâtisserie"})
    marche = simuler(entreprises, graine, lieux=lieux_de(territoire=TERRITOIRE), arbre=arbre_par_frequence())
    depuis = charger_marche(marche)
    for _ in aretes.reconstruire(depuis=depuis):
        pass
    presentes = list(entreprises_simulees().order_by("uuid"))
    personnes = Utilisateur.objects.bulk_create(
        Utilisateur(email=f"personne-{rang}@exemple.fr", first_name=f"Personne {rang}", password="!")
        for rang, _ in enumerate(presentes)
    )
    Membre.objects.bulk_create(
        Membre(utilisateur=u, entreprise=e) for u, e in zip(personnes, presentes, strict=True)
    )
    fabriques.nommer_animateur(fabriques.creer_utilisateur("Anna"), "35")
    return presentes
