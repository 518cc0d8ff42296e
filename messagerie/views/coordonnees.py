"""Share one's phone and address in a conversation, and take them back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from messagerie.erreurs import CoordonneesVides, TelephoneInvalide
from messagerie.forms import FormulaireCoordonnees
from messagerie.services.coordonnees import partager_coordonnees, retirer_coordonnees
from messagerie.views.commun import conversation_de, personne_de


@require_http_methods(["GET", "HEAD", "POST"])
def partager(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """Choose what to share, then share it."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    formulaire = FormulaireCoordonnees(request.POST or None, initial={"courriel": personne.email})
    if request.method == "POST" and formulaire.is_valid():
        try:
            partager_coordonnees(
                par=personne,
                conversation=ouverte,
                telephone=formulaire.cleaned_data["telephone"],
                courriel=formulaire.cleaned_data["courriel"],
                cle_client=formulaire.cleaned_data["cle"],
            )
        except (CoordonneesVides, TelephoneInvalide) as erreur:
            formulaire.add_error("telephone", erreur.message)
        else:
            return redirect(reverse("messagerie:conversation", args=[ouverte.uuid]) + "#dernier")
    contexte = {
        "conversation": ouverte,
        "entreprises": ouverte.entreprises(sans=personne),
        "formulaire": formulaire,
    }
    statut = 422 if request.method == "POST" else 200
    return render(request, "messagerie/partager_coordonnees.html", contexte, status=statut)


@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: HttpRequest, conversation: UUID, numero: int) -> HttpResponse:
    """Ask, then erase the card of one's own message."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    message = get_object_or_404(
        ouverte.messages.select_related("coordonnees"),
        numero=numero,
        coordonnees__proprietaire=personne,
    )
    if request.method != "POST":
        contexte = {"conversation": ouverte, "coordonnees": message.coordonnees}
        return render(request, "messagerie/retirer_coordonnees.html", contexte)
    retirer_coordonnees(par=personne, message=message)
    messages.success(request, "Vos coordonnées sont effacées de la conversation.")
    return redirect(reverse("messagerie:conversation", args=[ouverte.uuid]) + "#dernier")
