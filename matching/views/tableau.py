"""The signed-in home of a company: what waits for it first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from matching.models import Echange, EtatDemande
from matching.models.echanges import STATUTS_OUVERTS
from matching.paire import paire_de
from matching.presentation.annonces import annonces_de
from matching.presentation.demandes import demandes_de
from matching.presentation.echanges import FicheEchange, grouper
from matching.presentation.rapprochements import echanges_ouverts, fiches_de
from matching.presentation.reputations import comptes
from matching.rapprochements import LISTE_MAX, charger, chemins_de
from profils.acces import RequeteEntreprise, avec_entreprise

MEILLEURS = 3


@require_safe
@avec_entreprise
def tableau(request: RequeteEntreprise) -> HttpResponse:
    entreprise = request.entreprise
    ouverts = Echange.objects.de_entreprise(entreprise).filter(statut__in=STATUTS_OUVERTS).detailles()
    # What a demande asks is told by the demande.
    ouverts = ouverts.exclude(sollicitation__demande__etat=EtatDemande.EN_COURS, initiatrice=entreprise)
    echanges = [FicheEchange(e, entreprise) for e in ouverts.order_by("expire_le", "pk")]
    chemins = chemins_de(entreprise)
    rapprochements = fiches_de(charger(chemins[:LISTE_MAX]), echanges_ouverts(entreprise))
    contexte = {
        "entreprise": entreprise,
        "paire": paire_de(entreprise),
        **grouper(echanges),
        "compte": comptes([entreprise.pk])[entreprise.pk],
        "demandes": demandes_de(entreprise),
        "rapprochements": len(chemins),
        "meilleurs": [fiche for fiche in rapprochements if not fiche.ouvert][:MEILLEURS],
        "annonces": annonces_de(entreprise),
    }
    return render(request, "matching/tableau.html", contexte)
