"""Every kind of page that a visitor reads, and the editor's own additions: axe is silent at both widths."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from wagtail.models import Page

from animation.blocs import CORPS
from animation.models import (
    SORTES,
    AccueilTerritoire,
    FicheContact,
    Guide,
    PageTemoignage,
    RubriqueGuides,
    RubriqueRessources,
    RubriqueTemoignages,
)
from animation.services.declinaisons import decliner_guide
from animation.services.lettres import mener_lettres, programmer_lettre
from animation.services.pages import donner_acces_cms, installer_pages
from animation.services.rubriques import poser
from echange.socle.horloge import maintenant
from profils.models import Entreprise, Utilisateur
from profils.secteurs import charger_secteurs
from tests import fabriques
from tests.animation.scenes_agenda import annoncer
from tests.animation.scenes_lettres import ecrire
from tests.parcours.conftest import ORDINATEUR, TELEPHONE, Personne
from tests.serveur import Serveur, cookies_de

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]

A_CHOISIR = {"image", "document", "fiche", "temoignage"}


def tous_les_blocs(fiche: FicheContact) -> list[tuple[str, Any]]:
    ecrits = [(nom, bloc.get_preview_value()) for nom, bloc in CORPS if nom not in A_CHOISIR]
    return [*ecrits, ("fiche", fiche)]


@pytest.fixture
def site(serveur: object, boulangerie: Entreprise, menuiserie: Entreprise, animatrice: Utilisateur) -> Any:
    """One page of each kind, with everything it may show."""
    charger_secteurs()
    installer_pages()
    donner_acces_cms(utilisateur=animatrice)
    fabriques.creer_besoin(boulangerie, "photos-produits")
    fabriques.creer_savoir_faire(menuiserie, "site-vitrine")
    annoncer(debut=maintenant() + timedelta(days=3))
    programmer_lettre(par=animatrice, page=ecrire(), le=None)
    mener_lettres()
    ici = AccueilTerritoire.objects.get(slug="ille-et-vilaine")
    for sorte in SORTES:
        fiche = sorte(title=str(sorte._meta.verbose_name), accroche="Le mardi.", lien="https://exemple.fr/")
        poser(RubriqueRessources.objects.child_of(ici).get(), fiche)
    corps = tous_les_blocs(FicheContact.objects.get())
    poser(RubriqueGuides.objects.child_of(ici).get(), Guide(title="Tout", accroche="De tout.", corps=corps))
    decline = decliner_guide(
        par=animatrice, guide=Guide.objects.get(slug="sauvegarder"), territoire=ici.territoire
    )
    decline.save_revision().publish()
    poser(
        RubriqueTemoignages.objects.child_of(ici).get(),
        PageTemoignage(
            title="En une heure",
            temoignage=uuid4(),
            texte="C’était simple.",
            entreprise="Fournil",
            secteur="Boulangerie",
            taille="1 à 9 salariés",
            commune="Rennes",
            region="Bretagne",
            competence="Photos",
            echange_le=date(2026, 10, 1),
        ),
    )
    return decline


def une_de_chaque() -> dict[type[Page], str]:
    adresses: dict[type[Page], str] = {}
    for page in Page.objects.live().filter(depth__gt=1).order_by("-numchild", "path").specific():
        adresses.setdefault(type(page), page.get_url_parts()[2])
    return adresses


def test_axe_ne_trouve_rien_sur_chaque_type_de_page(personne: Callable[..., Personne], site: object) -> None:
    alice = personne("Alice")
    adresses = une_de_chaque()
    nos_types = {
        modele for modele in apps.get_app_config("animation").get_models() if issubclass(modele, Page)
    }
    assert set(adresses) == nos_types

    for largeur in (TELEPHONE, ORDINATEUR):
        alice.page.set_viewport_size(largeur)  # type: ignore[arg-type]
        for adresse in adresses.values():
            alice.ouvrir(adresse)
            alice.verifier(tout=True)


def test_axe_ne_trouve_rien_dans_ce_que_nous_ajoutons_a_l_editeur(
    personne: Callable[..., Personne], serveur: Serveur, site: Any, animatrice: Utilisateur
) -> None:
    anna = personne("Anna")
    cookies = [{"name": n, "value": v, "url": serveur.adresse} for n, v in cookies_de(animatrice).items()]
    anna.contexte.add_cookies(cookies)  # type: ignore[arg-type]
    anna.page.set_viewport_size(ORDINATEUR)  # type: ignore[arg-type]

    anna.ouvrir(f"/cms/pages/{site.pk}/edit/")
    anna.voit("Le texte vient du guide national")

    anna.verifier(dans="form[data-edit-form]")
