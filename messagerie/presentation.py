"""From messages to what a person sees: the page, the fragment and the live event show the same lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, TypedDict, cast

from django.db.models import prefetch_related_objects
from django.template.loader import get_template
from django.utils.formats import date_format
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from echange.socle.horloge import PARIS
from messagerie.models import Conversation, Message
from messagerie.models.conversations import cle_de
from messagerie.templatetags.messagerie import liens_surs
from profils.models import Utilisateur

PAGE = 100  # messages on a page of history
LOT = 200  # messages in one answer to « depuis »
SYSTEME, MOI, AUTRUI = SafeString(" bulle--systeme"), SafeString(" bulle--moi"), SafeString()
MARQUE = "\ue000"  # around a name in a mould: of private use
ChampDeVue = Literal[
    "numero",
    "attributs",
    "jour",
    "jour_dit",
    "sorte",
    "signature",
    "ecrit_le",
    "heure",
    "texte",
    "attend",
    "a_suite",
    "se_signale",
]
CONDITIONS: tuple[ChampDeVue, ...] = ("jour", "signature", "attend", "se_signale")  # the shape of a line
VOUS, SUPPRIME = SafeString("Vous"), SafeString("Compte supprimé")


class Vue(TypedDict):
    """One message as its fragment prints it; `texte`, `signature` and `attributs` are HTML, escaped."""

    numero: SafeString
    attributs: SafeString
    jour: str
    jour_dit: str
    sorte: SafeString
    signature: SafeString
    ecrit_le: SafeString
    heure: SafeString
    texte: SafeString
    attend: bool
    a_suite: bool
    se_signale: bool


@dataclass(frozen=True, slots=True)
class Ligne:
    """One message as `lecteur` sees it, when it was written in local time. `jour`: a day separator stands
    above."""

    message: Message
    est_mienne: bool
    le: datetime
    jour: date | None

    @property
    def texte(self) -> str:
        """Her own words until they are taken away; others' when they may be shown."""
        message = self.message
        return message.texte if self.est_mienne and not message.retire_le else message.texte_visible

    @property
    def heure(self) -> str:
        return f"{self.le.hour:02}:{self.le.minute:02}"

    @property
    def vue(self) -> Vue:
        """What the fragment prints: strings made once, where a template would ask for each again."""
        message = self.message
        est_autrui = bool(message.auteur_id) and not self.est_mienne
        texte = self.texte
        return {
            "numero": SafeString(message.numero),
            "attributs": self._attributs(),
            "jour": SafeString(self.jour.isoformat()) if self.jour else "",
            "jour_dit": date_format(self.jour, "l j F Y") if self.jour else "",
            "sorte": SYSTEME if message.est_systeme else MOI if self.est_mienne else AUTRUI,
            "signature": self._signature(),
            "ecrit_le": SafeString(self.le.isoformat()),
            "heure": SafeString(self.heure),
            "texte": liens_surs(texte) if texte == message.texte else format_html("<em>{}</em>", texte),
            "attend": self.est_mienne and bool(message.retenu_le) and not message.retire_le,
            "a_suite": message.montre_sa_suite,
            "se_signale": est_autrui and not message.est_cache,
        }

    def _attributs(self) -> SafeString:
        """Of our own making: keys, numbers and identifiers, with nothing to escape."""
        message, qui = self.message, self.qui
        dits = f' data-qui="{qui}"' if qui else ""
        if message.refait:
            dits += f' data-refait="{message.refait}"'
        if self.est_mienne and message.cle_client:
            dits += f' data-cle="{message.cle_client}"'
        return SafeString(dits)

    def _signature(self) -> SafeString:
        """Who speaks; nothing for the platform."""
        message = self.message
        if message.est_systeme:
            return SafeString()
        if self.est_mienne:
            return VOUS
        if message.auteur is None:
            return SUPPRIME
        nom = escape(message.auteur.first_name or "Quelqu’un")
        pour = f" · {escape(message.entreprise.nom)}" if message.entreprise else ""
        return SafeString(f"<strong>{nom}</strong>{pour}")

    @property
    def qui(self) -> str:
        """The author's key in this talk (`Participant.cle`); empty for the platform."""
        message = self.message
        return cle_de(message.conversation_id, message.auteur_id) if message.auteur_id else ""


@dataclass(frozen=True, slots=True)
class Page:
    lignes: list[Ligne]
    avant: int | None  # number to ask for the page before this one, None at the beginning


class LigneJson(TypedDict):
    """A message in a live event; `html` is the very fragment of the page, `cle` its author's own."""

    numero: int
    texte: str
    cle: str | None
    html: str


def lignes_depuis(
    conversation: Conversation, lecteur: Utilisateur, numero: int, maximum: int = LOT
) -> list[Ligne]:
    """What `lecteur` misses after message `numero`, `maximum` lines at most, in order; one query.

    Someone who takes no part (any more) gets nothing.
    """
    lisibles = conversation.messages.lisibles_par(lecteur).avec_auteurs()
    # The message already known comes along: its day says whether a separator is due.
    messages = list(lisibles.depuis(numero - 1)[: maximum + 1])
    connu = messages.pop(0).cree_le if messages and messages[0].numero <= numero else None
    return en_lignes(messages[:maximum], lecteur, connu)


def page_de_lignes(conversation: Conversation, lecteur: Utilisateur, avant: int | None = None) -> Page:
    """The last `PAGE` messages, or the last ones before number `avant`; one query."""
    lisibles = conversation.messages.lisibles_par(lecteur).avec_auteurs()
    if avant is not None:
        lisibles = lisibles.filter(numero__lt=avant)
    messages = list(lisibles.order_by("-numero")[: PAGE + 1])[::-1]
    a_plus_ancien = len(messages) > PAGE
    messages = messages[-PAGE:]
    return Page(en_lignes(messages, lecteur), messages[0].numero if a_plus_ancien else None)


def en_json(ligne: Ligne) -> LigneJson:
    message = ligne.message
    return {
        "numero": message.numero,
        "texte": ligne.texte,
        "cle": str(message.cle_client) if ligne.est_mienne and message.cle_client else None,
        "html": dessiner(ligne),
    }


def dessiner(ligne: Ligne) -> str:
    """The fragment of this line, as the page shows it.

    Drawn for every message and everyone who reads it live: most lines only fill the mould of their shape.
    """
    vue = ligne.vue
    if vue["a_suite"]:
        html: str = _gabarit().render({"ligne": ligne})
        return html
    moule, noms = _moule(tuple([nom for nom in CONDITIONS if vue[nom]]))
    return moule % tuple([conditional_escape(cast("str", vue[nom])) for nom in noms])


@cache
def _moule(vraies: tuple[ChampDeVue, ...]) -> tuple[str, list[ChampDeVue]]:
    """Draw the fragment once with marks in the place of what fills it; return it as a format, and the names.

    `vraies`: those of `CONDITIONS` that hold.
    """
    vue: dict[str, Any] = {nom: SafeString(f"{MARQUE}{nom}{MARQUE}") for nom in Vue.__annotations__}
    vue |= dict.fromkeys({*CONDITIONS, "a_suite"} - {*vraies}, "")
    morceaux: list[Any] = _gabarit().render({"ligne": {"vue": vue}}).replace("%", "%%").split(MARQUE)
    return "%s".join(morceaux[::2]), morceaux[1::2]


@cache
def _gabarit() -> Any:
    """Found once: looking for it takes a fifth of the time of a line."""
    return get_template("messagerie/_message.html")


def en_lignes(
    messages: Iterable[Message], lecteur: Utilisateur, apres: datetime | None = None
) -> list[Ligne]:
    """Lines as `lecteur` sees them, below what was written at `apres`.

    What some carry beside their text costs a query, the others nothing.
    """
    messages = list(messages)
    prefetch_related_objects([m for m in messages if m.a_suite], *Message.SUITE)
    lignes = []
    veille = apres.astimezone(PARIS).date() if apres else None
    for message in messages:
        le = message.cree_le.astimezone(PARIS)
        jour = le.date()
        lignes.append(Ligne(message, message.auteur_id == lecteur.pk, le, jour if jour != veille else None))
        veille = jour
    return lignes
