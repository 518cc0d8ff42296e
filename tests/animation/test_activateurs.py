"""The open directory of the Activateurs, imported into the national resources."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from animation.models import AccueilTerritoire, FicheActivateur

pytestmark = pytest.mark.django_db

FICHIER = Path(__file__).parent / "donnees" / "activateurs.csv"


def importer(fichier: Path = FICHIER) -> tuple[str, str]:
    sortie, erreurs = StringIO(), StringIO()
    with pytest.raises(CommandError, match="refusée"):
        call_command("importer_activateurs", str(fichier), stdout=sortie, stderr=erreurs)
    return sortie.getvalue(), erreurs.getvalue()


def test_good_rows_become_pages_and_bad_ones_are_told(pages: dict[str, AccueilTerritoire]) -> None:
    sortie, erreurs = importer()

    assert "2 activateurs à jour" in sortie
    assert [ligne.split(")")[0] for ligne in erreurs.splitlines()] == [
        "Ligne 4 (Sans Identifiant",
        "Ligne 5 (Courriel Faux",
        "Ligne 6 (Lien Faux",
    ]
    rennes, nantes = FicheActivateur.objects.live().order_by("identifiant")
    assert (rennes.commune, rennes.departement_id, rennes.lien) == (
        "Rennes",
        "35",
        "https://www.atelier-halles.exemple.fr",
    )
    assert nantes.departement_id == "44"  # read from the postal code


def test_given_again_it_doubles_nothing_and_corrects_what_changed(
    pages: dict[str, AccueilTerritoire], tmp_path: Path
) -> None:
    importer()
    avant = list(FicheActivateur.objects.order_by("pk").values())
    importer()
    assert list(FicheActivateur.objects.order_by("pk").values()) == avant

    corrige = tmp_path / "annuaire.csv"
    corrige.write_text(FICHIER.read_text().replace("02 99 00 00 01", "02 99 00 00 02"))
    importer(corrige)

    assert FicheActivateur.objects.get(identifiant="AFN-0001").telephone == "02 99 00 00 02"
    assert FicheActivateur.objects.count() == 2


def test_a_file_that_is_not_the_directory_is_refused_whole(
    pages: dict[str, AccueilTerritoire], tmp_path: Path
) -> None:
    autre = tmp_path / "autre.csv"
    autre.write_text("a;b\n1;2\n")

    with pytest.raises(CommandError, match="identifiant"):
        call_command("importer_activateurs", str(autre))


def test_readers_find_those_of_their_territoire(client: Client, pages: dict[str, AccueilTerritoire]) -> None:
    importer()

    page = client.get("/ressources/?sorte=activateur&territoire=ille-et-vilaine").content.decode()

    assert "Atelier Numérique des Halles" in page
    assert "Erdre Conseil" not in page
    fiche = client.get(FicheActivateur.objects.get(identifiant="AFN-0001").url).content.decode()
    assert "Vente en ligne, Facturation électronique" in fiche
    assert 'href="https://www.atelier-halles.exemple.fr"' in fiche


def test_on_a_phone_a_number_is_called_and_an_address_written_to(
    client: Client, pages: dict[str, AccueilTerritoire]
) -> None:
    importer()
    FicheActivateur.objects.update(telephone='02 99 "<b>', courriel="a@exemple.fr")

    page = client.get(FicheActivateur.objects.get(identifiant="AFN-0001").url).content.decode()

    assert 'href="tel:0299"' in page
    assert 'href="mailto:a@exemple.fr"' in page
    assert "&quot;&lt;b&gt;" in page
