"""An agreement makes one draft, in one community; taken back, nothing of it is left."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Revision

from animation.models import AccueilTerritoire, PageTemoignage, RubriqueTemoignages
from animation.services.pages import installer_pages
from animation.services.temoignages import TACHE_REDIGER, rediger_brouillon, retirer_pages_sans_accord
from matching.models import Temoignage
from matching.services.bilans import completer_bilan, retirer_temoignage
from profils.models import Entreprise, Taille, Utilisateur
from tests.file_de_travail import executer_la_file, travaux_en_attente
from tests.matching.scenes import membre
from tests.matching.scenes_bilans import bilan_de, faire, repondre

TEXTE = "Nous avons appris à faire notre site, et c’était simple."


@pytest.fixture
def accord(
    pages: dict[str, AccueilTerritoire], boulangerie: Entreprise, menuiserie: Entreprise
) -> Temoignage:
    faire(boulangerie, menuiserie)
    bilan = repondre(bilan_de(boulangerie))
    completer_bilan(par=membre(boulangerie), bilan=bilan, temoignage=TEXTE, consent=True)
    return Temoignage.objects.get()


@pytest.fixture
def brouillon(accord: Temoignage) -> PageTemoignage:
    executer_la_file()
    return PageTemoignage.objects.get()


def publier(page: PageTemoignage) -> None:
    page.save_revision().publish()


def test_l_accord_fait_un_brouillon_sous_la_page_du_territoire(
    brouillon: PageTemoignage, accord: Temoignage, pages: dict[str, AccueilTerritoire], client: Client
) -> None:
    assert not brouillon.live
    assert brouillon.get_parent().get_parent().pk == pages["ille-et-vilaine"].pk
    assert (brouillon.texte, brouillon.entreprise, brouillon.commune) == (
        TEXTE,
        "Boulangerie du Marché",
        "Rennes",
    )
    assert client.get(f"/communautes/ille-et-vilaine/temoignages/{brouillon.slug}/").status_code == 404
    assert TEXTE not in client.get("/communautes/ille-et-vilaine/").content.decode()


def test_la_taille_se_dit_a_la_troisieme_personne(brouillon: PageTemoignage, client: Client) -> None:
    """At sign-up the answer is « Je travaille seul·e »; a reader is not its author."""
    publier(brouillon)
    page = client.get(brouillon.url).content.decode()
    assert "Une seule personne" in page
    assert "Je travaille" not in page
    filtre = client.get("/temoignages/").content.decode()
    assert '<option value="0">Une seule personne</option>' in filtre
    assert "Je travaille" not in filtre


def test_les_anciens_temoignages_et_leurs_versions_aussi(brouillon: PageTemoignage) -> None:
    brouillon.taille = Taille.SEUL.label
    publier(brouillon)

    import_module("animation.migrations.0012_taille_des_temoignages").dire_la_taille(apps, None)

    brouillon.refresh_from_db()
    assert brouillon.taille == "Une seule personne"
    assert brouillon.get_latest_revision_as_object().taille == "Une seule personne"


def test_ecrit_deux_fois_il_n_y_en_a_qu_un(brouillon: PageTemoignage, accord: Temoignage) -> None:
    rediger_brouillon(temoignage_id=accord.pk)
    assert PageTemoignage.objects.count() == 1


def test_retire_avant_d_etre_ecrit_il_ne_l_est_jamais(accord: Temoignage, boulangere: Utilisateur) -> None:
    assert travaux_en_attente(TACHE_REDIGER)
    retirer_temoignage(par=boulangere, temoignage=accord)
    executer_la_file()
    assert not PageTemoignage.objects.exists()


def test_la_ou_il_n_y_a_pas_de_communaute_rien_ne_s_ecrit(accord: Temoignage) -> None:
    commune = accord.bilan.entreprise.commune
    commune.territoire = None
    commune.save()
    executer_la_file()
    assert not PageTemoignage.objects.exists()


def test_publie_il_se_lit_sur_sa_page_sa_rubrique_et_celle_de_la_communaute(
    brouillon: PageTemoignage, client: Client
) -> None:
    publier(brouillon)
    assert TEXTE in client.get("/communautes/ille-et-vilaine/").content.decode()
    assert TEXTE in client.get("/communautes/ille-et-vilaine/temoignages/").content.decode()
    page = client.get(f"/communautes/ille-et-vilaine/temoignages/{brouillon.slug}/")
    assert TEXTE in page.content.decode()
    assert "Boulangerie du Marché" in page.content.decode()


def test_l_accord_retire_la_page_ses_versions_et_rien_d_autre_disparaissent(
    brouillon: PageTemoignage, accord: Temoignage, boulangere: Utilisateur, client: Client
) -> None:
    publier(brouillon)
    autres = Page.objects.exclude(pk=brouillon.pk).count()
    retirer_temoignage(par=boulangere, temoignage=accord)
    assert client.get(f"/communautes/ille-et-vilaine/temoignages/{brouillon.slug}/").status_code == 404
    assert TEXTE not in client.get("/communautes/ille-et-vilaine/").content.decode()
    assert not Revision.objects.filter(object_id=str(brouillon.pk), content__icontains="notre site").exists()
    assert Page.objects.count() == autres


def test_l_entreprise_effacee_emporte_sa_page_dans_la_nuit(
    brouillon: PageTemoignage, accord: Temoignage
) -> None:
    assert retirer_pages_sans_accord() == 0
    accord.delete()
    assert retirer_pages_sans_accord() == 1
    assert not PageTemoignage.objects.exists()


def test_range_dans_sa_rubrique_apres_coup_son_ancienne_adresse_y_mene(
    brouillon: PageTemoignage, pages: dict[str, AccueilTerritoire], client: Client
) -> None:
    """Those published before the shelves existed."""
    brouillon.move(pages["ille-et-vilaine"], pos="last-child")
    publier(brouillon := PageTemoignage.objects.get())
    ancienne = brouillon.get_url()
    assert ancienne == f"/communautes/ille-et-vilaine/{brouillon.slug}/"

    installer_pages()
    installer_pages()

    reponse = client.get(ancienne, follow=True)
    assert reponse.redirect_chain == [(f"/communautes/ille-et-vilaine/temoignages/{brouillon.slug}/", 301)]
    assert TEXTE in reponse.content.decode()


class TestDansLeCms:
    def test_l_equipe_le_publie_sans_changer_ses_mots(
        self, brouillon: PageTemoignage, redactrice: Utilisateur, client_de: Any
    ) -> None:
        anna = client_de(redactrice)
        adresse = reverse("wagtailadmin_pages:edit", args=[brouillon.pk])
        assert TEXTE in anna.get(adresse).content.decode()
        anna.post(
            adresse,
            {
                "title": "Un site en une heure",
                "texte": "Tout autre chose",
                "entreprise": "Une autre",
                "seo_title": "",
                "search_description": "",
                "action-publish": "action-publish",
            },
        )
        brouillon.refresh_from_db()
        assert brouillon.live
        assert (brouillon.title, brouillon.texte) == ("Un site en une heure", TEXTE)
        assert brouillon.entreprise == "Boulangerie du Marché"

    def test_il_ne_se_copie_ni_ne_se_deplace_ni_ne_s_invente(
        self,
        brouillon: PageTemoignage,
        redactrice_nationale: Utilisateur,
        pages: dict[str, AccueilTerritoire],
        client_de: Any,
    ) -> None:
        rosa = client_de(redactrice_nationale)
        ailleurs = RubriqueTemoignages.objects.child_of(pages["yvelines"]).get().pk
        rosa.post(
            reverse("wagtailadmin_pages:copy", args=[brouillon.pk]),
            {"new_title": "Copie", "new_slug": "copie", "new_parent_page": ailleurs},
        )
        rosa.post(reverse("wagtailadmin_pages:move_confirm", args=[brouillon.pk, ailleurs]))
        adresse = reverse("wagtailadmin_pages:add", args=["animation", "pagetemoignage", ailleurs])
        assert rosa.get(adresse).status_code in {302, 403, 404}
        assert PageTemoignage.objects.get().get_parent().get_parent().pk == pages["ille-et-vilaine"].pk

    def test_le_territoire_voisin_ne_le_voit_pas(
        self, brouillon: PageTemoignage, redactrice_44: Utilisateur, client_de: Any
    ) -> None:
        adresse = reverse("wagtailadmin_pages:edit", args=[brouillon.pk])
        assert client_de(redactrice_44).get(adresse).status_code == 404
