"""Share one's phone and address in a talk, by a card that its owner can take back."""

import re
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from echange.socle.horloge import maintenant
from messagerie.erreurs import ConversationDAutrui, CoordonneesVides, TelephoneInvalide
from messagerie.models import Conversation, Coordonnees, Message
from messagerie.services.lignes import dire, journaliser, prenom_de
from messagerie.services.messages import envoyer_message
from profils.models import Utilisateur

TEXTE = "Voici mes coordonnées."
_TELEPHONE = re.compile(r"0[1-9]\d{8}|\+[1-9]\d{6,14}")


@transaction.atomic
def partager_coordonnees(
    *, par: Utilisateur, conversation: Conversation, telephone: str, courriel: str, cle_client: UUID | None
) -> Message:
    """Write a message that carries one's card; the same key sent again writes once.

    Only the talk's people read it, on the site: no mail carries it. Raises `CoordonneesVides`,
    `TelephoneInvalide`, `ConversationDAutrui`.
    """
    telephone = normaliser_telephone(telephone)
    if not (telephone or courriel):
        raise CoordonneesVides
    message = envoyer_message(par=par, conversation=conversation, texte=TEXTE, cle_client=cle_client)
    Coordonnees.objects.get_or_create(
        message=message, defaults={"proprietaire": par, "telephone": telephone, "courriel": courriel}
    )
    Message.objects.filter(pk=message.pk).update(a_suite=True)
    return message


@transaction.atomic
def retirer_coordonnees(*, par: Utilisateur, message: Message) -> None:
    """Erase one's card and say so to the others; taking back twice is taking back once."""
    carte = Coordonnees.objects.filter(message=message, proprietaire=par)
    if not carte.exists():
        raise ConversationDAutrui
    if _effacer(carte):
        dire(
            message.conversation,
            f"{prenom_de(par)} ne partage plus ses coordonnées.",
            refait=message.numero,
        )
        journaliser(message.conversation, "coordonnees_retirees", par, numero=message.numero)


def effacer_coordonnees_de(personne: Utilisateur, conversation: Conversation) -> None:
    """Erase every card of somebody who leaves the talk."""
    _effacer(Coordonnees.objects.filter(message__conversation=conversation, proprietaire=personne))


def normaliser_telephone(brut: str) -> str:
    """Return « 0612345678 » or « +33612345678 » from what people type; raise `TelephoneInvalide`."""
    compact = re.sub(r"[\s.\-/()]", "", brut)
    if compact and not _TELEPHONE.fullmatch(compact):
        raise TelephoneInvalide
    return compact


def _effacer(cartes: QuerySet[Coordonnees]) -> int:
    return cartes.filter(retirees_le=None).update(telephone="", courriel="", retirees_le=maintenant())
