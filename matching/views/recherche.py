"""« J’ai besoin de … près de … »: the neighbours' savoir-faire on a list and a map, without an account."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from matching.forms import FormulaireRecherche
from matching.models import Competence
from matching.presentation.annonces import FicheAnnonce
from matching.presentation.veilles import url_prevenez_moi
from matching.recherche import Criteres, Resultats, chercher
from matching.suggestions import suggerer
from matching.views.commun import adresse_actuelle, url_du_territoire
from profils.acces import entreprise_de
from profils.models import Entreprise

PEUT_ETRE = 5  # savoir-faire shown above the tree when the words were not understood
CHAMPS = frozenset({"texte", "commune", "competence"})


@login_not_required
@require_safe
def recherche(request: HttpRequest) -> HttpResponse:
    """Show the form and, once it is answered, the likeliest compétence's savoir-faire."""
    if adresse := adresse_actuelle(request):
        return redirect(adresse, permanent=True)
    entreprise = entreprise_de(request)
    depart = {"commune": entreprise.commune} if entreprise else {}
    formulaire = FormulaireRecherche(request.GET if CHAMPS & request.GET.keys() else None, initial=depart)
    contexte: dict[str, Any] = {"formulaire": formulaire}
    if formulaire.is_valid():
        contexte |= _reponse(formulaire.cleaned_data, entreprise)
    return render(request, "matching/recherche.html", contexte, status=422 if formulaire.errors else 200)


def _reponse(donnees: dict[str, Any], entreprise: Entreprise | None) -> dict[str, Any]:
    """Choose a compétence (touched, else the likeliest) and look around; failing that, show the tree."""
    suggerees = suggerer(donnees["texte"]) if donnees["texte"] else []
    choisie: Competence | None = donnees["competence"] or next(iter(suggerees), None)
    criteres = Criteres(
        choisie,
        donnees["commune"],
        donnees["rayon"],
        visio=donnees["visio"],
        texte=donnees["texte"],
        est_choisie=donnees["competence"] is not None,
    )
    resultats = chercher(criteres, sauf=entreprise)
    fiches = _fiches(resultats)
    url_veille = url_prevenez_moi(criteres, est_connecte=entreprise is not None)
    if choisie is None:
        return {
            "themes": _arbre(),
            "commune": donnees["commune"],
            "fiches": fiches[:PEUT_ETRE],
            "url_veille": url_veille,
        }
    return {
        "criteres": criteres,
        "suggestions": suggerees if choisie in suggerees else [choisie, *suggerees],
        "fiches": fiches,
        "elargir": resultats.elargir,
        "en_visio": resultats.en_visio,
        "carte": _carte(criteres, fiches),
        "url_veille": url_veille,
        "url_besoin": _url_besoin(donnees["texte"], choisie, est_connecte=entreprise is not None),
        "url_territoire": "" if fiches else url_du_territoire(criteres.commune),
    }


def _fiches(resultats: Resultats) -> list[FicheAnnonce]:
    return [
        FicheAnnonce(
            trouvee.annonce,
            distance_m=trouvee.metres,
            raison=trouvee.raison.value,
            mots=trouvee.mots,
        )
        for trouvee in resultats.trouvees
    ]


def _url_besoin(texte: str, competence: Competence, *, est_connecte: bool) -> str:
    """Return where to publish what was searched, already filled in; through the sign-in when needed."""
    requete = urlencode({"texte": texte, "competence": competence.pk})
    url = f"{reverse('matching:publier_besoin')}?{requete}"
    return url if est_connecte else f"{reverse('account_login')}?{urlencode({'next': url})}"


def _carte(criteres: Criteres, fiches: list[FicheAnnonce]) -> dict[str, Any]:
    """Return what `carte.js` draws: public positions only, already blurred."""
    centre = criteres.commune.position
    return {
        "centre": {"lat": centre.y, "lon": centre.x, "nom": criteres.commune.nom},
        "rayon_km": criteres.rayon_km,
        "tuiles": settings.CARTE_TUILES_URL,
        "mention": settings.CARTE_TUILES_MENTION,
        "points": [
            {
                "id": f"annonce-{fiche.annonce.uuid}",
                "lat": fiche.annonce.position.y,
                "lon": fiche.annonce.position.x,
                "nom": fiche.annonce.entreprise.nom,
                "titre": fiche.titre,
                "url": fiche.url,
            }
            for fiche in fiches
        ],
    }


def _arbre() -> list[tuple[str, list[Competence]]]:
    competences = Competence.objects.choisissables().select_related("theme").defer("dits", "jargon")
    return [(theme.titre, list(feuilles)) for theme, feuilles in groupby(competences, key=lambda c: c.theme)]
