"""The référent's tree: read, reword, merge, split, retire, undo, export."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from animation.acces import RequeteReferent, reserve_aux_referents
from animation.arbre import historique, lignes_de_l_arbre, voisines_par_theme
from animation.forms_competences import (
    FormulaireCompetence,
    FormulaireFusion,
    FormulaireRetrait,
    FormulaireScission,
    FormulaireTheme,
)
from matching.fichier_arbre import FORMATS, arbre_en_base
from matching.models import Competence, JournalArbre, MotManquant, Theme
from matching.models.competences import DIT_MAX
from matching.services import competences as services
from matching.services import refonte
from matching.services.choix import choix_recents
from matching.services.deplacements import corriger_competence, proposer_repartition
from matching.services.mots import creer_depuis_mots
from matching.version_arbre import version_de_l_arbre
from matching.views.commun import RefusDits, envoi

PAR_PAGE = 20
REPARTIES_MAX = 100  # listings of a split compétence shown at once
MIME = {"toml": "application/toml", "json": "application/json", "csv": "text/csv"}


@require_safe
@reserve_aux_referents
def competences(request: RequeteReferent) -> HttpResponse:
    themes, retirees = lignes_de_l_arbre()
    contexte = {
        "themes": themes,
        "retirees": retirees,
        "total": sum(len(lignes) for _, lignes in themes),
        "chiffres": choix_recents().chiffres(),
        "mots": MotManquant.objects.en_attente().count(),
        "version": version_de_l_arbre(),
        "formats": tuple(FORMATS),
    }
    return render(request, "animation/competences.html", contexte)


@require_safe
@reserve_aux_referents
def exporter(request: RequeteReferent, nom: str) -> HttpResponse:
    """Download the tree as it is now."""
    if nom not in FORMATS:
        raise Http404
    texte = FORMATS[nom](arbre_en_base())
    return HttpResponse(
        texte,
        content_type=f"{MIME[nom]}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="competences.{nom}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_aux_referents
def competence(request: RequeteReferent, code: str) -> HttpResponse:
    """One compétence: reword it, or see what became of it."""
    lue = _lire(code)
    formulaire = FormulaireCompetence(envoi(request), competence=lue)
    if not lue.est_retiree and formulaire.is_valid():
        with RefusDits(request):
            services.modifier_competence(par=request.user, competence=lue, contenu=formulaire.contenu)
            messages.success(request, "C’est enregistré. Les suggestions en tiennent compte aussitôt.")
        return redirect("animation:competence", lue.pk)
    touchants = JournalArbre.objects.filter(cles__contains=[lue.pk]).select_related("par", "annulation")
    contexte = {
        "competence": lue,
        "formulaire": formulaire,
        "voisines": voisines_par_theme(formulaire.voisines_choisies, sauf=lue.pk),
        "portee": refonte.portee(lue),
        "historique": historique(touchants[:PAR_PAGE]),
    }
    return _rendre(request, "animation/competence.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_aux_referents
def nouvelle_competence(request: RequeteReferent) -> HttpResponse:
    """Add a compétence, from nothing or from a missing word (`?mot=`)."""
    mot = _mot_vise(request)
    depart = {"theme": mot.theme_id, "dits": [mot.texte[:DIT_MAX]]} if mot else {}
    formulaire = FormulaireCompetence(envoi(request), initial=depart)
    if formulaire.is_valid():
        with RefusDits(request):
            if mot:
                suivant = MotManquant.objects.semblables_a(mot).first()
                creer_depuis_mots(par=request.user, contenu=formulaire.contenu, mots=[mot])
                messages.success(request, "La compétence est créée, et qui l’attendait est prévenu.")
                return redirect("animation:mot", suivant.uuid) if suivant else redirect("animation:mots")
            creee = services.creer_competence(par=request.user, contenu=formulaire.contenu)
            messages.success(request, "La compétence est créée\u00a0: on peut déjà la choisir.")
            return redirect("animation:competence", creee.pk)
    contexte = {
        "competence": None,
        "formulaire": formulaire,
        "mot": mot,
        "voisines": voisines_par_theme(formulaire.voisines_choisies),
    }
    return _rendre(request, "animation/competence.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_aux_referents
def theme(request: RequeteReferent, code: str) -> HttpResponse:
    lu = get_object_or_404(Theme, pk=code)
    return _theme(request, FormulaireTheme(envoi(request), theme=lu), lu)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_aux_referents
def nouveau_theme(request: RequeteReferent) -> HttpResponse:
    return _theme(request, FormulaireTheme(envoi(request)), None)


def _theme(request: RequeteReferent, formulaire: FormulaireTheme, lu: Theme | None) -> HttpResponse:
    if not formulaire.is_valid():
        return _rendre(request, "animation/theme.html", {"theme": lu, "formulaire": formulaire})
    if lu:
        services.modifier_theme(par=request.user, theme=lu, **formulaire.cleaned_data)
    else:
        services.creer_theme(par=request.user, **formulaire.cleaned_data)
    messages.success(request, "C’est enregistré.")
    return redirect("animation:competences")


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_aux_referents
def fusionner(request: RequeteReferent, code: str) -> HttpResponse:
    """Say what a merge would touch, then merge."""
    lue = _lire(code)
    formulaire = FormulaireFusion(envoi(request), competence=lue)
    if formulaire.is_valid():
        vers: Competence = formulaire.cleaned_data["vers"]
        with RefusDits(request):
            refonte.fusionner_competences(par=request.user, source=lue, cible=vers)
            messages.success(
                request,
                f"C’est fait\u00a0: les annonces rejoignent «\u00a0{vers.titre}\u00a0» dans la minute.",
            )
        return redirect("animation:competence", vers.pk)
    contexte = {"competence": lue, "formulaire": formulaire, "portee": refonte.portee(lue)}
    return _rendre(request, "animation/fusionner.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_aux_referents
def retirer(request: RequeteReferent, code: str) -> HttpResponse:
    """Say what a withdrawal would touch, then withdraw, in favour of another or of none."""
    lue = _lire(code)
    formulaire = FormulaireRetrait(envoi(request), competence=lue)
    if formulaire.is_valid():
        with RefusDits(request):
            refonte.retirer_competence(
                par=request.user, competence=lue, remplacee_par=formulaire.cleaned_data["vers"]
            )
            messages.success(request, "Cette compétence ne peut plus être choisie.")
        return redirect("animation:competence", lue.pk)
    contexte = {"competence": lue, "formulaire": formulaire, "portee": refonte.portee(lue)}
    return _rendre(request, "animation/retirer_competence.html", contexte)


@require_POST
@reserve_aux_referents
def remettre(request: RequeteReferent, code: str) -> HttpResponse:
    refonte.remettre_competence(par=request.user, competence=_lire(code))
    messages.success(request, "Cette compétence peut de nouveau être choisie.")
    return redirect("animation:competence", code)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_aux_referents
def scinder(request: RequeteReferent, code: str) -> HttpResponse:
    """Choose the words that make a compétence of their own, then share the listings out."""
    lue = _lire(code)
    formulaire = FormulaireScission(envoi(request), competence=lue)
    if formulaire.is_valid():
        with RefusDits(request):
            nouvelle = refonte.scinder_competence(
                par=request.user, competence=lue, contenu=formulaire.contenu
            )
            messages.success(request, "La nouvelle compétence est créée. Voici les annonces à répartir.")
            return redirect("animation:repartir", lue.pk, nouvelle.pk)
    contexte = {"competence": lue, "formulaire": formulaire, "portee": refonte.portee(lue)}
    return _rendre(request, "animation/scinder.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_aux_referents
def repartir(request: RequeteReferent, code: str, vers: str) -> HttpResponse:
    """Share the listings of a split compétence out: ticked is what their words say."""
    ancienne, nouvelle = _lire(code), _lire(vers)
    annonces = _annonces_de(ancienne)
    if request.method == "POST":
        choisies = [a for a in annonces if str(a.uuid) in request.POST.getlist("annonces")]
        with RefusDits(request):
            for annonce in choisies:
                corriger_competence(par=request.user, annonce=annonce, competence=nouvelle)
            messages.success(request, f"Annonces déplacées\u00a0: {len(choisies)}.")
        return redirect("animation:competence", nouvelle.pk)
    contexte = {
        "ancienne": ancienne,
        "nouvelle": nouvelle,
        "lignes": proposer_repartition(annonces, ancienne=ancienne, nouvelle=nouvelle),
    }
    return render(request, "animation/repartir.html", contexte)


@require_safe
@reserve_aux_referents
def historique_arbre(request: RequeteReferent) -> HttpResponse:
    changements = JournalArbre.objects.select_related("par", "annulation", "annule")
    page = Paginator(changements, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "animation/historique_arbre.html", {"page": page, "lignes": historique(page)})


@require_POST
@reserve_aux_referents
def annuler_changement(request: RequeteReferent, changement: UUID) -> HttpResponse:
    lu = get_object_or_404(JournalArbre, uuid=changement)
    with RefusDits(request):
        refonte.annuler_changement(par=request.user, changement=lu)
        messages.success(request, "Ce changement est annulé\u00a0: tout est comme avant lui.")
    return redirect("animation:historique_arbre")


def _lire(code: str) -> Competence:
    return get_object_or_404(Competence.objects.select_related("theme", "remplacee_par"), pk=code)


def _annonces_de(competence: Competence) -> list[Any]:
    return [
        annonce
        for modele in refonte.MODELES.values()
        for annonce in modele.objects.publiees()
        .filter(competence=competence)
        .select_related("entreprise", "commune")
        .order_by("pk")[:REPARTIES_MAX]
    ]


def _mot_vise(request: HttpRequest) -> MotManquant | None:
    """The missing word of the address, if it still waits; None for anything else."""
    try:
        uuid = UUID(request.GET.get("mot", ""))
    except ValueError:
        return None
    return MotManquant.objects.en_attente().filter(uuid=uuid).first()


def _rendre(request: HttpRequest, gabarit: str, contexte: dict[str, Any]) -> HttpResponse:
    return render(request, gabarit, contexte, status=422 if contexte["formulaire"].is_bound else 200)
