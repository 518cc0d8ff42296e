"""A listing on one screen: the words and the compétence are enough, the rest must not be tampered with."""

from typing import Any

import pytest
from django.http import QueryDict

from matching.choix import MODALITES_PAR_DEFAUT, bit_de_creneau
from matching.forms import (
    FormulaireAnnonce,
    FormulaireBesoin,
    FormulaireRecherche,
    FormulaireRefus,
    FormulaireSavoirFaire,
)
from matching.moteur.adequation import Lieu
from profils.models import Entreprise
from tests.fabriques import creer_besoin

pytestmark = pytest.mark.django_db


def envoyer(modele: type[FormulaireAnnonce] = FormulaireBesoin, **champs: Any) -> FormulaireAnnonce:
    """Send the form as the browser does when only the words and the compétence were touched."""
    donnees = QueryDict(mutable=True)
    valeurs: dict[str, Any] = {
        "texte": "Mes photos sont moches",
        "competence": "photos-produits",
        "modalites": ["1", "2", "4"],
        "rayon_km": "20",
        "creneaux": ["0"],
        "duree_minutes": "60",
        "niveau": "1",
        **champs,
    }
    for nom, valeur in valeurs.items():
        donnees.setlist(nom, valeur if isinstance(valeur, list) else [valeur])
    return modele(donnees)


def erreurs(formulaire: FormulaireAnnonce) -> dict[str, list[str]]:
    assert not formulaire.is_valid()
    return {champ: list(map(str, liste)) for champ, liste in formulaire.errors.items()}


def test_les_mots_et_la_competence_suffisent() -> None:
    formulaire = envoyer()
    assert formulaire.is_valid(), formulaire.errors
    contenu = formulaire.contenu
    assert (contenu.texte, contenu.competence.pk) == ("Mes photos sont moches", "photos-produits")
    assert (contenu.modalites, contenu.rayon_km, contenu.creneaux) == (MODALITES_PAR_DEFAUT, 20, 0)


def test_chez_moi_n_est_pas_le_meme_lieu_selon_le_cote() -> None:
    assert dict(FormulaireBesoin.LIEUX)[Lieu.CHEZ_DEMANDEUR] == "Chez moi"
    assert dict(FormulaireSavoirFaire.LIEUX)[Lieu.CHEZ_OFFREUR] == "Chez moi"
    besoin = envoyer(modalites=["1"])
    savoir_faire = envoyer(FormulaireSavoirFaire, modalites=["2"])
    assert besoin.is_valid()
    assert savoir_faire.is_valid()
    assert (besoin.contenu.modalites, savoir_faire.contenu.modalites) == (
        Lieu.CHEZ_DEMANDEUR,
        Lieu.CHEZ_OFFREUR,
    )


def test_les_niveaux_ne_se_disent_pas_pareil_des_deux_cotes() -> None:
    assert "Je débute" in dict(FormulaireBesoin.NIVEAUX).values()
    assert "Pour débuter" in dict(FormulaireSavoirFaire.NIVEAUX).values()
    assert FormulaireSavoirFaire()["niveau"].value() == 2


def test_la_semaine_devient_des_bits() -> None:
    bits = [bit_de_creneau(1, 0), bit_de_creneau(3, 2)]
    formulaire = envoyer(creneaux=[str(bit) for bit in bits])
    assert formulaire.is_valid()
    assert formulaire.contenu.creneaux == sum(bits)


def test_six_cents_signes_avec_des_retours_a_la_ligne_passent() -> None:
    """The browser counts one sign for a line end and sends two."""
    formulaire = envoyer(texte="a\r\n" * 299 + "bc")
    assert formulaire.is_valid(), formulaire.errors
    assert len(formulaire.contenu.texte) == 600


def test_dix_mille_signes_sont_refuses_et_gardes() -> None:
    formulaire = envoyer(texte="a" * 10_000)
    assert erreurs(formulaire) == {"texte": ["C’est trop long\u00a0: 600 signes au plus, il y en a 10000."]}
    assert formulaire["texte"].value() == "a" * 10_000


def test_un_texte_vide_ou_de_blancs_est_refuse() -> None:
    for texte in ("", "   ", "\r\n"):
        assert list(erreurs(envoyer(texte=texte))) == ["texte"]


def test_un_caractere_nul_est_refuse() -> None:
    assert list(erreurs(envoyer(texte="a\x00b"))) == ["texte"]
    assert list(erreurs(envoyer(competence="photos\x00"))) == ["competence"]


def test_sans_competence_la_suite_est_dite_gentiment() -> None:
    assert erreurs(envoyer(competence=""))["competence"] == [
        "Encore une chose\u00a0: touchez la réponse qui convient le mieux."
    ]


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("competence", "inconnue"),
        ("modalites", []),
        ("modalites", ["16"]),
        ("modalites", ["3"]),
        ("modalites", ["-1"]),
        ("modalites", ["x"]),
        ("rayon_km", "7"),
        ("rayon_km", "9999"),
        ("creneaux", [str(1 << 21)]),
        ("creneaux", ["3"]),
        ("duree_minutes", "600"),
        ("niveau", "4"),
        ("niveau", ""),
    ],
)
def test_une_valeur_fabriquee_est_refusee_a_son_champ(champ: str, valeur: Any) -> None:
    assert list(erreurs(envoyer(**{champ: valeur}))) == [champ]


def test_modifier_part_de_l_annonce_et_garde_sa_capacite(boulangerie: Entreprise) -> None:
    besoin = creer_besoin(boulangerie, "photos-produits", modalites=8, rayon_km=50, niveau=3, capacite=3)
    formulaire = FormulaireBesoin(annonce=besoin)
    depart = {nom: formulaire[nom].value() for nom in ("competence", "rayon_km", "niveau", "modalites")}
    assert depart == {"competence": "photos-produits", "rayon_km": 50, "niveau": 3, "modalites": ["8"]}
    envoye = envoyer()
    envoye.annonce = besoin
    assert envoye.is_valid()
    assert envoye.contenu.capacite == 3


def test_un_refus_demande_une_raison_connue() -> None:
    for motif in ("", "inventee"):
        assert list(FormulaireRefus(QueryDict(f"motif={motif}")).errors) == ["motif"]
    assert FormulaireRefus(QueryDict("motif=temps")).is_valid()
    assert list(FormulaireRefus({"motif": "temps", "commentaire": "a" * 301}).errors) == ["commentaire"]


def chercher(requete: str) -> FormulaireRecherche:
    return FormulaireRecherche(QueryDict(requete))


def test_une_recherche_a_un_rayon_meme_sans_le_dire() -> None:
    formulaire = chercher("texte=photos&commune=Rennes")
    assert formulaire.is_valid(), formulaire.errors
    assert formulaire.cleaned_data["rayon"] == 20


def test_une_recherche_veut_des_mots_ou_une_competence() -> None:
    assert list(chercher("commune=Rennes").errors) == ["texte"]
    assert chercher("commune=Rennes&competence=instagram").is_valid()


@pytest.mark.parametrize(
    ("requete", "champ"),
    [
        ("texte=photos", "commune"),
        ("texte=photos&commune=Nullepart-les-Bains", "commune"),
        ("texte=photos&commune=Rennes&rayon=9999", "rayon"),
        ("texte=photos&commune=Rennes&competence=inconnue", "competence"),
        (f"texte={'a' * 10_000}&commune=Rennes", "texte"),
    ],
)
def test_une_mauvaise_recherche_est_dite_a_son_champ(requete: str, champ: str) -> None:
    assert list(chercher(requete).errors) == [champ]
