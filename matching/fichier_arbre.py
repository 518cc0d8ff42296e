"""The tree as a file: read (TOML), written (TOML, JSON, CSV). What is written reads back as the same tree."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from echange.socle.erreurs import ErreurMetier
from matching.models import Competence, Theme

ENTETE = """\
# L’arbre des compétences d’Échange (exporté). Le même format que matching/donnees/competences.toml.
#   titre, phrase  what owners read · metier  a trade skill, outside digital
#   dits           how owners say it, spelling mistakes included · jargon  technical words and brands
#   voisines       close compétences (closeness is symmetric)
#   retiree, remplacee_par  no longer chosen; what its code leads to
"""


class ArbreIllisible(ErreurMetier):
    message = "Ce fichier n’est pas un arbre de compétences."


@dataclass(frozen=True, slots=True)
class Feuille:
    """A compétence of the file; `remplacee_par` is a code, or empty."""

    code: str
    titre: str
    phrase: str
    metier: bool
    dits: tuple[str, ...]
    jargon: tuple[str, ...]
    voisines: tuple[str, ...]
    retiree: bool = False
    remplacee_par: str = ""


@dataclass(frozen=True, slots=True)
class Branche:
    """A theme of the file with its compétences, in the order of the file."""

    code: str
    titre: str
    competences: tuple[Feuille, ...]


Arbre = tuple[Branche, ...]


def lire(texte: str) -> Arbre:
    """Read the TOML of `ecrire_toml`; raise `ArbreIllisible` for anything else."""
    try:
        themes = tomllib.loads(texte)["theme"]
        return tuple(
            Branche(t["code"], t["titre"], tuple(map(_feuille, t.get("competence", ())))) for t in themes
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as erreur:
        raise ArbreIllisible from erreur


def _feuille(donnees: dict[str, Any]) -> Feuille:
    listes = {nom: tuple(donnees[nom]) for nom in ("dits", "jargon", "voisines")}
    return Feuille(**donnees | listes)


def arbre_en_base() -> Arbre:
    """Return the whole tree as it is now, retired compétences and empty themes included: three queries."""
    voisines: dict[str, list[str]] = {}
    liens = Competence.voisines.through.objects.order_by("from_competence_id", "to_competence_id")
    for de, vers in liens.values_list("from_competence_id", "to_competence_id"):
        voisines.setdefault(de, []).append(vers)
    feuilles = {
        theme: tuple(_de_base(c, voisines.get(c.code, ())) for c in lot)
        for theme, lot in groupby(Competence.objects.all(), key=lambda competence: competence.theme_id)
    }
    return tuple(Branche(t.code, t.titre, feuilles.get(t.code, ())) for t in Theme.objects.all())


def _de_base(competence: Competence, voisines: Iterable[str]) -> Feuille:
    return Feuille(
        code=competence.code,
        titre=competence.titre,
        phrase=competence.phrase,
        metier=competence.est_metier,
        dits=tuple(competence.dits),
        jargon=tuple(competence.jargon),
        voisines=tuple(voisines),
        retiree=competence.est_retiree,
        remplacee_par=competence.remplacee_par_id or "",
    )


def ecrire_toml(arbre: Arbre) -> str:
    """Return the tree in the format that `lire` and `charger_competences` read."""
    return "\n".join([ENTETE, *(ligne for branche in arbre for ligne in _lignes(branche))])


def _lignes(branche: Branche) -> Iterator[str]:
    yield from ("[[theme]]", f"code = {_chaine(branche.code)}", f"titre = {_chaine(branche.titre)}", "")
    for feuille in branche.competences:
        yield "[[theme.competence]]"
        yield f"code = {_chaine(feuille.code)}"
        yield f"titre = {_chaine(feuille.titre)}"
        yield f"phrase = {_chaine(feuille.phrase)}"
        yield f"metier = {json.dumps(feuille.metier)}"
        yield from ("dits = [", *(f"    {_chaine(dit)}," for dit in feuille.dits), "]")
        yield f"jargon = [{', '.join(map(_chaine, feuille.jargon))}]"
        yield f"voisines = [{', '.join(map(_chaine, feuille.voisines))}]"
        if feuille.retiree:
            yield "retiree = true"
        if feuille.remplacee_par:
            yield f"remplacee_par = {_chaine(feuille.remplacee_par)}"
        yield ""


def _chaine(texte: str) -> str:
    """A JSON string is a TOML basic string, DEL aside (https://toml.io/en/v1.0.0#string)."""
    return json.dumps(texte, ensure_ascii=False).replace("\x7f", "\\u007f")


def ecrire_json(arbre: Arbre) -> str:
    return json.dumps([asdict(branche) for branche in arbre], ensure_ascii=False, indent=2) + "\n"


def ecrire_csv(arbre: Arbre) -> str:
    """Return one line per compétence, for a spreadsheet; lists are separated by « | »."""
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";")
    noms = [nom for nom in Feuille.__slots__ if nom != "code"]
    ecrivain.writerow(["theme", "code", *noms])
    for branche in arbre:
        for feuille in branche.competences:
            valeurs = (getattr(feuille, nom) for nom in noms)
            ecrivain.writerow([branche.titre, feuille.code, *map(_cellule, valeurs)])
    return sortie.getvalue()


def _cellule(valeur: Any) -> str:
    """A quote keeps a formula from running in the reader's spreadsheet (OWASP, CSV injection)."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    texte = " | ".join(valeur) if isinstance(valeur, tuple) else str(valeur)
    return f"'{texte}" if texte.startswith(("=", "+", "-", "@", "\t", "\r")) else texte


FORMATS = {"toml": ecrire_toml, "json": ecrire_json, "csv": ecrire_csv}
