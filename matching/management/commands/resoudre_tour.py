"""`resoudre_tour FILE.json[.gz]`: the best round of a graph of exchanges (docs/moteur.md). Needs no
database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from echange.socle.commandes import CommandeQuiRefuse, ValeurAbsurde, lire_entier
from matching.moteur.tour.graphe import GrapheInvalide
from matching.moteur.tour.lecture import lire_graphe
from matching.moteur.tour.resoudre import DemandeInvalide, resoudre, verifier_demande
from matching.moteur.tour.solution import Tour
from matching.moteur.tour.verification import verifier_tour


class Command(CommandeQuiRefuse):
    help = "Calcule le meilleur tour d’échanges d’un graphe, avec la preuve de sa qualité."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", type=Path, help="graphe au format JSON, compressé ou non")
        parser.add_argument("--cycle", default="3", help="longueur maximale des cercles (3)")
        parser.add_argument("--chaine", default="0", help="nombre maximal de dons d’une chaîne (0 : aucune)")
        parser.add_argument("--duree", default="60", help="budget de temps, en secondes (60)")
        parser.add_argument("--graine", default="1", help="graine du hasard (1)")
        parser.add_argument("--sortie", type=Path, help="fichier où écrire le tour, au lieu de l’afficher")

    def handle(self, *, fichier: Path, sortie: Path | None, **options: Any) -> None:
        try:
            cycle = lire_entier("--cycle", options["cycle"])
            chaine = lire_entier("--chaine", options["chaine"])
            graine = lire_entier("--graine", options["graine"])
            duree = _secondes(options["duree"])
            verifier_demande(cycle, chaine, duree)
            graphe = lire_graphe(fichier)
        except (DemandeInvalide, GrapheInvalide, ValeurAbsurde) as erreur:
            self.refuser(str(erreur))
        tour = resoudre(graphe, cycle=cycle, chaine=chaine, duree=duree, graine=graine)
        verifier_tour(graphe, tour, cycle=cycle, chaine=chaine)
        self._ecrire(tour, sortie)

    def _ecrire(self, tour: Tour, sortie: Path | None) -> None:
        texte = json.dumps(tour.en_dict())
        if sortie is None:
            self.stdout.write(texte)
            return
        try:
            sortie.write_text(texte + "\n", encoding="utf-8")
        except OSError:
            self.refuser(f"Le fichier « {sortie} » ne peut pas être écrit.")


def _secondes(valeur: str | float) -> float:
    try:
        return float(valeur)
    except ValueError:
        raise ValeurAbsurde(f"--duree attend un nombre de secondes, pas « {valeur} ».") from None
