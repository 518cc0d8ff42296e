"""Facts of matching that the apps above listen to (see `echange.socle.evenements`)."""

from dataclasses import dataclass
from datetime import datetime

from echange.socle.evenements import Evenement


@dataclass(frozen=True, slots=True)
class AnnonceExpire(Evenement):
    """A listing (`genre`: « besoin » or « savoir-faire ») ends soon, or has just ended, unless prolonged."""

    genre: str
    annonce_id: int


@dataclass(frozen=True, slots=True)
class BesoinQuitte(Evenement):
    """A besoin has left the site: withdrawn, paused or hidden."""

    besoin_id: int


@dataclass(frozen=True, slots=True)
class EchangePropose(Evenement):
    """`demande_id`: the demande that asks this company, if it is one."""

    echange_id: int
    demande_id: int | None = None


@dataclass(frozen=True, slots=True)
class EchangeAccepte(Evenement):
    """Everyone concerned has accepted: the companies may now talk and see each other's address."""

    echange_id: int


@dataclass(frozen=True, slots=True)
class EchangeDecline(Evenement):
    echange_id: int
    entreprise_id: int


@dataclass(frozen=True, slots=True)
class EchangeAnnule(Evenement):
    """`entreprise_id` takes it back or gives it up; or (`raison`, a `Sortie`) can no longer hold its part."""

    echange_id: int
    entreprise_id: int
    raison: str = ""


@dataclass(frozen=True, slots=True)
class EchangeRepare(Evenement):
    """A company was missing; the others go on in another way, which the journal's last « repare » tells."""

    echange_id: int


@dataclass(frozen=True, slots=True)
class EchangeTermine(Evenement):
    """It has ended: réalisé, décliné, annulé or sans réponse (read its `statut`). Once for each échange.

    Emitted after the event that tells how, if there is one.
    """

    echange_id: int


@dataclass(frozen=True, slots=True)
class ApportAConfirmer(Evenement):
    """A gift should have taken place: each side is asked. Once for each gift."""

    apport_id: int


@dataclass(frozen=True, slots=True)
class ApportDit(Evenement):
    """One side has said whether the gift took place."""

    apport_id: int
    entreprise_id: int


@dataclass(frozen=True, slots=True)
class ApportConteste(Evenement):
    """One side says that the gift took place, the other that it did not: nobody is punished, the animation
    of their territoires is told."""

    apport_id: int


@dataclass(frozen=True, slots=True)
class MotTraite(Evenement):
    """A référent has said what an owner's words mean, or why they are set aside."""

    mot_id: int


@dataclass(frozen=True, slots=True)
class AttenteClose(Evenement):
    """The listing that waited for a word (`attente`: its public identifier) waits no more."""

    attente: str


@dataclass(frozen=True, slots=True)
class SollicitationRappelee(Evenement):
    """A company asked by a demande has not answered within two days."""

    echange_id: int


@dataclass(frozen=True, slots=True)
class SollicitationRetiree(Evenement):
    """A company is no longer asked: the demande has ended (`etat`: how)."""

    echange_id: int
    etat: str


@dataclass(frozen=True, slots=True)
class DemandeAuPanier(Evenement):
    """The territoire's animation can help."""

    demande_id: int


@dataclass(frozen=True, slots=True)
class DemandeVue(Evenement):
    """Somebody who animates has seen to it."""

    demande_id: int


@dataclass(frozen=True, slots=True)
class DemandeNotee(Evenement):
    """Whoever animates has written to the asker; `note_id`: the row of the journal."""

    demande_id: int
    note_id: int


@dataclass(frozen=True, slots=True)
class DemandeTerminee(Evenement):
    demande_id: int


@dataclass(frozen=True, slots=True)
class BilanDemande(Evenement):
    """A company is asked how an échange ended (or reminded of it, once)."""

    bilan_id: int
    est_rappel: bool


@dataclass(frozen=True, slots=True)
class BilanRepondu(Evenement):
    """A company has answered all that it was asked."""

    bilan_id: int


@dataclass(frozen=True, slots=True)
class TemoignageConsenti(Evenement):
    """A company agrees to see these very words published under its name."""

    temoignage_id: int


@dataclass(frozen=True, slots=True)
class TemoignageRetire(Evenement):
    """It no longer does: nothing of it may be shown from this instant."""

    temoignage_id: int


@dataclass(frozen=True, slots=True)
class AccordEcrit(Evenement):
    """One company has written or changed the three lines of an apport: the other is asked."""

    accord_id: int


@dataclass(frozen=True, slots=True)
class AccordAccepte(Evenement):
    accord_id: int


@dataclass(frozen=True, slots=True)
class SeanceProposee(Evenement):
    """Dates await the other company's answer; the date agreed before, if any, stands until then."""

    seance_id: int


@dataclass(frozen=True, slots=True)
class SeanceConvenue(Evenement):
    """A date has been chosen; `est_deplacee` when it takes the place of another."""

    seance_id: int
    entreprise_id: int
    est_deplacee: bool


@dataclass(frozen=True, slots=True)
class SeanceMaintenue(Evenement):
    """The other dates are set aside, by `entreprise_id`: the date agreed stands."""

    seance_id: int
    entreprise_id: int


@dataclass(frozen=True, slots=True)
class SeanceAnnulee(Evenement):
    """`entreprise_id` is None when the échange itself has ended; `debut` when a date was agreed."""

    seance_id: int
    entreprise_id: int | None
    debut: datetime | None


@dataclass(frozen=True, slots=True)
class SeanceApproche(Evenement):
    """Tomorrow (`rang` 1) or in two hours (2)."""

    seance_id: int
    rang: int


@dataclass(frozen=True, slots=True)
class AnnonceHorsLigne(Evenement):
    """A listing (`genre`, its public identifier) has left: paused, withdrawn, hidden, or its company has."""

    genre: str
    annonce: str


@dataclass(frozen=True, slots=True)
class VeilleSatisfaite(Evenement):
    """A listing awaited by a person has just been found for her."""

    trouvaille_id: int


@dataclass(frozen=True, slots=True)
class VeilleExpire(Evenement):
    """A veille ends within a week, unless prolonged."""

    veille_id: int
