"""Events of the four pilots: one is full and people wait, one is by visio, one is over."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from animation.models import Evenement, GenreEvenement, PageEvenement, RubriqueAgenda
from animation.services.evenements import suivre_evenement
from animation.services.inscriptions import inscrire, marquer_presence
from animation.textes import paragraphes
from echange.socle.horloge import PARIS, maintenant
from matching.creneaux import a_paris
from messagerie.models import Notification
from profils.models import Utilisateur
from territoires.models import Commune


@dataclass(frozen=True, slots=True)
class RendezVousDeDemo:
    """`dans`: days from now, moved to a weekday; `commune`: its code, empty for a visio."""

    territoire: str
    genre: GenreEvenement
    titre: str
    accroche: str
    dans: int
    heure: time
    minutes: int
    commune: str = ""
    lieu: str = ""
    adresse: str = ""
    places: int | None = None
    details: tuple[str, ...] = ()


G = GenreEvenement
RENDEZ_VOUS = (
    RendezVousDeDemo(
        "ille-et-vilaine",
        G.LABORATOIRE,
        "Essayer une caisse tactile, sans vendeur",
        "Trois modèles prêtés par des voisins, une heure pour les manipuler.",
        6,
        time(14),
        90,
        "35238",
        "Le Tiers-Lieu des Lices",
        "5 place des Lices",
        6,
        (
            "Une restauratrice, un libraire et une fleuriste apportent leur caisse et montrent comment.",
            "Venez avec un ticket de votre caisse actuelle\u00a0: on le refait ensemble.",
        ),
    ),
    RendezVousDeDemo(
        "ille-et-vilaine",
        G.ACCUEIL,
        "Café d’accueil de la communauté",
        "Une heure pour comprendre comment on s’entraide ici, café compris.",
        12,
        time(8, 30),
        60,
        "35360",
        "La Fabrique de Vitré",
        "",
        None,
        ("Rien à préparer. On repart avec un premier besoin écrit, et souvent le nom d’un voisin.",),
    ),
    RendezVousDeDemo(
        "ille-et-vilaine",
        G.RENCONTRE,
        "La facture électronique en quarante minutes",
        "En visio, à l’heure où la boutique est calme.",
        20,
        time(14, 30),
        40,
        places=25,
        details=("Une comptable d’entreprise montre son écran, du devis à la facture reçue.",),
    ),
    RendezVousDeDemo(
        "ille-et-vilaine",
        G.RENCONTRE,
        "Petit déjeuner des artisans du pays de Rennes",
        "Se connaître avant de s’entraider.",
        -9,
        time(8),
        90,
        "35051",
        "Atelier des Champs Blancs",
        "",
        20,
    ),
    RendezVousDeDemo(
        "loire-atlantique",
        G.RENCONTRE,
        "Maraîchers et commerçants\u00a0: vendre en ligne sans y passer ses nuits",
        "Deux voisins racontent ce qui marche, et ce qu’ils ont arrêté.",
        8,
        time(18),
        120,
        "44109",
        "La Cantine du quai",
        "",
        15,
    ),
    RendezVousDeDemo(
        "loire-atlantique",
        G.TOUR,
        "Le tour de France des communautés passe à Châteaubriant",
        "Une journée pour essayer, poser ses questions, rencontrer les partenaires.",
        27,
        time(9, 30),
        420,
        "44036",
        "Halle du marché",
        "",
        80,
    ),
    RendezVousDeDemo(
        "yvelines",
        G.LABORATOIRE,
        "De belles photos avec son téléphone",
        "On apporte trois produits, on repart avec dix photos.",
        7,
        time(14),
        120,
        "78646",
        "L’Atelier partagé",
        "",
        8,
    ),
    RendezVousDeDemo(
        "hauts-de-seine",
        G.REGROUPEMENT,
        "Une matinée pour avancer sur son site",
        "Chacun son ordinateur, chacun sa page, et quelqu’un à côté pour débloquer.",
        10,
        time(9),
        180,
        "92050",
        "La Maison des entreprises",
        "",
        10,
    ),
)
VISIO = "https://visio.example/facture-electronique"
SAMEDI = 5


def tenir_agenda() -> None:
    """Publish them as the editor does, then let people come; the first is full."""
    rubriques = {r.get_parent().slug: r for r in RubriqueAgenda.objects.all()}
    tenus = [_annoncer(rubriques[r.territoire], r) for r in RENDEZ_VOUS if r.territoire in rubriques]
    membres = list(Utilisateur.objects.filter(appartenances__isnull=False).order_by("pk")[:16])
    for rang, evenement in enumerate(tenus):
        if evenement.est_passe:
            _se_souvenir(evenement, membres[:7])
        else:
            for membre in membres[: 9 if rang == 0 else 2 + rang % 3]:
                inscrire(par=membre, evenement=evenement)


def _annoncer(rubrique: RubriqueAgenda, un: RendezVousDeDemo) -> Evenement:
    debut = _instant(un)
    page = PageEvenement(
        title=un.titre,
        genre=un.genre,
        accroche=un.accroche,
        debut=debut,
        fin=debut + timedelta(minutes=un.minutes),
        lieu=un.lieu,
        adresse=un.adresse,
        commune=Commune.objects.filter(code=un.commune).first(),
        lien_visio="" if un.commune else VISIO,
        capacite=un.places,
        description=str(paragraphes(*un.details)),
        live=False,
    )
    rubrique.add_child(instance=page)
    page.save_revision().publish()
    evenement = suivre_evenement(page_id=page.pk)
    assert evenement is not None  # noqa: S101  just published
    return evenement


def _instant(un: RendezVousDeDemo) -> datetime:
    jour = maintenant().astimezone(PARIS).date() + timedelta(days=un.dans)
    if jour.weekday() >= SAMEDI:
        jour += timedelta(days=2 if un.dans > 0 else -2)
    return a_paris(jour, un.heure)


def _se_souvenir(evenement: Evenement, membres: list[Utilisateur]) -> None:
    """Write who came to an event that is over: nobody can register at one any more."""
    debut, fin = evenement.debut, evenement.fin
    apres = timedelta(days=60)
    Evenement.objects.filter(pk=evenement.pk).update(debut=debut + apres, fin=fin + apres)
    inscriptions = [inscrire(par=membre, evenement=evenement) for membre in membres]
    Evenement.objects.filter(pk=evenement.pk).update(debut=debut, fin=fin)
    Notification.objects.filter(cle__startswith=f"{evenement.uuid}:").delete()  # not news any more
    animatrice = Utilisateur.objects.filter(animations__territoire=evenement.territoire).earliest("pk")
    for rang, inscription in enumerate(inscriptions):
        marquer_presence(par=animatrice, inscription=inscription, presente=rang != 2)
