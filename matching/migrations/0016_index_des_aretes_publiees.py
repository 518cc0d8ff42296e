"""Two indexes fewer on the table that a publication writes most in: 6 instead of 8.

The order of the unique pair is turned round: its index then serves what looks for a savoir-faire, and a
besoin's own lists have theirs (`arete_rang`). It is built without closing the table, then takes the place of
the former constraint at once. Run twice, what an interruption has left is taken away first.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

TOURNER = [
    "DROP INDEX CONCURRENTLY IF EXISTS arete_unique_tournee",
    "CREATE UNIQUE INDEX CONCURRENTLY arete_unique_tournee ON matching_arete ({colonnes})",
    "ALTER TABLE matching_arete DROP CONSTRAINT arete_unique,"
    " ADD CONSTRAINT arete_unique UNIQUE USING INDEX arete_unique_tournee",
]


def tourner(colonnes: str) -> tuple[str, ...]:
    return tuple(sql.format(colonnes=colonnes) for sql in TOURNER)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('matching', '0015_mots_des_annonces'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(tourner('savoir_faire_id, besoin_id'), tourner('besoin_id, savoir_faire_id')),
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name='arete', name='arete_unique'),
                migrations.AddConstraint(
                    model_name='arete',
                    constraint=models.UniqueConstraint(fields=('savoir_faire', 'besoin'), name='arete_unique'),
                ),
            ],
        ),
        migrations.AlterField(
            model_name='arete',
            name='savoir_faire',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='aretes', to='matching.savoirfaire'),
        ),
        RemoveIndexConcurrently(
            model_name='arete',
            name='arete_besoin_score',
        ),
    ]
