"""A letter that has left and a draft, in Ille-et-Vilaine; and the people who receive them."""

import json

from animation.models import PageLettre, RubriqueLettres
from animation.services.abonnements import abonner
from animation.services.lettres import mener_lettres, programmer_lettre
from animation.textes import paragraphes
from profils.models import Utilisateur
from territoires.models import Territoire

TERRITOIRE = "ille-et-vilaine"
ABONNEES = 12
PARTIE = (
    "Trois voisins de plus, et un café à Vitré",
    "Ce qui s’est appris ce mois-ci, et où se voir ensuite.",
    (
        "Ce mois-ci, une boulangère a montré comment elle photographie ses fournées.",
        "Un menuisier a montré comment il suit ses devis sur son téléphone. Une heure, sur place.",
        "Vous hésitez à demander\u00a0? Une phrase suffit, avec vos mots.",
    ),
)
BROUILLON = (
    "Avant les fêtes\u00a0: vendre sans y passer ses nuits",
    "Deux idées simples et un rendez-vous en visio.",
    ("À compléter avec l’idée du fleuriste\u00a0: la commande du matin, retirée le soir.",),
)


def ecrire_lettres() -> None:
    """Through the services of the site: people ask for the letter, one leaves, one is being written."""
    territoire = Territoire.objects.get(code=TERRITOIRE)
    rubrique = RubriqueLettres.objects.get(url_path__contains=f"/{TERRITOIRE}/")
    membres = Utilisateur.objects.filter(appartenances__entreprise__commune__territoire=territoire)
    for membre in membres.order_by("pk")[:ABONNEES]:
        abonner(par=membre, territoire=territoire)
    partie = _ecrire(rubrique, "lettre-1", *PARTIE)
    rubrique.refresh_from_db()
    _ecrire(rubrique, "lettre-2", *BROUILLON)
    animatrice = Utilisateur.objects.filter(animations__territoire=territoire).earliest("pk")
    programmer_lettre(par=animatrice, page=partie, le=None)
    mener_lettres()


def _ecrire(
    rubrique: RubriqueLettres, slug: str, objet: str, chapeau: str, textes: tuple[str, ...]
) -> PageLettre:
    page = PageLettre(title=objet, slug=slug, chapeau=chapeau, corps=[], live=False)
    page.corps = json.dumps([{"type": "texte", "value": paragraphes(*textes)}])
    rubrique.add_child(instance=page)
    page.save_revision()
    return page
