"""What a publication leaves to the background is never lost, even to a worker killed in the middle."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from matching import aretes
from matching.aretes import recalculer_aretes, verrouiller_competences
from matching.models import Arete, Besoin
from tests.fabriques import creer_besoin, creer_entreprise, creer_savoir_faire
from tests.file_de_travail import (
    attendre,
    lancer_ouvriere,
    programmer_reprise,
    travaux_en_attente,
    tuer_ouvriere,
)
from tests.matching.test_aretes_au_fil_de_l_eau import reconstruite, table

pytestmark = pytest.mark.django_db(transaction=True)


def statuts() -> list[str]:
    taches = (aretes.TACHE_COMPLETER, aretes.TACHE_ETENDRE)
    return list(ProcrastinateJob.objects.filter(task_name__in=taches).values_list("status", flat=True))


def test_une_ouvriere_tuee_au_milieu_ne_perd_rien(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aretes, "PROCHES", 2)  # in this process: the worker has the real ones
    for rang in range(6):
        creer_besoin(creer_entreprise(f"Besoin {rang}", decalage_m=rang * 500), "site-vitrine")
    recalculer_aretes(creer_savoir_faire(creer_entreprise("Qui sait"), "site-vitrine"))
    assert Arete.objects.count() == 2
    assert [t.task_name for t in travaux_en_attente()] == [aretes.TACHE_ETENDRE]

    with transaction.atomic():
        verrouiller_competences(["site-vitrine"])  # the worker will wait in the middle of its work
        ouvriere = lancer_ouvriere(tmp_path)
        try:
            with ThreadPoolExecutor(1) as ailleurs:
                ailleurs.submit(_attendre_le_verrou).result(timeout=60)
        finally:
            tuer_ouvriere(ouvriere)
    assert statuts() == ["doing"]
    assert Arete.objects.count() == 2

    programmer_reprise()
    autre = lancer_ouvriere(tmp_path, "--one-shot", "--concurrency=1")
    _, journal = autre.communicate(timeout=60)
    assert autre.returncode == 0, journal
    assert statuts() == []
    assert Arete.objects.count() == 6
    assert table() == reconstruite()


def _attendre_le_verrou() -> None:
    """Seen from a connection of its own: the test's is inside its transaction."""
    try:
        attendre(_une_ouvriere_attend, secondes=50)
    finally:
        connection.close()


def _une_ouvriere_attend() -> bool:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
            " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
        )
        nombre: int = curseur.fetchone()[0]
    return nombre > 0


def test_ce_qui_est_du_se_programme_avec_le_fait_ou_pas_du_tout() -> None:
    """The task is enqueued in the transaction: rolled back with it."""
    creer_savoir_faire(creer_entreprise("Qui sait"), "site-vitrine")
    besoin = creer_besoin(creer_entreprise("Qui demande"), "site-vitrine")
    with transaction.atomic():
        recalculer_aretes(besoin)
        aretes._programmer_completer([besoin.pk])
        transaction.set_rollback(True)
    assert not Arete.objects.exists()
    assert not travaux_en_attente(aretes.TACHE_COMPLETER)
    assert Besoin.objects.exists()
