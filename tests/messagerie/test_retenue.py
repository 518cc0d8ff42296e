"""The same words sent to many wait for the animation; the conversations stay open."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from channels.db import database_sync_to_async
from django.db import connection
from django.urls import reverse

from animation.services.signalements import prendre_signalement, resoudre_signalement
from echange.asgi import arreter_le_direct
from echange.socle.horloge import maintenant
from messagerie.models import Conversation, IssueSignalement, Message, Notification, Signalement
from messagerie.models.conversations import RETENU, RETIRE
from messagerie.notifications.non_lus import prevenir_des_non_lus
from messagerie.services import envoyer_message, envoyer_message_en_direct
from messagerie.services.retenue import CONVERSATIONS, LONGUEUR, PERIODE, _semblables
from profils.models import Entreprise, Utilisateur
from tests.messagerie.aides import converser

OFFRE = (
    "Bonjour {}, je propose un site tout fait, livré en deux jours, à un prix imbattable : dites-moi quand "
    "vous appeler, cela ne prend que dix minutes et vous ne le regretterez pas."
)
PRENOMS = ["Alice", "Chloé", "Dina", "Inès", "Fanny"]


@pytest.fixture
def fils(boulangerie: Entreprise, menuiserie: Entreprise, animatrice: Utilisateur) -> list[Conversation]:
    return [converser(boulangerie, menuiserie) for _ in range(CONVERSATIONS + 2)]


def demarcher(fils: list[Conversation], menuisiere: Utilisateur) -> Message:
    """La menuisière writes the same to each but for the name; return the one that waits."""
    for fil, prenom in zip(fils, PRENOMS, strict=False):
        dernier = envoyer_message(par=menuisiere, conversation=fil, texte=OFFRE.format(prenom))
        if Message.objects.filter(pk=dernier.pk, retenu_le__isnull=False).exists():
            return Message.objects.get(pk=dernier.pk)
    pytest.fail("rien n’est retenu")


def page(client: Any, fil: Conversation) -> str:
    texte: str = client.get(reverse("messagerie:conversation", args=[fil.uuid])).text
    return texte


def decider(animatrice: Utilisateur, message: Message, issue: IssueSignalement) -> None:
    signalement = Signalement.objects.get(message=message)
    prendre_signalement(par=animatrice, signalement=signalement)
    resoudre_signalement(par=animatrice, signalement=signalement, issue=issue, mot="Non.", reponse="")


def test_comparer_ne_lit_que_ce_qu_elle_a_ecrit_dans_la_semaine(
    fils: list[Conversation], boulangere: Utilisateur, menuisiere: Utilisateur, menuiserie: Entreprise
) -> None:
    """Not what everybody wrote, in the order of the conversations: others' lines must cost her nothing."""
    for fil in fils:
        for auteur, combien in ((boulangere, 200), (menuisiere, 20)):
            Message.objects.bulk_create(
                Message(
                    conversation=fil,
                    numero=100 + 200 * auteur.pk + rang,
                    auteur=auteur,
                    entreprise=menuiserie,
                    texte=OFFRE,
                )
                for rang in range(combien)
            )
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE messagerie_message")
        curseur.execute("SET LOCAL enable_seqscan = off")  # so few lines would be read whole
    semblables = _semblables(menuisiere.pk, fils[0].pk, OFFRE, maintenant() - PERIODE)
    plan = semblables.explain()
    assert "message_auteur_recents" in plan, plan
    assert "cree_le" in plan.split("Index Cond", 1)[1].splitlines()[0]


def test_au_quatrieme_fil_le_texte_attend_et_le_fil_reste_ouvert(
    client_de: Any, fils: list[Conversation], boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    retenu = demarcher(fils, menuisiere)
    fil = fils[CONVERSATIONS]
    assert retenu.conversation_id == fil.pk
    chez_elle, chez_l_autre = page(client_de(menuisiere), fil), page(client_de(boulangere), fil)
    assert "prix imbattable" in chez_elle
    assert "En attente de relecture" in chez_elle
    assert "prix imbattable" not in chez_l_autre
    assert RETENU in chez_l_autre
    assert "signaler/" not in chez_l_autre
    suivant = envoyer_message(par=menuisiere, conversation=fil, texte="Et pour jeudi ?")
    assert suivant.numero == retenu.numero + 1
    assert suivant.retenu_le is None


def test_ni_la_recherche_ni_les_courriels_ne_le_disent(
    client_de: Any, fils: list[Conversation], boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    retenu = demarcher(fils, menuisiere)
    assert retenu not in Message.objects.lisibles_par(boulangere).chercher("imbattable")
    with time_machine.travel(maintenant() + timedelta(minutes=6), tick=False):
        assert prevenir_des_non_lus() == CONVERSATIONS
    dits = Notification.objects.filter(donnees__conversation=str(fils[CONVERSATIONS].uuid))
    assert not dits.filter(genre="message_non_lu").exists()


def test_l_animation_le_lit_seul_et_l_affiche(
    client_de: Any,
    fils: list[Conversation],
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    animatrice: Utilisateur,
) -> None:
    retenu = demarcher(fils, menuisiere)
    signalement = Signalement.objects.get(message=retenu)
    console = client_de(animatrice)
    ferme = console.get(reverse("animation:signalement", args=[signalement.uuid])).text
    assert "Message à relire" in ferme
    assert "imbattable" not in ferme
    console.post(reverse("animation:prendre_signalement", args=[signalement.uuid]))
    ouvert = console.get(reverse("animation:signalement", args=[signalement.uuid])).text
    assert "imbattable" in ouvert
    assert "ont accepté" not in ouvert  # nothing else of the conversation
    reponse = console.post(
        reverse("animation:signalement", args=[signalement.uuid]), {"issue": "rien", "mot": ""}
    )
    assert reponse.status_code == 302
    lu = page(client_de(boulangere), fils[CONVERSATIONS])
    assert "prix imbattable" in lu
    assert "a relu un message" in lu
    assert list(signalement.journal.values_list("fait", flat=True)) == ["retenu", "pris_et_lu", "rien"]


def test_refuse_il_disparait_pour_tout_le_monde(
    client_de: Any, fils: list[Conversation], menuisiere: Utilisateur, animatrice: Utilisateur
) -> None:
    retenu = demarcher(fils, menuisiere)
    decider(animatrice, retenu, IssueSignalement.AVERTISSEMENT)
    assert RETIRE in page(client_de(menuisiere), fils[CONVERSATIONS])
    assert Notification.objects.filter(destinataire=menuisiere, genre="avertissement_recu").exists()


def test_ni_les_mots_courts_ni_les_textes_differents_ni_ceux_d_avant_n_attendent(
    fils: list[Conversation], menuisiere: Utilisateur
) -> None:
    for n, fil in enumerate(fils):
        envoyer_message(par=menuisiere, conversation=fil, texte="D’accord pour jeudi, merci beaucoup !")
        envoyer_message(par=menuisiere, conversation=fil, texte=f"{n} {'abcdefghij'[n] * LONGUEUR}")
    assert not Message.objects.filter(retenu_le__isnull=False).exists()
    for fil in fils[:CONVERSATIONS]:
        envoyer_message(par=menuisiere, conversation=fil, texte=OFFRE)
    with time_machine.travel(maintenant() + PERIODE + timedelta(minutes=1), tick=False):
        envoyer_message(par=menuisiere, conversation=fils[-1], texte=OFFRE)
    assert not Message.objects.filter(retenu_le__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
async def test_par_la_prise_il_attend_aussi(fils: list[Conversation], menuisiere: Utilisateur) -> None:
    for n, fil in enumerate(fils):
        await envoyer_message_en_direct(
            par=menuisiere, conversation=fil, texte=OFFRE.format(PRENOMS[n]), cle_client=fil.uuid
        )
    await arreter_le_direct()
    retenus = await database_sync_to_async(Message.objects.filter(retenu_le__isnull=False).count)()
    assert retenus == len(fils) - CONVERSATIONS
    assert await database_sync_to_async(Signalement.objects.count)() == retenus


@pytest.mark.django_db(transaction=True)
async def test_renvoye_apres_coup_il_reste_celui_qui_etait_parti(
    fils: list[Conversation], menuisiere: Utilisateur
) -> None:
    """Accepted while it was said to few, sent again once it is said to many: the first is returned."""
    premier, *suite = fils[: CONVERSATIONS + 1]
    texte = OFFRE.format("Alice")
    parti = await envoyer_message_en_direct(
        par=menuisiere, conversation=premier, texte=texte, cle_client=premier.uuid
    )
    for fil in suite:
        await envoyer_message_en_direct(par=menuisiere, conversation=fil, texte=texte, cle_client=fil.uuid)
    encore = await envoyer_message_en_direct(
        par=menuisiere, conversation=premier, texte=texte, cle_client=premier.uuid
    )
    await arreter_le_direct()
    assert (encore.pk, encore.numero) == (parti.pk, parti.numero)
