"""Ask somebody to animate a territoire, by a mail; take it back; accept it."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from animation.erreurs import TerritoireFerme
from animation.models import ActeTerritoire, Invitation
from animation.services.equipe import exiger_referent, journaliser, nommer_animateur
from echange.socle.courriels import programmer_courriel
from echange.socle.horloge import maintenant
from profils import liens
from profils.models import DUREE_INVITATION, Animateur, Utilisateur
from territoires.models import Territoire

SEL = "animation.invitation"


@transaction.atomic
def inviter(*, par: Utilisateur, territoire: Territoire, email: str) -> Invitation | None:
    """Send somebody the link to this territoire's animation; None when she animates it already.

    Inviting again sends a new link, and the old one serves no more. Raises `ReserveAuxReferents`,
    `TerritoireFerme`.
    """
    exiger_referent(par)
    # One invitation at a time for a territoire, and none to one that is being closed.
    ouvert = Territoire.objects.ouverts().select_for_update().filter(pk=territoire.pk).first()
    if ouvert is None:
        raise TerritoireFerme
    email = email.strip().lower()
    if Animateur.objects.filter(territoire=ouvert, utilisateur__email=email).exists():
        return None
    invitation, _ = Invitation.objects.en_attente().update_or_create(
        territoire=ouvert,
        email=email,
        acceptee_le=None,
        retiree_le=None,
        defaults={"par": par, "expire_le": maintenant() + DUREE_INVITATION},
    )
    journaliser(ouvert, ActeTerritoire.INVITATION, par)
    programmer_courriel(
        a=email,
        gabarit="invitation_animer",
        contexte={
            "titre": f"Animer «\u00a0{ouvert.nom}\u00a0» sur Échange",
            "territoire": ouvert.nom,
            "invitante": par.first_name or "L’équipe nationale",
            "chemin": reverse("animation:invitation", args=[creer_jeton(invitation)]),
            "jours": DUREE_INVITATION.days,
        },
    )
    return invitation


@transaction.atomic
def retirer_invitation(*, par: Utilisateur, invitation: Invitation) -> None:
    """Make the link useless; done twice is done once. Raises `ReserveAuxReferents`."""
    exiger_referent(par)
    if Invitation.objects.en_attente().filter(pk=invitation.pk).update(retiree_le=maintenant()):
        journaliser(invitation.territoire, ActeTerritoire.INVITATION_RETIREE, par)


@transaction.atomic
def accepter_invitation(*, invitation: Invitation) -> Utilisateur:
    """Make whoever holds the mailbox animate the territoire; the link serves once.

    Raises `InvitationPerimee` (too old, taken back, already accepted, territoire closed), `CompteFerme`.
    """
    territoire = Territoire.objects.select_for_update().get(pk=invitation.territoire_id)
    libre = Invitation.objects.acceptables().filter(pk=invitation.pk, expire_le=invitation.expire_le)
    if not libre.update(acceptee_le=maintenant()):
        raise liens.InvitationPerimee  # of two clicks, the second; or of two links, the older
    utilisateur = liens.ouvrir_compte(email=invitation.email)
    Invitation.objects.filter(pk=invitation.pk).update(acceptee_par=utilisateur)
    nommer_animateur(par=None, utilisateur=utilisateur, territoire=territoire)
    return utilisateur


def creer_jeton(invitation: Invitation) -> str:
    return liens.signer(invitation.uuid, invitation.expire_le, sel=SEL)


def lire_jeton(jeton: str) -> Invitation | None:
    """Return the invitation of this link as it can still be accepted; None otherwise. Writes nothing."""
    lu = liens.lire(jeton, sel=SEL)
    if lu is None:
        return None
    uuid, expire_le = lu
    invitations = Invitation.objects.acceptables().select_related("territoire", "par")
    return invitations.filter(uuid=uuid, expire_le=expire_le).first()
