"""Makers of test objects: real rows in a real PostGIS, through the real services where a rule applies."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from wagtail.models import Collection, Locale, Page, Site

from echange.socle.horloge import maintenant
from echange.socle.textes import cle_de_nom
from matching import suggestions
from matching.models import Besoin, Competence, SavoirFaire, StatutAnnonce, Theme
from messagerie.models import ReglageCourriels
from profils.models import Animateur, Entreprise, Membre, Secteur, Taille, Utilisateur
from territoires.models import CodePostal, Commune, Departement, Epci, Region, Territoire

_numeros = count(1)

# code, name, département, population, longitude, latitude, postal codes (INSEE, 2020s)
COMMUNES = [
    ("35238", "Rennes", "35", 225081, -1.6780, 48.1173, ["35000", "35200", "35700"]),
    ("35051", "Cesson-Sévigné", "35", 17860, -1.6030, 48.1211, ["35510"]),
    ("35360", "Vitré", "35", 18900, -1.2100, 48.1237, ["35500"]),
    ("35288", "Saint-Malo", "35", 47255, -2.0257, 48.6493, ["35400"]),
    ("44109", "Nantes", "44", 323204, -1.5536, 47.2184, ["44000", "44100", "44200", "44300"]),
    ("44036", "Châteaubriant", "44", 12000, -1.3760, 47.7170, ["44110"]),
    ("92050", "Nanterre", "92", 96277, 2.2069, 48.8924, ["92000"]),
    ("78646", "Versailles", "78", 83583, 2.1301, 48.8014, ["78000"]),
]
DEPARTEMENTS = {
    "35": ("Ille-et-Vilaine", "53", "Bretagne"),
    "44": ("Loire-Atlantique", "52", "Pays de la Loire"),
    "92": ("Hauts-de-Seine", "11", "Île-de-France"),
    "78": ("Yvelines", "11", "Île-de-France"),
}
TYPES_ET_DROITS = ("django_content_type", "auth_permission")


def poser_geographie() -> None:
    """Eight real communes in the four pilot départements, and their territoires."""
    for code, (nom, region, nom_region) in DEPARTEMENTS.items():
        Region.objects.get_or_create(code=region, defaults={"nom": nom_region})
        departement = Departement.objects.create(code=code, nom=nom, region_id=region)
        territoire = Territoire.objects.create(code=f"{cle_de_nom(nom).replace(' ', '-')}", nom=nom)
        territoire.departements.add(departement)
    epci = Epci.objects.create(code="243500139", nom="Rennes Métropole")
    for code, nom, departement_id, population, lon, lat, postaux in COMMUNES:
        commune = Commune.objects.create(
            code=code,
            nom=nom,
            cle_nom=cle_de_nom(nom),
            departement_id=departement_id,
            epci=epci if code in {"35238", "35051"} else None,
            population=population,
            position=Point(lon, lat, srid=4326),
            est_exacte=True,
            territoire=Territoire.objects.get(departements=departement_id),
        )
        CodePostal.objects.bulk_create(CodePostal(code=postal, commune=commune) for postal in postaux)


def poser_la_creuse() -> Commune:
    """Guéret, in a département that nobody animates."""
    region, _ = Region.objects.get_or_create(code="75", defaults={"nom": "Nouvelle-Aquitaine"})
    departement = Departement.objects.create(code="23", nom="Creuse", region=region)
    return Commune.objects.create(
        code="23096",
        nom="Guéret",
        cle_nom="gueret",
        departement=departement,
        population=12734,
        position=Point(1.8699, 46.1697, srid=4326),
        est_exacte=True,
    )


def poser_competences() -> None:
    """A small tree: enough to be close, to be the same, to be elsewhere, to be a trade."""
    visibilite = Theme.objects.create(code="visibilite", titre="Être trouvé sur internet", ordre=1)
    metiers = Theme.objects.create(code="metiers", titre="Savoir-faire de métier", ordre=2)
    arbre = [
        (visibilite, "photos-produits", "Photographier ses produits", ["mes photos sont moches"], False),
        (visibilite, "instagram", "Publier sur Instagram", ["être sur instagram"], False),
        (visibilite, "site-vitrine", "Créer un site vitrine", ["avoir un site internet"], False),
        (visibilite, "facture-electronique", "Recevoir des factures électroniques", ["factures"], False),
        (metiers, "vitrine-boutique", "Arranger sa vitrine", ["décorer ma vitrine"], True),
    ]
    for ordre, (theme, code, titre, dits, est_metier) in enumerate(arbre):
        Competence.objects.create(
            code=code,
            theme=theme,
            titre=titre,
            phrase=titre + ".",
            dits=dits,
            est_metier=est_metier,
            ordre=ordre,
        )
    Competence.objects.get(code="photos-produits").voisines.add(Competence.objects.get(code="instagram"))


def garder_types_et_droits() -> None:
    """Keep aside the content types and permissions of the migrations, for `reposer_tout`."""
    with connection.cursor() as curseur:
        for table in TYPES_ET_DROITS:
            curseur.execute(
                f"DROP TABLE IF EXISTS {table}_essais; CREATE TABLE {table}_essais AS TABLE {table}"
            )


def reposer_tout() -> None:
    """Lay again what migrations and the session's set-up had laid: geography, tree, root of the pages.

    Content types and permissions are copied back, the same keys: asking every application to make them
    again (`post_migrate`) was a quarter of the time of the tests that commit.
    """
    suggestions.oublier()
    with connection.cursor() as curseur:
        curseur.execute("TRUNCATE procrastinate_jobs CASCADE")  # Django empties its own tables only
        for table in TYPES_ET_DROITS:
            curseur.execute(f"INSERT INTO {table} TABLE {table}_essais ON CONFLICT DO NOTHING")
    if Commune.objects.exists():
        return
    poser_geographie()
    poser_competences()
    if not Page.objects.exists():
        Locale.objects.get_or_create(language_code="fr")
        Collection.add_root(name="Root")
        racine = Page.add_root(instance=Page(title="Root", slug="root"))
        accueil = racine.add_child(instance=Page(title="Accueil", slug="home"))
        Site.objects.create(hostname="localhost", root_page=accueil, is_default_site=True)


def creer_utilisateur(prenom: str, **champs: Any) -> Utilisateur:
    """Somebody who gets her mails at any hour: tests run at night too."""
    utilisateur = Utilisateur.objects.create_user(f"{prenom.lower()}@exemple.fr", first_name=prenom, **champs)
    ReglageCourriels.objects.create(utilisateur=utilisateur, calme_de=0, calme_a=0)
    return utilisateur


def creer_entreprise(
    nom: str, *, commune: str = "35238", membre: Utilisateur | None = None, decalage_m: int = 0, **champs: Any
) -> Entreprise:
    """A company at its commune's centre, moved `decalage_m` metres to the north."""
    centre = Commune.objects.get(code=commune)
    point = Point(centre.position.x, centre.position.y + decalage_m / 111_320, srid=4326)
    secteur, _ = Secteur.objects.get_or_create(
        code="boulangerie", defaults={"nom": "Boulangerie, pâtisserie"}
    )
    entreprise = Entreprise.objects.create(
        nom=nom,
        commune=centre,
        position=point,
        position_publique=point,
        secteur=champs.pop("secteur", secteur),
        taille=Taille.SEUL,
        est_en_creation=champs.pop("est_en_creation", True),
        **champs,
    )
    if membre:
        Membre.objects.create(utilisateur=membre, entreprise=entreprise)
    return entreprise


def _creer_annonce(
    modele: type[Besoin] | type[SavoirFaire], entreprise: Entreprise, competence: str, champs: dict[str, Any]
) -> Any:
    publie_le = champs.pop("publie_le", maintenant())
    return modele.objects.create(
        entreprise=entreprise,
        competence_id=competence,
        texte=champs.pop("texte", f"Annonce {next(_numeros)} : {competence}"),
        commune=entreprise.commune,
        position=champs.pop("position", entreprise.position_publique),
        statut=champs.pop("statut", StatutAnnonce.PUBLIEE),
        publie_le=publie_le,
        expire_le=champs.pop("expire_le", publie_le + timedelta(days=60)),
        **champs,
    )


def creer_besoin(entreprise: Entreprise, competence: str, **champs: Any) -> Besoin:
    """A published besoin, without its arêtes (see `matching.aretes` or the services for those)."""
    return _creer_annonce(Besoin, entreprise, competence, champs)


def creer_savoir_faire(entreprise: Entreprise, competence: str, **champs: Any) -> SavoirFaire:
    return _creer_annonce(SavoirFaire, entreprise, competence, champs)


def nommer_animateur(utilisateur: Utilisateur, departement: str) -> Animateur:
    return Animateur.objects.create(
        utilisateur=utilisateur, territoire=Territoire.objects.get(departements=departement)
    )
