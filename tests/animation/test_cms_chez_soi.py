"""At home in the CMS: what a team does by itself under its community, through the real editor."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
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
from animation.services.rubriques import poser
from profils.models import Utilisateur
from tests.animation.scenes_cms import SECRET, VIGNETTES, formulaire_de_guide, image_png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("medias_jetables"), VIGNETTES]

PUBLIER = {"action-publish": "action-publish"}
COMPTEURS = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")


@pytest.fixture
def ressources(page_35: AccueilTerritoire) -> RubriqueRessources:
    return RubriqueRessources.objects.child_of(page_35).get()


@pytest.fixture
def fiche(ressources: RubriqueRessources) -> FicheContact:
    page: FicheContact = poser(ressources, FicheContact(title="Le point numérique", accroche="Le mardi."))
    return page


def aller(nom: str, *cles: Any) -> str:
    return reverse(f"wagtailadmin_pages:{nom}", args=cles)


def saisie(**champs: Any) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": "Le point numérique",
            "slug": "le-point-numerique",
            "accroche": "Le mardi matin.",
            "texte": rich_text("<p>On y va sans rendez-vous.</p>"),
            "revu_le": "2026-11-01",
            **champs,
        }
    )


def test_elle_ecrit_publie_corrige_et_retire_une_fiche(
    anna: Client, ressources: RubriqueRessources, client: Client
) -> None:
    assert anna.get(aller("add", "animation", "fichecontact", ressources.pk)).status_code == 200
    anna.post(aller("add", "animation", "fichecontact", ressources.pk), saisie())
    fiche = FicheContact.objects.get(slug="le-point-numerique")
    assert not fiche.live

    anna.post(aller("edit", fiche.pk), saisie(**PUBLIER))
    fiche.refresh_from_db()
    assert "sans rendez-vous" in client.get(fiche.url).content.decode()

    anna.post(aller("edit", fiche.pk), saisie(accroche="Le jeudi.", **PUBLIER))
    assert "Le jeudi." in client.get(fiche.url).content.decode()
    assert anna.get(aller("history", fiche.pk)).status_code == 200
    assert anna.get(aller("revisions_compare", fiche.pk, "earliest", "latest")).status_code == 200

    anna.post(aller("unpublish", fiche.pk))
    assert client.get(fiche.url).status_code == 404
    anna.post(aller("delete", fiche.pk))
    assert not FicheContact.objects.filter(pk=fiche.pk).exists()


def test_elle_revient_a_une_version_d_avant(anna: Client, fiche: FicheContact) -> None:
    premiere = fiche.latest_revision
    anna.post(aller("edit", fiche.pk), saisie(accroche="Le jeudi."))

    page = anna.get(aller("revisions_revert", fiche.pk, premiere.pk)).content.decode()

    assert "Le mardi." in page


def test_elle_copie_une_fiche_chez_elle(
    anna: Client, fiche: FicheContact, ressources: RubriqueRessources
) -> None:
    anna.post(
        aller("copy", fiche.pk),
        {"new_title": "L’autre point", "new_slug": "autre-point", "new_parent_page": ressources.pk},
    )

    assert FicheContact.objects.child_of(ressources).filter(slug="autre-point").exists()


def test_elle_ne_copie_ni_ne_deplace_chez_la_voisine(
    anna: Client, fiche: FicheContact, page_35: AccueilTerritoire, chez_44: dict[str, Any]
) -> None:
    la_bas = RubriqueRessources.objects.child_of(chez_44["page"]).get()
    copie = {"new_title": "Copie", "new_slug": "copie", "new_parent_page": la_bas.pk}
    anna.post(aller("copy", fiche.pk), copie)
    assert anna.post(aller("move_confirm", fiche.pk, la_bas.pk)).status_code == 404

    assert not FicheContact.objects.filter(slug="copie").exists()
    fiche.refresh_from_db()
    assert fiche.is_descendant_of(page_35)


def test_elle_agit_sur_plusieurs_de_ses_pages_a_la_fois(
    anna: Client, fiche: FicheContact, ressources: RubriqueRessources, chez_44: dict[str, Any]
) -> None:
    autre = poser(ressources, FicheContact(title="La chambre", accroche="Le lundi."))

    def lot(action: str, *cles: int) -> Any:
        adresse = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        return anna.post(f"{adresse}?{'&'.join(f'id={cle}' for cle in cles)}")

    assert lot("unpublish", fiche.pk, autre.pk).status_code == 302
    assert not FicheContact.objects.child_of(ressources).live().exists()
    assert lot("publish", fiche.pk, autre.pk).status_code == 302
    assert FicheContact.objects.child_of(ressources).live().count() == 2
    for action in ("publish", "unpublish", "delete", "move"):
        assert lot(action, fiche.pk, chez_44["fiche"].pk).status_code == 404
    assert lot("delete", fiche.pk, autre.pk).status_code == 302
    assert not FicheContact.objects.child_of(ressources).exists()
    assert FicheContact.objects.filter(pk=chez_44["fiche"].pk).exists()


def test_elle_range_ses_pages_et_les_retrouve(
    anna: Client, fiche: FicheContact, page_35: AccueilTerritoire
) -> None:
    assert (
        fiche.title
        in anna.get(reverse("wagtailadmin_explore", args=[fiche.get_parent().pk])).content.decode()
    )
    assert fiche.title in anna.get(reverse("wagtailadmin_pages:search"), {"q": "point"}).content.decode()
    assert (
        fiche.title in anna.get(f"/cms/api/main/pages/?descendant_of={page_35.pk}&limit=20").content.decode()
    )


def test_elle_ecrit_un_guide_et_le_soumet(anna: Client, page_35: AccueilTerritoire) -> None:
    rubrique = RubriqueGuides.objects.child_of(page_35).get()
    anna.post(aller("add", "animation", "guide", rubrique.pk), formulaire_de_guide(**{"action-submit": "x"}))

    guide = Guide.objects.get(slug="a-moi")
    assert (guide.live, guide.current_workflow_task is not None) == (False, True)


def test_elle_choisit_les_blocs_de_son_accueil(
    anna: Client, page_35: AccueilTerritoire, client: Client
) -> None:
    corps = streamfield(
        [
            ("texte", rich_text("<p>La halle rouvre.</p>")),
            ("chiffrage", {"titre": "En ce moment"}),
            ("annonces", {"titre": "On vous demande", "genre": "besoins"}),
        ]
    )
    champs = {"title": page_35.title, "accroche": page_35.accroche, "presentation": rich_text("<p>Ici.</p>")}

    reponse = anna.post(aller("edit", page_35.pk), nested_form_data({**champs, "corps": corps, **PUBLIER}))

    assert reponse.status_code == 302
    page = client.get("/communautes/ille-et-vilaine/").content.decode()
    assert page.index("La halle rouvre.") < page.index("En ce moment") < page.index("On vous demande")
    assert "Ils savent faire, et le montrent" not in page


def test_ses_images_et_ses_documents_se_deposent_se_corrigent_et_se_retirent(
    anna: Client, page_35: AccueilTerritoire
) -> None:
    collection = EspaceCms.objects.get(territoire=page_35.territoire).collection
    depots = (
        ("wagtailimages", Image, image_png()),
        ("wagtaildocs", Document, SimpleUploadedFile("charte.txt", b"Bonjour")),
    )
    for espace, modele, fichier in depots:
        reponse = anna.post(reverse(f"{espace}:add"), {"title": "Atelier", "file": fichier})
        assert reponse.status_code == 302
        depose = modele.objects.get()
        assert depose.collection == collection
        anna.post(reverse(f"{espace}:edit", args=[depose.pk]), {"title": "L’atelier"})
        depose.refresh_from_db()
        assert depose.title == "L’atelier"
        assert "L’atelier" in anna.get(reverse(f"{espace}_chooser:choose")).json()["html"]
        anna.post(reverse(f"{espace}:delete", args=[depose.pk]))
        assert not modele.objects.exists()


def test_elle_annote_un_brouillon_et_le_programme(anna: Client, fiche: FicheContact) -> None:
    compteurs = {f"{nom}-{champ}": "0" for nom in ("comments", "comments-0-replies") for champ in COMPTEURS}
    annotation = {"text": "À vérifier", "contentpath": "accroche", "position": "", "resolved": "", "id": ""}
    anna.post(
        aller("edit", fiche.pk),
        saisie(
            **compteurs
            | {
                "comments-TOTAL_FORMS": "1",
                "comments-MAX_NUM_FORMS": "",
                "comments-0-replies-MAX_NUM_FORMS": "",
            }
            | {f"comments-0-{nom}": valeur for nom, valeur in annotation.items()}
            | {"go_live_at": "2099-01-01 08:00", "action-publish": "action-publish"}
        ),
    )

    fiche.refresh_from_db()
    assert fiche.wagtail_admin_comments.get().text == "À vérifier"
    assert fiche.scheduled_revision is not None


def test_le_premier_ecran_propose_d_ecrire_chez_soi(
    anna: Client, rosa: Client, page_35: AccueilTerritoire, chez_44: dict[str, Any]
) -> None:
    accueil = anna.get(reverse("wagtailadmin_home")).content.decode()

    gestes = re.findall(r'<a class="button button-secondary" href="([^"]+)">([^<]+)</a>', accueil)
    assert [mots for _, mots in gestes] == [
        "Modifier l’accueil de la communauté",
        "Annoncer un événement",
        "Écrire un guide",
        "Ajouter une bonne adresse",
        "Écrire une lettre",
    ]
    assert {anna.get(adresse).status_code for adresse, _ in gestes} <= {200}
    assert SECRET not in accueil
    assert "guide.wagtail.org" not in accueil  # in English
    nationaux = rosa.get(reverse("wagtailadmin_home")).content.decode()
    assert "Écrire un guide" in nationaux
    assert page_35.title not in nationaux


def test_le_titre_d_un_guide_porte_son_nom(anna: Client, page_35: AccueilTerritoire) -> None:
    """Wagtail’s own way to draw a title hides its label and its frame: nothing of it was left to see."""
    etagere = RubriqueGuides.objects.child_of(page_35).get()
    page = anna.get(
        reverse("wagtailadmin_pages:add", args=["animation", "guide", etagere.pk])
    ).content.decode()

    debut = page.index('id="panel-child-contenu-title-section"')
    panneau = page[page.rindex("<section", 0, debut) : page.index("</h2>", debut)]
    assert re.search(r'<h2 class="w-panel__heading(?! w-sr-only)[^"]*"', panneau)
    assert not re.search(r'<section[^>]* class="[^"]*\btitle\b', panneau)
    assert '<select name="secteurs"' not in page  # boxes to tick, not a list to hold Ctrl on
    assert "w-field--checkbox_select_multiple" in page


def test_le_cms_ne_change_pas_l_adresse_qui_fait_entrer(anna: Client, redactrice: Utilisateur) -> None:
    """Whoever could type another's address there would read what is kept under it, without proving it."""
    compte = reverse("wagtailadmin_account")
    page = anna.get(compte).content.decode()
    assert "name_email-first_name" in page
    assert "name_email-email" not in page
    assert "current_time_zone" not in page  # instants are said in Paris, whoever reads
    assert "_notifications" not in page  # ours, chosen with all the others
    avant = redactrice.email

    champs = {"name_email-first_name": "Anne", "name_email-last_name": "Le Gall"}
    anna.post(compte, champs | {"name_email-email": "boulangere@exemple.fr"})

    redactrice.refresh_from_db()
    assert redactrice.email == avant
