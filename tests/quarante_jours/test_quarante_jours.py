"""Forty days of a territoire: the books balance, and a worker killed on the way changes nothing in them.

The short form; `bin/bench quarante_jours` plays 200 companies, and kills as often as asked.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from tests import fabriques
from tests.facteur import Facteur
from tests.quarante_jours.livres import Livres
from tests.quarante_jours.ouvriere import Ouvriere, OuvriereMortelle, travailler_ici
from tests.quarante_jours.recit import Histoire, raconter

pytestmark = pytest.mark.django_db(transaction=True)

COURTE = Histoire(entreprises=20, jours=26, heures=(8, 18))  # a change of clocks, a day without mail


@pytest.fixture
def facteur(settings: Any) -> Iterator[Facteur]:
    with Facteur().ouvert() as facteur:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", facteur.port
        yield facteur


def livres_de(ouvriere: Ouvriere, facteur: Facteur) -> Livres:
    """Play the story in a territoire where nothing has happened yet."""
    call_command("flush", interactive=False, verbosity=0)
    fabriques.reposer_tout()
    facteur.recus.clear()
    return raconter(COURTE, ouvriere, facteur)


def test_les_livres_sont_justes_meme_si_l_ouvriere_est_tuee(facteur: Facteur) -> None:
    justes = livres_de(travailler_ici, facteur)
    assert justes.en_double == 0
    assert justes.echanges.total() > 20
    assert "pourvue" in {demande[1] for demande in justes.demandes}
    mortelle = OuvriereMortelle(graine=7, part=0.08)
    assert livres_de(mortelle, facteur) == justes
    assert mortelle.tuees >= 3
