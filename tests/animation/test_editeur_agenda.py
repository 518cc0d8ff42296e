"""Writing an event in Wagtail's real editor: what it refuses, who may, what stays when people come."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from animation.models import AccueilTerritoire, Evenement, PageEvenement, RubriqueAgenda
from animation.services.evenements import annuler_evenement
from echange.socle.horloge import PARIS
from profils.models import Utilisateur
from tests.animation.scenes_agenda import LUNDI_9H, annoncer, evenement_de, venir


@pytest.fixture(autouse=True)
def lundi(pages: dict[str, AccueilTerritoire]) -> Iterator[Any]:
    with time_machine.travel(LUNDI_9H, tick=False) as voyage:
        yield voyage


def saisie(**champs: str) -> dict[str, str]:
    return {
        "title": "Essayer la caisse",
        "slug": "essayer-la-caisse",
        "genre": "laboratoire",
        "accroche": "Une heure pour essayer.",
        "debut": "2026-12-03 14:00",
        "fin": "2026-12-03 16:00",
        "lieu": "Le Tiers-Lieu",
        "commune": "Rennes",
        "capacite": "8",
        "description": "null",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
        **champs,
    }


def ecrire(client: Client, territoire: str = "ille-et-vilaine", **champs: str) -> Any:
    rubrique = RubriqueAgenda.objects.get(url_path__contains=f"/{territoire}/")
    chemin = reverse("wagtailadmin_pages:add", args=["animation", "pageevenement", rubrique.pk])
    return client.post(chemin, saisie(**champs))


def test_elle_publie_son_agenda_elle_meme(anna: Client) -> None:
    assert ecrire(anna).status_code == 302
    evenement = Evenement.objects.get()
    assert (evenement.commune.nom, evenement.capacite) == ("Rennes", 8)  # type: ignore[union-attr]
    assert evenement.debut.isoformat() == "2026-12-03T13:00:00+00:00"
    assert evenement.est_en_ligne


def test_l_editeur_dit_ce_qu_on_ecrit_en_bon_francais(anna: Client) -> None:
    rubrique = RubriqueAgenda.objects.get(url_path__contains="/ille-et-vilaine/")
    page = anna.get(reverse("wagtailadmin_pages:add", args=["animation", "pageevenement", rubrique.pk])).text
    assert "Nouveau\N{NO-BREAK SPACE}: Événement" in page
    assert "Nouveau: " not in page


def garder(client: Client, **champs: str) -> Any:
    """What the editor's script sends by itself while she writes."""
    ecrits = saisie(**champs)
    del ecrits["action-publish"]
    rubrique = RubriqueAgenda.objects.get(url_path__contains="/ille-et-vilaine/")
    chemin = reverse("wagtailadmin_pages:add", args=["animation", "pageevenement", rubrique.pk])
    return client.post(chemin, ecrits, headers={"Accept": "application/json"})


def publier_d_un_lot(client: Client, *pages: PageEvenement) -> Any:
    adresse = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    cles = "".join(f"&id={page.pk}" for page in pages)
    return client.post(f"{adresse}?next={reverse('wagtailadmin_home')}{cles}", follow=True)


def test_un_brouillon_sans_date_est_garde(anna: Client) -> None:
    """She writes what it is about before she knows when: her tab may close."""
    reponse = garder(anna, debut="", fin="", accroche="Une heure pour essayer.")

    assert reponse.json()["success"]
    page = PageEvenement.objects.get()
    assert (page.accroche, page.debut, page.live) == ("Une heure pour essayer.", None, False)
    apercu = anna.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert "Une heure pour essayer." in apercu.content.decode()
    edition = reverse("wagtailadmin_pages:edit", args=[page.pk])
    refus = anna.post(edition, saisie(debut=""))
    assert refus.context["form"].errors == {"debut": ["Champ requis."]}
    page.refresh_from_db()
    assert not page.live
    assert anna.post(edition, saisie()).status_code == 302
    assert Evenement.objects.get().est_en_ligne


@pytest.mark.parametrize(
    "manque", [{"debut": "", "fin": ""}, {"fin": ""}, {"accroche": ""}, {"commune": "", "lieu": ""}]
)
def test_un_brouillon_inacheve_ne_se_publie_pas_avec_les_autres(anna: Client, manque: dict[str, str]) -> None:
    complet = annoncer(en_ligne=False, title="Complet")
    inacheve = PageEvenement.objects.get(pk=garder(anna, title="À <finir>", **manque).json()["pk"])

    refus = publier_d_un_lot(anna, complet, inacheve).content.decode()

    assert "Rien n’a été publié" in refus
    assert "À &lt;finir&gt;" in refus
    assert not PageEvenement.objects.live().exists()
    publier_d_un_lot(anna, complet)
    assert PageEvenement.objects.live().get() == complet


def test_un_brouillon_sans_lieu_est_garde(anna: Client) -> None:
    """The editor keeps what is typed as it is typed, from the top: the place comes last."""
    reponse = garder(anna, lieu="", commune="")

    assert reponse.json()["success"]
    page = PageEvenement.objects.get()
    edition = reverse("wagtailadmin_pages:edit", args=[page.pk])
    refus = anna.post(edition, saisie(lieu="", commune="")).content.decode()
    assert "Dites où l’événement a lieu" in refus
    assert 'value="03/12/2026 14:00"' in anna.get(edition).content.decode()  # the day as it is said here
    page.refresh_from_db()
    assert not page.live


def test_un_brouillon_n_est_pas_a_l_agenda(anna: Client) -> None:
    champs = saisie()
    del champs["action-publish"]
    rubrique = RubriqueAgenda.objects.get(url_path__contains="/ille-et-vilaine/")
    anna.post(reverse("wagtailadmin_pages:add", args=["animation", "pageevenement", rubrique.pk]), champs)
    assert PageEvenement.objects.get().live is False
    assert not Evenement.objects.exists()


@pytest.mark.parametrize(
    ("ecrit", "heure"),
    [
        ("3/12/2026 9:05", "09:05"),
        ("03/12/26 14:00", "14:00"),
        ("03/12/2026 14h30", "14:30"),
        ("03/12/2026 14 h 30", "14:30"),
        ("03/12/2026 14 h", "14:00"),
    ],
)
def test_une_date_s_ecrit_comme_elle_se_dit(anna: Client, ecrit: str, heure: str) -> None:
    assert ecrire(anna, debut=ecrit, fin="03/12/2026 18 h").status_code == 302
    assert f"{PageEvenement.objects.get().debut.astimezone(PARIS):%H:%M}" == heure


@pytest.mark.parametrize(
    "ecrit", ["demain", "31/02/2027 14:00", "03/12/2026", "03/12/2026 25 h", "<b>", "1\x00"]
)
def test_une_date_incomprise_reste_ecrite_et_le_champ_le_dit(anna: Client, ecrit: str) -> None:
    refus = ecrire(anna, debut=ecrit)
    assert "Écrivez le jour, puis l’heure" in refus.content.decode()
    assert refus.context["form"]["debut"].value() == ecrit
    assert not PageEvenement.objects.exists()


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"debut": "2026-11-02 14:00", "fin": "2026-11-02 15:00"}, "Cette date est déjà passée."),
        ({"fin": "2026-12-03 13:00"}, "La fin vient après le début."),
        ({"fin": "2027-12-03 13:00"}, "vérifiez l’année"),
        ({"debut": "2027-03-28 02:30", "fin": "2027-03-28 05:00"}, "Europe/Paris"),
        ({"commune": "", "lieu": ""}, "Dites où l’événement a lieu"),
        ({"commune": "Nulle-Part-sur-Mer"}, "Nous ne connaissons pas cette commune"),
        ({"commune": "a\x00"}, "commune"),
        ({"lien_visio": "http://clair.exemple"}, "Un lien de visio commence par https://."),
        ({"capacite": "0"}, "places, ou rien"),
        ({"capacite": "99999"}, ""),
        ({"capacite": "-1"}, ""),
        ({"ferme_le": "2026-12-04 10:00"}, "au plus tard quand l’événement commence"),
        ({"ouvre_le": "2026-12-03 15:00"}, "s’ouvrent avant de se fermer"),
        ({"genre": "autre"}, ""),
        ({"accroche": "x" * 201}, ""),
    ],
)
def test_ce_qui_ne_va_pas_est_dit(anna: Client, champs: dict[str, str], dit: str) -> None:
    reponse = ecrire(anna, **champs)
    assert reponse.status_code == 200
    assert not PageEvenement.objects.exists()
    assert dit in reponse.content.decode()


def test_la_voisine_n_annonce_rien_ici(redactrice_44: Utilisateur, client_de: Any) -> None:
    assert ecrire(client_de(redactrice_44)).status_code == 404
    assert not PageEvenement.objects.exists()


def test_attendu_il_s_annule_avant_que_sa_page_parte(
    anna: Client, redactrice: Utilisateur, boulangere: Utilisateur
) -> None:
    page = annoncer()
    venir(evenement_de(page), boulangere)
    droits = page.permissions_for_user(redactrice)
    assert (droits.can_delete(), droits.can_unpublish()) == (False, False)
    assert anna.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk])).status_code in {302, 403}
    page.refresh_from_db()
    assert page.live
    annuler_evenement(par=redactrice, evenement=evenement_de(page), motif="")
    anna.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    page.refresh_from_db()
    assert not page.live
    assert not Evenement.objects.get().est_en_ligne


def test_on_ne_descend_pas_sous_les_places_prises(
    anna: Client, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    page = annoncer(capacite=4)
    venir(evenement_de(page), boulangere, menuisiere)
    chemin = reverse("wagtailadmin_pages:edit", args=[page.pk])
    champs = saisie(slug=page.slug, title=page.title, capacite="1")
    assert "2 personnes ont déjà une place" in anna.post(chemin, champs).content.decode()
    assert anna.post(chemin, champs | {"capacite": "2"}).status_code == 302
    assert evenement_de(page).capacite == 2


def test_passe_son_texte_se_corrige_encore(anna: Client, lundi: Any) -> None:
    page = annoncer()
    lundi.shift(timedelta(days=10))
    champs = saisie(slug=page.slug, title="Compte rendu", capacite="")
    assert anna.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), champs).status_code == 302
    assert evenement_de(page).titre == "Compte rendu"


def test_l_apercu_d_un_brouillon_se_lit(anna: Client) -> None:
    page = annoncer(en_ligne=False)
    reponse = anna.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert "Les inscriptions s’ouvriront quand cette page sera publiée." in reponse.content.decode()
