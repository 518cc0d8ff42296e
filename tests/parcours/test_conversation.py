"""A conversation on a bad network: two phones, and a browser without JavaScript."""

import re
import smtplib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.db.models import F
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from messagerie.models import Conversation
from messagerie.notifications.boite import expedier
from messagerie.notifications.non_lus import ATTENTE, prevenir_des_non_lus
from messagerie.services import envoyer_message
from profils.models import Entreprise, Utilisateur
from tests.messagerie.aides import OUVERTURE, converser
from tests.messagerie.bureau import bureau
from tests.serveur import Serveur, cookies_de

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]

Ouvrir = Callable[..., Page]


@pytest.fixture
def conversation(boulangerie: Entreprise, menuiserie: Entreprise) -> Conversation:
    return converser(boulangerie, menuiserie)


@pytest.fixture
def ouvrir(serveur: Serveur, conversation: Conversation, navigateur: Browser) -> Iterator[Ouvrir]:
    """`ouvrir(boulangere)`: her phone, signed in, on the conversation."""
    contextes: list[BrowserContext] = []

    def entrer(
        qui: Utilisateur,
        *,
        javascript: bool = True,
        preparer: Callable[[Page], None] = lambda _: None,
        fil: Conversation = conversation,
    ) -> Page:
        contexte = navigateur.new_context(
            viewport={"width": 390, "height": 844}, locale="fr-FR", java_script_enabled=javascript
        )
        contextes.append(contexte)
        contexte.add_cookies(
            [
                {"name": nom, "value": valeur, "url": serveur.adresse}
                for nom, valeur in cookies_de(qui).items()
            ]
        )
        page = contexte.new_page()
        preparer(page)
        page.goto(f"{serveur.adresse}/messages/{fil.uuid}/")
        return page

    yield entrer
    for contexte in contextes:
        contexte.close()


def sans_prise(page: Page) -> None:
    page.route_web_socket("**/ws/**", lambda prise: prise.close())


def attendre(page: Page, est_vrai: Callable[[], object]) -> None:
    """Ten seconds at most, during which what the page says to our handlers is heard."""
    for _ in range(500):
        if est_vrai():
            return
        page.wait_for_timeout(20)
    pytest.fail("Toujours pas.")


def attendre_la_prise(page: Page) -> None:
    attendre(page, lambda: page.evaluate("window.direct.estOuvert()"))


def ecrire(page: Page, texte: str) -> None:
    page.get_by_label("Votre message").fill(texte)
    page.get_by_role("button", name="Envoyer").click()


def html_du_fil(page: Page) -> str:
    return re.sub(r"\s*(<[^>]+>)\s*", r"\1", page.locator("[data-fil]").inner_html())


def voit_le_fil(page: Page, *textes: str) -> None:
    """These messages, each once, in this order, after the opening line; nothing still leaving."""
    expect(page.locator("[data-fil] .bulle__texte")).to_have_text([OUVERTURE, *textes])
    expect(page.locator("[data-attente] li")).to_have_count(0)


def test_deux_telephones_se_parlent_et_le_rechargement_montre_la_meme_chose(
    ouvrir: Ouvrir, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    alice, brune = ouvrir(boulangere), ouvrir(menuisiere)
    ecrire(alice, "Mardi à 14 h ?")
    voit_le_fil(brune, "Mardi à 14 h ?")
    ecrire(brune, "Parfait <b>à mardi</b>")
    for page in (alice, brune):
        voit_le_fil(page, "Mardi à 14 h ?", "Parfait <b>à mardi</b>")
        vivant = html_du_fil(page)
        page.reload()
        assert html_du_fil(page) == vivant
    brune.goto(brune.url.split("/messages/")[0] + "/messages/")
    expect(brune.locator("main .pastille")).to_have_count(0)  # what is seen is read


def test_hors_reseau_le_message_attend_puis_part_une_seule_fois(
    ouvrir: Ouvrir, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    alice, brune = ouvrir(boulangere), ouvrir(menuisiere)
    ecrire(alice, "Avec réseau")
    voit_le_fil(brune, "Avec réseau")
    alice.context.set_offline(True)
    alice.evaluate("window.dispatchEvent(new Event('pagehide'))")  # the phone drops the socket
    ecrire(alice, "Dans le tunnel")
    expect(alice.get_by_text("Non envoyé")).to_be_visible()
    alice.context.set_offline(False)
    voit_le_fil(alice, "Avec réseau", "Dans le tunnel")
    voit_le_fil(brune, "Avec réseau", "Dans le tunnel")


def test_ce_qui_est_dit_pendant_une_coupure_arrive_a_la_reprise(
    ouvrir: Ouvrir, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    alice, brune = ouvrir(boulangere), ouvrir(menuisiere)
    alice.context.set_offline(True)
    alice.evaluate("window.dispatchEvent(new Event('pagehide'))")
    textes = [f"Message {rang}" for rang in range(1, 4)]
    for texte in textes:
        ecrire(brune, texte)
    voit_le_fil(brune, *textes)
    alice.context.set_offline(False)
    voit_le_fil(alice, *textes)


def test_une_page_que_l_on_revoit_demande_aussitot_si_le_site_est_la(
    ouvrir: Ouvrir, boulangere: Utilisateur
) -> None:
    alice = ouvrir(boulangere)
    attendre_la_prise(alice)
    alice.evaluate(
        """() => {
            document.addEventListener("direct:battement", () => { window.entendu = true; });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    attendre(alice, lambda: alice.evaluate("window.entendu"))


def test_un_reseau_qui_se_tait_sans_le_dire_ne_garde_pas_un_message(
    ouvrir: Ouvrir, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    perdus: list[str | bytes] = []

    def perdre_le_premier_message(prise: WebSocketRoute) -> None:
        site = prise.connect_to_server()

        def passer(trame: str | bytes) -> None:
            if '"message"' in str(trame) and not perdus:
                perdus.append(trame)
                trame = '{"type":"battement"}'  # what answers another question is no answer to this one
            site.send(trame)

        prise.on_message(passer)

    def preparer(page: Page) -> None:
        page.clock.install()
        page.route_web_socket("**/ws/**", perdre_le_premier_message)

    alice, brune = ouvrir(boulangere, preparer=preparer), ouvrir(menuisiere)
    attendre_la_prise(alice)
    ecrire(alice, "Tu m’entends ?")
    expect(alice.locator("[data-attente] li")).to_have_count(1)
    attendre(alice, lambda: perdus)
    alice.clock.fast_forward(11_000)
    for page in (alice, brune):
        voit_le_fil(page, "Tu m’entends ?")


def test_sans_prise_la_page_demande_et_ecrit_par_le_formulaire(
    ouvrir: Ouvrir, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    alice, brune = ouvrir(boulangere, preparer=sans_prise), ouvrir(menuisiere)
    ecrire(alice, "Sans prise")
    voit_le_fil(alice, "Sans prise")
    voit_le_fil(brune, "Sans prise")
    ecrire(brune, "Reçu")
    voit_le_fil(alice, "Sans prise", "Reçu")  # asked for, 15 s at most
    expect(alice.get_by_text("Connexion difficile")).to_be_visible()
    alice.route("**/messages/**", lambda route: route.abort())
    ecrire(alice, "Coupée")
    expect(alice.get_by_text("Non envoyé")).to_be_visible()
    alice.unroute_all()
    alice.get_by_role("button", name="Renvoyer").click()
    voit_le_fil(brune, "Sans prise", "Reçu", "Coupée")
    voit_le_fil(alice, "Sans prise", "Reçu", "Coupée")


def test_un_long_message_passe_par_le_formulaire(
    ouvrir: Ouvrir, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    alice, brune = ouvrir(boulangere), ouvrir(menuisiere)
    long = "é" * 4000  # 8 000 bytes and its frame: more than a socket takes
    ecrire(alice, long)
    voit_le_fil(alice, long)
    voit_le_fil(brune, long)


def test_le_brouillon_survit_au_rechargement(ouvrir: Ouvrir, boulangere: Utilisateur) -> None:
    alice = ouvrir(boulangere)
    alice.get_by_label("Votre message").fill("Je voulais vous dire")
    alice.reload()
    expect(alice.get_by_label("Votre message")).to_have_value("Je voulais vous dire")


def test_sans_javascript_on_lit_on_ecrit_et_on_marque_lu(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    brune = ouvrir(menuisiere, javascript=False)
    ecrire(brune, "Par le formulaire")
    expect(brune).to_have_url(
        re.compile(r"\?suivre#dernier$")
    )  # it comes again by itself, and holds no draft
    expect(brune.get_by_label("Votre message")).to_have_count(0)
    envoyer_message(par=boulangere, conversation=conversation, texte="Bien reçu")
    brune.get_by_role("link", name="Écrire un message").click()
    brune.get_by_role("link", name="Voir les nouveaux messages").click()
    expect(brune.locator("[data-fil] .bulle__texte").last).to_have_text("Bien reçu")
    brune.get_by_role("button", name="J’ai lu ces messages").click()
    expect(brune.locator("main .pastille")).to_have_count(0)


def test_un_nouveau_message_ne_deplace_ni_la_page_ni_le_curseur(
    ouvrir: Ouvrir, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    for rang in range(30):
        envoyer_message(par=menuisiere, conversation=conversation, texte=f"Ligne {rang}")
    alice = ouvrir(boulangere)
    expect(alice.get_by_text("Ligne 29")).to_be_in_viewport()  # opened on the newest
    alice.evaluate("window.scrollTo(0, 0)")
    alice.get_by_role("link", name="Voir l’échange").focus()
    envoyer_message(par=menuisiere, conversation=conversation, texte="Et une de plus")
    expect(alice.get_by_role("button", name="Nouveaux messages")).to_be_visible()
    assert alice.evaluate("window.scrollY") == 0
    assert alice.evaluate("document.activeElement.textContent") == "Voir l’échange"
    alice.get_by_role("button", name="Nouveaux messages").click()
    expect(alice.get_by_text("Et une de plus")).to_be_in_viewport()


@pytest.fixture
def cercle(boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise) -> Conversation:
    return converser(boulangerie, menuiserie, fleuristerie)


def repondre_par_courriel(prise: Path, texte: str, *, de: str) -> None:
    """Wait five minutes, then answer the mail as a mail reader does: the mail quoted under one's words."""
    mail.outbox.clear()
    Conversation.objects.get(echange__nature="cercle").messages.update(cree_le=F("cree_le") - ATTENTE)
    prevenir_des_non_lus()
    expedier()
    recu = next(m for m in mail.outbox if m.to == [de] and "Reply-To" in m.extra_headers)
    reponse = EmailMessage()
    reponse["From"], reponse["To"] = de, recu.extra_headers["Reply-To"]
    reponse["Message-ID"], reponse["Subject"] = f"<{len(texte)}.{de}>", f"Re: {recu.subject}"
    cite = "".join(f"> {ligne}\n" for ligne in str(recu.body).splitlines())
    reponse.set_content(f"{texte}\n\nLe mar. 24 nov. 2026 à 14:06, Échange <x@y.fr> a écrit :\n{cite}")
    with smtplib.LMTP(str(prise)) as lmtp:
        lmtp.send_message(reponse)


def test_a_trois_dans_le_tunnel_par_courriel_et_sans_script_le_fil_est_le_meme(
    ouvrir: Ouvrir, cercle: Conversation, tmp_path: Path, settings: Any,
    boulangere: Utilisateur, menuisiere: Utilisateur, fleuriste: Utilisateur,
) -> None:  # fmt: skip
    settings.COURRIEL_REPONSE_DOMAINE = "reponse.echange.example"
    with bureau(tmp_path / "lmtp"):
        alice, chloe = ouvrir(boulangere, fil=cercle), ouvrir(fleuriste, fil=cercle, javascript=False)
        ecrire(alice, "Jeudi chez moi ?")
        expect(alice.locator("[data-fil]").get_by_text("Jeudi chez moi ?")).to_be_visible()
        alice.get_by_label("Votre message").focus()
        alice.context.set_offline(True)
        alice.evaluate("window.dispatchEvent(new Event('pagehide'))")
        repondre_par_courriel(tmp_path / "lmtp", "Jeudi me va.", de="brune@exemple.fr")
        chloe.reload()
        ecrire(chloe, "À moi aussi.")
        repondre_par_courriel(tmp_path / "lmtp", "Alors c’est dit !", de="brune@exemple.fr")
        alice.context.set_offline(False)
        textes = ["Jeudi chez moi ?", "Jeudi me va.", "À moi aussi.", "Alors c’est dit !"]
        chloe.reload()
        brune = ouvrir(menuisiere, fil=cercle)
        for page in (alice, brune, chloe):
            expect(page.locator("[data-fil] .bulle:not(.bulle--systeme) .bulle__texte")).to_have_text(textes)
        annonce = alice.locator("[role=log][aria-live=polite]")  # said aloud, and the cursor has not moved
        expect(annonce.get_by_text("Alors c’est dit !")).to_be_visible()
        expect(alice.get_by_label("Votre message")).to_be_focused()
        for page in (alice, brune):
            violations = Axe().run(page).response["violations"]
            assert not [v for v in violations if v["impact"] in {"serious", "critical"}]
