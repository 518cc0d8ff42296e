"""Nothing to offer? A few plain questions, and what the answers make one able to show."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from matching.forms import FormulairePistes
from matching.pistes import Piste, pistes_de, questions_pour
from profils.acces import RequeteEntreprise, avec_entreprise


@require_safe
@avec_entreprise
def trouver_savoir_faire(request: RequeteEntreprise) -> HttpResponse:
    """Ask, then show; nothing is written: each card leads to the listing, filled in."""
    questions = questions_pour(request.entreprise.secteur_id)
    formulaire = FormulairePistes(questions, request.GET or None)
    trouvees: list[Piste] = []
    if formulaire.is_valid():
        trouvees = pistes_de(formulaire.cleaned_data["oui"], questions, request.entreprise)
    contexte = {
        "formulaire": formulaire,
        "pistes": [(piste, _url_publier(piste)) for piste in trouvees],
    }
    return render(
        request, "matching/trouver_savoir_faire.html", contexte, status=422 if formulaire.errors else 200
    )


def _url_publier(piste: Piste) -> str:
    requete = urlencode({"competence": piste.competence.pk, "texte": piste.dit})
    return f"{reverse('matching:publier_savoir_faire')}?{requete}"
