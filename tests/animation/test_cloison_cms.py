"""The CMS over HTTP: each team in its own part, whatever the address.

The walk goes through every address of Wagtail's admin, so that a screen added by an upgrade is tried too.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from PIL import Image as Pillow
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.test.utils.form_data import rich_text

from animation.models import (
    AccueilTerritoire,
    EspaceCms,
    Guide,
    RubriqueGuides,
)
from profils.models import Utilisateur
from tests.animation.scenes_cms import SECRET, VIGNETTES, formulaire_de_guide, poser_image

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("medias_jetables"), VIGNETTES]

CMS = "/cms/"
MODELES_NOMMES = (
    ("wagtailcore", "page"),
    ("wagtailimages", "image"),
    ("wagtaildocs", "document"),
    ("animation", "accueilterritoire"),
    ("animation", "pagetemoignage"),
    ("animation", "pageevenement"),
    ("animation", "pagelettre"),
    ("animation", "guide"),
    ("animation", "guidedecline"),
    ("animation", "fichecontact"),
)
SECRETES = ("page", "guide", "decline", "fiche")  # pages of 44, by their names in `chez_44`


# ---- The door ---------------------------------------------------------------------------------


def test_a_visitor_of_the_cms_signs_in_by_our_code(client: Client) -> None:
    reponse = client.get("/cms/pages/")

    assert reponse.status_code == 302
    assert reponse["Location"] == f"{reverse('account_login')}?next=/cms/pages/"


@pytest.mark.parametrize("adresse", ["/cms/login/", "/_util/login/"])
def test_wagtails_sign_in_pages_lead_to_ours(client: Client, adresse: str) -> None:
    for reponse in (
        client.get(f"{adresse}?next=/cms/"),
        client.post(adresse, {"username": "a", "password": "b"}),
    ):
        assert reponse.status_code == 302
        assert reponse["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "adresse",
    [
        "/cms/password_reset/",
        "/cms/password_reset/done/",
        "/cms/password_reset/confirm/MQ/set-password/",
        "/cms/password_reset/complete/",
        "/_util/authenticate_with_password/1/1/",
        "/documents/authenticate_with_password/1/",
    ],
)
def test_no_password_page_is_reachable(client: Client, anna: Client, rosa: Client, adresse: str) -> None:
    assert client.get(adresse).status_code in {302, 404}
    assert client.post(adresse, {"email": "anna@exemple.fr"}).status_code in {302, 404}
    assert anna.get(adresse).status_code == 404
    assert rosa.get(adresse).status_code == 404


def test_no_form_of_the_admin_asks_for_a_password(
    anna: Client, client_de: Any, referente: Utilisateur, pages: object
) -> None:
    superutilisatrice = Utilisateur.objects.create_superuser("root@exemple.fr")
    assert 'type="password"' not in anna.get("/cms/account/").content.decode()
    for adresse in ("/cms/account/", "/cms/users/new/", f"/cms/users/edit/{referente.pk}/"):
        reponse = client_de(superutilisatrice).get(adresse)
        assert reponse.status_code == 200
        assert 'type="password"' not in reponse.content.decode()


@pytest.mark.parametrize(
    "adresse", ["/cms/", "/cms/pages/", "/cms/images/", "/cms/account/", "/cms/inconnu/"]
)
def test_a_plain_member_is_refused_politely(
    client_de: Any, boulangere: Utilisateur, pages: object, adresse: str
) -> None:
    reponse = client_de(boulangere).get(adresse)

    assert reponse.status_code == 403
    assert "réservée aux équipes d’animation" in reponse.content.decode()


def test_an_animatrice_without_keys_yet_is_refused_too(client_de: Any, animatrice: Utilisateur) -> None:
    assert client_de(animatrice).get(CMS).status_code == 403


def test_keys_taken_back_close_the_door_at_once(anna: Client, redactrice: Utilisateur) -> None:
    assert anna.get(CMS).status_code == 200
    redactrice.groups.clear()

    assert anna.get(CMS).status_code == 403


# ---- At home ----------------------------------------------------------------------------------


def _formulaire(page: AccueilTerritoire, **changes: str) -> dict[str, str]:
    return {
        "title": page.title,
        "accroche": page.accroche,
        "presentation": '{"blocks": [], "entityMap": {}}',
        "corps-count": "0",
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        **changes,
    }


def test_the_animatrice_edits_and_publishes_her_page(anna: Client, page_35: AccueilTerritoire) -> None:
    adresse = reverse("wagtailadmin_pages:edit", args=[page_35.pk])
    assert anna.get(adresse).status_code == 200

    reponse = anna.post(
        adresse, _formulaire(page_35, accroche="Venez nous voir.", **{"action-publish": "action-publish"})
    )

    assert reponse.status_code == 302
    assert "Venez nous voir." in Client().get("/communautes/ille-et-vilaine/").content.decode()


def test_the_home_of_the_admin_leads_to_her_page(anna: Client, page_35: AccueilTerritoire) -> None:
    reponse = anna.get(reverse("wagtailadmin_explore_root"), follow=True)

    assert reponse.status_code == 200
    assert page_35.title in reponse.content.decode()


def test_the_editor_shows_a_preview_in_its_own_frame(anna: Client, page_35: AccueilTerritoire) -> None:
    adresse = reverse("wagtailadmin_pages:preview_on_edit", args=[page_35.pk])
    assert anna.post(adresse, _formulaire(page_35, accroche="Bientôt.")).json()["is_valid"]

    reponse = anna.get(adresse)

    assert "Bientôt." in reponse.content.decode()
    assert reponse["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in reponse["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in anna.get("/communautes/ille-et-vilaine/")["Content-Security-Policy"]


def test_her_page_cannot_be_deleted_moved_withdrawn_or_hidden_behind_a_login(
    anna: Client, page_35: AccueilTerritoire
) -> None:
    for nom in ("delete", "unpublish", "move", "set_privacy"):
        anna.post(reverse(f"wagtailadmin_pages:{nom}", args=[page_35.pk]), {"restriction_type": "login"})
    lot = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    anna.post(f"{lot}?id={page_35.pk}")

    page_35.refresh_from_db()
    assert page_35.live
    assert Client().get("/communautes/ille-et-vilaine/").status_code == 200


def test_her_pages_address_stays(anna: Client, page_35: AccueilTerritoire) -> None:
    adresse = reverse("wagtailadmin_pages:edit", args=[page_35.pk])
    anna.post(adresse, _formulaire(page_35, slug="ailleurs", **{"action-publish": "action-publish"}))

    page_35.refresh_from_db()
    assert page_35.slug == "ille-et-vilaine"


def test_her_images_are_hers_to_upload_and_use(anna: Client, page_35: AccueilTerritoire) -> None:
    espace = EspaceCms.objects.get(territoire=page_35.territoire)
    octets = BytesIO()
    Pillow.new("RGB", (4, 4)).save(octets, "PNG")
    fichier = BytesIO(octets.getvalue())
    fichier.name = "atelier.png"

    reponse = anna.post(reverse("wagtailimages:add"), {"title": "Atelier", "file": fichier})

    assert reponse.status_code == 302
    assert Image.objects.get().collection == espace.collection
    assert "Atelier" in anna.get(reverse("wagtailimages:index")).content.decode()


@pytest.mark.parametrize("modele", ["accueilterritoire", "pageaccueil", "pageterritoires", "rubriqueguides"])
def test_nobody_makes_another_page_of_these_kinds(
    anna: Client, rosa: Client, pages: dict[str, AccueilTerritoire], modele: str
) -> None:
    avant = Page.objects.count()
    for client in (anna, rosa):
        for parente in Page.objects.all():
            adresse = reverse("wagtailadmin_pages:add", args=["animation", modele, parente.pk])
            assert client.get(adresse).status_code in {302, 403, 404}
            client.post(adresse, {"title": "Intruse", "slug": "intruse", "accroche": "x"})
            copie = reverse("wagtailadmin_pages:copy", args=[pages["yvelines"].pk])
            donnees = {"new_title": "Copie", "new_slug": "copie", "new_parent_page": parente.pk}
            assert client.post(copie, donnees).status_code in {200, 302, 403, 404}

    assert Page.objects.count() == avant


# ---- The neighbour's --------------------------------------------------------------------------


def test_search_and_choosers_show_her_own_page_only(anna: Client, chez_44: dict[str, Any]) -> None:
    def lire(adresse: str, **parametres: str) -> str:
        return str(anna.get(adresse, parametres).content.decode())

    for mot in (SECRET, "Loire", "communautés", "Échange"):
        for nom in ("wagtailadmin_pages:search", "wagtailadmin_choose_page_search"):
            assert not re.search(f"{SECRET} (publié|brouillon)", lire(reverse(nom), q=mot))
    assert "Ille-et-Vilaine" in lire(reverse("wagtailadmin_pages:search"), q="Ille")
    assert "Ille-et-Vilaine" in lire(reverse("wagtailadmin_choose_page_search"), q="Ille")
    choix = lire(reverse("wagtailadmin_choose_page"))
    assert "Ille-et-Vilaine" in choix
    assert SECRET not in choix


def test_the_referente_moderates_them_all(rosa: Client, chez_44: dict[str, Any]) -> None:
    page = chez_44["page"]
    adresse = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert f"{SECRET} brouillon" in rosa.get(adresse).content.decode()

    reponse = rosa.post(
        adresse, _formulaire(page, title="Loire-Atlantique", **{"action-publish": "action-publish"})
    )

    assert reponse.status_code == 302
    assert "Loire-Atlantique" in Client().get("/communautes/").content.decode()
    assert rosa.get(reverse("wagtailadmin_reports:site_history")).status_code == 200


def _parcourir(motifs: list[Any], debut: str = "") -> Iterator[tuple[str, URLPattern]]:
    for motif in motifs:
        if isinstance(motif, URLResolver):
            yield from _parcourir(motif.url_patterns, debut + str(motif.pattern))
        else:
            yield debut + str(motif.pattern), motif


def _adresses_de_l_admin() -> list[str]:
    """Every route under /cms/, as Django writes it."""
    resolveur = next(
        m for m in get_resolver().url_patterns if isinstance(m, URLResolver) and str(m.pattern) == "cms/"
    )
    return [route for route, _ in _parcourir(resolveur.url_patterns, "cms/")]


def _viser(route: str, cibles: dict[str, Any]) -> set[str]:
    """Fill a route with what is 44's, so that this is what the address names."""
    route = "/" + route.replace("^pages", "pages").replace("^images", "images").replace(
        "^documents", "documents"
    )
    if "^" in route:
        return set()
    par_lieu = {
        "/images/": "image",
        "/documents/": "document",
        "/collections/": "collection",
        "/users/": "membre",
    }
    ailleurs = next((quoi for lieu, quoi in par_lieu.items() if lieu in route), None)
    adresses = set()
    for nom in [ailleurs] if ailleurs else ("page", "guide"):
        cible = cibles[nom]
        for application, modele in MODELES_NOMMES:
            revision = getattr(cible, "latest_revision_id", None) or cibles["revision"].pk
            valeurs: dict[str, Any] = {"revision_id": revision, "action_name": "publish", "action": "delete"}
            valeurs |= dict.fromkeys(("app_label", "app_name", "content_type_app_name"), application)
            valeurs |= dict.fromkeys(("model_name", "content_type_model_name"), modele)
            adresses.add(re.sub(r"<(?:\w+:)?(\w+)>", lambda t: str(valeurs.get(t[1], cible.pk)), route))  # noqa: B023
    return adresses


def _dit_le_secret(reponse: HttpResponseBase) -> bool:
    if getattr(reponse, "streaming", False):
        return True  # a file of another's
    return SECRET in reponse.content.decode() or SECRET in reponse.get("Location", "")  # type: ignore[attr-defined]


def _instantane(chez_44: dict[str, Any]) -> list[Any]:
    return [list(type(objet).objects.filter(pk=objet.pk).values()) for objet in chez_44.values()] + [
        list(
            Page.objects.order_by("pk").values_list(
                "pk", "path", "title", "live", "locked", "latest_revision"
            )
        )
    ]


def test_no_address_of_the_admin_shows_or_changes_what_is_the_neighbours(
    anna: Client, chez_44: dict[str, Any]
) -> None:
    avant = _instantane(chez_44)
    anna.raise_request_exception = False  # Wagtail answers 500 to some of these made-up requests
    routes = _adresses_de_l_admin()
    adresses = sorted({adresse for route in routes for adresse in _viser(route, chez_44)})
    ids = "&".join(f"id={cible.pk}" for cible in chez_44.values())
    page = chez_44["page"].pk
    requete = f"{ids}&id=all&target_pages[]={page}&childOf={page}&parent_page_id={page}"
    reponses = (
        (adresse, reponse)
        for adresse in adresses
        if adresse != "/cms/logout/"
        for reponse in (anna.get(adresse), anna.get(f"{adresse}?{requete}"), anna.post(f"{adresse}?{ids}"))
    )
    trahies = [(adresse, reponse.status_code) for adresse, reponse in reponses if _dit_le_secret(reponse)]

    assert len(routes) > 150
    assert trahies == []
    assert _instantane(chez_44) == avant


@pytest.mark.parametrize(
    "nom",
    ["edit", "history", "revisions_index", "usage", "view_draft", "delete", "unpublish", "move", "copy"],
)
def test_the_neighbours_pages_do_not_exist_here(anna: Client, chez_44: dict[str, Any], nom: str) -> None:
    for quelle in SECRETES:
        assert anna.get(reverse(f"wagtailadmin_pages:{nom}", args=[chez_44[quelle].pk])).status_code == 404


def _bloc_image(image: Image) -> tuple[str, Any]:
    return "image", {"image": {"image": image.pk, "alt_text": "x", "decorative": ""}, "legende": ""}


def test_a_form_cannot_show_the_neighbours_image_document_or_draft(
    anna: Client, chez_44: dict[str, Any], page_35: AccueilTerritoire
) -> None:
    """Choosers do not offer them; the keys a form sends could be anyone's."""
    rubrique = RubriqueGuides.objects.child_of(page_35).get()
    ajout = reverse("wagtailadmin_pages:add", args=["animation", "guide", rubrique.pk])
    apercu = reverse("wagtailadmin_pages:preview_on_add", args=["animation", "guide", rubrique.pk])
    bouton = {"texte": "x", "page": chez_44["guide"].pk, "lien": ""}
    lien = f'<p><a linktype="page" id="{chez_44["guide"].pk}">x</a></p>'
    for bloc in (
        _bloc_image(chez_44["image"]),
        ("document", {"document": chez_44["document"].pk, "titre": ""}),
        ("bouton", bouton),
        ("fiche", chez_44["fiche"].pk),
        ("texte", rich_text(lien)),
    ):
        for adresse in (ajout, apercu):
            reponse = anna.post(adresse, formulaire_de_guide(bloc))
            assert reponse.status_code == 404, bloc
            assert SECRET not in reponse.content.decode()
    assert not Guide.objects.filter(slug="a-moi").exists()


def test_her_own_image_and_what_is_on_line_elsewhere_are_hers_to_show(
    anna: Client, chez_44: dict[str, Any], page_35: AccueilTerritoire
) -> None:
    image = poser_image("Atelier", EspaceCms.objects.get(territoire=page_35.territoire))
    rubrique = RubriqueGuides.objects.child_of(page_35).get()
    national = {"texte": "Lire", "page": Guide.objects.get(slug="sauvegarder").pk, "lien": ""}

    ajout = reverse("wagtailadmin_pages:add", args=["animation", "guide", rubrique.pk])
    reponse = anna.post(ajout, formulaire_de_guide(_bloc_image(image), ("bouton", national)))

    assert reponse.status_code == 302
    assert not Guide.objects.get(slug="a-moi").live


def test_comparing_or_restoring_the_neighbours_drafts_neither(anna: Client, chez_44: dict[str, Any]) -> None:
    page, revision = chez_44["page"].pk, chez_44["revision"].pk
    for adresse in (
        f"/cms/pages/{page}/revisions/compare/earliest...latest/",
        f"/cms/pages/{page}/revisions/{revision}/view/",
        f"/cms/pages/{page}/revisions/{revision}/revert/",
        f"/cms/api/main/pages/{page}/",
        f"/cms/choose-page/{page}/",
        f"/cms/pages/{page}/",
        f"/cms/bulk/wagtailcore/page/delete/?id={page}",
    ):
        assert anna.get(adresse).status_code == 404, adresse
