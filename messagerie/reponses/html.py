"""From a mail's HTML to text: paragraphs, lists and links, and nothing of what is quoted or drawn."""

import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

HTML_MAX = 200_000  # characters, from the top: what is answered stands there
# What each mail reader puts the mail it answers in, or its own signature.
_CITATIONS = (
    ".gmail_quote, .gmail_quote_container, .gmail_attr, .gmail_signature, .gmail_signature_prefix,"
    "blockquote[type=cite], .moz-cite-prefix, .moz-signature, .yahoo_quoted, .protonmail_quote, .zmail_extra,"
    "#mail-editor-reference-message-container, #Signature, #ms-outlook-mobile-signature,"
    "#replyBlockquote, #AppleMailSignature, #composer_signature"
)
_APRES = "#appendonsend, #divRplyFwdMsg, hr#stopSpelling"  # Outlook: this, and all that follows beside it
_MUETS = "script, style, head, title, template, noscript, svg"
_PRE = re.compile(r"(<pre\b|</pre\b)", re.IGNORECASE)
_BLOCS = frozenset("p div li ul ol tr table blockquote h1 h2 h3 h4 hr pre section".split())


IMAGE = "\ue000{}\ue001"  # where an image stands; of private use, nobody types them


def lire_html(html: str) -> str:
    """Return what the person wrote, each image of the mail's own where it stands, as `IMAGE`."""
    soupe = BeautifulSoup(_garder_les_lignes(html[:HTML_MAX]), "html.parser")
    if repere := soupe.select_one(_APRES):
        for suite in [*repere.find_next_siblings(), repere]:
            suite.decompose()
    for muet in soupe.select(f"{_MUETS}, {_CITATIONS}"):
        if not muet.decomposed:
            muet.decompose()
    for image in soupe.select('img[src^="cid:"]'):
        image.replace_with(IMAGE.format(str(image.get("src"))[4:]))
    return _en_texte(soupe)


def _garder_les_lignes(html: str) -> str:
    """Text set as typed keeps its lines."""
    morceaux = _PRE.split(html)
    for i in range(2, len(morceaux), 2):
        if morceaux[i - 1].lower() == "<pre":
            morceaux[i] = morceaux[i].replace("\n", "<br>")
    return "".join(morceaux)


def _en_texte(soupe: BeautifulSoup) -> str:
    """A line for each block, a blank one between paragraphs; white space as a browser shows it."""
    texte = ""
    for noeud in soupe.descendants:
        if isinstance(noeud, Tag):
            texte = _ouvrir(texte, noeud)
        elif type(noeud) is NavigableString:  # neither a comment nor a doctype
            texte += re.sub(r"[ \t\r\n]+", " ", str(noeud))
            texte = _fermer(texte, noeud)
    lignes = [re.sub(r" {2,}", " ", ligne).strip(" \t") for ligne in texte.replace("\u200b", "").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lignes)).strip()


def _ouvrir(texte: str, noeud: Tag) -> str:
    if noeud.name == "br":
        return texte + "\n"
    if noeud.name in _BLOCS:
        texte = _a_la_ligne(texte)
    return texte + ("- " if noeud.name == "li" else "")


def _fermer(texte: str, dernier: NavigableString) -> str:
    """What ends with this text: a paragraph leaves a blank line, another block a new one."""
    noeud: Tag | NavigableString = dernier
    while noeud.next_sibling is None and noeud.parent is not None:
        noeud = noeud.parent
        if noeud.name in _BLOCS:
            texte = _a_la_ligne(texte) + ("\n" if noeud.name == "p" else "")
    return texte


def _a_la_ligne(texte: str) -> str:
    return texte if not texte or texte.endswith("\n") else texte + "\n"
