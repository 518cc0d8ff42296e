"""« Prévenez-moi »: keep a search, manage one's veilles, stop or prolong one from a mail."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching.choix import Rayon
from matching.erreurs import TropDeVeilles, VeilleDejaLa
from matching.forms import FormulaireVeille
from matching.models import Competence, Genre, Veille
from matching.models.veilles import TEXTE_VEILLE_MAX
from matching.presentation.veilles import FicheVeille, veilles_de
from matching.services import veilles as services
from matching.veilles import ARRETER, PROLONGER, lire_jeton
from matching.views.commun import RefusDits, envoi
from profils.acces import RequeteEntreprise, avec_entreprise, utilisateur_de
from territoires.models import Commune


@require_safe
@avec_entreprise
def mes_veilles(request: RequeteEntreprise) -> HttpResponse:
    return render(request, "matching/mes_veilles.html", {"veilles": veilles_de(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def creer(request: RequeteEntreprise) -> HttpResponse:
    formulaire = FormulaireVeille(envoi(request), initial=_amorce(request))
    if formulaire.is_valid():
        try:
            services.creer_veille(par=request.user, entreprise=request.entreprise, contenu=formulaire.contenu)
        except TropDeVeilles as refus:
            formulaire.add_error(None, refus.message)
        else:
            messages.success(request, "C’est noté\u00a0: dès qu’une annonce convient, nous vous écrivons.")
            return redirect("matching:mes_veilles")
    return _ecran(request, formulaire)


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def modifier(request: RequeteEntreprise, veille: UUID) -> HttpResponse:
    actuelle = _la_sienne(request, veille)
    formulaire = FormulaireVeille(envoi(request), initial=_valeurs(actuelle))
    if formulaire.is_valid():
        try:
            services.modifier_veille(par=request.user, veille=actuelle, contenu=formulaire.contenu)
        except VeilleDejaLa as refus:
            formulaire.add_error(None, refus.message)
        else:
            messages.success(request, "C’est enregistré.")
            return redirect("matching:mes_veilles")
    return _ecran(request, formulaire, actuelle)


@require_POST
@avec_entreprise
def mettre_en_pause(request: RequeteEntreprise, veille: UUID) -> HttpResponse:
    services.mettre_en_pause_veille(par=request.user, veille=_la_sienne(request, veille))
    messages.success(request, "Cette veille est en pause\u00a0: elle ne vous écrit plus.")
    return redirect("matching:mes_veilles")


@require_POST
@avec_entreprise
def reprendre(request: RequeteEntreprise, veille: UUID) -> HttpResponse:
    services.reprendre_veille(par=request.user, veille=_la_sienne(request, veille))
    messages.success(request, "Cette veille est de nouveau active, pour trois mois.")
    return redirect("matching:mes_veilles")


@require_POST
@avec_entreprise
def retirer(request: RequeteEntreprise, veille: UUID) -> HttpResponse:
    services.retirer_veille(par=request.user, veille=_la_sienne(request, veille))
    messages.success(
        request, "Cette veille est supprimée. Un regret\u00a0? Elle est encore en bas de la liste."
    )
    return redirect("matching:mes_veilles")


@require_POST
@avec_entreprise
def retablir(request: RequeteEntreprise, veille: UUID) -> HttpResponse:
    with RefusDits(request):
        services.retablir_veille(par=request.user, veille=_la_sienne(request, veille))
        messages.success(request, "La revoilà, active pour trois mois.")
    return redirect("matching:mes_veilles")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def arreter(request: HttpRequest, jeton: str) -> HttpResponse:
    """Ask, then stop: opening the link changes nothing, for link scanners open every link of a mail."""
    veille, _ = _du_courriel(jeton, ARRETER)
    if request.method == "POST":
        services.arreter_veille(veille=veille)
        veille.refresh_from_db()
    return _page_du_courriel(request, veille, est_un_arret=True)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def prolonger(request: HttpRequest, jeton: str) -> HttpResponse:
    veille, expirait_le = _du_courriel(jeton, PROLONGER)
    if request.method == "POST":
        services.prolonger_veille(veille=veille, expirait_le=expirait_le)
        veille.refresh_from_db()
    return _page_du_courriel(request, veille, est_prolongee=veille.expire_le > expirait_le)


def _du_courriel(jeton: str, sel: str) -> Any:
    lu = lire_jeton(jeton, sel)
    if lu is None:
        raise Http404
    return lu


def _page_du_courriel(
    request: HttpRequest, veille: Veille, *, est_un_arret: bool = False, est_prolongee: bool = False
) -> HttpResponse:
    contexte = {
        "fiche": FicheVeille(veille),
        "est_un_arret": est_un_arret,
        "est_prolongee": est_prolongee,
    }
    return render(request, "matching/veille_du_courriel.html", contexte)


def _la_sienne(request: RequeteEntreprise, uuid: UUID) -> Veille:
    siennes = Veille.objects.visibles_par(utilisateur_de(request)).select_related("competence", "commune")
    return get_object_or_404(siennes, uuid=uuid)


def _amorce(request: RequeteEntreprise) -> dict[str, Any]:
    """Return what a search fills in; anything tampered with is left aside."""
    code = request.GET.get("competence", "")
    commune = request.GET.get("commune", "")
    competence = Competence.objects.designee(code) if code else None
    rayon = request.GET.get("rayon_km", "")
    return {
        "cherche": Genre.BESOIN if request.GET.get("cherche") == Genre.BESOIN else Genre.SAVOIR_FAIRE,
        "texte": request.GET.get("texte", "")[:TEXTE_VEILLE_MAX],
        "competence": competence.pk if competence and not competence.est_retiree else None,
        "commune": _commune(commune) or request.entreprise.commune,
        "rayon_km": int(rayon) if rayon in {str(km) for km in Rayon.values} else Rayon.MOYEN,
        "visio": bool(request.GET.get("visio")),
    }


def _commune(code: str) -> Commune | None:
    return None if "\x00" in code else Commune.objects.filter(code=code).first()


def _valeurs(veille: Veille) -> dict[str, Any]:
    return {
        "cherche": veille.cherche,
        "texte": veille.texte,
        "competence": veille.competence_id,
        "commune": veille.commune,
        "rayon_km": veille.rayon_km,
        "visio": veille.visio,
    }


def _ecran(
    request: RequeteEntreprise, formulaire: FormulaireVeille, veille: Veille | None = None
) -> HttpResponse:
    contexte = {"formulaire": formulaire, "veille": veille}
    return render(request, "matching/veille.html", contexte, status=422 if formulaire.errors else 200)
