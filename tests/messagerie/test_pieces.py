"""Files: read with suspicion, drawn again, shown to the talk's people only, swept when nothing names them."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image, PngImagePlugin

from echange.socle.horloge import maintenant
from messagerie.erreurs import FormatDePieceRefuse, PieceIllisible, PieceTropLourde, TropDePieces
from messagerie.models import Conversation, GenrePiece, Message, PieceJointe
from messagerie.models.pieces import chemin_de_piece
from messagerie.services import envoyer_message, pieces
from messagerie.services.pieces import PiecePrete, balayer_pieces, preparer_piece
from profils.models import Utilisateur

PDF = b"%PDF-1.4\n1 0 obj << >> endobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def dossier(settings: Any, tmp_path: Path) -> Path:
    settings.PIECES_DIR = tmp_path / "pieces"
    return settings.PIECES_DIR


def image(taille: tuple[int, int] = (40, 30), forme: str = "JPEG", **options: Any) -> bytes:
    tampon = BytesIO()
    mode = "RGBA" if forme == "PNG" else "RGB"
    Image.new(mode, taille, (200, 100, 50)).save(tampon, forme, **options)
    return tampon.getvalue()


def bruit() -> bytes:
    """A picture that does not compress."""
    tampon = BytesIO()
    Image.effect_noise((200, 200), 90).save(tampon, "JPEG", quality=95)
    return tampon.getvalue()


def photo_situee() -> bytes:
    """A picture held sideways that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010F] = "Téléphone de Brune"
    exif.get_ifd(0x8825)[2] = (48.0, 7.0, 2.28)
    return image((40, 30), exif=exif)


def preparer(contenu: bytes, nom: str = "photo.jpg") -> PiecePrete:
    return preparer_piece(nom=nom, fichier=BytesIO(contenu))


def fichier(nom: str, contenu: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, contenu, content_type="text/html")  # what the browser says is not believed


def deposer(client: Any, conversation: Conversation, *fichiers: SimpleUploadedFile, **champs: Any) -> Any:
    adresse = reverse("messagerie:conversation", args=[conversation.uuid])
    entetes = champs.pop("headers", {})
    return client.post(adresse, {"texte": "", **champs, "pieces": list(fichiers)}, headers=entetes)


def sur_disque(dossier: Path) -> set[str]:
    return {f.name for f in dossier.rglob("*") if f.is_file()}


# ---- What is read


def test_une_photo_est_redessinee_droite_et_sans_le_lieu(dossier: Path) -> None:
    prete = preparer(photo_situee(), "Chez moi 48.11 -1.67.JPG")
    assert (prete.genre, prete.largeur, prete.hauteur) == (GenrePiece.JPEG, 30, 40)
    gardee = chemin_de_piece(prete.uuid).read_bytes()
    assert len(gardee) == prete.taille
    assert b"Brune" not in gardee
    with Image.open(BytesIO(gardee)) as relue:
        assert dict(relue.getexif()) == {}
        assert relue.size == (30, 40)


def test_une_grande_image_est_reduite_et_sa_transparence_gardee() -> None:
    prete = preparer(image((4000, 1000), "PNG"))
    assert (prete.genre, prete.largeur, prete.hauteur) == (GenrePiece.PNG, 2560, 640)


def test_le_texte_cache_d_une_image_disparait() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    prete = preparer(image(forme="PNG", pnginfo=notes) + b"<script>alert(2)</script>")
    assert b"script" not in chemin_de_piece(prete.uuid).read_bytes()


def test_un_pdf_est_garde_tel_quel() -> None:
    prete = preparer(PDF, "devis.PDF")
    assert (prete.genre, prete.nom, prete.largeur) == (GenrePiece.PDF, "devis.pdf", None)
    assert chemin_de_piece(prete.uuid).read_bytes() == PDF


@pytest.mark.parametrize(
    ("contenu", "erreur"),
    [
        (b"", FormatDePieceRefuse),
        (b"<html><script>alert(1)</script>", FormatDePieceRefuse),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', FormatDePieceRefuse),
        (b"MZ\x90\x00 un programme", FormatDePieceRefuse),
        (bruit()[:-3000], PieceIllisible),
        (b"%PDF-" + b"0" * (10 * 1024 * 1024), PieceTropLourde),
        (image((9000, 9000), "GIF"), PieceTropLourde),  # small on the wire, 81 million pixels once drawn
    ],
    ids=["vide", "html", "svg", "programme", "tronquee", "11-mo", "bombe"],
)
def test_ce_qui_n_est_pas_ce_qu_il_dit_est_refuse(
    contenu: bytes, erreur: type[Exception], dossier: Path
) -> None:
    with pytest.raises(erreur):
        preparer(contenu)
    assert sur_disque(dossier) == set()


@pytest.mark.parametrize(
    ("brut", "garde"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Photos\\four.jpeg", "four.jpg"),
        ("facture\u202egpj.exe", "facturegpj.jpg"),
        ("", "photo.jpg"),
        ("é" * 300 + ".png", "é" * 116 + ".jpg"),
        ('"><b>.jpg', '"><b>.jpg'),
    ],
)
def test_le_nom_ne_mene_nulle_part(brut: str, garde: str) -> None:
    assert preparer(image(), brut).nom == garde


# ---- Joining, with and without script


def test_le_formulaire_joint_plusieurs_fichiers_sans_un_mot(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    envoi = [fichier("four.jpg", image()), fichier("<b>plan</b>.pdf", PDF)]
    assert deposer(client_de(boulangere), conversation, *envoi).status_code == 302
    message = conversation.messages.get(numero=2)
    assert (message.texte, message.a_suite, message.pieces.count()) == ("2 fichiers", True, 2)
    page = client_de(menuisiere).get(reverse("messagerie:conversation", args=[conversation.uuid])).text
    assert "&lt;b&gt;plan&lt;_b&gt;.pdf" in page or "b&gt;.pdf" in page
    assert 'alt="Image four.jpg"' in page
    assert "<b>" not in page.split("data-fil>")[1].split("</ol>")[0].replace("<b>Alice", "")


def test_la_meme_cle_envoyee_deux_fois_joint_une_fois(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    cle = str(uuid4())
    for _ in range(2):
        deposer(client_de(boulangere), conversation, fichier("four.jpg", image()), cle=cle, texte="Voilà")
    assert [m.texte for m in conversation.messages.filter(numero__gt=1)] == ["Voilà"]
    assert PieceJointe.objects.count() == 1


def test_la_page_vivante_recoit_une_reponse_courte(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    script = {"headers": {"X-Requested-With": "XMLHttpRequest"}}
    client = client_de(boulangere)
    assert deposer(client, conversation, fichier("four.jpg", image()), **script).status_code == 204
    refus = deposer(client, conversation, fichier("four.exe", b"MZ"), **script)
    assert (refus.status_code, refus["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert "photos" in refus.text
    assert PieceJointe.objects.count() == 1


def test_un_fichier_refuse_le_dit_au_champ_et_garde_les_mots(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    reponse = deposer(client_de(boulangere), conversation, fichier("a.exe", b"MZ"), texte="Mon mot")
    assert reponse.status_code == 422
    assert "Mon mot" in reponse.text
    assert conversation.messages.count() == 1


def test_trop_de_fichiers_est_refuse_et_le_numero_rendu(
    conversation: Conversation, boulangere: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TropDePieces):
        envoyer_message(
            par=boulangere, conversation=conversation, texte="", pieces=[preparer(PDF) for _ in range(6)]
        )
    monkeypatch.setattr(pieces, "PIECES_PAR_PERIODE", 2)
    for attendu in (2, 3):
        message = envoyer_message(par=boulangere, conversation=conversation, texte="", pieces=[preparer(PDF)])
        assert message.numero == attendu
    with pytest.raises(TropDePieces):
        envoyer_message(par=boulangere, conversation=conversation, texte="", pieces=[preparer(PDF)])
    with time_machine.travel(maintenant() + pieces.PERIODE, tick=False):
        message = envoyer_message(par=boulangere, conversation=conversation, texte="", pieces=[preparer(PDF)])
    assert message.numero == 4


# ---- Serving


def adresse_de(piece: PieceJointe) -> str:
    return reverse("messagerie:piece", args=[piece.conversation.uuid, piece.uuid])


def joindre(conversation: Conversation, par: Utilisateur, contenu: bytes, nom: str = "a.jpg") -> PieceJointe:
    message = envoyer_message(
        par=par, conversation=conversation, texte="Voilà", pieces=[preparer(contenu, nom)]
    )
    return message.pieces.get()


@pytest.mark.parametrize(
    ("contenu", "disposition"),
    [(image(), 'inline; filename="four.jpg"'), (PDF, 'attachment; filename="four.pdf"')],
)
def test_un_fichier_est_servi_sans_rien_pouvoir_faire(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, contenu: bytes, disposition: str
) -> None:
    piece = joindre(conversation, boulangere, contenu, "four.x")
    reponse = client_de(boulangere).get(adresse_de(piece))
    assert reponse.content == piece.chemin.read_bytes()
    assert reponse["Content-Type"] == piece.genre
    assert reponse["Content-Disposition"] == disposition
    assert reponse["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert "private" in reponse["Cache-Control"]


def test_pour_les_autres_le_fichier_n_existe_pas(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur,
    intruse: Utilisateur, animatrice: Utilisateur, referente: Utilisateur,
) -> None:  # fmt: skip
    piece = joindre(conversation, boulangere, image())
    for personne in (intruse, animatrice, referente):
        assert client_de(personne).get(adresse_de(piece)).status_code == 404
    lectrice = client_de(menuisiere)
    assert lectrice.get(adresse_de(piece)).status_code == 200
    conversation.participants.filter(utilisateur=menuisiere).delete()
    assert lectrice.get(adresse_de(piece)).status_code == 404
    ailleurs = reverse("messagerie:piece", args=[uuid4(), piece.uuid])
    assert client_de(boulangere).get(ailleurs).status_code == 404
    piece.chemin.unlink()
    assert client_de(boulangere).get(adresse_de(piece)).status_code == 404


def test_un_fichier_n_est_pas_dans_le_dossier_public(settings: Any) -> None:
    assert not Path(settings.PIECES_DIR).resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve())


# ---- Sweeping


def vieillir(dossier: Path) -> None:
    il_y_a_deux_heures = maintenant().timestamp() - 7200
    for chose in dossier.rglob("*"):
        if chose.is_file():
            os.utime(chose, (il_y_a_deux_heures, il_y_a_deux_heures))


def test_le_balai_ote_ce_que_rien_ne_nomme_et_rien_d_autre(
    conversation: Conversation, boulangere: Utilisateur, dossier: Path
) -> None:
    gardee = joindre(conversation, boulangere, image())
    orpheline, recente = preparer(PDF), None
    (dossier / orpheline.uuid.hex[:2] / "reste.partiel").write_bytes(b"coupe")  # killed while writing
    vieillir(dossier)
    recente = preparer(PDF)  # its message is being written at this instant
    assert balayer_pieces() == 2
    assert sur_disque(dossier) == {gardee.uuid.hex, recente.uuid.hex}


def test_une_conversation_effacee_emporte_ses_fichiers(
    conversation: Conversation, boulangere: Utilisateur, dossier: Path
) -> None:
    joindre(conversation, boulangere, image())
    conversation.delete()
    vieillir(dossier)
    assert balayer_pieces() == 1
    assert sur_disque(dossier) == set()


# ---- Cost


def test_un_message_a_fichiers_coute_autant_pour_deux_que_pour_douze(
    client_de: Any, conversation: Conversation, boulangere: Utilisateur
) -> None:
    couts = []
    prete = [preparer(PDF) for _ in range(12)]
    for debut, fin in ((0, 2), (2, 12)):
        for piece in prete[debut:fin]:
            envoyer_message(par=boulangere, conversation=conversation, texte="", pieces=[piece])
        client = client_de(boulangere)
        with CaptureQueriesContext(connection) as requetes:
            client.get(reverse("messagerie:conversation", args=[conversation.uuid]))
        couts.append(len(requetes))
    assert couts[0] == couts[1]
    assert Message.objects.filter(a_suite=True).count() == 12
