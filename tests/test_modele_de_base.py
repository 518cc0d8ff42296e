"""The test database is a copy of a model: whole, and never written to."""

from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import modele_de_base


@pytest.mark.django_db
def test_la_copie_a_toutes_les_migrations() -> None:
    execution = MigrationExecutor(connection)

    assert not execution.migration_plan(execution.loader.graph.leaf_nodes())


@pytest.mark.django_db
def test_le_modele_ne_contient_rien_des_essais(boulangerie: object) -> None:
    reglages = connection.settings_dict

    with psycopg.connect(
        dbname=modele_de_base.assurer_modele(),
        user=reglages["USER"],
        password=reglages["PASSWORD"],
        host=reglages["HOST"],
        port=reglages["PORT"],
    ) as modele:
        entreprises = modele.execute("SELECT count(*) FROM profils_entreprise").fetchone()

    assert entreprises == (0,)


def test_une_migration_de_plus_ou_changee_fait_un_autre_modele(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = SimpleNamespace(label="essai", path=str(tmp_path))
    monkeypatch.setattr(apps, "get_app_configs", lambda: [application])
    (tmp_path / "migrations").mkdir()
    migration = tmp_path / "migrations" / "0001_initial.py"
    empreintes = [modele_de_base.empreinte_des_migrations()]
    for texte in ("operations = []", "operations = [1]"):
        migration.write_text(texte)
        empreintes.append(modele_de_base.empreinte_des_migrations())

    assert len(set(empreintes)) == 3


@pytest.mark.django_db
def test_une_migration_de_plus_part_du_modele_qui_a_toutes_les_autres(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    modele = modele_de_base.assurer_modele()
    celles_d_ici = modele_de_base.migrations()
    une = next(iter(celles_d_ici))

    with modele_de_base.ouvrir_serveur(connection.settings_dict) as serveur:
        monkeypatch.setattr(modele_de_base, "migrations", lambda: celles_d_ici | {"essai/0001": "nouvelle"})
        assert modele_de_base.modele_anterieur(serveur) == modele
        monkeypatch.setattr(modele_de_base, "migrations", lambda: celles_d_ici | {une: "récrite"})
        assert modele_de_base.modele_anterieur(serveur) != modele
