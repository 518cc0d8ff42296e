"""`evaluer_rapprochement FILE.json [--sortie OUT.json]`: see docs/matching.md for the shapes of the file."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matching.evaluation import (
    Choix,
    Classement,
    FichierDEvaluationIllisible,
    choix_des_paires,
    classer,
    lire_evaluation,
    mesurer,
    sans_trace,
    suggestions_pour,
)


class Command(BaseCommand):
    help = "Mesure comment les mots se rencontrent, sur un fichier jugé, par la recherche du site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", type=Path)
        parser.add_argument("--sortie", type=Path, help="où écrire les classements, en JSON")

    def handle(self, *, fichier: Path, sortie: Path | None, **options: Any) -> None:
        with sans_trace():
            classements = self._mesurer(fichier)
        if sortie:
            _ecrire(sortie, classements)

    def _mesurer(self, fichier: Path) -> list[Classement]:
        try:
            jeu = lire_evaluation(fichier)
        except FichierDEvaluationIllisible as erreur:
            raise CommandError(erreur.message, returncode=2) from erreur
        if isinstance(jeu, Choix):
            classements = suggestions_pour(jeu.choix)
            self._imprimer("Compétences suggérées", classements)
            return classements
        classements = classer(jeu)
        self._imprimer("Savoir-faire rangés", classements)
        if choix := choix_des_paires(jeu):
            self._imprimer("Compétences suggérées", suggestions_pour(choix))
        return classements

    def _imprimer(self, titre: str, classements: Sequence[Classement]) -> None:
        mesures = mesurer(classements)
        self.stdout.write(
            f"{titre}\u00a0: {len(classements)} textes, hit@1 {mesures.hit_1:.3f}, "
            f"hit@3 {mesures.hit_3:.3f}, MRR@10 {mesures.mrr_10:.3f}"
        )
        for classement in classements:
            if classement.rang != 1:
                rang = f"rang {classement.rang}" if classement.rang else "absent"
                attendu, trouves = (
                    ", ".join(classement.justes),
                    ", ".join(classement.classement[:3]) or "rien",
                )
                self.stdout.write(
                    f"  {rang}\u00a0: «\u00a0{classement.texte}\u00a0» attendait {attendu}, a eu {trouves}"
                )


def _ecrire(sortie: Path, classements: Sequence[Classement]) -> None:
    contenu = [{"texte": c.texte, "classement": c.classement} for c in classements]
    try:
        sortie.write_text(json.dumps(contenu, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as erreur:
        raise CommandError(f"Le fichier {sortie} ne s’écrit pas.", returncode=2) from erreur
