"""French typography: what people read has a no-break space before « : ; ! ? » and inside « … ».

An ordinary space lets a line begin with « ? », on a phone first of all. Read here: every template, every
string of our Python that is not documentation, the scripts and the starting texts. Not read: what a terminal
or a log prints, and the words that owners type (`matching/donnees`).
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

RACINE = Path(settings.BASE_DIR)
APPLICATIONS = ("animation", "echange", "matching", "messagerie", "profils", "territoires")
FAUTE = re.compile(r"[ \n]+(?=[:;!?»](?:[\s<{.,…)»\"']|$))|(?<=«)[ \n]+")
COMMENTAIRE = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->", re.DOTALL)
COMMENTAIRE_JS = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
CHAINE = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')
COMMENTAIRE_TOML = re.compile(r"^\s*#.*$", re.MULTILINE)

Passage = tuple[int, str]
"""A line's number and the text that begins there."""


def _sans(motif: re.Pattern[str], texte: str) -> str:
    """Without what the pattern finds, every line at the same place."""
    return motif.sub(lambda trouve: "\n" * trouve[0].count("\n"), texte)


def _gabarit(texte: str) -> Iterator[Passage]:
    yield 1, _sans(COMMENTAIRE, texte)


def _contenu(texte: str) -> Iterator[Passage]:
    yield 1, _sans(COMMENTAIRE_TOML, texte)


def _script(texte: str) -> Iterator[Passage]:
    nu = _sans(COMMENTAIRE_JS, texte)
    for chaine in CHAINE.finditer(nu):
        yield nu.count("\n", 0, chaine.start()) + 1, chaine[0]


def _python(texte: str) -> Iterator[Passage]:
    arbre = ast.parse(texte)
    tues = {id(feuille) for noeud in ast.walk(arbre) for feuille in _pour_personne(noeud)}
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and id(noeud) not in tues:
            yield noeud.lineno, noeud.value


def _pour_personne(noeud: ast.AST) -> Iterator[ast.AST]:
    """What no user reads: docstrings, and what is written in the log."""
    match noeud:
        case ast.Expr(value=ast.Constant() as documentation):
            yield documentation
        case ast.Call(func=ast.Attribute(value=ast.Name(id="journal"))):
            yield from ast.walk(noeud)


def _fautes(texte: str, lire: Callable[[str], Iterator[Passage]]) -> list[int]:
    """The lines where an ordinary space stands for a no-break one."""
    return [
        debut + passage.count("\n", 0, faute.start())
        for debut, passage in lire(texte)
        for faute in FAUTE.finditer(passage)
    ]


def _fichiers(motif: str, *dossiers: str) -> list[Path]:
    return sorted(fichier for dossier in dossiers for fichier in (RACINE / dossier).rglob(motif))


def _est_lu_par_quelqu_un(fichier: Path) -> bool:
    return not {"management", "migrations", "vendor", "moteur"} & set(fichier.parts)


@pytest.mark.parametrize(
    ("lire", "fichiers", "au_moins"),
    [
        (_gabarit, [*_fichiers("*.html", "templates"), *_fichiers("*.txt", "templates")], 250),
        (_python, _fichiers("*.py", *APPLICATIONS), 400),
        (_script, _fichiers("*.js", *APPLICATIONS), 10),
        (_contenu, _fichiers("*.toml", "animation"), 10),
    ],
    ids=["gabarits", "python", "scripts", "contenus"],
)
def test_aucune_ligne_ne_commencera_par_un_point_d_interrogation(
    lire: Callable[[str], Iterator[Passage]], fichiers: list[Path], au_moins: int
) -> None:
    lus = [fichier for fichier in fichiers if _est_lu_par_quelqu_un(fichier)]
    assert len(lus) > au_moins
    fautes = [
        f"{fichier.relative_to(RACINE)}:{ligne}"
        for fichier in lus
        for ligne in _fautes(fichier.read_text(encoding="utf-8"), lire)
    ]
    assert not fautes, "an ordinary space before « : ; ! ? » or inside « »:\n" + "\n".join(fautes)


@pytest.mark.parametrize(
    ("texte", "lire", "lignes"),
    [
        ("<p>\n  Que faire ?</p>", _gabarit, [2]),
        ("{{ nom }} : {{ texte }}", _gabarit, [1]),
        ("{% include 'x.html' with titre='Rien ici !' %}", _gabarit, [1]),
        ("<p>« Oui »</p>", _gabarit, [1, 1]),
        (
            '<a style="color: red" href="/x/?a=1">Oui\u00a0!</a>{% comment %}« x » ?{% endcomment %}',
            _gabarit,
            [],
        ),
        ('"""Une doc : oui."""\nx = f"{y} : non"', _python, [2]),
        ("x = y[a : b] if a != b else {}", _python, []),
        ('x = a ? "b" : "c"; // ah : bon\ndire("Parti !");', _script, [2]),
    ],
)
def test_la_regle_voit_les_phrases_et_rien_d_autre(
    texte: str, lire: Callable[[str], Iterator[Passage]], lignes: list[int]
) -> None:
    assert _fautes(texte, lire) == lignes
