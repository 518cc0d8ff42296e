"""Know that nothing changed since a step was finished, so as not to do it again."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from _outils.chemins import RACINE, TEMOINS

IGNORES = frozenset({".git", ".local", "node_modules", "__pycache__"})


def empreinte_texte(*morceaux: str) -> str:
    return hashlib.sha256("\0".join(morceaux).encode()).hexdigest()


def empreinte_fichiers(fichiers: Iterable[Path]) -> str:
    """Return a digest of these files' paths and contents."""
    somme = hashlib.sha256()
    for fichier in sorted(fichiers):
        somme.update(f"{fichier}\0".encode())
        somme.update(hashlib.sha256(fichier.read_bytes()).digest())
    return somme.hexdigest()


def trouver(*motifs: str) -> list[Path]:
    """Return the checkout's files that match one of the patterns (`**/migrations/*.py`)."""
    fichiers = {f for motif in motifs for f in RACINE.glob(motif)}
    return sorted(f for f in fichiers if f.is_file() and IGNORES.isdisjoint(f.relative_to(RACINE).parts))


class Temoin:
    """A small file that says for which inputs a step was finished; written last, at once or not at all."""

    def __init__(self, nom: str, dossier: Path = TEMOINS) -> None:
        self._chemin = dossier / nom

    def lire(self) -> str:
        try:
            return self._chemin.read_text()
        except FileNotFoundError:
            return ""

    def vaut(self, valeur: str) -> bool:
        return self.lire() == valeur

    def poser(self, valeur: str) -> None:
        ecrire_dun_coup(self._chemin, valeur)

    def retirer(self) -> None:
        self._chemin.unlink(missing_ok=True)


def ecrire_dun_coup(chemin: Path, texte: str, mode: int = 0o644) -> None:
    """Write a file so that a reader, or a power cut, never sees half of it."""
    brouillon = chemin.with_name(f"{chemin.name}.{os.getpid()}")
    descripteur = os.open(brouillon, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descripteur, "w") as fichier:
        fichier.write(texte)
        fichier.flush()
        os.fsync(fichier.fileno())
    brouillon.replace(chemin)
