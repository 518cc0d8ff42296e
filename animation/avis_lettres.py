"""A letter in somebody's mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from animation.models import EnvoiLettre
from animation.presentation.courriel_html import habiller
from messagerie.notifications.avis import Avis, Genre, enregistrer


def _contenu(donnees: dict[str, Any]) -> dict[str, Any]:
    """What every reader gets: read when the mail leaves, kept once."""
    envoi = EnvoiLettre.objects.select_related("territoire").get(uuid=donnees["envoi"])
    return {
        "corps_html": habiller(envoi.html),
        "corps_texte": envoi.texte,
        "territoire": envoi.territoire.nom if envoi.territoire else "",
    }


@enregistrer
@dataclass(frozen=True)
class LettreRecue(Avis):
    """`chemin_desabonnement`: hers, that her mail reader may use by itself (RFC 8058)."""

    genre: ClassVar[Genre] = Genre(
        "lettre", "Les lettres auxquelles vous êtes abonné·e", est_reglable=False, complement=_contenu
    )

    envoi: str
    objet: str
    chapeau: str
    page: str
    chemin_desabonnement: str

    @property
    def cle(self) -> str:
        return self.envoi

    @property
    def titre(self) -> str:
        return self.objet

    @property
    def chemin(self) -> str:
        return self.page
