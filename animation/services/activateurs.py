"""The open directory of the « Activateurs France Num »: one page each, corrected at each import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import Truncator, slugify

from animation.models import FicheActivateur, RubriqueRessources
from animation.services.rubriques import poser
from echange.socle.erreurs import ErreurMetier
from matching.importation import LigneRefusee, Resultat
from territoires.models import Departement

OBLIGATOIRES = ("identifiant", "nom")
# The columns read, by the names the open data give them; others are left aside.
COLONNES = {
    "commune": ("commune", "ville"),
    "code_postal": ("code_postal", "cp"),
    "departement": ("code_departement", "departement"),
    "lien": ("site_internet", "site_web", "url"),
    "telephone": ("telephone", "tel"),
    "courriel": ("email", "courriel", "e_mail"),
    "domaines": ("domaines", "thematiques", "competences"),
    "description": ("description", "presentation"),
}


def importer_activateurs(lignes: Iterable[tuple[int, dict[str, str]]]) -> Iterator[Resultat]:
    """Import each row in its own transaction and yield what became of it; given again, it changes nothing."""
    departements = {departement.pk: departement for departement in Departement.objects.all()}
    for numero, ligne in lignes:
        try:
            with transaction.atomic():
                _importer(ligne, departements)
        except ErreurMetier as erreur:
            yield Resultat(numero, ligne.get("nom", ""), erreur.message)
        except ValidationError as erreur:
            yield Resultat(numero, ligne.get("nom", ""), " ".join(erreur.messages))
        else:
            yield Resultat(numero, ligne["nom"])


def _importer(ligne: dict[str, str], departements: dict[str, Departement]) -> None:
    for colonne in OBLIGATOIRES:
        if not ligne.get(colonne):
            raise LigneRefusee(f"La colonne «\u00a0{colonne}\u00a0» est vide.")
    champs = _champs(ligne, departements)
    identifiant = ligne["identifiant"][:80]
    # The tree library computes a new page's place from its siblings: one writer at a time.
    rubrique = RubriqueRessources.objects.select_for_update(of=("self",)).get(depth=3)
    page = FicheActivateur.objects.filter(identifiant=identifiant).first()
    if page is None:
        slug = f"activateur-{slugify(identifiant)}"[:255]
        page = FicheActivateur(identifiant=identifiant, slug=slug, **champs)
        page.full_clean(exclude=["path", "depth", "url_path", "locale", "content_type", "latest_revision"])
        poser(rubrique, page)
        return
    if {nom: getattr(page, nom) for nom in champs} == champs:
        return
    for nom, valeur in champs.items():
        setattr(page, nom, valeur)
    page.full_clean()
    # A draft under way keeps its own words; what readers see is the directory's.
    page.save_revision(log_action=False).publish()


def _champs(ligne: dict[str, str], departements: dict[str, Departement]) -> dict[str, Any]:
    lus = {nom: next((ligne[c] for c in noms if ligne.get(c)), "") for nom, noms in COLONNES.items()}
    departement = departements.get(lus["departement"]) or _du_code_postal(lus["code_postal"], departements)
    phrase = lus["description"] or lus["domaines"] or "Activateur France Num"
    return {
        "title": Truncator(ligne["nom"]).chars(200),
        "accroche": Truncator(phrase).chars(200),
        "search_description": Truncator(phrase).chars(200),
        "commune": lus["commune"].title() if lus["commune"].isupper() else lus["commune"],
        "departement": departement,
        "lien": _adresse(lus["lien"]),
        "telephone": lus["telephone"],
        "courriel": lus["courriel"],
        "domaines": Truncator(lus["domaines"].replace("|", ", ")).chars(300),
    }


def _du_code_postal(code: str, departements: dict[str, Departement]) -> Departement | None:
    """Two digits, three overseas; Corsica's postal codes do not say which of its two: none is guessed."""
    return departements.get(code[:3]) or departements.get(code[:2])


def _adresse(lien: str) -> str:
    return f"https://{lien}" if lien and "://" not in lien else lien
