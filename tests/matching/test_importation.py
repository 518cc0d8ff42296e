"""Every good row in, every bad row told, safe to run twice."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from matching.models import Besoin, SavoirFaire
from profils.models import Entreprise, Secteur

ENTETE = (
    "entreprise;siret;courriel;commune;secteur;"
    "besoin;besoin_competence;savoir_faire;savoir_faire_competence\n"
)
SIRET = "73282932000074"
BONNE = (
    f"Le Pain Doré;{SIRET};pain@exemple.fr;Rennes;;"
    "Mes photos sont moches;photos-produits;Ma vitrine;vitrine-boutique\n"
)
AUTRE = "Bois et Cie;;bois@exemple.fr;35500 Vitré;;Avoir un site;site-vitrine;;\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def secteur_autre(db: None) -> None:
    Secteur.objects.get_or_create(code="autre", defaults={"nom": "Autre"})


def importer(tmp_path: Path, contenu: str | bytes) -> tuple[str, str, str]:
    """Return what the command wrote to its two outputs, and its refusal."""
    fichier = tmp_path / "annonces.csv"
    fichier.write_bytes(contenu.encode() if isinstance(contenu, str) else contenu)
    sortie, erreurs, refus = StringIO(), StringIO(), ""
    try:
        call_command("importer_annonces", fichier, stdout=sortie, stderr=erreurs)
    except CommandError as erreur:
        refus = str(erreur)
    return sortie.getvalue(), erreurs.getvalue(), refus


def test_les_bonnes_lignes_entrent_publiees(tmp_path: Path) -> None:
    assert importer(tmp_path, ENTETE + BONNE + AUTRE) == ("2 lignes importées.\n", "", "")
    pain = Entreprise.objects.get(siret=SIRET)
    assert pain.membres.get().utilisateur.email == "pain@exemple.fr"
    assert pain.besoins.get().est_visible
    assert pain.savoir_faire.get().competence_id == "vitrine-boutique"
    assert Entreprise.objects.get(nom="Bois et Cie").commune_id == "35360"


def test_deux_fois_le_meme_fichier_ne_double_rien(tmp_path: Path) -> None:
    for _ in range(2):
        importer(tmp_path, ENTETE + BONNE + AUTRE)
    assert (Entreprise.objects.count(), Besoin.objects.count(), SavoirFaire.objects.count()) == (2, 2, 1)


@pytest.mark.parametrize(
    ("ligne", "raison"),
    [
        (BONNE.replace("Rennes", "Atlantide"), "commune «\u00a0Atlantide\u00a0» n’existe pas"),
        (BONNE.replace(SIRET, "12345678901234"), "SIRET 12345678901234 n’existe pas"),
        (BONNE.replace("pain@exemple.fr", "pain"), "n’est pas une adresse e-mail"),
        (BONNE.replace("pain@exemple.fr", ""), "«\u00a0courriel\u00a0» est vide"),
        (BONNE.replace("photos-produits", "voler"), "compétence «\u00a0voler\u00a0» n’existe pas"),
        (BONNE.replace("Mes photos sont moches", "a" * 601), "dépasse 600 caractères (601)"),
        ("Vide;;vide@exemple.fr;Rennes;;;;;\n", "au moins un besoin ou un savoir-faire"),
        ("Vague;;vague@exemple.fr;Rennes;;xyzzy plugh;;;\n", "pas reconnu «\u00a0xyzzy plugh\u00a0»"),
        (
            "N" * 121 + ";;long@exemple.fr;Rennes;;Un site;site-vitrine;;\n",
            "nom de l’entreprise est trop long",
        ),
        (
            "Un;;un@exemple.fr;Rennes;astronaute;Un site;site-vitrine;;\n",
            "métier «\u00a0astronaute\u00a0» n’existe pas",
        ),
    ],
)
def test_une_mauvaise_ligne_est_dite_et_n_arrete_rien(tmp_path: Path, ligne: str, raison: str) -> None:
    sortie, erreurs, refus = importer(tmp_path, ENTETE + ligne + AUTRE)
    assert erreurs.startswith("Ligne 2 (")
    assert raison in erreurs
    assert sortie == "1 ligne importée.\n"
    assert "1 ligne refusée" in refus
    assert Entreprise.objects.get().nom == "Bois et Cie"


@pytest.mark.parametrize(
    ("contenu", "raison"),
    [
        ("", "Il manque la colonne"),
        ("entreprise;commune\nA;Rennes\n", "Il manque la colonne courriel"),
        (ENTETE.replace("siret", "iban") + BONNE, "Colonne inconnue\u00a0: iban"),
        (b"PK\x03\x04\x00\x00", "n’est pas du texte"),
    ],
)
def test_un_fichier_illisible_se_dit_en_une_phrase(tmp_path: Path, contenu: str | bytes, raison: str) -> None:
    assert raison in importer(tmp_path, contenu)[2]
    assert not Entreprise.objects.exists()


def test_un_tableur_d_il_y_a_dix_ans_se_lit_aussi(tmp_path: Path) -> None:
    ancien = (
        ENTETE.replace(";", ",") + "Café des Halles,,cafe@exemple.fr,VITRE,,Été : un site,site-vitrine,,\n"
    )
    assert importer(tmp_path, ancien.encode("cp1252"))[0] == "1 ligne importée.\n"
    assert Besoin.objects.get().texte == "Été : un site"


def test_un_fichier_absent_se_dit(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        call_command("importer_annonces", tmp_path / "absent.csv")
