"""The référent's list of missing words: understand them, or say why not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from animation.acces import RequeteReferent, reserve_aux_referents
from animation.forms_competences import FormulaireEcart, FormulaireFiltreMots, FormulaireRattachement
from matching.models import EtatMot, MotManquant
from matching.models.competences import DIT_MAX
from matching.services.mots import ecarter_mots, rattacher_mots
from matching.suggestions import suggerer
from matching.views.commun import RefusDits

PAR_PAGE = 20


@require_safe
@reserve_aux_referents
def mots(request: RequeteReferent) -> HttpResponse:
    formulaire = FormulaireFiltreMots(request.GET)
    filtre = formulaire.filtre
    trouves = (
        _filtrer(filtre)
        .avec_semblables()
        .select_related("secteur", "territoire", "theme", "competence", "piste")
    )
    page = Paginator(trouves.order_by("-cree_le", "-pk"), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "page": page,
        "filtre": formulaire,
        "etat": filtre.get("etat", EtatMot.EN_ATTENTE),
        "etats": EtatMot.choices,
        "est_filtree": bool(filtre.keys() - {"etat"}),
    }
    return render(request, "animation/mots.html", contexte)


def _filtrer(filtre: dict[str, Any]) -> Any:
    trouves = MotManquant.objects.filter(etat=filtre.get("etat", EtatMot.EN_ATTENTE))
    for nom in ("theme", "territoire"):
        if nom in filtre:
            trouves = trouves.filter(**{nom: filtre[nom]})
    for mot in filtre.get("q", "").split():
        trouves = trouves.filter(texte__unaccent__icontains=mot)
    return trouves


@require_safe
@reserve_aux_referents
def mot(request: RequeteReferent, mot: UUID) -> HttpResponse:
    lu = _lire(mot)
    return _ecran(request, lu, _rattachement(lu), FormulaireEcart())


@require_POST
@reserve_aux_referents
def rattacher_mot(request: RequeteReferent, mot: UUID) -> HttpResponse:
    lu = _lire(mot)
    formulaire = FormulaireRattachement(request.POST, semblables=_semblables(lu))
    if formulaire.is_valid():
        donnees = formulaire.cleaned_data
        with RefusDits(request):
            traites = rattacher_mots(
                par=request.user,
                mots=[lu, *donnees["semblables"]],
                competence=donnees["competence"],
                dit=donnees["dit"],
            )
            _remercier(request, len(traites))
            return redirect("animation:mots")
    return _ecran(request, lu, formulaire, FormulaireEcart(), status=422)


@require_POST
@reserve_aux_referents
def ecarter_mot(request: RequeteReferent, mot: UUID) -> HttpResponse:
    lu = _lire(mot)
    formulaire = FormulaireEcart(request.POST, semblables=_semblables(lu))
    if formulaire.is_valid():
        donnees = formulaire.cleaned_data
        with RefusDits(request):
            traites = ecarter_mots(
                par=request.user, mots=[lu, *donnees["semblables"]], motif=donnees["motif"]
            )
            _remercier(request, len(traites))
            return redirect("animation:mots")
    return _ecran(request, lu, _rattachement(lu), formulaire, status=422)


def _lire(uuid: UUID) -> MotManquant:
    lus = MotManquant.objects.select_related("secteur", "territoire", "theme", "competence", "piste")
    return get_object_or_404(lus, uuid=uuid)


def _semblables(mot: MotManquant) -> list[MotManquant]:
    return list(MotManquant.objects.semblables_a(mot)[:PAR_PAGE])


def _rattachement(mot: MotManquant) -> FormulaireRattachement:
    """Start from what the owner chose in the end, else from what the words look like most."""
    proche = mot.piste or next(iter(suggerer(mot.texte, 1)), None)
    depart = {"competence": proche.pk if proche else "", "dit": mot.texte[:DIT_MAX]}
    return FormulaireRattachement(initial=depart)


def _ecran(
    request: RequeteReferent,
    mot: MotManquant,
    rattachement: FormulaireRattachement,
    ecart: FormulaireEcart,
    *,
    status: int = 200,
) -> HttpResponse:
    contexte = {
        "mot": mot,
        "semblables": _semblables(mot),
        "attentes": mot.attentes.count(),
        "rattachement": rattachement,
        "ecart": ecart,
    }
    return render(request, "animation/mot.html", contexte, status=status)


def _remercier(request: RequeteReferent, nombre: int) -> None:
    suite = "ce mot est traité, et qui l’attendait est prévenu"
    if nombre > 1:
        suite = f"{nombre} mots sont traités, et qui les attendait est prévenu"
    messages.success(request, f"Merci\u00a0: {suite}.")
