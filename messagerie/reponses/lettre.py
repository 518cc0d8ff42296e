"""Read a mail as real mail readers write them: what its author says, and the files she joins.

By the standard library's tolerant parser: a header that cannot be understood is read as it stands, an unknown
or wrong charset never stops a reading.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

from echange.socle.erreurs import ErreurMetier
from messagerie.reponses.authenticite import est_usurpe
from messagerie.reponses.automates import est_automatique
from messagerie.reponses.html import IMAGE, lire_html
from messagerie.reponses.texte import ne_garder_que_la_reponse

PARTIES_MAX = 100
# Added by mail readers and phones, which nobody chose to send.
_SANS_INTERET = {"text/calendar", "text/vcard", "text/x-vcard", "application/pkcs7-signature",
                 "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-keys",
                 "application/ms-tnef"}  # fmt: skip
_IMAGE = re.compile(IMAGE.format("([^\ue001]*)"))
_DECOR = 4096  # bytes: an image in the text under this size is a logo or a spy


class LettreIllisible(ErreurMetier):
    """Nested beyond reading: no mail reader does it."""

    message = "Nous n’avons pas su lire votre courriel. Écrivez depuis le site."
    statut = 422


@dataclass(frozen=True, slots=True)
class Fichier:
    nom: str
    contenu: bytes


@dataclass(frozen=True, slots=True)
class Contenu:
    texte: str
    fichiers: list[Fichier]


@dataclass(frozen=True, slots=True)
class Lettre:
    """What a mail's headers say; its content is read once we know whose it is.

    `identifiant`: its Message-ID, or a digest; `de`: the address it says it comes from, in lower case.
    """

    identifiant: str
    de: str
    est_automatique: bool
    est_usurpee: bool
    message: Message

    def lire(self) -> Contenu:
        """Return what its author wrote and joined; raises `LettreIllisible`."""
        try:
            parties = list(_parties(self.message))
        except RecursionError as erreur:
            raise LettreIllisible from erreur
        if len(parties) > PARTIES_MAX:
            raise LettreIllisible
        texte, images = _corps(parties)
        fichiers = (_fichier(partie, images) for partie in parties)
        return Contenu(texte, [fichier for fichier in fichiers if fichier is not None])


def ouvrir_lettre(octets: bytes) -> Lettre:
    """Raises `LettreIllisible`."""
    try:
        message = message_from_bytes(octets)
    except RecursionError as erreur:
        raise LettreIllisible from erreur
    de = parseaddr(_entete(message, "From"))[1].lower()
    return Lettre(
        _entete(message, "Message-ID").strip() or hashlib.sha256(octets).hexdigest(),
        de,
        est_automatique(message, de=de, objet=_entete(message, "Subject")),
        est_usurpe(str(ligne) for ligne in message.get_all("Authentication-Results", [])),
        message,
    )


def _parties(message: Message) -> Iterator[Message]:
    """The leaves; a mail joined to the mail is one of them."""
    contenu = message.get_payload()
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for partie in contenu if isinstance(contenu, list) else []:
            if isinstance(partie, Message):
                yield from _parties(partie)
    else:
        yield message


def _corps(parties: list[Message]) -> tuple[str, set[str] | None]:
    """Return what was written and which images stand in it (None: not known).

    HTML first: it says what is quoted, and its lines are not cut at 76 characters.
    """
    htmls = [_decoder(p) for p in parties if p.get_content_type() == "text/html" and not _est_joint(p)]
    if htmls:
        try:
            brut = ne_garder_que_la_reponse("\n\n".join(map(lire_html, htmls)))
        except RecursionError:
            brut = ""
        texte, images = _IMAGE.sub("", brut).strip(), set(_IMAGE.findall(brut))
        if texte or images:
            return texte, images
    simples = [_decoder(p) for p in parties if p.get_content_type() == "text/plain" and not _est_joint(p)]
    return ne_garder_que_la_reponse("\n\n".join(simples)), None


def _fichier(partie: Message, images: set[str] | None) -> Fichier | None:
    """Return the file of this part; None for a text, a decoration or a quoted image."""
    genre = partie.get_content_type()
    if genre in _SANS_INTERET or (genre in {"text/plain", "text/html"} and not _est_joint(partie)):
        return None
    contenu = partie.get_payload(decode=True)
    if not isinstance(contenu, bytes):
        contenu = b""  # a mail joined to the mail: refused further on by its kind
    cid = str(partie.get("Content-ID", "")).strip().strip("<>")
    est_dans_le_texte = bool(cid) and partie.get_content_disposition() != "attachment"
    if est_dans_le_texte and (len(contenu) < _DECOR or (images is not None and cid not in images)):
        return None
    return Fichier(_decoder_entete(partie.get_filename() or ""), contenu)


def _est_joint(partie: Message) -> bool:
    return partie.get_content_disposition() == "attachment" or bool(partie.get_filename())


def _decoder(partie: Message) -> str:
    contenu = partie.get_payload(decode=True)
    if not isinstance(contenu, bytes):
        return ""
    charset = (partie.get_content_charset() or "utf-8").lower()
    if charset in {"iso-8859-1", "latin-1", "us-ascii", "ascii"}:
        charset = "cp1252"  # what mail readers mean by it
    try:
        texte = contenu.decode(charset, "strict")
    except (LookupError, UnicodeDecodeError):
        texte = (
            contenu.decode("utf-8", "replace") if _est_utf8(contenu) else contenu.decode("cp1252", "replace")
        )
    if partie.get_param("format") == "flowed":
        texte = _deplier(texte, est_delsp=partie.get_param("delsp") == "yes")
    return texte


def _deplier(texte: str, *, est_delsp: bool) -> str:
    """Put back in one line what `format=flowed` cuts (RFC 3676); quotes and the signature stay."""
    sorties: list[str] = []
    suite = False
    for ligne in texte.replace("\r\n", "\n").split("\n"):
        est_citation = ligne.startswith(">")
        brute = ligne.removeprefix(" ")
        if suite and not est_citation and brute != "-- ":
            sorties[-1] += brute
        else:
            sorties.append(brute)
        suite = brute.endswith(" ") and brute != "-- " and not est_citation
        if suite and est_delsp:
            sorties[-1] = sorties[-1][:-1]
    return "\n".join(sorties)


def _est_utf8(contenu: bytes) -> bool:
    try:
        contenu.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _entete(message: Message, nom: str) -> str:
    return _decoder_entete(str(message.get(nom, "")))


def _decoder_entete(brut: str) -> str:
    try:
        decode = str(make_header(decode_header(brut)))
    except (HeaderParseError, LookupError, UnicodeDecodeError, ValueError):
        decode = brut
    return re.sub(r"[\r\n]+\s*", " ", decode)
