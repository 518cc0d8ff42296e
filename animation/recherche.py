"""One search over pages and listings: what a visitor types, whatever the accents, the plural or the typo.

Pages: Wagtail's index, in our French configuration; failing that, titles that resemble. Listings: their words
in the same configuration, by its own index, and those of the compétences that the words mean (the tree's
model bears spelling mistakes). Everything found is public: live pages of open communities, listings on line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.text import Truncator
from wagtail.models import Page

from animation.models import AccueilTerritoire
from animation.plan_du_site import pages_publiques
from echange.socle.masquage import masquer_coordonnees
from echange.socle.textes import sans_accents
from matching.models import Annonce, Besoin, SavoirFaire
from matching.par_mots import Repondante, lire_repondantes
from matching.suggestions import suggerer

# Word similarity of a title: « temoinage » finds « Témoignages ». One letter of five may be wrong; at 0.4,
# « souder » found « sous », for their first three letters.
RESSEMBLANCE = 0.5
PAGES_MAX = 200  # beyond, one adds a word
PAR_GROUPE = 5
SURES = 1  # compétences that the words mean: the likeliest, or the answers would drown
PAR_PAGE = 20
EXTRAIT = 180  # characters
ACCROCHES = (
    "accroche",
    "chapeau",
    "texte",
)  # the first of these that a type of page has says what it is about

DITS_D_UNE_PAGE = ("title", "path", "url_path", "content_type", "search_description")

PAGES, BESOINS, SAVOIR_FAIRE = "pages", "besoins", "savoir-faire"
GENRES = {SAVOIR_FAIRE: "Savoir-faire", BESOINS: "Besoins", PAGES: "Guides et pages"}
MODELES: dict[str, type[Annonce]] = {BESOINS: Besoin, SAVOIR_FAIRE: SavoirFaire}
VUES = {BESOINS: "matching:besoin", SAVOIR_FAIRE: "matching:savoir_faire"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for; `communaute` and `genre` narrow it. `communautes`: the open ones."""

    texte: str
    communaute: AccueilTerritoire | None = None
    genre: str = ""
    communautes: Sequence[AccueilTerritoire] = ()


@dataclass(frozen=True, slots=True)
class Trouve:
    """One line of the answer."""

    titre: str
    url: str
    extrait: str
    precision: str


@dataclass(frozen=True, slots=True)
class Groupe:
    """What was found of one kind: `nombre` in all, the first ones in `trouves`."""

    genre: str
    titre: str
    nombre: int
    trouves: Sequence[Trouve]


def chercher(question: Question, *, page: int = 1) -> list[Groupe]:
    """Find in each kind, the fullest answer of each; a fixed number of queries.

    One kind asked: its page number `page`; else the first ones of all, empty kinds left out.
    """
    if not question.texte:
        return []
    codes = [competence.pk for competence in suggerer(question.texte, SURES)]
    genres = [question.genre] if question.genre in GENRES else list(GENRES)
    debut = (page - 1) * PAR_PAGE if question.genre in GENRES else 0
    fin = debut + (PAR_PAGE if question.genre in GENRES else PAR_GROUPE)
    groupes = [_chercher_un_genre(genre, question, codes, debut, fin) for genre in genres]
    return [groupe for groupe in groupes if groupe.nombre]


def compter_sans_filtre(question: Question) -> int:
    """How much the same words find everywhere: what an empty answer offers."""
    if not question.communaute and not question.genre:
        return 0
    return sum(groupe.nombre for groupe in chercher(replace(question, communaute=None, genre="")))


def _chercher_un_genre(genre: str, question: Question, codes: list[str], debut: int, fin: int) -> Groupe:
    if genre == PAGES:
        pages = _pages(question)
        return Groupe(genre, GENRES[genre], len(pages), _dire_pages(pages[debut:fin], question.communautes))
    lues = _annonces(genre, question, codes, debut, fin)
    comptees = lues or (_annonces(genre, question, codes, 0, 1) if debut else [])  # a page beyond the last
    nombre = comptees[0].en_tout if comptees else 0
    return Groupe(genre, GENRES[genre], nombre, [_dire_annonce(genre, annonce) for annonce in lues])


def _annonces(genre: str, question: Question, codes: list[str], debut: int, fin: int) -> list[Repondante]:
    territoire = question.communaute.territoire_id if question.communaute else None
    modele = MODELES[genre]
    return lire_repondantes(
        modele, question.texte, codes, territoire=territoire, debut=debut, nombre=fin - debut
    )


def _pages(question: Question) -> list[Page]:
    """Public pages that answer, best first, with what a line says of each."""
    pages = pages_publiques().only(*DITS_D_UNE_PAGE)
    if question.communaute:
        pages = pages.descendant_of(question.communaute, inclusive=True)
    trouvees: list[Page] = list(pages.search(question.texte, operator="and")[:PAGES_MAX])
    if trouvees:
        return trouvees
    proches = pages.alias(ressemblance=TrigramWordSimilarity(sans_accents(question.texte), "title__unaccent"))
    proches = proches.filter(ressemblance__gte=RESSEMBLANCE).order_by("-ressemblance", "pk")
    return list(proches[:PAGES_MAX])


def _dire_pages(pages: Sequence[Page], communautes: Sequence[AccueilTerritoire]) -> list[Trouve]:
    noms = {communaute.path: communaute.title for communaute in communautes}
    dits = _accroches([page for page in pages if not page.search_description])
    return [_dire_page(page, dits.get(page.pk, ""), noms) for page in pages]


def _accroches(pages: Sequence[Page]) -> dict[int, str]:
    """What these pages say of themselves, whatever their types: one query, none when they say nothing."""
    lectures = []
    for modele in {page.specific_class for page in pages}:
        champ = next((nom for nom in ACCROCHES if hasattr(modele, nom)), "")
        if champ:
            siennes = modele.objects.filter(pk__in=[page.pk for page in pages]).order_by()
            lectures.append(siennes.values_list("pk", Cast(champ, TextField())))
    return dict(lectures[0].union(*lectures[1:], all=True)) if lectures else {}


def _dire_page(page: Page, accroche: str, communautes: dict[str, str]) -> Trouve:
    ou = next((nom for chemin, nom in communautes.items() if page.path.startswith(chemin)), "")
    sorte = str(page.specific_class._meta.verbose_name).capitalize()
    return Trouve(
        titre=page.title,
        url=page.get_url_parts()[2] if page.get_url_parts() else "/",
        extrait=Truncator(page.search_description or accroche).chars(EXTRAIT),
        precision=" · ".join(filter(None, (sorte, ou if ou != page.title else ""))),
    )


def _dire_annonce(genre: str, annonce: Repondante) -> Trouve:
    return Trouve(
        titre=annonce.titre,
        url=reverse(VUES[genre], args=[annonce.uuid]),
        extrait=Truncator(masquer_coordonnees(annonce.texte)).chars(EXTRAIT),
        precision=f"{annonce.entreprise} · {annonce.commune}",
    )
