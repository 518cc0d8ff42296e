"""One's séances in the calendar of one's phone: the page that gives the address, and the address itself."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from echange.socle.calendrier import Methode, RendezVous, en_ics
from echange.socle.horloge import maintenant
from matching.calendrier import rendez_vous
from matching.models import AbonnementAgenda, Seance
from matching.services.agendas import changer_agenda, creer_jeton, fermer_agenda, lire_jeton, ouvrir_agenda
from profils.acces import RequeteEntreprise, avec_entreprise
from profils.models import Entreprise, Utilisateur

PASSE = timedelta(days=60)  # what a calendar keeps of what has taken place
SEANCES_MAX = 200


@require_safe
@avec_entreprise
def mon_agenda(request: RequeteEntreprise) -> HttpResponse:
    """Explain, then give the address to whoever has asked for one."""
    abonnement = AbonnementAgenda.objects.filter(utilisateur=request.user).first()
    adresse = f"{settings.ADRESSE_DU_SITE}{_chemin(abonnement)}" if abonnement else ""
    webcal = f"webcal://{adresse.partition('://')[2]}" if adresse else ""
    return render(request, "matching/agenda.html", {"adresse": adresse, "webcal": webcal})


@require_POST
@avec_entreprise
def ouvrir(request: RequeteEntreprise) -> HttpResponse:
    ouvrir_agenda(par=request.user)
    return redirect("matching:mon_agenda")


@require_POST
@avec_entreprise
def changer(request: RequeteEntreprise) -> HttpResponse:
    changer_agenda(par=request.user)
    messages.success(request, "L’ancienne adresse ne marche plus\u00a0: donnez la nouvelle à votre agenda.")
    return redirect("matching:mon_agenda")


@require_POST
@avec_entreprise
def fermer(request: RequeteEntreprise) -> HttpResponse:
    fermer_agenda(par=request.user)
    messages.success(request, "C’est arrêté\u00a0: votre agenda ne lit plus vos rendez-vous.")
    return redirect("matching:mon_agenda")


@require_safe
@never_cache
@login_not_required
def flux(request: HttpRequest, jeton: str) -> HttpResponse:
    """What calendars read, every few hours and without signing in; a revoked address does not exist."""
    abonnement = lire_jeton(jeton)
    if abonnement is None:
        raise Http404
    ics = en_ics(_rendez_vous(abonnement.utilisateur), Methode.PUBLIER, nom="Échange")
    return HttpResponse(ics, content_type="text/calendar; charset=utf-8")


def _rendez_vous(personne: Utilisateur) -> list[RendezVous]:
    """Her companies' agreed séances, to come or of the last two months, each read for her side."""
    siennes = {e.pk: e for e in Entreprise.objects.de(personne)}
    agenda = []
    convenues = Seance.objects.visibles_par(personne).convenues().detaillees()
    for seance in convenues.filter(fin__gt=maintenant() - PASSE).order_by("debut", "pk")[:SEANCES_MAX]:
        cote = seance.apport.donneur_id if seance.apport.donneur_id in siennes else seance.apport.receveur_id
        agenda.append(rendez_vous(seance, siennes[cote]))
    return agenda


def _chemin(abonnement: AbonnementAgenda) -> str:
    return reverse("matching:flux_agenda", args=[creer_jeton(abonnement)])
