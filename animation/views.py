"""The console: what is new in a territoire, and the moderation of its listings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from animation.acces import RequeteAnimation, reserve_a_l_animation
from animation.annonces import Ligne, charger_annonces, chercher_annonces, en_ligne_de_console
from animation.chiffres import chiffres_des_echanges, chiffres_par_territoire, total
from animation.forms import Etat, FormulaireFiltre, FormulaireMasquer, Genre
from animation.forms_competences import FormulaireCorrection
from animation.presentation.console import tuiles_de
from animation.services import moderation
from matching.converters import ConvertisseurGenre, GenreAnnonce
from matching.models import StatutAnnonce
from matching.suggestions import suggerer
from matching.views.commun import RefusDits, envoi
from profils.models import Utilisateur

PAR_PAGE = 20


@require_safe
@reserve_a_l_animation
def console(request: RequeteAnimation) -> HttpResponse:
    """The newest listings of one's territoires, and of nobody else's."""
    filtre = FormulaireFiltre(request.GET, territoires=request.territoires)
    cles = chercher_annonces(request.user, **filtre.filtre)
    page = Paginator(cles, PAR_PAGE).get_page(request.GET.get("page"))
    territoires = [territoire.pk for territoire in request.territoires]
    contexte = {
        "territoires": request.territoires,
        "filtre": filtre,
        "genres": Genre.choices,
        "etats": Etat.choices,
        "est_filtree": bool(filtre.filtre),
        "page": page,
        "lignes": [en_ligne_de_console(lue) for lue in charger_annonces(list(page))],
        "chiffres": total(chiffres_par_territoire(territoires).values()),
        "tuiles": tuiles_de(request.user, request.territoires),
        "echanges": chiffres_des_echanges(territoires),
        "a_defaire": _a_defaire(request),
        "ici": _ici(request),
    }
    return render(request, "animation/console.html", contexte)


def _ici(request: HttpRequest) -> str:
    """This page of the list, to come back to; what was to undo is done with."""
    requete = request.GET.copy()
    requete.pop("defaire", None)
    return f"{request.path}?{requete.urlencode()}" if requete else request.path


def _a_defaire(request: RequeteAnimation) -> Ligne | None:
    """The listing just hidden (`?defaire=besoins/<uuid>`), for as long as it is hidden."""
    genre, _, cle = request.GET.get("defaire", "").partition("/")
    modele = ConvertisseurGenre.MODELES.get(genre)
    try:
        uuid = UUID(cle)
    except ValueError:
        return None
    if modele is None:
        return None
    masquees = modele.objects.du_ressort_de(request.user).filter(uuid=uuid, statut=StatutAnnonce.MASQUEE)
    masquee = masquees.select_related("entreprise", "competence").first()
    return en_ligne_de_console(masquee) if masquee else None


@require_safe
@reserve_a_l_animation
def annonce(request: RequeteAnimation, genre: GenreAnnonce, annonce: UUID) -> HttpResponse:
    """One listing with its history."""
    lue = _du_ressort(request.user, genre, annonce)
    contexte = {"ligne": en_ligne_de_console(lue), "journal": lue.journal.select_related("par")}
    return render(request, "animation/annonce.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a_l_animation
def masquer(request: RequeteAnimation, genre: GenreAnnonce, annonce: UUID) -> HttpResponse:
    """Ask why, then hide."""
    lue = _du_ressort(request.user, genre, annonce)
    formulaire = FormulaireMasquer(envoi(request))
    if not formulaire.is_valid():
        contexte = {"ligne": en_ligne_de_console(lue), "formulaire": formulaire, "retour": _retour(request)}
        return render(request, "animation/masquer.html", contexte, status=422 if formulaire.is_bound else 200)
    with RefusDits(request):
        moderation.masquer(par=request.user, annonce=lue, motif=formulaire.raison)
    return redirect(_avec(_retour(request), defaire=f"{ConvertisseurGenre().to_url(lue)}/{lue.uuid}"))


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a_l_animation
def corriger(request: RequeteAnimation, genre: GenreAnnonce, annonce: UUID) -> HttpResponse:
    """Put a listing under the compétence it speaks of."""
    lue = _du_ressort(request.user, genre, annonce)
    depart = next((c.pk for c in suggerer(lue.texte) if c.pk != lue.competence_id), "")
    formulaire = FormulaireCorrection(
        envoi(request), actuelle=lue.competence_id, initial={"competence": depart}
    )
    if not formulaire.is_valid():
        contexte = {"ligne": en_ligne_de_console(lue), "formulaire": formulaire}
        return render(
            request, "animation/corriger.html", contexte, status=422 if formulaire.is_bound else 200
        )
    with RefusDits(request):
        moderation.corriger(par=request.user, annonce=lue, competence=formulaire.cleaned_data["competence"])
        messages.success(request, "L’annonce est rangée au bon endroit. L’entreprise est prévenue.")
    return redirect("animation:annonce", lue, lue.uuid)


@require_POST
@reserve_a_l_animation
def remettre_en_ligne(request: RequeteAnimation, genre: GenreAnnonce, annonce: UUID) -> HttpResponse:
    lue = moderation.remettre_en_ligne(par=request.user, annonce=_du_ressort(request.user, genre, annonce))
    if lue.statut == StatutAnnonce.PUBLIEE:
        messages.success(request, f"L’annonce de {lue.entreprise} est de nouveau en ligne.")
    else:
        messages.info(request, "L’annonce n’est plus masquée. L’entreprise peut la remettre en ligne.")
    return redirect(_retour(request))


def _du_ressort(utilisateur: Utilisateur, genre: GenreAnnonce, uuid: UUID) -> Any:
    """Return the listing if this person animates its territoire; a draft, or another's listing, is a 404."""
    annonces = genre.objects.du_ressort_de(utilisateur).exclude(statut=StatutAnnonce.BROUILLON)
    return get_object_or_404(
        annonces.select_related("entreprise", "commune__territoire", "competence"), uuid=uuid
    )


def _retour(request: HttpRequest) -> str:
    """Where the person came from (`retour`), if it is a page of the console; else the console."""
    console = reverse("animation:console")
    retour = request.POST.get("retour") or request.GET.get("retour") or console
    est_a_nous = url_has_allowed_host_and_scheme(retour, allowed_hosts=None)
    return retour if est_a_nous and retour.startswith(console) else console


def _avec(adresse: str, **parametres: str) -> str:
    separateur = "&" if "?" in adresse else "?"
    return f"{adresse}{separateur}{urlencode(parametres)}"
