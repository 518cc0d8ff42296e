"""The live socket of one conversation: it reads by number and writes through the services.

It keeps one thing, the number up to which its client is served. A wake-up only says that there may be
more; what is sent always comes from the database, in order, from that number on.
"""

from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from echange.socle.erreurs import ErreurMetier
from echange.socle.reveil import quitter, rejoindre
from messagerie.cadence import Cadence
from messagerie.erreurs import ConversationDAutrui, TropDeMessages
from messagerie.models import Conversation
from messagerie.presentation import LOT, LigneJson, en_json, lignes_depuis
from messagerie.services import envoyer_message, marquer_lu
from messagerie.trames import TRAME_MAX, Depuis, Envoi, Lu, Trame, lire_trame
from profils.models import Utilisateur

INTROUVABLE = 4404  # close codes; before the handshake they reach the browser as a plain refusal
TROP_LONG = 1009
ABUS = 1008

MESSAGES_MAX, TRAMES_MAX, FENETRE = 10, 60, 10.0  # per socket, in any FENETRE seconds


class ConversationConsommateur(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels is untyped
    """One browser open on one conversation."""

    conversation: Conversation | None = None
    lecteur: Utilisateur
    servi_jusqua: int | None = None  # None until the client has said what it has

    async def connect(self) -> None:
        """Let in participants only, and listen before the first reading so that nothing falls between."""
        uuid = self.scope["url_route"]["kwargs"]["conversation"]
        conversation = await _chercher(self.scope["user"], uuid)
        if conversation is None:
            await self.close(code=INTROUVABLE)
            return
        self.conversation, self.lecteur = conversation, self.scope["user"]
        self.messages, self.trames = Cadence(MESSAGES_MAX, FENETRE), Cadence(TRAMES_MAX, FENETRE)
        await rejoindre(conversation.groupe, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.conversation is not None:
            await quitter(self.conversation.groupe, self.channel_name)

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
        except ErreurMetier as erreur:
            cle = str(trame.cle) if isinstance(trame, Envoi) else None
            await self.send_json({"type": "erreur", "message": erreur.message, "cle": cle})

    async def _traiter(self, trame: Trame) -> None:
        match trame:
            case Depuis(numero):
                self.servi_jusqua = numero
                await self._servir(meme_vide=True)
            case Envoi(texte, cle):
                if not self.messages.accorde():
                    raise TropDeMessages
                await self._envoyer(texte, cle)
            case Lu(numero):
                await _marquer_lu(par=self.lecteur, conversation=self.conversation, jusqua=numero)

    async def _envoyer(self, texte: str, cle: UUID) -> None:
        """Write, then show the author their message without waiting for the wake-up."""
        message = await _envoyer_message(
            par=self.lecteur, conversation=self.conversation, texte=texte, cle_client=cle
        )
        if self.servi_jusqua is not None and self.servi_jusqua < message.numero:
            await self._servir()
        else:  # a resend of what was already served: its author still waits for an answer
            lignes = await _lire(self.conversation, self.lecteur, message.numero - 1, 1)
            await self.send_json({"type": "messages", "messages": lignes})

    async def _servir(self, *, meme_vide: bool = False) -> None:
        """Send everything after `servi_jusqua`; `meme_vide`: answer even when there is nothing."""
        while self.servi_jusqua is not None:
            lignes = await _lire(self.conversation, self.lecteur, self.servi_jusqua, LOT)
            if lignes or meme_vide:
                await self.send_json({"type": "messages", "messages": lignes})
            if lignes:
                self.servi_jusqua = lignes[-1]["numero"]
            if len(lignes) < LOT:
                return

    async def message_ecrit(self, reveil: dict[str, Any]) -> None:
        """Wake-up: message `numero` exists. Already served wake-ups of a burst cost nothing."""
        if self.servi_jusqua is not None and reveil["numero"] > self.servi_jusqua:
            await self._servir()

    async def rattrapage(self, _reveil: dict[str, Any]) -> None:
        """Wake-up: others may have been lost."""
        await self._servir()

    async def send_json(self, content: Any, close: bool = False) -> None:  # noqa: FBT001, FBT002
        """Send; a browser that has just left is told nothing, its `disconnect` follows."""
        try:
            await super().send_json(content, close)
        except OSError:
            self.servi_jusqua = None


def _chercher_conversation(personne: Any, uuid: UUID) -> Conversation | None:
    if not isinstance(personne, Utilisateur):
        return None
    return Conversation.objects.visibles_par(personne).filter(uuid=uuid).first()


def _lire_lignes(
    conversation: Conversation, lecteur: Utilisateur, numero: int, maximum: int
) -> list[LigneJson]:
    return [en_json(ligne) for ligne in lignes_depuis(conversation, lecteur, numero, maximum)]


# Each call takes its own thread and its own connection of the pool: one slow query holds up nobody else.
_chercher = database_sync_to_async(_chercher_conversation, thread_sensitive=False)
_lire = database_sync_to_async(_lire_lignes, thread_sensitive=False)
_envoyer_message = database_sync_to_async(envoyer_message, thread_sensitive=False)
_marquer_lu = database_sync_to_async(marquer_lu, thread_sensitive=False)
