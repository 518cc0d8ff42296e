"""`bin/bench suggestions`: load, memory and speed of the words' model; quality beside two baselines, in this run.

Targets: loaded in < 1 s and < 100 MB, p95 < 15 ms per suggestion. Baselines: PostgreSQL full text (french without
accents, any word) and cosine over letter n-grams (3 to 5), on the same pairs.
"""

import argparse
import json
import math
import re
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from django.db import connection

from echange.socle.textes import sans_accents
from matching import suggestions
from matching.evaluation import Classement, Paires, classer, lire_evaluation, mesurer
from matching.moteur.sujet import Signes
from matching.services.arbre import charger_competences
from tests.bancs.mesures import chronometrer, imprimer

DONNEES = Path(__file__).resolve().parent.parent / "matching" / "donnees"
FICHIERS = ("rapprochement_mise_au_point.json", "rapprochement_retenu.json", "rapprochement_finale.json")
REGLAGE = ("rapprochement_mise_au_point.json", "rapprochement_mise_au_point_difficile.json")
PASSENT = 0.07  # of the off-topic sentences of the fitting half: the threshold lets these through
Score = Callable[[str], Sequence[float]]


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="bin/bench suggestions")
    options.add_argument("--fichier", type=Path, action="append", help="a judged file; default: ours")
    options.add_argument("--regler", action="store_true", help="fit the weights of moteur/sujet.py, and stop")
    choix = options.parse_args(arguments)
    fichiers = choix.fichier or [DONNEES / nom for nom in FICHIERS]
    charger_competences()
    if choix.regler:
        regler()
        return
    _charger()
    jeux = {fichier.name: jeu for fichier in fichiers if isinstance(jeu := lire_evaluation(fichier), Paires)}
    textes = {texte for jeu in jeux.values() for texte, _ in jeu.besoins}
    imprimer(
        "Suggestion, requête de lecture des compétences comprise",
        [chronometrer("suggerer", [partial(suggestions.suggerer, texte) for texte in sorted(textes)])],
    )
    for nom, jeu in jeux.items():
        print(f"\n{nom}")
        _dire("recherche du site", classer(jeu))
        _dire("référence : lettres", _ranger(jeu, _par_lettres(jeu)))
        _dire("référence : plein texte", _ranger(jeu, _plein_texte(jeu)))


def _charger() -> None:
    """Time the load, then weigh it again under tracemalloc, which slows it."""
    durees = []
    for _ in range(3):
        _oublier()
        debut = time.perf_counter()
        suggestions.modele()
        durees.append(time.perf_counter() - debut)
    _oublier()
    tracemalloc.start()
    suggestions.modele()
    garde, pic = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(
        f"Chargement : {sorted(durees)[1]:.2f} s, {garde / 1e6:.0f} Mo gardés, {pic / 1e6:.0f} Mo au plus haut"
    )


def _oublier() -> None:
    """Forget the very words too: those just learnt would not be learnt again."""
    suggestions.oublier()
    suggestions._modele_de.cache_clear()


def regler() -> None:
    """Print the weights and the threshold of `moteur/sujet.py`: a logistic regression, both sides weighing alike."""
    hors_sujet = json.loads((DONNEES / "hors_sujet.json").read_text(encoding="utf-8"))["reglage"]
    jeux = [lire_evaluation(DONNEES / nom) for nom in REGLAGE]
    besoins = [texte for jeu in jeux if isinstance(jeu, Paires) for texte, _ in jeu.besoins]
    non, oui = (
        np.asarray([s.vecteur() for s in map(_signes, textes) if s.connus])
        for textes in (hors_sujet, besoins)
    )
    lignes = np.c_[np.r_[non, oui], np.ones(len(non) + len(oui))]
    est_sujet = np.r_[np.zeros(len(non)), np.ones(len(oui))]
    compte = np.where(est_sujet, 1.0, len(oui) / len(non))
    retenue = np.diag([0.5] * non.shape[1] + [0.0])
    poids = np.zeros(lignes.shape[1])
    for _ in range(50):  # Newton
        parts = 1 / (1 + np.exp(-lignes @ poids))
        pente = lignes.T @ (compte * (parts - est_sujet)) + retenue @ poids
        poids -= np.linalg.solve((lignes.T * (compte * parts * (1 - parts))) @ lignes + retenue, pente)
    notes = np.sort(np.r_[non @ poids[:-1], np.full(len(hors_sujet) - len(non), -np.inf)])
    seuil = notes[-1 - math.ceil(PASSENT * len(hors_sujet))]
    print("POIDS =", tuple(round(float(p), 2) for p in poids[:-1]), " SEUIL >", round(float(seuil), 2))


def _signes(texte: str) -> Signes:
    return suggestions.modele().signes(sans_accents(texte))


def _dire(nom: str, classements: Sequence[Classement]) -> None:
    mesures = mesurer(classements)
    print(f"  {nom:28}hit@1 {mesures.hit_1:.3f}  hit@3 {mesures.hit_3:.3f}  MRR@10 {mesures.mrr_10:.3f}")


def _ranger(jeu: Paires, score: Score) -> list[Classement]:
    cles = list(jeu.savoir_faire)
    classements = []
    for texte, justes in jeu.besoins:
        notes = dict(zip(cles, score(texte), strict=True))
        ordre = sorted((cle for cle in cles if notes[cle] > 0), key=lambda cle: -notes[cle])
        classements.append(Classement(texte, ordre, justes))
    return classements


def _par_lettres(jeu: Paires) -> Score:
    documents = [_lettres(f"{titre} {texte}") for titre, texte in jeu.savoir_faire.values()]
    presences = Counter(trait for document in documents for trait in document)
    raretes = {trait: math.log((1 + len(documents)) / (1 + n)) + 1 for trait, n in presences.items()}

    def vecteur(compte: Counter[str]) -> dict[str, float]:
        valeurs = {t: (1 + math.log(n)) * raretes[t] for t, n in compte.items() if t in raretes}
        norme = math.sqrt(sum(v * v for v in valeurs.values())) or 1.0
        return {t: v / norme for t, v in valeurs.items()}

    vecteurs = [vecteur(document) for document in documents]

    def score(texte: str) -> list[float]:
        requete = vecteur(_lettres(texte))
        return [sum(v * autre.get(t, 0.0) for t, v in requete.items()) for autre in vecteurs]

    return score


def _lettres(texte: str) -> Counter[str]:
    mots = [f" {mot} " for mot in re.findall(r"[a-z0-9]+", sans_accents(texte))]
    return Counter(mot[i : i + n] for mot in mots for n in (3, 4, 5) for i in range(len(mot) - n + 1))


def _plein_texte(jeu: Paires) -> Score:
    documents = [sans_accents(f"{titre} {texte}") for titre, texte in jeu.savoir_faire.values()]

    def score(texte: str) -> list[float]:
        requete = " | ".join(re.findall(r"[a-z0-9]+", sans_accents(texte)))
        with connection.cursor() as curseur:
            curseur.execute(
                "SELECT ts_rank_cd(to_tsvector('french', d), to_tsquery('french', %s))"
                " FROM unnest(%s::text[]) WITH ORDINALITY AS t (d, n) ORDER BY n",
                [requete, documents],
            )
            return [float(note) for (note,) in curseur.fetchall()]

    return score
