"""The live socket, on the real database: who enters, what is served, what is refused."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from unittest.mock import AsyncMock
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from echange.asgi import application, arreter_le_direct
from echange.socle import base_asynchrone
from echange.socle.horloge import maintenant
from messagerie import ronde
from messagerie.lectures import LOT, lire_depuis
from messagerie.models import MESSAGE_MAX, Conversation, Participant
from messagerie.services import envoyer_message, envoyer_message_en_direct
from profils.models import Entreprise, Utilisateur
from tests.messagerie.aides import converser, remplir
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
        qui: Utilisateur | None, *, uuid: object = None, origine: str | None = ORIGINE, chemin: str = ""
    ) -> Prise:
        entetes = [(b"origin", origine.encode())] if origine else []
        if qui:
            cookie = await database_sync_to_async(cookies_de)(qui)
            entetes.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie['sessionid']}".encode()))
        chemin = chemin or f"/ws/messages/{uuid or conversation.uuid}/"
        ouverts.append(Prise(application, chemin, entetes))
        return ouverts[-1]

    yield preparer
    for navigateur in ouverts:
        await navigateur.partir()
    await arreter_le_direct()


async def entrer(ouvrir: Ouvrir, qui: Utilisateur, depuis: int | None = 1) -> Prise:
    """Connect, and say what one has already; the opening line is number 1."""
    navigateur = await ouvrir(qui)
    assert await navigateur.entrer() is None
    if depuis is not None:
        await navigateur.dire({"type": "depuis", "numero": depuis})
        await navigateur.entendre()
    return navigateur


async def entrer_chez_moi(ouvrir: Ouvrir, qui: Utilisateur) -> Prise:
    """The socket of her other pages, which carries the unread count."""
    navigateur = await ouvrir(qui, chemin="/ws/moi/")
    assert await navigateur.entrer() is None
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
    assert await (await ouvrir(acteurs[qui])).entrer() == (4404 if qui else 4401)


async def test_une_conversation_inconnue_n_ouvre_pas(ouvrir: Ouvrir, boulangere: Utilisateur) -> None:
    assert await (await ouvrir(boulangere, uuid=uuid4())).entrer() == 4404
    assert await (await ouvrir(boulangere, uuid="autre/chose")).entrer() is not None


async def test_sans_base_la_page_est_priee_de_revenir(
    ouvrir: Ouvrir, boulangere: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    navigateur = await ouvrir(boulangere)
    await arreter_le_direct()  # the next connection is a new one, to nowhere
    monkeypatch.setattr(base_asynchrone, "ATTENTE_MAX", 0.1)
    monkeypatch.setattr(base_asynchrone, "REPRISES", (0.0,))
    monkeypatch.setattr(base_asynchrone, "parametres_de_connexion", lambda nom: {"host": "/nulle/part"})
    assert await navigateur.entrer() == 1013


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
) -> None:
    await database_sync_to_async(remplir)(conversation, menuisiere, 2 * LOT + 1)
    navigateur = await entrer(ouvrir, boulangere, depuis=None)
    await navigateur.dire({"type": "depuis", "numero": 1})
    lots = [await recevoir_textes(navigateur) for _ in range(3)]
    assert [len(lot) for lot in lots] == [LOT, LOT, 1]
    assert [texte for lot in lots for texte in lot] == [f"n° {n}" for n in range(2, 2 * LOT + 3)]


async def test_ce_qu_une_ecrit_arrive_aux_deux(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    a, b = await entrer(ouvrir, boulangere), await entrer(ouvrir, menuisiere)
    cle = str(uuid4())
    await a.dire({"type": "message", "texte": " Bonjour ", "cle": cle})
    (chez_a,) = (await a.entendre())["messages"]
    (chez_b,) = (await b.entendre())["messages"]
    assert (chez_a["numero"], chez_a["texte"], chez_a["cle"]) == (2, "Bonjour", cle)
    assert (chez_b["numero"], chez_b["texte"], chez_b["cle"]) == (2, "Bonjour", None)
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
    monkeypatch.setattr("messagerie.ronde.PERIODE", 60.0)
    navigateur = await entrer(ouvrir, boulangere)
    await attendre_l_ecoute(navigateur, conversation, menuisiere)
    with monkeypatch.context() as panne:
        panne.setattr("messagerie.services.messages.reveiller", lambda *_: None)
        await ecrire(conversation, menuisiere, "Sans réveil")
    assert await navigateur.rien()
    await ecrire(conversation, menuisiere, "Avec")  # the next wake-up brings both, in order
    assert await recevoir_textes(navigateur) == ["Sans réveil", "Avec"]


async def test_la_ronde_trouve_ce_qu_aucun_reveil_n_a_dit(
    ouvrir: Ouvrir,
    conversation: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("messagerie.ronde.PERIODE", 0.1)
    monkeypatch.setattr("messagerie.services.messages.reveiller", lambda *_: None)
    navigateur = await entrer(ouvrir, boulangere)
    await ecrire(conversation, menuisiere, "Sans réveil")
    assert await recevoir_textes(navigateur) == ["Sans réveil"]
    await navigateur.compter_jusqua(2)


async def test_battement_repond_sans_rien_lire(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur
) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    await navigateur.dire({"type": "battement"})
    assert await navigateur.entendre() == {"type": "battement"}


async def test_qui_ecrit_se_dit_aux_autres_sans_se_garder_ni_insister(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    a, b = await entrer(ouvrir, boulangere), await entrer(ouvrir, menuisiere)
    moi = await entrer_chez_moi(ouvrir, menuisiere)
    for _ in range(3):
        await a.dire({"type": "ecrit"})
    assert await b.entendre() == {"type": "ecrit", "prenom": "Alice"}
    for prise in (a, b, moi):
        assert await prise.rien()
    assert await garde(conversation) == []


# ---- Rights, while connected


async def test_qui_quitte_la_conversation_est_coupe_au_premier_reveil(
    ouvrir: Ouvrir,
    conversation: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("messagerie.ronde.PERIODE", 60.0)
    navigateur = await entrer(ouvrir, boulangere)
    await attendre_l_ecoute(navigateur, conversation, menuisiere)
    await database_sync_to_async(Participant.objects.filter(utilisateur=boulangere).delete)()
    await ecrire(conversation, menuisiere, "Entre nous")
    assert await navigateur.fermeture() == 4404  # and « Entre nous » was not said before


async def test_qui_quitte_la_conversation_n_y_ecrit_plus(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messagerie.ronde.PERIODE", 60.0)
    navigateur = await entrer(ouvrir, boulangere)
    await database_sync_to_async(Participant.objects.filter(utilisateur=boulangere).delete)()
    await navigateur.dire({"type": "message", "texte": "Encore là", "cle": str(uuid4())})
    assert await navigateur.fermeture() == 4404
    assert await garde(conversation) == []


@pytest.mark.parametrize("perdu", ["participation", "compte", "session", "expiree"])
async def test_la_ronde_coupe_qui_n_a_plus_le_droit_meme_sans_reveil(
    ouvrir: Ouvrir,
    conversation: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    monkeypatch: pytest.MonkeyPatch,
    perdu: str,
) -> None:
    monkeypatch.setattr("messagerie.ronde.PERIODE", 0.1)
    autre = await entrer(ouvrir, menuisiere)
    navigateur = await entrer(ouvrir, boulangere)
    chez_elle = await entrer_chez_moi(ouvrir, boulangere)
    await database_sync_to_async(retirer)(boulangere, perdu)
    assert await navigateur.fermeture() == (4404 if perdu == "participation" else 4401)
    if perdu != "participation":
        assert await chez_elle.fermeture() == 4401
    await autre.dire({"type": "battement"})
    assert await autre.entendre() == {"type": "battement"}  # the others stay


async def test_se_deconnecter_coupe_aussitot_toutes_ses_pages(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messagerie.ronde.PERIODE", 60.0)
    navigateur = await entrer(ouvrir, boulangere)
    await attendre_l_ecoute(navigateur, conversation, boulangere)
    cle = navigateur.scope["headers"][-1][1].decode().partition("=")[2]
    await database_sync_to_async(se_deconnecter)(cle)
    assert await navigateur.fermeture() == 4401


def retirer(personne: Utilisateur, quoi: str) -> None:
    """Take a right away as somebody would who wakes nobody."""
    if quoi == "participation":
        Participant.objects.filter(utilisateur=personne).delete()
    elif quoi == "compte":
        Utilisateur.objects.filter(pk=personne.pk).update(is_active=False)
    else:
        siennes = [s for s in Session.objects.all() if s.get_decoded()["_auth_user_id"] == str(personne.pk)]
        restantes = Session.objects.filter(pk__in=[s.pk for s in siennes])
        restantes.delete() if quoi == "session" else restantes.update(expire_date=maintenant())


def se_deconnecter(cle: str) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cle
    assert client.post(reverse("account_logout")).status_code == 302


def test_la_ronde_passe_a_temps_pour_couper_en_cinq_secondes() -> None:
    assert ronde.PERIODE + 1 <= 5  # a second to ask for everyone: 0.1 s for a thousand sockets (measured)


async def test_une_rafale_ecrite_ici_arrive_sans_etre_relue(
    ouvrir: Ouvrir,
    conversation: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the statement that wrote answered is enough, and says what a reading would."""
    navigateur, textes = await entrer(ouvrir, boulangere), [f"Message {n}" for n in range(8)]
    autre = await entrer(ouvrir, menuisiere)
    lues = AsyncMock(side_effect=AssertionError("read again"))
    with monkeypatch.context() as sans_lire:
        sans_lire.setattr("messagerie.consumers.lire_depuis", lues)
        for texte in textes:
            await autre.dire({"type": "message", "texte": texte, "cle": str(uuid4())})
        recus: list[dict[str, Any]] = []
        while len(recus) < len(textes):
            recus += (await navigateur.entendre())["messages"]
    assert [message["texte"] for message in recus] == textes
    assert recus == await lire_depuis(conversation.pk, boulangere, 1)


# ---- The unread count


async def test_le_compte_des_non_lus_suit_partout(
    ouvrir: Ouvrir,
    conversation: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("messagerie.ronde.COMPTE", 0.05)
    chez_elle, fil = await entrer_chez_moi(ouvrir, boulangere), await entrer(ouvrir, boulangere)
    await chez_elle.compter_jusqua(1)
    await ecrire(conversation, menuisiere, "Bonjour")
    await chez_elle.compter_jusqua(2)
    await recevoir_textes(fil)
    await fil.dire({"type": "lu", "numero": 2})
    await chez_elle.compter_jusqua(0)
    assert await chez_elle.rien()


async def test_une_conversation_qui_s_ouvre_compte_aussitot(
    ouvrir: Ouvrir, boulangere: Utilisateur, boulangerie: Entreprise, fleuristerie: Entreprise
) -> None:
    chez_elle = await entrer_chez_moi(ouvrir, boulangere)
    await chez_elle.compter_jusqua(1)
    await database_sync_to_async(converser)(boulangerie, fleuristerie)
    await chez_elle.compter_jusqua(2)


async def test_on_n_entre_pas_chez_soi_sans_session(ouvrir: Ouvrir) -> None:
    assert await (await ouvrir(None, chemin="/ws/moi/")).entrer() == 4401


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


async def test_la_meme_cle_par_la_prise_et_par_le_formulaire_au_meme_instant_ecrit_un_message(
    conversation: Conversation, boulangere: Utilisateur
) -> None:
    """Two doors, one statement: whichever comes first writes, the others find it."""
    for _ in range(5):
        cle = uuid4()
        envoi: dict[str, Any] = {
            "par": boulangere,
            "conversation": conversation,
            "texte": "Une fois",
            "cle_client": cle,
        }
        par_le_formulaire = database_sync_to_async(envoyer_message, thread_sensitive=False)
        ecrits = await asyncio.gather(
            *(envoyer_message_en_direct(**envoi) for _ in range(4)),
            *(par_le_formulaire(**envoi) for _ in range(4)),
        )
        assert len({message.pk for message in ecrits}) == 1
    assert await garde(conversation) == ["Une fois"] * 5
    assert [m.numero async for m in conversation.messages.order_by("numero")] == list(range(1, 7))
    await arreter_le_direct()


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
    textes: list[str] = []
    while (trame := await navigateur.entendre())["type"] == "messages":
        textes += [message["texte"] for message in trame["messages"]]
    assert "trop vite" in trame["message"]
    while len(textes) < 10:
        textes += await recevoir_textes(navigateur)
    assert textes == await garde(conversation) == [str(rang) for rang in range(10)]


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
    assert await navigateur.fermeture() == 1009


async def test_un_deluge_de_trames_coupe(ouvrir: Ouvrir, boulangere: Utilisateur) -> None:
    navigateur = await entrer(ouvrir, boulangere)
    for _ in range(60):
        await navigateur.dire_brut(text="{}")
    assert await navigateur.fermeture() == 1008
