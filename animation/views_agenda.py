"""Register at an event, signed in or not; calendars of an event and of a community."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from animation.forms_agenda import FormulaireVisiteur
from animation.jetons_agenda import chemin_d_inscription, lire_jeton
from animation.models import EtatInscription, Evenement, Inscription
from animation.presentation.agenda import place_attendue, position_dans_la_file
from animation.presentation.evenements import FicheEvenement, rendez_vous
from animation.presentation.mes_inscriptions import lire_inscriptions
from animation.services import inscriptions as services
from echange.socle.calendrier import Methode, en_ics
from echange.socle.horloge import maintenant
from profils.acces import utilisateur_de
from profils.models import Utilisateur
from territoires.models import Territoire

MEMOIRE_DES_CALENDRIERS = timedelta(days=90)  # a calendar one subscribes to keeps what is just over


@login_not_required
@require_safe
@cache_control(public=True, max_age=900)
def agenda_ics(request: HttpRequest, code: str) -> HttpResponse:
    """The public events of a territoire, for a calendar to subscribe to: one that is off stays, cancelled."""
    territoire = get_object_or_404(Territoire.objects.ouverts(), code=code)
    publics = Evenement.objects.publics().filter(
        territoire=territoire, fin__gt=maintenant() - MEMOIRE_DES_CALENDRIERS
    )
    agenda = [rendez_vous(e) for e in publics.detailles().order_by("debut", "pk")]
    ics = en_ics(agenda, Methode.PUBLIER, nom=f"Agenda {territoire.nom} – Échange")
    return _calendrier(ics, f"agenda-{code}.ics", a_telecharger=False)


@login_not_required
@require_safe
def evenement_ics(request: HttpRequest, evenement: UUID) -> HttpResponse:
    """One event, as anybody may keep it: without the link of its visio."""
    lu = _public(evenement)
    ics = en_ics([rendez_vous(lu)], Methode.RETIRER if lu.est_annule else Methode.PUBLIER)
    return _calendrier(ics, "rendez-vous.ics")


@never_cache
@login_not_required
@require_safe
def inscription_ics(request: HttpRequest, jeton: str) -> HttpResponse:
    """The same for somebody who has a place: the link of the visio is in it."""
    lue = _du_courriel(jeton)
    if not lue.est_inscrite:
        raise Http404
    lu = lue.evenement
    ics = en_ics([rendez_vous(lu, visio=True)], Methode.RETIRER if lu.est_annule else Methode.PUBLIER)
    return _calendrier(ics, "rendez-vous.ics")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def inscrire(request: HttpRequest, evenement: UUID) -> HttpResponse:
    """A member in one touch; a visitor gives an address, and is told the same thing whoever she is."""
    lu = _public(evenement)
    if isinstance(request.user, Utilisateur):
        return _inscrire_la_personne(request, request.user, lu)
    formulaire = FormulaireVisiteur(request.POST if request.method == "POST" else None, requete=request)
    if formulaire.is_valid():
        if not formulaire.est_un_robot:
            services.demander_inscription(
                evenement=lu,
                nom=formulaire.cleaned_data["nom"],
                courriel=formulaire.cleaned_data["courriel"],
            )
        contexte = {"fiche": FicheEvenement(lu), "courriel": formulaire.cleaned_data["courriel"]}
        return render(request, "animation/inscription_demandee.html", contexte)
    contexte = {"fiche": FicheEvenement(lu), "formulaire": formulaire}
    statut = 422 if formulaire.errors else 200
    return render(request, "animation/inscrire.html", contexte, status=statut)


def _inscrire_la_personne(request: HttpRequest, personne: Utilisateur, evenement: Evenement) -> HttpResponse:
    if request.method == "POST":
        inscription = services.inscrire(par=personne, evenement=evenement)
        return redirect(chemin_d_inscription(inscription))
    deja = evenement.inscriptions.actives().de_la_personne(personne).first()
    if deja is not None:
        return redirect(chemin_d_inscription(deja))
    return render(request, "animation/inscrire.html", {"fiche": FicheEvenement(evenement)})


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def inscription(request: HttpRequest, jeton: str) -> HttpResponse:
    """Read, confirm, from a mail: opening the link changes nothing, one button does."""
    lue = _du_courriel(jeton)
    if request.method == "POST":
        lue = services.confirmer_inscription(inscription=lue)
        return redirect(chemin_d_inscription(lue))
    contexte = {
        "fiche": FicheEvenement(lue.evenement),
        "inscription": lue,
        "jeton": jeton,
        "avant_elle": position_dans_la_file(lue) - 1 if lue.etat == EtatInscription.ATTENTE else 0,
    }
    return render(request, "animation/inscription.html", contexte)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def annuler_inscription(request: HttpRequest, jeton: str) -> HttpResponse:
    lue = _du_courriel(jeton)
    return _annuler(request, lue, chemin_d_inscription(lue), "Votre inscription")


@never_cache
@require_safe
def mes_inscriptions(request: HttpRequest) -> HttpResponse:
    """Where a member goes, where she waits, and where she has been of late."""
    siennes = lire_inscriptions(utilisateur_de(request))
    return render(request, "animation/mes_inscriptions.html", {"inscriptions": siennes})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def annuler_la_mienne(request: HttpRequest, inscription: UUID) -> HttpResponse:
    """The same from her list; somebody else's registration does not exist."""
    siennes = Inscription.objects.de_la_personne(utilisateur_de(request))
    lue = get_object_or_404(siennes.select_related("evenement__page"), uuid=inscription)
    return _annuler(request, lue, reverse("agenda:mes_inscriptions"), "Mes rendez-vous")


def _annuler(request: HttpRequest, lue: Inscription, retour: str, retour_nom: str) -> HttpResponse:
    """Say what follows, then do it: a place given back goes to whoever waits."""
    if request.method == "POST":
        services.annuler_inscription(inscription=lue)
        messages.success(request, "C’est noté\u00a0: vous n’êtes plus attendu·e.")
        return redirect(retour)
    if not lue.est_active or lue.evenement.est_annule or lue.evenement.est_passe:
        return redirect(retour)
    contexte = {
        "fiche": FicheEvenement(lue.evenement),
        "inscription": lue,
        "place_attendue": place_attendue(lue),
        "retour": retour,
        "retour_nom": retour_nom,
    }
    return render(request, "animation/inscription_annuler.html", contexte)


def _public(uuid: UUID) -> Evenement:
    return get_object_or_404(Evenement.objects.publics().detailles(), uuid=uuid)


def _du_courriel(jeton: str) -> Inscription:
    lue = lire_jeton(jeton)
    if lue is None:
        raise Http404
    return lue


def _calendrier(ics: bytes, nom: str, *, a_telecharger: bool = True) -> HttpResponse:
    disposition = "attachment" if a_telecharger else "inline"
    return HttpResponse(
        ics,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'{disposition}; filename="{nom}"'},
    )
