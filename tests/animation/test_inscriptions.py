"""Places are never exceeded, the queue moves in order, and nobody learns who has an account."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from animation.avis_agenda import PlaceObtenue
from animation.erreurs import EvenementHorsRessort, EvenementTermine, InscriptionsFermees
from animation.models import EtatInscription, Evenement, Inscription
from animation.services.inscriptions import (
    annuler_inscription,
    confirmer_inscription,
    demander_inscription,
    inscrire,
    inscrire_par_l_equipe,
    marquer_presence,
    purger_inscriptions,
)
from animation.services.pages import installer_pages
from messagerie.models import Notification
from profils.models import Utilisateur
from tests import fabriques
from tests.animation.scenes_agenda import (
    JEUDI_14H,
    LUNDI_9H,
    annoncer,
    etats,
    evenement_de,
    publier,
    tenir,
    venir,
    visiteuse,
)
from tests.file_de_travail import travaux_en_attente

COURRIEL = "echange.socle.courriels.envoyer_courriel"


@pytest.fixture(autouse=True)
def lundi(request: pytest.FixtureRequest) -> Iterator[Any]:
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("deux_communautes")
    with time_machine.travel(LUNDI_9H, tick=False) as voyage:
        yield voyage


def compte_juste(evenement: Evenement) -> bool:
    """What is counted is what there is."""
    evenement.refresh_from_db()
    inscrites = evenement.inscriptions.filter(etat=EtatInscription.INSCRITE).count()
    return evenement.places_prises == inscrites


def test_les_places_puis_la_file_puis_les_places_qui_se_liberent(
    boulangere: Utilisateur, menuisiere: Utilisateur, fleuriste: Utilisateur, intruse: Utilisateur
) -> None:
    evenement = tenir(capacite=2)
    alice, _, chloe, _ = venir(evenement, boulangere, menuisiere, fleuriste, intruse)
    assert etats(evenement) == {
        "Alice": "inscrite",
        "Brune": "inscrite",
        "Chloé": "attente",
        "Inès": "attente",
    }
    annuler_inscription(inscription=alice)
    annuler_inscription(inscription=alice)
    assert etats(evenement)["Chloé"] == "inscrite"
    assert etats(evenement)["Inès"] == "attente"
    annuler_inscription(inscription=chloe)
    assert etats(evenement)["Inès"] == "inscrite"
    assert compte_juste(evenement)
    promues = Notification.objects.filter(genre="evenement_inscrite", donnees__est_promue=True)
    assert [n.courriel for n in promues.order_by("pk")] == ["chloé@exemple.fr", "inès@exemple.fr"]


def test_inscrite_deux_fois_elle_l_est_une_et_revenue_elle_passe_derriere(
    boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    evenement = tenir(capacite=1)
    (alice,) = venir(evenement, boulangere)
    assert inscrire(par=boulangere, evenement=evenement) == alice
    venir(evenement, menuisiere)
    annuler_inscription(inscription=alice)
    venir(evenement, boulangere)
    assert etats(evenement) == {"Alice": "attente", "Brune": "inscrite"}
    assert compte_juste(evenement)
    assert Notification.objects.filter(genre="evenement_inscrite", destinataire=boulangere).count() == 1


def test_avant_apres_annule_hors_ligne_on_ne_s_inscrit_pas(boulangere: Utilisateur, lundi: Any) -> None:
    page = annoncer(
        ouvre_le=LUNDI_9H + timedelta(hours=1), ferme_le=JEUDI_14H - timedelta(hours=4), capacite=1
    )
    evenement = evenement_de(page)
    for quand in (LUNDI_9H, JEUDI_14H - timedelta(hours=4), JEUDI_14H + timedelta(minutes=1)):
        lundi.move_to(quand)
        with pytest.raises(InscriptionsFermees):
            inscrire(par=boulangere, evenement=evenement)
        with pytest.raises(InscriptionsFermees):
            demander_inscription(evenement=evenement, nom="Nina", courriel="nina@ailleurs.fr")
    lundi.move_to(LUNDI_9H + timedelta(hours=1))
    (alice,) = venir(evenement, boulangere)
    page.unpublish()
    publier(page, live=True)
    lundi.move_to(JEUDI_14H + timedelta(hours=3))
    with pytest.raises(EvenementTermine):
        annuler_inscription(inscription=alice)


class TestSansCompte:
    def test_la_place_n_est_prise_qu_une_fois_confirmee(self) -> None:
        evenement = tenir(capacite=1)
        demander_inscription(evenement=evenement, nom="Nina", courriel=" Nina@Ailleurs.fr ")
        demande = Inscription.objects.get()
        assert (demande.etat, demande.courriel) == ("a_confirmer", "nina@ailleurs.fr")
        assert evenement.places_restantes == 1
        for _ in range(2):
            confirmer_inscription(inscription=demande)
        assert etats(evenement) == {"Nina": "inscrite"}
        assert Notification.objects.get().adresse == "nina@ailleurs.fr"
        assert compte_juste(evenement)

    def test_rien_ne_distingue_un_compte_une_inscrite_une_inconnue(self, boulangere: Utilisateur) -> None:
        evenement = tenir()
        venir(evenement, boulangere)
        courriels = ("alice@exemple.fr", "nina@ailleurs.fr")
        for courriel in courriels:
            demander_inscription(evenement=evenement, nom="Quelqu’un", courriel=courriel)
        ecrits = [travail.args for travail in travaux_en_attente(COURRIEL)]
        assert [e["a"] for e in ecrits] == ["nina@ailleurs.fr"]  # Alice was written to a minute ago

    def test_la_meme_adresse_n_est_pas_harcelee(self, boulangere: Utilisateur, lundi: Any) -> None:
        evenement = tenir()
        venir(evenement, boulangere)
        for minutes in (11, 1, 10):
            lundi.shift(timedelta(minutes=minutes))
            for courriel in ("alice@exemple.fr", "nina@ailleurs.fr"):
                demander_inscription(evenement=evenement, nom="Achetez ici", courriel=courriel)
        ecrits = [travail.args for travail in travaux_en_attente(COURRIEL)]
        assert [e["a"] for e in ecrits] == ["alice@exemple.fr", "nina@ailleurs.fr"] * 2
        assert [e["contexte"]["est_deja_inscrite"] for e in ecrits] == [True, False] * 2
        assert "Achetez ici" not in str(ecrits)  # nothing typed by the asker goes to somebody else's address

    def test_qui_a_un_compte_retrouve_son_inscription(self, boulangere: Utilisateur) -> None:
        evenement = tenir()
        demander_inscription(evenement=evenement, nom="Alice", courriel="alice@exemple.fr")
        inscription = confirmer_inscription(inscription=Inscription.objects.get())
        assert (inscription.utilisateur, inscription.courriel) == (boulangere, "")
        assert inscrire(par=boulangere, evenement=evenement) == inscription

    def test_partie_puis_revenue_elle_confirme_de_nouveau(self) -> None:
        evenement = tenir()
        nina = visiteuse(evenement, "Nina")
        annuler_inscription(inscription=nina)
        visiteuse(evenement, "Nina")
        assert etats(evenement) == {"Nina": "inscrite"}
        assert len(travaux_en_attente(COURRIEL)) == 2

    def test_ce_qui_n_est_pas_confirme_s_efface(self, lundi: Any) -> None:
        evenement = tenir(debut=JEUDI_14H + timedelta(days=30))
        visiteuse(evenement, "Nina")
        demander_inscription(evenement=evenement, nom="Omar", courriel="omar@ailleurs.fr")
        lundi.shift(timedelta(hours=49))
        assert purger_inscriptions() == 1
        assert etats(evenement) == {"Nina": "inscrite"}


class TestEquipe:
    def test_elle_inscrit_qui_a_telephone_avec_ou_sans_adresse(
        self, animatrice: Utilisateur, animatrice_44: Utilisateur, boulangere: Utilisateur
    ) -> None:
        evenement = tenir(capacite=2, ferme_le=LUNDI_9H + timedelta(minutes=1), ouvre_le=LUNDI_9H)
        with pytest.raises(EvenementHorsRessort):
            inscrire_par_l_equipe(par=animatrice_44, evenement=evenement, nom="Odile", courriel="")
        inscrire_par_l_equipe(par=animatrice, evenement=evenement, nom="Odile", courriel="")
        inscrire_par_l_equipe(par=animatrice, evenement=evenement, nom="Alice", courriel="alice@exemple.fr")
        inscrire_par_l_equipe(par=animatrice, evenement=evenement, nom="Alice", courriel="ALICE@exemple.fr")
        inscrire_par_l_equipe(par=animatrice, evenement=evenement, nom="Odile", courriel="")
        assert list(evenement.inscriptions.order_by("pk").values_list("nom", "etat")) == [
            ("Odile", "inscrite"),
            ("Alice", "inscrite"),
            ("Odile", "attente"),
        ]
        assert Notification.objects.get().destinataire == boulangere

    def test_elle_dit_qui_est_venu(
        self, animatrice: Utilisateur, animatrice_44: Utilisateur, boulangere: Utilisateur
    ) -> None:
        evenement = tenir(capacite=1)
        alice, nina = [*venir(evenement, boulangere), visiteuse(evenement, "Nina")]
        with pytest.raises(EvenementHorsRessort):
            marquer_presence(par=animatrice_44, inscription=alice, presente=True)
        with pytest.raises(InscriptionsFermees):
            marquer_presence(par=animatrice, inscription=nina, presente=True)
        marquer_presence(par=animatrice, inscription=alice, presente=True)
        evenement.refresh_from_db()
        assert evenement.presents == 1
        marquer_presence(par=animatrice, inscription=alice, presente=False)
        evenement.refresh_from_db()
        assert evenement.presents == 0

    def test_six_mois_apres_les_noms_s_effacent_les_chiffres_restent(
        self, animatrice: Utilisateur, boulangere: Utilisateur, lundi: Any
    ) -> None:
        evenement = tenir()
        (alice,) = venir(evenement, boulangere)
        marquer_presence(par=animatrice, inscription=alice, presente=True)
        lundi.move_to(JEUDI_14H + timedelta(days=181))
        assert purger_inscriptions() == 0
        lundi.shift(timedelta(days=4))
        assert [purger_inscriptions(), purger_inscriptions()] == [1, 0]
        evenement.refresh_from_db()
        assert (evenement.places_prises, evenement.presents) == (1, 1)
        assert not Inscription.objects.exists()


def test_un_compte_ferme_n_est_pas_prevenu_mais_tient_sa_place(boulangere: Utilisateur) -> None:
    page = annoncer()
    venir(evenement_de(page), boulangere)
    Utilisateur.objects.update(is_active=False)
    publier(page, lieu="Ailleurs")
    assert not Notification.objects.filter(genre="evenement_change").exists()


def test_la_base_tient_les_regles(boulangere: Utilisateur) -> None:
    evenement = tenir()
    (alice,) = venir(evenement, boulangere)
    commun: dict[str, Any] = {"evenement": evenement, "nom": "X", "etat": "inscrite"}
    for champs, nom in (
        ({"utilisateur": boulangere, "rang": 9}, "inscription_utilisateur_unique"),
        ({"utilisateur": boulangere, "courriel": "x@y.fr", "rang": 9}, "inscription_une_adresse"),
        ({"courriel": "x@y.fr", "rang": alice.rang}, "inscription_rang_unique"),
        ({"courriel": "x@y.fr"}, "inscription_active_rangee"),
        ({"rang": 9, "etat": "attente", "presente": True}, "inscription_presente_inscrite"),
    ):
        with pytest.raises(IntegrityError, match=nom), transaction.atomic():
            Inscription.objects.create(**commun | champs)


def en_meme_temps(*actes: Callable[[], object]) -> list[BaseException]:
    """Run each in its own connection, all started together; return what they raised."""
    depart, erreurs = threading.Barrier(len(actes)), []

    def jouer(acte: Callable[[], object]) -> None:
        try:
            depart.wait(timeout=10)
            acte()
        except BaseException as erreur:  # noqa: BLE001  whatever it is, the test looks at it
            erreurs.append(erreur)
        finally:
            connection.close()

    fils = [threading.Thread(target=jouer, args=(acte,)) for acte in actes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=30)
    return erreurs


@pytest.mark.django_db(transaction=True)
def test_dix_personnes_au_meme_instant_pour_trois_places(transactional_db: None) -> None:
    installer_pages()
    evenement = tenir(capacite=3)
    personnes = [fabriques.creer_utilisateur(f"Personne{rang}") for rang in range(10)]
    erreurs = en_meme_temps(
        *(lambda p=p: inscrire(par=p, evenement=evenement) for p in personnes),
        *(lambda: inscrire(par=personnes[0], evenement=evenement) for _ in range(2)),
    )
    assert erreurs == []
    assert sorted(etats(evenement).values()) == ["attente"] * 7 + ["inscrite"] * 3
    assert compte_juste(evenement)
    premieres = Inscription.objects.filter(etat="inscrite").values_list("rang", flat=True)
    assert set(premieres) == {1, 2, 3}

    # Those who have a place leave while more want one: the queue moves, nothing is lost.
    partent = list(Inscription.objects.filter(etat="inscrite"))
    arrivent = [fabriques.creer_utilisateur(f"Autre{rang}") for rang in range(3)]
    erreurs = en_meme_temps(
        *(lambda i=i: annuler_inscription(inscription=i) for i in partent),
        *(lambda p=p: inscrire(par=p, evenement=evenement) for p in arrivent),
    )
    assert erreurs == []
    assert sorted(etats(evenement).values()) == ["annulee"] * 3 + ["attente"] * 7 + ["inscrite"] * 3
    assert compte_juste(evenement)
    assert set(Inscription.objects.filter(etat="inscrite").values_list("rang", flat=True)) == {4, 5, 6}
    promues = Notification.objects.filter(genre=PlaceObtenue.genre.code, donnees__est_promue=True)
    assert promues.count() == 3
