"""What the screens of an apport share: which one, seen by whom, and the way back."""

from uuid import UUID

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from matching.models import Apport, Echange, Seance
from matching.presentation.seances import SuiviApport, suivis
from profils.acces import RequeteEntreprise

ANCRE = "#rendez-vous"


def suivi_de(request: RequeteEntreprise, echange: UUID, rang: int) -> SuiviApport:
    """Return the apport of this rank that this person's company gives or receives; for others, 404."""
    visibles = Echange.objects.visibles_par(request.user).de_entreprise(request.entreprise)
    trouve = get_object_or_404(visibles, uuid=echange)
    apports = Apport.objects.filter(echange=trouve, rang=rang).select_related(
        "echange", "donneur__commune", "receveur__commune", "besoin", "savoir_faire__competence"
    )
    siens = suivis(list(apports), request.entreprise)
    if not siens:
        raise Http404
    return siens[0]


def seance_de(request: RequeteEntreprise, uuid: UUID) -> Seance:
    """Return the séance of this person's company."""
    visibles = Seance.objects.visibles_par(request.user)
    trouvee = get_object_or_404(visibles, uuid=uuid)
    seance = Seance.objects.detaillees().get(pk=trouvee.pk)
    if request.entreprise.pk not in (seance.apport.donneur_id, seance.apport.receveur_id):
        raise Http404
    return seance


def retour(de: SuiviApport | Seance) -> HttpResponseRedirect:
    return redirect(reverse("matching:echange", args=[de.apport.echange.uuid]) + ANCRE)
