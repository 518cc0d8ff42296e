"""Messages that come together are written by one statement: to each her own fate."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH

from echange.asgi import arreter_le_direct
from echange.socle import base_asynchrone
from echange.socle.horloge import maintenant
from messagerie.erreurs import ConversationDAutrui, ConversationFermee
from messagerie.models import Conversation, Message, Participant
from messagerie.services import envoyer_message_en_direct
from messagerie.services.ecriture import Ecriture, enonce, reponses
from profils.models import Entreprise, Utilisateur
from tests.messagerie.aides import converser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def direct() -> AsyncIterator[None]:
    yield
    await arreter_le_direct()


async def ecrire_ensemble(*ecritures: Ecriture) -> list[Any]:
    """One statement for all these; return what each came to."""
    rangees = await base_asynchrone.executer(*enonce(ecritures))
    faits: list[Any] = []
    for ecriture, rangee in zip(ecritures, reponses(ecritures, rangees), strict=True):
        try:
            faits.append(ecriture.conclure(rangee))
        except (ConversationDAutrui, ConversationFermee) as refus:
            faits.append(type(refus))
    return faits


def ecrits(conversation: Conversation) -> Any:
    lignes = conversation.messages.order_by("numero").values_list("numero", "texte")[1:]
    return database_sync_to_async(list)(lignes)


async def test_dans_une_conversation_ils_se_suivent_comme_ils_sont_venus(
    conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    qui = [menuisiere, boulangere, menuisiere, boulangere]
    faits = await ecrire_ensemble(
        *(Ecriture(par, conversation, f"ligne {n}", uuid4()) for n, par in enumerate(qui))
    )
    assert [fait.message.numero for fait in faits] == [2, 3, 4, 5]
    assert await ecrits(conversation) == [(n + 2, f"ligne {n}") for n in range(4)]
    assert [fait.precedent_le for fait in faits[1:]] == [fait.message.cree_le for fait in faits[:-1]]
    assert all(fait.presents == {boulangere.pk, menuisiere.pk} for fait in faits)
    await conversation.arefresh_from_db()
    assert conversation.dernier_numero == 5
    marques = {p.utilisateur_id: p.lu_jusqua async for p in Participant.objects.all()}
    assert marques == {menuisiere.pk: 4, boulangere.pk: 5}


async def test_chacun_a_son_sort(
    conversation: Conversation,
    boulangerie: Entreprise,
    fleuristerie: Entreprise,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    intruse: Utilisateur,
) -> None:
    close = await database_sync_to_async(converser)(boulangerie, fleuristerie)
    await Conversation.objects.filter(pk=close.pk).aupdate(fermee_le=maintenant())
    cle = uuid4()
    (deja,) = await ecrire_ensemble(Ecriture(boulangere, conversation, "Bonjour", cle))
    faits = await ecrire_ensemble(
        Ecriture(intruse, conversation, "Achetez", uuid4()),
        Ecriture(boulangere, conversation, "Bonjour", cle),
        Ecriture(boulangere, close, "Trop tard", uuid4()),
        Ecriture(menuisiere, conversation, "Bonjour à vous", uuid4()),
    )
    assert [faits[0], faits[2]] == [ConversationDAutrui, ConversationFermee]
    assert (faits[1].est_nouveau, faits[1].message.pk) == (False, deja.message.pk)
    assert (faits[3].est_nouveau, faits[3].message.numero) == (True, 3)
    assert await ecrits(conversation) == [(2, "Bonjour"), (3, "Bonjour à vous")]
    assert len(await ecrits(close)) == 0


async def test_une_rafale_de_plusieurs_salles_ne_perd_ni_ne_double_rien(
    conversation: Conversation,
    boulangerie: Entreprise,
    fleuristerie: Entreprise,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    fleuriste: Utilisateur,
    intruse: Utilisateur,
) -> None:
    """By the sockets' own door: keys sent twice and an intruder among the lots."""
    autre = await database_sync_to_async(converser)(boulangerie, fleuristerie)
    envois: list[dict[str, Any]] = []
    for tour in range(30):
        for par, ou in ((boulangere, conversation), (menuisiere, conversation), (fleuriste, autre)):
            envoi: dict[str, Any] = {
                "par": par,
                "conversation": ou,
                "texte": f"{par.first_name} {tour}",
                "cle_client": uuid4(),
            }
            envois += [envoi] * (2 if tour % 7 == 0 else 1)
        if tour % 10 == 0:
            envois.append({"par": intruse, "conversation": autre, "texte": "Achetez", "cle_client": uuid4()})
    recus = await asyncio.gather(
        *(envoyer_message_en_direct(**envoi) for envoi in envois), return_exceptions=True
    )
    refus = [recu for recu in recus if isinstance(recu, BaseException)]
    assert [type(r) for r in refus] == [ConversationDAutrui] * 3
    assert len({recu.pk for recu in recus if isinstance(recu, Message)}) == 90
    for salle, attendus in ((conversation, 60), (autre, 30)):
        lignes = await ecrits(salle)
        assert [numero for numero, _ in lignes] == list(range(2, attendus + 2))
        assert len({texte for _, texte in lignes}) == attendus


def test_l_enonce_est_assez_court_pour_n_etre_lu_qu_une_fois(
    conversation: Conversation, boulangere: Utilisateur
) -> None:
    """psycopg keeps where the parameters are up to this length; the text does not grow with the lot."""
    sql, _ = enonce([Ecriture(boulangere, conversation, "Bonjour", None)] * 40)
    assert len(sql) <= MAX_CACHED_STATEMENT_LENGTH
