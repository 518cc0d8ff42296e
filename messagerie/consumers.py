"""The live sockets: they read by number, write through the services, and are woken when there is more.

What a socket shows is a function of what its person has in the database now (`appliquer`), asked again
after each wake-up and by the round. Nothing is queued for a slow browser: it is behind, or it is not.
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer

from echange.socle.a_la_demande import ALaDemande
from echange.socle.base_asynchrone import BaseInjoignable
from echange.socle.erreurs import ErreurMetier
from echange.socle.reveil import Evenement, annoncer, groupe_de, quitter, rejoindre
from messagerie.cadence import Cadence
from messagerie.erreurs import ConversationDAutrui, TrameIllisible, TropDeMessages
from messagerie.lectures import LOT, Participation, ligne_ecrite, lire_depuis, participations_d_une
from messagerie.models import Conversation
from messagerie.models.conversations import cle_de, groupe_de_conversation
from messagerie.presentation import LigneJson
from messagerie.ronde import ronde
from messagerie.services import envoyer_message_en_direct, marquer_lu_en_direct
from messagerie.services.ecriture import MessageEcrit
from messagerie.trames import TRAME_MAX, Battement, Depuis, Ecrit, Envoi, Lu, Trame, lire_trame
from profils.models import Utilisateur
from profils.sessions import SessionOuverte, cle_de_session, lire_session

DECONNECTE, INTROUVABLE = 4401, 4404  # before the handshake they reach the browser as a plain refusal
TROP_LONG, ABUS, PLUS_TARD = 1009, 1008, 1013

MESSAGES_MAX, TRAMES_MAX, FENETRE = 10, 60, 10.0  # per socket, in any FENETRE seconds
ECRIT_MAX = 2.0  # seconds between two « écrit… » of one socket
PATIENCE = 1.0  # seconds before asking again a database that does not answer

_en_json = json.JSONEncoder(ensure_ascii=False).encode  # made once: `json.dumps` makes one for each call


class MoiConsommateur(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    """One page a person has open: how many messages she has not read, and nothing once she may not."""

    session: SessionOuverte
    personne: Utilisateur
    est_entree = False
    groupes: frozenset[str] = frozenset()
    connues: Sequence[Participation] | None = None
    coupure: int | None = None  # the code to close with, once her rights are gone
    non_lus = 0
    non_lus_dits: int | None = None  # what the page was told

    def __init__(self) -> None:
        super().__init__()
        self.trames = Cadence(TRAMES_MAX, FENETRE)
        self.sortie = ALaDemande(self._servir)
        self.controle = ALaDemande(self._controler)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """However it ends, even in the middle of opening, nobody wakes it any more."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            ronde().oublier(self)
            self._suivre(frozenset())
            for travail in (self.sortie, self.controle):
                await travail.cesser()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels would cross a thread here each time, for ORM connections that sockets do not use."""
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        """A database that does not answer is no refusal: the browser comes back by itself."""
        try:
            await self._entrer()
        except BaseInjoignable:
            await self.close(code=PLUS_TARD)

    async def _entrer(self) -> None:
        """Let in whoever may be there, and listen before the first reading: nothing falls between."""
        session = await lire_session(cle_de_session(self.scope["headers"]))
        if session is None:
            await self.close(code=DECONNECTE)
            return
        self.session, self.personne = session, session.personne
        self._suivre(frozenset(self._siens()))
        self.appliquer(await participations_d_une(session.personne.pk))
        if self.coupure:
            await self.close(code=self.coupure)
            return
        await self.accept()
        self.est_entree = True
        ronde().suivre(self)
        self._avertir()

    def reveiller(self, groupe: str, evenement: Evenement) -> None:
        """Something moved: look. Called by the switchboard, so nothing here waits."""
        match evenement["type"]:
            case "droits" | "rattrapage":
                self.controle.demander()
            case "message.ecrit" | "compte":
                ronde().recompter(self)

    def appliquer(self, participations: Sequence[Participation] | None) -> None:
        """Take in what she has now; the round comes here for every socket, so no news must cost nothing."""
        if participations is None:
            self.coupure = DECONNECTE
        elif participations != self.connues:
            self.connues = participations
            self._prendre(participations)
        self._avertir()

    def _prendre(self, participations: Sequence[Participation]) -> None:
        groupes = {groupe_de_conversation(p.uuid) for p in participations}
        self._suivre(frozenset(groupes | self._siens()))
        self.non_lus = sum(p.non_lus for p in participations)

    def _siens(self) -> set[str]:
        """Groups it follows whatever she takes part in."""
        return {groupe_de(self.personne.pk)}

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if len(bytes_data or (text_data or "").encode("utf-8", "replace")) > TRAME_MAX:
            await self.close(code=TROP_LONG)
            return
        if not self.trames.accorde():
            await self.close(code=ABUS)
            return
        trame = None
        try:
            trame = lire_trame(text_data)
            await self._traiter(trame)
        except ConversationDAutrui:
            await self.close(code=INTROUVABLE)
        except BaseInjoignable:  # the browser comes back, and sends again what was not confirmed
            await self.close(code=PLUS_TARD)
        except ErreurMetier as erreur:
            cle = str(trame.cle) if isinstance(trame, Envoi) else None
            await self._dire({"type": "erreur", "message": erreur.message, "cle": cle})

    async def _traiter(self, trame: Trame) -> None:
        if not isinstance(trame, Battement):
            raise TrameIllisible
        await self._dire({"type": "battement"})

    def _avertir(self) -> None:
        if self.est_entree and self._a_quoi_dire():
            self.sortie.demander()

    def _a_quoi_dire(self) -> bool:
        return self.coupure is not None or self.non_lus != self.non_lus_dits

    async def _servir(self) -> None:
        """All that is said without being asked for leaves from here, one thing at a time."""
        if self.coupure:
            with suppress(OSError):
                await self.close(code=self.coupure)
        elif self.non_lus != self.non_lus_dits:
            self.non_lus_dits = self.non_lus
            await self._dire({"type": "non_lus", "nombre": self.non_lus})

    async def _controler(self) -> None:
        await ronde().controler(self)

    async def _dire(self, contenu: dict[str, Any]) -> None:
        """Send; a browser that has just left is told nothing, its `disconnect` follows."""
        with suppress(OSError):
            await self.send(text_data=_en_json(contenu))

    def _suivre(self, groupes: frozenset[str]) -> None:
        if groupes != self.groupes:
            rejoindre(self, groupes - self.groupes)
            quitter(self, self.groupes - groupes)
            self.groupes = groupes


class ConversationConsommateur(MoiConsommateur):
    """A page open on one conversation: its messages as well."""

    conversation: Conversation  # set on entering, by `appliquer`
    groupe = ""
    dernier_numero = 0  # the last message known to exist
    servi_jusqua: int | None = None  # None until the client has said what it has
    vient_d_entrer = True  # it has just read how far the thread goes, and was listening by then
    doit_repondre = False  # « depuis » is answered even when there is nothing

    def __init__(self) -> None:
        super().__init__()
        self.frais: dict[int, MessageEcrit] = {}  # just written by this process: they need no reading
        self.qui_ecrit: set[str] = set()
        self.qui_a_lu: dict[str, int] = {}  # `Participant.cle` → number
        self.messages, self.ecrits = Cadence(MESSAGES_MAX, FENETRE), Cadence(1, ECRIT_MAX)

    def reveiller(self, groupe: str, evenement: Evenement) -> None:
        super().reveiller(groupe, evenement)
        if groupe != self.groupe:
            return
        match evenement:
            case {"type": "message.ecrit", "numero": numero}:
                if "ecrit" in evenement and len(self.frais) < LOT:
                    self.frais[numero] = evenement["ecrit"]
                self._apprendre(numero)
            case {"type": "ecrit", "personne": personne, "prenom": prenom} if personne != self.personne.pk:
                self.qui_ecrit.add(prenom)
                self._avertir()
            case {"type": "lu", "qui": qui, "numero": numero} if qui != self._cle:
                self.qui_a_lu[qui] = numero
                self._avertir()

    def _prendre(self, participations: Sequence[Participation]) -> None:
        super()._prendre(participations)
        sienne = next((p for p in participations if p.uuid == self.uuid), None)
        if sienne is None:
            self.coupure = INTROUVABLE
            return
        if not self.groupe:
            self.conversation = Conversation(pk=sienne.conversation, uuid=self.uuid)
            self.groupe = self.conversation.groupe
        self._apprendre(sienne.dernier_numero)

    def _siens(self) -> set[str]:
        """Its conversation's too: followed before the first reading, so that nothing falls between."""
        return super()._siens() | {groupe_de_conversation(self.uuid)}

    @property
    def uuid(self) -> UUID:
        uuid: UUID = self.scope["url_route"]["kwargs"]["conversation"]
        return uuid

    async def _traiter(self, trame: Trame) -> None:
        match trame:
            case Depuis(numero):
                self.servi_jusqua, self.doit_repondre = numero, True
                self.sortie.demander()
            case Envoi(texte, cle):
                if not self.messages.accorde():
                    raise TropDeMessages
                await self._envoyer(self.conversation, texte, cle)
            case Lu(numero):
                await marquer_lu_en_direct(par=self.personne, conversation=self.conversation, jusqua=numero)
            case Ecrit():
                if self.ecrits.accorde():
                    annoncer(
                        self.groupe,
                        {"type": "ecrit", "personne": self.personne.pk, "prenom": self.personne.first_name},
                    )
            case _:
                await super()._traiter(trame)

    async def _envoyer(self, conversation: Conversation, texte: str, cle: UUID) -> None:
        message = await envoyer_message_en_direct(
            par=self.personne, conversation=conversation, texte=texte, cle_client=cle
        )
        if self.servi_jusqua is None or message.numero <= self.servi_jusqua:
            # A resend of what was already served: its author still waits for an answer.
            lignes = await lire_depuis(conversation.pk, self.personne, message.numero - 1)
            await self._dire({"type": "messages", "messages": lignes[:1]})
        self._apprendre(message.numero)

    @property
    def _cle(self) -> str:
        """`Participant.cle` of this page's own person, who knows what she has read."""
        return cle_de(self.conversation.pk, self.personne.pk)

    def _apprendre(self, numero: int) -> None:
        """Message `numero` exists; already served wake-ups of a burst cost nothing."""
        self.dernier_numero = max(self.dernier_numero, numero)
        self._avertir()

    def _a_quoi_dire(self) -> bool:
        return super()._a_quoi_dire() or bool(self.qui_ecrit or self.qui_a_lu) or self._a_quoi_lire()

    def _a_quoi_lire(self) -> bool:
        return self.servi_jusqua is not None and (
            self.doit_repondre or self.dernier_numero > self.servi_jusqua
        )

    async def _servir(self) -> None:
        await super()._servir()
        while self.qui_ecrit and not self.coupure:
            await self._dire({"type": "ecrit", "prenom": self.qui_ecrit.pop()})
        while self._a_quoi_lire() and not self.coupure:
            await self._servir_un_lot()
        while self.qui_a_lu and not self.coupure:
            qui, numero = self.qui_a_lu.popitem()
            await self._dire({"type": "lu", "qui": qui, "numero": numero})

    async def _servir_un_lot(self) -> None:
        """Send what comes after `servi_jusqua`, in order, as the database has it."""
        depart, connu, doit_repondre = self.servi_jusqua or 0, self.dernier_numero, self.doit_repondre
        self.doit_repondre = False
        est_a_jour, self.vient_d_entrer = self.vient_d_entrer and depart >= connu, False
        try:
            lignes = [] if est_a_jour else await self._lire(depart)
        except BaseInjoignable:
            self.doit_repondre = doit_repondre
            await asyncio.sleep(PATIENCE)
            return
        if self.servi_jusqua != depart:  # the browser has asked again, from another number
            return
        if lignes:
            self.servi_jusqua = lignes[-1]["numero"]
            self.dernier_numero = max(self.dernier_numero, self.servi_jusqua + (len(lignes) == LOT))
        elif self.dernier_numero == connu:
            self.dernier_numero = depart  # nothing more for this reader, whatever the wake-up said
        if lignes or doit_repondre:
            await self._dire({"type": "messages", "messages": lignes})

    async def _lire(self, depart: int) -> list[LigneJson]:
        return self._lire_sur_place(depart) or await lire_depuis(self.conversation.pk, self.personne, depart)

    def _lire_sur_place(self, depart: int) -> list[LigneJson]:
        """The lines that follow, among those just written here while this person was there to read them."""
        frais, self.frais = self.frais, {}
        lignes: list[LigneJson] = []
        while ecrit := frais.get(depart + len(lignes) + 1):
            if self.personne.pk not in ecrit.presents:
                break
            lignes.append(ligne_ecrite(ecrit, self.personne))
        return lignes
