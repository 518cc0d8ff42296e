"""The same words sent to many conversations wait until the animation has read them.

A conversation stays open: the message takes its number, its author sees it with its state, the others see
that one awaits. Only long texts are compared, with what their author wrote elsewhere in the week; short ones
(« d’accord pour jeudi ») are said to everybody, and looking at them would slow every message down.
"""

from datetime import datetime, timedelta

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import QuerySet

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from echange.socle.requetes_asynchrones import Colonne, en_sql
from messagerie.evenements import MessageSignale
from messagerie.models import Conversation, Message, MotifSignalement, Signalement
from messagerie.services.ressort import journaliser_signalement, territoire_pour
from profils.models import Utilisateur

LONGUEUR = 80  # characters
CONVERSATIONS = 3  # others that have had nearly the same text: the fourth waits
RESSEMBLANCE = 0.8  # of trigrams: the first name after « Bonjour » may change, and the punctuation
PERIODE = timedelta(days=7)

_PAR, _CONVERSATION = 2_000_000_001, 2_000_000_002
_TEXTE, _DEPUIS = "le texte à comparer", maintenant()


def _semblables(par: int, conversation: int, texte: str, depuis: datetime) -> QuerySet[Message, tuple[int]]:
    """The other conversations that have had nearly the same, all of them.

    Told that three are enough, PostgreSQL reads what everybody wrote, in the order of the conversations
    (5.8 ms a message, among 26 000).
    """
    siens = Message.objects.filter(auteur=par, entreprise__isnull=False, cree_le__gt=depuis)
    proches = siens.exclude(conversation=conversation).alias(proche=TrigramSimilarity("texte", texte))
    ailleurs = proches.filter(proche__gte=RESSEMBLANCE).order_by()
    return ailleurs.values_list("conversation").distinct()


def est_a_relire(par: Utilisateur, conversation: Conversation, texte: str) -> bool:
    """Whether this author has said nearly the same in several other conversations this week."""
    if not est_a_comparer(texte):
        return False
    return _semblables(par.pk, conversation.pk, texte, maintenant() - PERIODE).count() >= CONVERSATIONS


def est_a_comparer(texte: str) -> bool:
    return len(texte) >= LONGUEUR


def a_relire_en_sql() -> tuple[str, dict[str, object]]:
    """Return `est_a_relire` as a condition on `depuis` and the columns of `auteur`, with what she writes.

    A socket asks it with the message it writes: one round trip, and nothing is looked for in a short text.
    """
    temoins = {
        _PAR: Colonne("auteur.par"),
        _CONVERSATION: Colonne("auteur.conversation"),
        _TEXTE: Colonne("auteur.texte"),
        _DEPUIS: "depuis",
    }
    semblables, constantes = en_sql(
        _semblables(_PAR, _CONVERSATION, _TEXTE, _DEPUIS), temoins, prefixe="semblable"
    )
    combien = f"(SELECT count(*) FROM ({semblables}) AS semblables)"  # noqa: S608  made of our own constants
    return f"(CASE WHEN auteur.a_comparer THEN {combien} >= {CONVERSATIONS} ELSE false END)", constantes


def soumettre(message: Message) -> None:
    """Put a message just written, already held, in the animation's queue; in its own transaction."""
    if message.auteur is None:
        return
    signalement = Signalement.objects.create(
        message=message,
        conversation_id=message.conversation_id,
        numero=message.numero,
        auteur=message.auteur,
        entreprise=message.entreprise,
        territoire=territoire_pour(message.auteur, message),
        motif=MotifSignalement.REPETITION,
        extrait=[_en_extrait(message)],
    )
    journaliser_signalement(signalement, "retenu", None)
    emettre(MessageSignale(signalement.pk))


def _en_extrait(message: Message) -> dict[str, object]:
    """The message alone: nothing that others said is read for it."""
    return {
        "numero": message.numero,
        "qui": message.auteur.first_name if message.auteur else "",
        "entreprise": message.entreprise.nom if message.entreprise else "",
        "le": message.cree_le.isoformat(),
        "texte": message.texte,
        "a_suite": message.a_suite,
        "est_vise": True,
    }
