"""The listings' words, what relates the two of an arête, and the indexes of both.

Distances already stored are the spheroid's: `reconstruire_aretes` after this migration makes the table exact.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0006_arbre_et_mots'),
        ('profils', '0001_initial'),
        ('territoires', '0002_recherche_et_sources'),
    ]

    operations = [
        migrations.AddField(
            model_name='arete',
            name='lien',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='ce qui les relie'),
        ),
        migrations.AddField(
            model_name='besoin',
            name='competence_lue',
            field=models.ForeignKey(blank=True, db_index=False, help_text='Quand ce n’est ni celle choisie ni une voisine.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='matching.competence', verbose_name='compétence lue dans ses mots'),
        ),
        migrations.AddField(
            model_name='savoirfaire',
            name='competence_lue',
            field=models.ForeignKey(blank=True, db_index=False, help_text='Quand ce n’est ni celle choisie ni une voisine.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='matching.competence', verbose_name='compétence lue dans ses mots'),
        ),
        migrations.RunSQL(
            "UPDATE matching_arete SET lien = 2 WHERE (composantes->>'competence')::float < 1",
            migrations.RunSQL.noop,
        ),
        # A table cannot be altered in the transaction that has just updated it.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='arete',
            name='demandeur',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='aretes_demandees', to='profils.entreprise'),
        ),
        migrations.AlterField(
            model_name='arete',
            name='distance_m',
            field=models.FloatField(verbose_name='distance (m)'),
        ),
        migrations.AlterField(
            model_name='arete',
            name='offreur',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='aretes_offertes', to='profils.entreprise'),
        ),
        migrations.AddIndex(
            model_name='arete',
            index=models.Index(fields=['besoin', 'lien', 'distance_m', 'savoir_faire'], name='arete_rang'),
        ),
        migrations.AddIndex(
            model_name='besoin',
            index=django.contrib.postgres.indexes.GistIndex(condition=models.Q(('competence_lue__isnull', False), ('statut', 'publiee')), fields=['competence_lue', 'position'], name='besoin_lue_position'),
        ),
        migrations.AddIndex(
            model_name='besoin',
            index=models.Index(condition=models.Q(('statut', 'publiee')), fields=['competence', 'commune'], name='besoin_competence_commune'),
        ),
        migrations.AddIndex(
            model_name='besoin',
            index=models.Index(condition=models.Q(('competence_lue__isnull', False), ('statut', 'publiee')), fields=['competence_lue', 'commune'], name='besoin_lue_commune'),
        ),
        migrations.AddIndex(
            model_name='savoirfaire',
            index=django.contrib.postgres.indexes.GistIndex(condition=models.Q(('competence_lue__isnull', False), ('statut', 'publiee')), fields=['competence_lue', 'position'], name='savoirfaire_lue_position'),
        ),
        migrations.AddIndex(
            model_name='savoirfaire',
            index=models.Index(condition=models.Q(('statut', 'publiee')), fields=['competence', 'commune'], name='savoirfaire_competence_commune'),
        ),
        migrations.AddIndex(
            model_name='savoirfaire',
            index=models.Index(condition=models.Q(('competence_lue__isnull', False), ('statut', 'publiee')), fields=['competence_lue', 'commune'], name='savoirfaire_lue_commune'),
        ),
    ]
