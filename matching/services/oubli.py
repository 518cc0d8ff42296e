"""A company is forgotten: its listings end, what its people wrote goes; what others did with it stays.

Runs in the transaction of `EntrepriseEffacee`, a fortnight after the company closed: its échanges have ended.
"""

from __future__ import annotations

from django.db.models import Q

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.evenements import TemoignageRetire
from matching.models import (
    Accord,
    Attente,
    Bilan,
    Demande,
    Echange,
    JournalAnnonce,
    JournalDemande,
    Participation,
    SavoirFaire,
    Temoignage,
    Veille,
)
from matching.models.annonces import Annonce, Besoin
from matching.services.annonces import retirer_annonces_de

OUBLIE = "Texte effacé"  # where a text may not be empty


def oublier_entreprise(entreprise: int) -> None:
    """Forget what this company (primary key) wrote; twice is once."""
    retirer_annonces_de(entreprise)
    _oublier_annonces(entreprise)
    _oublier_echanges(entreprise)
    _oublier_bilans(entreprise)
    Veille.objects.filter(entreprise=entreprise).delete()
    Attente.objects.filter(entreprise=entreprise).delete()


def _oublier_annonces(entreprise: int) -> None:
    modeles: tuple[type[Annonce], ...] = (Besoin, SavoirFaire)
    for modele in modeles:
        modele.objects.filter(entreprise=entreprise).update(texte=OUBLIE, competence_lue=None)
    siennes = Q(besoin__entreprise=entreprise) | Q(savoir_faire__entreprise=entreprise)
    JournalAnnonce.objects.filter(siennes).update(motif="")
    Demande.objects.filter(besoin__entreprise=entreprise).update(mot="")
    JournalDemande.objects.filter(demande__besoin__entreprise=entreprise).update(texte="")


def _oublier_echanges(entreprise: int) -> None:
    Echange.objects.filter(initiatrice=entreprise).update(mot="")
    Participation.objects.filter(entreprise=entreprise).update(commentaire="")
    Accord.objects.filter(redige_par=entreprise).update(quoi=OUBLIE, ou_quand=OUBLIE)


def _oublier_bilans(entreprise: int) -> None:
    """Figures stay; words go, and the pages that show them."""
    bilans = Bilan.objects.filter(entreprise=entreprise)
    bilans.update(mots="")
    publies = Temoignage.objects.filter(bilan__in=bilans)
    for temoignage in publies.filter(retire_le__isnull=True).order_by("pk"):
        temoignage.retire_le = maintenant()
        temoignage.save(update_fields=["retire_le"])
        emettre(TemoignageRetire(temoignage.pk))
    publies.update(texte=OUBLIE)
