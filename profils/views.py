"""The signed-in space: where one lands, and one's company."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from echange.socle.templatetags.francais import jour
from profils import services
from profils.acces import (
    RequeteEntreprise,
    agir_pour,
    avec_entreprise,
    entreprise_de,
    entreprises_de,
    utilisateur_de,
)
from profils.fermeture import fermer_entreprise, rouvrir_entreprise
from profils.forms import (
    DescriptionEntreprise,
    FormulaireAutreEntreprise,
    FormulaireEntreprise,
    FormulaireInscription,
    FormulairePause,
    FormulaireSiretGarde,
)
from profils.membres import retirer_membre
from profils.models import REPENTIR, Entreprise

# Addresses of the apps above, known by name alone (imports go one way).
TABLEAU = "matching:tableau"
CONSOLE = "animation:console"


@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Send everyone where their work is: the company's board, the animation's console, or sign-up."""
    if entreprise_de(request):
        return redirect(TABLEAU)
    utilisateur = utilisateur_de(request)
    if utilisateur.est_referent or utilisateur.animations.exists():
        return redirect(CONSOLE)
    return redirect("profils:inscrire_entreprise")


@require_http_methods(["GET", "HEAD", "POST"])
def entreprises(request: HttpRequest) -> HttpResponse:
    """Choose the company one acts for, among one's own."""
    sienne = entreprise_de(request)
    if sienne is None:
        return redirect("profils:inscrire_entreprise")
    siennes = {str(une.uuid): une for une in entreprises_de(request)}
    if request.method != "POST":
        contexte = {"entreprises": siennes.values(), "courante": sienne}
        return render(request, "profils/entreprises.html", contexte)
    choisie = siennes.get(request.POST.get("entreprise", ""))
    if choisie is None:
        raise Http404
    agir_pour(request, choisie)
    messages.success(request, f"Vous agissez maintenant pour {choisie.nom}.")
    return redirect(TABLEAU)


@require_http_methods(["GET", "HEAD", "POST"])
def inscrire(request: HttpRequest) -> HttpResponse:
    """« Présentez votre entreprise »: the first screen of a new member."""
    if entreprise_de(request):
        return redirect("profils:accueil")  # the form sent twice, or an old link
    formulaire = FormulaireInscription(
        _envoi(request), initial={"prenom": utilisateur_de(request).first_name}
    )
    if formulaire.is_valid():
        prenom = formulaire.cleaned_data.pop("prenom")
        services.se_presenter(par=utilisateur_de(request), prenom=prenom)
        try:
            entreprise = services.inscrire_entreprise(par=utilisateur_de(request), **formulaire.cleaned_data)
        except services.SiretDejaInscrit as erreur:
            formulaire.add_error("siret", erreur.message)
        else:
            messages.success(request, f"«\u00a0{entreprise.nom}\u00a0» est inscrite. Bienvenue\u00a0!")
            return redirect(suite_de(request) or "profils:accueil")
    return _formulaire(request, "profils/inscrire_entreprise.html", formulaire)


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def inscrire_autre(request: RequeteEntreprise) -> HttpResponse:
    """One more company of the same person, for which she acts from then on."""
    formulaire = FormulaireAutreEntreprise(_envoi(request))
    if formulaire.is_valid():
        try:
            entreprise = services.inscrire_entreprise(
                par=request.user, est_en_creation=False, **formulaire.cleaned_data
            )
        except services.SiretDejaInscrit as erreur:
            formulaire.add_error("siret", erreur.message)
        except services.TropDEntreprises as erreur:
            formulaire.add_error(None, erreur.message)
        else:
            agir_pour(request, entreprise)
            messages.success(
                request, f"«\u00a0{entreprise.nom}\u00a0» est inscrite. Vous agissez maintenant pour elle."
            )
            return redirect(TABLEAU)
    return _formulaire(
        request, "profils/inscrire_autre_entreprise.html", formulaire, entreprise=request.entreprise
    )


def suite_de(request: HttpRequest) -> str:
    """Return where she was going when she was asked for her company; empty for an address not ours."""
    suite = request.GET.get("suite", "")
    return suite if url_has_allowed_host_and_scheme(suite, allowed_hosts=None) else ""


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def entreprise(request: RequeteEntreprise) -> HttpResponse:
    """Change one's company; pause it."""
    formulaire = _description(request.entreprise, _envoi(request))
    if formulaire.is_valid():
        description = {"est_en_creation": False, **formulaire.cleaned_data}
        try:
            services.modifier_entreprise(entreprise=request.entreprise, par=request.user, **description)
        except (services.SiretDejaInscrit, services.SiretDemande) as erreur:
            formulaire.add_error("siret", erreur.message)
        else:
            messages.success(request, "C’est enregistré.")
            return redirect("profils:entreprise")
    return _formulaire(
        request,
        "profils/entreprise.html",
        formulaire,
        entreprise=request.entreprise,
        pause=FormulairePause(),
    )


@require_POST
@avec_entreprise
def pause(request: RequeteEntreprise) -> HttpResponse:
    """Pause, until a day or not; a day refused is said on the page of the company."""
    formulaire = FormulairePause(request.POST)
    if not formulaire.is_valid():
        contexte = {
            "formulaire": _description(request.entreprise),
            "entreprise": request.entreprise,
            "pause": formulaire,
        }
        return render(request, "profils/entreprise.html", contexte, status=422)
    retour = formulaire.cleaned_data["de_retour_le"]
    services.mettre_en_pause(entreprise=request.entreprise, par=request.user, de_retour_le=retour)
    jusque = f" Vous reprenez le {jour(retour)}." if retour else ""
    messages.success(
        request, f"Votre entreprise est en pause\u00a0: vos annonces ne sont plus montrées.{jusque}"
    )
    return redirect("profils:entreprise")


@require_POST
@avec_entreprise
def reprise(request: RequeteEntreprise) -> HttpResponse:
    services.reprendre(entreprise=request.entreprise, par=request.user)
    messages.success(request, "C’est reparti\u00a0: vos annonces sont de nouveau montrées.")
    return redirect("profils:entreprise")


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def fermeture(request: RequeteEntreprise) -> HttpResponse:
    """What closing does, then one button; who has colleagues leaves, and the company goes on."""
    if request.method != "POST":
        a_des_collegues = request.entreprise.membres.exclude(utilisateur=request.user).exists()
        contexte = {
            "entreprise": request.entreprise,
            "a_des_collegues": a_des_collegues,
            "delai": REPENTIR.days,
        }
        return render(request, "profils/fermer.html", contexte)
    fermee = fermer_entreprise(par=request.user, entreprise=request.entreprise)
    messages.success(request, f"«\u00a0{fermee.nom}\u00a0» est fermée.")
    return redirect("profils:entreprise")


@require_POST
@avec_entreprise
def reouverture(request: RequeteEntreprise) -> HttpResponse:
    rouvrir_entreprise(par=request.user, entreprise=request.entreprise)
    messages.success(request, "Votre entreprise est rouverte\u00a0: vos annonces sont de nouveau montrées.")
    return redirect("profils:entreprise")


@require_POST
@avec_entreprise
def depart(request: RequeteEntreprise) -> HttpResponse:
    """Stop acting for a company that others go on with."""
    retirer_membre(par=request.user, entreprise=request.entreprise, utilisateur=request.user)
    messages.success(request, f"Vous ne représentez plus «\u00a0{request.entreprise.nom}\u00a0».")
    return redirect("profils:accueil")


def _envoi(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, even if empty: an empty form sent is a form refused."""
    return request.POST if request.method == "POST" else None


def _description(entreprise: Entreprise, envoi: QueryDict | None = None) -> DescriptionEntreprise:
    """Return the form that changes a company, filled with what is known of it."""
    forme = FormulaireSiretGarde if entreprise.garde_son_siret() else FormulaireEntreprise
    valeurs = {
        "nom": entreprise.nom,
        "siret": entreprise.siret,
        "est_en_creation": entreprise.est_en_creation,
        "secteur": entreprise.secteur_id,
        "taille": entreprise.taille,
        "commune": entreprise.commune,
        "adresse": entreprise.adresse,
    }
    return forme(envoi, initial=valeurs)


def _formulaire(
    request: HttpRequest, gabarit: str, formulaire: DescriptionEntreprise, **contexte: Any
) -> HttpResponse:
    """Show the form; 422 when its answers are refused."""
    statut = 422 if formulaire.is_bound else 200
    return render(request, gabarit, {"formulaire": formulaire, **contexte}, status=statut)
