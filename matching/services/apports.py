"""The door of whatever the two companies of an apport do once everyone has accepted."""

from __future__ import annotations

from matching.erreurs import EchangeDUneAutreEntreprise, EchangeNonEngage
from matching.models import Apport, Echange, EtatApport, StatutEchange
from matching.services.transitions import exiger_membre
from profils.models import Entreprise, Utilisateur

ETATS_OUVERTS = (EtatApport.PREVU, EtatApport.CONTESTE)


def est_engage(apport: Apport) -> bool:
    """Everyone has accepted, and nobody knows yet whether this gift took place."""
    return apport.echange.statut == StatutEchange.EN_COURS and apport.etat in ETATS_OUVERTS


def verrouiller_apport(par: Utilisateur, apport: Apport, entreprise: Entreprise) -> Apport:
    """Lock the échange, so that nobody agrees, moves or ends anything of it meanwhile; return the apport.

    Raises `EchangeDUneAutreEntreprise` to whoever acts for neither company, `EchangeNonEngage`.
    """
    exiger_membre(par, entreprise)
    if entreprise.pk not in (apport.donneur_id, apport.receveur_id):
        raise EchangeDUneAutreEntreprise
    echange = Echange.objects.select_for_update().get(pk=apport.echange_id)
    relu: Apport = echange.apports.select_related("donneur", "receveur").get(pk=apport.pk)
    if not est_engage(relu):
        raise EchangeNonEngage
    return relu
