"""`installer`: everything a new or updated site needs before anyone enters; safe to run again at any time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from animation.services.pages import donner_acces_cms, installer_pages
from echange.socle.erreurs import ErreurMetier
from matching.services.arbre import charger_competences
from profils.models import Utilisateur
from profils.secteurs import charger_secteurs
from territoires.services import appliquer_perimetres, charger_geographie, ouvrir_pilotes

Dire = Callable[[str], None]


class Etape(NamedTuple):
    """One part of the installation: a transaction of its own, nothing to do when it is up to date."""

    titre: str
    faire: Callable[[Dire], str]


class Command(BaseCommand):
    help = "Installe ou met à jour communes, territoires, métiers, compétences, pages et accès."

    def handle(self, *args: Any, **options: Any) -> None:
        debut = time.monotonic()
        for etape in ETAPES:
            self._jouer(etape)
        self.stdout.write(f"Installation terminée en {_duree(debut)}.")

    def _jouer(self, etape: Etape) -> None:
        debut = time.monotonic()
        self.stdout.write(f"{etape.titre}…")
        self.stdout.flush()
        try:
            resultat = etape.faire(self._dire)
        except ErreurMetier as erreur:
            raise CommandError(f"{etape.titre}\u00a0: {erreur.message}") from erreur
        self.stdout.write(f"  {resultat} ({_duree(debut)})")

    def _dire(self, progres: str) -> None:
        self.stdout.write(f"  {progres}")
        self.stdout.flush()


def _duree(debut: float) -> str:
    return f"{time.monotonic() - debut:.1f}\u00a0s".replace(".", ",")


def _geographie(dire: Dire) -> str:
    chargement = charger_geographie(dire=dire)
    if chargement.est_deja_fait:
        return "déjà à jour"
    if chargement.gardees:
        dire(f"Gardées, car des entreprises y sont encore\u00a0: {', '.join(chargement.gardees)}.")
    return f"{chargement.communes} communes"


def _territoires(dire: Dire) -> str:
    ouverts = ouvrir_pilotes()
    changees = appliquer_perimetres()
    if not ouverts and not changees:
        return "déjà à jour"
    noms = ", ".join(territoire.nom for territoire in ouverts) or "aucun nouveau territoire"
    return f"{noms}\u00a0; {changees} communes rattachées de plus" if changees else noms


def _secteurs(dire: Dire) -> str:
    return f"{charger_secteurs()} métiers"


def _competences(dire: Dire) -> str:
    chargement = charger_competences()
    if chargement.gardees:
        dire(f"Gardées telles que les référents les ont écrites\u00a0: {', '.join(chargement.gardees)}.")
    if not chargement.creees and not chargement.modifiees:
        return f"{chargement.total} compétences, déjà à jour"
    return (
        f"{chargement.total} compétences, dont {len(chargement.creees)} nouvelles"
        f" et {len(chargement.modifiees)} modifiées"
    )


def _pages(dire: Dire) -> str:
    creees = installer_pages()
    return f"{creees} pages créées" if creees > 1 else "1 page créée" if creees else "déjà en place"


def _acces(dire: Dire) -> str:
    equipe = Utilisateur.objects.filter(Q(est_referent=True) | Q(animations__isnull=False)).distinct()
    for personne in equipe.order_by("pk"):
        donner_acces_cms(utilisateur=personne)
    return f"{equipe.count()} dans les équipes"


ETAPES = (
    Etape("Géographie de la France", _geographie),
    Etape("Territoires pilotes", _territoires),
    Etape("Métiers", _secteurs),
    Etape("Compétences", _competences),
    Etape("Pages du site", _pages),
    Etape("Accès des équipes au CMS", _acces),
)
