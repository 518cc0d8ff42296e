"""Phone numbers, addresses and links in what people write before they have agreed: shown once they have.

Not a lock: whoever spells a number in words gets through. It keeps the first contact on the site, where it
can be reported, and spares people from giving in public what they would regret.
"""

import re
from functools import lru_cache

MASQUE = "[masqué]"

_COURRIEL = (
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\]|\barobase\b)\s?[\w-]{1,63}"
    r"(?:\s?(?:\.|\(point\)|\bpoint\b)\s?[\w-]{2,24}){1,4}"
)
_TELEPHONE = (
    r"(?<!\d)(?:(?:\+|00)[1-9]\d{0,2}[\s.\-/()]{0,3}(?:\(?0\)?)?|0)[\s.\-/]{0,3}"
    r"[1-9](?:[\s.\-/]{0,3}\d){8}(?![\s.\-/]?\d)"
)
_LIEN = (
    r"(?:https?://|www\.)[^\s<>\",;)]{1,500}"
    r"|\b[\w-]{2,63}\.(?:fr|com|net|org|eu|io|bzh|paris|shop|pro|biz|info|site|online)\b"
    r"(?:/[^\s<>\",;)]{0,300})?"
)
_COORDONNEES = re.compile(f"{_COURRIEL}|{_TELEPHONE}|{_LIEN}", re.IGNORECASE)


@lru_cache(maxsize=4096)  # the same listings are shown to many
def masquer_coordonnees(texte: str) -> str:
    """Return the text with `MASQUE` in the place of each phone number, address and link."""
    return _COORDONNEES.sub(MASQUE, texte)


def a_des_coordonnees(texte: str) -> bool:
    return _COORDONNEES.search(texte) is not None
