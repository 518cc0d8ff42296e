"""Text helpers shared by search, import and forms."""

import re
import unicodedata

_ACCENTS = re.compile(r"[\u0300-\u036f]")
_SEPARATEURS = re.compile(r"[^a-z0-9]+")
_SAINT = re.compile(r"\b(st|ste|sts|stes)\b")
_ENTIERS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def sans_accents(texte: str) -> str:
    """Return the text in lower case, without accents; « œ » and « æ » become two letters."""
    texte = texte.lower().replace("œ", "oe").replace("æ", "ae")
    nu = _ACCENTS.sub("", unicodedata.normalize("NFKD", texte))
    # letter by letter, the two hundred listings that a search reads took 4 ms: what is rare goes that way
    return nu if nu.isascii() else "".join(c for c in nu if not unicodedata.combining(c))


def cle_de_nom(texte: str) -> str:
    """Return the form under which two spellings of one place name meet.

    « St-Malo », « Saint Malo » and « SAINT-MALO » all give « saint malo ».
    """
    mots = _SEPARATEURS.sub(" ", sans_accents(texte)).strip()
    return _SAINT.sub(lambda trouve: _ENTIERS[trouve[0]], mots)
