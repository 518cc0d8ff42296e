"""What companies say of their échanges, in one's territoires."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from animation.acces import RequeteAnimation, reserve_a_l_animation
from animation.bilans import MOTS_EXPORTES, SEUIL, lignes_export, lire_bilans
from animation.tableur import reponse_csv
from echange.socle.horloge import maintenant
from territoires.models import Territoire


@require_safe
@reserve_a_l_animation
def bilans(request: RequeteAnimation) -> HttpResponse:
    """All of one's territoires, or the one of `?territoire=`."""
    choisi, cles = _choisir(request)
    contexte = {
        "territoires": request.territoires,
        "choisi": choisi,
        "lecture": lire_bilans(cles),
        "seuil": SEUIL,
    }
    return render(request, "animation/bilans.html", contexte)


@require_safe
@reserve_a_l_animation
def exporter(request: RequeteAnimation) -> HttpResponse:
    """The same, for a spreadsheet."""
    choisi, cles = _choisir(request)
    nom = f"bilans-{choisi.code if choisi else 'tous'}-{maintenant():%Y-%m-%d}"
    return reponse_csv(nom, lignes_export(lire_bilans(cles, mots_max=MOTS_EXPORTES)))


def _choisir(request: RequeteAnimation) -> tuple[Territoire | None, list[int]]:
    """Return the territoire named, if it is one of this person's; any other does not exist (404)."""
    code = request.GET.get("territoire", "")
    if not code:
        return None, [territoire.pk for territoire in request.territoires]
    choisi = next((t for t in request.territoires if t.code == code), None)
    if choisi is None:
        raise Http404
    return choisi, [choisi.pk]
