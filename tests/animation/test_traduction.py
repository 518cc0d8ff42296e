"""Our words in place of Wagtail's French: still asked for, compiled, without its jargon."""

import re
from gettext import GNUTranslations
from pathlib import Path

import wagtail
from django.utils.translation import gettext, ngettext

MOTS = Path(__file__).resolve().parents[2] / "animation/locale/fr/LC_MESSAGES"
PAIRES = re.compile(r'^msgid "(.+)"\nmsgstr "(.+)"$', re.MULTILINE)


def catalogue(fichier: Path) -> dict[str, str]:
    with fichier.open("rb") as ouvert:
        return dict(GNUTranslations(ouvert)._catalog)  # type: ignore[attr-defined]


def test_ce_qui_est_ecrit_est_ce_qui_est_lu() -> None:
    ecrit = PAIRES.findall((MOTS / "django.po").read_text())
    assert len(ecrit) > 20
    lu = catalogue(MOTS / "django.mo")
    for anglais, francais in ecrit:
        assert lu[anglais] == gettext(anglais) == francais
        assert "workflow" not in francais.replace("%(workflow_name)s", "")
    assert ngettext("Referenced %(count)s time", "Referenced %(count)s times", 1) == "Montrée %(count)s fois"


def test_wagtail_dit_encore_tout_cela() -> None:
    """A phrase that an upgrade has reworded is found here, not on a screen in English."""
    siens: set[object] = set()
    for fichier in Path(wagtail.__file__).parent.glob("**/locale/fr/LC_MESSAGES/django.mo"):
        siens |= set(catalogue(fichier))
    assert set(catalogue(MOTS / "django.mo")) <= siens
