"""What an owner is told of the words that no compétence fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from echange.socle.evenements import abonner
from matching.evenements import AttenteClose, MotTraite
from matching.models import Attente
from matching.services.mots import adresse_de_reprise
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir, solder


@dataclass(frozen=True)
class AvisMot(Avis):
    """`attente`: the listing that waits; `reprise`: where it is taken up again; `texte`: what was written."""

    attente: str
    reprise: str
    texte: str

    @property
    def cle(self) -> str:
        return self.attente

    @property
    def chemin(self) -> str:
        return self.reprise


@enregistrer
@dataclass(frozen=True)
class MotCompris(AvisMot):
    genre: ClassVar[Genre] = Genre("mot_compris", "Un référent a compris vos mots")

    competence: str
    phrase: str

    @property
    def titre(self) -> str:
        return f"Vos mots sont compris\u00a0: «\u00a0{self.competence}\u00a0»"


@enregistrer
@dataclass(frozen=True)
class MotEcarte(AvisMot):
    genre: ClassVar[Genre] = Genre("mot_ecarte", "Un référent a répondu à vos mots")

    motif: str

    @property
    def titre(self) -> str:
        return "Vos mots\u00a0: la réponse d’un référent"


def abonner_tout() -> None:
    abonner(MotTraite, _annoncer)
    abonner(AttenteClose, _solder)


def _annoncer(fait: MotTraite) -> None:
    """Tell each person who waits for this word; what she wrote is hers alone to read."""
    attentes = Attente.objects.filter(mot=fait.mot_id, utilisateur__is_active=True)
    for attente in attentes.select_related("mot__competence", "utilisateur").order_by("pk"):
        prevenir(_avis(attente), [attente.utilisateur])


def _avis(attente: Attente) -> AvisMot:
    cle, reprise, mot = str(attente.uuid), adresse_de_reprise(attente), attente.mot
    if mot.competence:
        return MotCompris(cle, reprise, attente.texte, mot.competence.titre, mot.competence.phrase)
    return MotEcarte(cle, reprise, attente.texte, mot.motif)


def _solder(fait: AttenteClose) -> None:
    for avis in (MotCompris, MotEcarte):
        solder(genre=avis.genre.code, cle=fait.attente)
