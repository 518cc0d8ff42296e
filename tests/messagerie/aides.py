"""Accepted échanges and their conversations, without the long way there."""

from datetime import timedelta
from itertools import count

from django.db import transaction

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.evenements import EchangeAccepte
from matching.models import Echange, Nature, Participation, Reponse, StatutEchange
from messagerie.models import Conversation, Message
from profils.models import Entreprise, Utilisateur

# How every talk of la boulangerie and la menuiserie begins.
OUVERTURE = "Boulangerie du Marché et Menuiserie Le Goff ont accepté\u00a0: vous pouvez vous parler."

_empreintes = count(1)


def creer_echange_accepte(*entreprises: Entreprise) -> Echange:
    echange = Echange.objects.create(
        nature=Nature.CERCLE if len(entreprises) > 2 else Nature.RECIPROQUE,
        statut=StatutEchange.EN_COURS,
        initiatrice=entreprises[0],
        empreinte=f"essai {next(_empreintes)}",
        expire_le=maintenant() + timedelta(days=7),
        accepte_le=maintenant(),
    )
    Participation.objects.bulk_create(
        Participation(
            echange=echange, entreprise=entreprise, reponse=Reponse.ACCEPTEE, repondu_le=maintenant()
        )
        for entreprise in entreprises
    )
    return echange


def converser(*entreprises: Entreprise) -> Conversation:
    """Return the conversation of an échange that all these companies have just accepted."""
    echange = creer_echange_accepte(*entreprises)
    with transaction.atomic():
        emettre(EchangeAccepte(echange.pk))
    return Conversation.objects.get(echange=echange)


def remplir(conversation: Conversation, auteur: Utilisateur, nombre: int, *, suite: str = "") -> None:
    """Write that many messages at once, « n° 2 » and so on, as if they had been sent one by one."""
    Conversation.objects.filter(pk=conversation.pk).update(dernier_numero=nombre + 1)
    Message.objects.bulk_create(
        [
            Message(conversation=conversation, numero=numero, auteur=auteur, texte=f"n° {numero}{suite}")
            for numero in range(2, nombre + 2)
        ],
        batch_size=5000,
    )
