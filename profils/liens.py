"""Links sent to one mailbox, which let whoever holds it in: to act for a company, or to animate a territoire.

Reading such a link writes nothing; one button accepts it and signs in.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import EmailAddress, Login
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpRequest, HttpResponse

from echange.socle.erreurs import ErreurMetier
from profils.comptes import obtenir_compte
from profils.models import DUREE_INVITATION, Utilisateur


class InvitationPerimee(ErreurMetier):
    message = "Ce lien ne sert plus. Demandez une nouvelle invitation à la personne qui vous l’a envoyée."


class CompteFerme(ErreurMetier):
    message = "Le compte de cette adresse e-mail est fermé. Écrivez à un référent national."


def signer(uuid: UUID, expire_le: datetime, *, sel: str) -> str:
    """Return the token of an invitation; asked again, it expires later, and the older link serves no more."""
    return signing.dumps([str(uuid), expire_le.isoformat()], salt=sel)


def lire(jeton: str, *, sel: str) -> tuple[UUID, datetime] | None:
    """Return what `signer` was given; None for a token that is not ours, or too old."""
    try:
        uuid, fin = signing.loads(jeton, salt=sel, max_age=DUREE_INVITATION)
    except signing.BadSignature:
        return None
    return UUID(uuid), datetime.fromisoformat(fin)


def ouvrir_compte(*, email: str) -> Utilisateur:
    """Return the account of whoever holds the link, created if needed. Raises `CompteFerme`."""
    utilisateur = obtenir_compte(email=email)
    if utilisateur is None:
        raise CompteFerme
    # The link was in that mailbox only: it proves as much as the code of a sign-in.
    EmailAddress.objects.filter(user=utilisateur, email=email).update(verified=True)
    return utilisateur


def entrer(request: HttpRequest, utilisateur: Utilisateur, *, suite: str) -> HttpResponse:
    """Sign this person in, whoever was signed in here, and lead her to `suite`."""
    if request.user.is_authenticated and request.user.pk != utilisateur.pk:
        logout(request)  # the link was sent to somebody else
    reponse: HttpResponse = perform_login(
        request, Login(user=utilisateur, email=utilisateur.email, redirect_url=suite)
    )
    return reponse
