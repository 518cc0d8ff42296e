"""What animators are told of the demandes they can help, and what they write to who asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from echange.socle.evenements import abonner
from matching.evenements import DemandeAuPanier, DemandeNotee, DemandeTerminee, DemandeVue
from matching.models import Demande, JournalDemande
from messagerie.models import Rythme
from messagerie.notifications.avis import Genre, enregistrer
from messagerie.notifications.boite import prevenir, prevenir_entreprises, solder
from messagerie.notifications.demandes import AvisDemande
from profils.ressort import equipe_ou_referents


@enregistrer
@dataclass(frozen=True)
class DemandeADebloquer(AvisDemande):
    """`prevenues`: how many neighbours were asked."""

    genre: ClassVar[Genre] = Genre(
        "demande_a_debloquer",
        "Une demande de votre territoire est à débloquer",
        Rythme.QUOTIDIEN,
        pour_animation=True,
    )

    entreprise: str
    commune: str
    prevenues: int

    @property
    def titre(self) -> str:
        return f"À débloquer\u00a0: {self.entreprise} cherche «\u00a0{self.competence}\u00a0»"

    @property
    def chemin(self) -> str:
        return reverse("animation:demande", args=[self.demande])


@enregistrer
@dataclass(frozen=True)
class NoteSurDemande(AvisDemande):
    genre: ClassVar[Genre] = Genre("demande_note", "L’animation vous écrit au sujet d’une demande")

    note: int
    texte: str
    qui: str

    @property
    def cle(self) -> str:
        return str(self.note)

    @property
    def titre(self) -> str:
        return f"{self.qui} vous écrit\u00a0: «\u00a0{self.competence}\u00a0»"


def abonner_tout() -> None:
    abonner(DemandeAuPanier, _appeler)
    abonner(DemandeVue, lambda fait: _solder(fait.demande_id))
    abonner(DemandeTerminee, lambda fait: _solder(fait.demande_id))
    abonner(DemandeNotee, _transmettre)


def _appeler(fait: DemandeAuPanier) -> None:
    """Call the territoire's animators; where nobody animates, the référents."""
    demande = Demande.objects.detaillees().get(pk=fait.demande_id)
    territoire = demande.besoin.commune.territoire_id
    prevenir(_a_debloquer(demande), equipe_ou_referents([territoire]))


def appeler_les_referents(demandes: Iterable[int]) -> None:
    """Call the référents about demandes (primary keys) whose team is released."""
    for demande in Demande.objects.detaillees().filter(pk__in=demandes).order_by("pk"):
        prevenir(_a_debloquer(demande), equipe_ou_referents([]))


def _a_debloquer(demande: Demande) -> DemandeADebloquer:
    besoin = demande.besoin
    return DemandeADebloquer(
        str(demande.uuid),
        besoin.competence.titre,
        entreprise=besoin.entreprise.nom,
        commune=besoin.commune.nom,
        prevenues=len(demande.sollicitations.all()),
    )


def _solder(cle: int) -> None:
    uuid = Demande.objects.values_list("uuid", flat=True).get(pk=cle)
    solder(genre=DemandeADebloquer.genre.code, cle=str(uuid))


def _transmettre(fait: DemandeNotee) -> None:
    note = JournalDemande.objects.select_related("par", "demande__besoin__competence").get(pk=fait.note_id)
    besoin = note.demande.besoin
    avis = NoteSurDemande(
        str(note.demande.uuid),
        besoin.competence.titre,
        note=note.pk,
        texte=note.texte,
        qui=(note.par.first_name if note.par else "") or "L’animation",
    )
    prevenir_entreprises(avis, [besoin.entreprise_id])
