"""The team's side of letters: try one on oneself, plan it, send it, see it leave."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from animation.acces import RequeteAnimation, reserve_a_l_animation
from animation.forms_lettres import FormulaireEnvoi
from animation.models import PageLettre
from animation.presentation.lettres_equipe import lettres_de, lire_avancement, rubriques_de
from animation.services import lettres as services
from matching.views.commun import RefusDits


@require_safe
@reserve_a_l_animation
def lettres(request: RequeteAnimation) -> HttpResponse:
    """Those being written, then those that have left."""
    contexte = {
        "lettres": lettres_de(request.user, request.territoires),
        "rubriques": rubriques_de(request.user, request.territoires),
        "territoires": request.territoires,
    }
    return render(request, "animation/lettres.html", contexte)


@never_cache
@require_safe
@reserve_a_l_animation
def lettre(request: RequeteAnimation, page: int) -> HttpResponse:
    """One letter; alone with its progress when HTMX asks again."""
    lue = _la_sienne(request, page)
    if request.htmx:
        return render(request, "animation/_lettre_avancement.html", _contexte(lue))
    return _ecran(request, lue, FormulaireEnvoi())


@require_POST
@reserve_a_l_animation
def essayer(request: RequeteAnimation, page: int) -> HttpResponse:
    lue = _la_sienne(request, page)
    with RefusDits(request):
        services.envoyer_essai(par=request.user, page=lue)
        messages.success(request, f"L’essai part à {request.user.email}, et à personne d’autre.")
    return redirect("animation:lettre", lue.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a_l_animation
def envoyer(request: RequeteAnimation, page: int) -> HttpResponse:
    """Say to how many people it leaves, then let it leave."""
    lue = _la_sienne(request, page)
    if request.method == "POST":
        with RefusDits(request):
            services.programmer_lettre(par=request.user, page=lue, le=None)
            messages.success(request, "La lettre part.")
    elif lire_avancement(lue) is None:
        return render(request, "animation/lettre_envoyer.html", _a_envoyer(lue))
    return redirect("animation:lettre", lue.pk)


@require_POST
@reserve_a_l_animation
def programmer(request: RequeteAnimation, page: int) -> HttpResponse:
    lue = _la_sienne(request, page)
    formulaire = FormulaireEnvoi(request.POST)
    if not formulaire.is_valid():
        return _ecran(request, lue, formulaire, status=422)
    with RefusDits(request):
        services.programmer_lettre(par=request.user, page=lue, le=formulaire.le)
        messages.success(request, "C’est noté\u00a0: elle partira toute seule.")
    return redirect("animation:lettre", lue.pk)


@require_POST
@reserve_a_l_animation
def deprogrammer(request: RequeteAnimation, page: int) -> HttpResponse:
    lue = _la_sienne(request, page)
    with RefusDits(request):
        services.deprogrammer_lettre(par=request.user, page=lue)
        messages.success(request, "Elle ne partira pas. Vous pouvez la reprendre.")
    return redirect("animation:lettre", lue.pk)


def _la_sienne(request: RequeteAnimation, cle: int) -> PageLettre:
    """Return a letter of this person's territoires, or a national one for a référent; any other is a 404."""
    trouvee: PageLettre = get_object_or_404(lettres_de(request.user, request.territoires), pk=cle)
    return trouvee


def _contexte(lue: PageLettre) -> dict[str, object]:
    return {"lettre": lue, "avancement": lire_avancement(lue)}


def _a_envoyer(lue: PageLettre) -> dict[str, object]:
    return {
        "lettre": lue,
        "ecrite": lue.get_latest_revision_as_object(),
        "territoire": lue.territoire,
        "abonnes": services.compter_abonnes(lue),
    }


def _ecran(
    request: RequeteAnimation, lue: PageLettre, formulaire: FormulaireEnvoi, *, status: int = 200
) -> HttpResponse:
    contexte = _contexte(lue) | _a_envoyer(lue) | {"formulaire": formulaire}
    return render(request, "animation/lettre.html", contexte, status=status)
