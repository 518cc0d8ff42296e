"""What matching does when something happens: every consequence in one list."""

from echange.socle.evenements import abonner
from matching import notifications
from matching.evenements import EchangeAnnule, EchangeDecline, EchangePropose
from matching.models import Echange
from matching.services import entreprises
from profils.evenements import EntrepriseDeplacee, EntrepriseMiseEnPause, EntrepriseReprise
from profils.models import Entreprise


def abonner_tout() -> None:
    abonner(EntrepriseDeplacee, lambda fait: entreprises.suivre_deplacement(_entreprise(fait)))
    abonner(EntrepriseMiseEnPause, lambda fait: entreprises.suivre_pause(_entreprise(fait)))
    abonner(EntrepriseReprise, lambda fait: entreprises.suivre_reprise(_entreprise(fait)))
    abonner(EchangePropose, lambda fait: notifications.annoncer_proposition(_echange(fait)))
    abonner(EchangeDecline, lambda fait: notifications.annoncer_refus(_echange(fait), _entreprise(fait)))
    abonner(EchangeAnnule, lambda fait: notifications.annoncer_annulation(_echange(fait), _entreprise(fait)))


def _entreprise(
    fait: EntrepriseDeplacee | EntrepriseMiseEnPause | EntrepriseReprise | EchangeDecline | EchangeAnnule,
) -> Entreprise:
    return Entreprise.objects.get(pk=fait.entreprise_id)


def _echange(fait: EchangePropose | EchangeDecline | EchangeAnnule) -> Echange:
    return Echange.objects.select_related("initiatrice").get(pk=fait.echange_id)
