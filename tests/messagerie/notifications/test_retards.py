"""A mail that is late: the server was away, or the person has decided otherwise meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from messagerie.models import EtatEnvoi, Notification, ReglageAvis, ReglageCourriels, Rythme
from messagerie.notifications.boite import SERVEUR_ABSENT, expedier, prevenir, solder
from messagerie.notifications.reglages import arreter_courriels
from profils.models import Utilisateur
from tests.facteur import Facteur
from tests.messagerie.notifications.conftest import avis

MARDI_14H = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
MINUIT_ET_DEMI = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
GENRE = avis().genre.code
DIX_MINUTES = timedelta(minutes=10)


@pytest.fixture
def ferme(settings: Any) -> Facteur:
    """A mail server that does not answer, until `ouvert()`."""
    facteur = Facteur()
    with facteur.ouvert():
        pass  # it has its port, and is closed
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", facteur.port
    return facteur


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MARDI_14H, tick=False) as horloge:
        yield horloge


def essayer(horloge: time_machine.Traveller, duree: timedelta) -> None:
    """Try to send all along, as the sweep does."""
    for _ in range(duree // DIX_MINUTES):
        expedier()
        horloge.shift(DIX_MINUTES)


def etats() -> dict[str, str]:
    return dict(Notification.objects.values_list("destinataire__first_name", "etat_envoi"))


def test_le_serveur_arrete_un_jour_ne_fait_rien_perdre_ni_doubler(
    boulangere: Utilisateur, menuisiere: Utilisateur, ferme: Facteur, horloge: time_machine.Traveller
) -> None:
    with ferme.ouvert():
        prevenir(avis(1), [boulangere])
        essayer(horloge, DIX_MINUTES)
    prevenir(avis(2), [boulangere, menuisiere])
    essayer(horloge, timedelta(hours=12))
    prevenir(avis(3), [menuisiere])
    essayer(horloge, timedelta(hours=12))
    assert len(ferme.recus) == 1
    assert not Notification.objects.filter(essais__gt=0).exists()

    with ferme.ouvert():
        essayer(horloge, timedelta(minutes=30))
    assert sorted(ferme.destinataires) == [*["alice@exemple.fr"] * 2, *["brune@exemple.fr"] * 2]
    assert len(ferme.sans_doublon()) == 4
    assert set(etats().values()) == {EtatEnvoi.ENVOYE}


def test_le_serveur_revient_la_nuit_le_courriel_attend_le_matin(
    boulangere: Utilisateur, ferme: Facteur, horloge: time_machine.Traveller
) -> None:
    ReglageCourriels.objects.all().delete()
    prevenir(avis(), [boulangere])
    expedier()
    horloge.move_to(MINUIT_ET_DEMI)
    with ferme.ouvert():
        assert expedier() == 0
        horloge.move_to(MARDI_14H.replace(day=25, hour=5, minute=59))
        assert expedier() == 0
        horloge.shift(timedelta(minutes=1))  # 7:00 in Paris
        assert expedier() == 1


def test_une_ouvriere_arretee_l_apres_midi_n_envoie_rien_la_nuit(
    boulangere: Utilisateur, facteur: Facteur, horloge: time_machine.Traveller
) -> None:
    ReglageCourriels.objects.all().delete()
    prevenir(avis(), [boulangere])
    horloge.move_to(MINUIT_ET_DEMI)
    assert expedier() == 0
    horloge.move_to(MARDI_14H.replace(day=25, hour=6))
    assert expedier() == 1


@pytest.mark.parametrize(("calme_a", "jour"), [(3, "2027-03-28"), (2, "2027-03-28"), (3, "2026-10-25")])
def test_la_nuit_du_changement_d_heure_le_courriel_en_retard_part_a_l_heure_dite(
    boulangere: Utilisateur, facteur: Facteur, calme_a: int, jour: str
) -> None:
    ReglageCourriels.objects.update(calme_de=21, calme_a=calme_a)
    minuit = datetime.fromisoformat(f"{jour}T00:00+0{1 if jour.startswith('2027') else 2}:00")
    fin = datetime.fromisoformat(f"{jour}T01:00+00:00" if jour.startswith("2027") else f"{jour}T02:00+00:00")
    with time_machine.travel(minuit - timedelta(hours=5), tick=False) as horloge:
        prevenir(avis(), [boulangere])
        horloge.move_to(minuit)
        assert expedier() == 0
        horloge.move_to(fin - timedelta(minutes=1))
        assert expedier() == 0
        horloge.move_to(fin)
        assert expedier() == 1


def test_un_resume_en_retard_attend_le_matin_mais_a_l_heure_il_part(
    boulangere: Utilisateur, facteur: Facteur, horloge: time_machine.Traveller
) -> None:
    ReglageAvis.objects.create(utilisateur=boulangere, genre=GENRE, rythme=Rythme.QUOTIDIEN)
    ReglageCourriels.objects.update(calme_de=21, calme_a=10)
    prevenir(avis(1), [boulangere])
    horloge.move_to(MARDI_14H.replace(day=25, hour=7))  # 8:00, within her quiet hours
    assert expedier() == 1
    prevenir(avis(2), [boulangere])
    horloge.move_to(MARDI_14H.replace(day=26, hour=21))  # the worker was away that morning
    assert expedier() == 0
    horloge.move_to(MARDI_14H.replace(day=27, hour=9))
    assert expedier() == 1


def test_lue_pendant_que_le_serveur_etait_absent_elle_ne_part_plus(
    boulangere: Utilisateur, ferme: Facteur, horloge: time_machine.Traveller
) -> None:
    prevenir(avis(1), [boulangere])
    expedier()
    solder(genre=GENRE, cle=avis(1).cle)
    horloge.shift(SERVEUR_ABSENT)
    with ferme.ouvert():
        assert expedier() == 0
    assert etats() == {"Alice": EtatEnvoi.INUTILE}


def test_desabonnee_ou_partie_pendant_ce_temps_elle_ne_recoit_rien(
    boulangere: Utilisateur, menuisiere: Utilisateur, ferme: Facteur, horloge: time_machine.Traveller
) -> None:
    prevenir(avis(1), [boulangere, menuisiere])
    essayer(horloge, DIX_MINUTES * 2)
    arreter_courriels(utilisateur=boulangere, genre=GENRE)
    Utilisateur.objects.filter(pk=menuisiere.pk).update(is_active=False)
    prevenir(avis(2), [menuisiere])
    with ferme.ouvert():
        essayer(horloge, DIX_MINUTES * 2)
    assert ferme.recus == []
    assert set(etats().values()) == {EtatEnvoi.SANS}
