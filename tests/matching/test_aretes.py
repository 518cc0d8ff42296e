"""A listing that changes updates exactly its own arêtes, in its transaction."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from echange.socle.horloge import maintenant
from matching.aretes import recalculer_aretes, reconstruire
from matching.models import Annonce, Arete, Besoin, SavoirFaire
from profils.models import Blocage, Entreprise
from tests.fabriques import creer_besoin, creer_entreprise, creer_savoir_faire


def relier(*annonces: Annonce) -> None:
    for annonce in annonces:
        recalculer_aretes(annonce)


def paires() -> set[tuple[str, str]]:
    aretes = Arete.objects.select_related("demandeur", "offreur")
    return {(arete.offreur.nom, arete.demandeur.nom) for arete in aretes}


def test_un_besoin_trouve_les_savoir_faire_deja_la(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    creer_savoir_faire(menuiserie, "photos-produits")
    relier(creer_besoin(boulangerie, "photos-produits"))
    arete = Arete.objects.get()
    assert (arete.offreur, arete.demandeur) == (menuiserie, boulangerie)
    assert arete.distance_m == pytest.approx(3000, abs=30)
    assert set(arete.composantes) == {
        "competence",
        "distance",
        "creneaux",
        "fraicheur",
        "reactivite",
        "niveau",
    }


def test_publier_de_l_autre_cote_donne_la_meme_arete(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    besoin = creer_besoin(boulangerie, "photos-produits")
    savoir_faire = creer_savoir_faire(menuiserie, "photos-produits")
    relier(besoin)
    vue_du_besoin = Arete.objects.values("score", "distance_m", "composantes").get()
    Arete.objects.all().delete()
    relier(savoir_faire)
    assert Arete.objects.values("score", "distance_m", "composantes").get() == vue_du_besoin


def test_recalculer_deux_fois_ne_double_rien(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    creer_savoir_faire(menuiserie, "photos-produits")
    besoin = creer_besoin(boulangerie, "photos-produits")
    relier(besoin, besoin)
    assert Arete.objects.count() == 1


def test_une_competence_voisine_convient_mais_moins(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    creer_savoir_faire(menuiserie, "photos-produits")
    creer_savoir_faire(menuiserie, "instagram")
    creer_savoir_faire(menuiserie, "site-vitrine")
    relier(creer_besoin(boulangerie, "photos-produits"))
    aretes = Arete.objects.order_by("-score").values_list("savoir_faire__competence_id", flat=True)
    assert list(aretes) == ["photos-produits", "instagram"]


def test_les_annonces_absentes_ne_font_pas_d_arete(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    hier = maintenant() - timedelta(days=1)
    creer_savoir_faire(menuiserie, "photos-produits", publie_le=hier - timedelta(days=90), expire_le=hier)
    creer_savoir_faire(menuiserie, "photos-produits", statut="en_pause")
    creer_savoir_faire(creer_entreprise("En pause", est_en_pause=True), "photos-produits")
    creer_savoir_faire(creer_entreprise("Suspendue", est_suspendue=True), "photos-produits")
    creer_savoir_faire(boulangerie, "photos-produits")
    relier(creer_besoin(boulangerie, "photos-produits"))
    assert paires() == set()


@pytest.mark.parametrize("sens", ["bloquante", "bloquee"])
def test_un_blocage_separe_dans_les_deux_sens(
    sens: str, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    autre = {"bloquante": "bloquee", "bloquee": "bloquante"}[sens]
    Blocage.objects.create(**{sens: boulangerie, autre: menuiserie})
    creer_savoir_faire(menuiserie, "photos-produits")
    relier(creer_besoin(boulangerie, "photos-produits"))
    assert paires() == set()


def test_reconstruire_redonne_la_meme_table(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    for competence in ("photos-produits", "instagram", "site-vitrine"):
        relier(creer_savoir_faire(menuiserie, competence), creer_besoin(boulangerie, competence))
    au_fil_de_l_eau = set(Arete.objects.values_list("besoin", "savoir_faire", "score"))
    assert len(au_fil_de_l_eau) == 5  # the two close compétences serve each other too
    Arete.objects.first().delete()  # type: ignore[union-attr]
    hors_ligne = Arete.objects.earliest("pk").besoin
    Besoin.objects.filter(pk=hors_ligne.pk).update(statut="retiree")
    assert sum(nombre for _, nombre in reconstruire()) == Arete.objects.count()
    assert set(Arete.objects.values_list("besoin", "savoir_faire", "score")) == {
        arete for arete in au_fil_de_l_eau if arete[0] != hors_ligne.pk
    }


def test_reconstruire_reprend_ou_l_on_s_est_arrete(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    creer_savoir_faire(menuiserie, "site-vitrine")
    premier, second = (creer_besoin(boulangerie, "site-vitrine") for _ in range(2))
    assert [besoin for besoin, _ in reconstruire()] == [premier.pk, second.pk]
    sortie = StringIO()
    call_command("reconstruire_aretes", depuis=premier.pk, stdout=sortie)
    assert sortie.getvalue() == "1 besoin, 1 arête.\n"


@pytest.mark.django_db(transaction=True)
def test_deux_publications_au_meme_instant_se_voient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the advisory locks each transaction would miss the other's uncommitted listing."""
    une, autre = creer_entreprise("Une"), creer_entreprise("Autre")
    depart = Barrier(2)

    def publier(modele: type[Annonce], entreprise: Entreprise) -> None:
        try:
            with transaction.atomic():
                creer = creer_besoin if modele is Besoin else creer_savoir_faire
                annonce = creer(entreprise, "photos-produits")
                depart.wait(timeout=10)  # both rows are written, neither is committed
                recalculer_aretes(annonce)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        taches = [pool.submit(publier, Besoin, une), pool.submit(publier, SavoirFaire, autre)]
        for tache in taches:
            tache.result(timeout=20)
    assert paires() == {("Autre", "Une")}
