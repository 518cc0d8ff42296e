"""What is on line of an event follows its page, and people are told of what changes for them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from animation.erreurs import EvenementDejaAnnule, EvenementHorsRessort, EvenementTermine
from animation.models import Evenement
from animation.rappels import rappeler_evenements
from animation.services.evenements import (
    TACHE_LOCALISER,
    annuler_evenement,
    localiser_evenement,
    suivre_evenement,
    suivre_evenements,
)
from echange.socle.horloge import PARIS
from messagerie.models import Notification
from profils.models import Utilisateur
from territoires.geocodage import Lieu
from territoires.models import Commune
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

VENDREDI = JEUDI_14H + timedelta(days=1)


@pytest.fixture(autouse=True)
def lundi(deux_communautes: None) -> Iterator[Any]:
    with time_machine.travel(LUNDI_9H, tick=False) as voyage:
        yield voyage


def dits(genre: str) -> list[tuple[str, str]]:
    """Who was told of this kind, and the line."""
    lignes = Notification.objects.filter(genre=genre, lue_le=None).order_by("pk")
    return [(n.courriel, n.titre) for n in lignes]


def test_publiee_elle_est_a_l_agenda_hors_ligne_elle_n_y_est_plus() -> None:
    page = annoncer(en_ligne=False)
    assert suivre_evenement(page_id=page.pk) is None
    publier(page)
    evenement = evenement_de(page)
    assert (evenement.titre, evenement.territoire.code) == ("Essayer la caisse tactile", "ille-et-vilaine")
    assert evenement in Evenement.objects.publics().a_venir()
    page.unpublish()
    assert suivre_evenements() == 1
    assert not Evenement.objects.publics().exists()


def test_ce_qu_aucun_ecran_n_a_dit_est_retrouve() -> None:
    """Published by its date, copied, or by a worker that died before it told us."""
    page = annoncer(en_ligne=False)
    page.save_revision().publish()
    assert suivre_evenements() == 1
    page.refresh_from_db()
    page.title = "Nouveau titre"
    page.save_revision().publish()
    assert [suivre_evenements(), suivre_evenements()] == [1, 0]
    assert evenement_de(page).titre == "Nouveau titre"


def test_un_brouillon_ne_change_rien(boulangere: Utilisateur) -> None:
    page = annoncer()
    venir(evenement_de(page), boulangere)
    page.debut = VENDREDI
    page.save_revision()
    assert suivre_evenements() == 0
    assert evenement_de(page).debut == JEUDI_14H


def test_la_date_change_chacun_l_apprend_une_fois(
    boulangere: Utilisateur, menuisiere: Utilisateur, lundi: Any
) -> None:
    page = annoncer(capacite=1)
    venir(evenement_de(page), boulangere, menuisiere)
    lundi.shift(60)
    publier(page, debut=VENDREDI, fin=VENDREDI + timedelta(hours=2))
    suivre_evenement(page_id=page.pk)
    evenement = evenement_de(page)
    assert (evenement.sequence, evenement.rappels) == (1, 0)
    assert dits("evenement_change") == [
        (qui, "Essayer la caisse tactile\u00a0: nouvelle date")
        for qui in ("alice@exemple.fr", "brune@exemple.fr")
    ]
    assert not dits("evenement_inscrite")  # what stood before is not left to read
    change = Notification.objects.filter(genre="evenement_change").order_by("pk")
    assert [bool(n.donnees["agenda"]) for n in change] == [True, False]
    assert change[0].donnees["avant"] == "jeudi 3 décembre de 14\u00a0h à 16\u00a0h"


def test_le_titre_seul_ne_derange_personne_mais_les_agendas_suivent(boulangere: Utilisateur) -> None:
    page = annoncer()
    venir(evenement_de(page), boulangere)
    publier(page, title="Essayer la caisse")
    assert not dits("evenement_change")
    assert evenement_de(page).sequence == 1


def test_le_lieu_change_ou_la_visio_s_ajoute(boulangere: Utilisateur) -> None:
    page = annoncer()
    venir(evenement_de(page), boulangere)
    publier(page, lieu="La Ruche")
    publier(page, lien_visio="https://visio.exemple/salle")
    assert dits("evenement_change")[-1][1].endswith("nouveau lieu")
    assert Notification.objects.filter(genre="evenement_change").count() == 2


def test_plus_de_places_les_premiers_qui_attendent_les_ont(
    boulangere: Utilisateur, menuisiere: Utilisateur, fleuriste: Utilisateur
) -> None:
    page = annoncer(capacite=1)
    venir(evenement_de(page), boulangere, menuisiere, fleuriste)
    publier(page, capacite=2)
    assert etats(evenement_de(page)) == {"Alice": "inscrite", "Brune": "inscrite", "Chloé": "attente"}
    assert dits("evenement_inscrite")[-1] == (
        "brune@exemple.fr",
        "Une place s’est libérée\u00a0: Essayer la caisse tactile",
    )
    publier(page, capacite=None)
    assert evenement_de(page).places_prises == 3


def test_qui_a_une_place_la_garde(boulangere: Utilisateur, menuisiere: Utilisateur) -> None:
    page = annoncer(capacite=5)
    venir(evenement_de(page), boulangere, menuisiere)
    publier(page, capacite=1)
    assert evenement_de(page).capacite == 2


def test_annuler_le_dit_a_tous_et_les_agendas_l_oublient(
    boulangere: Utilisateur, menuisiere: Utilisateur, animatrice: Utilisateur, animatrice_44: Utilisateur
) -> None:
    evenement = tenir(capacite=1)
    venir(evenement, boulangere, menuisiere)
    with pytest.raises(EvenementHorsRessort):
        annuler_evenement(par=animatrice_44, evenement=evenement, motif="")
    annuler_evenement(par=animatrice, evenement=evenement, motif="La salle est inondée.")
    with pytest.raises(EvenementDejaAnnule):
        annuler_evenement(par=animatrice, evenement=evenement, motif="")
    assert [qui for qui, _ in dits("evenement_annule")] == ["alice@exemple.fr", "brune@exemple.fr"]
    elle, lui = Notification.objects.filter(genre="evenement_annule").order_by("pk")
    assert (elle.donnees["methode"], lui.donnees["methode"]) == ("CANCEL", "")
    assert elle.donnees["motif"] == "La salle est inondée."
    assert not dits("evenement_inscrite")


def test_annule_il_ne_bouge_plus_et_passe_il_ne_s_annule_pas(
    boulangere: Utilisateur, animatrice: Utilisateur, lundi: Any
) -> None:
    page = annoncer(capacite=1)
    evenement = evenement_de(page)
    venir(evenement, boulangere)
    lundi.move_to(JEUDI_14H + timedelta(hours=3))
    with pytest.raises(EvenementTermine):
        annuler_evenement(par=animatrice, evenement=evenement, motif="")
    lundi.move_to(LUNDI_9H)
    annuler_evenement(par=animatrice, evenement=evenement, motif="")
    publier(page, debut=VENDREDI, fin=VENDREDI + timedelta(hours=1))
    assert not dits("evenement_change")


class TestRappels:
    def test_la_veille_puis_une_heure_avant_une_visio(
        self, boulangere: Utilisateur, menuisiere: Utilisateur, lundi: Any
    ) -> None:
        evenement = tenir(capacite=1, lien_visio="https://visio.exemple/salle")
        venir(evenement, boulangere, menuisiere)
        assert rappeler_evenements() == 0
        lundi.move_to(JEUDI_14H - timedelta(hours=23))
        assert [rappeler_evenements(), rappeler_evenements()] == [1, 0]
        lundi.move_to(JEUDI_14H - timedelta(minutes=55))
        assert [rappeler_evenements(), rappeler_evenements()] == [1, 0]
        assert [qui for qui, _ in dits("evenement_rappel")] == ["alice@exemple.fr"] * 2
        assert Notification.objects.filter(genre="evenement_rappel")[0].donnees["lien_visio"]

    def test_sur_place_une_seule_fois_et_rien_s_il_est_annule(
        self, boulangere: Utilisateur, animatrice: Utilisateur, lundi: Any
    ) -> None:
        sur_place, annule = tenir(), tenir(title="Autre")
        for evenement in (sur_place, annule):
            venir(evenement, boulangere)
        annuler_evenement(par=animatrice, evenement=annule, motif="")
        lundi.move_to(JEUDI_14H - timedelta(hours=20))
        assert rappeler_evenements() == 1
        lundi.move_to(JEUDI_14H - timedelta(minutes=30))
        assert rappeler_evenements() == 0

    def test_deplace_il_a_ses_propres_rappels(self, boulangere: Utilisateur, lundi: Any) -> None:
        page = annoncer()
        venir(evenement_de(page), boulangere)
        lundi.move_to(JEUDI_14H - timedelta(hours=2))
        rappeler_evenements()
        publier(page, debut=VENDREDI, fin=VENDREDI + timedelta(hours=2))
        assert not dits("evenement_rappel")  # the old date is not recalled any more
        assert rappeler_evenements() == 0
        lundi.move_to(VENDREDI - timedelta(hours=2))
        assert rappeler_evenements() == 1

    def test_sans_compte_aussi(self, lundi: Any) -> None:
        visiteuse(tenir(), "Nina")
        lundi.move_to(JEUDI_14H - timedelta(hours=2))
        rappeler_evenements()
        assert dits("evenement_rappel")[0][0] == "nina@ailleurs.fr"


def test_l_heure_est_celle_de_paris_de_part_et_d_autre_du_changement() -> None:
    """The clocks of Paris change on 28 March 2027 and on 31 October 2027."""
    for jour in (datetime(2027, 3, 27), datetime(2027, 3, 29), datetime(2027, 11, 2)):  # noqa: DTZ001
        debut = jour.replace(hour=14, tzinfo=PARIS).astimezone(UTC)
        assert "de 14\u00a0h à 16\u00a0h" in tenir_quand(debut)


def tenir_quand(debut: datetime) -> str:
    from animation.presentation.evenements import FicheEvenement  # noqa: PLC0415

    return FicheEvenement(tenir(debut=debut)).quand


def test_l_adresse_se_cherche_hors_de_toute_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    page = annoncer(adresse="12 rue de Brest")
    evenement = evenement_de(page)
    assert evenement.position == Commune.objects.get(code="35238").position
    assert travaux_en_attente(TACHE_LOCALISER)
    trouve = Lieu(Point(-1.69, 48.11, srid=4326), est_localisee=True)
    monkeypatch.setattr("animation.services.evenements.localiser", lambda *_: trouve)
    localiser_evenement(evenement_id=evenement.pk)
    evenement.refresh_from_db()
    assert (evenement.position.x, evenement.est_localise) == (-1.69, True)
    publier(page, adresse="3 quai Duguay-Trouin")
    assert not evenement_de(page).est_localise


def test_la_base_refuse_une_place_de_trop_et_un_lien_en_clair() -> None:
    evenement = tenir(capacite=1)
    for champs, nom in (
        ({"places_prises": 2}, "evenement_places"),
        ({"lien_visio": "http://clair"}, "evenement_visio_sure"),
        ({"fin": evenement.debut}, "evenement_fin_apres_debut"),
    ):
        with pytest.raises(IntegrityError, match=nom), transaction.atomic():
            Evenement.objects.filter(pk=evenement.pk).update(**champs)
