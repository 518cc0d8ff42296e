"""What the editor's script sends by itself while somebody writes: a draft is kept, nothing is published."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Revision
from wagtail.test.utils.form_data import nested_form_data, rich_text

from animation.models import AccueilTerritoire, FicheContact, Guide, RubriqueGuides, RubriqueRessources
from animation.services.rubriques import poser
from profils.models import Utilisateur
from tests.animation.scenes_cms import VIGNETTES, formulaire_de_guide

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("medias_jetables"), VIGNETTES]


@pytest.fixture
def ressources(page_35: AccueilTerritoire) -> RubriqueRessources:
    return RubriqueRessources.objects.child_of(page_35).get()


@pytest.fixture
def fiche(ressources: RubriqueRessources) -> FicheContact:
    """A page on line."""
    page: FicheContact = poser(ressources, FicheContact(title="Le point numérique", accroche="Le mardi."))
    return page


def modifier(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def garder(qui: Client, adresse: str, **champs: Any) -> Any:
    """The script's own call: the whole form, no button, and JSON for an answer."""
    saisie = {"title": "Le point numérique", "slug": "le-point-numerique", "accroche": "Le mardi."}
    envoi = nested_form_data({**saisie, "texte": rich_text(""), "revu_le": "2026-11-01", **champs})
    return qui.post(adresse, envoi, headers={"Accept": "application/json"})


def test_ce_qu_elle_ecrit_est_garde_sans_qu_elle_touche_un_bouton(
    anna: Client, fiche: FicheContact, client: Client
) -> None:
    assert re.search(r'data-controller="[^"]*\bw-autosave\b', anna.get(modifier(fiche)).content.decode())
    avant = fiche.revisions.count()

    premiere = garder(anna, modifier(fiche), accroche="Le jeu").json()
    garder(anna, modifier(fiche), accroche="Le jeudi.", overwrite_revision_id=premiere["revision_id"])

    assert fiche.revisions.count() == avant + 1  # one session of writing is one version
    assert 'value="Le jeudi."' in anna.get(modifier(fiche)).content.decode()
    assert "Le mardi." in client.get(fiche.url).content.decode()
    fiche.refresh_from_db()
    assert (fiche.accroche, fiche.live, fiche.has_unpublished_changes) == ("Le mardi.", True, True)


def test_une_page_a_peine_commencee_est_gardee_et_personne_ne_la_voit(
    anna: Client, ressources: RubriqueRessources, client: Client
) -> None:
    ajouter = reverse("wagtailadmin_pages:add", args=["animation", "fichecontact", ressources.pk])

    reponse = garder(anna, ajouter, title="La chambre", slug="la-chambre", accroche="")

    page = FicheContact.objects.get(pk=reponse.json()["pk"])
    assert (page.title, page.live) == ("La chambre", False)
    assert client.get(page.url).status_code == 404
    assert "La chambre" not in client.get(ressources.url).content.decode()


@pytest.mark.parametrize(
    ("rubrique", "modele"), [(RubriqueGuides, "guide"), (RubriqueRessources, "fichecontact")]
)
def test_le_titre_donne_son_adresse_a_la_page(
    anna: Client, page_35: AccueilTerritoire, rubrique: type[Page], modele: str
) -> None:
    """Without it nothing is kept: the address is asked for, on a tab that nobody has opened."""
    etagere = rubrique.objects.child_of(page_35).get()
    page = anna.get(
        reverse("wagtailadmin_pages:add", args=["animation", modele, etagere.pk])
    ).content.decode()

    (titre,) = re.findall(r'<input[^>]* name="title"[^>]*>', page)
    assert 'data-w-sync-target-value="#id_slug"' in titre
    assert "w-sync#apply" in titre


@pytest.mark.parametrize(
    "bloc",
    [
        ("video", {"titre": "Compter", "fichier": "", "lien": "", "transcription": "x"}),
        ("bouton", {"texte": "Voir", "page": "", "lien": ""}),
    ],
)
def test_un_bloc_a_moitie_rempli_est_garde_et_ne_se_soumet_pas(
    anna: Client, page_35: AccueilTerritoire, bloc: tuple[str, Any]
) -> None:
    """Refused, it would stop the keeping of everything else that is typed."""
    etagere = RubriqueGuides.objects.child_of(page_35).get()
    ajouter = reverse("wagtailadmin_pages:add", args=["animation", "guide", etagere.pk])
    envoi = formulaire_de_guide(bloc)

    reponse = anna.post(ajouter, envoi, headers={"Accept": "application/json"})

    assert reponse.json()["success"], reponse.json()
    guide = Guide.objects.get(slug="a-moi")
    refus = anna.post(modifier(guide), envoi | {"action-submit": "x"})
    assert refus.status_code == 200
    assert r"l\u2019un" in refus.content.decode()  # « l’un des deux », « l’une des deux », in JSON
    guide.refresh_from_db()
    assert guide.current_workflow_state is None


def test_elle_n_ecrase_pas_ce_qu_une_collegue_vient_d_ecrire(
    anna: Client, rosa: Client, fiche: FicheContact
) -> None:
    lue = fiche.latest_revision
    lecture = {"loaded_revision_id": lue.pk, "loaded_revision_created_at": lue.created_at.isoformat()}
    garder(rosa, modifier(fiche), accroche="Le lundi, dit Rosa.")

    reponse = garder(anna, modifier(fiche), accroche="Le jeudi, dit Anna.", **lecture)

    assert (reponse.status_code, reponse.json()["error_code"]) == (400, "invalid_revision")
    fiche.refresh_from_db()
    assert fiche.get_latest_revision_as_object().accroche == "Le lundi, dit Rosa."


def test_rien_ne_se_garde_chez_la_voisine(
    chez_44: dict[str, Any],
    redactrice_44: Utilisateur,
    client_de: Any,
    page_35: AccueilTerritoire,
    ressources: RubriqueRessources,
    fiche: FicheContact,
) -> None:
    voisine = client_de(redactrice_44)
    versions, pages = set(Revision.objects.values_list("pk")), Page.objects.count()

    for page in (page_35, ressources, fiche):
        assert garder(voisine, modifier(page), accroche="Intrusion").status_code == 404
    ajouter = reverse("wagtailadmin_pages:add", args=["animation", "fichecontact", ressources.pk])
    assert garder(voisine, ajouter, title="Intrusion", slug="intrusion").status_code == 404
    assert (set(Revision.objects.values_list("pk")), Page.objects.count()) == (versions, pages)


def test_ni_par_dessus_le_brouillon_d_une_autre_page(
    anna: Client, fiche: FicheContact, chez_44: dict[str, Any]
) -> None:
    brouillon = chez_44["fiche"].latest_revision

    reponse = garder(anna, modifier(fiche), accroche="Intrusion", overwrite_revision_id=brouillon.pk)

    assert reponse.status_code == 400
    gardee = Revision.objects.get(pk=brouillon.pk)
    assert (gardee.object_id, "Intrusion" in str(gardee.content)) == (str(chez_44["fiche"].pk), False)
