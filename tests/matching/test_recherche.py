"""The savoir-faire around a commune, and what to try when there is none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching.models import Competence
from matching.moteur.adequation import Lieu
from matching.recherche import RESULTATS_MAX, Criteres, Raison, Resultats, chercher
from profils.models import Entreprise
from profils.services import mettre_en_pause
from territoires.models import Commune
from tests.fabriques import creer_entreprise, creer_savoir_faire
from tests.matching.scenes import membre

VISIO = int(Lieu.VISIO)


def autour(
    commune: str = "35238",
    *,
    competence: str = "photos-produits",
    sauf: Entreprise | None = None,
    **options: int,
) -> Resultats:
    criteres = Criteres(
        Competence.objects.get(code=competence),
        Commune.objects.get(code=commune),
        options.get("rayon_km", 20),
        visio=bool(options.get("visio", 0)),
    )
    return chercher(criteres, sauf=sauf)


def noms(resultats: Resultats) -> list[str]:
    return [annonce.entreprise.nom for annonce in resultats.annonces]


def test_les_plus_proches_d_abord(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    creer_savoir_faire(menuiserie, "photos-produits")
    creer_savoir_faire(boulangerie, "photos-produits")
    assert noms(autour()) == ["Boulangerie du Marché", "Menuiserie Le Goff"]


def test_l_exact_passe_avant_le_proche(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    creer_savoir_faire(boulangerie, "instagram")
    creer_savoir_faire(menuiserie, "photos-produits")
    assert noms(autour()) == ["Menuiserie Le Goff", "Boulangerie du Marché"]


def test_ni_les_siens_ni_ceux_qui_se_reposent(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    creer_savoir_faire(boulangerie, "photos-produits")
    creer_savoir_faire(menuiserie, "photos-produits")
    mettre_en_pause(entreprise=menuiserie, par=membre(menuiserie))
    assert noms(autour(sauf=boulangerie)) == []


def test_dans_la_commune_la_distance_n_ecarte_personne(db: None) -> None:
    creer_savoir_faire(creer_entreprise("Au bord", decalage_m=9_000), "photos-produits")
    assert noms(autour(rayon_km=5)) == ["Au bord"]


def test_trop_loin_on_dit_jusqu_ou_aller(db: None) -> None:
    creer_savoir_faire(creer_entreprise("À Vitré", commune="35360"), "photos-produits")  # 35 km east
    resultats = autour()
    assert (noms(resultats), resultats.elargir, resultats.en_visio) == ([], 50, 0)
    assert noms(autour(rayon_km=50)) == ["À Vitré"]
    assert autour(rayon_km=50).elargir is None


def test_au_bout_du_monde_rien_ne_sert_d_elargir_mais_la_visio_si(db: None) -> None:
    creer_savoir_faire(creer_entreprise("À Nanterre", commune="92050"), "photos-produits", modalites=VISIO)
    resultats = autour()
    assert (noms(resultats), resultats.elargir, resultats.en_visio) == ([], None, 1)
    avec_visio = autour(visio=1)
    assert (noms(avec_visio), avec_visio.en_visio) == (["À Nanterre"], 0)


def par_les_mots(texte: str, *, lue: str | None = "photos-produits") -> Resultats:
    competence = Competence.objects.get(code=lue) if lue else None
    commune = Commune.objects.get(code="35238")
    return chercher(Criteres(competence, commune, texte=texte, est_choisie=False))


def test_des_mots_proches_paraissent_plus_bas_et_on_dit_pourquoi(
    boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    creer_savoir_faire(menuiserie, "photos-produits", texte="Photos de mes meubles")
    creer_savoir_faire(boulangerie, "vitrine-boutique", texte="De belles photos pour décorer une vitrine")
    resultats = par_les_mots("mes photos sont moches")
    assert noms(resultats) == ["Menuiserie Le Goff", "Boulangerie du Marché"]
    assert [trouvee.raison for trouvee in resultats.trouvees] == [Raison.EXACTE, Raison.MOTS]


def test_les_mots_departagent_une_meme_competence(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    creer_savoir_faire(boulangerie, "photos-produits", texte="Nos photos de meringues")
    creer_savoir_faire(menuiserie, "photos-produits", texte="Nos photos de charpentes")
    assert noms(par_les_mots("des photos de charpentes"))[0] == "Menuiserie Le Goff"


def test_des_mots_que_personne_ne_dit_ne_montrent_rien(boulangerie: Entreprise) -> None:
    creer_savoir_faire(boulangerie, "photos-produits")
    assert noms(par_les_mots("xyzzy plugh", lue=None)) == []


def test_quarante_lignes_au_plus(boulangerie: Entreprise) -> None:
    for _ in range(RESULTATS_MAX):
        creer_savoir_faire(boulangerie, "photos-produits")
        creer_savoir_faire(boulangerie, "instagram")
    assert len(autour().annonces) == RESULTATS_MAX


def test_le_cout_ne_depend_pas_du_nombre(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    def cout(n: int) -> int:
        for _ in range(n):
            creer_savoir_faire(boulangerie, "photos-produits")
            creer_savoir_faire(menuiserie, "instagram")
        criteres = Criteres(Competence.objects.get(code="photos-produits"), Commune.objects.get(code="35238"))
        with CaptureQueriesContext(connection) as requetes:
            for trouvee in chercher(criteres).trouvees:
                annonce = trouvee.annonce
                assert annonce.entreprise.nom
                assert annonce.commune.nom
                assert annonce.competence.titre
                assert annonce.position
                assert annonce.uuid
        return len(requetes)

    assert cout(1) == cout(5)


pytestmark = pytest.mark.django_db
