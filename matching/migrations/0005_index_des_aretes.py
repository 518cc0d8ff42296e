"""The arêtes of a company in the order of their score, in place of indexes that said the same twice."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0004_tours'),
        ('profils', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='arete',
            name='arete_offreur_demandeur',
        ),
        migrations.AlterField(
            model_name='arete',
            name='besoin',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='aretes', to='matching.besoin'),
        ),
        migrations.AlterField(
            model_name='arete',
            name='demandeur',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='aretes_demandees', to='profils.entreprise'),
        ),
        migrations.AlterField(
            model_name='arete',
            name='offreur',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='aretes_offertes', to='profils.entreprise'),
        ),
        migrations.AddIndex(
            model_name='arete',
            index=models.Index(fields=['demandeur', '-score', 'id'], name='arete_demandeur_score'),
        ),
        migrations.AddIndex(
            model_name='arete',
            index=models.Index(fields=['offreur', '-score', 'id'], name='arete_offreur_score'),
        ),
    ]
