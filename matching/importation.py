"""Read a file of companies with their besoin and savoir-faire: every good row in, every bad row told.

Each row is its own transaction, through the same services as the screens; a row already in changes
nothing, so the same file can be given again after mending its bad rows.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from stdnum.fr import siret as norme_siret

from echange.socle.erreurs import ErreurMetier
from echange.socle.textes import sans_accents
from matching.models import Competence
from matching.models.annonces import TEXTE_MAX
from matching.services.annonces import Contenu, publier_besoin, publier_savoir_faire
from matching.suggestions import suggerer
from profils.models import Entreprise, Secteur, Taille, Utilisateur
from profils.services import inscrire_entreprise
from territoires.models import Commune

OBLIGATOIRES = ("entreprise", "commune", "courriel")
FACULTATIVES = (
    "siret",
    "adresse",
    "secteur",
    "besoin",
    "besoin_competence",
    "savoir_faire",
    "savoir_faire_competence",
)
SECTEUR_PAR_DEFAUT = "autre"


class FichierIllisible(ErreurMetier):
    """The file as a whole cannot be read: nothing was imported."""


class LigneRefusee(ErreurMetier):
    """One row cannot be imported; the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Resultat:
    """What became of one row: `numero` is its line in the file (the header is line 1)."""

    numero: int
    entreprise: str
    erreur: str = ""


def lire(
    fichier: Path,
    *,
    obligatoires: Sequence[str] = OBLIGATOIRES,
    facultatives: Sequence[str] | None = FACULTATIVES,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, values by column) of a CSV in UTF-8 or Windows-1252, by `;` or `,`.

    Without `facultatives`, columns that nobody asked for are let through.
    """
    texte = _decoder(fichier)
    entete = texte.partition("\n")[0]
    lecteur = csv.DictReader(
        io.StringIO(texte, newline=""), delimiter=";" if ";" in entete else ",", strict=True
    )
    colonnes = [_cle(nom) for nom in lecteur.fieldnames or []]
    manquantes = [nom for nom in obligatoires if nom not in colonnes]
    if manquantes:
        raise FichierIllisible(
            f"Il manque la colonne {', '.join(manquantes)} à la première ligne du fichier."
        )
    connues = {*obligatoires, *(colonnes if facultatives is None else facultatives)}
    inconnues = [nom for nom in colonnes if nom not in connues]
    if inconnues:
        raise FichierIllisible(f"Colonne inconnue\u00a0: {', '.join(inconnues)}.")
    lecteur.fieldnames = colonnes
    try:
        for ligne in lecteur:
            yield lecteur.line_num, {nom: (valeur or "").strip() for nom, valeur in ligne.items() if nom}
    except csv.Error as erreur:
        raise FichierIllisible(
            f"Ligne {lecteur.line_num}\u00a0: le fichier CSV est mal formé ({erreur})."
        ) from erreur


def importer(lignes: Iterable[tuple[int, dict[str, str]]]) -> Iterator[Resultat]:
    """Import each row and yield what became of it."""
    for numero, ligne in lignes:
        try:
            with transaction.atomic():
                _importer_ligne(ligne)
        except ErreurMetier as erreur:
            yield Resultat(numero, ligne["entreprise"], erreur.message)
        except ValidationError as erreur:
            yield Resultat(numero, ligne["entreprise"], " ".join(erreur.messages))
        else:
            yield Resultat(numero, ligne["entreprise"])


def _importer_ligne(ligne: dict[str, str]) -> None:
    for colonne in OBLIGATOIRES:
        if not ligne[colonne]:
            raise LigneRefusee(f"La colonne «\u00a0{colonne}\u00a0» est vide.")
    besoin = _contenu(ligne, "besoin")
    savoir_faire = _contenu(ligne, "savoir_faire")
    if besoin is None and savoir_faire is None:
        raise LigneRefusee("Il faut au moins un besoin ou un savoir-faire.")
    membre = _membre(ligne["courriel"])
    entreprise = _entreprise(ligne, membre)
    if besoin:
        publier_besoin(par=membre, entreprise=entreprise, contenu=besoin)
    if savoir_faire:
        publier_savoir_faire(par=membre, entreprise=entreprise, contenu=savoir_faire)


def _contenu(ligne: dict[str, str], colonne: str) -> Contenu | None:
    texte = ligne.get(colonne, "")
    if not texte:
        return None
    if len(texte) > TEXTE_MAX:
        raise LigneRefusee(
            f"La colonne «\u00a0{colonne}\u00a0» dépasse {TEXTE_MAX} caractères ({len(texte)})."
        )
    code = ligne.get(f"{colonne}_competence", "")
    if code:
        competence = Competence.objects.designee(code)
        if competence is None or competence.est_retiree:
            raise LigneRefusee(f"La compétence «\u00a0{code}\u00a0» n’existe pas.")
        return Contenu(competence=competence, texte=texte)
    trouvees = suggerer(texte, 1)
    if not trouvees:
        raise LigneRefusee(
            f"Nous n’avons pas reconnu «\u00a0{texte[:60]}\u00a0»\u00a0: "
            f"précisez la colonne «\u00a0{colonne}_competence\u00a0»."
        )
    return Contenu(competence=trouvees[0], texte=texte)


def _membre(courriel: str) -> Utilisateur:
    """Whoever answers for the company: without a reachable person, a listing is a ghost."""
    courriel = courriel.lower()
    try:
        validate_email(courriel)
    except ValidationError as erreur:
        raise LigneRefusee(f"L’adresse «\u00a0{courriel}\u00a0» n’est pas une adresse e-mail.") from erreur
    return Utilisateur.objects.filter(email=courriel).first() or Utilisateur.objects.create_user(courriel)


def _entreprise(ligne: dict[str, str], membre: Utilisateur) -> Entreprise:
    siret = norme_siret.compact(ligne.get("siret", ""))
    if siret and not norme_siret.is_valid(siret):
        raise LigneRefusee(f"Le SIRET {ligne['siret']} n’existe pas.")
    if len(ligne["entreprise"]) > Entreprise._meta.get_field("nom").max_length:  # type: ignore[operator]
        raise LigneRefusee("Le nom de l’entreprise est trop long.")
    return inscrire_entreprise(
        par=membre,
        nom=ligne["entreprise"],
        siret=siret or None,
        est_en_creation=not siret,
        secteur=_secteur(ligne.get("secteur", "")),
        taille=Taille.SEUL,
        commune=_commune(ligne["commune"]),
        adresse=ligne.get("adresse", "")[:200],
    )


def _secteur(code: str) -> Secteur:
    secteur = Secteur.objects.filter(code=code or SECTEUR_PAR_DEFAUT).first()
    if secteur is None:
        raise LigneRefusee(f"Le métier «\u00a0{code}\u00a0» n’existe pas.")
    return secteur


def _commune(texte: str) -> Commune:
    """A name, a postal code, both (« 35500 Vitré »), or an INSEE code; ambiguous is refused, not guessed."""
    par_code = Commune.objects.choisissables().filter(code=texte).first()
    if par_code:
        return par_code
    exactes = [commune for commune in Commune.objects.proposer(texte) if commune.rang == 0]
    if not exactes:
        raise LigneRefusee(f"La commune «\u00a0{texte}\u00a0» n’existe pas.")
    if len(exactes) > 1:
        raise LigneRefusee(
            f"Plusieurs communes répondent à «\u00a0{texte}\u00a0»\u00a0: ajoutez le code postal."
        )
    return exactes[0]


def _decoder(fichier: Path) -> str:
    try:
        octets = fichier.read_bytes()
    except OSError as erreur:
        raise FichierIllisible(
            f"Le fichier {fichier} ne peut pas être lu\u00a0: {erreur.strerror}."
        ) from erreur
    if b"\0" in octets:
        raise FichierIllisible(f"Le fichier {fichier} n’est pas du texte\u00a0: enregistrez-le en CSV.")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")


def _cle(nom: str) -> str:
    return sans_accents(nom.strip()).replace(" ", "_").replace("-", "_")
