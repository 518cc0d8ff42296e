"""`simuler_marche --entreprises N --graine S`: a realistic market, to a file or into the database
(docs/moteur.md)."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from echange.socle.commandes import CommandeQuiRefuse, ValeurAbsurde, lire_entier
from echange.socle.erreurs import ErreurMetier
from echange.socle.templatetags.francais import pluriel
from matching.aretes import reconstruire
from matching.moteur.simulation import MarcheSimule, SimulationInvalide, simuler, verifier_demande
from matching.moteur.simulation_graphe import ecrire, graphe_de_marche, relier
from matching.simulation import (
    arbre_par_frequence,
    charger_marche,
    exiger_base_d_essai,
    lieux_de,
    retirer_marche,
)
from territoires.models import Departement, Territoire

TOUS_LES = 1_000  # besoins between two lines of progress


class Command(CommandeQuiRefuse):
    help = "Simule un marché réaliste, dans un fichier de graphe ou dans la base (jamais en production)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--entreprises", help="nombre d’entreprises")
        parser.add_argument("--graine", default="1", help="graine du hasard (1)")
        parser.add_argument("--territoire", default="", help="identifiant du territoire (toute la France)")
        parser.add_argument("--departement", default="", help="code du département (toute la France)")
        parser.add_argument("--sortie", type=Path, help="fichier .json ou .json.gz, lu par « resoudre_tour »")
        parser.add_argument("--base", action="store_true", help="charger dans la base, arêtes comprises")
        parser.add_argument("--remplacer", action="store_true", help="remplacer le marché simulé de la base")
        parser.add_argument("--retirer", action="store_true", help="retirer le marché simulé de la base")

    def handle(self, **options: Any) -> None:
        try:
            if options["retirer"]:
                self._retirer()
            else:
                self._simuler(options)
        except (SimulationInvalide, ValeurAbsurde) as erreur:
            self.refuser(str(erreur))
        except ErreurMetier as erreur:
            self.refuser(erreur.message)

    def _retirer(self) -> None:
        nombre = retirer_marche()
        self.stdout.write(
            f"{nombre} entreprise{pluriel(nombre)} simulée{pluriel(nombre)} retirée{pluriel(nombre)}."
        )

    def _simuler(self, options: dict[str, Any]) -> None:
        sortie: Path | None = options["sortie"]
        if options["entreprises"] is None:
            raise ValeurAbsurde("Dites combien d’entreprises simuler\u00a0: --entreprises N.")
        if (sortie is None) is not options["base"]:
            raise ValeurAbsurde("Choisissez où va le marché\u00a0: --sortie FICHIER, ou --base.")
        entreprises = lire_entier("--entreprises", options["entreprises"])
        graine = lire_entier("--graine", options["graine"])
        verifier_demande(entreprises, graine)
        if options["base"]:
            exiger_base_d_essai()
        lieux = lieux_de(**_perimetre(options["territoire"], options["departement"]))
        marche = simuler(entreprises, graine, lieux=lieux, arbre=arbre_par_frequence())
        if sortie:
            self._ecrire(marche, sortie)
        else:
            self._charger(marche, remplacer=options["remplacer"])

    def _ecrire(self, marche: MarcheSimule, sortie: Path) -> None:
        try:
            sortie.touch()  # before the work, not after
            graphe = graphe_de_marche(marche, relier(marche))
            ecrire(sortie, marche, graphe)
        except OSError:
            self.refuser(f"Le fichier « {sortie} » ne peut pas être écrit.")
        self.stdout.write(f"{_dire(marche)}, {len(graphe.origine)} arcs : {sortie}")

    def _charger(self, marche: MarcheSimule, *, remplacer: bool) -> None:
        depuis = charger_marche(marche, remplacer=remplacer)
        self.stdout.write(f"{_dire(marche)} dans la base. Arêtes…")
        aretes = 0
        faits = 0
        for dernier, besoins, nombre in reconstruire(depuis=depuis):
            faits, aretes = faits + besoins, aretes + nombre
            if faits % TOUS_LES == 0:
                self.stdout.write(
                    f"  {faits} besoins sur {len(marche.besoins)}, {aretes} arêtes"
                    f" (pour reprendre : reconstruire_aretes --depuis {dernier})"
                )
        self.stdout.write(f"{aretes} arête{pluriel(aretes)}.")


def _perimetre(territoire: str, departement: str) -> dict[str, str]:
    if territoire and departement:
        raise ValeurAbsurde("Choisissez un territoire ou un département, pas les deux.")
    if territoire and not Territoire.objects.filter(code=territoire).exists():
        connus = ", ".join(Territoire.objects.order_by("code").values_list("code", flat=True))
        raise ValeurAbsurde(
            f"Le territoire « {territoire} » n’existe pas ; ceux qui existent : {connus or 'aucun'}."
        )
    if departement and not Departement.objects.filter(code=departement).exists():
        raise ValeurAbsurde(f"Le département « {departement} » n’existe pas ; un code comme 35 ou 2A.")
    return {"territoire": territoire, "departement": departement}


def _dire(marche: MarcheSimule) -> str:
    besoins, savoirs = len(marche.besoins), len(marche.savoirs)
    return f"{len(marche.commune)} entreprises, {besoins} besoins, {savoirs} savoir-faire"
