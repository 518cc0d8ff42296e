"""Lines that the platform writes in a conversation when its companies have agreed on something."""

from __future__ import annotations

from datetime import datetime

from echange.socle.evenements import abonner
from echange.socle.templatetags.francais import duree
from matching.evenements import AccordAccepte, SeanceAnnulee, SeanceConvenue
from matching.models import Accord, Apport, Seance
from matching.presentation.dates import dire_rendez_vous
from messagerie.services import dire_a_l_echange


def abonner_tout() -> None:
    abonner(AccordAccepte, _dire_accord)
    abonner(SeanceConvenue, _dire_date)
    abonner(SeanceAnnulee, _dire_annulation)


def _dire_accord(fait: AccordAccepte) -> None:
    accord = Accord.objects.select_related("apport__donneur", "apport__receveur").get(pk=fait.accord_id)
    lignes = f"{accord.quoi}, {duree(accord.duree_minutes)}. {accord.ou_quand}."
    dire_a_l_echange(accord.apport.echange_id, f"{_qui(accord.apport)} sont d’accord\u00a0: {lignes}")


def _dire_date(fait: SeanceConvenue) -> None:
    debut = "Nouvelle date" if fait.est_deplacee else "Séance convenue"
    seance = _seance(fait.seance_id)
    _dire(seance, debut, seance.debut)


def _dire_annulation(fait: SeanceAnnulee) -> None:
    if fait.debut:
        _dire(_seance(fait.seance_id), "Séance annulée", fait.debut)


def _dire(seance: Seance, quoi: str, debut: datetime | None) -> None:
    """No address here: whoever joins the talk later reads it too."""
    if debut is not None:
        texte = f"{quoi}\u00a0: {dire_rendez_vous(debut)}, {_qui(seance.apport)}."
        dire_a_l_echange(seance.apport.echange_id, texte)


def _qui(apport: Apport) -> str:
    return f"{apport.donneur.nom} et {apport.receveur.nom}"


def _seance(cle: int) -> Seance:
    return Seance.objects.detaillees().get(pk=cle)
