"""What the CMS's choosers and searches offer a team: its own, and what is national; never a neighbour's."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from animation.models import (
    AccueilTerritoire,
    EspaceCms,
    FicheContact,
    Guide,
    PageAccueil,
    PageTerritoires,
    RubriqueAgenda,
    RubriqueGuides,
    RubriqueLettres,
    RubriqueRessources,
)
from animation.services.rubriques import poser
from tests.animation.scenes_cms import SECRET, VIGNETTES, formulaire_de_guide, poser_image

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("medias_jetables"), VIGNETTES]

CHOISIR = reverse("wagtailadmin_choose_page")
CHERCHER = reverse("wagtailadmin_choose_page_search")
FICHES = {"page_type": "animation.FicheContact,animation.FicheAide"}


def lire(client: Client, adresse: str, **parametres: Any) -> str:
    reponse = client.get(adresse, parametres)
    assert reponse.status_code == 200, adresse
    if reponse["Content-Type"].startswith("application/json"):  # a chooser's window
        return str(reponse.json()["html"])
    return str(reponse.content.decode())


def dans(page: Page) -> str:
    return reverse("wagtailadmin_choose_page_child", args=[page.pk])


@pytest.fixture
def ressources(pages: dict[str, AccueilTerritoire]) -> RubriqueRessources:
    return RubriqueRessources.objects.child_of(PageAccueil.objects.get()).get()


@pytest.fixture
def fiche(ressources: RubriqueRessources) -> FicheContact:
    """A contact of the whole country."""
    page: FicheContact = poser(ressources, FicheContact(title="Numéro national", accroche="Gratuit."))
    return page


def test_un_choix_s_ouvre_sur_sa_communaute_et_les_rubriques_nationales(
    anna: Client, chez_44: dict[str, Any]
) -> None:
    page = lire(anna, CHOISIR)

    for nom in ("Ille-et-Vilaine", "Guides pratiques", "Ressources"):
        assert nom in page
    assert SECRET not in page
    assert "Les communautés" not in page


def test_une_fiche_et_un_guide_nationaux_se_choisissent(
    anna: Client,
    fiche: FicheContact,
    ressources: RubriqueRessources,
    page_35: AccueilTerritoire,
    client: Client,
) -> None:
    guide = Guide.objects.get(slug="sauvegarder")
    assert f'data-id="{fiche.pk}"' in lire(anna, dans(ressources), **FICHES)
    assert f'data-id="{guide.pk}"' in lire(anna, dans(guide.get_parent()))
    assert f'data-id="{fiche.pk}"' in lire(anna, CHERCHER, q="Numéro", **FICHES)
    assert f'data-id="{guide.pk}"' in lire(anna, CHERCHER, q="Sauvegarder")
    rubrique = RubriqueGuides.objects.child_of(page_35).get()

    reponse = anna.post(
        reverse("wagtailadmin_pages:add", args=["animation", "guide", rubrique.pk]),
        formulaire_de_guide(
            ("fiche", fiche.pk), ("bouton", {"texte": "Sauvegarder", "page": guide.pk, "lien": ""})
        ),
    )

    assert reponse.status_code == 302
    sien = Guide.objects.get(slug="a-moi")
    sien.save_revision().publish()
    page = lire(client, sien.url)
    assert "Numéro national" in page
    assert f'href="{guide.url}"' in page


def test_ce_qui_est_national_se_choisit_et_ne_se_change_pas(
    anna: Client, fiche: FicheContact, page_35: AccueilTerritoire
) -> None:
    guide = Guide.objects.get(slug="sauvegarder")
    for page in (fiche, guide):
        for nom in ("edit", "history", "view_draft", "delete", "unpublish", "move", "copy"):
            assert anna.get(reverse(f"wagtailadmin_pages:{nom}", args=[page.pk])).status_code == 404
        assert anna.get(f"/cms/api/main/pages/{page.pk}/").status_code == 404
    sien = poser(RubriqueGuides.objects.child_of(page_35).get(), Guide(title="À nous", accroche="x"))
    ailleurs = guide.get_parent()
    assert anna.get(dans(ailleurs), {"user_perms": "move_to"}).status_code == 404
    for nom in ("move_confirm",):
        adresse = reverse(f"wagtailadmin_pages:{nom}", args=[sien.pk, ailleurs.pk])
        assert anna.post(adresse).status_code == 404
    sien.refresh_from_db()
    assert sien.is_descendant_of(page_35)


def test_ni_un_brouillon_national_ni_une_page_de_la_voisine_ne_se_choisit(
    anna: Client, fiche: FicheContact, ressources: RubriqueRessources, chez_44: dict[str, Any]
) -> None:
    fiche.unpublish()
    assert "Numéro national" not in lire(anna, dans(ressources), **FICHES)
    for page in (chez_44["page"], *chez_44["page"].get_children()):
        assert anna.get(dans(page)).status_code == 404
    assert SECRET not in lire(anna, dans(PageTerritoires.objects.get()))
    chez_44["fiche"].save_revision().publish()  # on line: anybody reads it, and it is still theirs
    for parametres in ({"q": SECRET}, {"q": SECRET, **FICHES}):
        assert "data-id" not in lire(anna, CHERCHER, **parametres)


@pytest.mark.parametrize("quoi", ["page", "guide", "fiche", "image", "document"])
def test_en_choisir_plusieurs_ne_dit_rien_de_la_voisine(
    anna: Client, chez_44: dict[str, Any], page_35: AccueilTerritoire, quoi: str
) -> None:
    espace = EspaceCms.objects.get(territoire=page_35.territoire)
    document = Document.objects.create(title="Chartre", file="d.txt", collection=espace.collection)
    adresse, sien = {
        "image": ("wagtailimages_chooser:chosen_multiple", poser_image("Atelier", espace)),
        "document": ("wagtaildocs_chooser:chosen_multiple", document),
    }.get(quoi, ("wagtailadmin_choose_page_chosen_multiple", page_35))
    cle = chez_44[quoi].pk

    for cles in ([cle], [sien.pk, cle], [], ["x"]):
        reponse = anna.get(reverse(adresse), {"id": cles})
        assert reponse.status_code == 404
        assert SECRET not in reponse.content.decode()
    assert anna.get(reverse(adresse), {"id": [sien.pk]}).status_code == 200


def test_les_images_et_documents_de_la_voisine_ne_se_trouvent_nulle_part(
    anna: Client, rosa: Client, chez_44: dict[str, Any]
) -> None:
    collection = {"collection_id": chez_44["collection"].pk}
    for nom in ("wagtailimages", "wagtaildocs"):
        for ecran in (f"{nom}:index", f"{nom}:index_results", f"{nom}_chooser:choose"):
            for parametres in ({"q": SECRET}, {}, collection):
                assert f"{SECRET} " not in lire(anna, reverse(ecran), **parametres).replace(
                    f'value="{SECRET}"', ""
                )
        assert SECRET in lire(rosa, reverse(f"{nom}:index"))


def test_l_interface_de_l_admin_ne_cherche_que_chez_elle(
    anna: Client, rosa: Client, chez_44: dict[str, Any]
) -> None:
    accueil_44 = chez_44["page"].pk
    api = "/cms/api/main/pages/"
    for requete in (
        f"?search={SECRET}",
        "?fields=*&limit=20",
        f"?child_of={accueil_44}",
        f"?descendant_of={accueil_44}",
        f"?translation_of={accueil_44}",
        "?type=animation.Guide&fields=*",
        "?type=animation.FicheContact",
        f"?for_explorer=1&child_of={accueil_44}",
    ):
        assert SECRET not in anna.get(api + requete).content.decode(), requete
    assert SECRET in rosa.get(f"{api}?fields=*&type=animation.AccueilTerritoire").content.decode()
    for quoi in ("images", "documents"):
        assert anna.get(f"/cms/api/main/{quoi}/").status_code == 404


@pytest.mark.parametrize(
    ("rubrique", "modele", "champs"),
    [
        (RubriqueAgenda, "pageevenement", {"debut": "2030-12-03 14:00", "fin": "2030-12-03 16:00"}),
        (RubriqueLettres, "pagelettre", {}),
    ],
)
def test_ni_un_evenement_ni_une_lettre_ne_mene_a_un_brouillon_de_la_voisine(
    anna: Client,
    page_35: AccueilTerritoire,
    chez_44: dict[str, Any],
    rubrique: type[Page],
    modele: str,
    champs: dict[str, str],
) -> None:
    """The address of a draft is made of its title."""
    lien = rich_text(f'<p><a linktype="page" id="{chez_44["guide"].pk}">Voir</a></p>')
    ailleurs = {"title": "À moi", "slug": "a-moi", "genre": "accueil", "accroche": "x", "chapeau": "x"}
    textes = {"description": lien, "corps": streamfield([("texte", lien)])}
    etagere = rubrique.objects.child_of(page_35).get()
    adresse = reverse("wagtailadmin_pages:add", args=["animation", modele, etagere.pk])

    reponse = anna.post(adresse, nested_form_data(ailleurs | textes | champs | {"commune": "Rennes"}))

    assert reponse.status_code == 404
    assert not etagere.get_children().exists()
