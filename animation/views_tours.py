"""The tours of a territoire: prepare, watch, read, correct, send, take away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from animation.acces import RequeteAnimation, reserve_a_l_animation
from animation.forms_tours import FormulaireEcarter, FormulaireEnvoi, FormulaireFiltreTour, FormulaireTour
from animation.tableur import reponse_csv
from animation.tours import (
    carte_de,
    consignes_de,
    en_mots,
    envoyables,
    fiches_de,
    filtrer,
    lignes_export,
    natures_de,
    tours_avec_comptes,
)
from echange.socle.templatetags.francais import pluriel
from matching.erreurs import ConsigneInvalide, TourDejaEnCours
from matching.models import EchangePrevu, GenreConsigne, Tour
from matching.models.tours import EchangePrevuQuerySet
from matching.presentation.tours import NATURES_DITES, FichePrevu, FicheTour
from matching.services import envois
from matching.services import tours as services
from matching.views.commun import RefusDits, envoi

PAR_PAGE = 12
TOURS_PAR_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a_l_animation
def tours(request: RequeteAnimation) -> HttpResponse:
    """The tours of one's territoires, and the form that launches one."""
    formulaire = FormulaireTour(envoi(request), territoires=request.territoires)
    if formulaire.is_valid():
        territoire = formulaire.cleaned_data["territoire"]
        try:
            lance = services.lancer_tour(
                par=request.user, territoire=territoire, reglages=formulaire.reglages
            )
        except TourDejaEnCours as refus:
            messages.warning(request, refus.message)
            lance = Tour.objects.filter(territoire=territoire).latest("cree_le")
        return redirect("animation:tour", lance.uuid)
    siens = Tour.objects.du_ressort_de(request.user).order_by("-cree_le", "-pk")
    page = Paginator(tours_avec_comptes(siens), TOURS_PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "territoires": request.territoires,
        "formulaire": formulaire,
        "page": page,
        "fiches": [FicheTour(tour) for tour in page],
    }
    return render(request, "animation/tours.html", contexte, status=422 if formulaire.is_bound else 200)


@require_safe
@never_cache
@reserve_a_l_animation
def tour(request: RequeteAnimation, tour: UUID) -> HttpResponse:
    """The running tour and how far it is, or what it found."""
    lu = _le_mien(request, tour)
    if not lu.est_termine:
        return render(request, "animation/tour_en_cours.html", {"fiche": FicheTour(lu)})
    filtre = FormulaireFiltreTour(request.GET, tour=lu)
    consignes = consignes_de(lu)
    page = Paginator(filtrer(lu, filtre.filtre).detailles(), PAR_PAGE).get_page(request.GET.get("page"))
    fiches = fiches_de(page, consignes)
    natures = natures_de(lu)
    contexte = {
        "fiche": FicheTour(lu),
        "filtre": filtre,
        "est_filtre": bool(filtre.filtre),
        "natures": [(n.value, mots, natures[n]) for n, mots in NATURES_DITES.items() if n in natures],
        "total": sum(natures.values()),
        "page": page,
        "fiches": [(fiche_prevue, FormulaireEcarter(fiche=fiche_prevue)) for fiche_prevue in fiches],
        "consignes": en_mots(consignes),
        "a_envoyer": envoyables(lu, filtre.filtre).count(),
        "reste": any(fiche_prevue.est_a_envoyer for fiche_prevue in fiches),
        "carte": carte_de(fiches),
        "suite": f"?{request.GET.urlencode()}" if request.GET else "",
    }
    return render(request, "animation/tour.html", contexte)


@require_safe
@never_cache
@reserve_a_l_animation
def avancement(request: RequeteAnimation, tour: UUID) -> HttpResponse:
    """How far the tour is, asked every two seconds; once it has ended, the whole page again."""
    lu = _le_mien(request, tour)
    page = reverse("animation:tour", args=[lu.uuid])
    if not request.htmx:
        return redirect(page)
    if not lu.est_actif:
        return HttpResponseClientRedirect(page)
    return render(request, "animation/_avancement.html", {"fiche": FicheTour(lu)})


@require_POST
@reserve_a_l_animation
def arreter(request: RequeteAnimation, tour: UUID) -> HttpResponse:
    arrete = services.arreter_tour(par=request.user, tour=_le_mien(request, tour))
    if arrete.est_actif:
        messages.info(request, "Le calcul s’arrête. Vous aurez ce qu’il a trouvé de mieux.")
    return redirect("animation:tour", tour)


@require_POST
@reserve_a_l_animation
def recalculer(request: RequeteAnimation, tour: UUID) -> HttpResponse:
    """Launch the same tour again with what was asked since."""
    with RefusDits(request):
        suite = services.recalculer_tour(par=request.user, tour=_le_mien(request, tour))
        return redirect("animation:tour", suite.uuid)
    return redirect("animation:tour", tour)


@require_POST
@reserve_a_l_animation
def consigner(request: RequeteAnimation, tour: UUID) -> HttpResponse:
    """Keep or leave out an échange, two companies, one company or one besoin (`consigne`)."""
    lu = _le_mien(request, tour)
    cle = _uuid(request.POST.get("echange", ""))
    prevu = get_object_or_404(EchangePrevu.objects.filter(tour=lu).detailles(), uuid=cle)
    with RefusDits(request):
        _consigner(request, prevu)
    return _retour(request, lu, f"echange-{prevu.uuid}")


def _consigner(request: RequeteAnimation, prevu: EchangePrevu) -> None:
    """Read « garder », « echange », « paire-1 », « entreprise-<uuid> » or « besoin-<uuid> »."""
    genre, _, cible = request.POST.get("consigne", "").partition("-")
    if genre not in GenreConsigne.values:
        raise ConsigneInvalide
    fiche = FichePrevu(prevu)
    dons = {str(don.rang): don for don in fiche.dons}
    don = dons.get(cible)
    services.consigner(
        par=request.user,
        echange=prevu,
        genre=GenreConsigne(genre),
        paire=(don.donneur, don.receveur) if don else None,
        entreprise=next((e for e in fiche.entreprises if str(e.uuid) == cible), None),
        besoin=next((d.besoin for d in fiche.dons if str(d.besoin.uuid) == cible), None),
    )


@require_POST
@reserve_a_l_animation
def lever(request: RequeteAnimation, tour: UUID) -> HttpResponse:
    """Take a consigne back."""
    lu = _le_mien(request, tour)
    services.lever_consigne(par=request.user, tour=lu, consigne=_uuid(request.POST.get("consigne", "")))
    echange = request.POST.get("echange")
    return _retour(request, lu, f"echange-{_uuid(echange)}" if echange else "consignes")


@require_POST
@reserve_a_l_animation
def envoyer(request: RequeteAnimation, tour: UUID) -> HttpResponse:
    """Show what would be sent and ask to confirm; once confirmed, send."""
    lu = _le_mien(request, tour)
    fiches = fiches_de(_choisis(request, lu).a_envoyer().detailles())
    if not fiches:
        messages.error(request, "Cochez au moins un échange qui n’est pas encore envoyé.")
        return _retour(request, lu, "liste")
    formulaire = FormulaireEnvoi(request.POST if "confirme" in request.POST else None)
    if not formulaire.is_valid():
        entreprises = {e.pk for fiche in fiches for e in fiche.entreprises}
        contexte = {
            "fiche": FicheTour(lu),
            "fiches": fiches,
            "formulaire": formulaire,
            "entreprises": len(entreprises),
        }
        return render(
            request, "animation/tour_envoyer.html", contexte, status=422 if formulaire.is_bound else 200
        )
    with RefusDits(request):
        bilan = envois.envoyer_tour(
            par=request.user,
            tour=lu,
            echanges=[fiche.prevu.uuid for fiche in fiches],
            mot=formulaire.cleaned_data["mot"],
        )
        _dire_envoi(request, bilan)
    return redirect("animation:tour", tour)


def _dire_envoi(request: HttpRequest, bilan: envois.Envoi) -> None:
    if bilan.envoyes:
        s = pluriel(bilan.envoyes)
        messages.success(
            request, f"{bilan.envoyes} proposition{s} envoyée{s}. Les entreprises ont 7 jours pour répondre."
        )
    if bilan.refuses:
        s, verbe = pluriel(bilan.refuses), pluriel(bilan.refuses, "peut,peuvent")
        messages.warning(
            request,
            f"{bilan.refuses} échange{s} ne {verbe} plus être proposé{s}\u00a0: la liste dit pourquoi.",
        )


def _choisis(request: RequeteAnimation, lu: Tour) -> EchangePrevuQuerySet:
    """All those the filter keeps (`choix=tous`), save those put aside; or those ticked."""
    if request.POST.get("choix") == "tous":
        return envoyables(lu, FormulaireFiltreTour(request.GET, tour=lu).filtre)
    coches = [cle for valeur in request.POST.getlist("echange") if (cle := _uuid(valeur))]
    return EchangePrevu.objects.filter(tour=lu, uuid__in=coches)


@require_safe
@reserve_a_l_animation
def imprimer(request: RequeteAnimation, tour: UUID) -> HttpResponse:
    """The échanges on paper, for a meeting: the filter's, all of them."""
    lu = _le_mien(request, tour)
    filtre = FormulaireFiltreTour(request.GET, tour=lu)
    contexte = {"fiche": FicheTour(lu), "fiches": fiches_de(filtrer(lu, filtre.filtre).detailles())}
    return render(request, "animation/tour_imprimer.html", contexte)


@require_safe
@reserve_a_l_animation
def exporter(request: RequeteAnimation, tour: UUID) -> HttpResponse:
    """One line a gift, for a spreadsheet."""
    lu = _le_mien(request, tour)
    filtre = FormulaireFiltreTour(request.GET, tour=lu)
    nom = f"tour-{lu.territoire.code}-{lu.cree_le:%Y-%m-%d}"
    return reponse_csv(nom, lignes_export(fiches_de(filtrer(lu, filtre.filtre).detailles())))


def _le_mien(request: RequeteAnimation, uuid: UUID) -> Tour:
    """Return the tour if this person animates its territoire; for anybody else it does not exist."""
    siens = Tour.objects.du_ressort_de(request.user)
    return get_object_or_404(siens.select_related("territoire", "lance_par", "parent"), uuid=uuid)


def _uuid(valeur: str) -> UUID:
    try:
        return UUID(valeur)
    except ValueError as erreur:
        raise Http404 from erreur


def _retour(request: HttpRequest, lu: Tour, ancre: str) -> HttpResponse:
    """Back to the page of the tour, with its filter, where one was."""
    page = reverse("animation:tour", args=[lu.uuid])
    requete = request.GET.urlencode()
    return redirect(f"{page}{'?' if requete else ''}{requete}#{ancre}")
