"""The example drawn in docs/moteur.md is true."""

import json
import re
from pathlib import Path
from typing import Any

from matching.moteur.tour.lecture import graphe_de
from matching.moteur.tour.marche import Marche, resoudre_marche
from matching.moteur.tour.resoudre import resoudre

DOC = Path(__file__).parents[3] / "docs" / "moteur.md"


def bloc(nom: str) -> dict[str, Any]:
    (texte,) = re.findall(rf"```json {nom}\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    donnees: dict[str, Any] = json.loads(texte)
    return donnees


def test_l_exemple_dessine_donne_ce_qui_est_ecrit() -> None:
    dit = bloc("tour")
    obtenu = resoudre(graphe_de(bloc("graphe")), cycle=dit.pop("cycle"), chaine=dit.pop("chaine")).en_dict()
    assert {cle: obtenu[cle] for cle in dit} == dit


def test_le_marche_dessine_donne_ce_qui_est_ecrit() -> None:
    dit = bloc("echanges")
    lignes = {nom: [tuple(ligne) for ligne in lignes] for nom, lignes in bloc("marche").items()}
    resultat = resoudre_marche(Marche.construire(**lignes))
    obtenu = [
        [echange.nature, [[don.besoin, don.savoir_faire] for don in echange.dons]]
        for echange in resultat.echanges
    ]
    assert obtenu == dit["echanges"]
    assert (resultat.servis, resultat.borne) == (dit["servis"], dit["borne"])
    assert (resultat.score, resultat.attente) == (dit["score"], dit["attente"])
