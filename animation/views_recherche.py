"""« Chercher sur le site »: pages and listings together, grouped, with their counts."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from animation.forms_recherche import FormulaireRechercheSite
from animation.recherche import GENRES, PAR_PAGE, chercher, compter_sans_filtre

PAGE_MAX = 50


@login_not_required
@require_safe
def chercher_sur_le_site(request: HttpRequest) -> HttpResponse:
    formulaire = FormulaireRechercheSite(request.GET)
    question = formulaire.question
    numero = _numero(request)
    groupes = chercher(question, page=numero)
    contexte = {
        "formulaire": formulaire,
        "question": question,
        "groupes": groupes,
        "total": sum(groupe.nombre for groupe in groupes),
        "genres": GENRES,
        "page": None,
        "plus_large": compter_sans_filtre(question) if question.texte and not groupes else 0,
    }
    if question.genre and groupes:
        # only its numbers are used: the lines are in the group
        contexte["page"] = Paginator(range(groupes[0].nombre), PAR_PAGE).get_page(numero)
    gabarit = "animation/_resultats.html" if getattr(request, "htmx", False) else "animation/chercher.html"
    return render(request, gabarit, contexte, status=422 if formulaire.has_error("q") else 200)


def _numero(request: HttpRequest) -> int:
    numero = request.GET.get("page", "1")
    return min(int(numero), PAGE_MAX) if numero.isascii() and numero.isdigit() and int(numero) else 1
