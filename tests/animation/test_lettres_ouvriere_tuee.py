"""The real worker, killed while it writes a letter's second batch: nothing is lost, nothing is doubled."""

from pathlib import Path

import pytest

from animation.models import Abonnement, EnvoiLettre
from animation.services import lettres
from animation.services.lettres import LOT, mener_lettres, programmer_lettre
from animation.services.pages import installer_pages
from echange.socle.horloge import maintenant
from messagerie.models import Notification
from messagerie.notifications.boite import prevenir_chacun
from tests import fabriques
from tests.animation.scenes_lettres import ecrire, territoire_35
from tests.file_de_travail import attendre, lancer_ouvriere, rangees_tenues

ABONNES = 2 * LOT + 50
PATIENCE = 60  # seconds: a worker starts slowly on a busy machine


@pytest.mark.django_db(transaction=True)
def test_tuee_entre_deux_lots_chacun_a_la_lettre_une_fois(tmp_path: Path) -> None:
    installer_pages()
    animatrice = fabriques.creer_utilisateur("Anna")
    fabriques.nommer_animateur(animatrice, "35")
    adresses = sorted(f"lectrice{rang:03}@ailleurs.fr" for rang in range(ABONNES))
    Abonnement.objects.bulk_create(
        Abonnement(territoire=territoire_35(), courriel=adresse, confirme_le=maintenant())
        for adresse in adresses
    )
    envoi = programmer_lettre(par=animatrice, page=ecrire(), le=None)

    with rangees_tenues(Abonnement.objects.none()) as est_attendue:
        _ecrire_a(envoi, Abonnement.objects.get(courriel=adresses[LOT + 50]))
        with lancer_ouvriere(tmp_path) as ouvriere:
            attendre(est_attendue, secondes=PATIENCE)  # its second batch waits for our row
            ouvriere.kill()
        Notification.objects.filter(adresse=adresses[LOT + 50]).delete()

    envoi.refresh_from_db()
    assert (envoi.etat, envoi.destinataires) == ("en_cours", LOT)
    assert Notification.objects.filter(genre="lettre").count() == LOT
    assert mener_lettres() == ABONNES - LOT
    envoi.refresh_from_db()
    assert (envoi.etat, envoi.destinataires) == ("fini", ABONNES)
    ecrites = Notification.objects.filter(genre="lettre", cle=str(envoi.uuid))
    assert sorted(ecrites.values_list("adresse", flat=True)) == adresses


def _ecrire_a(envoi: EnvoiLettre, abonnement: Abonnement) -> None:
    """The same row as the worker would write, held by this transaction."""
    prevenir_chacun(lettres._envois(envoi, [abonnement]))
