"""Words the tree does not know: an owner sends them, a référent understands them, the owner is told."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse

from echange.socle.anonymat import anonymiser
from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from echange.socle.textes import sans_accents
from matching.erreurs import (
    AnnonceDUneAutreEntreprise,
    CompetenceRetiree,
    MotDejaTraite,
    TexteSansMots,
    TropDAttentes,
)
from matching.evenements import AttenteClose, MotTraite
from matching.journal_arbre import exiger_referent
from matching.models import (
    Attente,
    Competence,
    EtatMot,
    Genre,
    MotManquant,
    OrigineChoix,
)
from matching.models.mots import CONSERVATION
from matching.moteur.mots_vides import MOTS_VIDES
from matching.services.choix import noter_choix
from matching.services.competences import ContenuCompetence, apprendre_dit, creer_competence
from matching.suggestions import suggerer
from profils.models import Entreprise, Utilisateur

ATTENTES_MAX = 5  # texts of one company waiting at once
_MOT = re.compile(r"[a-z0-9]+")


def cle_de_mots(texte: str) -> str:
    """Return the words that carry a subject, each once, in one order: near texts get near keys."""
    mots = {mot for mot in _MOT.findall(sans_accents(texte)) if mot not in MOTS_VIDES and len(mot) > 1}
    return " ".join(sorted(mots))


@transaction.atomic
def signaler_mot(
    *, par: Utilisateur, entreprise: Entreprise, genre: Genre, texte: str, reglages: dict[str, Any]
) -> Attente:
    """Send a text that no compétence fits to the référents, and keep the listing until they answer.

    The text sent names nobody: the trade and the territoire go with it, the company does not. Sent twice,
    it is sent once. Raises `AnnonceDUneAutreEntreprise`, `TexteSansMots`, `TropDAttentes`.
    """
    if not par.est_membre_de(entreprise):
        raise AnnonceDUneAutreEntreprise
    Entreprise.objects.select_for_update().get(pk=entreprise.pk)  # serialises the two looks below
    siennes = Attente.objects.de_entreprise(entreprise)
    if deja := siennes.filter(genre=genre, texte=texte).first():
        return deja
    if siennes.count() >= ATTENTES_MAX:
        raise TropDAttentes
    mot = _retenir(entreprise, genre, texte)
    return Attente.objects.create(
        mot=mot, entreprise=entreprise, utilisateur=par, genre=genre, texte=texte, reglages=reglages
    )


def _retenir(entreprise: Entreprise, genre: Genre, texte: str) -> MotManquant:
    anonyme = anonymiser(texte)
    cle = cle_de_mots(anonyme)
    if not any(signe.isalpha() for signe in cle):
        raise TexteSansMots
    proche = next(iter(suggerer(texte, 1)), None)
    return MotManquant.objects.create(
        texte=anonyme,
        cle=cle,
        genre=genre,
        secteur=entreprise.secteur,
        territoire=entreprise.commune.territoire,
        theme=proche.theme if proche else None,
    )


@transaction.atomic
def rattacher_mots(
    *, par: Utilisateur, mots: Sequence[MotManquant], competence: Competence, dit: str = ""
) -> list[MotManquant]:
    """Say what these words mean; those who wait are told. Words settled meanwhile are left alone.

    `dit` is what the compétence learns to recognise, empty for nothing. Raises `ReserveAuReferent`,
    `MotDejaTraite` (nothing is left to settle), `CompetenceRetiree`, `DitDejaPris`.
    """
    exiger_referent(par)
    if dit:
        apprendre_dit(par=par, competence=competence, dit=dit)
    elif not Competence.objects.choisissables().filter(pk=competence.pk).exists():
        raise CompetenceRetiree
    attendus = _verrouiller(mots)
    for mot in attendus:
        _traiter(mot, par, etat=EtatMot.COMPRIS, competence=competence)
        noter_choix(texte=mot.texte, genre=mot.genre, competence=competence, origine=OrigineChoix.CORRECTION)
        emettre(MotTraite(mot.pk))
    return attendus


@transaction.atomic
def creer_depuis_mots(
    *, par: Utilisateur, contenu: ContenuCompetence, mots: Sequence[MotManquant]
) -> Competence:
    """Add the compétence that these words lacked, and tell those who wait. Raises what both acts raise."""
    competence = creer_competence(par=par, contenu=contenu)
    rattacher_mots(par=par, mots=mots, competence=competence)
    return competence


@transaction.atomic
def ecarter_mots(*, par: Utilisateur, mots: Sequence[MotManquant], motif: str) -> list[MotManquant]:
    """Set these words aside, saying why to those who wait. Raises `ReserveAuReferent`, `MotDejaTraite`."""
    exiger_referent(par)
    attendus = _verrouiller(mots)
    for mot in attendus:
        _traiter(mot, par, etat=EtatMot.ECARTE, motif=motif)
        emettre(MotTraite(mot.pk))
    return attendus


@transaction.atomic
def clore_attente(*, attente: Attente, competence: Competence | None = None) -> None:
    """The owner published after all, or gave up: nothing waits any more.

    What was chosen (`competence`) is kept as a hint for the référent who reads the word.
    """
    if competence is not None:
        MotManquant.objects.en_attente().filter(pk=attente.mot_id).update(piste=competence)
    emettre(AttenteClose(str(attente.uuid)))
    attente.delete()


def oublier_mots() -> int:
    """Forget words, settled or not, kept for `CONSERVATION`; return how many rows went."""
    return MotManquant.objects.filter(cree_le__lte=maintenant() - CONSERVATION).delete()[0]


def _verrouiller(mots: Sequence[MotManquant]) -> list[MotManquant]:
    attendus = MotManquant.objects.en_attente().filter(pk__in=[mot.pk for mot in mots])
    verrouilles = list(attendus.select_for_update(of=("self",)).order_by("pk"))
    if not verrouilles:
        raise MotDejaTraite
    return verrouilles


def _traiter(mot: MotManquant, par: Utilisateur, **valeurs: Any) -> None:
    for nom, valeur in valeurs.items():
        setattr(mot, nom, valeur)
    mot.traite_par, mot.traite_le = par, maintenant()
    mot.save()


def adresse_de_reprise(attente: Attente) -> str:
    """Return where a waiting listing is taken up again, filled in as its owner left it."""
    est_besoin = attente.genre == Genre.BESOIN
    nom = "matching:publier_besoin" if est_besoin else "matching:publier_savoir_faire"
    return f"{reverse(nom)}?attente={attente.uuid}"
