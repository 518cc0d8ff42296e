"""The console's queue of messages reported, or held before they are read."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from animation.acces import RequeteAnimation, reserve_a_l_animation
from animation.forms_signalements import FormulaireDecision
from animation.services.signalements import prendre_signalement, resoudre_signalement
from matching.views.commun import RefusDits, envoi
from messagerie.models import EtatSignalement, Signalement

PAR_PAGE = 20


@require_safe
@reserve_a_l_animation
def signalements(request: RequeteAnimation) -> HttpResponse:
    """Those to read first, the oldest first; the list says nothing of what was written."""
    traites = "traites" in request.GET
    siens = Signalement.objects.du_ressort_de(request.user).select_related(
        "entreprise", "territoire", "pris_par"
    )
    siens = (
        siens.filter(etat=EtatSignalement.RESOLU).order_by("-resolu_le", "-pk")
        if traites
        else siens.ouverts().order_by("cree_le", "pk")
    )
    page = Paginator(siens, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "animation/signalements.html", {"page": page, "traites": traites})


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a_l_animation
def signalement(request: RequeteAnimation, signalement: UUID) -> HttpResponse:
    """One report; its extract for whoever has taken it, and the decision."""
    lu = _du_ressort(request, signalement)
    est_lisible = lu.pris_par_id == request.user.pk
    formulaire = FormulaireDecision(envoi(request), a_repondre=lu.par_id is not None)
    if est_lisible and formulaire.is_valid():
        with RefusDits(request):
            resoudre_signalement(par=request.user, signalement=lu, **formulaire.decision)
            messages.success(request, "C’est traité. Les personnes concernées sont prévenues.")
        return redirect("animation:signalements")
    contexte = {
        "signalement": lu,
        "est_lisible": est_lisible,
        "peut_prendre": lu.pris_par_id is None or (request.user.est_referent and not est_lisible),
        "formulaire": formulaire,
        "journal": lu.journal.select_related("par"),
    }
    statut = 422 if request.method == "POST" else 200
    return render(request, "animation/signalement.html", contexte, status=statut)


@require_POST
@reserve_a_l_animation
def prendre(request: RequeteAnimation, signalement: UUID) -> HttpResponse:
    """Take it in hand: from then on its extract may be read, and the journal says so."""
    lu = _du_ressort(request, signalement)
    with RefusDits(request):
        prendre_signalement(par=request.user, signalement=lu)
    return redirect("animation:signalement", lu.uuid)


def _du_ressort(request: RequeteAnimation, uuid: UUID) -> Signalement:
    siens = Signalement.objects.du_ressort_de(request.user)
    return get_object_or_404(siens.select_related("entreprise", "territoire", "pris_par", "par"), uuid=uuid)
