"""Agree on the three lines of an apport."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from matching.erreurs import AccordModifie, EchangeNonEngage
from matching.forms_seances import FormulaireAccord, FormulaireVersion
from matching.presentation.seances import SuiviApport, valeurs_des_lignes
from matching.services import accords as services
from matching.services.apports import est_engage
from matching.views.commun import RefusDits, envoi
from matching.views.suivis import retour, suivi_de
from profils.acces import RequeteEntreprise, avec_entreprise


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def accord(request: RequeteEntreprise, echange: UUID, rang: int) -> HttpResponse:
    """Write the three lines, filled in with the last ones or with what both listings say."""
    suivi = suivi_de(request, echange, rang)
    if not est_engage(suivi.apport):
        messages.error(request, EchangeNonEngage.message)
        return retour(suivi)
    formulaire = FormulaireAccord(envoi(request), initial=valeurs_des_lignes(suivi.lignes, suivi.version))
    if not formulaire.is_valid():
        return _montrer(request, suivi, formulaire)
    try:
        ecrit = services.ecrire_accord(
            par=request.user,
            apport=suivi.apport,
            entreprise=request.entreprise,
            lignes=formulaire.lignes,
            version=formulaire.cleaned_data["version"],
        )
    except AccordModifie:
        return _montrer_les_deux(request, suivi_de(request, echange, rang), formulaire)
    if ecrit.accepte_le:
        messages.success(request, "C’est d’accord\u00a0: vous avez écrit la même chose.")
    else:
        messages.success(request, f"C’est envoyé. {suivi.autre.nom} n’a plus qu’à dire oui.")
    return retour(suivi)


@require_POST
@avec_entreprise
def accepter_accord(request: RequeteEntreprise, echange: UUID, rang: int) -> HttpResponse:
    suivi = suivi_de(request, echange, rang)
    formulaire = FormulaireVersion(request.POST)
    if not formulaire.is_valid():
        messages.error(request, AccordModifie.message)
        return retour(suivi)
    with RefusDits(request):
        services.accepter_accord(
            par=request.user,
            apport=suivi.apport,
            entreprise=request.entreprise,
            version=formulaire.cleaned_data["version"],
        )
        messages.success(request, "C’est d’accord. Il reste à choisir une date.")
    return retour(suivi)


def _montrer(request: RequeteEntreprise, suivi: SuiviApport, formulaire: FormulaireAccord) -> HttpResponse:
    contexte = {"suivi": suivi, "formulaire": formulaire}
    return render(request, "matching/accord.html", contexte, status=422 if formulaire.is_bound else 200)


def _montrer_les_deux(
    request: RequeteEntreprise, suivi: SuiviApport, formulaire: FormulaireAccord
) -> HttpResponse:
    """Somebody wrote first: her text is shown, what has just been typed stays in the fields."""
    donnees = request.POST.copy()
    donnees["version"] = str(suivi.version)
    contexte = {"suivi": suivi, "formulaire": FormulaireAccord(donnees), "est_en_conflit": True}
    return render(request, "matching/accord.html", contexte, status=HTTPStatus.CONFLICT)
