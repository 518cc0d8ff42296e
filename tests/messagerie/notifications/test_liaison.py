"""One link to the mail server for a round of mails, whatever breaks on the way."""

import pytest

from messagerie.models import EtatEnvoi, Notification
from messagerie.notifications.boite import expedier, prevenir
from profils.models import Utilisateur
from tests.fabriques import creer_utilisateur
from tests.facteur import Facteur
from tests.messagerie.notifications.conftest import avis

pytestmark = pytest.mark.django_db


@pytest.fixture
def personnes() -> list[Utilisateur]:
    return [creer_utilisateur(f"Personne{rang}") for rang in range(5)]


def envoyer(personnes: list[Utilisateur]) -> None:
    prevenir(avis(), personnes)
    expedier()


def tous(facteur: Facteur, personnes: list[Utilisateur]) -> bool:
    """Everyone has it, once."""
    return sorted(facteur.destinataires) == sorted(p.email for p in personnes)


def test_tous_les_courriels_d_une_tournee_passent_par_une_liaison(
    facteur: Facteur, personnes: list[Utilisateur]
) -> None:
    envoyer(personnes)
    assert list(facteur.liaisons.values()) == [5]
    assert tous(facteur, personnes)


def test_le_refus_d_une_boite_laisse_les_autres_partir(
    facteur: Facteur, personnes: list[Utilisateur]
) -> None:
    facteur.refuses = {personnes[2].email: "550 No such user"}
    envoyer(personnes)
    assert tous(facteur, personnes[:2] + personnes[3:])
    assert Notification.objects.get(etat_envoi=EtatEnvoi.MORT).destinataire == personnes[2]


@pytest.mark.parametrize("limite", ["par_liaison", "raccroche_apres"])
def test_un_serveur_qui_raccroche_est_rappele_et_rien_ne_part_deux_fois(
    facteur: Facteur, personnes: list[Utilisateur], limite: str
) -> None:
    setattr(facteur, limite, 2)
    envoyer(personnes)
    assert list(facteur.liaisons.values()) == [2, 2, 1]
    assert tous(facteur, personnes)
    assert not Notification.objects.exclude(etat_envoi=EtatEnvoi.ENVOYE).exists()


def test_un_serveur_qui_part_au_milieu_de_la_tournee_ne_fait_rien_perdre(
    facteur: Facteur, personnes: list[Utilisateur]
) -> None:
    facteur.part_apres = 2
    envoyer(personnes)
    attendent = Notification.objects.exclude(etat_envoi=EtatEnvoi.ENVOYE)
    assert len(facteur.recus) == 2
    assert attendent.count() == 3
    assert not attendent.filter(essais__gt=0).exists()
