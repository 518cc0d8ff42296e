"""`manage.py` commands that prepare the demonstration, each run again only when one of its inputs changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from _outils.empreintes import Temoin, empreinte_fichiers, empreinte_texte, trouver
from _outils.environnement import VERROU_DEMO, gerer

APPLICATIONS = ("echange", "territoires", "profils", "matching", "messagerie", "animation")
MIGRATIONS = tuple(f"{nom}/**/migrations/*.py" for nom in APPLICATIONS)


@dataclass(frozen=True)
class Tache:
    """One command, the words that announce it, and the digest of its inputs."""

    commande: tuple[str, ...]
    etape: str
    echec: str
    empreinte: str

    @property
    def temoin(self) -> Temoin:
        return Temoin(self.commande[0])

    def faire(self, env: Mapping[str, str]) -> None:
        gerer(*self.commande, env=env, etape=self.etape, echec=self.echec)
        self.temoin.poser(self.empreinte)


def poser_les_tables(identite: str) -> Tache:
    """Return the task that makes the tables of this database (`identifier_base`)."""
    empreinte = empreinte_texte(identite, VERROU_DEMO.read_text(), empreinte_fichiers(trouver(*MIGRATIONS)))
    return Tache(
        ("migrate", "--noinput"), "Tables de la base", "Les tables n’ont pas pu être créées.", empreinte
    )
