"""What 44 keeps in the CMS, under a word that stands nowhere else, and the forms that an editor sends."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image as Pillow
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from animation.models import (
    AccueilTerritoire,
    EspaceCms,
    FicheContact,
    Guide,
    RubriqueGuides,
    RubriqueRessources,
)
from animation.services.declinaisons import decliner_guide
from profils.models import Utilisateur

SECRET = "Zanzibar"  # a word that stands nowhere else in the admin
# Wagtail's thumbnails leave a temporary file open, which Python reports whenever it collects garbage.
VIGNETTES = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def image_png(nom: str = "atelier.png") -> BytesIO:
    octets = BytesIO()
    Pillow.new("RGB", (4, 4)).save(octets, "PNG")
    fichier = BytesIO(octets.getvalue())
    fichier.name = nom
    return fichier


def poser_image(titre: str, espace: EspaceCms) -> Image:
    nom = f"{titre}.png".replace(" ", "-").lower()
    return Image.objects.create(
        title=titre, file=ImageFile(image_png(), name=nom), collection=espace.collection
    )


def formulaire_de_guide(*blocs: tuple[str, Any], **champs: Any) -> dict[str, Any]:
    """What the editor of a guide sends; `blocs` come after a first paragraph."""
    return nested_form_data(
        {
            "title": "À moi",
            "slug": "a-moi",
            "accroche": "x",
            "revu_le": "2026-01-01",
            "corps": streamfield([("texte", rich_text("<p>Bonjour.</p>")), *blocs]),
            "suites": streamfield([]),
            **champs,
        }
    )


def garnir(page: AccueilTerritoire, qui: Utilisateur) -> dict[str, Any]:
    """Give a community a title, a draft not published, an image, a document, three pages; all secret."""
    page.title = f"{SECRET} publié"
    page.save_revision(user=qui, log_action=True).publish()
    page.title = f"{SECRET} brouillon"
    revision = page.save_revision(user=qui, log_action=True)
    qui.last_name = SECRET
    qui.save()
    espace = EspaceCms.objects.get(territoire=page.territoire)
    espace.collection.name = f"{SECRET} collection"
    espace.collection.save()
    document = Document.objects.create(
        title=f"{SECRET} document", file=ContentFile(b"x", name="d.txt"), collection=espace.collection
    )
    image = poser_image(f"{SECRET} image", espace)
    return {
        "page": page,
        **_pages_secretes(page, qui, image, document),
        "revision": revision,
        "image": image,
        "document": document,
        "collection": espace.collection,
        "membre": qui,
    }


def _pages_secretes(
    accueil: AccueilTerritoire, qui: Utilisateur, image: Image, document: Document
) -> dict[str, Any]:
    """A guide not published yet, a national one taken up, a contact on line: each with 44's own words."""
    guides = RubriqueGuides.objects.child_of(accueil).get()
    corps = [
        ("texte", f"<p>{SECRET}</p>"),
        ("document", {"document": document, "titre": ""}),
        ("image", {"image": image, "legende": SECRET}),
    ]
    guide = Guide(title=f"{SECRET} guide", accroche=SECRET, corps=corps, live=False, owner=qui)
    guides.add_child(instance=guide)
    guide.save_revision(user=qui, log_action=True)
    decline = decliner_guide(
        par=qui, guide=Guide.objects.get(slug="sauvegarder"), territoire=accueil.territoire
    )
    decline.title = decline.accroche = f"{SECRET} décliné"
    decline.save_revision(user=qui, log_action=True)
    ressources = RubriqueRessources.objects.child_of(accueil).get()
    fiche = FicheContact(title=f"{SECRET} contact", accroche=SECRET, live=False)
    ressources.add_child(instance=fiche)
    fiche.save_revision(user=qui, log_action=True)
    return {"guide": guide, "decline": decline, "fiche": fiche}
