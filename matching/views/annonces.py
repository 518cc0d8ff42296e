"""One's listings, their states, and a listing's own page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching.converters import GenreAnnonce
from matching.models import Annonce, Arete, Besoin, Nature, SavoirFaire
from matching.paire import paire_de
from matching.presentation.annonces import Etat, FicheAnnonce, annonces_de
from matching.presentation.attentes import attentes_de
from matching.presentation.rapprochements import FicheRapprochement, echanges_ouverts, fiches_de
from matching.rapprochements import Rapprochement, charger, chemins_de
from matching.services import annonces as services
from matching.views.commun import RefusDits
from profils.acces import RequeteEntreprise, avec_entreprise, entreprise_de
from profils.models import Entreprise


@require_safe
@avec_entreprise
def mes_annonces(request: RequeteEntreprise) -> HttpResponse:
    contexte = {
        "annonces": annonces_de(request.entreprise),
        "attentes": attentes_de(request.entreprise),
        "paire": paire_de(request.entreprise),
        "entreprise": request.entreprise,
    }
    return render(request, "matching/mes_annonces.html", contexte)


@login_not_required
@require_safe
def besoin(request: HttpRequest, annonce: UUID) -> HttpResponse:
    return _page(request, Besoin, annonce)


@login_not_required
@require_safe
def savoir_faire(request: HttpRequest, annonce: UUID) -> HttpResponse:
    return _page(request, SavoirFaire, annonce)


@require_POST
@avec_entreprise
def mettre_en_pause(request: RequeteEntreprise, genre: GenreAnnonce, annonce: UUID) -> HttpResponse:
    with RefusDits(request):
        services.mettre_en_pause_annonce(par=request.user, annonce=_la_sienne(request, genre, annonce))
        messages.success(request, "C’est en pause\u00a0: plus personne ne voit cette annonce.")
    return redirect("matching:mes_annonces")


@require_POST
@avec_entreprise
def reprendre(request: RequeteEntreprise, genre: GenreAnnonce, annonce: UUID) -> HttpResponse:
    with RefusDits(request):
        services.reprendre_annonce(par=request.user, annonce=_la_sienne(request, genre, annonce))
        messages.success(request, "Votre annonce est de nouveau en ligne.")
    return redirect("matching:mes_annonces")


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def retirer(request: RequeteEntreprise, genre: GenreAnnonce, annonce: UUID) -> HttpResponse:
    """Ask once, then withdraw for good."""
    actuelle = _la_sienne(request, genre, annonce)
    fiche = FicheAnnonce(actuelle, est_la_sienne=True)
    if request.method != "POST" and fiche.peut_retirer:
        return render(request, "matching/retirer.html", {"fiche": fiche})
    services.retirer_annonce(par=request.user, annonce=actuelle)
    messages.success(request, "Votre annonce est retirée.")
    return redirect("matching:mes_annonces")


def _la_sienne(request: RequeteEntreprise, genre: GenreAnnonce, annonce: UUID) -> Any:
    siennes = genre.objects.de_entreprise(request.entreprise).select_related("competence", "entreprise")
    return get_object_or_404(siennes, uuid=annonce)


def _page(request: HttpRequest, modele: GenreAnnonce, uuid: UUID) -> HttpResponse:
    """Show a listing to all while it is on line, to its company always; nothing else exists for others."""
    entreprise = entreprise_de(request)
    lisibles = modele.objects.publiees()
    if entreprise:
        lisibles = lisibles | modele.objects.de_entreprise(entreprise)
    annonce = get_object_or_404(
        lisibles.select_related("entreprise__secteur", "commune", "competence__theme"), uuid=uuid
    )
    fiche = FicheAnnonce(
        annonce, est_la_sienne=entreprise is not None and annonce.entreprise_id == entreprise.pk
    )
    contexte = {
        "fiche": fiche,
        "est_en_ligne": fiche.etat is Etat.EN_LIGNE,
        "rapprochement": _rapprochement_avec(entreprise, annonce)
        if entreprise and not fiche.est_la_sienne
        else None,
        "url_reponse": _url_reponse(annonce, est_connecte=request.user.is_authenticated),
    }
    return render(request, "matching/annonce.html", contexte)


def _rapprochement_avec(entreprise: Entreprise, annonce: Annonce) -> FicheRapprochement | None:
    """Return the best échange of this company in which this listing plays: served by it, or serving it."""
    trouve = _parmi_les_meilleurs(entreprise, annonce) or _direct(entreprise, annonce)
    return fiches_de([trouve], echanges_ouverts(entreprise))[0] if trouve else None


def _parmi_les_meilleurs(entreprise: Entreprise, annonce: Annonce) -> Rapprochement | None:
    if annonce.est_besoin:  # what the company gives to it closes a loop
        entre_elles, place = Arete.objects.filter(besoin=annonce.pk, offreur=entreprise), -1
    else:
        entre_elles, place = Arete.objects.filter(savoir_faire=annonce.pk, demandeur=entreprise), 0
    cles = set(entre_elles.values_list("pk", flat=True))
    if not cles:
        return None
    avec_elle = [chemin for chemin in chemins_de(entreprise) if chemin.aretes[place] in cles]
    return next(iter(charger(avec_elle[:1])), None)


def _direct(entreprise: Entreprise, annonce: Annonce) -> Rapprochement | None:
    """A savoir-faire that serves this company, but not among its best."""
    if annonce.est_besoin:
        return None
    aretes = Arete.objects.filter(savoir_faire=annonce.pk, demandeur=entreprise).vivantes().detaillees()
    arete = aretes.order_by("-score", "pk").first()
    return Rapprochement(Nature.DIRECT, (arete,), arete.score) if arete else None


def _url_reponse(annonce: Annonce, *, est_connecte: bool) -> str:
    """Return where one answers a listing: the other half of the pair, already filled in."""
    nom = "matching:publier_savoir_faire" if annonce.est_besoin else "matching:publier_besoin"
    url = f"{reverse(nom)}?{urlencode({'competence': annonce.competence_id})}"
    return url if est_connecte else f"{reverse('account_login')}?{urlencode({'next': url})}"
