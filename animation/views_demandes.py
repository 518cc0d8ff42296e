"""« À débloquer »: the demandes of one's territoires that nobody has answered yes to."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from animation.acces import RequeteAnimation, reserve_a_l_animation
from animation.forms_demandes import FormulaireNote
from matching.models import Demande
from matching.presentation.demandes import FicheDemande
from matching.raisons import dire_arete_de_loin
from matching.services import demandes as services
from matching.services.plafonds import comblees
from matching.services.vagues import candidates
from matching.views.commun import RefusDits

PAR_PAGE = 20
CANDIDATES_MAX = 10


@require_safe
@reserve_a_l_animation
def a_debloquer(request: RequeteAnimation) -> HttpResponse:
    """Those not seen yet first, then the oldest."""
    panier = Demande.objects.au_panier().du_ressort_de(request.user).detaillees()
    page = Paginator(panier.order_by("vue_le", "cree_le", "pk"), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"page": page, "fiches": [FicheDemande(d) for d in page], "territoires": request.territoires}
    return render(request, "animation/a_debloquer.html", contexte)


@require_safe
@reserve_a_l_animation
def demande(request: RequeteAnimation, demande: UUID) -> HttpResponse:
    return _ecran(request, _du_ressort(request, demande), FormulaireNote())


@require_POST
@reserve_a_l_animation
def voir(request: RequeteAnimation, demande: UUID) -> HttpResponse:
    with RefusDits(request):
        services.marquer_vue(par=request.user, demande=_du_ressort(request, demande))
        messages.success(request, "C’est noté\u00a0: l’entreprise sait que vous avez vu sa demande.")
    return redirect("animation:a_debloquer")


@require_POST
@reserve_a_l_animation
def ecrire(request: RequeteAnimation, demande: UUID) -> HttpResponse:
    lue = _du_ressort(request, demande)
    formulaire = FormulaireNote(request.POST)
    if not formulaire.is_valid():
        return _ecran(request, lue, formulaire, status=422)
    with RefusDits(request):
        services.ecrire_a_la_demandeuse(par=request.user, demande=lue, texte=formulaire.cleaned_data["texte"])
        messages.success(request, "Votre mot est envoyé.")
    return redirect("animation:demande", lue.uuid)


@require_POST
@reserve_a_l_animation
def solliciter(request: RequeteAnimation, demande: UUID, savoir_faire: UUID) -> HttpResponse:
    lue = _du_ressort(request, demande)
    with RefusDits(request):
        services.solliciter_en_plus(par=request.user, demande=lue, savoir_faire=savoir_faire)
        messages.success(request, "C’est fait\u00a0: cette entreprise est prévenue.")
    return redirect("animation:demande", lue.uuid)


def _du_ressort(request: RequeteAnimation, uuid: UUID) -> Demande:
    """Return a demande that has come to the basket, of a territoire this person animates."""
    visibles = Demande.objects.du_ressort_de(request.user).filter(au_panier_le__isnull=False)
    return get_object_or_404(visibles.detaillees(), uuid=uuid)


def _ecran(
    request: RequeteAnimation, lue: Demande, formulaire: FormulaireNote, *, status: int = 200
) -> HttpResponse:
    possibles = candidates(lue)[:CANDIDATES_MAX] if lue.est_en_cours else []
    occupees = comblees([arete.offreur_id for arete in possibles])
    contexte = {
        "fiche": FicheDemande(lue),
        "candidates": [(a, dire_arete_de_loin(a), a.offreur_id in occupees) for a in possibles],
        "formulaire": formulaire,
    }
    return render(request, "animation/demande.html", contexte, status=status)
