"""Merge, split, retire, undo: the tree changes shape and no published listing is lost."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

from matching.aretes import reconstruire
from matching.erreurs import (
    ChangementPlusRecent,
    CompetenceDejaUtilisee,
    CompetenceRetiree,
    DejaAnnule,
    DitDejaPris,
    MemeCompetence,
    ReserveAuReferent,
    TitreDejaPris,
)
from matching.fichier_arbre import arbre_en_base
from matching.models import ActionArbre, Arete, Besoin, Competence, JournalArbre, SavoirFaire, Theme
from matching.services.annonces import modifier_annonce, publier_besoin
from matching.services.competences import (
    ContenuCompetence,
    apprendre_dit,
    creer_competence,
    creer_theme,
    modifier_competence,
    modifier_theme,
)
from matching.services.deplacements import proposer_repartition
from matching.services.refonte import (
    annuler_changement,
    fusionner_competences,
    portee,
    remettre_competence,
    retirer_competence,
    scinder_competence,
)
from matching.suggestions import suggerer
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_besoin, creer_entreprise, creer_savoir_faire, creer_utilisateur
from tests.file_de_travail import executer_la_file, travaux_en_attente
from tests.matching.scenes import contenu, demander, offrir

pytestmark = pytest.mark.django_db


def competence(code: str) -> Competence:
    return Competence.objects.get(code=code)


def ecrit(code: str, **champs: Any) -> ContenuCompetence:
    """What the compétence holds, with these changes."""
    actuelle = competence(code)
    noms = ("theme", "titre", "phrase", "est_metier", "dits", "jargon")
    valeurs = {nom: getattr(actuelle, nom) for nom in noms} | {"voisines": list(actuelle.voisines.all())}
    return ContenuCompetence(**valeurs | champs)


def table() -> set[tuple[int, int]]:
    return set(Arete.objects.values_list("besoin", "savoir_faire"))


def verifier_la_table() -> None:
    """The arêtes kept up to date are those a rebuild would write."""
    avant = table()
    list(reconstruire())
    assert table() == avant


# ---- Who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "acte",
    [
        lambda par: creer_competence(par=par, contenu=ecrit("instagram", titre="Autre", dits=[])),
        lambda par: modifier_competence(
            par=par, competence=competence("instagram"), contenu=ecrit("instagram")
        ),
        lambda par: apprendre_dit(par=par, competence=competence("instagram"), dit="insta"),
        lambda par: creer_theme(par=par, titre="Autre"),
        lambda par: modifier_theme(par=par, theme=Theme.objects.get(code="metiers"), titre="Autre"),
        lambda par: fusionner_competences(
            par=par, source=competence("instagram"), cible=competence("site-vitrine")
        ),
        lambda par: retirer_competence(par=par, competence=competence("instagram")),
        lambda par: remettre_competence(par=par, competence=competence("instagram")),
        lambda par: scinder_competence(
            par=par, competence=competence("instagram"), contenu=ecrit("instagram", titre="Autre", dits=[])
        ),
        lambda par: annuler_changement(par=par, changement=JournalArbre()),
    ],
)
def test_l_arbre_n_est_qu_aux_referents(
    acte: Callable[[Utilisateur], object], animatrice: Utilisateur, boulangere: Utilisateur
) -> None:
    avant = arbre_en_base()
    for par in (animatrice, boulangere):
        with pytest.raises(ReserveAuReferent):
            acte(par)
    assert arbre_en_base() == avant
    assert not JournalArbre.objects.exists()


# ---- Write --------------------------------------------------------------------------------------


def test_modifier_garde_qui_quand_avant_apres(referente: Utilisateur) -> None:
    modifier_competence(
        par=referente, competence=competence("instagram"), contenu=ecrit("instagram", titre="Insta")
    )
    journal = JournalArbre.objects.get()
    assert (journal.par, journal.action, journal.cles) == (referente, ActionArbre.MODIFIER, ["instagram"])
    assert journal.avant["instagram"]["titre"] == "Publier sur Instagram"
    assert journal.apres["instagram"]["titre"] == "Insta"
    assert competence("instagram").editee_le


def test_enregistrer_sans_rien_changer_n_ecrit_rien(referente: Utilisateur) -> None:
    modifier_competence(
        par=referente,
        competence=competence("instagram"),
        contenu=ecrit("instagram", place=competence("instagram").ordre + 1),
    )
    assert not JournalArbre.objects.exists()
    assert not travaux_en_attente()


def test_un_code_vient_du_titre_une_fois_pour_toutes(referente: Utilisateur) -> None:
    neuve = creer_competence(par=referente, contenu=ecrit("instagram", titre="Été à la boutique !", dits=[]))
    assert neuve.code == "ete-a-la-boutique"
    modifier_competence(
        par=referente, competence=neuve, contenu=ecrit(neuve.code, titre="Photographier ses plats")
    )
    meme = creer_competence(par=referente, contenu=ecrit("instagram", titre="Été à la boutique", dits=[]))
    assert meme.code == "ete-a-la-boutique-2"


def test_un_titre_et_une_phrase_ne_nomment_qu_une_competence(referente: Utilisateur) -> None:
    with pytest.raises(TitreDejaPris):
        modifier_competence(
            par=referente,
            competence=competence("instagram"),
            contenu=ecrit("instagram", titre="créer un site VITRINE"),
        )
    with pytest.raises(DitDejaPris, match="Photographier ses produits"):
        apprendre_dit(par=referente, competence=competence("instagram"), dit="Mes photos  SONT moches")
    assert not JournalArbre.objects.exists()


def test_la_place_dans_le_theme(referente: Utilisateur) -> None:
    modifier_competence(
        par=referente, competence=competence("site-vitrine"), contenu=ecrit("site-vitrine", place=1)
    )
    dans_l_ordre = list(Competence.objects.filter(theme="visibilite").values_list("code", flat=True))
    assert dans_l_ordre == ["site-vitrine", "photos-produits", "instagram", "facture-electronique"]


def test_deux_themes_au_meme_rang_ne_se_melangent_pas() -> None:
    Theme.objects.update(ordre=1)
    themes = [c.theme_id for c in Competence.objects.all()]
    assert themes == sorted(themes)


def test_devenir_voisines_rapproche_les_annonces_deja_en_ligne(
    referente: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    demander(boulangerie, "site-vitrine")
    offrir(menuiserie, "instagram")
    assert not table()
    voisines = ecrit("instagram", voisines=[competence("site-vitrine"), competence("photos-produits")])
    modifier_competence(par=referente, competence=competence("instagram"), contenu=voisines)
    executer_la_file()
    assert len(table()) == 1
    modifier_competence(
        par=referente, competence=competence("instagram"), contenu=ecrit("instagram", voisines=[])
    )
    executer_la_file()
    assert not table()


# ---- Merge --------------------------------------------------------------------------------------


@pytest.fixture
def voisinage(boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise) -> None:
    """Besoins and savoir-faire on both sides of a merge, and one near the first."""
    demander(boulangerie, "instagram")
    offrir(menuiserie, "site-vitrine")
    offrir(fleuristerie, "photos-produits")
    creer_besoin(menuiserie, "instagram", statut="en_pause")


@pytest.mark.usefixtures("voisinage")
def test_fusionner_emporte_les_annonces_leurs_aretes_et_les_mots(referente: Utilisateur) -> None:
    source, cible = competence("instagram"), competence("site-vitrine")
    assert (portee(source).total, portee(source).en_ligne) == (2, 1)
    fusionner_competences(par=referente, source=source, cible=cible)
    publication = "matching.chercher_veilles"  # was enqueued by the listings themselves
    assert {t.task_name for t in travaux_en_attente()} - {publication} == {"matching.suivre_arbre"}
    executer_la_file()

    source.refresh_from_db()
    assert (source.est_retiree, source.remplacee_par) == (True, cible)
    assert set(Besoin.objects.values_list("competence", flat=True)) == {"site-vitrine"}
    assert Besoin.objects.publiees().get().est_visible
    assert len(table()) == 2, "what fitted the first still fits, and what fits the second does now"
    assert "être sur instagram" in competence("site-vitrine").dits
    assert suggerer("être sur instagram, créer un site vitrine sur internet")[0].code == "site-vitrine"
    assert "instagram" in Besoin.objects.publiees().get().journal.latest("le").motif.lower()
    verifier_la_table()


@pytest.mark.usefixtures("voisinage")
def test_annuler_une_fusion_remet_tout_en_place(referente: Utilisateur) -> None:
    avant, aretes = arbre_en_base(), table()
    fusion = fusionner_competences(
        par=referente, source=competence("instagram"), cible=competence("site-vitrine")
    )
    executer_la_file()
    annuler_changement(par=referente, changement=fusion)
    executer_la_file()
    assert arbre_en_base() == avant
    assert set(Besoin.objects.values_list("competence", flat=True)) == {"instagram"}
    assert table() == aretes
    with pytest.raises(DejaAnnule):
        annuler_changement(par=referente, changement=fusion)


def test_annuler_avant_que_les_annonces_aient_bouge(referente: Utilisateur, boulangerie: Entreprise) -> None:
    creer_besoin(boulangerie, "instagram")
    fusion = fusionner_competences(
        par=referente, source=competence("instagram"), cible=competence("site-vitrine")
    )
    annuler_changement(par=referente, changement=fusion)
    executer_la_file()
    assert Besoin.objects.get().competence_id == "instagram"


def test_ce_que_le_dirigeant_a_choisi_depuis_ne_revient_pas(
    referente: Utilisateur, boulangerie: Entreprise, boulangere: Utilisateur
) -> None:
    besoin = demander(boulangerie, "instagram")
    fusion = fusionner_competences(
        par=referente, source=competence("instagram"), cible=competence("site-vitrine")
    )
    executer_la_file()
    modifier_annonce(par=boulangere, annonce=besoin, contenu=contenu("photos-produits"))
    annuler_changement(par=referente, changement=fusion)
    executer_la_file()
    besoin.refresh_from_db()
    assert besoin.competence_id == "photos-produits"


def test_les_chaines_restent_courtes_et_les_boucles_impossibles(referente: Utilisateur) -> None:
    a, b, c = competence("instagram"), competence("site-vitrine"), competence("photos-produits")
    fusionner_competences(par=referente, source=a, cible=b)
    fusionner_competences(par=referente, source=b, cible=c)
    assert Competence.objects.designee("instagram") == c
    assert set(Competence.objects.filter(remplacee_par=c)) == {a, b}
    for source, cible in ((c, a), (c, b), (a, b), (a, c)):
        with pytest.raises(CompetenceRetiree):
            fusionner_competences(par=referente, source=source, cible=cible)
    with pytest.raises(MemeCompetence):
        fusionner_competences(par=referente, source=c, cible=c)


def test_on_annule_du_plus_recent_au_plus_ancien(referente: Utilisateur) -> None:
    avant = arbre_en_base()
    premier = fusionner_competences(
        par=referente, source=competence("instagram"), cible=competence("site-vitrine")
    )
    second = fusionner_competences(
        par=referente, source=competence("site-vitrine"), cible=competence("photos-produits")
    )
    with pytest.raises(ChangementPlusRecent):
        annuler_changement(par=referente, changement=premier)
    annulation = annuler_changement(par=referente, changement=second)
    annuler_changement(par=referente, changement=premier)
    assert arbre_en_base() == avant
    with pytest.raises(DejaAnnule):
        annuler_changement(par=referente, changement=annulation)


# ---- Retire -------------------------------------------------------------------------------------


def test_retiree_sans_suite_ses_annonces_vivent_encore(
    referente: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    demander(boulangerie, "instagram")
    offrir(menuiserie, "instagram")
    retirer_competence(par=referente, competence=competence("instagram"))
    executer_la_file()
    assert len(table()) == 1
    assert "instagram" not in [c.code for c in suggerer("être sur instagram")]
    verifier_la_table()
    with pytest.raises(CompetenceRetiree):
        retirer_competence(par=referente, competence=competence("instagram"))
    with pytest.raises(CompetenceRetiree):
        apprendre_dit(par=referente, competence=competence("instagram"), dit="insta")
    with pytest.raises(CompetenceRetiree):
        modifier_competence(par=referente, competence=competence("instagram"), contenu=ecrit("instagram"))
    remettre_competence(par=referente, competence=competence("instagram"))
    assert suggerer("publier sur instagram")[0].code == "instagram"


def test_retirer_en_faveur_d_une_retiree_est_refuse(referente: Utilisateur) -> None:
    retirer_competence(par=referente, competence=competence("instagram"))
    with pytest.raises(CompetenceRetiree):
        retirer_competence(
            par=referente, competence=competence("site-vitrine"), remplacee_par=competence("instagram")
        )
    assert not competence("site-vitrine").est_retiree


def test_une_retiree_peut_trouver_sa_suite_plus_tard(referente: Utilisateur, boulangerie: Entreprise) -> None:
    creer_besoin(boulangerie, "instagram")
    retirer_competence(par=referente, competence=competence("instagram"))
    retirer_competence(
        par=referente, competence=competence("instagram"), remplacee_par=competence("site-vitrine")
    )
    executer_la_file()
    assert Besoin.objects.get().competence_id == "site-vitrine"


# ---- Split --------------------------------------------------------------------------------------


def test_scinder_partage_les_mots_et_laisse_les_annonces(
    referente: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    dits = ["être sur instagram", "poser une story avec de la musique"]
    modifier_competence(
        par=referente, competence=competence("instagram"), contenu=ecrit("instagram", dits=dits)
    )
    reels = creer_besoin(boulangerie, "instagram", texte="je voudrais poser une story avec de la musique")
    publier = creer_savoir_faire(menuiserie, "instagram", texte="je suis sur instagram tous les jours")
    nouvelle = scinder_competence(
        par=referente,
        competence=competence("instagram"),
        contenu=ecrit("instagram", titre="Faire des stories", phrase="En musique.", dits=dits[1:]),
    )
    executer_la_file()
    assert competence("instagram").dits == dits[:1]
    assert nouvelle.dits == dits[1:]
    assert {reels.competence_id, publier.competence_id} == {"instagram"}
    verifier_la_table()
    propose = proposer_repartition([reels, publier], ancienne=competence("instagram"), nouvelle=nouvelle)
    assert [(r.annonce, r.va_a_la_nouvelle) for r in propose] == [(reels, True), (publier, False)]


def test_annuler_une_scission_tant_que_personne_ne_s_en_sert(
    referente: Utilisateur, boulangerie: Entreprise
) -> None:
    avant = arbre_en_base()
    for annonces in (0, 1):
        nouvelle = scinder_competence(
            par=referente,
            competence=competence("instagram"),
            contenu=ecrit("instagram", titre=f"Faire des stories {annonces}"),
        )
        scission = JournalArbre.objects.latest("version")
        if not annonces:
            annuler_changement(par=referente, changement=scission)
            assert arbre_en_base() == avant
    creer_besoin(boulangerie, nouvelle.pk)
    with pytest.raises(CompetenceDejaUtilisee):
        annuler_changement(par=referente, changement=scission)
    assert competence(nouvelle.pk).dits == ["être sur instagram"]


# ---- At the same instant ------------------------------------------------------------------------


@pytest.mark.parametrize("graine", range(3))
@pytest.mark.django_db(transaction=True)
def test_publier_pendant_une_fusion_ne_laisse_aucune_annonce_en_arriere(graine: int) -> None:
    """Ten owners publish while a référent merges: every listing ends under what the code leads to."""
    rosa = creer_utilisateur("Rosa", est_referent=True)
    entreprises = [creer_entreprise(f"E{n}", membre=creer_utilisateur(f"P{n}")) for n in range(10)]
    source, cible = competence("instagram"), competence("site-vitrine")
    depart = threading.Barrier(len(entreprises) + 1)

    def publier(entreprise: Entreprise) -> None:
        depart.wait(10)
        publier_besoin(
            par=entreprise.membres.get().utilisateur, entreprise=entreprise, contenu=contenu("instagram")
        )

    def fusionner() -> None:
        depart.wait(10)
        fusionner_competences(par=rosa, source=source, cible=cible)

    def seul(acte: Callable[[], None]) -> Callable[[], None]:
        def jouer() -> None:
            try:
                acte()
            finally:
                connections.close_all()

        return jouer

    actes = [seul(lambda e=e: publier(e)) for e in entreprises] + [seul(fusionner)]  # type: ignore[misc]
    fils = [threading.Thread(target=acte) for acte in actes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(30)
    executer_la_file()
    assert list(Besoin.objects.values_list("competence", flat=True)) == ["site-vitrine"] * len(entreprises)


@pytest.mark.django_db(transaction=True)
def test_une_fusion_attend_et_compte_la_publication_en_cours() -> None:
    """Her transaction is not finished when the merge begins: the merge must wait, and know of her listing."""
    rosa = creer_utilisateur("Rosa", est_referent=True)
    alice = creer_utilisateur("Alice")
    entreprise = creer_entreprise("E", membre=alice)
    est_finie = threading.Event()

    def fusionner() -> None:
        try:
            fusionner_competences(par=rosa, source=competence("instagram"), cible=competence("site-vitrine"))
        finally:
            est_finie.set()
            connections.close_all()

    fil = threading.Thread(target=fusionner)
    with transaction.atomic():
        besoin = publier_besoin(par=alice, entreprise=entreprise, contenu=contenu("instagram"))
        fil.start()
        while not est_finie.is_set() and not _quelqu_un_attend():
            pass
        assert not est_finie.is_set()
    fil.join(30)
    assert JournalArbre.objects.get().deplacees["besoins"] == [besoin.pk]


def _quelqu_un_attend() -> bool:
    """Say whether a transaction of this database waits for another's."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock'"
        )
        return bool(curseur.fetchone()[0])


def test_une_publication_commencee_avant_la_fusion_suit_la_redirection(
    referente: Utilisateur, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    """Her screen was open: what she sends names a code that leads elsewhere by now."""
    vieux = contenu("instagram")
    fusionner_competences(par=referente, source=competence("instagram"), cible=competence("site-vitrine"))
    besoin = publier_besoin(par=boulangere, entreprise=boulangerie, contenu=vieux)
    besoin.refresh_from_db()
    assert besoin.competence_id == "site-vitrine"
    assert SavoirFaire.objects.count() == 0
