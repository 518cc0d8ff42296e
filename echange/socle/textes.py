"""Text helpers shared by search, import and forms."""

import re
import unicodedata

_SEPARATEURS = re.compile(r"[^a-z0-9]+")
_SAINT = re.compile(r"\b(st|ste|sts|stes)\b")
_ENTIERS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def sans_accents(texte: str) -> str:
    """Return the text in lower case, without accents; « œ » and « æ » become two letters."""
    nu = unicodedata.normalize("NFKD", texte.lower().replace("œ", "oe").replace("æ", "ae"))
    # sign by sign, not letter by letter: a search reads two hundred listings, an apostrophe in each
    for signe in set(nu):
        if unicodedata.combining(signe):
            nu = nu.replace(signe, "")
    return nu


def cle_de_nom(texte: str) -> str:
    """Return the form under which two spellings of one place name meet.

    « St-Malo », « Saint Malo » and « SAINT-MALO » all give « saint malo ».
    """
    mots = _SEPARATEURS.sub(" ", sans_accents(texte)).strip()
    return _SAINT.sub(lambda trouve: _ENTIERS[trouve[0]], mots)
