"""Files joined to messages: read with suspicion, written by us, swept when nothing names them.

A file is prepared outside any transaction (`preparer_piece`: seconds of decoding), then joined to its message
in the message's own (`joindre_pieces`). Killed in between, it leaves a file without a row, that
`balayer_pieces` removes; a row without a file cannot be, for the bytes are on disk before it is written.
"""

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Count, Sum
from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from echange.socle.horloge import maintenant
from messagerie.erreurs import FormatDePieceRefuse, PieceIllisible, PieceTropLourde, TropDePieces
from messagerie.models import GenrePiece, Message, PieceJointe
from messagerie.models.pieces import NOM_MAX, chemin_de_piece

OCTETS_MAX = 10 * 1024 * 1024
PIXELS_MAX = 40_000_000  # of the original: 160 MB once decoded
COTE_MAX = 2560  # pixels, of what is kept
QUALITE = 85  # of JPEG
PIECES_PAR_MESSAGE = 5
PERIODE = timedelta(days=1)
PIECES_PAR_PERIODE, OCTETS_PAR_PERIODE = 60, 150 * 1024 * 1024  # per conversation
SANS_NOM_APRES = timedelta(hours=1)  # much longer than any request lasts

_EXTENSIONS = {GenrePiece.JPEG: ".jpg", GenrePiece.PNG: ".png", GenrePiece.PDF: ".pdf"}
_FORMATS_LUS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")

register_heif_opener()  # what an iPhone takes


@dataclass(frozen=True, slots=True)
class PiecePrete:
    """A file of ours, on disk, that no message names yet."""

    uuid: UUID
    nom: str
    genre: GenrePiece
    taille: int
    largeur: int | None = None
    hauteur: int | None = None


def preparer_piece(*, nom: str, fichier: IO[bytes]) -> PiecePrete:
    """Read a person's file and write ours; call it outside any transaction.

    What the file says of itself is not believed: its first bytes are read. An image is drawn again, without
    what its camera had noted (place, date, serial number), at most `COTE_MAX` wide or high; a PDF is kept as
    it is, to be downloaded and never shown. Raises `PieceTropLourde`, `FormatDePieceRefuse`,
    `PieceIllisible`.
    """
    contenu = fichier.read(OCTETS_MAX + 1)
    if len(contenu) > OCTETS_MAX:
        raise PieceTropLourde
    if contenu.startswith(b"%PDF-"):
        return _ecrire(nom, contenu, GenrePiece.PDF)
    return _redessiner(nom, contenu)


def joindre_pieces(message: Message, pieces: Sequence[PiecePrete]) -> None:
    """Name these files in the message's transaction, whose conversation is locked.

    Raises `TropDePieces`: too many in this message, or in this conversation since yesterday.
    """
    if len(pieces) > PIECES_PAR_MESSAGE:
        raise TropDePieces
    PieceJointe.objects.bulk_create(
        PieceJointe(
            uuid=piece.uuid,
            message=message,
            conversation_id=message.conversation_id,
            nom=piece.nom,
            genre=piece.genre,
            taille=piece.taille,
            largeur=piece.largeur,
            hauteur=piece.hauteur,
        )
        for piece in pieces
    )
    Message.objects.filter(pk=message.pk).update(a_suite=True)
    recentes = PieceJointe.objects.filter(
        conversation=message.conversation_id, deposee_le__gt=maintenant() - PERIODE
    ).aggregate(nombre=Count("pk"), octets=Sum("taille"))
    if recentes["nombre"] > PIECES_PAR_PERIODE or recentes["octets"] > OCTETS_PAR_PERIODE:
        raise TropDePieces


def texte_pour(pieces: Sequence[PiecePrete]) -> str:
    """What a message says when its author has joined files and written nothing."""
    images = sum(piece.genre != GenrePiece.PDF for piece in pieces)
    if images == len(pieces):
        return "Une photo" if images == 1 else f"{images} photos"
    return "Un document" if len(pieces) == 1 else f"{len(pieces)} fichiers"


def balayer_pieces() -> int:
    """Remove the files that no row names, an hour after they were written; return how many."""
    limite = (maintenant() - SANS_NOM_APRES).timestamp()
    racine = Path(settings.PIECES_DIR)
    retires = 0
    for dossier in sorted(racine.iterdir()) if racine.exists() else []:
        vieux = [f for f in dossier.iterdir() if f.stat().st_mtime < limite]
        nommes = set(
            PieceJointe.objects.filter(uuid__in=[f.stem for f in vieux if _est_uuid(f.stem)]).values_list(
                "uuid", flat=True
            )
        )
        for fichier in vieux:
            if fichier.suffix or UUID(fichier.stem) not in nommes:
                fichier.unlink(missing_ok=True)
                retires += 1
    return retires


def _redessiner(nom: str, contenu: bytes) -> PiecePrete:
    try:
        with Image.open(BytesIO(contenu), formats=_FORMATS_LUS) as originale:
            if originale.width * originale.height > PIXELS_MAX:
                raise PieceTropLourde
            image = _normaliser(originale)
    except UnidentifiedImageError as erreur:
        raise FormatDePieceRefuse from erreur
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as erreur:
        raise PieceTropLourde from erreur
    except (OSError, ValueError, SyntaxError, EOFError) as erreur:  # what Pillow raises on broken bytes
        raise PieceIllisible from erreur
    genre = GenrePiece.PNG if image.mode == "RGBA" else GenrePiece.JPEG
    tampon = BytesIO()
    if genre == GenrePiece.PNG:
        image.save(tampon, "PNG", optimize=True)
    else:
        image.save(tampon, "JPEG", quality=QUALITE, optimize=True, progressive=True)
    return _ecrire(nom, tampon.getvalue(), genre, image.size)


def _normaliser(originale: Image.Image) -> Image.Image:
    """Upright, bounded, and nothing but pixels: no EXIF, no profile, no text, no second frame."""
    originale.draft("RGB", (COTE_MAX, COTE_MAX))  # a JPEG is decoded at a fraction of its size
    droite = ImageOps.exif_transpose(originale)
    a_transparence = droite.mode in ("RGBA", "LA", "PA") or "transparency" in droite.info
    image = droite.convert("RGBA" if a_transparence else "RGB")
    image.thumbnail((COTE_MAX, COTE_MAX))
    nue = Image.new(image.mode, image.size)
    nue.paste(image)
    return nue


def _ecrire(
    nom: str, contenu: bytes, genre: GenrePiece, mesures: tuple[int, int] | None = None
) -> PiecePrete:
    """Put the bytes on disk, whole or not at all."""
    uuid = uuid4()
    chemin = chemin_de_piece(uuid)
    chemin.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    provisoire = chemin.with_suffix(".partiel")
    with provisoire.open("wb") as fichier:
        fichier.write(contenu)
        fichier.flush()
        os.fsync(fichier.fileno())
    provisoire.replace(chemin)
    largeur, hauteur = mesures or (None, None)
    return PiecePrete(uuid, _nommer(nom, genre), genre, len(contenu), largeur, hauteur)


def _nommer(brut: str, genre: GenrePiece) -> str:
    """A name to show and to save under: no path, nothing invisible, the extension of what it is."""
    lisible = "".join(c for c in brut if unicodedata.category(c)[0] != "C")
    tronc = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", re.split(r"[/\\]", lisible)[-1]).strip(" .")
    extension = _EXTENSIONS[genre]
    return (tronc or genre.label.lower())[: NOM_MAX - len(extension)] + extension


def _est_uuid(texte: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{32}", texte) is not None
