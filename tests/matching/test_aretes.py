"""A listing that changes updates exactly its own arêtes, in its transaction."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Barrier, Event

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import connection, transaction

from echange.socle.horloge import maintenant
from matching import aretes
from matching.aretes import recalculer_aretes, reconstruire
from matching.models import Annonce, Arete, Besoin, SavoirFaire
from matching.moteur.adequation import Lien, Lieu
from matching.services.annonces import mettre_en_pause_annonce
from profils import ecarts
from profils.models import Blocage, Entreprise, Utilisateur
from tests.fabriques import creer_besoin, creer_entreprise, creer_savoir_faire, creer_utilisateur
from tests.file_de_travail import executer_la_file


def relier(*annonces: Annonce) -> None:
    recalculer_aretes(*annonces)


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


@pytest.fixture
def deux_par_liste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aretes, "LONGUEUR", 2)


@pytest.fixture
def entouree(deux_par_liste: None, boulangerie: Entreprise) -> dict[str, SavoirFaire]:
    """La boulangerie asks; three savoir-faire, at 1, 2 and 3 km, for the two places of her list."""
    offres = {
        nom: creer_savoir_faire(creer_entreprise(nom, decalage_m=metres), "site-vitrine", rayon_km=50)
        for nom, metres in {"Près": 1000, "Plus loin": 2000, "Loin": 3000}.items()
    }
    relier(creer_besoin(boulangerie, "site-vitrine", rayon_km=50))
    assert offreurs() == {"Près", "Plus loin"}
    return offres


def offreurs() -> set[str]:
    return {offreur for offreur, _ in paires()}


def test_qui_vient_plus_pres_prend_la_place_du_plus_loin(entouree: dict[str, SavoirFaire]) -> None:
    relier(creer_savoir_faire(creer_entreprise("Tout près"), "site-vitrine"))
    assert offreurs() == {"Tout près", "Près"}


def test_qui_vient_trop_loin_n_entre_pas(entouree: dict[str, SavoirFaire]) -> None:
    relier(entouree["Loin"])
    assert offreurs() == {"Près", "Plus loin"}


def test_qui_part_laisse_sa_place_au_suivant(entouree: dict[str, SavoirFaire]) -> None:
    SavoirFaire.objects.filter(pk=entouree["Près"].pk).update(statut="retiree")
    relier(entouree["Près"])
    assert offreurs() == {"Plus loin"}  # at once
    executer_la_file()
    assert offreurs() == {"Plus loin", "Loin"}  # a moment later


def test_qui_s_eloigne_laisse_sa_place_au_suivant(entouree: dict[str, SavoirFaire]) -> None:
    ailleurs = Point(-1.6780, 48.1173 + 9000 / 111_320, srid=4326)
    SavoirFaire.objects.filter(pk=entouree["Près"].pk).update(position=ailleurs)
    relier(entouree["Près"])
    executer_la_file()
    assert offreurs() == {"Plus loin", "Loin"}


def test_bloquer_separe_et_debloquer_reunit(
    entouree: dict[str, SavoirFaire], boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    bloquee = entouree["Près"].entreprise
    ecarts.bloquer_entreprise(par=boulangere, entreprise=boulangerie, bloquee=bloquee)
    assert offreurs() == {"Plus loin", "Loin"}
    ecarts.debloquer_entreprise(par=boulangere, entreprise=boulangerie, bloquee=bloquee)
    assert offreurs() == {"Près", "Plus loin"}


def test_suspendre_ecarte_et_retablir_ramene(
    entouree: dict[str, SavoirFaire], animatrice: Utilisateur
) -> None:
    suspendue = entouree["Près"].entreprise
    ecarts.suspendre_entreprise(par=animatrice, entreprise=suspendue)
    assert offreurs() == {"Plus loin"}
    ecarts.retablir_entreprise(par=animatrice, entreprise=suspendue)
    assert offreurs() == {"Près", "Plus loin"}


def test_les_besoins_trop_nombreux_sont_servis_un_moment_plus_tard(
    monkeypatch: pytest.MonkeyPatch, menuiserie: Entreprise
) -> None:
    monkeypatch.setattr(aretes, "PROCHES", 2)
    for rang in range(5):
        creer_besoin(creer_entreprise(f"B{rang}", decalage_m=rang * 100), "site-vitrine")
    relier(creer_savoir_faire(menuiserie, "site-vitrine"))
    assert {demandeur for _, demandeur in paires()} == {"B4", "B3"}  # la menuiserie is 3 km to the north
    executer_la_file()
    assert len(paires()) == 5


@pytest.fixture
def courtisee(monkeypatch: pytest.MonkeyPatch, boulangerie: Entreprise) -> Besoin:
    """La boulangerie's besoin, among two of its compétence and one close to it; two are looked at at once."""
    monkeypatch.setattr(aretes, "PROCHES", 2)
    for nom, competence in {
        "Photo": "photos-produits",
        "Vue": "photos-produits",
        "Insta": "instagram",
    }.items():
        creer_savoir_faire(creer_entreprise(nom), competence)
    return creer_besoin(boulangerie, "photos-produits")


def test_un_besoin_bien_entoure_a_les_liens_plus_faibles_un_moment_plus_tard(courtisee: Besoin) -> None:
    relier(courtisee)
    assert offreurs() == {"Photo", "Vue"}
    executer_la_file()
    assert offreurs() == {"Photo", "Vue", "Insta"}


def test_un_besoin_moins_entoure_a_tout_de_suite_toutes_ses_listes(courtisee: Besoin) -> None:
    SavoirFaire.objects.filter(entreprise__nom="Vue").update(statut="en_pause")
    relier(courtisee)
    assert offreurs() == {"Photo", "Insta"}


def test_un_besoin_qui_change_n_attend_rien(courtisee: Besoin) -> None:
    """What it had by a weaker link may fit no more: all is read again at once."""
    relier(courtisee)
    executer_la_file()
    SavoirFaire.objects.filter(entreprise__nom="Insta").update(modalites=Lieu.VISIO)
    Besoin.objects.update(modalites=Lieu.CHEZ_DEMANDEUR)
    relier(courtisee)
    assert offreurs() == {"Photo", "Vue"}


def test_ce_qui_n_a_pas_change_garde_sa_cle(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    """The pages people have open name arêtes by their keys."""
    besoin, offre = creer_besoin(boulangerie, "site-vitrine"), creer_savoir_faire(menuiserie, "site-vitrine")
    relier(besoin)
    cle = Arete.objects.get().pk
    relier(offre, besoin)
    SavoirFaire.objects.update(creneaux=0b11)
    relier(offre)
    list(reconstruire())
    assert Arete.objects.get().pk == cle


@pytest.mark.parametrize("qui", ["offre", "demande"])
def test_leurs_mots_les_rapprochent(qui: str, boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    lue = {"competence_lue_id": "site-vitrine"}
    creer_savoir_faire(
        menuiserie,
        **({"competence": "vitrine-boutique"} | lue if qui == "offre" else {"competence": "site-vitrine"}),
    )
    relier(
        creer_besoin(
            boulangerie,
            **(
                {"competence": "vitrine-boutique"} | lue
                if qui == "demande"
                else {"competence": "site-vitrine"}
            ),
        )
    )
    arete = Arete.objects.get()
    assert arete.lien == (Lien.SES_MOTS if qui == "offre" else Lien.VOS_MOTS)
    assert arete.composantes["competence"] == 0.4


def test_reconstruire_redonne_la_meme_table(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    for competence in ("photos-produits", "instagram", "site-vitrine"):
        relier(creer_savoir_faire(menuiserie, competence), creer_besoin(boulangerie, competence))
    au_fil_de_l_eau = set(Arete.objects.values_list("besoin", "savoir_faire", "score"))
    assert len(au_fil_de_l_eau) == 5  # the two close compétences serve each other too
    Arete.objects.first().delete()  # type: ignore[union-attr]
    hors_ligne = Arete.objects.earliest("pk").besoin
    Besoin.objects.filter(pk=hors_ligne.pk).update(statut="retiree")
    assert sum(aretes for _, _, aretes in reconstruire()) == Arete.objects.count()
    assert set(Arete.objects.values_list("besoin", "savoir_faire", "score")) == {
        arete for arete in au_fil_de_l_eau if arete[0] != hors_ligne.pk
    }


def test_reconstruire_reprend_ou_l_on_s_est_arrete(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    creer_savoir_faire(menuiserie, "site-vitrine")
    premier, second = (creer_besoin(boulangerie, "site-vitrine") for _ in range(2))
    assert list(reconstruire()) == [(second.pk, 2, 2)]
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


@pytest.mark.django_db(transaction=True)
def test_on_change_une_annonce_pendant_qu_un_voisin_publie() -> None:
    """The change holds the row and waits for the compétence's lock; the publication, which holds the lock,
    points an arête at the row. Had the change locked the row's key too, each would wait for the other."""
    membre = creer_utilisateur("Une")
    besoin = creer_besoin(creer_entreprise("Une", membre=membre), "photos-produits")
    autre = creer_entreprise("Autre")
    verrouillee = Event()

    def publier() -> None:
        try:
            with transaction.atomic():
                recalculer_aretes(creer_savoir_faire(autre, "photos-produits"))
                verrouillee.set()
                time.sleep(1)  # the change takes the row, and waits
        finally:
            connection.close()

    def changer() -> None:
        try:
            assert verrouillee.wait(timeout=10)
            mettre_en_pause_annonce(par=membre, annonce=besoin)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for tache in [pool.submit(publier), pool.submit(changer)]:
            tache.result(timeout=20)
    assert paires() == set()
