"""Starting texts of the pages, in plain French; whoever edits a page afterwards has the last word."""

from typing import NamedTuple

from django.utils.html import format_html_join
from django.utils.safestring import SafeString


class Textes(NamedTuple):
    """`accroche` is one sentence; `presentation` is HTML made of paragraphs."""

    accroche: str
    presentation: SafeString


def paragraphes(*textes: str) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((texte,) for texte in textes))


ACCUEIL = Textes(
    "Un voisin sait faire ce que vous cherchez à apprendre.",
    paragraphes(
        "Vous voulez de meilleures photos, un site à jour, des factures électroniques\u00a0? Près de chez "
        "vous, une entreprise qui n’en fait pas commerce sait déjà le faire. Elle vous montre, une heure, "
        "sur place. En échange, vous montrez ce que vous savez faire, à elle ou à une autre.",
        "Ni argent, ni abonnement, ni démarchage\u00a0: chacun apprend, chacun transmet.",
    ),
)

_COMMUN = (
    "Dites ce que vous cherchez à apprendre et ce que vous savez faire, même hors du numérique. Nous vous "
    "présentons des entreprises voisines\u00a0; vous vous voyez une heure, chez l’une, chez l’autre ou en "
    "visio."
)

PILOTES = {
    "ille-et-vilaine": Textes(
        "De Rennes à Saint-Malo, de Vitré à Redon, les entreprises s’apprennent le numérique entre elles.",
        paragraphes(
            "Une boulangère de Rennes publie chaque matin ses fournées en photo, un menuisier de Vitré sait "
            "suivre ses devis sur son téléphone\u00a0: chacun a quelque chose que l’autre cherche.",
            _COMMUN,
            "Pas à l’aise avec tout cela\u00a0? L’équipe du territoire passe vous voir et remplit l’annonce "
            "avec vous.",
        ),
    ),
    "hauts-de-seine": Textes(
        "De Nanterre à Antony, des commerces de quartier et des bureaux qui ont tout à se montrer.",
        paragraphes(
            "Ici, l’entreprise d’à côté est souvent à deux rues. Un salarié qui connaît bien les tableaux de "
            "calcul ou les réseaux sociaux peut aider un commerce pendant une pause déjeuner.",
            _COMMUN,
            "Le plus simple est de se voir à pied, aux heures creuses\u00a0: dites-nous les vôtres.",
        ),
    ),
    "loire-atlantique": Textes(
        "De Nantes à Châteaubriant, du vignoble à la côte, on échange ses savoir-faire entre voisins.",
        paragraphes(
            "Un maraîcher qui vend en ligne, une fleuriste que l’on trouve du premier coup sur "
            "internet\u00a0: le département ne manque pas d’entreprises qui savent faire, et qui aiment "
            "l’expliquer.",
            _COMMUN,
            "Loin d’une grande ville\u00a0? Choisissez jusqu’où vous vous déplacez, ou proposez la visio.",
        ),
    ),
    "yvelines": Textes(
        "De Versailles à Mantes-la-Jolie, une heure entre voisins vaut bien un long mode d’emploi.",
        paragraphes(
            "Artisans, commerces, petites industries\u00a0: beaucoup ont déjà réussi une étape qui vous "
            "arrête encore. Ils vous la montrent avec leurs mots, sur votre matériel.",
            _COMMUN,
            "Vous ne savez pas quoi offrir en retour\u00a0? Votre métier lui-même intéresse quelqu’un.",
        ),
    ),
}


def textes_de(code: str, nom: str) -> Textes:
    """Return the starting texts of a territoire: its own for a pilot, general ones otherwise."""
    return PILOTES.get(code) or Textes(
        f"{nom}\u00a0: les entreprises voisines s’apprennent le numérique entre elles."[:200],
        paragraphes(_COMMUN, "Ni argent, ni démarchage\u00a0: chacun apprend, chacun transmet."),
    )
