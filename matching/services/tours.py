"""What an animator does with a tour: launch it, stop it, say what to keep or leave out, launch it again.

One tour at a time on a territoire: the database refuses the second of two launched at once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from echange.socle.horloge import maintenant
from matching.erreurs import (
    ConsigneInvalide,
    ReglagesInvalides,
    TourDejaEnCours,
    TourInconnu,
    TourNonTermine,
)
from matching.models import Besoin, Consigne, EchangePrevu, GenreConsigne, StatutTour, Tour
from matching.models.tours import CERCLE_MAX, CHAINE_MAX, DUREE_MAX_S, PAR_ENTREPRISE_MAX
from matching.tours.execution import programmer
from profils.models import Entreprise, Utilisateur
from profils.ressort import exiger_ressort
from territoires.models import Territoire


@dataclass(frozen=True, slots=True)
class Reglages:
    """What a tour may do: companies in a cercle, gifts in a chaîne (0: no chaîne), échanges of one company
    (those already open count), seconds. The same `graine` on the same listings gives the same tour.

    Raises `ReglagesInvalides`.
    """

    cercle_max: int = CERCLE_MAX
    chaine_max: int = CHAINE_MAX
    par_entreprise: int = 1
    duree_s: int = 30
    graine: int = 1

    def __post_init__(self) -> None:
        if not (
            2 <= self.cercle_max <= CERCLE_MAX
            and 0 <= self.chaine_max <= CHAINE_MAX
            and 1 <= self.par_entreprise <= PAR_ENTREPRISE_MAX
            and 1 <= self.duree_s <= DUREE_MAX_S
            and 0 <= self.graine < 2**31
        ):
            raise ReglagesInvalides

    @classmethod
    def de(cls, tour: Tour) -> Reglages:
        return cls(tour.cercle_max, tour.chaine_max, tour.par_entreprise, tour.duree_s, tour.graine)


@transaction.atomic
def lancer_tour(
    *, par: Utilisateur, territoire: Territoire, reglages: Reglages | None = None, parent: Tour | None = None
) -> Tour:
    """Ask for the best round of a territoire; a worker computes it after the transaction.

    With a `parent`, its consignes are taken over. Raises `TourInconnu` for a territoire that `par` does not
    animate, `TourDejaEnCours`.
    """
    exiger_ressort(par, territoire.pk, TourInconnu)
    tour = Tour(
        territoire=territoire, lance_par=par, parent=parent, essai=1, **asdict(reglages or Reglages())
    )
    try:
        with transaction.atomic():
            tour.save(force_insert=True)
    except IntegrityError as erreur:
        if "tour_un_seul_actif" in str(erreur):
            raise TourDejaEnCours from erreur
        raise
    if parent is not None:
        Consigne.objects.bulk_create(_copier(consigne, tour) for consigne in parent.consignes.all())
    programmer(tour)
    return tour


def recalculer_tour(*, par: Utilisateur, tour: Tour) -> Tour:
    """Launch a tour like this one, its consignes applied. Raises as `lancer_tour`, and `TourNonTermine`."""
    if tour.est_actif:
        raise TourNonTermine
    return lancer_tour(par=par, territoire=tour.territoire, reglages=Reglages.de(tour), parent=tour)


@transaction.atomic
def arreter_tour(*, par: Utilisateur, tour: Tour) -> Tour:
    """Stop: one that waits is cancelled, one that runs ends within a second or two with the best it knows.

    Stopping twice, or what has ended, changes nothing.
    """
    verrouille = _verrouiller(par, tour)
    if verrouille.est_actif:
        verrouille.arret_demande = True
    if verrouille.statut == StatutTour.EN_FILE:
        verrouille.statut, verrouille.termine_le = StatutTour.ANNULE, maintenant()
    verrouille.save(update_fields=["statut", "termine_le", "arret_demande", "modifie_le"])
    return verrouille


@transaction.atomic
def consigner(
    *,
    par: Utilisateur,
    echange: EchangePrevu,
    genre: GenreConsigne,
    paire: tuple[Entreprise, Entreprise] | None = None,
    entreprise: Entreprise | None = None,
    besoin: Besoin | None = None,
) -> Consigne:
    """Write what the next computation must do with an échange of a tour, or with what it is made of.

    Written twice it is there once; keeping an échange undoes its exclusion, and the other way round. Raises
    `TourInconnu`, `TourNonTermine`, `ConsigneInvalide` when what is named is not in this échange.
    """
    tour = _verrouiller(par, echange.tour)
    if not tour.est_termine:
        raise TourNonTermine
    cible = _cible(echange, genre, paire, entreprise, besoin)
    defauts: dict[str, Any] = {"genre": genre, "par": par}
    if "empreinte" in cible:
        defauts["echange_prevu"] = echange
    consigne, _ = Consigne.objects.update_or_create(tour=tour, **cible, defaults=defauts)
    return consigne


@transaction.atomic
def lever_consigne(*, par: Utilisateur, tour: Tour, consigne: UUID) -> None:
    """Take a consigne back; taking it back twice is taking it back once."""
    _verrouiller(par, tour).consignes.filter(uuid=consigne).delete()


def _cible(
    echange: EchangePrevu,
    genre: GenreConsigne,
    paire: tuple[Entreprise, Entreprise] | None,
    entreprise: Entreprise | None,
    besoin: Besoin | None,
) -> dict[str, Any]:
    """Return what the consigne is about, as columns."""
    dons = list(echange.dons.all())
    if genre in {GenreConsigne.GARDER, GenreConsigne.SANS_ECHANGE}:
        return {"empreinte": echange.empreinte}
    presentes = {cle for don in dons for cle in (don.donneur_id, don.receveur_id)}
    cles = {e.pk for e in paire or ()}
    if genre == GenreConsigne.SANS_PAIRE and any({d.donneur_id, d.receveur_id} == cles for d in dons):
        return {"entreprise_id": min(cles), "autre_id": max(cles)}
    if genre == GenreConsigne.SANS_ENTREPRISE and entreprise and entreprise.pk in presentes:
        return {"entreprise": entreprise, "autre": None}
    if genre == GenreConsigne.SANS_BESOIN and besoin and besoin.pk in {d.besoin_id for d in dons}:
        return {"besoin": besoin}
    raise ConsigneInvalide


def _copier(consigne: Consigne, tour: Tour) -> Consigne:
    return Consigne(
        tour=tour,
        genre=consigne.genre,
        echange_prevu_id=consigne.echange_prevu_id,
        empreinte=consigne.empreinte,
        entreprise_id=consigne.entreprise_id,
        autre_id=consigne.autre_id,
        besoin_id=consigne.besoin_id,
        par_id=consigne.par_id,
    )


def _verrouiller(par: Utilisateur, tour: Tour) -> Tour:
    """Lock the tour for somebody who animates its territoire."""
    exiger_ressort(par, tour.territoire_id, TourInconnu)
    return Tour.objects.select_for_update().get(pk=tour.pk)
