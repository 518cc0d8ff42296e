"""Templates, read as text: what the test client does not see."""

import re
from pathlib import Path

from django.conf import settings

GABARITS = Path(settings.BASE_DIR) / "templates"
INCLUSION = re.compile(r'{%\s*include\s+"([^"]+)"([^%]*)%}')


def test_un_formulaire_inclus_a_part_recoit_son_jeton() -> None:
    """`only` keeps the CSRF token out too: without JavaScript, the button would answer 403."""
    textes = {str(f.relative_to(GABARITS)): f.read_text(encoding="utf-8") for f in GABARITS.rglob("*.html")}
    avec_jeton = {nom for nom, texte in textes.items() if "csrf_token" in texte}
    inclusions = [
        (nom, inclus, suite) for nom, texte in textes.items() for inclus, suite in INCLUSION.findall(texte)
    ]
    assert len(inclusions) > 100
    oublies = [
        f"{nom}: {inclus}"
        for nom, inclus, suite in inclusions
        if inclus in avec_jeton and suite.split()[-1:] == ["only"] and "csrf_token" not in suite
    ]
    assert not oublies
