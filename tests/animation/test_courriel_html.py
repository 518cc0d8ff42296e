"""A page's HTML made into a mail's: few tags, whole addresses, nothing that runs; and its text."""

import pytest

from animation.presentation.courriel_html import STYLES, en_texte, habiller, simplifier

SITE = "https://echange.exemple"


@pytest.mark.parametrize(
    ("html", "simple"),
    [
        ('<div class="block-texte"><p class="x" style="color:red">Oui</p></div>', "<p>Oui</p>"),
        ('<p onclick="x()">Oui<script>alert(1)</script></p>', "<p>Oui</p>"),
        ('<p><a href="/agenda/" data-x="1">là</a></p>', f'<p><a href="{SITE}/agenda/">là</a></p>'),
        ('<a href="mailto:a@b.fr">écrire</a>', '<a href="mailto:a@b.fr">écrire</a>'),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        (
            '<img src="/media/x.png" alt="Un four" width="4">',
            f'<img alt="Un four" src="{SITE}/media/x.png"/>',
        ),
        ('<img src="/media/x.png">', f'<img alt="" src="{SITE}/media/x.png"/>'),
        ("<h4>Trop petit</h4><form><input></form>", "Trop petit"),
        ("Rien & < rien", "Rien &amp; &lt; rien"),
        ("", ""),
    ],
)
def test_ce_qu_une_boite_aux_lettres_sait_lire(html: str, simple: str) -> None:
    assert simplifier(html, SITE) == simple


def test_chaque_balise_porte_son_style() -> None:
    habille = habiller("<h2>Titre</h2><ul><li>un</li></ul>")
    assert habille.count("style=") == 3
    assert STYLES["h2"] in habille


def test_le_meme_en_texte() -> None:
    html = simplifier(
        '<h2>Ici</h2><p>Du <b>pain</b>,<br>du beurre <img src="x.png" alt="(photo)">.</p>'
        '<ul><li>Un</li><li><a href="/b/">Deux</a></li></ul><p><a href="https://a.fr">https://a.fr</a></p>',
        SITE,
    )
    assert en_texte(html) == (
        f"ICI\n\nDu pain,\ndu beurre (photo).\n\n- Un\n- Deux ({SITE}/b/)\n\nhttps://a.fr"
    )
