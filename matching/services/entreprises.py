"""What happens to a company's listings when the company moves, pauses, comes back, or blocks another."""

from django.db import transaction

from echange.socle.evenements import emettre
from matching.aretes import recalculer_aretes
from matching.evenements import AnnonceHorsLigne
from matching.models import Annonce, Besoin, SavoirFaire, StatutAnnonce
from matching.services.transitions import programmer_revue
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
    recalculer_aretes(*annonces_publiees(entreprise))


@transaction.atomic
def suivre_activite(entreprise: Entreprise) -> None:
    """Redo the arêtes of a company that leaves matching or comes back; suspended, it leaves its échanges."""
    annonces = annonces_publiees(entreprise)
    recalculer_aretes(*annonces)
    if entreprise.est_en_pause or entreprise.est_suspendue:
        for annonce in annonces:
            emettre(AnnonceHorsLigne("besoin" if annonce.est_besoin else "savoir-faire", str(annonce.uuid)))
    if entreprise.est_suspendue:
        programmer_revue(entreprises=[entreprise.pk])


@transaction.atomic
def suivre_blocage(une: Entreprise, autre: Entreprise) -> None:
    """Part two companies, or let them meet again: their besoins' lists are read again, both ways.

    What they had agreed to do together is looked at again.
    """
    recalculer_aretes(*(a for e in (une, autre) for a in annonces_publiees(e) if a.est_besoin))
    programmer_revue(entreprises=[une.pk, autre.pk])
