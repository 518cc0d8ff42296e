"""Veilles: who is told of a listing, once, at the right moment; and nobody else."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from echange.socle.horloge import maintenant
from matching import suggestions
from matching.choix import Rayon
from matching.erreurs import AnnonceDUneAutreEntreprise, TropDeVeilles, VeilleDejaLa, VeilleDUneAutre
from matching.models import Competence, Genre, StatutVeille, Trouvaille, Veille
from matching.moteur.adequation import Lieu
from matching.services import veilles as services
from matching.services.annonces import modifier_annonce, retirer_annonce
from matching.services.entreprises import annonces_publiees
from matching.services.refonte import fusionner_competences
from matching.veilles import LOT, page_de_veilles
from profils.models import Blocage, Entreprise, Utilisateur
from profils.services import mettre_en_pause
from tests.file_de_travail import executer_la_file, travaux_en_attente
from tests.matching.scenes import contenu, demander, guetter, membre, offrir, voisine

pytestmark = pytest.mark.django_db


@pytest.fixture
def veille(boulangere: Utilisateur, boulangerie: Entreprise) -> Veille:
    """Alice waits for somebody who knows how to make a site."""
    return guetter(boulangere, boulangerie, "site-vitrine")


def servies() -> int:
    executer_la_file()
    return Trouvaille.objects.count()


def test_une_annonce_attendue_est_trouvee_une_seule_fois(veille: Veille, menuiserie: Entreprise) -> None:
    savoir_faire = offrir(menuiserie, "site-vitrine")
    assert len(travaux_en_attente(services.TACHE_CHERCHER)) == 1
    assert servies() == 1
    trouvaille = Trouvaille.objects.get()
    assert (trouvaille.annonce, trouvaille.est_premiere) == (savoir_faire, True)
    assert services.servir_veilles(genre="savoir-faire", annonce=savoir_faire.pk) == 0
    modifier_annonce(par=membre(menuiserie), annonce=savoir_faire, contenu=contenu("site-vitrine"))
    assert servies() == 1


def test_la_seconde_annonce_n_est_plus_la_premiere(veille: Veille, menuiserie: Entreprise) -> None:
    offrir(menuiserie, "site-vitrine")
    offrir(voisine(), "site-vitrine")
    assert servies() == 2
    assert sorted(Trouvaille.objects.values_list("est_premiere", flat=True)) == [False, True]


def test_deux_veilles_d_une_personne_ne_la_previennent_qu_une_fois(
    veille: Veille, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    guetter(boulangere, boulangerie, "site-vitrine", texte="un site pour ma boulangerie")
    offrir(menuiserie, "site-vitrine")
    assert servies() == 1
    premiere = Trouvaille.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Trouvaille.objects.create(veille=veille, utilisateur=boulangere, savoir_faire=premiere.savoir_faire)


def test_un_besoin_se_guette_aussi(
    boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    guetter(boulangere, boulangerie, "vitrine-boutique", cherche=Genre.BESOIN)
    offrir(menuiserie, "vitrine-boutique")
    assert servies() == 0
    demander(menuiserie, "vitrine-boutique")
    assert servies() == 1


def test_jamais_sa_propre_annonce(veille: Veille, boulangerie: Entreprise) -> None:
    offrir(boulangerie, "site-vitrine")
    assert servies() == 0


@pytest.mark.parametrize("sens", ["bloque", "est_bloquee"])
def test_jamais_celle_d_une_entreprise_bloquee(
    veille: Veille, boulangerie: Entreprise, menuiserie: Entreprise, sens: str
) -> None:
    une, autre = (boulangerie, menuiserie) if sens == "bloque" else (menuiserie, boulangerie)
    Blocage.objects.create(bloquante=une, bloquee=autre)
    offrir(menuiserie, "site-vitrine")
    assert servies() == 0


@pytest.mark.parametrize("statut", [StatutVeille.EN_PAUSE, StatutVeille.RETIREE])
def test_une_veille_arretee_ne_trouve_rien(
    veille: Veille, menuiserie: Entreprise, statut: StatutVeille
) -> None:
    retiree_le = maintenant() if statut == StatutVeille.RETIREE else None
    Veille.objects.update(statut=statut, retiree_le=retiree_le)
    offrir(menuiserie, "site-vitrine")
    assert servies() == 0


def test_une_veille_finie_ou_une_entreprise_en_pause_ne_trouvent_rien(
    veille: Veille, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    mettre_en_pause(entreprise=boulangerie, par=boulangere)
    offrir(menuiserie, "site-vitrine")
    assert servies() == 0
    Entreprise.objects.update(est_en_pause=False)
    with time_machine.travel(maintenant() + services.DUREE, tick=False):
        offrir(voisine(), "site-vitrine")
        assert servies() == 0


@pytest.mark.parametrize(
    ("rayon_km", "visio", "modalites", "trouvees"),
    [
        (Rayon.PROCHE, False, Lieu.CHEZ_OFFREUR, 0),  # Vitré is 35 km from Rennes
        (Rayon.LOIN, False, Lieu.CHEZ_OFFREUR, 1),
        (Rayon.PROCHE, True, Lieu.CHEZ_OFFREUR, 0),
        (Rayon.PROCHE, False, Lieu.VISIO, 0),
        (Rayon.PROCHE, True, Lieu.VISIO, 1),
    ],
)
def test_son_rayon_ou_la_visio(
    boulangere: Utilisateur,
    boulangerie: Entreprise,
    rayon_km: int,
    visio: bool,  # noqa: FBT001
    modalites: Lieu,
    trouvees: int,
) -> None:
    guetter(boulangere, boulangerie, "site-vitrine", rayon_km=rayon_km, visio=visio)
    offrir(voisine(commune="35360"), "site-vitrine", modalites=int(modalites))
    assert servies() == trouvees


def test_dans_la_commune_meme_au_dela_du_rayon(boulangere: Utilisateur, boulangerie: Entreprise) -> None:
    guetter(boulangere, boulangerie, "site-vitrine", rayon_km=Rayon.A_PIED)
    offrir(voisine(decalage_m=8_000), "site-vitrine")
    assert servies() == 1


def test_des_mots_seuls_trouvent_des_mots_proches(
    boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    guetter(boulangere, boulangerie, texte="affûter des couteaux japonais")
    offrir(menuiserie, "vitrine-boutique", texte="J’affûte les couteaux japonais de la vitrine.")
    assert servies() == 1
    offrir(voisine(), "facture-electronique", texte="Recevoir des factures électroniques.")
    assert servies() == 1


def test_une_competence_proche_ne_suffit_pas_sans_les_mots(
    boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    guetter(boulangere, boulangerie, "instagram")
    offrir(menuiserie, "photos-produits", texte="De belles images.")
    assert servies() == 0


def test_une_competence_fusionnee_trouve_toujours(
    boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise, referente: Utilisateur
) -> None:
    guetter(boulangere, boulangerie, "facture-electronique")
    fusionner_competences(
        par=referente,
        source=Competence.objects.get(pk="facture-electronique"),
        cible=Competence.objects.get(pk="site-vitrine"),
    )
    offrir(menuiserie, "site-vitrine")
    assert servies() == 1


def test_retiree_avant_qu_on_la_lise_elle_ne_previent_personne(
    veille: Veille, menuiserie: Entreprise
) -> None:
    savoir_faire = offrir(menuiserie, "site-vitrine")
    retirer_annonce(par=membre(menuiserie), annonce=savoir_faire)
    assert servies() == 0


def test_beaucoup_de_veilles_page_par_page(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    for _ in range(LOT + 5):
        autre = voisine()
        guetter(membre(autre), autre, "site-vitrine")
    savoir_faire = offrir(menuiserie, "site-vitrine")
    page = page_de_veilles(savoir_faire)
    assert (len(page.satisfaites), page.suite) == (LOT, page.satisfaites[-1].pk)
    assert servies() == LOT + 5
    assert len(annonces_publiees(menuiserie)) == 1


def test_autant_de_requetes_pour_deux_veilles_que_pour_douze(menuiserie: Entreprise) -> None:
    savoir_faire = offrir(menuiserie, "site-vitrine")
    page_de_veilles(savoir_faire)

    def lues(nombre: int) -> int:
        for _ in range(nombre):
            autre = voisine()
            guetter(membre(autre), autre, "site-vitrine", texte="un site")
        suggestions.modele()  # the tree's version is read again every five seconds
        with CaptureQueriesContext(connection) as requetes:
            page_de_veilles(savoir_faire)
        return len(requetes)

    assert lues(2) == lues(10)


def test_la_meme_veille_demandee_deux_fois_est_une(boulangere: Utilisateur, boulangerie: Entreprise) -> None:
    une = guetter(boulangere, boulangerie, "site-vitrine", rayon_km=Rayon.PROCHE)
    autre = guetter(boulangere, boulangerie, "site-vitrine", rayon_km=Rayon.LOIN)
    assert (autre.pk, autre.rayon_km) == (une.pk, Rayon.LOIN)


def test_dix_veilles_au_plus(boulangere: Utilisateur, boulangerie: Entreprise) -> None:
    for numero in range(services.VEILLES_MAX):
        guetter(boulangere, boulangerie, texte=f"texte {numero}")
    with pytest.raises(TropDeVeilles):
        guetter(boulangere, boulangerie, texte="une de trop")


def test_pour_une_autre_entreprise_c_est_refuse(boulangere: Utilisateur, menuiserie: Entreprise) -> None:
    with pytest.raises(AnnonceDUneAutreEntreprise):
        guetter(boulangere, menuiserie, "site-vitrine")


def test_celle_d_une_autre_n_existe_pas(veille: Veille, menuisiere: Utilisateur) -> None:
    for acte in (
        services.mettre_en_pause_veille,
        services.reprendre_veille,
        services.retirer_veille,
        services.retablir_veille,
    ):
        with pytest.raises(VeilleDUneAutre):
            acte(par=menuisiere, veille=veille)


def test_supprimer_se_regrette_une_semaine(
    veille: Veille, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    services.retirer_veille(par=boulangere, veille=veille)
    services.retirer_veille(par=boulangere, veille=veille)
    services.retablir_veille(par=boulangere, veille=veille)
    veille.refresh_from_db()
    assert (veille.statut, veille.retiree_le) == (StatutVeille.ACTIVE, None)
    services.retirer_veille(par=boulangere, veille=veille)
    guetter(boulangere, boulangerie, "site-vitrine")
    with pytest.raises(VeilleDejaLa):
        services.retablir_veille(par=boulangere, veille=veille)
    with time_machine.travel(maintenant() + services.REPENTIR + timedelta(minutes=1), tick=False):
        services.oublier_veilles()
    assert not Veille.objects.filter(pk=veille.pk).exists()


def test_la_fin_est_annoncee_une_fois_et_se_prolonge_une_fois(veille: Veille) -> None:
    assert services.rappeler_veilles() == 0
    with time_machine.travel(veille.expire_le - timedelta(days=6), tick=False):
        assert [services.rappeler_veilles(), services.rappeler_veilles()] == [1, 0]
        fin = veille.expire_le
        prolongee = services.prolonger_veille(veille=veille, expirait_le=fin)
        assert prolongee.expire_le == maintenant() + services.DUREE
    with time_machine.travel(veille.expire_le - timedelta(days=5), tick=False):
        encore = services.prolonger_veille(veille=veille, expirait_le=fin)
        assert encore.expire_le == prolongee.expire_le


def test_une_veille_sans_mots_ni_competence_est_refusee_par_la_base(
    boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        guetter(boulangere, boulangerie, texte="")
