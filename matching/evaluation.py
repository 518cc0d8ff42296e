"""How well words meet: replay a judged file through the site's own search and suggestions.

Two shapes of file: savoir-faire and besoins with the right answers (`Paires`), or texts with the compétence
that was chosen (`Choix`: what owners' choices and référents' corrections export to).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from echange.socle.erreurs import ErreurMetier
from echange.socle.horloge import maintenant
from echange.socle.textes import sans_accents
from matching import suggestions
from matching.choix import Rayon
from matching.models import Competence, SavoirFaire, StatutAnnonce
from matching.models.annonces import TEXTE_MAX
from matching.moteur.adequation import SUR_PLACE
from matching.recherche import Criteres, chercher
from matching.services.arbre import charger_competences
from matching.suggestions import modele, suggerer
from profils.models import Entreprise, Secteur, Taille
from territoires.models import Commune, Departement, Region

NULLE_PART = Point(-123.4, -48.9, srid=4326)  # Point Nemo: nobody's listings are within the radius


class FichierDEvaluationIllisible(ErreurMetier):
    """The file is not in one of the two shapes; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Paires:
    """`savoir_faire`: id → title and text; `besoins`: text and the ids that answer it."""

    savoir_faire: dict[str, tuple[str, str]]
    besoins: list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Choix:
    """Texts with the code of the right compétence."""

    choix: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Classement:
    """One text: what was ranked, best first, and what was right."""

    texte: str
    classement: list[str]
    justes: list[str]

    @property
    def rang(self) -> int | None:
        """Where the first right answer is, from 1; None when it is not there."""
        rangs = [rang for rang, cle in enumerate(self.classement, 1) if cle in self.justes]
        return min(rangs, default=None)


@dataclass(frozen=True, slots=True)
class Mesures:
    """Shares of texts whose right answer is first, in the first three; mean reciprocal rank down to 10."""

    hit_1: float
    hit_3: float
    mrr_10: float


def mesurer(classements: Sequence[Classement]) -> Mesures:
    rangs = [classement.rang or 0 for classement in classements]
    nombre = len(rangs)
    return Mesures(
        sum(rang == 1 for rang in rangs) / nombre,
        sum(1 <= rang <= 3 for rang in rangs) / nombre,
        sum(1 / rang for rang in rangs if 1 <= rang <= 10) / nombre,
    )


@contextmanager
def sans_trace() -> Iterator[None]:
    """Leave the database as it was; inside, an empty one has the site's tree."""
    try:
        with transaction.atomic():
            if not Competence.objects.exists():
                charger_competences()
            yield
            transaction.set_rollback(True)
    finally:
        suggestions.oublier()


def lire_evaluation(fichier: Path) -> Paires | Choix:
    """Read a judged file; raise `FichierDEvaluationIllisible`."""
    try:
        donnees = json.loads(fichier.read_text(encoding="utf-8"))
    except OSError as erreur:
        raise FichierDEvaluationIllisible(f"Le fichier {fichier} ne se lit pas.") from erreur
    except (ValueError, RecursionError) as erreur:
        raise FichierDEvaluationIllisible(f"Le fichier {fichier} n’est pas du JSON.") from erreur
    return _lire_choix(donnees) if isinstance(donnees, list) else _lire_paires(donnees)


def classer(paires: Paires) -> list[Classement]:
    """Rank the savoir-faire for each besoin, all at one place, by the site's search (`sans_trace`)."""
    with sans_trace():
        commune, cles = _poser(paires)
        return [_classer(texte, justes, commune, cles) for texte, justes in paires.besoins]


def suggestions_pour(choix: Iterable[tuple[str, str]], limite: int = 10) -> list[Classement]:
    """Return what is suggested for each text."""
    return [Classement(texte, [c.pk for c in suggerer(texte, limite)], [code]) for texte, code in choix]


def choix_des_paires(paires: Paires) -> list[tuple[str, str]]:
    """When the ids are codes of the tree, the besoins also say which compétence is right; else nothing."""
    codes = set(Competence.objects.values_list("pk", flat=True))
    choix = [(texte, justes[0]) for texte, justes in paires.besoins if codes.issuperset(justes)]
    return choix if len(choix) == len(paires.besoins) else []


def _classer(texte: str, justes: list[str], commune: Commune, cles: dict[int, str]) -> Classement:
    lue = next(iter(suggerer(texte)), None)
    criteres = Criteres(lue, commune, rayon_km=Rayon.A_PIED, texte=texte, est_choisie=False)
    trouvees = chercher(criteres).annonces
    return Classement(texte, [cles[annonce.pk] for annonce in trouvees if annonce.pk in cles], justes)


def _poser(paires: Paires) -> tuple[Commune, dict[int, str]]:
    """Publish the file's savoir-faire in the middle of the ocean; return the place and the ids by key."""
    entreprise = _creer_entreprise()
    instant = maintenant()
    textes = {cle: f"{titre}. {texte}"[:TEXTE_MAX] for cle, (titre, texte) in paires.savoir_faire.items()}
    annonces = SavoirFaire.objects.bulk_create(
        SavoirFaire(
            entreprise=entreprise,
            competence_id=_competence_la_plus_proche(texte),
            texte=texte,
            modalites=int(SUR_PLACE),
            commune=entreprise.commune,
            position=NULLE_PART,
            statut=StatutAnnonce.PUBLIEE,
            publie_le=instant,
            expire_le=instant + timedelta(days=1),
        )
        for texte in textes.values()
    )
    return entreprise.commune, {a.pk: cle for a, cle in zip(annonces, textes, strict=True)}


def _creer_entreprise() -> Entreprise:
    region = Region.objects.create(code="ZZZ", nom="Évaluation")
    departement = Departement.objects.create(code="ZZZ", nom="Évaluation", region=region)
    commune = Commune.objects.create(
        code="ZZZZZ",
        nom="Évaluation",
        cle_nom="evaluation",
        departement=departement,
        population=0,
        position=NULLE_PART,
    )
    return Entreprise.objects.create(
        nom="Évaluation",
        commune=commune,
        position=NULLE_PART,
        position_publique=NULLE_PART,
        secteur=Secteur.objects.create(code="evaluation", nom="Évaluation"),
        taille=Taille.SEUL,
        est_en_creation=True,
    )


def _competence_la_plus_proche(texte: str) -> str:
    """What an owner in a hurry would have touched: the likeliest, however unlikely."""
    parts = modele().lire([sans_accents(texte)]).parts[0]
    return modele().codes[int(parts.argmax())]


def _lire_choix(donnees: list[Any]) -> Choix:
    choix = [(_texte(ligne, "texte"), _texte(ligne, "competence")) for ligne in donnees]
    connues = set(Competence.objects.values_list("pk", flat=True))
    inconnue = next((code for _, code in choix if code not in connues), None)
    if inconnue is not None:
        raise FichierDEvaluationIllisible(f"La compétence «\u00a0{inconnue}\u00a0» n’est pas dans l’arbre.")
    if not choix:
        raise FichierDEvaluationIllisible("Le fichier ne contient aucun texte.")
    return Choix(choix)


def _texte(ligne: Any, nom: str) -> str:
    valeur = ligne.get(nom) if isinstance(ligne, dict) else None
    if not _est_un_texte(valeur):
        raise FichierDEvaluationIllisible(f"Chaque ligne doit avoir un texte sous «\u00a0{nom}\u00a0».")
    return str(valeur)


def _lire_paires(donnees: Any) -> Paires:
    offres = donnees.get("savoir_faire") if isinstance(donnees, dict) else None
    besoins = donnees.get("besoins") if isinstance(donnees, dict) else None
    if not (isinstance(offres, dict) and offres and isinstance(besoins, list) and besoins):
        raise FichierDEvaluationIllisible(
            "Le fichier doit avoir «\u00a0savoir_faire\u00a0» et «\u00a0besoins\u00a0»."
        )
    for cle, valeur in offres.items():
        if not (isinstance(valeur, list) and len(valeur) == 2 and all(map(_est_un_texte, valeur))):
            raise FichierDEvaluationIllisible(
                f"Le savoir-faire «\u00a0{cle}\u00a0» doit être [titre, texte]."
            )
    lus = [_lire_besoin(rang, valeur, offres) for rang, valeur in enumerate(besoins, 1)]
    return Paires({cle: (titre, texte) for cle, (titre, texte) in offres.items()}, lus)


def _lire_besoin(rang: int, valeur: Any, offres: dict[str, Any]) -> tuple[str, list[str]]:
    match valeur:
        case [texte, [*justes]] if (
            _est_un_texte(texte) and justes and all(j in offres for j in map(str, justes))
        ):
            return texte, [str(juste) for juste in justes]
    raise FichierDEvaluationIllisible(f"Le besoin n° {rang} doit être [texte, [savoir-faire du fichier]].")


def _est_un_texte(valeur: Any) -> bool:
    return isinstance(valeur, str) and bool(valeur.strip()) and "\x00" not in valeur
