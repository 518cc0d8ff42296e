"""A national guide taken up by a territoire: it follows, it warns, it survives; and who publishes what."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, Workflow
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from animation.avis_relecture import annoncer_les_relectures
from animation.controle import relire
from animation.erreurs import GuideNonPublie, PasVotreTerritoire
from animation.models import (
    AccueilTerritoire,
    FicheContact,
    Guide,
    GuideDecline,
    RubriqueGuides,
    SuiviDeGuide,
)
from animation.services.declinaisons import decliner_guide, prevenir_des_changements, relire_original
from animation.services.pages import installer_pages
from animation.services.rubriques import poser
from animation.tasks import publier_a_l_heure
from echange.socle.horloge import maintenant
from messagerie.models import Notification
from messagerie.notifications.courrier import composer
from profils.models import Utilisateur

pytestmark = pytest.mark.django_db

ECRAN = "/animation/guides/"


@pytest.fixture
def original(pages: dict[str, AccueilTerritoire]) -> Guide:
    return Guide.objects.get(slug="sauvegarder")


@pytest.fixture
def decline(original: Guide, pages: dict[str, AccueilTerritoire], redactrice_44: Utilisateur) -> GuideDecline:
    """Sauvegarder, as 44 takes it up and publishes it."""
    page = decliner_guide(par=redactrice_44, guide=original, territoire=pages["loire-atlantique"].territoire)
    page.ajouts = [("texte", "<p>L’atelier du jeudi, à Nantes.</p>")]
    page.save_revision().publish()
    return GuideDecline.objects.get()


def corriger(guide: Guide, mots: str) -> None:
    guide = Guide.objects.get(pk=guide.pk)
    guide.corps = [("texte", f"<p>{mots}</p>")]
    guide.save_revision().publish()


def lire(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return str(reponse.content.decode())


class TestDecliner:
    def test_readers_see_the_originals_body_live_and_what_is_added_here(
        self, decline: GuideDecline, original: Guide, client: Client
    ) -> None:
        assert decline.url == "/communautes/loire-atlantique/guides/sauvegarder/"
        page = lire(client, decline.url)
        assert "trois exemplaires, sur deux supports" in page
        assert "L’atelier du jeudi, à Nantes." in page

        corriger(original, "Copiez tout, deux fois.")

        assert "Copiez tout, deux fois." in lire(client, decline.url)
        assert "L’atelier du jeudi" not in lire(client, original.url)

    def test_it_costs_few_queries(self, decline: GuideDecline, client: Client) -> None:
        lire(client, decline.url)
        with CaptureQueriesContext(connection) as requetes:
            lire(client, decline.url)
        assert len(requetes) <= 12

    def test_asked_twice_it_is_one(
        self, decline: GuideDecline, original: Guide, redactrice_44: Utilisateur
    ) -> None:
        territoire = AccueilTerritoire.objects.get(slug="loire-atlantique").territoire
        assert decliner_guide(par=redactrice_44, guide=original, territoire=territoire) == decline

    def test_a_team_takes_up_for_its_own_territoire_what_is_on_line(
        self, original: Guide, pages: dict[str, AccueilTerritoire], redactrice: Utilisateur
    ) -> None:
        with pytest.raises(PasVotreTerritoire):
            decliner_guide(par=redactrice, guide=original, territoire=pages["loire-atlantique"].territoire)
        original.unpublish()
        original.refresh_from_db()
        with pytest.raises(GuideNonPublie):
            decliner_guide(par=redactrice, guide=original, territoire=pages["ille-et-vilaine"].territoire)


class TestOriginalChange:
    def test_the_console_the_editor_and_a_notice_say_so_until_it_is_read(
        self, decline: GuideDecline, original: Guide, redactrice_44: Utilisateur, client_de: Any
    ) -> None:
        nadia = client_de(redactrice_44)
        edition = reverse("wagtailadmin_pages:edit", args=[decline.pk])
        assert "L’original a changé" not in lire(nadia, ECRAN)
        assert "L’original a changé" not in lire(nadia, edition)

        corriger(original, "Copiez tout.")
        prevenir_des_changements()
        prevenir_des_changements()

        assert "L’original a changé" in lire(nadia, ECRAN)
        assert "L’original a changé" in lire(nadia, edition)
        avis = Notification.objects.get(genre="guide_a_change")
        assert avis.destinataire == redactrice_44

        reponse = nadia.post(reverse("animation:guide_relu", args=[decline.pk]), follow=True)

        assert "vous avez relu l’original" in reponse.content.decode()
        assert not GuideDecline.objects.a_relire().exists()
        assert SuiviDeGuide.objects.get().relu_par == redactrice_44

    def test_each_new_version_is_told_once_more(self, decline: GuideDecline, original: Guide) -> None:
        corriger(original, "Un.")
        prevenir_des_changements()
        corriger(original, "Deux.")
        prevenir_des_changements()

        assert Notification.objects.filter(genre="guide_a_change").count() == 2

    def test_an_old_draft_published_later_does_not_undo_the_reading(
        self, decline: GuideDecline, original: Guide, redactrice_44: Utilisateur
    ) -> None:
        brouillon = decline.save_revision()
        corriger(original, "Un.")
        relire_original(par=redactrice_44, declinaison=decline)

        brouillon.publish()

        assert not GuideDecline.objects.a_relire().exists()

    def test_withdrawn_readers_keep_the_version_the_team_had_read(
        self, decline: GuideDecline, original: Guide, client: Client, redactrice_44: Utilisateur
    ) -> None:
        corriger(original, "Pas encore relu.")
        Guide.objects.get(pk=original.pk).unpublish()

        page = lire(client, decline.url)

        assert "trois exemplaires, sur deux supports" in page
        assert "Pas encore relu." not in page
        with pytest.raises(GuideNonPublie):
            relire_original(par=redactrice_44, declinaison=decline)

    def test_an_original_that_is_declined_cannot_be_deleted(
        self, decline: GuideDecline, original: Guide, redactrice_nationale: Utilisateur, client_de: Any
    ) -> None:
        client_de(redactrice_nationale).post(reverse("wagtailadmin_pages:delete", args=[original.pk]))
        assert Guide.objects.filter(pk=original.pk).exists()
        with pytest.raises((ProtectedError, IntegrityError)), transaction.atomic():
            original.delete()

    def test_the_neighbour_neither_sees_it_nor_reads_it_for_them(
        self, decline: GuideDecline, redactrice: Utilisateur, client_de: Any
    ) -> None:
        anna = client_de(redactrice)
        assert "Loire-Atlantique" not in lire(anna, ECRAN)
        assert anna.post(reverse("animation:guide_relu", args=[decline.pk])).status_code == 404
        adresse = reverse("animation:decliner_guide", args=[decline.original_id])
        for code in ("loire-atlantique", "", "inconnu", "\x00"):
            assert anna.post(adresse, {"territoire": code}).status_code == 404


class TestPublier:
    @pytest.fixture
    def rubrique(self, pages: dict[str, AccueilTerritoire]) -> RubriqueGuides:
        return RubriqueGuides.objects.child_of(pages["ille-et-vilaine"]).get()

    def _soumettre(self, anna: Client, rubrique: RubriqueGuides) -> None:
        adresse = reverse("wagtailadmin_pages:add", args=["animation", "guide", rubrique.pk])
        anna.post(adresse, self._formulaire(**{"action-submit": "x"}))

    def _formulaire(self, **actions: str) -> dict[str, Any]:
        return nested_form_data(
            {
                "title": "Le marché de Redon",
                "slug": "marche-de-redon",
                "accroche": "Où brancher son terminal.",
                "revu_le": "2026-11-01",
                "duree": "",
                "materiel": "",
                "cout": "",
                "corps": streamfield([("texte", rich_text("<p>Sous la halle.</p>"))]),
                "suites": streamfield([]),
                "seo_title": "",
                "search_description": "",
                **actions,
            }
        )

    def test_a_team_submits_and_a_referente_publishes(
        self,
        rubrique: RubriqueGuides,
        redactrice: Utilisateur,
        redactrice_nationale: Utilisateur,
        client_de: Any,
        client: Client,
    ) -> None:
        anna, rosa = client_de(redactrice), client_de(redactrice_nationale)
        adresse = reverse("wagtailadmin_pages:add", args=["animation", "guide", rubrique.pk])
        anna.post(adresse, self._formulaire(**{"action-publish": "x"}))
        guide = Guide.objects.get(slug="marche-de-redon")
        assert not guide.live
        assert "Ille-et-Vilaine · brouillon, pas encore soumis" in lire(anna, ECRAN)

        edition = reverse("wagtailadmin_pages:edit", args=[guide.pk])
        anna.post(edition, self._formulaire(**{"action-submit": "x"}))
        guide.refresh_from_db()
        assert guide.current_workflow_task is not None
        assert not guide.live
        assert "brouillon, en relecture chez les référents" in lire(anna, ECRAN)

        rosa.post(edition, self._formulaire(**{"action-publish": "x"}))

        assert "Sous la halle." in lire(client, "/communautes/ille-et-vilaine/guides/marche-de-redon/")
        assert "Ille-et-Vilaine · en ligne · relu le" in lire(anna, ECRAN)

    def test_the_list_of_ones_own_guides_is_ones_own_and_costs_the_same(
        self,
        rubrique: RubriqueGuides,
        pages: dict[str, AccueilTerritoire],
        redactrice: Utilisateur,
        client_de: Any,
        django_assert_num_queries: Any,
    ) -> None:
        voisine = RubriqueGuides.objects.child_of(pages["loire-atlantique"]).get()
        poser(voisine, Guide(title="Chez la voisine", slug="voisine", accroche="x"))
        anna = client_de(redactrice)
        assert "Aucun guide de chez vous" in lire(anna, ECRAN)
        poser(rubrique, Guide(title="Le premier", slug="un", accroche="x"))
        with CaptureQueriesContext(connection) as pour_un:
            lire(anna, ECRAN)
        for rang in range(11):
            poser(rubrique, Guide(title=f"Le {rang}", slug=f"g{rang}", accroche="x"))
        with django_assert_num_queries(len(pour_un)):
            page = lire(anna, ECRAN)
        assert "Le premier" in page
        assert "Chez la voisine" not in page

    def test_each_is_told_once_by_the_outbox_and_by_nothing_else(
        self,
        rubrique: RubriqueGuides,
        redactrice: Utilisateur,
        redactrice_nationale: Utilisateur,
        client_de: Any,
        mailoutbox: list[Any],
    ) -> None:
        anna, rosa = client_de(redactrice), client_de(redactrice_nationale)
        self._soumettre(anna, rubrique)
        annoncer_les_relectures()
        annoncer_les_relectures()
        soumis = Notification.objects.get(genre="guide_soumis")
        assert (soumis.destinataire, soumis.donnees["guide"]) == (redactrice_nationale, "Le marché de Redon")

        guide = Guide.objects.get(slug="marche-de-redon")
        relecture = guide.current_workflow_task_state
        action = reverse("wagtailadmin_pages:workflow_action", args=[guide.pk, "reject", relecture.pk])
        rosa.post(action, {"comment": "Dites l’étage."})
        annoncer_les_relectures()
        annoncer_les_relectures()

        rendu = Notification.objects.get(genre="guide_rendu")
        assert rendu.destinataire == redactrice
        courriel = composer([rendu])
        assert "vous revient" in courriel.subject
        assert "Dites l’étage." in courriel.body
        soumis.refresh_from_db()
        assert soumis.lue_le is not None
        assert mailoutbox == []  # Wagtail wrote to nobody by itself

    def test_a_guide_accepted_is_told_too_and_one_deleted_meanwhile_breaks_nothing(
        self,
        rubrique: RubriqueGuides,
        redactrice: Utilisateur,
        redactrice_nationale: Utilisateur,
        client_de: Any,
    ) -> None:
        anna, rosa = client_de(redactrice), client_de(redactrice_nationale)
        self._soumettre(anna, rubrique)
        guide = Guide.objects.get(slug="marche-de-redon")
        relecture = guide.current_workflow_task_state
        rosa.post(reverse("wagtailadmin_pages:workflow_action", args=[guide.pk, "approve", relecture.pk]))
        guide.refresh_from_db()
        assert guide.live
        annoncer_les_relectures()
        assert "est publié" in composer([Notification.objects.get(genre="guide_rendu")]).subject

        guide.delete()
        annoncer_les_relectures()

    def test_published_without_approving_is_an_answer_too(
        self, rubrique: RubriqueGuides, anna: Client, rosa: Client
    ) -> None:
        self._soumettre(anna, rubrique)
        annoncer_les_relectures()
        guide = Guide.objects.get(slug="marche-de-redon")

        edition = reverse("wagtailadmin_pages:edit", args=[guide.pk])
        rosa.post(edition, self._formulaire(**{"action-publish": "x"}))
        annoncer_les_relectures()
        annoncer_les_relectures()

        assert Notification.objects.get(genre="guide_soumis").lue_le is not None
        assert "est publié" in composer([Notification.objects.get(genre="guide_rendu")]).subject

    def test_taken_back_by_its_author_it_waits_for_nobody(
        self, rubrique: RubriqueGuides, anna: Client
    ) -> None:
        self._soumettre(anna, rubrique)
        annoncer_les_relectures()
        guide = Guide.objects.get(slug="marche-de-redon")

        edition = reverse("wagtailadmin_pages:edit", args=[guide.pk])
        anna.post(edition, self._formulaire(**{"action-cancel-workflow": "x"}))
        annoncer_les_relectures()

        assert not Notification.objects.filter(genre="guide_soumis", lue_le=None).exists()
        assert not Notification.objects.filter(genre="guide_rendu").exists()

    def test_sent_back_its_editor_says_why_until_it_is_submitted_again(
        self, rubrique: RubriqueGuides, anna: Client, rosa: Client
    ) -> None:
        self._soumettre(anna, rubrique)
        guide = Guide.objects.get(slug="marche-de-redon")
        relecture = guide.current_workflow_task_state
        action = reverse("wagtailadmin_pages:workflow_action", args=[guide.pk, "reject", relecture.pk])
        rosa.post(action, {"comment": "Dites <b>l’étage</b>."})

        edition = reverse("wagtailadmin_pages:edit", args=[guide.pk])
        assert "Dites &lt;b&gt;l’étage&lt;/b&gt;." in lire(anna, edition)
        anna.post(edition, self._formulaire(**{"action-submit": "x"}))
        assert "vous rend ce guide" not in lire(anna, edition)

    def test_only_guides_wait_for_it_and_one_run_more_changes_nothing(
        self, pages: dict[str, AccueilTerritoire]
    ) -> None:
        workflow = Workflow.objects.get(name="Relecture par les référents nationaux")
        avant = set(workflow.workflow_pages.values_list("page", flat=True))
        assert avant == set(RubriqueGuides.objects.values_list("pk", flat=True))
        assert not pages["ille-et-vilaine"].has_workflow

        installer_pages()

        assert set(workflow.workflow_pages.values_list("page", flat=True)) == avant

    def test_at_the_hour_it_was_set_for_it_goes_on_line(self, original: Guide) -> None:
        original.unpublish()
        original = Guide.objects.get(pk=original.pk)
        original.go_live_at = maintenant() + timedelta(hours=1)
        original.save_revision().publish()
        assert not Guide.objects.get(pk=original.pk).live

        publier_a_l_heure(timestamp=0)
        assert not Guide.objects.get(pk=original.pk).live
        with time_machine.travel(maintenant() + timedelta(hours=2)):
            publier_a_l_heure(timestamp=0)

        assert Guide.objects.get(pk=original.pk).live


class TestVieillir:
    def test_a_year_unread_a_page_is_on_the_list_of_its_team_and_of_the_referents(
        self,
        pages: dict[str, AccueilTerritoire],
        redactrice: Utilisateur,
        redactrice_44: Utilisateur,
        redactrice_nationale: Utilisateur,
        client_de: Any,
    ) -> None:
        ressources = Page.objects.child_of(pages["ille-et-vilaine"]).get(slug="ressources")
        fiche = FicheContact(title="La chambre des métiers", accroche="x", revu_le=date(2020, 1, 1))
        ressources.add_child(instance=fiche)
        Guide.objects.filter(slug="sauvegarder").update(revu_le=date(2020, 1, 1))

        def vieilles(qui: Utilisateur) -> str:
            return lire(client_de(qui), ECRAN).partition("titre-vieilles")[2]

        assert "La chambre des métiers" in vieilles(redactrice)
        assert "sauvegarder" not in vieilles(redactrice)
        assert "La chambre des métiers" not in vieilles(redactrice_44)
        assert "La chambre des métiers" in vieilles(redactrice_nationale)
        assert "Ne plus rien perdre" in vieilles(redactrice_nationale)


def test_the_rereader_says_what_to_mend(pages: dict[str, AccueilTerritoire]) -> None:
    guide = Guide.objects.get(slug="sauvegarder")
    guide.corps = [
        ("texte", "<p>Cliquez ici pour le SEO. " + ("mot " * 40 + ". ") * 3 + "</p>"),
        ("video", {"titre": "Geste", "fichier": None, "lien": "https://a.fr", "transcription": ""}),
    ]

    remarques = " ".join(relire(guide))

    assert "transcription" in remarques
    assert "«\u00a0cliquez ici\u00a0»" in remarques
    assert "«\u00a0SEO\u00a0»\u00a0: dites plutôt «\u00a0être trouvé dans les recherches\u00a0»" in remarques
    assert "mots en moyenne" in remarques


def test_an_image_described_by_its_file_is_remarked(pages: dict[str, AccueilTerritoire]) -> None:
    guide = Guide.objects.get(slug="sauvegarder")
    corps = guide._meta.get_field("corps").stream_block
    noms_de_fichier = ("IMG_2031", "vitrine", "photo 3.jpg")
    for description in (*noms_de_fichier, "La vitrine, vue du trottoir."):
        image = {"image": 1, "decorative": False, "alt_text": description}
        guide.corps = corps.to_python([{"type": "image", "value": {"image": image, "legende": ""}}])
        se_remarque = any(description in remarque for remarque in relire(guide))
        assert se_remarque is (description in noms_de_fichier), description
