"""Who has a place at an event, who waits: each writer holds the event's row, so the last place is given once.

Order of the locks: the event, then its registrations. The database refuses one place too many besides
(`evenement_places`).
"""

from __future__ import annotations

from animation.avis_agenda import annoncer_place
from animation.models import EtatInscription, Evenement, Inscription


def verrouiller(evenement: Evenement) -> Evenement:
    """Return the event, read again with its row locked."""
    return Evenement.objects.select_for_update().get(pk=evenement.pk)


def placer(evenement: Evenement, inscription: Inscription) -> None:
    """Give this person a place, or one in the queue; `evenement` is locked. She is not told here."""
    evenement.dernier_rang += 1
    inscription.rang = evenement.dernier_rang
    if evenement.est_complet or evenement.inscriptions.filter(etat=EtatInscription.ATTENTE).exists():
        inscription.etat = EtatInscription.ATTENTE
    else:
        inscription.etat = EtatInscription.INSCRITE
        evenement.places_prises += 1
    evenement.save(update_fields=["dernier_rang", "places_prises"])
    inscription.save()


def liberer(evenement: Evenement, inscription: Inscription) -> None:
    """Take this person out of the event or of the queue; `evenement` is locked."""
    if inscription.est_inscrite:
        evenement.places_prises -= 1
        evenement.save(update_fields=["places_prises"])
    inscription.etat, inscription.presente = EtatInscription.ANNULEE, None
    inscription.save(update_fields=["etat", "presente", "modifie_le"])


def promouvoir(evenement: Evenement) -> list[Inscription]:
    """Give the free places to those who wait, in the order they asked, and tell them; `evenement` is locked.

    Until it starts: a place freed afterwards is of no use.
    """
    if evenement.est_annule or evenement.a_commence:
        return []
    attente = evenement.inscriptions.filter(etat=EtatInscription.ATTENTE).order_by("rang")
    libres = evenement.places_restantes
    promues = list(attente.select_related("utilisateur")[:libres])
    for inscription in promues:
        inscription.etat = EtatInscription.INSCRITE
        inscription.save(update_fields=["etat", "modifie_le"])
    if promues:
        evenement.places_prises += len(promues)
        evenement.save(update_fields=["places_prises"])
        annoncer_place(evenement, promues)
    return promues
