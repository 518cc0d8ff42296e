"""What a company is told of its listings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from echange.socle.evenements import abonner
from echange.socle.horloge import maintenant
from matching.evenements import AnnonceExpire
from matching.fraicheur import GENRES, creer_jeton
from matching.presentation.dates import dire_jour
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir_entreprises


@enregistrer
@dataclass(frozen=True)
class FinDAnnonce(Avis):
    """`sorte`: « besoin » or « savoir-faire »; `fin`: its day, in words; `rang`: which reminder this is."""

    genre: ClassVar[Genre] = Genre("fin_annonce", "Une de vos annonces arrive à sa fin")

    annonce: str
    sorte: str
    competence: str
    fin: str
    rang: int
    est_finie: bool
    chemin_prolonger: str

    @property
    def cle(self) -> str:
        return f"{self.annonce}:{self.fin}:{self.rang}"

    @property
    def titre(self) -> str:
        if self.est_finie:
            return f"«\u00a0{self.competence}\u00a0» n’est plus en ligne"
        return f"«\u00a0{self.competence}\u00a0»\u00a0: toujours d’actualité\u00a0?"

    @property
    def chemin(self) -> str:
        return self.chemin_prolonger or reverse("matching:mes_annonces")


def abonner_tout() -> None:
    abonner(AnnonceExpire, _annoncer_fin)


def _annoncer_fin(fait: AnnonceExpire) -> None:
    annonce = GENRES[fait.genre].objects.select_related("competence").get(pk=fait.annonce_id)
    avis = FinDAnnonce(
        annonce=str(annonce.uuid),
        sorte=fait.genre,
        competence=annonce.competence.titre,
        fin=dire_jour(annonce.expire_le),
        rang=annonce.rappels,
        est_finie=annonce.expire_le <= maintenant(),
        chemin_prolonger=reverse("matching:prolonger", args=[creer_jeton(annonce)]),
    )
    prevenir_entreprises(avis, [annonce.entreprise_id])
