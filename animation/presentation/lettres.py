"""A letter as it leaves: what its page says, then the next events and the newest listings, rendered once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from animation.blocs_vifs import nouveautes
from animation.models.envois import EnvoiLettre
from animation.presentation.agenda import prochains
from animation.presentation.courriel_html import en_texte, habiller, simplifier
from echange.socle.courriels import rediger
from matching.models import Besoin, SavoirFaire
from territoires.models import Territoire

RENDEZ_VOUS = 3
ANNONCES = 3


@dataclass(frozen=True, slots=True)
class CorpsDeLettre:
    """What is frozen of a letter: HTML without any style, and plain text."""

    html: str
    texte: str


def composer_corps(page: Any, territoire: Territoire | None) -> CorpsDeLettre:
    """Render the letter, with what is on line of its territoire now (nothing local in a national one)."""
    cle = territoire.pk if territoire else None
    avec_annonces = page.avec_annonces and cle is not None
    contexte = {
        "corps": str(page.corps),
        "territoire": territoire,
        "rendez_vous": prochains(cle, nombre=RENDEZ_VOUS) if page.avec_rendez_vous and cle else [],
        "besoins": nouveautes(Besoin, cle)[:ANNONCES] if avec_annonces and cle else [],
        "savoir_faire": nouveautes(SavoirFaire, cle)[:ANNONCES] if avec_annonces and cle else [],
    }
    html = simplifier(render_to_string("animation/_lettre_corps.html", contexte), settings.ADRESSE_DU_SITE)
    return CorpsDeLettre(html, en_texte(html))


def contexte_du_courriel(
    *, titre: str, chapeau: str, corps: CorpsDeLettre, territoire: str, chemin: str, desabonnement: str
) -> dict[str, Any]:
    """Return what the templates of the mail read, whoever it is for."""
    return {
        "titre": titre,
        "chapeau": chapeau,
        "corps_html": habiller(corps.html),
        "corps_texte": corps.texte,
        "territoire": territoire,
        "chemin": chemin,
        "chemin_desabonnement": desabonnement,
    }


def apercu(page: Any) -> tuple[str, str]:
    """Return the mail of a letter as it is written now, as its readers would have it: HTML, then text."""
    territoire = page.territoire
    contexte = contexte_du_courriel(
        titre=page.title,
        chapeau=page.chapeau,
        corps=composer_corps(page, territoire),
        territoire=territoire.nom if territoire else "",
        chemin="/",
        desabonnement="",
    )
    courriel = rediger(a="lectrice@exemple.fr", gabarit="lettre", contexte=contexte)
    html, _ = courriel.alternatives[0]
    return str(html), f"{courriel.subject}\n\n{courriel.body}"


def lire_lettre(page: Any) -> dict[str, Any]:
    """Return what the page of a letter shows: what has left, word for word, or what would leave now."""
    envoi = EnvoiLettre.objects.select_related("territoire").filter(page=page.pk or 0).first()
    parti = envoi is not None and envoi.est_parti
    territoire = envoi.territoire if envoi and parti else page.territoire
    return {
        "html": envoi.html if envoi and parti else composer_corps(page, territoire).html,
        "envoi": envoi if parti else None,
        "territoire": territoire,
        "url_abonner": chemin_pour_s_abonner(territoire),
    }


def chemin_pour_s_abonner(territoire: Territoire | None) -> str:
    """Return where a visitor asks for this letter."""
    return f"{reverse('lettres:demander')}?lettre={territoire.code if territoire else 'nationale'}"
