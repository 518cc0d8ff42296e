"""Hiding a listing and putting it back, with the mail that goes with it."""

from typing import Any

import pytest
from django.core import mail
from django.template.loader import render_to_string

from animation.erreurs import AnnonceDejaRetiree
from animation.services.moderation import (
    MOTIF_MAX,
    MotifMasquage,
    corriger,
    formuler,
    masquer,
    remettre_en_ligne,
)
from matching.erreurs import AnnonceNonModifiable, HorsDeVotreTerritoire
from matching.models import (
    Arete,
    Besoin,
    ChoixCompetence,
    Competence,
    JournalAnnonce,
    OrigineChoix,
    StatutAnnonce,
)
from matching.services.annonces import mettre_en_pause_annonce
from messagerie.models import Notification
from profils.models import Entreprise, Membre, Utilisateur
from tests import fabriques
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import demander, offrir

pytestmark = pytest.mark.django_db

MOTIF = "Elle contient des coordonnées personnelles : retirez le numéro."


def avis() -> list[Notification]:
    return list(Notification.objects.order_by("pk"))


@pytest.fixture
def besoin(boulangerie: Entreprise) -> Besoin:
    return fabriques.creer_besoin(boulangerie, "photos-produits", texte="Appelez-moi au 06 12 34 56 78 !")


def test_hiding_tells_every_member_why_and_whom_to_write_to(
    besoin: Besoin, animatrice: Utilisateur, menuisiere: Utilisateur
) -> None:
    Membre.objects.create(utilisateur=menuisiere, entreprise=besoin.entreprise)

    masquer(par=animatrice, annonce=besoin, motif=MOTIF)

    besoin.refresh_from_db()
    assert besoin.statut == StatutAnnonce.MASQUEE
    assert [(a.courriel, a.genre) for a in avis()] == [
        ("alice@exemple.fr", "annonce_masquee"),
        ("brune@exemple.fr", "annonce_masquee"),
    ]
    donnees = avis()[0].donnees
    assert donnees["motif"] == MOTIF
    assert donnees["contacts"] == [{"nom": "Anna", "email": "anna@exemple.fr"}]


def test_hiding_twice_writes_once_and_keeps_the_first_reason(besoin: Besoin, animatrice: Utilisateur) -> None:
    masquer(par=animatrice, annonce=besoin, motif=MOTIF)
    masquer(par=animatrice, annonce=besoin, motif="Autre chose.")

    assert len(avis()) == 1
    assert [fait.motif for fait in JournalAnnonce.objects.all()] == [MOTIF]


def test_a_neighbour_hides_nothing_and_writes_to_nobody(besoin: Besoin, animatrice_44: Utilisateur) -> None:
    with pytest.raises(HorsDeVotreTerritoire):
        masquer(par=animatrice_44, annonce=besoin, motif=MOTIF)
    with pytest.raises(HorsDeVotreTerritoire):
        remettre_en_ligne(par=animatrice_44, annonce=besoin)

    besoin.refresh_from_db()
    assert besoin.statut == StatutAnnonce.PUBLIEE
    assert avis() == []


def test_a_neighbour_does_not_even_learn_that_it_was_withdrawn(
    boulangerie: Entreprise, animatrice_44: Utilisateur
) -> None:
    retiree = fabriques.creer_besoin(boulangerie, "photos-produits", statut=StatutAnnonce.RETIREE)

    with pytest.raises(HorsDeVotreTerritoire):
        masquer(par=animatrice_44, annonce=retiree, motif=MOTIF)


def test_what_its_company_withdrew_stays_withdrawn(boulangerie: Entreprise, animatrice: Utilisateur) -> None:
    retiree = fabriques.creer_besoin(boulangerie, "photos-produits", statut=StatutAnnonce.RETIREE)

    with pytest.raises(AnnonceDejaRetiree):
        masquer(par=animatrice, annonce=retiree, motif=MOTIF)

    assert avis() == []


def test_where_there_is_no_team_the_referente_is_the_contact(besoin: Besoin, referente: Utilisateur) -> None:
    masquer(par=referente, annonce=besoin, motif=MOTIF)

    assert avis()[0].donnees["contacts"] == [{"nom": "Rosa", "email": "rosa@exemple.fr"}]


def test_putting_back_on_line_tells_the_company_once(besoin: Besoin, animatrice: Utilisateur) -> None:
    masquer(par=animatrice, annonce=besoin, motif=MOTIF)
    remettre_en_ligne(par=animatrice, annonce=besoin)
    remettre_en_ligne(par=animatrice, annonce=besoin)

    besoin.refresh_from_db()
    assert besoin.statut == StatutAnnonce.PUBLIEE
    assert [a.genre for a in avis()] == ["annonce_masquee", "annonce_remise_en_ligne"]


def test_a_listing_paused_before_it_was_hidden_comes_back_paused(
    boulangerie: Entreprise, boulangere: Utilisateur, animatrice: Utilisateur
) -> None:
    besoin = fabriques.creer_besoin(boulangerie, "photos-produits")
    besoin = mettre_en_pause_annonce(par=boulangere, annonce=besoin)
    masquer(par=animatrice, annonce=besoin, motif=MOTIF)

    assert remettre_en_ligne(par=animatrice, annonce=besoin).statut == StatutAnnonce.EN_PAUSE


@pytest.mark.parametrize("geste", ["masquer", "remettre"])
def test_the_mail_says_it_all_and_escapes_what_people_wrote(
    boulangerie: Entreprise, animatrice: Utilisateur, geste: str
) -> None:
    boulangerie.nom = "L’Atelier d’Alice"
    boulangerie.save(update_fields=["nom"])
    besoin = fabriques.creer_besoin(boulangerie, "photos-produits", texte="<b>Appelez</b>-moi & vite")
    masquer(par=animatrice, annonce=besoin, motif=MOTIF)
    if geste == "remettre":
        remettre_en_ligne(par=animatrice, annonce=besoin)
    executer_la_file()

    courriel: Any = mail.outbox[-1]
    html = courriel.alternatives[0][0]
    assert f"«\u00a0{besoin.competence.titre}\u00a0»" in courriel.subject
    assert "<b>Appelez</b>-moi & vite" in courriel.body
    assert "anna@exemple.fr" in courriel.body
    assert "&lt;b&gt;Appelez&lt;/b&gt;-moi &amp; vite" in html
    assert "L’Atelier d’Alice" in courriel.body
    assert (MOTIF in courriel.body) is (geste == "masquer")


def test_a_listing_hidden_twice_is_told_twice(besoin: Besoin, animatrice: Utilisateur) -> None:
    masquer(par=animatrice, annonce=besoin, motif=MOTIF)
    remettre_en_ligne(par=animatrice, annonce=besoin)
    masquer(par=animatrice, annonce=besoin, motif=MOTIF)

    assert [a.genre for a in avis()].count("annonce_masquee") == 2


def test_every_reason_with_the_longest_words_fits_in_the_journal() -> None:
    assert all(len(formuler(motif, "é" * 200)) <= MOTIF_MAX for motif in MotifMasquage)
    assert formuler(MotifMasquage.AUTRE, "Parce que.") == "Parce que."
    assert formuler(MotifMasquage.DOUBLON) == "Elle existe déjà"


def test_both_versions_of_each_mail_exist() -> None:
    for gabarit in ("annonce_masquee", "annonce_remise_en_ligne", "competence_corrigee"):
        assert render_to_string(f"courriels/{gabarit}.txt", {})
        assert render_to_string(f"courriels/{gabarit}.html", {})


def test_correcting_a_competence_tells_the_company_once_and_is_learnt(
    besoin: Besoin, animatrice: Utilisateur
) -> None:
    ailleurs = Competence.objects.get(code="site-vitrine")
    for _ in range(2):
        corriger(par=animatrice, annonce=besoin, competence=ailleurs)

    besoin.refresh_from_db()
    assert besoin.competence == ailleurs
    assert [(a.genre, a.donnees["avant"]) for a in avis()] == [
        ("competence_corrigee", "Photographier ses produits")
    ]
    choix = ChoixCompetence.objects.get()
    assert (choix.texte, choix.choisie, choix.origine) == (
        "Appelez-moi au … !",
        ailleurs,
        OrigineChoix.CORRECTION,
    )
    motif = JournalAnnonce.objects.get().motif
    assert motif.replace("\u00a0", " ") == (
        "Compétence : « Photographier ses produits » devient « Créer un site vitrine »"
    )


def test_correcting_redoes_the_matches(
    animatrice: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    besoin = demander(boulangerie, "photos-produits")
    offrir(menuiserie, "site-vitrine")
    assert not Arete.objects.exists()
    corriger(par=animatrice, annonce=besoin, competence=Competence.objects.get(code="site-vitrine"))
    assert Arete.objects.count() == 1


def test_nobody_corrects_what_is_not_theirs_nor_what_is_off_line(
    besoin: Besoin, animatrice: Utilisateur, animatrice_44: Utilisateur
) -> None:
    ailleurs = Competence.objects.get(code="site-vitrine")
    with pytest.raises(HorsDeVotreTerritoire):
        corriger(par=animatrice_44, annonce=besoin, competence=ailleurs)
    masquer(par=animatrice, annonce=besoin, motif=MOTIF)
    with pytest.raises(AnnonceNonModifiable):
        corriger(par=animatrice, annonce=besoin, competence=ailleurs)
    besoin.refresh_from_db()
    assert besoin.competence_id == "photos-produits"
