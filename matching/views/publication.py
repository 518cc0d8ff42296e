"""Publish and change a listing: one screen, from one's own words to the compétence."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from matching.converters import GenreAnnonce
from matching.erreurs import AnnonceNonModifiable
from matching.forms import FormulaireAnnonce, formulaire_pour
from matching.models import Besoin, Competence, SavoirFaire
from matching.models.annonces import TEXTE_MAX
from matching.paire import paire_de
from matching.presentation.annonces import FicheAnnonce
from matching.presentation.competences import idees_de_metier, suggestions_pour, themes_de
from matching.services import annonces as services
from matching.views.commun import RefusDits, envoi
from profils.acces import RequeteEntreprise, avec_entreprise


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def publier_besoin(request: RequeteEntreprise) -> HttpResponse:
    formulaire = formulaire_pour(Besoin)(envoi(request), initial=_amorce(request))
    if not formulaire.is_valid():
        return _ecran(request, formulaire, "besoin")
    besoin = services.publier_besoin(
        par=request.user, entreprise=request.entreprise, contenu=formulaire.contenu
    )
    if paire_de(request.entreprise).a_savoir_faire:
        messages.success(request, "Votre besoin est en ligne. Voici qui peut vous aider.")
        return redirect("matching:rapprochements_du_besoin", besoin.uuid)
    messages.success(request, "Votre besoin est en ligne. Dites maintenant ce que vous savez faire.")
    return redirect("matching:publier_savoir_faire")


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def publier_savoir_faire(request: RequeteEntreprise) -> HttpResponse:
    formulaire = formulaire_pour(SavoirFaire)(envoi(request), initial=_amorce(request))
    if not formulaire.is_valid():
        return _ecran(request, formulaire, "savoir-faire")
    services.publier_savoir_faire(par=request.user, entreprise=request.entreprise, contenu=formulaire.contenu)
    paire = paire_de(request.entreprise)
    suite = (
        "Voici vos rapprochements." if paire.a_besoin else "Dites maintenant ce que vous aimeriez apprendre."
    )
    messages.success(request, f"Votre savoir-faire est en ligne. {suite}")
    return redirect(paire.etape_suivante)


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def modifier_annonce(request: RequeteEntreprise, genre: GenreAnnonce, annonce: UUID) -> HttpResponse:
    actuelle = get_object_or_404(genre.objects.de_entreprise(request.entreprise), uuid=annonce)
    fiche = FicheAnnonce(actuelle, est_la_sienne=True)
    if not fiche.peut_modifier:
        messages.error(request, AnnonceNonModifiable.message)
        return redirect("matching:mes_annonces")
    formulaire = formulaire_pour(genre)(envoi(request), annonce=actuelle)
    if not formulaire.is_valid():
        return _ecran(request, formulaire, fiche.genre, fiche=fiche)
    with RefusDits(request):
        services.modifier_annonce(par=request.user, annonce=actuelle, contenu=formulaire.contenu)
        messages.success(request, "C’est enregistré.")
    return redirect("matching:mes_annonces")


@login_not_required
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """The fragment that follows what is being typed; open to all, so that no login page lands in it."""
    texte = request.GET.get("texte", "")[:TEXTE_MAX]
    choisie = _competence(request.GET.get("competence"))
    contexte = {"options": suggestions_pour(texte, choisie), "texte": texte}
    return render(request, "matching/_suggestions.html", contexte)


def _amorce(request: HttpRequest) -> dict[str, Any]:
    """Return what a link may fill in: the words of a search that found nobody."""
    competence = _competence(request.GET.get("competence"))
    return {
        "texte": request.GET.get("texte", "")[:TEXTE_MAX],
        **({"competence": competence.pk} if competence else {}),
    }


def _competence(code: Any) -> Competence | None:
    """Return the compétence of this code; None for anything else, tampered codes included."""
    if not isinstance(code, str) or "\x00" in code:
        return None
    return Competence.objects.select_related("theme").filter(pk=code).first()


def _ecran(
    request: HttpRequest, formulaire: FormulaireAnnonce, genre: str, *, fiche: FicheAnnonce | None = None
) -> HttpResponse:
    """Show the form, its suggestions and the tree; 422 when its answers are refused."""
    texte = str(formulaire["texte"].value() or "")[:TEXTE_MAX]
    choisie = _competence(formulaire["competence"].value())
    arbre = list(Competence.objects.select_related("theme").defer("dits", "jargon"))
    contexte = {
        "formulaire": formulaire,
        "genre": genre,
        "fiche": fiche,
        "texte": texte,
        "options": suggestions_pour(texte, choisie),
        "themes": themes_de(arbre),
        "idees": idees_de_metier(arbre) if genre == "savoir-faire" else [],
        "reglages_ouverts": fiche is not None or _a_une_erreur_de_reglage(formulaire),
    }
    return render(request, "matching/publier.html", contexte, status=422 if formulaire.is_bound else 200)


def _a_une_erreur_de_reglage(formulaire: FormulaireAnnonce) -> bool:
    return bool(set(formulaire.errors) - {"texte", "competence"})
