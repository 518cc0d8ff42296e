"""Ask a colleague to act for one's company, by a mail; take it back; accept it.

Whoever accepts is a member like any other: she sees all that is the company's. Who invited must still act for
it on that day, and the company must not be apart.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from echange.socle.courriels import programmer_courriel
from echange.socle.erreurs import ErreurMetier
from echange.socle.horloge import maintenant
from profils import liens
from profils.membres import accueillir_membre, journaliser
from profils.models import (
    DUREE_INVITATION,
    Entreprise,
    FaitEntreprise,
    InvitationMembre,
    Membre,
    Utilisateur,
)
from profils.services import EntrepriseDAutrui, se_presenter

SEL = "profils.invitation"
PAR_JOUR = 10  # mails that a company may have sent to addresses of its choice


class EntrepriseALEcart(ErreurMetier):
    message = "Votre entreprise est fermée ou suspendue\u00a0: elle n’invite personne pour l’instant."


class TropDInvitations(ErreurMetier):
    message = "Votre entreprise a envoyé beaucoup d’invitations aujourd’hui. Continuez demain."
    statut = 429


@transaction.atomic
def inviter_collegue(
    *, par: Utilisateur, entreprise: Entreprise, email: str, suite: str = ""
) -> InvitationMembre | None:
    """Send somebody the link that makes her act for the company; None when she does already.

    Inviting again sends a new link, and the old one serves no more. `suite`: the page of ours where she
    begins. Raises `EntrepriseDAutrui`, `EntrepriseALEcart`, `TropDInvitations`.
    """
    if not par.est_membre_de(entreprise):
        raise EntrepriseDAutrui
    # Two colleagues who invite at the same time count each other's.
    tenue = Entreprise.objects.select_for_update(no_key=True).get(pk=entreprise.pk)
    if tenue.est_suspendue:
        raise EntrepriseALEcart
    email = email.strip().lower()
    if Membre.objects.filter(entreprise=tenue, utilisateur__email=email).exists():
        return None
    envoyees = tenue.journal.filter(
        fait=FaitEntreprise.INVITATION, le__gt=maintenant() - timedelta(days=1)
    ).count()
    if envoyees >= PAR_JOUR:
        raise TropDInvitations
    invitation, _ = InvitationMembre.objects.update_or_create(
        entreprise=tenue,
        email=email,
        defaults={"par": par, "suite": suite, "expire_le": maintenant() + DUREE_INVITATION},
    )
    journaliser(tenue, FaitEntreprise.INVITATION, par)
    _ecrire(invitation, tenue)
    return invitation


@transaction.atomic
def retirer_invitation(*, par: Utilisateur, invitation: InvitationMembre) -> None:
    """Make the link useless and forget the address. Raises `EntrepriseDAutrui`."""
    if not par.est_membre_de(invitation.entreprise):
        raise EntrepriseDAutrui
    InvitationMembre.objects.filter(pk=invitation.pk).delete()


@transaction.atomic
def accepter_invitation(*, invitation: InvitationMembre, prenom: str) -> Utilisateur:
    """Make whoever holds the mailbox act for the company; `prenom` counts for who has not said hers yet.

    Raises `InvitationPerimee` (too old, taken back, already accepted, company apart), `CompteFerme`.
    """
    # Held so that the company neither closes nor loses who invited meanwhile.
    Entreprise.objects.select_for_update(no_key=True).get(pk=invitation.entreprise_id)
    # Of two clicks the second finds nothing; of two links, the older has another date.
    valables = InvitationMembre.objects.valables().select_for_update(of=("self",))
    tenue = valables.filter(pk=invitation.pk, expire_le=invitation.expire_le).first()
    if tenue is None:
        raise liens.InvitationPerimee
    utilisateur = liens.ouvrir_compte(email=tenue.email)
    if not utilisateur.first_name:
        se_presenter(par=utilisateur, prenom=prenom)
    accueillir_membre(par=tenue.par, entreprise=tenue.entreprise, utilisateur=utilisateur)
    InvitationMembre.objects.filter(pk=tenue.pk).delete()
    return utilisateur


def oublier_invitations() -> int:
    """Delete those that nobody accepted in time; return how many. Run by the nightly task."""
    return InvitationMembre.objects.filter(expire_le__lte=maintenant()).delete()[0]


def creer_jeton(invitation: InvitationMembre) -> str:
    return liens.signer(invitation.uuid, invitation.expire_le, sel=SEL)


def lire_jeton(jeton: str) -> InvitationMembre | None:
    """Return the invitation of this link as it can still be accepted; None otherwise. Writes nothing."""
    lu = liens.lire(jeton, sel=SEL)
    if lu is None:
        return None
    uuid, expire_le = lu
    valables = InvitationMembre.objects.valables().select_related("entreprise", "par")
    return valables.filter(uuid=uuid, expire_le=expire_le).first()


def _ecrire(invitation: InvitationMembre, entreprise: Entreprise) -> None:
    invitante = invitation.par.first_name or "Quelqu’un"
    programmer_courriel(
        a=invitation.email,
        gabarit="invitation_collegue",
        contexte={
            "titre": f"{invitante} vous invite à agir pour {entreprise.nom} sur Échange",
            "entreprise": entreprise.nom,
            "invitante": invitante,
            "chemin": reverse("profils:invitation", args=[creer_jeton(invitation)]),
            "jours": DUREE_INVITATION.days,
        },
    )
