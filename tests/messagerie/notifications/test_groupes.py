"""Facts of one kind that are due together leave in one mail."""

from dataclasses import dataclass
from typing import Any, ClassVar

from messagerie.notifications.avis import GENRES, Genre
from messagerie.notifications.boite import expedier, prevenir, solder
from profils.models import Utilisateur
from tests.facteur import Facteur
from tests.messagerie.notifications.conftest import Essai, avis


@dataclass(frozen=True)
class Groupe(Essai):
    """A kind whose mails leave together; its templates are those of bilans."""

    genre: ClassVar[Genre] = Genre("bilan", "Essai", est_groupe=True)

    @property
    def donnees(self) -> dict[str, Any]:
        return {"lien": f"/bilans/{self.echange}/", "competence": "x", "avant": "3 mars"}


def test_plusieurs_faits_d_un_genre_groupe_font_un_courriel_chacun_le_sien(
    boulangere: Utilisateur, menuisiere: Utilisateur, facteur: Facteur
) -> None:
    assert GENRES["bilan"].est_groupe
    for numero in (1, 2, 3):
        fait = Groupe(avis(numero).echange, f"Voisine {numero}", "direct", "")
        prevenir(fait, [boulangere] if numero > 1 else [boulangere, menuisiere])
    prevenir(avis(4), [boulangere])
    solder(genre="bilan", cle=avis(3).cle)
    assert expedier() == 3  # hers in one, the other kind apart, the neighbour's own
    groupe = next(m for m in facteur.recus if "échanges" in str(m["Subject"]))
    assert groupe["To"] == "alice@exemple.fr"
    assert str(groupe["Subject"]).strip() == "2 échanges\u00a0: dites-nous comment cela s’est passé"
    texte = groupe.get_body(("plain",))
    assert texte is not None
    assert [n for n in (1, 2, 3) if f"/bilans/{avis(n).echange}/" in texte.get_content()] == [1, 2]
