"""What readers and their machines get: site map, robots, feeds, cards, structured data, one search."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode

from animation.donnees_structurees import en_balise, faq
from animation.models import AccueilTerritoire, Guide, PageFaq, RubriqueGuides
from animation.services.rubriques import poser
from echange.socle.horloge import maintenant
from matching.models import StatutAnnonce
from profils.models import Entreprise, Utilisateur
from territoires.models import Territoire
from tests import fabriques
from tests.animation.scenes_agenda import tenir

pytestmark = pytest.mark.django_db
Pages = dict[str, AccueilTerritoire]

ILLE_ET_VILAINE = "/communautes/ille-et-vilaine/"
JSON_LD = re.compile(r'<script type="application/ld\+json" nonce="([^"]*)">(.*?)</script>')
PLAN = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
ATOM = "{http://www.w3.org/2005/Atom}"


def lire(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return str(reponse.content.decode())


def fermer(code: str) -> None:
    Territoire.objects.filter(code=code).update(est_ouvert=False)


def adresses_du_plan(client: Client, section: str) -> set[str]:
    plan = ET.fromstring(lire(client, f"/sitemap-{section}.xml"))  # noqa: S314  our own answer
    return {str(lieu.text) for lieu in plan.iter(PLAN)}


# ---- site map and robots


def test_le_plan_nomme_les_pages_et_les_annonces_en_ligne_seulement(
    client: Client, pages: Pages, boulangerie: Entreprise, settings: Any
) -> None:
    site = settings.ADRESSE_DU_SITE
    en_ligne = fabriques.creer_besoin(boulangerie, "photos-produits")
    for statut in (StatutAnnonce.MASQUEE, StatutAnnonce.EN_PAUSE, StatutAnnonce.RETIREE):
        fabriques.creer_besoin(boulangerie, "photos-produits", statut=statut)
    fabriques.creer_besoin(
        boulangerie,
        "photos-produits",
        publie_le=maintenant() - timedelta(days=90),
        expire_le=maintenant() - timedelta(days=1),
    )
    assert adresses_du_plan(client, "besoins") == {f"{site}/besoins/{en_ligne.uuid}/"}
    assert {f"{site}/", f"{site}{ILLE_ET_VILAINE}"} <= adresses_du_plan(client, "pages")


def test_ni_brouillon_ni_communaute_fermee_dans_le_plan(client: Client, pages: Pages, settings: Any) -> None:
    AccueilTerritoire.objects.filter(slug="yvelines").update(live=False)
    fermer("hauts-de-seine")
    adresses = " ".join(adresses_du_plan(client, "pages"))
    assert "yvelines" not in adresses
    assert "hauts-de-seine" not in adresses
    assert "loire-atlantique" in adresses


def test_l_index_mene_aux_trois_plans_et_robots_a_l_index(
    client: Client, pages: Pages, settings: Any
) -> None:
    index = lire(client, "/sitemap.xml")
    for section in ("pages", "besoins", "savoir-faire"):
        assert f"/sitemap-{section}.xml" in index
    assert client.get("/sitemap-comptes.xml").status_code == 404
    assert f"Sitemap: {settings.ADRESSE_DU_SITE}/sitemap.xml" in lire(client, "/robots.txt")
    settings.DEMO = True
    assert "Sitemap" not in lire(client, "/robots.txt")


def test_le_plan_coute_autant_pour_deux_que_pour_douze(
    client: Client, pages: Pages, boulangerie: Entreprise
) -> None:
    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            lire(client, "/sitemap-besoins.xml")
        return len(requetes)

    fabriques.creer_besoin(boulangerie, "photos-produits")
    compter()
    avec_un = compter()
    for _ in range(12):
        fabriques.creer_besoin(boulangerie, "photos-produits")
    assert compter() == avec_un


# ---- feeds


@pytest.mark.parametrize("quoi", ["annonces", "pages"])
@pytest.mark.parametrize(
    ("suite", "mime"), [("atom", "application/atom+xml"), ("rss", "application/rss+xml")]
)
def test_un_flux_se_lit_et_se_garde_un_moment(
    client: Client, pages: Pages, boulangerie: Entreprise, quoi: str, suite: str, mime: str
) -> None:
    fabriques.creer_besoin(boulangerie, "photos-produits")
    reponse = client.get(f"/flux/ille-et-vilaine/{quoi}.{suite}")
    assert reponse["Content-Type"].startswith(mime)
    assert "max-age=600" in reponse["Cache-Control"]
    ET.fromstring(reponse.content)  # noqa: S314  our own answer


def test_le_flux_dit_les_annonces_en_ligne_du_territoire_les_plus_recentes_d_abord(
    client: Client, pages: Pages, boulangerie: Entreprise, menuiserie: Entreprise, intruse: Utilisateur
) -> None:
    hier = maintenant() - timedelta(days=1)
    fabriques.creer_besoin(
        boulangerie, "photos-produits", texte="Appelez le 06 12 34 56 78 <b>vite</b>", publie_le=hier
    )
    fabriques.creer_savoir_faire(menuiserie, "site-vitrine")
    fabriques.creer_besoin(boulangerie, "instagram", statut=StatutAnnonce.MASQUEE)
    fabriques.creer_besoin(Entreprise.objects.get(nom="L’Intruse"), "instagram")
    flux = ET.fromstring(lire(client, "/flux/ille-et-vilaine/annonces.atom"))  # noqa: S314
    titres = [str(entree.findtext(f"{ATOM}title")) for entree in flux.iter(f"{ATOM}entry")]
    assert titres == [
        "Menuiserie Le Goff sait faire\u00a0: Créer un site vitrine",
        "Boulangerie du Marché cherche\u00a0: Photographier ses produits",
    ]
    assert "06 12 34" not in lire(client, "/flux/ille-et-vilaine/annonces.atom")


@pytest.mark.parametrize("code", ["inconnu", "yvelines"])
def test_pas_de_flux_d_une_communaute_fermee_ou_inconnue(client: Client, pages: Pages, code: str) -> None:
    fermer("yvelines")
    assert client.get(f"/flux/{code}/annonces.atom").status_code == 404
    assert client.get(f"/flux/{code}/pages.rss").status_code == 404


def test_la_page_d_une_communaute_annonce_ses_flux(client: Client, pages: Pages) -> None:
    page = lire(client, ILLE_ET_VILAINE)
    assert 'href="/flux/ille-et-vilaine/annonces.atom"' in page
    assert 'href="/flux/ille-et-vilaine/pages.atom"' in page


# ---- cards, canonical address, structured data


@pytest.mark.parametrize("adresse", ["/", ILLE_ET_VILAINE, "/communautes/"])
def test_une_page_dit_son_adresse_et_ce_qu_un_lien_montre(
    client: Client, pages: Pages, settings: Any, adresse: str
) -> None:
    page = lire(client, f"{adresse}?utm_source=ailleurs")
    site = settings.ADRESSE_DU_SITE
    assert f'<link rel="canonical" href="{site}{adresse}">' in page
    assert f'<meta property="og:url" content="{site}{adresse}">' in page
    assert f'<meta property="og:image" content="{site}/static/echange/partage.png">' in page
    assert page.count("og:title") == 1


def test_une_annonce_aussi_sans_coordonnees_ni_html(
    client: Client, boulangerie: Entreprise, settings: Any
) -> None:
    besoin = fabriques.creer_besoin(
        boulangerie, "photos-produits", texte='"><script>alert(1)</script> 06 12 34 56 78'
    )
    page = lire(client, f"/besoins/{besoin.uuid}/")
    assert "Photographier ses produits – Boulangerie du Marché" in page
    assert f'<link rel="canonical" href="{settings.ADRESSE_DU_SITE}/besoins/{besoin.uuid}/">' in page
    assert "<script>alert" not in page
    assert "06 12 34" not in page


def test_le_fil_et_l_organisation_sont_dits_aux_moteurs(client: Client, pages: Pages) -> None:
    reponse = client.get(ILLE_ET_VILAINE)
    blocs = JSON_LD.findall(reponse.content.decode())
    fil = next(json.loads(texte) for _, texte in blocs if "BreadcrumbList" in texte)
    assert [e["name"] for e in fil["itemListElement"]] == ["Échange", "Les communautés", "Ille-et-Vilaine"]
    assert all(nonce and f"'nonce-{nonce}'" in reponse["Content-Security-Policy"] for nonce, _ in blocs)
    assert '"Organization"' in lire(client, "/")


def test_un_rendez_vous_se_dit_aux_moteurs(client: Client, pages: Pages) -> None:
    evenement = tenir(debut=maintenant() + timedelta(days=2), title="</script>Essayer")
    assert evenement.page
    blocs = [json.loads(t) for _, t in JSON_LD.findall(lire(client, evenement.page.get_url()))]
    dit = next(bloc for bloc in blocs if bloc["@type"] == "Event")
    assert dit["name"] == "</script>Essayer"
    assert dit["eventStatus"].endswith("EventScheduled")
    assert dit["location"]["name"] == "Le Tiers-Lieu"
    assert datetime.fromisoformat(dit["startDate"]) == evenement.debut


def test_les_blocs_vifs_se_gardent_une_minute_et_coutent_peu(
    client: Client, pages: Pages, boulangerie: Entreprise
) -> None:
    tenir(debut=maintenant() + timedelta(days=2))
    fabriques.creer_besoin(boulangerie, "photos-produits")

    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            lire(client, ILLE_ET_VILAINE)
        return len(requetes)

    lire(client, "/questions/")  # fills Wagtail's cache of sites
    froide = compter()
    assert froide <= 12
    assert compter() == froide - 5
    page = lire(client, ILLE_ET_VILAINE)
    assert "Essayer la caisse tactile" in page
    assert "Photographier ses produits <span" in page  # « on cherche »
    nouveau = fabriques.creer_besoin(boulangerie, "instagram")
    assert str(nouveau.uuid) not in lire(client, ILLE_ET_VILAINE)
    with time_machine.travel(maintenant() + timedelta(seconds=61), tick=False):
        assert str(nouveau.uuid) in lire(client, ILLE_ET_VILAINE)


def test_la_liste_dit_les_chiffres_des_accueils_et_les_garde_une_minute(
    client: Client, pages: Pages, boulangerie: Entreprise
) -> None:
    def besoins() -> dict[str, int]:
        reponse = client.get("/communautes/")
        return {page.slug: chiffres.besoins for page, chiffres in reponse.context["communautes"]}

    fabriques.creer_besoin(boulangerie, "photos-produits")
    assert besoins()["ille-et-vilaine"] == 1
    with CaptureQueriesContext(connection) as requetes:
        lire(client, "/communautes/")
    assert not [requete for requete in requetes if "matching_besoin" in requete["sql"]]
    assert client.get(ILLE_ET_VILAINE).context["chiffres"].besoins == 1

    boulangerie.besoins.update(statut=StatutAnnonce.MASQUEE)
    with time_machine.travel(maintenant() + timedelta(seconds=61), tick=False):
        assert besoins()["ille-et-vilaine"] == 0


def test_les_questions_se_disent_aux_moteurs() -> None:
    page = PageFaq(title="Questions", slug="questions", accroche="Vos questions")
    page.questions = [
        ("question", {"question": "Faut-il payer\u00a0?", "reponse": "<p>Non.</p>"}),
    ]
    (dit,) = page.donnees_structurees("/questions/")
    (question,) = dit["mainEntity"]
    assert (dit["@type"], question["name"]) == ("FAQPage", "Faut-il payer\u00a0?")
    assert "Non." in question["acceptedAnswer"]["text"]


def test_aucun_texte_ne_sort_du_bloc() -> None:
    balise = en_balise(faq([("</script><script>alert(1)</script>", "a & b")]), "abc")
    assert balise.count("<script") == balise.count("</script>") == 1
    lu = json.loads(JSON_LD.findall(balise)[0][1])
    assert lu["mainEntity"][0]["name"] == "</script><script>alert(1)</script>"


# ---- one search


@pytest.fixture
def au_marche(boulangerie: Entreprise, menuiserie: Entreprise, pages: Pages) -> None:
    fabriques.creer_besoin(boulangerie, "photos-produits", texte="Mes gâteaux méritent de belles photos")
    fabriques.creer_savoir_faire(menuiserie, "site-vitrine", texte="Je montre comment tenir ses devis")


def chercher(client: Client, **parametres: str) -> str:
    return lire(client, f"{reverse('lecture:chercher')}?{urlencode(parametres)}")


@pytest.mark.parametrize("mots", ["gateau", "gâteaux", "GATEAUX"])
def test_les_annonces_se_trouvent_sans_accent_ni_pluriel(client: Client, au_marche: None, mots: str) -> None:
    page = chercher(client, q=mots)
    assert "Photographier ses produits" in page
    assert "Boulangerie du Marché" in page


@pytest.mark.parametrize("mots", ["communaute", "Communautés", "comunautés"])
def test_les_pages_se_trouvent_malgre_l_accent_le_pluriel_ou_la_faute(
    client: Client, au_marche: None, mots: str
) -> None:
    assert '<h3 class="trouves__titre"><a href="/communautes/">' in chercher(client, q=mots)


def test_un_mot_qui_commence_pareil_n_est_pas_le_meme(client: Client, au_marche: None, pages: Pages) -> None:
    """« souder » and « sous » have the same first three letters, and nothing else in common."""
    rubrique = RubriqueGuides.objects.child_of(pages["ille-et-vilaine"]).get()
    poser(rubrique, Guide(title="Vendre sous une halle", slug="halle", accroche="x"))

    assert "Vendre sous une halle" not in chercher(client, q="souder")
    assert "Vendre sous une halle" in chercher(client, q="hale")


def test_les_reponses_sont_groupees_et_comptees(client: Client, au_marche: None) -> None:
    page = chercher(client, q="photos")
    assert "Besoins (1)" in page
    assert "Savoir-faire (" not in page


def test_on_filtre_par_sorte_et_par_territoire(client: Client, au_marche: None) -> None:
    assert "Boulangerie du Marché" in chercher(
        client, q="gateaux", territoire="ille-et-vilaine", genre="besoins"
    )
    ailleurs = chercher(client, q="gateaux", territoire="yvelines")
    assert "Boulangerie du Marché" not in ailleurs
    assert "Chercher partout" in ailleurs  # never a dead end
    assert "Boulangerie du Marché" not in chercher(client, q="gateaux", genre="savoir-faire")


def test_sans_reponse_on_sait_quoi_faire(client: Client, au_marche: None) -> None:
    page = chercher(client, q="xylophoniste")
    assert "Rien ne correspond encore" in page
    assert reverse("matching:recherche") in page


def test_rien_de_cache_ne_se_trouve(client: Client, au_marche: None, boulangerie: Entreprise) -> None:
    boulangerie.besoins.update(statut=StatutAnnonce.MASQUEE)
    AccueilTerritoire.objects.filter(slug="yvelines").update(live=False)
    fermer("hauts-de-seine")
    assert "gâteaux méritent" not in chercher(client, q="gateaux")
    for mots in ("yvelines", "hauts-de-seine"):
        assert f'class="trouves__titre"><a href="/communautes/{mots}' not in chercher(client, q=mots)


@pytest.mark.parametrize(
    ("de_l_annonce", "de_l_entreprise"),
    [
        ({"statut": StatutAnnonce.EN_PAUSE}, {}),
        ({"expire_le": Now()}, {}),
        ({}, {"est_en_pause": True}),
        ({}, {"est_suspendue": True}),
    ],
)
def test_ce_qui_n_est_pas_en_ligne_ne_se_trouve_ni_par_ses_mots_ni_par_sa_competence(
    client: Client,
    au_marche: None,
    boulangerie: Entreprise,
    de_l_annonce: dict[str, Any],
    de_l_entreprise: dict[str, Any],
) -> None:
    for mots in ("gateaux", "photos"):
        assert "Boulangerie du Marché" in chercher(client, q=mots)
    boulangerie.besoins.update(**({"modifie_le": Now()} | de_l_annonce))
    Entreprise.objects.filter(pk=boulangerie.pk).update(**({"modifie_le": Now()} | de_l_entreprise))
    for mots in ("gateaux", "photos"):
        assert "Boulangerie du Marché" not in chercher(client, q=mots)


def test_une_page_au_dela_de_la_derniere_dit_encore_combien(client: Client, au_marche: None) -> None:
    page = chercher(client, q="gateaux", genre="besoins", page="3")
    assert 'Besoins <span class="discret">(1)</span>' in page


@pytest.mark.parametrize(
    "requete",
    [
        "q=",
        "q=%00",
        "q=%27%22%26|!:*()",
        "q=<b>x</b>",
        "page=0",
        "page=-1",
        "page=9999999999&q=photos",
        "genre=x",
    ],
)
def test_une_requete_absurde_repond_toujours(client: Client, au_marche: None, requete: str) -> None:
    reponse = client.get(f"{reverse('lecture:chercher')}?{requete}")
    assert reponse.status_code in {200, 422}
    assert "<b>x</b>" not in reponse.content.decode()


def test_une_question_trop_longue_se_dit(client: Client, au_marche: None) -> None:
    reponse = client.get(reverse("lecture:chercher"), {"q": "x" * 101})
    assert reponse.status_code == 422
    assert "trop long" in reponse.content.decode()


def test_htmx_recoit_les_reponses_seules_les_memes(client: Client, au_marche: None) -> None:
    adresse = f"{reverse('lecture:chercher')}?q=photos"
    fragment = client.get(adresse, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert fragment.strip() in lire(client, adresse)


def test_chercher_coute_autant_pour_deux_que_pour_douze(
    client: Client, au_marche: None, boulangerie: Entreprise
) -> None:
    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            chercher(client, q="photos")
        return len(requetes)

    compter()
    avec_un = compter()
    for _ in range(12):
        fabriques.creer_besoin(boulangerie, "photos-produits", texte="Encore de belles photos")
    assert compter() == avec_un <= 12


def test_une_page_trouvee_dit_ce_qu_elle_est_meme_sans_description(client: Client, au_marche: None) -> None:
    AccueilTerritoire.objects.filter(slug="yvelines").update(accroche="Ici, on s’entraide.")
    trouvee = chercher(client, q="yvelines")
    assert "Ici, on s’entraide." in trouvee
    assert "Accueil d’un territoire" in trouvee
