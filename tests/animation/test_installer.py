"""`installer` and `nommer`, as an operator uses them."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from animation.management.commands import installer
from animation.models import AccueilTerritoire
from animation.services.rubriques import DU_SITE, DU_TERRITOIRE
from matching.models import Competence
from profils.models import Animateur, Secteur, Utilisateur
from territoires.models import Commune, Territoire
from territoires.services import Chargement, GeographieIllisible

pytestmark = pytest.mark.django_db

TEXTES = 9 + 1 + 5  # guides, questions, legal pages


@pytest.fixture
def petite_geographie(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The eight communes of the tests stand for the whole country; return the calls."""
    appels: list[str] = []

    def charger(*, dire: Any) -> Chargement:
        appels.append("charger_geographie")
        return Chargement(est_deja_fait=len(appels) > 1, communes=8)

    monkeypatch.setattr(installer, "charger_geographie", charger)
    return appels


def lancer(commande: str, *arguments: str) -> str:
    sortie = StringIO()
    call_command(commande, *arguments, stdout=sortie)
    return sortie.getvalue()


def test_one_command_installs_all_from_the_real_files() -> None:
    sortie = lancer("installer")

    assert Commune.objects.count() > 34_900
    assert Secteur.objects.count() > 20
    assert Competence.objects.count() > 60
    assert AccueilTerritoire.objects.live().count() == Territoire.objects.ouverts().count() == 4
    assert "35014 communes" in sortie
    assert f"{2 + len(DU_SITE) + TEXTES + 4 * (1 + len(DU_TERRITOIRE))} pages créées" in sortie
    assert sortie.rstrip().splitlines()[-1].startswith("Installation terminée en")


def test_each_part_says_what_it_does_and_how_long_it_took(petite_geographie: list[str]) -> None:
    lignes = lancer("installer").splitlines()

    titres = [ligne for ligne in lignes if ligne.endswith("…")]
    assert titres == [f"{etape.titre}…" for etape in installer.ETAPES]
    assert all("\u00a0s)" in ligne for ligne in lignes if ligne.startswith("  "))


def test_the_second_run_finds_everything_in_place(petite_geographie: list[str]) -> None:
    lancer("installer")

    sortie = lancer("installer")

    assert sortie.count("déjà") == 4  # geography, territoires, compétences, pages


def test_interrupted_anywhere_and_run_again_it_finishes(
    petite_geographie: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for rang in range(len(installer.ETAPES)):
        coupees = list(installer.ETAPES)
        coupees[rang] = installer.Etape(coupees[rang].titre, _couper)
        with monkeypatch.context() as coupure:
            coupure.setattr(installer, "ETAPES", tuple(coupees))
            with pytest.raises(KeyboardInterrupt):
                lancer("installer")

    assert "Installation terminée" in lancer("installer")
    assert AccueilTerritoire.objects.live().count() == 4


def _couper(dire: Any) -> str:
    raise KeyboardInterrupt


def test_a_damaged_file_stops_it_with_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def charger(*, dire: Any) -> Chargement:
        raise GeographieIllisible("Le fichier est abîmé.")

    monkeypatch.setattr(installer, "charger_geographie", charger)

    with pytest.raises(CommandError, match="Géographie de la France\u00a0: Le fichier est abîmé"):
        lancer("installer")


def test_it_gives_the_teams_the_keys_they_lack(
    petite_geographie: list[str], animatrice: Utilisateur, referente: Utilisateur
) -> None:
    assert "2 dans les équipes" in lancer("installer")

    for personne in (animatrice, referente):
        assert Utilisateur.objects.get(pk=personne.pk).has_perm("wagtailadmin.access_admin")


def test_the_first_referent_is_named_from_the_command_line() -> None:
    lancer("nommer", "Paule@Exemple.fr")

    nommee = Utilisateur.objects.get(email="paule@exemple.fr")
    assert nommee.est_referent
    assert nommee.has_perm("wagtailadmin.access_admin")


def test_an_animateur_too() -> None:
    sortie = lancer("nommer", "paul@exemple.fr", "--territoire", "yvelines")

    assert "anime Yvelines" in sortie
    assert Animateur.objects.get().territoire.code == "yvelines"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["paul"], "n’est pas une adresse e-mail"),
        (["paul@exemple.fr", "--territoire", "atlantide"], "inconnu. Ouverts\u00a0: hauts-de-seine"),
    ],
)
def test_a_wrong_word_is_refused_and_nothing_is_made(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        lancer("nommer", *arguments)

    assert not Utilisateur.objects.exists()


def test_a_closed_territoire_takes_nobody() -> None:
    Territoire.objects.filter(code="yvelines").update(est_ouvert=False)

    with pytest.raises(CommandError, match="n’est pas ouvert"):
        lancer("nommer", "paul@exemple.fr", "--territoire", "yvelines")


def test_a_closed_account_takes_no_role() -> None:
    Utilisateur.objects.create_user("paul@exemple.fr", is_active=False)

    with pytest.raises(CommandError, match="est fermé"):
        lancer("nommer", "paul@exemple.fr")
