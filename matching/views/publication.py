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
from matching.forms import AUCUNE, FormulaireAnnonce, formulaire_pour
from matching.models import Attente, Besoin, Competence, Genre, SavoirFaire
from matching.models.annonces import TEXTE_MAX
from matching.paire import paire_de
from matching.presentation.annonces import FicheAnnonce
from matching.presentation.competences import aucune, idees_de_metier, suggestions_pour, themes_de
from matching.services import annonces as services
from matching.services.mots import clore_attente, signaler_mot
from matching.views.commun import RefusDits, adresse_actuelle, envoi
from profils.acces import RequeteEntreprise, avec_entreprise


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def publier_besoin(request: RequeteEntreprise) -> HttpResponse:
    if adresse := adresse_actuelle(request):
        return redirect(adresse, permanent=True)
    attente = _attente(request, Genre.BESOIN)
    formulaire = formulaire_pour(Besoin)(envoi(request), initial=_amorce(request, attente))
    if not formulaire.is_valid():
        return _ecran(request, formulaire, Genre.BESOIN, attente=attente)
    if formulaire.est_sans_competence:
        return _attendre(request, formulaire, Genre.BESOIN, attente)
    besoin = services.publier_besoin(
        par=request.user, entreprise=request.entreprise, contenu=formulaire.contenu, est_un_choix=True
    )
    if attente:
        clore_attente(attente=attente, competence=besoin.competence)
    if paire_de(request.entreprise).a_savoir_faire:
        messages.success(request, "Votre besoin est en ligne. Voici qui peut vous aider.")
        return redirect("matching:rapprochements_du_besoin", besoin.uuid)
    messages.success(request, "Votre besoin est en ligne. Dites maintenant ce que vous savez faire.")
    return redirect("matching:publier_savoir_faire")


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def publier_savoir_faire(request: RequeteEntreprise) -> HttpResponse:
    if adresse := adresse_actuelle(request):
        return redirect(adresse, permanent=True)
    attente = _attente(request, Genre.SAVOIR_FAIRE)
    formulaire = formulaire_pour(SavoirFaire)(envoi(request), initial=_amorce(request, attente))
    if not formulaire.is_valid():
        return _ecran(request, formulaire, Genre.SAVOIR_FAIRE, attente=attente)
    if formulaire.est_sans_competence:
        return _attendre(request, formulaire, Genre.SAVOIR_FAIRE, attente)
    publie = services.publier_savoir_faire(
        par=request.user, entreprise=request.entreprise, contenu=formulaire.contenu, est_un_choix=True
    )
    if attente:
        clore_attente(attente=attente, competence=publie.competence)
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
        return _ecran(request, formulaire, Genre(fiche.genre), fiche=fiche)
    with RefusDits(request):
        services.modifier_annonce(
            par=request.user, annonce=actuelle, contenu=formulaire.contenu, est_un_choix=True
        )
        messages.success(request, "C’est enregistré.")
    return redirect("matching:mes_annonces")


@login_not_required
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """The fragment that follows what is being typed; open to all, so that no login page lands in it.

    `aucune` in the query adds the card « Aucune ne convient », for a listing not published yet.
    """
    texte = request.GET.get("texte", "")[:TEXTE_MAX]
    code = request.GET.get("competence")
    options = suggestions_pour(texte, _competence(code))
    contexte = {
        "options": options,
        "aucune": aucune(texte, est_cochee=code == AUCUNE) if "aucune" in request.GET else None,
        "texte": texte,
        "est_a_dire": True,
    }
    return render(request, "matching/_suggestions.html", contexte)


def _attendre(
    request: RequeteEntreprise, formulaire: FormulaireAnnonce, genre: Genre, attente: Attente | None
) -> HttpResponse:
    """None is right: send the words to a référent, keep the listing, say what happens next."""
    with RefusDits(request):
        nouvelle = signaler_mot(
            par=request.user,
            entreprise=request.entreprise,
            genre=genre,
            texte=formulaire.cleaned_data["texte"],
            reglages=formulaire.reglages,
        )
        if attente and attente != nouvelle:
            clore_attente(attente=attente)
        return redirect("matching:attente", nouvelle.uuid)
    return _ecran(request, formulaire, genre, attente=attente)


def _attente(request: RequeteEntreprise, genre: Genre) -> Attente | None:
    """Return the waiting listing that the address takes up again; None for anything else."""
    try:
        uuid = UUID(request.GET.get("attente", ""))
    except ValueError:
        return None
    siennes = Attente.objects.de_entreprise(request.entreprise).detaillees()
    return siennes.filter(uuid=uuid, genre=genre).first()


def _amorce(request: HttpRequest, attente: Attente | None) -> dict[str, Any]:
    """Return what a link may fill in: a listing that waited, or the words of a search that found nobody."""
    if attente:
        comprise = attente.mot.competence and Competence.objects.designee(attente.mot.competence.pk)
        choix = {"competence": comprise.pk} if comprise and not comprise.est_retiree else {}
        return {**attente.reglages, "texte": attente.texte, **choix}
    competence = _competence(request.GET.get("competence"))
    return {
        "texte": request.GET.get("texte", "")[:TEXTE_MAX],
        **({"competence": competence.pk} if competence and not competence.est_retiree else {}),
    }


def _competence(code: Any) -> Competence | None:
    """Return the compétence that this code names today; None for anything else, tampered codes included."""
    return Competence.objects.designee(code) if isinstance(code, str) else None


def _ecran(
    request: HttpRequest,
    formulaire: FormulaireAnnonce,
    genre: Genre,
    *,
    fiche: FicheAnnonce | None = None,
    attente: Attente | None = None,
) -> HttpResponse:
    """Show the form, its suggestions and the tree; 422 when its answers are refused."""
    texte = str(formulaire["texte"].value() or "")[:TEXTE_MAX]
    code = formulaire["competence"].value()
    arbre = list(Competence.objects.choisissables().select_related("theme").defer("dits", "jargon"))
    contexte = {
        "formulaire": formulaire,
        "genre": str(genre),
        "fiche": fiche,
        "attente": attente,
        "texte": texte,
        "options": suggestions_pour(texte, _competence(code)),
        "aucune": None if fiche else aucune(texte, est_cochee=code == AUCUNE),
        "themes": themes_de(arbre),
        "idees": idees_de_metier(arbre) if genre == Genre.SAVOIR_FAIRE else [],
        "reglages_ouverts": fiche is not None or _a_une_erreur_de_reglage(formulaire),
    }
    return render(request, "matching/publier.html", contexte, status=422 if formulaire.is_bound else 200)


def _a_une_erreur_de_reglage(formulaire: FormulaireAnnonce) -> bool:
    return bool(set(formulaire.errors) - {"texte", "competence"})
