"""What the teams of the demonstration have written: a guide taken up, people to call, a course, an aid."""

from animation.demo.comptes import ANIMATRICES
from animation.models import (
    FicheAide,
    FicheContact,
    FicheDeRessource,
    FicheFormation,
    Guide,
    RubriqueRessources,
)
from animation.services.declinaisons import decliner_guide
from animation.services.rubriques import poser
from profils.models import Utilisateur
from territoires.models import Territoire

# Département, guide, what is true there.
DECLINES = (
    (
        "35",
        "photos-au-smartphone",
        "À Rennes, le premier lundi du mois, la Menuiserie Le Goff prête son établi et sa fenêtre au nord.",
    ),
    (
        "44",
        "boulangerie-reserver-sans-telephone",
        "À Nantes, deux boulangeries montrent leur formulaire de commande, le mardi après la fermeture.",
    ),
)


def _fiches(nom: str) -> tuple[FicheDeRessource, ...]:
    return (
        FicheContact(
            title="Le point numérique de la chambre de métiers",
            accroche=f"Une conseillère reçoit les entreprises, partout en {nom}.",
            fonction="Conseillère numérique",
            telephone="02 00 00 00 00",
            horaires="Le mardi et le jeudi matin",
        ),
        FicheFormation(
            title="Se protéger des arnaques en une matinée",
            accroche="Trois heures, à huit, avec vos propres messages.",
            forme="Sur place",
            duree="Une matinée",
            prix="Gratuit",
        ),
        FicheAide(
            title="Un coup de pouce pour la vente en ligne",
            accroche="La moitié d’un premier site, pour une entreprise de moins de dix personnes.",
            organisme="Votre intercommunalité",
            montant="Jusqu’à 1 000 €",
            conditions="Moins de dix salariés, une visite avant de commencer",
        ),
    )


def ecrire_ressources() -> None:
    for departement, slug, ajout in DECLINES:
        territoire = Territoire.objects.get(departements=departement)
        equipe = Utilisateur.objects.get(email=ANIMATRICES[departement].courriel)
        guide = Guide.objects.get(slug=slug)
        page = decliner_guide(par=equipe, guide=guide, territoire=territoire)
        page.ajouts = [
            ("texte", f"<p>{ajout}</p>"),
            ("rendez_vous", {"titre": "Pour essayer à plusieurs"}),
            ("on_cherche", {"titre": ""}),
        ]
        page.save_revision(user=equipe).publish()
        rubrique = RubriqueRessources.objects.child_of(territoire.page).get()
        for fiche in _fiches(territoire.nom):
            fiche.search_description = fiche.accroche
            poser(rubrique, fiche)
    _composer_un_accueil()


def _composer_un_accueil() -> None:
    """44 has put the blocks of its home in an order of its own."""
    page = Territoire.objects.get(departements="44").page
    page.corps = [
        (
            "encadre",
            {"sorte": "astuce", "titre": "Première visite\u00a0?", "texte": "<p>Cherchez d’abord.</p>"},
        ),
        ("recherche", {"titre": ""}),
        ("annonces", {"titre": "Ils cherchent\u00a0: et vous, vous savez\u00a0?", "genre": "besoins"}),
        ("on_cherche", {"titre": ""}),
        ("rendez_vous", {"titre": ""}),
        ("carte", {"titre": "Où sont les voisins"}),
        ("annonces", {"titre": "", "genre": "savoir-faire"}),
    ]
    page.save_revision().publish()
