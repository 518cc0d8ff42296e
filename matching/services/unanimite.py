"""Everyone has agreed: the échange starts, if each of its listings still has a place for it."""

from __future__ import annotations

from echange.socle.horloge import maintenant
from matching.aretes import recalculer_aretes
from matching.evenements import EchangeAccepte
from matching.models import Echange, Reponse, StatutEchange
from matching.services.sorties import finir_sans, manquantes
from matching.services.transitions import HORIZON, franchir, programmer_revue, verrouiller_ses_annonces
from profils.models import Entreprise, Utilisateur


def conclure_si_unanime(
    echange: Echange, *, entreprise: Entreprise | None = None, par: Utilisateur | None = None
) -> None:
    """Start a locked échange when nobody is left to answer; `entreprise` is the last that did.

    When a listing was taken or withdrawn meanwhile, the échange is repaired or ends instead.
    """
    if echange.participations.presentes().exclude(reponse=Reponse.ACCEPTEE).exists():
        return
    annonces = verrouiller_ses_annonces(echange)
    if sorties := manquantes(echange.apports.complets()):
        finir_sans(echange, sorties, par=par)
        return
    franchir(
        echange,
        "accepte",
        StatutEchange.EN_COURS,
        entreprise=entreprise,
        par=par,
        evenement=EchangeAccepte(echange.pk),
    )
    echange.apports.update(prevu_le=maintenant() + HORIZON)
    recalculer_aretes(*annonces)
    programmer_revue(
        besoins=[a.pk for a in annonces if a.est_besoin],
        savoir_faire=[a.pk for a in annonces if not a.est_besoin],
    )
