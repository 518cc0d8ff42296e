"""Weeks of a territoire: the books balance, whatever dies on the way and even if the clock is set back.

The short form; `bin/bench quarante_jours` plays 200 companies and forty days, and kills as often as asked.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.core.management import call_command

from tests import fabriques
from tests.facteur import Facteur
from tests.quarante_jours.livres import Livres
from tests.quarante_jours.monde import DEBUT
from tests.quarante_jours.ouvriere import Ouvriere, OuvriereMortelle, travailler_ici
from tests.quarante_jours.recit import Histoire, raconter

pytestmark = pytest.mark.django_db(transaction=True)

# From the second Monday on: the clocks change on the fourteenth day, no mail leaves on the ninth.
COURTE = Histoire(entreprises=24, jours=16, heures=(8, 18), debut=DEBUT + timedelta(days=7), sans_courrier=8)


def livres_de(ouvriere: Ouvriere, facteur: Facteur, histoire: Histoire = COURTE) -> Livres:
    """Play the story in a territoire where nothing has happened yet."""
    call_command("flush", interactive=False, verbosity=0)
    fabriques.reposer_tout()
    facteur.recus.clear()
    return raconter(histoire, ouvriere, facteur)


@pytest.fixture
def fils_ouverts() -> None:
    """As after any other test: the process has threads of its own, which the worker it forks lacks."""
    asyncio.run(sync_to_async(int)())


@pytest.mark.usefixtures("fils_ouverts")
def test_les_livres_sont_justes_meme_si_l_ouvriere_est_tuee_et_si_l_horloge_recule(facteur: Facteur) -> None:
    justes = livres_de(travailler_ici, facteur)
    assert justes.en_double == 0
    assert justes.echanges.total() > 12
    assert "pourvue" in {demande[1] for demande in justes.demandes}
    assert "convenue" in {seance[1] for seance in justes.seances}
    assert "complet" in {bilan[3] for bilan in justes.bilans}
    mortelle = OuvriereMortelle(graine=7, part=0.1)
    tuees = livres_de(mortelle, facteur, replace(COURTE, recul=10))
    assert not justes.ecarts(tuees)
    assert mortelle.tuees >= 2
