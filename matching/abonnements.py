"""What matching does when something happens: every consequence in one list."""

from echange.socle.evenements import abonner
from matching.services import entreprises
from profils.evenements import EntrepriseDeplacee, EntrepriseMiseEnPause, EntrepriseReprise
from profils.models import Entreprise


def abonner_tout() -> None:
    abonner(EntrepriseDeplacee, lambda fait: entreprises.suivre_deplacement(_entreprise(fait)))
    abonner(EntrepriseMiseEnPause, lambda fait: entreprises.suivre_pause(_entreprise(fait)))
    abonner(EntrepriseReprise, lambda fait: entreprises.suivre_reprise(_entreprise(fait)))


def _entreprise(fait: EntrepriseDeplacee | EntrepriseMiseEnPause | EntrepriseReprise) -> Entreprise:
    return Entreprise.objects.get(pk=fait.entreprise_id)
