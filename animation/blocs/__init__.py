"""What the body of a page is made of: flat blocks, each with its help, its preview and its template.

Fifteen hold what was written; those of `vifs` read what moves.

No raw HTML and no embed: what a reader opens stays here, and nobody follows her elsewhere.
"""

from __future__ import annotations

from typing import Any

from animation.blocs.listes import Controle, Etapes, Question
from animation.blocs.medias import Document, Image, Video
from animation.blocs.pages import Fiche, Temoignage
from animation.blocs.pratique import Adresse, Bouton, Chiffre
from animation.blocs.textes import Citation, Encadre, Texte, Titre
from animation.blocs.vifs import VIFS

# What a text to read is made of; a guide and a community's home take everything.
TEXTE: list[tuple[str, Any]] = [("titre", Titre()), ("texte", Texte()), ("encadre", Encadre())]
CORPS: list[tuple[str, Any]] = [
    *TEXTE,
    ("etapes", Etapes()),
    ("controle", Controle()),
    ("question", Question()),
    ("chiffre", Chiffre()),
    ("citation", Citation()),
    ("image", Image()),
    ("video", Video()),
    ("document", Document()),
    ("bouton", Bouton()),
    ("adresse", Adresse()),
    ("fiche", Fiche()),
    ("temoignage", Temoignage()),
    *VIFS,
]
QUESTIONS: list[tuple[str, Any]] = [("titre", Titre()), ("question", Question())]
SUITES: list[tuple[str, Any]] = [("fiche", Fiche()), ("temoignage", Temoignage())]
