"""The log and the queue keep nothing of what a mail said."""

from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from echange.socle.courriels import programmer_courriel
from echange.socle.demo import lire_courriels
from tests.file_de_travail import lancer_ouvriere


@pytest.mark.django_db(transaction=True)
def test_un_code_envoye_ne_reste_ni_dans_le_journal_ni_dans_la_file(tmp_path: Path) -> None:
    programmer_courriel(
        a="alice@exemple.fr", gabarit="code_connexion", contexte={"code": "123456"}, urgent=True
    )
    ouvriere = lancer_ouvriere(tmp_path, "--one-shot")
    _, journal = ouvriere.communicate(timeout=30)
    assert ouvriere.returncode == 0, journal
    (courriel,) = lire_courriels(tmp_path)
    assert courriel.destinataire == "alice@exemple.fr"
    assert "envoyer_courriel[" in journal  # the job itself is told
    assert "alice" not in journal
    assert "123456" not in journal
    assert not ProcrastinateJob.objects.filter(task_name__contains="courriel").exists()
