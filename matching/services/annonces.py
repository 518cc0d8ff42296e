"""The life of a listing: publish, change, pause, withdraw, hide. Its arêtes follow in the transaction."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection, transaction

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching import suggestions
from matching.aretes import competences_gardees, competences_proches, recalculer_aretes
from matching.choix import MODALITES_PAR_DEFAUT, Duree, Niveau, Rayon
from matching.erreurs import AnnonceDUneAutreEntreprise, AnnonceNonModifiable, HorsDeVotreTerritoire
from matching.evenements import AnnonceHorsLigne, BesoinQuitte
from matching.models import (
    SANS_LIMITE,
    Annonce,
    Besoin,
    Competence,
    JournalAnnonce,
    OrigineChoix,
    SavoirFaire,
    StatutAnnonce,
)
from matching.models.annonces import STATUTS_FINIS
from matching.services.choix import noter_choix_d_annonce
from matching.services.transitions import programmer_revue
from matching.services.veilles import programmer_veilles
from matching.services.verrous import verrouiller_demandes
from profils.models import Entreprise, Utilisateur

DUREE_DE_VIE: dict[type[Annonce], timedelta] = {Besoin: timedelta(days=60), SavoirFaire: timedelta(days=180)}

A = TypeVar("A", bound=Annonce)


@dataclass(frozen=True, slots=True)
class Contenu:
    """What an owner says of a listing; `creneaux` and `modalites` are bits, see `matching.choix`."""

    competence: Competence
    texte: str
    modalites: int = MODALITES_PAR_DEFAUT
    rayon_km: int = Rayon.MOYEN
    creneaux: int = 0
    duree_minutes: int = Duree.SOIXANTE
    niveau: int = Niveau.DEBUTANT
    capacite: int = 1


@transaction.atomic
def publier_besoin(
    *, par: Utilisateur, entreprise: Entreprise, contenu: Contenu, est_un_choix: bool = False
) -> Besoin:
    """Publish what a company wants to learn; raise `AnnonceDUneAutreEntreprise` if `par` is no member.

    `est_un_choix`: a person chose the compétence on a screen; her words are learnt (`services.choix`).
    """
    return _publier(Besoin, par, entreprise, contenu, est_un_choix=est_un_choix)


@transaction.atomic
def publier_savoir_faire(
    *, par: Utilisateur, entreprise: Entreprise, contenu: Contenu, est_un_choix: bool = False
) -> SavoirFaire:
    """Publish what a company can show; see `publier_besoin`."""
    return _publier(SavoirFaire, par, entreprise, contenu, est_un_choix=est_un_choix)


def _publier(
    modele: type[A], par: Utilisateur, entreprise: Entreprise, contenu: Contenu, *, est_un_choix: bool
) -> A:
    _exiger_membre(par, entreprise)
    contenu = _tenir_la_competence(contenu)
    existante = _deja_publiee(modele, entreprise, contenu)
    if existante:
        return existante
    annonce = modele(
        entreprise=entreprise,
        commune=entreprise.commune,
        position=entreprise.position_publique,
        **_champs(contenu),
    )
    annonce.competence_lue = lire_ses_mots(annonce)
    _mettre_en_ligne(annonce)
    annonce.save()
    _journaliser(annonce, par)
    recalculer_aretes(annonce)
    programmer_veilles(annonce)
    if est_un_choix:
        noter_choix_d_annonce(annonce, OrigineChoix.PUBLICATION)
    return annonce


def _tenir_la_competence(contenu: Contenu) -> Contenu:
    """Return the content under what its compétence leads to today, held until the end of the transaction.

    A merge that has begun is waited for and followed; one that begins later waits for us, and moves this
    listing itself. The lock is asked for in so many words: a foreign key's own comes at the commit only,
    Django's being deferred.
    """
    code: str | None = contenu.competence.pk
    with connection.cursor() as curseur:
        while code is not None:
            actuel = code
            curseur.execute(
                "SELECT remplacee_par_id FROM matching_competence WHERE code = %s FOR KEY SHARE", [actuel]
            )
            (code,) = curseur.fetchone()
    if actuel == contenu.competence.pk:
        return contenu
    return replace(contenu, competence=Competence.objects.get(pk=actuel))


def _deja_publiee(modele: type[A], entreprise: Entreprise, contenu: Contenu) -> A | None:
    """The same words just sent twice (double click, reload) are one listing: the first."""
    # The company's row serialises its own publications.
    Entreprise.objects.select_for_update().get(pk=entreprise.pk)
    return modele.objects.filter(
        entreprise=entreprise,
        competence=contenu.competence,
        texte=contenu.texte,
        statut=StatutAnnonce.PUBLIEE,
        expire_le__gt=maintenant(),
    ).first()


@transaction.atomic
def modifier_annonce(*, par: Utilisateur, annonce: A, contenu: Contenu, est_un_choix: bool = False) -> A:
    """Change a listing of one's own, published or paused; raise `AnnonceNonModifiable` otherwise.

    `est_un_choix`: see `publier_besoin`; learnt only if the words or the compétence changed.
    """
    annonce = _verrouiller_la_sienne(par, annonce)
    if annonce.statut in {StatutAnnonce.RETIREE, StatutAnnonce.MASQUEE}:
        raise AnnonceNonModifiable
    contenu = _tenir_la_competence(contenu)
    avant = (annonce.competence_id, annonce.texte)
    gardees = competences_gardees(annonce)
    for nom, valeur in _champs(contenu).items():
        setattr(annonce, nom, valeur)
    annonce.competence_lue = lire_ses_mots(annonce)
    annonce.save()
    recalculer_aretes(annonce, avant=gardees)
    if annonce.statut == StatutAnnonce.PUBLIEE:
        programmer_veilles(annonce)
    if est_un_choix and avant != (annonce.competence_id, annonce.texte):
        noter_choix_d_annonce(annonce, OrigineChoix.MODIFICATION)
    return annonce


def lire_ses_mots(annonce: Annonce) -> Competence | None:
    """Return what else its words surely speak of: neither the compétence chosen nor a close one."""
    lue = suggestions.lire(annonce.texte, sauf=annonce.competence)
    return lue if lue and lue.pk not in competences_proches(annonce.competence_id) else None


@transaction.atomic
def mettre_en_pause_annonce(*, par: Utilisateur, annonce: A) -> A:
    annonce = _verrouiller_la_sienne(par, annonce)
    if annonce.statut != StatutAnnonce.PUBLIEE:
        raise AnnonceNonModifiable
    return _changer_statut(annonce, StatutAnnonce.EN_PAUSE, par)


@transaction.atomic
def reprendre_annonce(*, par: Utilisateur, annonce: A) -> A:
    """Put a paused or expired listing back on line for a whole new life."""
    annonce = _verrouiller_la_sienne(par, annonce)
    if annonce.statut not in {StatutAnnonce.EN_PAUSE, StatutAnnonce.PUBLIEE}:
        raise AnnonceNonModifiable
    _mettre_en_ligne(annonce)
    return _changer_statut(annonce, StatutAnnonce.PUBLIEE, par)


@transaction.atomic
def prolonger_annonce(*, annonce: A, expirait_le: datetime, sans_limite: bool = False) -> A:
    """Give a published listing a whole new life, or for a savoir-faire no end, on a signed link's word.

    `expirait_le` is the end its owner was told of: the same link used again changes nothing. Raises
    `AnnonceNonModifiable` for a listing paused, hidden or withdrawn meanwhile.
    """
    verrouillee = _verrouiller(annonce)
    if verrouillee.statut != StatutAnnonce.PUBLIEE:
        raise AnnonceNonModifiable
    if verrouillee.expire_le != expirait_le:
        return verrouillee
    _mettre_en_ligne(verrouillee)
    if sans_limite and not verrouillee.est_besoin:
        verrouillee.expire_le = SANS_LIMITE
    return _changer_statut(verrouillee, StatutAnnonce.PUBLIEE, None)


@transaction.atomic
def retirer_annonce(*, par: Utilisateur, annonce: A) -> A:
    """Withdraw for good; withdrawing twice is withdrawing once."""
    annonce = _verrouiller_la_sienne(par, annonce)
    if annonce.statut == StatutAnnonce.RETIREE:
        return annonce
    return _changer_statut(annonce, StatutAnnonce.RETIREE, par)


@transaction.atomic
def retirer_annonces_de(entreprise: int) -> None:
    """Withdraw all that a company (primary key) still has: it is being forgotten."""
    modeles: tuple[type[Annonce], ...] = (Besoin, SavoirFaire)
    for modele in modeles:
        restantes = modele.objects.filter(entreprise=entreprise).exclude(statut=StatutAnnonce.RETIREE)
        for annonce in restantes.order_by("pk"):
            _changer_statut(_verrouiller(annonce), StatutAnnonce.RETIREE, None)


@transaction.atomic
def masquer_annonce(*, par: Utilisateur, annonce: A, motif: str) -> A:
    """Hide a listing of a territoire one animates; raise `HorsDeVotreTerritoire` for any other.

    Hiding twice keeps the first reason.
    """
    annonce = _verrouiller_du_ressort(par, annonce)
    if annonce.statut == StatutAnnonce.MASQUEE:
        return annonce
    return _changer_statut(annonce, StatutAnnonce.MASQUEE, par, motif)


@transaction.atomic
def demasquer_annonce(*, par: Utilisateur, annonce: A, motif: str = "") -> A:
    """Undo `masquer_annonce`: the listing comes back with the days it had left.

    Paused if it has none left, or if its company had paused it before it was hidden.
    """
    annonce = _verrouiller_du_ressort(par, annonce)
    if annonce.statut != StatutAnnonce.MASQUEE:
        return annonce
    encore_valable = annonce.expire_le is not None and annonce.expire_le > maintenant()
    avant = annonce.journal.exclude(statut=StatutAnnonce.MASQUEE).order_by("-le", "-pk").first()
    etait_en_pause = avant is not None and avant.statut == StatutAnnonce.EN_PAUSE
    statut = StatutAnnonce.PUBLIEE if encore_valable and not etait_en_pause else StatutAnnonce.EN_PAUSE
    return _changer_statut(annonce, statut, par, motif)


def _champs(contenu: Contenu) -> dict[str, object]:
    return {champ.name: getattr(contenu, champ.name) for champ in fields(contenu)}


def _mettre_en_ligne(annonce: Annonce) -> None:
    annonce.statut = StatutAnnonce.PUBLIEE
    annonce.publie_le = maintenant()
    annonce.expire_le = annonce.publie_le + DUREE_DE_VIE[type(annonce)]
    annonce.rappels = 0


def _changer_statut(annonce: A, statut: StatutAnnonce, par: Utilisateur | None, motif: str = "") -> A:
    annonce.statut = statut
    annonce.save()
    _journaliser(annonce, par, motif)
    recalculer_aretes(annonce)
    if statut in STATUTS_FINIS:
        cles = [annonce.pk]
        programmer_revue(besoins=cles) if annonce.est_besoin else programmer_revue(savoir_faire=cles)
    if annonce.est_besoin and statut != StatutAnnonce.PUBLIEE:
        emettre(BesoinQuitte(annonce.pk))
    if statut == StatutAnnonce.PUBLIEE:
        programmer_veilles(annonce)
    else:
        emettre(AnnonceHorsLigne("besoin" if annonce.est_besoin else "savoir-faire", str(annonce.uuid)))
    return annonce


def _journaliser(annonce: Annonce, par: Utilisateur | None, motif: str = "") -> None:
    champ = "besoin" if annonce.est_besoin else "savoir_faire"
    JournalAnnonce.objects.create(**{champ: annonce}, statut=annonce.statut, motif=motif, par=par)


def _exiger_membre(par: Utilisateur, entreprise: Entreprise) -> None:
    if not par.est_membre_de(entreprise):
        raise AnnonceDUneAutreEntreprise


def _verrouiller_la_sienne(par: Utilisateur, annonce: A) -> A:
    _exiger_membre(par, annonce.entreprise)
    return _verrouiller(annonce)


def _verrouiller(annonce: A) -> A:
    """Lock the row, not its key: a neighbour's publication, which holds the compétence's lock we are about to
    ask for, must be free to point an arête at it. With the key too, each would wait for the other. A besoin's
    demande first, as who accepts it does."""
    if annonce.est_besoin:
        verrouiller_demandes(besoin=annonce.pk)
    verrouillee: A = type(annonce).objects.select_for_update(no_key=True).get(pk=annonce.pk)
    return verrouillee


def _verrouiller_du_ressort(par: Utilisateur, annonce: A) -> A:
    if not type(annonce).objects.du_ressort_de(par).filter(pk=annonce.pk).exists():
        raise HorsDeVotreTerritoire
    return _verrouiller(annonce)
