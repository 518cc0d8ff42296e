"""The exchange sheet: one A4 page that says who shows what to whom, when, and for what value if they say it.

ReportLab: BSD, pure Python beside Pillow (already here), and it carries a font with every French letter, so
that a bare machine needs nothing more. It draws untagged PDF: the title and the language are set, and the
page of the échange says the same things in HTML. See docs/adr.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path

import reportlab
from django.conf import settings
from django.utils.timezone import localtime
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import KeepInFrame, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from echange.socle.horloge import maintenant
from echange.socle.templatetags.francais import duree
from matching.presentation.dates import dire_heure, dire_jour_de_semaine
from matching.presentation.seances import SuiviApport, dire_endroit

MARGE = 16 * mm
LARGEUR, HAUTEUR = A4[0] - 2 * MARGE, A4[1] - 2 * MARGE
PETROLE, GRIS, FILET, FOND = (HexColor(c) for c in (0x0B4F5C, 0x48595E, 0xC9D3D1, 0xFFF4E5))

A_FAIRE_VERIFIER = "Texte à faire relire par votre expert-comptable"
MENTION = (
    "Deux entreprises qui s’échangent des prestations peuvent avoir à les facturer, chacune à l’autre, même "
    "sans argent versé. La mention d’usage est alors «\u00a0paiement par compensation\u00a0», et la TVA se "
    "calcule sur la valeur de chaque prestation. Cela dépend de votre situation."
)


@dataclass(frozen=True, slots=True)
class Don:
    """One apport on the sheet; `suivi` is read by its giver, `valeur` is in euros, None when not said."""

    suivi: SuiviApport
    valeur: Decimal | None


def composer_fiche(titre: str, dons: Sequence[Don]) -> bytes:
    """Return the PDF of an échange called `titre`; always one page, shrunk when the texts are long."""
    sortie = BytesIO()
    document = SimpleDocTemplate(
        sortie,
        pagesize=A4,
        leftMargin=MARGE,
        rightMargin=MARGE,
        topMargin=MARGE,
        bottomMargin=MARGE,
        title=f"Fiche d’échange\u00a0: {titre}",
        author="Échange – 1 besoin, 1 savoir-faire",
        lang="fr-FR",
        displayDocTitle=True,
    )
    contenu = [*_entete(titre), *(bloc for don in dons for bloc in _don(don)), *_mention()]
    # The frame of a page keeps 6 points of padding on each side.
    document.build([KeepInFrame(LARGEUR - 12, HAUTEUR - 12, contenu, mode="shrink", hAlign="LEFT")])
    return sortie.getvalue()


def dire_valeur(valeur: Decimal | None) -> str:
    """Return « 80 € », « 1 250,50 € », or « non renseignée »."""
    if valeur is None:
        return "non renseignée"
    entiers, _, centimes = f"{valeur:,.2f}".replace(",", "\u00a0").partition(".")
    return f"{entiers}\u00a0€" if centimes == "00" else f"{entiers},{centimes}\u00a0€"


def _entete(titre: str) -> list[Paragraph | Spacer]:
    return [
        Paragraph("Échange – 1 besoin, 1 savoir-faire", _style("petit")),
        Paragraph("Fiche d’échange", _style("titre")),
        Paragraph(escape(titre), _style("chapeau")),
        Spacer(1, 5 * mm),
    ]


def _don(don: Don) -> list[Paragraph | Table | Spacer]:
    suivi, apport = don.suivi, don.suivi.apport
    titre = f"{apport.donneur.nom} montre à {apport.receveur.nom}\u00a0: {suivi.quoi}"
    lignes = [
        ("Quoi", suivi.lignes.quoi),
        ("Combien de temps", duree(suivi.lignes.duree_minutes)),
        ("Où et quand", suivi.lignes.ou_quand),
        ("Accord", _dire_accord(suivi)),
        ("Séance", _dire_seance(suivi)),
        ("Valeur, si elle est dite", dire_valeur(don.valeur)),
    ]
    table = Table(
        [[Paragraph(nom, _style("nom")), Paragraph(escape(texte), _style("texte"))] for nom, texte in lignes],
        colWidths=[42 * mm, LARGEUR - 12 - 42 * mm],
        hAlign="LEFT",
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, FILET),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return [Paragraph(escape(titre), _style("sous-titre")), table, Spacer(1, 6 * mm)]


def _mention() -> list[Table | Spacer | Paragraph]:
    textes = [Paragraph(f"<b>{A_FAIRE_VERIFIER}</b>", _style("texte")), Paragraph(MENTION, _style("texte"))]
    if settings.COMPENSATION_URL:
        url = escape(settings.COMPENSATION_URL)
        textes.append(
            Paragraph(
                f'Pour comprendre\u00a0: <link href="{url}" color="#0b4f5c">{url}</link>', _style("texte")
            )
        )
    cadre = Table([[textes]], colWidths=[LARGEUR - 12], hAlign="LEFT")
    cadre.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), FOND),
                *((f"{cote}PADDING", (0, 0), (-1, -1), 8) for cote in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
            ]
        )
    )
    jour = f"{dire_jour_de_semaine(maintenant())} {localtime(maintenant()).year}"
    pied = f"Fiche tirée le {jour}. Elle ne vaut pas facture."
    return [cadre, Spacer(1, 4 * mm), Paragraph(pied, _style("petit"))]


def _dire_accord(suivi: SuiviApport) -> str:
    if suivi.accord_est_passe:
        return "les deux entreprises sont d’accord"
    return "proposé, pas encore accepté" if suivi.accord else "d’après les deux annonces, pas encore convenu"


def _dire_seance(suivi: SuiviApport) -> str:
    if suivi.seance is None or suivi.seance.debut is None:
        return "pas encore fixée"
    debut = suivi.seance.debut
    quand = f"{dire_jour_de_semaine(debut)} {localtime(debut).year} à {dire_heure(debut)}"
    return f"{quand}, {dire_endroit(suivi.seance, suivi.apport)}"


@cache
def _style(nom: str) -> ParagraphStyle:
    _poser_les_polices()
    base = ParagraphStyle("texte", fontName="Vera", fontSize=9.5, leading=13.5, textColor=HexColor(0x23363B))
    return {
        "texte": base,
        "nom": ParagraphStyle("nom", base, textColor=GRIS),
        "petit": ParagraphStyle("petit", base, fontSize=8, leading=11, textColor=GRIS),
        "titre": ParagraphStyle(
            "titre", base, fontName="Vera-Gras", fontSize=22, leading=28, textColor=PETROLE
        ),
        "chapeau": ParagraphStyle("chapeau", base, fontSize=12, leading=16),
        "sous-titre": ParagraphStyle(
            "sous-titre", base, fontName="Vera-Gras", fontSize=11, leading=15, textColor=PETROLE, spaceAfter=4
        ),
    }[nom]


def _poser_les_polices() -> None:
    """Bitstream Vera, from ReportLab itself: embedded, so that accents, œ and € are read everywhere."""
    dossier = Path(reportlab.__file__).parent / "fonts"
    registerFont(TTFont("Vera", dossier / "Vera.ttf"))
    registerFont(TTFont("Vera-Gras", dossier / "VeraBd.ttf"))
    registerFontFamily("Vera", normal="Vera", bold="Vera-Gras", italic="Vera", boldItalic="Vera-Gras")
