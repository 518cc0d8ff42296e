"""The State's mark is served only to an approved host; our own stylesheet is what its script writes."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from pytest_django import Settings

from echange.socle import dsfr_neutre
from echange.socle.templatetags.composants import SORTES_DE_BOUTON

MARQUE = re.compile(r"marianne|spectral\b|bloc-marque", re.IGNORECASE)
LOGO = re.compile(r"fr-logo\b")
CLASSE_DSFR = re.compile(r"(?<![\w-])fr-[a-z][\w-]*")
GABARITS = Path(__file__).resolve().parents[2] / "templates"
STATIQUES = dsfr_neutre.DESTINATION.parent


@pytest.fixture(autouse=True)
def _chercheurs_neufs() -> Iterator[None]:
    """Finders remember their folders: forget them, they depend on the settings."""
    finders.get_finder.cache_clear()  # type: ignore[attr-defined]
    yield
    finders.get_finder.cache_clear()  # type: ignore[attr-defined]


def fichiers_servis() -> dict[str, Path]:
    """Every static file the site would serve: its public path, where it is."""
    return {
        chemin: Path(stockage.path(chemin))
        for chercheur in finders.get_finders()
        for chemin, stockage in chercheur.list([])
    }


def test_the_stylesheet_is_the_one_its_script_writes() -> None:
    assert dsfr_neutre.DESTINATION.read_text(encoding="utf-8") == dsfr_neutre.construire(), (
        "Run `python -m echange.socle.dsfr_neutre`."
    )


def test_a_colour_without_counterpart_stops_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(dsfr_neutre.COULEURS, "blue-france-sun-113-625")
    with pytest.raises(SystemExit, match="blue-france-sun-113-625"):
        dsfr_neutre.construire()


def test_our_static_files_are_found() -> None:
    for chemin in ("echange/dsfr-neutre.css", "echange/echange.css", "vendor/htmx/htmx.min.js"):
        assert finders.find(chemin), f"{chemin}: echange/static must be in STATICFILES_DIRS."


def test_nothing_of_the_mark_is_served_by_default() -> None:
    servis = fichiers_servis()
    assert not [chemin for chemin in servis if MARQUE.search(chemin)]
    feuilles = {c: f.read_text(errors="replace") for c, f in servis.items() if c.endswith(".css")}
    assert not [chemin for chemin, css in feuilles.items() if MARQUE.search(css) or LOGO.search(css)]


def test_a_file_of_the_mark_asked_by_its_name_is_not_found_either() -> None:
    assert finders.find("dsfr/dist/fonts/Marianne-Bold.woff2") is None
    assert finders.find("dsfr/dist/dsfr.min.css", find_all=True) == []


def test_our_base_page_shows_nothing_of_the_mark() -> None:
    page = render_to_string("base.html", {"MARQUE_ETAT": False})
    assert not MARQUE.search(page)
    assert not LOGO.search(page)
    assert "dsfr/dist" not in page


def test_an_approved_host_gets_the_mark(settings: Settings) -> None:
    settings.MARQUE_ETAT = True
    servis = fichiers_servis()
    assert "dsfr/dist/fonts/Marianne-Bold.woff2" in servis
    assert finders.find("dsfr/dist/dsfr.min.css")
    page = render_to_string("base.html", {"MARQUE_ETAT": True})
    assert LOGO.search(page)
    assert "dsfr/dist/dsfr.min.css" in page


def classes_des_gabarits() -> Iterator[tuple[str, str]]:
    for gabarit in GABARITS.rglob("*.html"):
        source = gabarit.read_text(encoding="utf-8")
        for classe in CLASSE_DSFR.findall(re.sub(r"\{[{%#].*?[#%}]\}", " ", source, flags=re.DOTALL)):
            if not classe.endswith("-"):
                yield str(gabarit.relative_to(GABARITS)), classe
    for suite in SORTES_DE_BOUTON.values():
        yield "SORTES_DE_BOUTON", suite.strip()


def test_every_dsfr_class_of_a_template_is_in_a_stylesheet() -> None:
    """A class missing from `CLASSES` would draw nothing, without a word."""
    css = "".join((STATIQUES / nom).read_text(encoding="utf-8") for nom in ("dsfr-neutre.css", "echange.css"))
    connues = {*CLASSE_DSFR.findall(css.replace(".fr-", " fr-")), "fr-logo"}
    assert {(ou, classe) for ou, classe in classes_des_gabarits() if classe not in connues} == set()


@pytest.mark.parametrize(("nom", "limite"), [("dsfr-neutre.css", 25_000), ("echange.css", 12_000)])
def test_stylesheets_stay_light(nom: str, limite: int) -> None:
    assert len(gzip.compress((STATIQUES / nom).read_bytes(), 9)) <= limite
