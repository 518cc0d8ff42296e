"""A real headless Chromium on the real site; each person has a browser of her own."""

import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from echange.socle.demo import lire_courriels
from profils.models import Utilisateur
from tests.file_de_travail import lancer_ouvriere
from tests.serveur import Serveur, cookies_de

TELEPHONE = {"width": 390, "height": 844}
ORDINATEUR = {"width": 1280, "height": 900}
RACINE = Path(__file__).resolve().parents[2]
CAPTURES = RACINE / "docs" / "captures"
SANS_RESEAU = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]
# Playwright's synchronous API holds an event loop in this thread; the ORM is ours alone here.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ATTENTE_MAX = 15  # seconds
expect.set_options(timeout=ATTENTE_MAX * 1000)


class Personne:
    """Somebody with a phone in hand. Every page she opens is checked by axe on request."""

    def __init__(
        self,
        prenom: str,
        contexte: BrowserContext,
        adresse: str,
        boite: Path,
        *,
        captures: bool,
        javascript: bool,
    ) -> None:
        self.prenom = prenom
        self.courriel = f"{prenom.lower()}@exemple.fr"
        self.contexte = contexte
        self.page: Page = contexte.new_page()
        self.erreurs: list[str] = []
        self.page.on("pageerror", lambda erreur: self.erreurs.append(str(erreur)))
        self.page.on("console", self._entendre)
        self._adresse = adresse
        self._boite = boite
        self._captures = captures
        self._javascript = javascript

    def _entendre(self, ligne: ConsoleMessage) -> None:
        # Chromium calls a refused form (422) a failed load; everything else is ours to mend.
        if ligne.type == "error" and "status of 422" not in ligne.text:
            self.erreurs.append(ligne.text)

    def ouvrir(self, chemin: str) -> None:
        self.page.goto(self._adresse + chemin)

    def ecrire(self, libelle: str, texte: str) -> None:
        self.page.get_by_label(libelle).fill(texte)

    def cocher(self, libelle: str) -> None:
        self.page.get_by_label(libelle).check()

    def cliquer(self, nom: str) -> None:
        """Press the first button or link of that name, the menu aside."""
        page = self.page.locator("main")
        page.get_by_role("button", name=nom).or_(page.get_by_role("link", name=nom)).first.click()

    def voit(self, texte: str) -> None:
        expect(self.page.get_by_text(texte).locator("visible=true").first).to_be_visible()

    def ne_voit_pas(self, texte: str) -> None:
        expect(self.page.get_by_text(texte)).to_have_count(0)

    def verifier(self, capture: str = "", *, haut: str = "h1", tout: bool = False, dans: str = "") -> None:
        """No serious accessibility fault, nothing wider than the phone; keep a picture when asked.

        The picture is the phone's screen, scrolled to `haut`, a selector. `tout`: nothing moderate either;
        `dans`, a selector, looks at one part of the page.
        """
        assert self._javascript, "axe waits for ever where scripts are off: look with another person"
        resultat = Axe().run(self.page, context=dans or None)
        impacts = {"serious", "critical"} | ({"moderate"} if tout else set())
        graves = [f for f in resultat.response["violations"] if f["impact"] in impacts]
        assert not graves, f"{self.page.url}\n{resultat.generate_report()}"
        deborde = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not deborde, f"{self.page.url} is wider than the screen"
        if capture and self._captures:
            CAPTURES.mkdir(parents=True, exist_ok=True)
            self.page.locator(haut).first.evaluate(
                "e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 24)"
            )
            self.page.screenshot(path=CAPTURES / f"{capture}.png")

    def entrer(self) -> None:
        """Sign in (or up) with the code of the mail."""
        self.ouvrir("/compte/connexion/")
        self.ecrire("Adresse e-mail", self.courriel)
        self.cliquer("Recevoir un code")
        self.voit("Saisissez votre code")
        self.ecrire("Code", self._lire_le_code())
        self.cliquer("Entrer")

    def entrer_comme(self, qui: Utilisateur) -> None:
        """Already signed in, as on any other day."""
        temoins = cookies_de(qui).items()
        self.contexte.add_cookies([{"name": n, "value": v, "url": self._adresse} for n, v in temoins])

    def _lire_le_code(self) -> str:
        """Wait for the mail, as one does."""
        limite = time.monotonic() + ATTENTE_MAX
        while time.monotonic() < limite:
            for courriel in lire_courriels(self._boite):
                trouve = re.search(r"\b(\d{3})\s?(\d{3})\b", courriel.texte)
                if courriel.destinataire == self.courriel and trouve:
                    return trouve[1] + trouve[2]
            self.page.wait_for_timeout(100)
        pytest.fail(f"{self.courriel} received no code")


@pytest.fixture
def boite_aux_lettres(serveur: Serveur, tmp_path: Path) -> Iterator[Path]:
    """Where the real background worker, a process of its own on the test database, writes its mails."""
    ouvriere = lancer_ouvriere(tmp_path, adresse_du_site=serveur.adresse)
    yield tmp_path
    ouvriere.terminate()
    # A short test ends before the worker has learnt to leave politely.
    assert ouvriere.wait(20) in {0, -signal.SIGTERM}, "the worker did not stop by itself"


@pytest.fixture(scope="module")
def navigateur(django_db_setup: None) -> Iterator[Browser]:
    """One Chromium per module: while it lives, its event loop forbids any other in this thread."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Chromium is missing: bin/test installs it, or give its path in CHROMIUM"
    with sync_playwright() as playwright:
        ouvert = playwright.chromium.launch(executable_path=chromium, args=SANS_RESEAU)
        yield ouvert
        ouvert.close()
        # Under Playwright's loop this thread has database connections of its own: hand them back.
        connections.close_all()


@pytest.fixture
def personne(
    navigateur: Browser, serveur: Serveur, boite_aux_lettres: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Personne]]:
    """`personne("Alice")`: somebody new with a phone; `javascript=False` for a browser without it."""
    cache.clear()  # how many codes an address asked for is counted over minutes, not over one story
    contextes: list[BrowserContext] = []
    personnes: list[Personne] = []

    def venir(prenom: str, *, javascript: bool = True) -> Personne:
        contexte = navigateur.new_context(
            viewport=TELEPHONE,  # type: ignore[arg-type]
            locale="fr-FR",
            timezone_id="Europe/Paris",
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contextes.append(contexte)
        venue = Personne(
            prenom,
            contexte,
            serveur.adresse,
            boite_aux_lettres,
            captures=request.config.getoption("--captures"),
            javascript=javascript,
        )
        personnes.append(venue)
        return venue

    yield venir
    for contexte in contextes:
        contexte.close()
    erreurs = {p.prenom: p.erreurs for p in personnes if p.erreurs}
    assert not erreurs, f"errors in the browsers' consoles: {erreurs}"
