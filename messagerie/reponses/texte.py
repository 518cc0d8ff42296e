"""What a person wrote in her answer, without what her mail reader added under it.

Line by line, in linear time. The line we ask people to write above is the surest cut; the others are those of
mail readers in French (and English): « Le … a écrit : », blocks « De : … Objet : … », « Envoyé de mon
iPhone », « -- ». Why not a library: docs/adr/0016.
"""

import re
from collections.abc import Callable

MARQUE = "— Répondez au-dessus de cette ligne —"
_MARQUE = re.compile(r"r[ée]pondez\s+au[- ]dessus\s+de\s+cette\s+ligne", re.IGNORECASE)
_CITATION = re.compile(r"^\s*>")
_PREFIXE = re.compile(r"^[>\s|*]*")
_DEBUT_ATTRIBUTION = re.compile(r"^(?:le|on)\b.{0,300}$", re.IGNORECASE)
_ATTRIBUTION = re.compile(r"^(?:le|on)\s.{0,600}\b(?:a[ \u00a0]écrit|wrote)[ \u00a0]?:$", re.IGNORECASE)
_ENTETE = re.compile(
    r"^(de|from|expéditeur|envoyé|sent|date|à|a|to|objet|subject|cc|copie à|destinataires?)"
    r"[ \u00a0]?\*?:(?:\*|\s|$)",
    re.IGNORECASE,
)
_PREMIERS = {"de", "from", "expéditeur", "envoyé", "date"}
_SEPARATEUR = re.compile(
    r"^(?:[-_=—]{2,}\s*)?(?:message|mail|courriel|courrier)\s+(?:d['’]origine|original|initial|transféré|du\s+\d.*)"
    r"\s*[-_=—]*$|^-{2,}\s*(?:original|forwarded) message\s*-{2,}$|^[-_]{20,}$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^(?:--|—)\s?$")
_APPAREIL = re.compile(
    r"^(?:envoyée? (?:de(?:puis)?|à partir d[e’']|avec) ?"
    r"(?:mon|ma|l['’]|un|outlook|yahoo|gmail|orange|samsung|proton)"
    r"|télécharger outlook|obtenez outlook|provenance\s?: courrier|sent from|get outlook).{0,120}$",
    re.IGNORECASE,
)
TEXTE_MAX = 50_000  # characters, from the top; a message holds 4 000
_LIGNES_D_ATTRIBUTION = 5
_LIGNES_D_ENTETE = 8


def ne_garder_que_la_reponse(texte: str) -> str:
    """Return what was written above the quoted mail, or between its lines when nothing stands above."""
    texte = texte[:TEXTE_MAX].replace("\r\n", "\n").replace("\r", "\n")
    lignes = [ligne.rstrip() for ligne in texte.split("\n")]
    coupe = next((i for i in range(len(lignes)) if _commence_la_suite(lignes, i)), len(lignes))
    gardees = lignes[:coupe]
    while gardees and (not gardees[-1].strip() or _CITATION.match(gardees[-1])):
        gardees.pop()
    if not any(ligne.strip() for ligne in gardees):
        gardees = _entre_les_citations(lignes[coupe:])
    return re.sub(r"\n{3,}", "\n\n", "\n".join(gardees)).strip()


def _commence_la_suite(lignes: list[str], i: int) -> bool:
    """Whether what follows, from line `i` on, is not the person's."""
    regles: tuple[Callable[[list[str], int], bool], ...] = (_est_la_marque, _attribue, _recopie, _signe)
    return any(regle(lignes, i) for regle in regles)


def _est_la_marque(lignes: list[str], i: int) -> bool:
    return _MARQUE.search(lignes[i]) is not None or _SEPARATEUR.match(_nue(lignes[i])) is not None


def _attribue(lignes: list[str], i: int) -> bool:
    """« Le jeu. 26 nov. 2026 à 10:02, Échange <…> a écrit : », which mail readers break over lines."""
    if not _DEBUT_ATTRIBUTION.match(_nue(lignes[i])):
        return False
    tout = ""
    for ligne in lignes[i : i + _LIGNES_D_ATTRIBUTION]:
        tout = f"{tout} {_nue(ligne)}".strip()
        if _ATTRIBUTION.match(tout):
            return any(c.isdigit() for c in tout) or "@" in tout
    return False


def _recopie(lignes: list[str], i: int) -> bool:
    """The headers of the mail answered, as Outlook, Orange and Zimbra copy them: two of them, close."""
    premier = _ENTETE.match(_nue(lignes[i]))
    if premier is None or premier[1].lower() not in _PREMIERS:
        return False
    suivants = {
        trouve[1].lower()
        for ligne in lignes[i + 1 : i + _LIGNES_D_ENTETE]
        if (trouve := _ENTETE.match(_nue(ligne)))
    }
    return len(suivants - {premier[1].lower()}) >= 2


def _signe(lignes: list[str], i: int) -> bool:
    """A signature: after its line; a phone's own, unless it is all there is above."""
    ecrit = any(ligne.strip() for ligne in lignes[:i])
    return ecrit and (
        _SIGNATURE.match(lignes[i]) is not None or _APPAREIL.match(lignes[i].strip()) is not None
    )


def _entre_les_citations(lignes: list[str]) -> list[str]:
    """Answers written under the lines they answer: what is not quoted, when quotes can be told apart."""
    if not any(_CITATION.match(ligne) for ligne in lignes):
        return []
    debut = next(i for i, ligne in enumerate(lignes) if _CITATION.match(ligne))
    siennes = [ligne for ligne in lignes[debut:] if not _CITATION.match(ligne)]
    fin = next(
        (i for i, ligne in enumerate(siennes) if _SIGNATURE.match(ligne) or _APPAREIL.match(ligne.strip())),
        len(siennes),
    )
    return siennes[:fin]


def _nue(ligne: str) -> str:
    """Without quote marks nor the stars of bold text."""
    return _PREFIXE.sub("", ligne).strip()
