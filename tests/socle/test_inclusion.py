"""A component drawn once: the same words give the same drawing, others another, and nothing else counts."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, engines
from django.utils.safestring import mark_safe

from echange.socle.templatetags.inclusion import _dessiner

COMPOSANTS = Path(settings.BASE_DIR) / "templates" / "composants"
# These read the page, not what they are given: `base.html` includes them without `only`.
DE_LA_PAGE = {"entete.html", "barre.html"}
# What draws from its variables alone; `static` and `url` are the same all along a process.
PURES = {
    *("if", "elif", "else", "endif", "for", "empty", "endfor", "with", "endwith", "firstof", "comment"),
    *("endcomment", "load", "include", "icone", "classe_bouton", "static", "url"),
}
# Given forms and requests, never plain values alone: not kept.
AVEC_OBJETS = {"formulaire.html": {"csrf_token"}}


def dessiner(gabarit: str, **variables: object) -> str:
    moteur = engines["django"].engine  # type: ignore[attr-defined]
    return moteur.from_string(gabarit).render(Context(variables)).strip()


ETIQUETTE = '{% include "composants/etiquette.html" with texte=texte only %}'


def test_les_memes_mots_ne_se_dessinent_qu_une_fois() -> None:
    _dessiner.cache_clear()
    pages = {dessiner(ETIQUETTE, texte="Boulangerie", visiteur=n) for n in range(3)}

    assert pages == {'<span class="fr-tag">Boulangerie</span>'}
    assert (_dessiner.cache_info().misses, _dessiner.cache_info().hits) == (1, 2)


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        ("<b>", mark_safe("<b>")),  # the same letters: one is escaped, the other is not
        (mark_safe("<b>"), "<b>"),
        (1, True),
        (1, 1.0),
        ("", None),
    ],
)
def test_deux_valeurs_egales_ne_sont_pas_la_meme(avant: object, apres: object) -> None:
    dessiner(ETIQUETTE, texte=avant)
    attendu = dessiner("{{ texte }}", texte=apres)
    assert dessiner(ETIQUETTE, texte=apres) == f'<span class="fr-tag">{attendu}</span>'


def test_ce_qui_n_est_pas_un_mot_n_est_pas_garde() -> None:
    class Horloge:
        fois = 0

        def __str__(self) -> str:
            self.fois += 1
            return str(self.fois)

    horloge = Horloge()
    assert dessiner(ETIQUETTE, texte=horloge) != dessiner(ETIQUETTE, texte=horloge)


def test_une_liste_de_mots_se_garde_et_se_lit_comme_une_liste() -> None:
    carte = '{% include "composants/carte_annonce.html" with modalites=lieux url="/x/" only %}'
    assert "chez vous, en visio" in dessiner(carte, lieux=["chez vous", "en visio"])
    assert "chez vous, en visio" not in dessiner(carte, lieux=["chez vous"])


def test_un_composant_ne_depend_que_de_ce_qu_on_lui_donne() -> None:
    """What reads the request, the clock or the database would be kept with its drawing."""
    fautes = [
        f"{fichier.name}: {balise}"
        for fichier in COMPOSANTS.glob("*.html")
        if fichier.name not in DE_LA_PAGE
        for balise in re.findall(
            r"{%\s*(\w+)", re.sub(r"(?s){% comment %}.*?{% endcomment %}", "", fichier.read_text("utf-8"))
        )
        if balise not in PURES | AVEC_OBJETS.get(fichier.name, set())
    ]
    assert not fautes
    inclusions = [
        f"{fichier.name}: {nom}"
        for fichier in COMPOSANTS.glob("*.html")
        for nom in re.findall(r'{% include "([^"]+)"', fichier.read_text("utf-8"))
        if not nom.startswith("composants/")
    ]
    assert not inclusions  # nor by another's hand
