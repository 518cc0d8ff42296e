"""What a rereader would say of a page: the words of its text, before anyone reads it.

Nothing here refuses: whoever writes decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from wagtail.models import Page

PHRASE_LONGUE = 30  # words
PHRASES_LONGUES_MAX = 2
MOTS_PAR_PHRASE = 18  # on average; plain French stays under
PAGE_LONGUE = 900  # words
LIENS_MUETS = re.compile(r"\b(cliqu(?:ez|er) (?:ici|l[àa])|en savoir plus|lire la suite)\b", re.IGNORECASE)
# The names that phones and computers give.
NOM_DE_FICHIER = re.compile(
    r"^(img|dsc|pxl|image|photo|capture|screenshot)[\W_\d]|\.(png|jpe?g|webp|heic)$", re.IGNORECASE
)
# A word of the trade, and what to say instead.
JARGON = {
    "SEO": "être trouvé dans les recherches",
    "référencement naturel": "être trouvé dans les recherches",
    "CTA": "le bouton",
    "lead": "un contact",
    "leads": "des contacts",
    "KPI": "un chiffre à suivre",
    "onboarding": "l’accueil",
    "process": "la façon de faire",
    "workflow": "les étapes",
    "digitaliser": "passer au numérique",
    "digitalisation": "le passage au numérique",
    "dématérialisation": "le passage au numérique",
    "back-office": "la partie réservée",
    "community management": "répondre sur les réseaux",
    "benchmark": "une comparaison",
    "roadmap": "les étapes prévues",
    "CRM": "le fichier clients",
    "cloud": "en ligne",
    "webinaire": "une visio",
    "solution digitale": "un outil",
}
_JARGON = re.compile(rf"\b({'|'.join(map(re.escape, JARGON))})\b", re.IGNORECASE)
_SENS = {mot.lower(): sens for mot, sens in JARGON.items()}


def relire(page: Page) -> list[str]:
    """Return the remarks on this page as it stands, in the order they matter."""
    textes = list(_textes(page))
    return [
        *_transcriptions(page),
        *_descriptions(page),
        *_liens(textes),
        *_jargon(textes),
        *_lisibilite(textes),
    ]


def _textes(page: Page) -> Iterator[str]:
    """Every text a reader reads, without its marks."""
    for champ in page._meta.get_fields():
        if champ.name in page._meta.concrete_model.champs_relus:
            valeur = getattr(page, champ.name)
            if hasattr(champ, "stream_block"):
                yield from (str(texte) for texte in champ.stream_block.get_searchable_content(valeur))
            elif valeur:
                yield str(valeur)


def _blocs(page: Page, genre: str) -> Iterator[dict[str, Any]]:
    for nom in page._meta.concrete_model.champs_relus:
        for bloc in getattr(getattr(page, nom), "raw_data", ()):
            if bloc["type"] == genre:
                yield bloc["value"]


def _transcriptions(page: Page) -> Iterator[str]:
    for video in _blocs(page, "video"):
        if not (video.get("transcription") or "").strip():
            yield f"La vidéo «\u00a0{video.get('titre', '')}\u00a0» n’a pas de transcription."


def _descriptions(page: Page) -> Iterator[str]:
    """Wagtail fills the description with the image's title, which is first the name of its file."""
    for bloc in _blocs(page, "image"):
        image = bloc.get("image") or {}
        dit = image.get("alt_text") or ""
        if not image.get("decorative") and (NOM_DE_FICHIER.search(dit) or (dit and " " not in dit.strip())):
            yield f"L’image décrite «\u00a0{dit}\u00a0»\u00a0: dites ce qu’elle montre à qui ne la voit pas."


def _liens(textes: list[str]) -> Iterator[str]:
    if trouves := sorted(
        {trouve.group(0).lower() for texte in textes for trouve in LIENS_MUETS.finditer(texte)}
    ):
        dits = ", ".join(f"«\u00a0{mot}\u00a0»" for mot in trouves)
        yield f"{dits}\u00a0: écrivez plutôt où mène le lien, il se lit aussi hors de sa phrase."


def _jargon(textes: list[str]) -> Iterator[str]:
    trouves = {t.group(0).lower(): t.group(0) for texte in textes for t in _JARGON.finditer(texte)}
    for mot, ecrit in sorted(trouves.items()):
        yield f"«\u00a0{ecrit}\u00a0»\u00a0: dites plutôt «\u00a0{_SENS[mot]}\u00a0»."


def _lisibilite(textes: list[str]) -> Iterator[str]:
    phrases = [p.split() for texte in textes for p in re.split(r"[.!?…]+\s|\n", texte) if p.strip()]
    longueurs = [len(phrase) for phrase in phrases]
    if not longueurs:
        return
    moyenne, longues = sum(longueurs) / len(longueurs), sum(n > PHRASE_LONGUE for n in longueurs)
    if moyenne > MOTS_PAR_PHRASE:
        yield f"Les phrases font {moyenne:.0f} mots en moyenne\u00a0: coupez-les."
    if longues > PHRASES_LONGUES_MAX:
        yield f"{longues} phrases dépassent {PHRASE_LONGUE} mots."
    if sum(longueurs) > PAGE_LONGUE:
        yield f"La page fait {sum(longueurs)} mots\u00a0: au-delà de {PAGE_LONGUE}, faites-en deux."
