"""What the two companies of an apport are told: the agreement, the séance, its reminders."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import ClassVar

from django.urls import reverse

from echange.socle.calendrier import Methode
from echange.socle.evenements import abonner
from echange.socle.templatetags.francais import duree
from matching.calendrier import rendez_vous
from matching.evenements import (
    AccordAccepte,
    AccordEcrit,
    SeanceAnnulee,
    SeanceApproche,
    SeanceConvenue,
    SeanceMaintenue,
    SeanceProposee,
)
from matching.models import Accord, Seance
from matching.presentation.dates import dire_rendez_vous
from matching.presentation.seances import SuiviApport
from messagerie.models import Rythme
from messagerie.notifications.avis import Avis, AvisDeRendezVous, Genre, enregistrer
from messagerie.notifications.boite import prevenir_entreprises, solder
from profils.models import Entreprise


@dataclass(frozen=True)
class AvisApport(Avis):
    """A fact of one apport; `fait` makes it one, `entreprise` is the other company, `quoi` what is shown."""

    echange: str
    fait: str
    entreprise: str
    quoi: str

    @property
    def cle(self) -> str:
        return self.fait

    @property
    def chemin(self) -> str:
        return reverse("matching:echange", args=[self.echange]) + "#rendez-vous"


@enregistrer
@dataclass(frozen=True)
class AccordPropose(AvisApport):
    genre: ClassVar[Genre] = Genre("accord_propose", "Une entreprise vous propose trois lignes à convenir")

    lignes: str

    @property
    def titre(self) -> str:
        return f"{self.entreprise} vous propose comment faire"


@enregistrer
@dataclass(frozen=True)
class AccordDonne(AvisApport):
    genre: ClassVar[Genre] = Genre(
        "accord_donne", "Une entreprise accepte vos trois lignes", Rythme.QUOTIDIEN
    )

    lignes: str

    @property
    def titre(self) -> str:
        return f"{self.entreprise} est d’accord avec vous"


@enregistrer
@dataclass(frozen=True)
class DatesRecues(AvisApport):
    """`convenue`: the date that stands meanwhile, empty for a first séance."""

    genre: ClassVar[Genre] = Genre("seance_proposee", "Une entreprise vous propose des dates")

    dates: list[str]
    convenue: str

    @property
    def titre(self) -> str:
        verbe = "demande à changer la date" if self.convenue else "vous propose des dates"
        return f"{self.entreprise} {verbe}"


@dataclass(frozen=True)
class AvisDate(AvisApport, AvisDeRendezVous):
    """About an agreed date."""

    quand: str
    ou: str


@enregistrer
@dataclass(frozen=True)
class DateConvenue(AvisDate):
    genre: ClassVar[Genre] = Genre("seance_convenue", "La date d’une séance est choisie")

    @property
    def titre(self) -> str:
        return f"Séance avec {self.entreprise}\u00a0: {self.quand}"


@enregistrer
@dataclass(frozen=True)
class DateChangee(AvisDate):
    genre: ClassVar[Genre] = Genre("seance_deplacee", "La date d’une séance change")

    @property
    def titre(self) -> str:
        return f"Nouvelle date avec {self.entreprise}\u00a0: {self.quand}"


@enregistrer
@dataclass(frozen=True)
class DateMaintenue(AvisDate):
    genre: ClassVar[Genre] = Genre("seance_maintenue", "La date d’une séance ne change pas", Rythme.QUOTIDIEN)

    @property
    def titre(self) -> str:
        return f"Avec {self.entreprise}, la date reste {self.quand}"


@enregistrer
@dataclass(frozen=True)
class DateAnnulee(AvisDate):
    """`par`: who called it off, empty when the échange itself has ended."""

    genre: ClassVar[Genre] = Genre("seance_annulee", "Une séance est annulée")

    par: str

    @property
    def titre(self) -> str:
        if not self.quand:
            return f"{self.entreprise} retire ses dates"
        return f"Séance annulée avec {self.entreprise}\u00a0: {self.quand}"


@enregistrer
@dataclass(frozen=True)
class RappelDeSeance(AvisDate):
    """The day before and two hours before; the date said in full stays true however late it is read."""

    genre: ClassVar[Genre] = Genre("seance_rappel", "Rappel d’une séance, la veille et deux heures avant")

    lien_visio: str

    @property
    def titre(self) -> str:
        return f"Rappel\u00a0: séance avec {self.entreprise}, {self.quand}"


RAPPELS = (1, 2)


def abonner_tout() -> None:
    abonner(AccordEcrit, _annoncer_lignes)
    abonner(AccordAccepte, _annoncer_accord)
    abonner(SeanceProposee, _annoncer_dates)
    abonner(SeanceConvenue, _annoncer_date)
    abonner(SeanceMaintenue, _annoncer_maintien)
    abonner(SeanceAnnulee, _annoncer_annulation)
    abonner(SeanceApproche, _rappeler)


def _annoncer_lignes(fait: AccordEcrit) -> None:
    accord = _accord(fait.accord_id)
    solder(genre=AccordPropose.genre.code, cle=_fait_d_accord(accord, accord.version - 1))
    autre = _suivi(accord, accord.redige_par)
    avis = AccordPropose(*_fait(autre, _fait_d_accord(accord)), _dire_lignes(accord))
    prevenir_entreprises(avis, [autre.lectrice.pk])


def _annoncer_accord(fait: AccordAccepte) -> None:
    accord = _accord(fait.accord_id)
    solder(genre=AccordPropose.genre.code, cle=_fait_d_accord(accord))
    redactrice = SuiviApport(accord.apport, accord.redige_par)
    avis = AccordDonne(*_fait(redactrice, _fait_d_accord(accord)), _dire_lignes(accord))
    prevenir_entreprises(avis, [accord.redige_par_id])


def _annoncer_dates(fait: SeanceProposee) -> None:
    seance = _seance(fait.seance_id)
    _solder_dates(seance)
    dates = seance.attendue
    if dates is None:
        return
    autre = _suivi(seance, dates.entreprise)
    avis = DatesRecues(
        *_fait(autre, _fait_de_dates(seance, seance.version)),
        [dire_rendez_vous(debut) for debut in dates.dates],
        autre.quand,
    )
    prevenir_entreprises(avis, [autre.lectrice.pk])


def _annoncer_date(fait: SeanceConvenue) -> None:
    """Both are told: each one's calendar follows."""
    seance = _seance(fait.seance_id)
    _solder_dates(seance)
    _solder_date(seance, seance.sequence - 1)
    modele = DateChangee if fait.est_deplacee else DateConvenue
    for suivi in _deux(seance):
        avis = modele(
            *_fait(suivi, _fait_de_date(seance, seance.sequence)),
            suivi.quand,
            suivi.ou,
            agenda=asdict(rendez_vous(seance, suivi.lectrice)),
            methode=Methode.INVITER,
        )
        prevenir_entreprises(avis, [suivi.lectrice.pk])


def _annoncer_maintien(fait: SeanceMaintenue) -> None:
    seance = _seance(fait.seance_id)
    _solder_dates(seance)
    autre = next(s for s in _deux(seance) if s.lectrice.pk != fait.entreprise_id)
    avis = DateMaintenue(*_fait(autre, _fait_de_dates(seance, seance.version)), autre.quand, autre.ou)
    prevenir_entreprises(avis, [autre.lectrice.pk])


def _annoncer_annulation(fait: SeanceAnnulee) -> None:
    """Both are told of an agreed date that goes, the other alone of dates taken back."""
    seance = _seance(fait.seance_id)
    _solder_dates(seance)
    _solder_date(seance, seance.sequence - 1)
    for suivi in _deux(seance):
        # Dates that nobody chose go unsaid to who proposed them, and to all when the échange has ended.
        if fait.debut is None and fait.entreprise_id in (None, suivi.lectrice.pk):
            continue
        par = {None: "", suivi.autre.pk: suivi.autre.nom}.get(fait.entreprise_id, suivi.lectrice.nom)
        avis = DateAnnulee(
            *_fait(suivi, str(seance.uuid)),
            suivi.quand,
            suivi.ou if fait.debut else "",
            par,
            agenda=asdict(rendez_vous(seance, suivi.lectrice)) if fait.debut else {},
            methode=Methode.RETIRER if fait.debut else "",
        )
        prevenir_entreprises(avis, [suivi.lectrice.pk])


def _rappeler(fait: SeanceApproche) -> None:
    seance = _seance(fait.seance_id)
    for suivi in _deux(seance):
        avis = RappelDeSeance(
            *_fait(suivi, _fait_de_rappel(seance, seance.sequence, fait.rang)),
            suivi.quand,
            suivi.ou,
            seance.lien_visio,
        )
        prevenir_entreprises(avis, [suivi.lectrice.pk])


def _solder_dates(seance: Seance) -> None:
    """The dates proposed before this version await no answer any more."""
    solder(genre=DatesRecues.genre.code, cle=_fait_de_dates(seance, seance.version - 1))


def _solder_date(seance: Seance, sequence: int) -> None:
    """That date stands no more: neither its announcement nor its reminders need to leave."""
    for avis in (DateConvenue, DateChangee):
        solder(genre=avis.genre.code, cle=_fait_de_date(seance, sequence))
    for rang in RAPPELS:
        solder(genre=RappelDeSeance.genre.code, cle=_fait_de_rappel(seance, sequence, rang))


def _fait_d_accord(accord: Accord, version: int | None = None) -> str:
    version = accord.version if version is None else version
    return f"{accord.apport.echange.uuid}:{accord.apport.rang}:{version}"


def _fait_de_dates(seance: Seance, version: int) -> str:
    return f"{seance.uuid}:{version}"


def _fait_de_date(seance: Seance, sequence: int) -> str:
    return f"{seance.uuid}:{sequence}"


def _fait_de_rappel(seance: Seance, sequence: int, rang: int) -> str:
    return f"{seance.uuid}:{sequence}:{rang}"


def _fait(suivi: SuiviApport, fait: str) -> tuple[str, str, str, str]:
    """The fields every notice of an apport begins with."""
    return str(suivi.apport.echange.uuid), fait, suivi.autre.nom, suivi.quoi


def _dire_lignes(accord: Accord) -> str:
    return f"{accord.quoi}, {duree(accord.duree_minutes)}. {accord.ou_quand}."


def _deux(seance: Seance) -> list[SuiviApport]:
    """The séance as each of its companies sees it."""
    apport = seance.apport
    return [SuiviApport(apport, qui, seance=seance) for qui in (apport.donneur, apport.receveur)]


def _suivi(fait: Accord | Seance, sauf: Entreprise) -> SuiviApport:
    """The apport as the company other than `sauf` sees it."""
    apport = fait.apport
    autre = apport.receveur if sauf.pk == apport.donneur_id else apport.donneur
    return SuiviApport(apport, autre, seance=fait if isinstance(fait, Seance) else None)


def _accord(cle: int) -> Accord:
    return Accord.objects.select_related(
        "apport__echange",
        "apport__donneur",
        "apport__receveur",
        "apport__savoir_faire__competence",
        "redige_par",
    ).get(pk=cle)


def _seance(cle: int) -> Seance:
    return Seance.objects.detaillees().get(pk=cle)
