"""What the views of messagerie share."""

from typing import cast

from django.http import HttpRequest

from profils.models import Utilisateur


def personne_de(request: HttpRequest) -> Utilisateur:
    return cast("Utilisateur", request.user)  # LoginRequiredMiddleware lets nobody else in
