"""A référente closes, opens again and merges territoires; everything that hangs on them follows."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.models import Collection, Page

from animation.erreurs import TerritoireFerme, TourEnCours
from animation.models import (
    Abonnement,
    AccueilTerritoire,
    EspaceCms,
    Invitation,
    JournalTerritoire,
    PageTerritoires,
)
from animation.services.equipe import nommer_animateur
from animation.services.invitations import inviter
from animation.services.reunion import reunir
from animation.services.territoires import fermer, rouvrir
from echange.socle.horloge import maintenant
from matching.models import Demande, Tour
from matching.services.tours import lancer_tour
from messagerie.models import Notification
from profils.models import Animateur, Entreprise, Utilisateur
from territoires.models import Commune
from tests.animation.scenes_agenda import tenir, venir
from tests.animation.scenes_territoires import etat_du_monde, territoire
from tests.file_de_travail import executer_la_file
from tests.matching import scenes
from tests.matching.scenes_demandes import lancer, preparer

pytestmark = pytest.mark.django_db


def test_fermer_releve_l_equipe_et_le_lui_dit(
    pages: dict[str, AccueilTerritoire], redactrice: Utilisateur, referente: Utilisateur, client_de: Any
) -> None:
    inviter(par=referente, territoire=territoire(), email="carole@exemple.fr")
    tour = lancer_tour(par=redactrice, territoire=territoire())
    assert fermer(par=referente, territoire=territoire())
    assert not fermer(par=referente, territoire=territoire())
    assert not Animateur.objects.filter(utilisateur=redactrice).exists()
    assert client_de(redactrice).get("/animation/").status_code == 404
    assert client_de(redactrice).get("/cms/").status_code == 403
    assert not Invitation.objects.en_attente().exists()
    tour.refresh_from_db()
    assert tour.statut == "annule"
    executer_la_file()
    assert [m.subject for m in mail.outbox if m.to == [redactrice.email]] == [
        "Le territoire «\u00a0Ille-et-Vilaine\u00a0» est fermé"
    ]


def test_fermer_ne_touche_ni_entreprises_ni_annonces(
    pages: dict[str, AccueilTerritoire],
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    referente: Utilisateur,
    client: Client,
) -> None:
    scenes.rendre_reciproques(boulangerie, menuiserie)
    avant = etat_du_monde()
    fermer(par=referente, territoire=territoire())
    assert etat_du_monde() == avant
    besoin = boulangerie.besoins.get()
    assert client.get(reverse("matching:besoin", args=[besoin.uuid])).status_code == 200


def test_les_pages_d_un_territoire_ferme_menent_aux_voisines(
    pages: dict[str, AccueilTerritoire], referente: Utilisateur, client: Client
) -> None:
    pages["ille-et-vilaine"].add_child(instance=PageTerritoires(title="Au marché", slug="au-marche"))
    fermer(par=referente, territoire=territoire())
    for adresse in ("/communautes/ille-et-vilaine/", "/communautes/ille-et-vilaine/au-marche/"):
        reponse = client.get(adresse)
        page = reponse.content.decode()
        assert reponse.status_code == 410
        assert "La communauté «\u00a0Ille-et-Vilaine\u00a0» est fermée" in page
        assert page.index("Loire-Atlantique") < page.index("Yvelines")  # the nearest first
    assert "Ille-et-Vilaine" not in client.get("/communautes/").content.decode()


def test_les_demandes_qui_attendaient_vont_aux_referents_et_a_eux_seuls(
    pages: dict[str, AccueilTerritoire],
    boulangerie: Entreprise,
    animatrice: Utilisateur,
    referente: Utilisateur,
    intruse: Utilisateur,
) -> None:
    besoin, _ = preparer(boulangerie, 2)
    demande = lancer(besoin)
    Demande.objects.filter(pk=demande.pk).update(au_panier_le=demande.cree_le)
    fermer(par=referente, territoire=territoire())
    prevenues = Notification.objects.filter(genre="demande_a_debloquer")
    assert [n.destinataire for n in prevenues] == [referente]


def test_fermer_annule_les_rendez_vous_a_venir_et_le_dit(
    pages: dict[str, AccueilTerritoire], referente: Utilisateur, boulangere: Utilisateur
) -> None:
    demain = maintenant() + timedelta(days=1)
    evenement = tenir(debut=demain)
    venir(evenement, boulangere)
    fermer(par=referente, territoire=territoire())
    evenement.refresh_from_db()
    assert evenement.est_annule
    assert "fermée" in evenement.motif
    assert Notification.objects.filter(destinataire=boulangere, genre__contains="evenement").exists()


def test_rouvrir_rend_les_pages_telles_qu_elles_etaient(
    pages: dict[str, AccueilTerritoire], referente: Utilisateur, client: Client
) -> None:
    AccueilTerritoire.objects.filter(territoire=territoire()).update(accroche="Nos mots à nous")
    fermer(par=referente, territoire=territoire())
    assert rouvrir(par=referente, territoire=territoire())
    assert not rouvrir(par=referente, territoire=territoire())
    assert "Nos mots à nous" in client.get("/communautes/ille-et-vilaine/").content.decode()


# ---- merging


@pytest.fixture
def avec_images(pages: dict[str, AccueilTerritoire]) -> Any:
    """An image of 35's, and one page below its home that its team wrote."""
    collection = EspaceCms.objects.get(territoire=territoire()).collection
    return get_image_model().objects.create(
        title="Le marché", file="rien.png", width=1, height=1, collection=collection
    )


def test_reunir_reprend_equipe_tours_images_et_communes(
    avec_images: Any,
    redactrice: Utilisateur,
    referente: Utilisateur,
    boulangerie: Entreprise,
    client_de: Any,
) -> None:
    evenement = tenir(debut=maintenant() + timedelta(days=1))
    tour = lancer_tour(par=redactrice, territoire=territoire())
    Tour.objects.filter(pk=tour.pk).update(statut="annule")
    source, cible = territoire(), territoire("loire-atlantique")
    for courriel, lu in (("a@exemple.fr", source), ("a@exemple.fr", cible), ("b@exemple.fr", source)):
        Abonnement.objects.create(courriel=courriel, territoire=lu, confirme_le=maintenant())
    reunir(par=referente, source=source, cible=cible)

    assert Animateur.objects.get(utilisateur=redactrice).territoire == cible
    assert Tour.objects.get(pk=tour.pk).territoire == cible
    evenement.refresh_from_db()
    assert evenement.territoire == cible
    lectrices = Abonnement.objects.order_by("courriel").values_list("courriel", "territoire")
    assert list(lectrices) == [("a@exemple.fr", cible.pk), ("b@exemple.fr", cible.pk)]
    assert evenement.page
    assert evenement.page.get_url().startswith("/communautes/loire-atlantique/agenda/")
    assert Commune.objects.get(code="35238").territoire == cible
    collection = Collection.objects.get(pk=avec_images.collection_id)
    assert collection.is_descendant_of(EspaceCms.objects.get(territoire=cible).collection)
    assert not Group.objects.filter(name="Animation ille-et-vilaine").exists()
    page = AccueilTerritoire.objects.get(territoire=cible)
    client = client_de(redactrice)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert client.get(reverse("animation:essais", args=[boulangerie.uuid])).status_code == 200
    actes = dict(
        JournalTerritoire.objects.exclude(acte__in=["nommee", "relevee"]).values_list("acte", "detail")
    )
    assert actes == {"reuni": "Loire-Atlantique", "agrandi": "Ille-et-Vilaine"}


def test_les_anciennes_adresses_menent_aux_nouvelles(
    pages: dict[str, AccueilTerritoire], referente: Utilisateur, client: Client
) -> None:
    depart, arrivee = pages["ille-et-vilaine"], pages["loire-atlantique"]
    for parente in (depart, arrivee):
        parente.add_child(instance=Page(title=f"Bienvenue {parente.title}", slug="bienvenue"))
    depart.add_child(instance=Page(title="Le marché", slug="marche"))
    reunir(par=referente, source=territoire(), cible=territoire("loire-atlantique"))

    assert client.get("/communautes/ille-et-vilaine/").headers["Location"] == "/communautes/loire-atlantique/"
    for ancienne, nouvelle in (
        ("marche", "marche"),
        ("bienvenue", "bienvenue-ille-et-vilaine"),  # two pages of one name keep both their texts
    ):
        reponse = client.get(f"/communautes/ille-et-vilaine/{ancienne}/")
        assert reponse.status_code == 301
        assert reponse.headers["Location"] == f"/communautes/loire-atlantique/{nouvelle}/"
    titres = AccueilTerritoire.objects.get(pk=arrivee.pk).get_children().values_list("title", flat=True)
    assert set(titres) >= {"Bienvenue Ille-et-Vilaine", "Bienvenue Loire-Atlantique", "Le marché"}
    assert "Ille-et-Vilaine" not in client.get("/communautes/").content.decode()


def test_on_ne_reunit_pas_sous_un_tour_qui_se_calcule(
    pages: dict[str, AccueilTerritoire], animatrice: Utilisateur, referente: Utilisateur
) -> None:
    lancer_tour(par=animatrice, territoire=territoire())
    with pytest.raises(TourEnCours, match="Un tour se calcule sur «\u00a0Ille-et-Vilaine\u00a0»"):
        reunir(par=referente, source=territoire(), cible=territoire("yvelines"))
    assert territoire().est_ouvert


def test_les_ecrans_disent_les_consequences_puis_agissent(
    pages: dict[str, AccueilTerritoire], animatrice: Utilisateur, referente: Utilisateur, client_de: Any
) -> None:
    client = client_de(referente)
    lien = "/animation/territoires/code/ille-et-vilaine"
    assert "1 personne de l’équipe perd ses accès" in client.get(f"{lien}/fermer/").content.decode()
    client.post(f"{lien}/fermer/")
    assert not territoire().est_ouvert
    assert client.get(f"{lien}/fermer/").status_code == 302
    client.post(f"{lien}/rouvrir/")
    assert territoire().est_ouvert
    for cible, nom in (
        ("ille-et-vilaine", "Ille-et-Vilaine"),
        ("yvelines", ""),
        ("yvelines", "Yvelines\x00"),
    ):
        saisie = {"cible": cible, "confirmation": nom}
        assert client.post(f"{lien}/reunir/", saisie).status_code == 422
    assert territoire().est_ouvert
    reponse = client.post(f"{lien}/reunir/", {"cible": "yvelines", "confirmation": " ille-et-vilaine "})
    assert reponse.headers["Location"] == "/animation/territoires/code/yvelines/"
    assert "qui a repris ses communes" in client.get(f"{lien}/").content.decode()


def test_une_equipe_ne_se_nomme_pas_sur_un_territoire_ferme(
    pages: dict[str, AccueilTerritoire], referente: Utilisateur, boulangere: Utilisateur
) -> None:
    fermer(par=referente, territoire=territoire())
    with pytest.raises(TerritoireFerme):
        nommer_animateur(par=referente, utilisateur=boulangere, territoire=territoire())
    with pytest.raises(TerritoireFerme):
        inviter(par=referente, territoire=territoire(), email="carole@exemple.fr")
