"""The team's side of the agenda: who comes, who came, calling an event off."""

from __future__ import annotations

from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from animation.acces import RequeteAnimation, reserve_a_l_animation
from animation.forms_agenda import FormulaireAjout, FormulaireAnnulation
from animation.models import EtatInscription, Evenement, Inscription, PageEvenement, RubriqueAgenda
from animation.presentation.evenements import FicheEvenement
from animation.presentation.presences import lignes_export, lire_presences
from animation.services import evenements, inscriptions
from animation.tableur import reponse_csv
from matching.views.commun import RefusDits, envoi
from territoires.models import Territoire

PASSES_MAX = 30
PRESENCES = {"oui": True, "non": False, "": None}


@require_safe
@reserve_a_l_animation
def agenda(request: RequeteAnimation) -> HttpResponse:
    """Events to come of one's territoires, those still being written, those just over."""
    rubriques = _rubriques(request.territoires)
    siens = Evenement.objects.filter(territoire__in=request.territoires).detailles()
    contexte = {
        "a_venir": [FicheEvenement(e) for e in siens.a_venir()],
        "passes": [FicheEvenement(e) for e in siens.passes()[:PASSES_MAX]],
        "brouillons": _brouillons([rubrique for _, rubrique in rubriques]),
        "rubriques": rubriques,
        "territoires": request.territoires,
    }
    return render(request, "animation/agenda.html", contexte)


@never_cache
@require_safe
@reserve_a_l_animation
def evenement(request: RequeteAnimation, evenement: UUID) -> HttpResponse:
    return render(request, "animation/evenement.html", _contexte(_du_ressort(request, evenement)))


@never_cache
@require_safe
@reserve_a_l_animation
def imprimer(request: RequeteAnimation, evenement: UUID) -> HttpResponse:
    """The list to sign at the door."""
    return render(request, "animation/evenement_imprimer.html", _contexte(_du_ressort(request, evenement)))


@never_cache
@require_safe
@reserve_a_l_animation
def exporter(request: RequeteAnimation, evenement: UUID) -> HttpResponse:
    """The same, for a spreadsheet."""
    lu = _du_ressort(request, evenement)
    return reponse_csv(f"inscrits-{lu.debut:%Y-%m-%d}", lignes_export(lu))


@require_POST
@reserve_a_l_animation
def marquer(request: RequeteAnimation, inscription: UUID) -> HttpResponse:
    """Say that somebody came, did not, or that nothing is known."""
    lue = _inscription(request, inscription)
    with RefusDits(request):
        inscriptions.marquer_presence(
            par=request.user, inscription=lue, presente=PRESENCES.get(request.POST.get("presente", ""))
        )
    ligne = lire_presences(lue.evenement).ligne(lue)
    if request.htmx and ligne is not None:
        contexte = {"ligne": ligne, "evenement": lue.evenement}
        return render(request, "animation/_presence.html", contexte)
    return redirect("animation:evenement", lue.evenement.uuid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a_l_animation
def desinscrire(request: RequeteAnimation, inscription: UUID) -> HttpResponse:
    """Somebody called: she does not come any more. Say what follows, then do it."""
    lue = _inscription(request, inscription)
    presences = lire_presences(lue.evenement)
    ligne = presences.ligne(lue)
    if request.method == "POST":
        with RefusDits(request):
            inscriptions.annuler_inscription(inscription=lue)
            messages.success(request, f"{lue.nom} n’est plus sur la liste.")
    elif ligne is not None and not lue.evenement.est_passe and not lue.evenement.est_annule:
        contexte = {
            "fiche": FicheEvenement(lue.evenement),
            "ligne": ligne,
            "suivante": presences.suivante(ligne),
        }
        return render(request, "animation/evenement_retirer.html", contexte)
    return redirect("animation:evenement", lue.evenement.uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a_l_animation
def ajouter(request: RequeteAnimation, evenement: UUID) -> HttpResponse:
    """Enter somebody met or heard on the phone."""
    lu = _du_ressort(request, evenement)
    formulaire = FormulaireAjout(envoi(request))
    if formulaire.is_valid():
        with RefusDits(request):
            ajoutee = inscriptions.inscrire_par_l_equipe(
                par=request.user, evenement=lu, **formulaire.cleaned_data
            )
            mots = "a une place" if ajoutee.etat == EtatInscription.INSCRITE else "est en liste d’attente"
            messages.success(request, f"{ajoutee.nom} {mots}.")
        return redirect("animation:evenement", lu.uuid)
    contexte = {"fiche": FicheEvenement(lu), "formulaire": formulaire}
    statut = 422 if formulaire.errors else 200
    return render(request, "animation/evenement_ajouter.html", contexte, status=statut)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a_l_animation
def annuler(request: RequeteAnimation, evenement: UUID) -> HttpResponse:
    """Ask why, then call it off."""
    lu = _du_ressort(request, evenement)
    formulaire = FormulaireAnnulation(envoi(request))
    if formulaire.is_valid():
        with RefusDits(request):
            evenements.annuler_evenement(
                par=request.user, evenement=lu, motif=formulaire.cleaned_data["motif"]
            )
            messages.success(request, "Ce rendez-vous est annulé, et tout le monde est prévenu.")
        return redirect("animation:evenement", lu.uuid)
    prevenues = lu.inscriptions.actives().count()
    contexte = {"fiche": FicheEvenement(lu), "formulaire": formulaire, "prevenues": prevenues}
    statut = 422 if formulaire.errors else 200
    return render(request, "animation/evenement_annuler.html", contexte, status=statut)


def _rubriques(territoires: list[Territoire]) -> list[tuple[Territoire, RubriqueAgenda]]:
    """Where each of these territoires writes its events: one query."""
    par_chemin = {t.page.path: t for t in territoires if hasattr(t, "page")}
    rubriques = RubriqueAgenda.objects.live().order_by("path")
    return [(par_chemin[r.path[:-4]], r) for r in rubriques if r.path[:-4] in par_chemin]


def _brouillons(rubriques: list[RubriqueAgenda]) -> list[PageEvenement]:
    """What has never been on line, the latest written first: one query."""
    sous = reduce(or_, (Q(path__startswith=rubrique.path) for rubrique in rubriques), Q(pk__in=[]))
    pages = PageEvenement.objects.filter(sous, live=False, evenement=None)
    return list(pages.order_by("-latest_revision_created_at", "-pk"))


def _du_ressort(request: RequeteAnimation, uuid: UUID) -> Evenement:
    """Return an event of a territoire this person animates; any other does not exist (404)."""
    siens = Evenement.objects.filter(territoire__in=request.territoires)
    return get_object_or_404(siens.detailles(), uuid=uuid)


def _inscription(request: RequeteAnimation, uuid: UUID) -> Inscription:
    siennes = Inscription.objects.filter(evenement__territoire__in=request.territoires)
    return get_object_or_404(siennes.select_related("evenement", "utilisateur"), uuid=uuid)


def _contexte(lu: Evenement) -> dict[str, object]:
    return {"fiche": FicheEvenement(lu), "presences": lire_presences(lu)}
