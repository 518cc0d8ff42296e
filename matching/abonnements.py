"""What matching does when something happens: every consequence in one list."""

from echange.socle.evenements import abonner
from matching.evenements import BesoinQuitte, EchangeAccepte, EchangeAnnule, EchangeTermine
from matching.models import Echange
from matching.services import entreprises
from matching.services.demandes import conclure_demandes, interrompre_demandes
from matching.services.demandes_bilans import ouvrir_bilans
from matching.services.oubli import oublier_entreprise
from matching.services.seances import annuler_seances
from profils.evenements import (
    BlocageChange,
    EntrepriseDeplacee,
    EntrepriseEffacee,
    EntrepriseMiseEnPause,
    EntrepriseReprise,
    EntrepriseRetablie,
    EntrepriseSuspendue,
)
from profils.models import Entreprise


def abonner_tout() -> None:
    abonner(EntrepriseDeplacee, lambda fait: entreprises.suivre_deplacement(_entreprise(fait)))
    abonner(EntrepriseMiseEnPause, lambda fait: entreprises.suivre_activite(_entreprise(fait)))
    abonner(EntrepriseReprise, lambda fait: entreprises.suivre_activite(_entreprise(fait)))
    abonner(EntrepriseSuspendue, lambda fait: entreprises.suivre_activite(_entreprise(fait)))
    abonner(EntrepriseRetablie, lambda fait: entreprises.suivre_activite(_entreprise(fait)))
    abonner(EntrepriseMiseEnPause, lambda fait: interrompre_demandes(entreprise=fait.entreprise_id))
    abonner(EntrepriseSuspendue, lambda fait: interrompre_demandes(entreprise=fait.entreprise_id))
    abonner(BesoinQuitte, lambda fait: interrompre_demandes(besoin=fait.besoin_id))
    abonner(EchangeAccepte, lambda fait: conclure_demandes(fait.echange_id))
    abonner(
        EchangeAnnule, lambda fait: annuler_seances(echange=fait.echange_id, entreprise=fait.entreprise_id)
    )
    abonner(EchangeTermine, lambda fait: annuler_seances(echange=fait.echange_id))
    abonner(BlocageChange, lambda fait: entreprises.suivre_blocage(*_separees(fait)))
    abonner(EchangeTermine, _demander_bilans)
    abonner(EntrepriseEffacee, lambda fait: oublier_entreprise(fait.entreprise_id))


def _demander_bilans(fait: EchangeTermine) -> None:
    ouvrir_bilans(echange=Echange.objects.get(pk=fait.echange_id))


def _entreprise(
    fait: EntrepriseDeplacee
    | EntrepriseMiseEnPause
    | EntrepriseReprise
    | EntrepriseSuspendue
    | EntrepriseRetablie,
) -> Entreprise:
    return Entreprise.objects.get(pk=fait.entreprise_id)


def _separees(fait: BlocageChange) -> tuple[Entreprise, Entreprise]:
    toutes = Entreprise.objects.in_bulk([fait.bloquante_id, fait.bloquee_id])
    return toutes[fait.bloquante_id], toutes[fait.bloquee_id]
