"""A comment in the editor is told by the outbox, to those who follow the page and may still see it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import PageSubscription
from wagtail.test.utils.form_data import nested_form_data, rich_text

from animation.models import AccueilTerritoire, FicheContact, RubriqueRessources
from animation.services.equipe import relever_animateur
from animation.services.rubriques import poser
from messagerie.models import Notification
from messagerie.notifications.courrier import composer
from profils.models import Utilisateur
from tests.animation.scenes_cms import VIGNETTES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("medias_jetables"), VIGNETTES]

COMPTEURS = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""}


@pytest.fixture
def fiche(page_35: AccueilTerritoire, redactrice: Utilisateur) -> FicheContact:
    """A page of 35 whose comments its animatrice follows."""
    etagere = RubriqueRessources.objects.child_of(page_35).get()
    page: FicheContact = poser(etagere, FicheContact(title="Le point numérique", accroche="Le mardi."))
    PageSubscription.objects.create(page=page, user=redactrice, comment_notifications=True)
    return page


def commenter(qui: Client, page: FicheContact, mots: str) -> None:
    saisie = {
        "title": page.title,
        "slug": page.slug,
        "accroche": page.accroche,
        "texte": rich_text(""),
        "revu_le": "2026-11-01",
        "comments": COMPTEURS | {"TOTAL_FORMS": "1"},
        "comments-0": {"text": mots, "contentpath": "accroche", "position": "", "resolved": "", "id": ""},
        "comments-0-replies": COMPTEURS,
    }
    envoi: dict[str, Any] = nested_form_data(saisie)
    qui.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), envoi)


def test_qui_suit_la_page_l_apprend_par_la_boite_de_tous(
    rosa: Client, redactrice: Utilisateur, fiche: FicheContact, mailoutbox: list[Any]
) -> None:
    commenter(rosa, fiche, "Le mardi <b>matin</b> ?")

    assert fiche.wagtail_admin_comments.get().text == "Le mardi <b>matin</b> ?"
    avis = Notification.objects.get(genre="page_commentee")
    assert avis.destinataire == redactrice
    courriel = composer([avis])
    assert "commente «\u00a0Le point numérique\u00a0»" in courriel.subject
    assert "Le mardi <b>matin</b> ?" in courriel.body
    assert "<b>matin" not in str(courriel.alternatives[0][0])
    assert mailoutbox == []  # Wagtail wrote to nobody by itself


def test_qui_a_quitte_l_equipe_n_en_sait_plus_rien(
    rosa: Client, redactrice: Utilisateur, referente: Utilisateur, fiche: FicheContact, page_35: Any
) -> None:
    relever_animateur(par=referente, utilisateur=redactrice, territoire=page_35.territoire)

    commenter(rosa, fiche, "Le mardi matin ?")

    assert fiche.wagtail_admin_comments.count() == 1
    assert not Notification.objects.filter(genre="page_commentee").exists()


def test_rien_de_nouveau_ne_s_annonce_pas(rosa: Client, fiche: FicheContact) -> None:
    edition = reverse("wagtailadmin_pages:edit", args=[fiche.pk])
    vide = {"title": fiche.title, "slug": fiche.slug, "accroche": "x", "texte": rich_text("")}
    rosa.post(edition, nested_form_data(vide | {"revu_le": "2026-11-01", "comments": COMPTEURS}))
    assert not Notification.objects.filter(genre="page_commentee").exists()
