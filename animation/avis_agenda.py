"""What people are told of the events they come to, or wait for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar

from animation.jetons_agenda import chemin_d_inscription
from animation.models import EtatInscription, Evenement, Inscription
from animation.presentation.evenements import FicheEvenement, dire_quand, rendez_vous
from echange.socle.calendrier import Methode
from echange.socle.horloge import maintenant
from messagerie.notifications.avis import AvisDeRendezVous, Genre, Visiteur, enregistrer
from messagerie.notifications.boite import prevenir_chacun, solder_famille
from profils.models import Utilisateur


@dataclass(frozen=True)
class AvisEvenement(AvisDeRendezVous):
    """`fait` makes it one with `inscription`; `lien`: the page of the registration.

    `lien_visio` is only given to who has a place.
    """

    uuid: str
    inscription: str
    fait: str
    prenom: str
    evenement: str
    quand: str
    ou: str
    lien: str
    lien_visio: str = ""
    avant: str = ""
    motif: str = ""

    @property
    def cle(self) -> str:
        return f"{self.uuid}:{self.inscription}:{self.fait}"

    @property
    def chemin(self) -> str:
        return self.lien


@enregistrer
@dataclass(frozen=True)
class PlaceObtenue(AvisEvenement):
    """`est_promue`: she was waiting."""

    genre: ClassVar[Genre] = Genre("evenement_inscrite", "Vous avez une place à un rendez-vous de l’agenda")

    est_promue: bool = field(default=False, kw_only=True)

    @property
    def titre(self) -> str:
        if self.est_promue:
            return f"Une place s’est libérée\u00a0: {self.evenement}"
        return f"Vous êtes inscrit·e\u00a0: {self.evenement}"


@enregistrer
@dataclass(frozen=True)
class EnAttente(AvisEvenement):
    genre: ClassVar[Genre] = Genre("evenement_attente", "Vous êtes en liste d’attente d’un rendez-vous")

    @property
    def titre(self) -> str:
        return f"Vous êtes en liste d’attente\u00a0: {self.evenement}"


@enregistrer
@dataclass(frozen=True)
class EvenementChange(AvisEvenement):
    """`avant`: the date it had, empty when only the place changes."""

    genre: ClassVar[Genre] = Genre("evenement_change", "Un rendez-vous auquel vous venez change")

    @property
    def titre(self) -> str:
        quoi = "nouvelle date" if self.avant else "nouveau lieu"
        return f"{self.evenement}\u00a0: {quoi}"


@enregistrer
@dataclass(frozen=True)
class FinDInscription(AvisEvenement):
    """`motif`: why the event is called off; `est_annule`: it is, and not only her registration."""

    genre: ClassVar[Genre] = Genre("evenement_annule", "Un rendez-vous, ou votre inscription, est annulé")

    est_annule: bool = field(default=False, kw_only=True)

    @property
    def titre(self) -> str:
        if self.est_annule:
            return f"Annulé\u00a0: {self.evenement}"
        return f"Votre inscription est annulée\u00a0: {self.evenement}"


@enregistrer
@dataclass(frozen=True)
class RappelDEvenement(AvisEvenement):
    genre: ClassVar[Genre] = Genre(
        "evenement_rappel", "Rappel d’un rendez-vous de l’agenda, la veille et une heure avant une visio"
    )

    @property
    def titre(self) -> str:
        return f"Rappel\u00a0: {self.evenement}, {self.quand}"


def annoncer_inscription(evenement: Evenement, inscription: Inscription) -> None:
    """Tell her whether she has a place or waits for one."""
    if inscription.est_inscrite:
        annoncer_place(evenement, [inscription], est_promue=False)
        return
    _prevenir(EnAttente, evenement, [inscription])


def annoncer_place(
    evenement: Evenement, inscriptions: Iterable[Inscription], *, est_promue: bool = True
) -> None:
    """Tell these people that they have a place; the calendar follows."""
    _prevenir(PlaceObtenue, evenement, inscriptions, methode=Methode.INVITER, est_promue=est_promue)


def annoncer_depart(evenement: Evenement, inscription: Inscription, *, avait_une_place: bool) -> None:
    """Tell her that she is not expected any more: her calendar forgets it, what was to be said is not."""
    _taire(evenement, inscription)
    methode = Methode.RETIRER if avait_une_place else ""
    _prevenir(FinDInscription, evenement, [inscription], methode=methode)


def annoncer_changement(evenement: Evenement, avant: dict[str, Any]) -> None:
    """Tell everyone who comes or waits that the date or the place is another."""
    _taire(evenement)
    change_de_date = (avant["debut"], avant["fin"]) != (evenement.debut, evenement.fin)
    _prevenir(
        EvenementChange,
        evenement,
        _concernees(evenement),
        f"v{evenement.sequence}",
        methode=Methode.INVITER,
        avant=dire_quand(avant["debut"], avant["fin"]) if change_de_date else "",
    )


def annoncer_annulation(evenement: Evenement) -> None:
    """Tell everyone who comes or waits that the event is off, and why."""
    _taire(evenement)
    _prevenir(
        FinDInscription,
        evenement,
        _concernees(evenement),
        "annule",
        methode=Methode.RETIRER,
        motif=evenement.motif,
        est_annule=True,
    )


def rappeler(evenement: Evenement, rang: int) -> None:
    """Remind those who have a place; the same reminder of the same date once."""
    inscrites = [i for i in _concernees(evenement) if i.est_inscrite]
    _prevenir(RappelDEvenement, evenement, inscrites, f"v{evenement.sequence}:{rang}")


def _concernees(evenement: Evenement) -> list[Inscription]:
    return list(evenement.inscriptions.actives().select_related("utilisateur"))


def _taire(evenement: Evenement, inscription: Inscription | None = None) -> None:
    """What was to be said before, to all or to one, is not sent any more, nor left to read."""
    genres = [modele.genre.code for modele in (PlaceObtenue, EnAttente, EvenementChange, RappelDEvenement)]
    debut = f"{evenement.uuid}:{inscription.uuid}:" if inscription else f"{evenement.uuid}:"
    solder_famille(genres=genres, debut=debut)


def _prevenir(
    modele: type[AvisEvenement],
    evenement: Evenement,
    inscriptions: Iterable[Inscription],
    fait: str = "",
    *,
    methode: str = "",
    **suite: Any,
) -> None:
    """Tell each her own version; `fait` is the rank of her registration, unless it is everybody's."""
    fiche = FicheEvenement(evenement)
    envois: list[tuple[AvisEvenement, Utilisateur | Visiteur]] = []
    for inscription in inscriptions:
        qui = _destinataire(inscription)
        if qui is None:
            continue
        agenda = _agenda(evenement, inscription, methode)
        avis = modele(
            uuid=str(evenement.uuid),
            inscription=str(inscription.uuid),
            fait=fait or str(inscription.rang),
            prenom=qui.first_name if isinstance(qui, Utilisateur) else inscription.nom,
            evenement=fiche.titre,
            quand=fiche.quand,
            ou=fiche.ou,
            lien=chemin_d_inscription(inscription),
            lien_visio=evenement.lien_visio if inscription.est_inscrite else "",
            agenda=agenda,
            methode=methode if agenda else "",
            **suite,
        )
        envois.append((avis, qui))
    prevenir_chacun(envois)


def _agenda(evenement: Evenement, inscription: Inscription, methode: str) -> dict[str, Any]:
    """What her calendar does; nothing for who waits. Dated now: it comes after what she had."""
    if not methode or inscription.etat == EtatInscription.ATTENTE:
        return {}
    un = rendez_vous(evenement, visio=inscription.est_inscrite)
    return asdict(replace(un, ecrit_le=maintenant().isoformat()))


def _destinataire(inscription: Inscription) -> Utilisateur | Visiteur | None:
    """Whom the outbox writes to; None for somebody who gave no address, or whose account is closed."""
    if inscription.utilisateur is not None:
        return inscription.utilisateur if inscription.utilisateur.is_active else None
    return Visiteur(inscription.courriel) if inscription.courriel else None
