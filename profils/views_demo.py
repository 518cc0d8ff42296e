"""Demonstration accounts, entered with one click (demonstration mode only)."""

from django.contrib.auth import login
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from echange.socle.demo import DOMAINE_DEMO, en_demo_seulement
from profils.models import Animateur, Utilisateur

COMPTES_MAX = 30


def _comptes_demo() -> QuerySet[Utilisateur]:
    return Utilisateur.objects.filter(email__endswith=f"@{DOMAINE_DEMO}", is_active=True)


@en_demo_seulement
@require_safe
@never_cache
def comptes(request: HttpRequest) -> HttpResponse:
    """List the accounts, roles first; `?q=` searches a person or a company."""
    q = request.GET.get("q", "").strip()[:100]
    trouves = _comptes_demo().prefetch_related("animations__territoire", "entreprises__commune")
    if q:
        par_entreprise = _comptes_demo().filter(entreprises__nom__icontains=q).values("pk")
        trouves = trouves.filter(
            Q(first_name__icontains=q)
            | Q(last_name__icontains=q)
            | Q(email__icontains=q)
            | Q(pk__in=par_entreprise)
        )
    anime = Exists(Animateur.objects.filter(utilisateur=OuterRef("pk")))
    ordre = trouves.annotate(a_un_territoire=anime).order_by("-est_referent", "-a_un_territoire", "pk")
    return render(request, "demo/comptes.html", {"comptes": ordre[:COMPTES_MAX], "q": q, "max": COMPTES_MAX})


@en_demo_seulement
@require_POST
def entrer(request: HttpRequest) -> HttpResponse:
    """Sign in as a demonstration account; any other account does not exist here."""
    compte = get_object_or_404(_comptes_demo(), email=request.POST.get("email", ""))
    login(request, compte, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("profils:accueil")
