"""The blocks: each draws, helps whoever writes, and refuses what would leave readers out."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.blocks import Block, StructBlock

from animation.blocs import CORPS
from animation.blocs.medias import Image, Video
from animation.blocs.pratique import Bouton
from animation.blocs.vifs import VIFS
from animation.models import AccueilTerritoire, Guide, RubriqueGuides
from profils.models import Utilisateur

BLOCS = dict(CORPS)
# What stands in a preview for what is chosen, or read, in a page.
EXEMPLES = {
    "image": "La lumière vient de la gauche.",
    "document": "Modèle de charte photo",
    "fiche": "Le point numérique",
    "temoignage": "j’ai su faire mes photos",
    "recherche": "Qui peut m’aider près de chez moi",
    "rendez_vous": "Essayer la caisse tactile",
    "on_cherche": "4&nbsp;entreprises",
    "carte": "Menuiserie Brune",
    "annonces": "De belles photos de mes gâteaux.",
    "chiffrage": "57",
}


def test_fifteen_to_write_six_that_live_and_none_takes_raw_html() -> None:
    assert (len(BLOCS), len(VIFS)) == (21, 6)
    noms = {type(bloc).__mro__[1].__name__ for bloc in BLOCS.values()}
    assert not noms & {"RawHTMLBlock", "EmbedBlock"}


@pytest.mark.parametrize("nom", sorted(BLOCS))
def test_each_says_what_it_is_in_french(nom: str) -> None:
    meta = BLOCS[nom].meta

    assert meta.label
    assert meta.icon
    assert meta.help_text
    assert meta.description
    assert meta.template == f"blocs/{nom}.html"
    assert meta.preview_template == "blocs/apercu.html"


@pytest.mark.parametrize("nom", sorted(set(BLOCS) - set(EXEMPLES)))
def test_each_draws_its_preview(nom: str) -> None:
    bloc: Block = BLOCS[nom]
    valeur = bloc.get_preview_value()

    rendu = bloc.render(valeur)

    for mots in _mots(bloc.meta.preview_value):
        assert mots in rendu


def _mots(valeur: Any) -> list[str]:
    if isinstance(valeur, str):
        return [valeur.partition("\n")[0]] if valeur not in {"savoir", "attention", "astuce"} else []
    if isinstance(valeur, dict):
        return [mots for contenu in valeur.values() for mots in _mots(contenu)]
    return [mots for contenu in valeur or () for mots in _mots(contenu)]


@pytest.mark.parametrize("nom", ["titre", "citation", "controle", "chiffre", "adresse"])
def test_html_written_in_a_plain_field_stays_text(nom: str) -> None:
    bloc: StructBlock = BLOCS[nom]
    piege = "<script>alert(1)</script>"
    valeurs = {champ: [piege] if champ == "points" else piege for champ in bloc.child_blocks}

    rendu = bloc.render(bloc.normalize(valeurs))

    assert "<script>" not in rendu
    assert "&lt;script&gt;" in rendu


def test_an_image_is_described_or_said_decorative() -> None:
    champs = Image().child_blocks["image"].child_blocks

    assert {"decorative", "alt_text"} <= set(champs)


@pytest.mark.parametrize(
    ("champs", "refuse"),
    [
        ({"transcription": ""}, "transcription"),
        ({"lien": ""}, "fichier"),
        ({"lien": "javascript:alert(1)"}, "lien"),
    ],
)
def test_a_video_needs_one_source_and_its_transcript(champs: dict[str, str], refuse: str) -> None:
    bloc = Video()
    bonnes = {"titre": "Geste", "fichier": None, "lien": "https://a.fr/v", "transcription": "Une main."}
    assert bloc.clean(bloc.normalize(bonnes))["lien"] == "https://a.fr/v"

    with pytest.raises(ValidationError) as refus:
        bloc.clean(bloc.normalize(bonnes | champs))

    assert refuse in refus.value.block_errors  # type: ignore[attr-defined]


def test_a_video_loads_nothing_from_another_site() -> None:
    rendu = BLOCS["video"].render(BLOCS["video"].get_preview_value())

    assert "<iframe" not in rendu
    assert "src=" not in rendu


def test_a_button_leads_to_one_place() -> None:
    bloc = Bouton()
    assert bloc.clean(bloc.normalize({"texte": "Lire", "page": None, "lien": "https://a.fr"}))

    with pytest.raises(ValidationError):
        bloc.clean(bloc.normalize({"texte": "Lire", "page": None, "lien": ""}))


@pytest.mark.django_db
def test_a_page_that_went_off_line_is_no_longer_shown_elsewhere(
    pages: dict[str, AccueilTerritoire],
) -> None:
    autre = Guide.objects.get(slug="sauvegarder")
    bloc = BLOCS["bouton"]
    valeur = bloc.normalize({"texte": "Sauvegarder", "page": autre, "lien": ""})
    assert autre.url in bloc.render(valeur)

    autre.live = False

    assert autre.url not in bloc.render(valeur)


@pytest.mark.django_db
def test_the_editor_offers_them_with_their_previews(
    redactrice: Utilisateur, client_de: Any, pages: dict[str, AccueilTerritoire]
) -> None:
    anna: Client = client_de(redactrice)
    rubrique = RubriqueGuides.objects.child_of(pages["ille-et-vilaine"]).get()
    page = anna.get(f"/cms/pages/add/animation/guide/{rubrique.pk}/").content.decode()

    assert "\\u00c9tapes num\\u00e9rot\\u00e9es" in page or "Étapes numérotées" in page
    cle = BLOCS["etapes"].definition_prefix
    apercu = anna.get(f"/cms/block-preview/?id={cle}")
    assert apercu.status_code == 200
    assert "Nettoyez l’objectif" in apercu.content.decode()


@pytest.mark.parametrize("nom", sorted(EXEMPLES))
@pytest.mark.django_db
def test_in_the_editor_each_shows_an_example_of_what_it_would_show(nom: str, anna: Client) -> None:
    cle = BLOCS[nom].definition_prefix
    apercu = anna.get(f"/cms/block-preview/?id={cle}")

    assert apercu.status_code == 200
    assert EXEMPLES[nom] in apercu.content.decode()
