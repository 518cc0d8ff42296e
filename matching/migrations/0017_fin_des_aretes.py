"""An arête keeps when the first of its two listings ends: what is alive is read in one table, not in three."""

from django.db import migrations, models

REMPLIR = """
UPDATE matching_arete a SET expire_le = least(b.expire_le, s.expire_le)
FROM matching_besoin b, matching_savoirfaire s WHERE b.id = a.besoin_id AND s.id = a.savoir_faire_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0016_index_des_aretes_publiees'),
    ]

    operations = [
        migrations.AddField(
            model_name='arete',
            name='expire_le',
            field=models.DateTimeField(null=True, verbose_name='expire le'),
        ),
        migrations.RunSQL(REMPLIR, migrations.RunSQL.noop),
        # A table cannot be altered in the transaction that has just updated it.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='arete',
            name='expire_le',
            field=models.DateTimeField(verbose_name='expire le'),
        ),
    ]
