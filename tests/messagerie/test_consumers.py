"""The live socket, on the real database: who enters, what is served, what is refused."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings

from echange.asgi import application
from echange.socle.reveil import RATTRAPAGE, TOUS, ne_plus_ecouter
from messagerie.models import MESSAGE_MAX, Conversation, Participant
from messagerie.services import envoyer_message
from profils.models import Utilisateur
from tests.messagerie.prise import Prise
from tests.serveur import cookies_de

pytestmark = pytest.mark.django_db(transaction=True)

ORIGINE = "http://localhost"
Ouvrir = Callable[..., Awaitable[Prise]]


@pytest.fixture
async def ouvrir(conversation: Conversation) -> AsyncIterator[Ouvrir]:
    """`await ouvrir(boulangere)`: her browser on the conversation, not yet connected."""
    ouverts: list[Prise] = []

    async def preparer(
        qui: Utilisateur | None, *, uuid: object = None, origine: str | None = ORIGINE
    ) -> Prise:
        entetes = [(b"origin", origine.encode())] if origine else []
        if qui:
            cookie = await database_sync_to_async(cookies_de)(qui)
            entetes.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie['sessionid']}".encode()))
        chemin = f"/ws/messages/{uuid or conversation.uuid}/"
        ouverts.append(Prise(application, chemin, entetes))
        return ouverts[-1]

    yield preparer
    for navigateur in ouverts:
        await navigateur.partir()
    await ne_plus_ecouter()
    await get_channel_layer().flush()


async def entrer(ouvrir: Ouvrir, qui: Utilisateur, depuis: int | None = 1) -> Prise:
    """Connect, and say what one has already; the opening line is number 1."""
    navigateur = await ouvrir(qui)
    assert await navigateur.entrer() is None
    if depuis is not None:
        await navigateur.dire({"type": "depuis", "numero": depuis})
        await navigateur.entendre()
    return navigateur


async def recevoir_textes(navigateur: Prise) -> list[str]:
    trame = await navigateur.entendre()
    assert trame["type"] == "messages", trame
    return [message["texte"] for message in trame["messages"]]


async def ecrire(conversation: Conversation, qui: Utilisateur, texte: str) -> None:
    await database_sync_to_async(envoyer_message)(par=qui, conversation=conversation, texte=texte)


async def attendre_l_ecoute(navigateur: Prise, conversation: Conversation, qui: Utilisateur) -> None:
    """Once a message comes by itself, the listener listens and has told everyone to catch up."""
    await ecrire(conversation, qui, "Un premier")
    assert await recevoir_textes(navigateur) == ["Un premier"]


async def garde(conversation: Conversation) -> list[str]:
    ecrits = conversation.messages.values_list("texte", flat=True)
    textes: list[str] = await database_sync_to_async(list)(ecrits)
    return textes[1:]  # without the opening line


# ---- Who enters


@pytest.mark.parametrize("qui", ["intruse", "animatrice", "referente", None])
async def test_qui_n_en_est_pas_n_entre_pas(
    ouvrir: Ouvrir, qui: str | None, intruse: Utilisateur, animatrice: Utilisateur, referente: Utilisateur
) -> None:
    acteurs = {"intruse": intruse, "animatrice": animatrice, "referente": referente, None: None}
    assert await (await ouvrir(acteurs[qui])).entrer() == 4404


async def test_une_conversation_inconnue_n_ouvre_pas(ouvrir: Ouvrir, boulangere: Utilisateur) -> None:
    assert await (await ouvrir(boulangere, uuid=uuid4())).entrer() == 4404
    assert await (await ouvrir(boulangere, uuid="autre/chose")).entrer() is not None


@pytest.mark.parametrize("origine", ["https://ailleurs.example", "null", None])
async def test_une_autre_origine_n_entre_pas(
    ouvrir: Ouvrir, boulangere: Utilisateur, origine: str | None
) -> None:
    assert await (await ouvrir(boulangere, origine=origine)).entrer() is not None


# ---- Reading


async def test_depuis_rend_ce_qui_manque_puis_rien(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    for texte in ("Un", "Deux", "Trois"):
        await ecrire(conversation, menuisiere, texte)
    navigateur = await entrer(ouvrir, boulangere, depuis=None)
    await navigateur.dire({"type": "depuis", "numero": 2})
    assert await recevoir_textes(navigateur) == ["Deux", "Trois"]
    await navigateur.dire({"type": "depuis", "numero": 4})
    assert await recevoir_textes(navigateur) == []


async def test_un_grand_retard_arrive_par_lots(
    ouvrir: Ouvrir,
    conversation: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("messagerie.consumers.LOT", 2)
    for texte in "abcd":
        await ecrire(conversation, menuisiere, texte)
    navigateur = await entrer(ouvrir, boulangere, depuis=None)
    await navigateur.dire({"type": "depuis", "numero": 1})
    lots = [await recevoir_textes(navigateur) for _ in range(3)]
    assert lots == [["a", "b"], ["c", "d"], []]


async def test_ce_qu_une_ecrit_arrive_aux_deux(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    a, b = await entrer(ouvrir, boulangere), await entrer(ouvrir, menuisiere)
    cle = str(uuid4())
    await a.dire({"type": "message", "texte": " Bonjour ", "cle": cle})
    (chez_a,) = (await a.entendre())["messages"]
    (chez_b,) = (await b.entendre())["messages"]
    assert (chez_a["numero"], chez_a["texte"], chez_a["moi"], chez_a["cle"]) == (2, "Bonjour", True, cle)
    assert (chez_b["numero"], chez_b["texte"], chez_b["moi"], chez_b["cle"]) == (2, "Bonjour", False, None)
    assert await a.rien()  # the wake-up of what she was already served
    assert await garde(conversation) == ["Bonjour"]


async def test_ce_qui_est_ecrit_par_le_formulaire_arrive_aussi(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    await ecrire(conversation, menuisiere, "Par le formulaire")
    assert await recevoir_textes(navigateur) == ["Par le formulaire"]


async def test_des_reveils_perdus_ne_perdent_rien(
    ouvrir: Ouvrir,
    conversation: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    await attendre_l_ecoute(navigateur, conversation, menuisiere)
    with monkeypatch.context() as panne:
        panne.setattr("messagerie.services.messages.reveiller", lambda *_: None)
        await ecrire(conversation, menuisiere, "Sans réveil")
    assert await navigateur.rien()
    await ecrire(conversation, menuisiere, "Avec")  # the next wake-up brings both, in order
    assert await recevoir_textes(navigateur) == ["Sans réveil", "Avec"]


async def test_le_rattrapage_sert_tout_le_monde(
    ouvrir: Ouvrir,
    conversation: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    await attendre_l_ecoute(navigateur, conversation, menuisiere)
    monkeypatch.setattr("messagerie.services.messages.reveiller", lambda *_: None)
    await ecrire(conversation, menuisiere, "Sans réveil")
    assert await navigateur.rien()
    await get_channel_layer().group_send(TOUS, RATTRAPAGE)
    assert await recevoir_textes(navigateur) == ["Sans réveil"]


async def test_qui_quitte_la_conversation_ne_recoit_plus_rien_et_ne_peut_plus_ecrire(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    await database_sync_to_async(Participant.objects.filter(utilisateur=boulangere).delete)()
    await ecrire(conversation, menuisiere, "Entre nous")
    assert await navigateur.rien()
    await navigateur.dire({"type": "message", "texte": "Encore là", "cle": str(uuid4())})
    assert await navigateur.sortie() == {"type": "websocket.close", "code": 4404}
    assert await garde(conversation) == ["Entre nous"]


# ---- Writing


async def test_renvoyer_la_meme_cle_confirme_sans_doubler(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    trame = {"type": "message", "texte": "Une fois", "cle": str(uuid4())}
    for _ in range(2):
        await navigateur.dire(trame)
        (recu,) = (await navigateur.entendre())["messages"]
        assert (recu["numero"], recu["cle"]) == (2, trame["cle"])
    assert await garde(conversation) == ["Une fois"]


@pytest.mark.parametrize(
    ("texte", "dit"), [("  ", "Écrivez quelque chose"), ("a" * (MESSAGE_MAX + 1), "trop long")]
)
async def test_un_message_refuse_l_est_avec_sa_cle(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, texte: str, dit: str
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    cle = str(uuid4())
    await navigateur.dire({"type": "message", "texte": texte, "cle": cle})
    erreur = await navigateur.entendre()
    assert (erreur["type"], erreur["cle"]) == ("erreur", cle)
    assert dit in erreur["message"]
    assert await garde(conversation) == []


async def test_le_html_arrive_comme_du_texte(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    await ecrire(conversation, menuisiere, "<img src=x onerror=alert(1)>")
    (recu,) = (await navigateur.entendre())["messages"]
    assert "<img" not in recu["html"]
    assert "&lt;img src=x" in recu["html"]


async def test_lu_avance_la_marque(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    await navigateur.dire({"type": "lu", "numero": 1})
    await navigateur.dire({"type": "depuis", "numero": 1})  # answered after it
    await navigateur.entendre()
    assert await database_sync_to_async(Participant.objects.compter_non_lus)(boulangere) == 0


async def test_qui_ecrit_trop_vite_est_prie_d_attendre(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    for rang in range(11):
        await navigateur.dire({"type": "message", "texte": str(rang), "cle": str(uuid4())})
    trames = [await navigateur.entendre() for _ in range(11)]
    assert [trame["type"] for trame in trames] == ["messages"] * 10 + ["erreur"]
    assert "trop vite" in trames[-1]["message"]
    assert await garde(conversation) == [str(rang) for rang in range(10)]


@pytest.mark.parametrize("brut", ["pas du json", "[]", json.dumps({"type": "depuis", "numero": "1"})])
async def test_une_trame_illisible_ne_coupe_pas(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, brut: str
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    await navigateur.dire_brut(text=brut)
    assert (await navigateur.entendre())["type"] == "erreur"
    await navigateur.dire({"type": "depuis", "numero": 1})
    assert await recevoir_textes(navigateur) == []


@pytest.mark.parametrize("trame", [{"text": "é" * 4100}, {"bytes": b"0" * 8193}])
async def test_une_trame_de_plus_de_8_ko_coupe(
    ouvrir: Ouvrir, boulangere: Utilisateur, trame: dict[str, Any]
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    await navigateur.dire_brut(**trame)
    assert await navigateur.sortie() == {"type": "websocket.close", "code": 1009}


async def test_un_deluge_de_trames_coupe(ouvrir: Ouvrir, boulangere: Utilisateur) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    for _ in range(60):
        await navigateur.dire_brut(text="{}")
    sorties = [await navigateur.sortie() for _ in range(60)]
    assert [s["type"] for s in sorties] == ["websocket.send"] * 59 + ["websocket.close"]
