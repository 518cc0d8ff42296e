"""What happens to a company's listings when the company moves, pauses or comes back."""

from django.db import transaction

from matching.aretes import recalculer_aretes, retirer_aretes
from matching.models import Annonce, Besoin, SavoirFaire, StatutAnnonce
from profils.models import Entreprise


def annonces_publiees(entreprise: Entreprise) -> list[Annonce]:
    """Return its listings on line, besoins then savoir-faire, by primary key."""
    return [
        annonce
        for modele in (Besoin, SavoirFaire)
        for annonce in modele.objects.de_entreprise(entreprise)
        .filter(statut=StatutAnnonce.PUBLIEE)
        .order_by("pk")
    ]


@transaction.atomic
def suivre_deplacement(entreprise: Entreprise) -> None:
    """Copy the company's public position and commune onto its listings and redo their arêtes."""
    for modele in (Besoin, SavoirFaire):
        modele.objects.de_entreprise(entreprise).update(
            position=entreprise.position_publique, commune=entreprise.commune
        )
    for annonce in annonces_publiees(entreprise):
        recalculer_aretes(annonce)


@transaction.atomic
def suivre_pause(entreprise: Entreprise) -> None:
    retirer_aretes(*annonces_publiees(entreprise))


@transaction.atomic
def suivre_reprise(entreprise: Entreprise) -> None:
    for annonce in annonces_publiees(entreprise):
        recalculer_aretes(annonce)
