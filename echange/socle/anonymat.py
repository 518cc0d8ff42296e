"""Take out of a text what would name or reach somebody, before it is kept for what it teaches."""

import re

MARQUE = "…"  # what stands where something was taken out

_MOTIFS = (
    re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE),
    re.compile(r"\S+@\S+"),  # e-mail addresses
    re.compile(r"(?<!\w)@\w[\w.]*"),  # accounts of social networks
    re.compile(r"\b(?:www\.)\S+", re.IGNORECASE),
    re.compile(
        r"\b[\w-]+(?:\.[\w-]+)*\.(?:fr|com|net|org|eu|bzh|info|shop|io|paris|pro)\b\S*", re.IGNORECASE
    ),
    re.compile(r"\bFR\s?\d{2}(?:\s?[\dA-Z]){9,23}\b"),  # IBAN and VAT numbers
    re.compile(r"(?<!\w)\+?\d(?:[\s./-]?\d){7,}(?!\w)"),  # telephones, SIRET, cards: 8 digits or more
)


def anonymiser(texte: str) -> str:
    """Return the text without addresses, telephone and company numbers, on one line.

    Names of people cannot be told from other words: whoever shows the text says so.
    """
    for motif in _MOTIFS:
        texte = motif.sub(MARQUE, texte)
    return " ".join(texte.split())
