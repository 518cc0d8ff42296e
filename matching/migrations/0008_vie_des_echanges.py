"""The life of an échange after the agreement: its states, and what each side says of each gift.

« Accepté » becomes « en cours »; `conclu_le`, which also dated the agreement, now dates the end alone.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0007_aretes_exactes'),
        ('profils', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='echange',
            name='echange_ouvert_unique',
        ),
        migrations.AddField(
            model_name='apport',
            name='dit_donneur',
            field=models.BooleanField(blank=True, null=True, verbose_name='a eu lieu, selon qui donne'),
        ),
        migrations.AddField(
            model_name='apport',
            name='dit_donneur_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='dit le'),
        ),
        migrations.AddField(
            model_name='apport',
            name='dit_receveur',
            field=models.BooleanField(blank=True, null=True, verbose_name='a eu lieu, selon qui reçoit'),
        ),
        migrations.AddField(
            model_name='apport',
            name='dit_receveur_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='dit le'),
        ),
        migrations.AddField(
            model_name='apport',
            name='etat',
            field=models.CharField(choices=[('prevu', 'Prévu'), ('realise', 'A eu lieu'), ('non_realise', 'N’a pas eu lieu'), ('conteste', 'À éclaircir')], default='prevu', max_length=12, verbose_name='état'),
        ),
        migrations.AddField(
            model_name='apport',
            name='prevu_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='prévu le'),
        ),
        migrations.AddField(
            model_name='apport',
            name='termine_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='éclairci le'),
        ),
        migrations.AddField(
            model_name='echange',
            name='accepte_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='accepté par tous le'),
        ),
        migrations.AlterField(
            model_name='echange',
            name='conclu_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='terminé le'),
        ),
        migrations.AlterField(
            model_name='echange',
            name='statut',
            field=models.CharField(choices=[('propose', 'Proposé'), ('a_reparer', 'À réparer'), ('en_cours', 'En cours'), ('realise', 'Réalisé'), ('clos', 'Clos'), ('decline', 'Décliné'), ('annule', 'Annulé'), ('expire', 'Sans réponse')], default='propose', max_length=10, verbose_name='statut'),
        ),
        migrations.RunSQL(
            "UPDATE matching_echange SET statut = 'en_cours', accepte_le = conclu_le, conclu_le = NULL"
            " WHERE statut = 'accepte'",
            "UPDATE matching_echange SET conclu_le = coalesce(conclu_le, accepte_le),"
            " statut = CASE statut WHEN 'a_reparer' THEN 'annule' ELSE 'accepte' END"
            " WHERE statut IN ('a_reparer', 'en_cours', 'realise', 'clos')",
        ),
        migrations.RunSQL(
            "UPDATE matching_apport a SET prevu_le = e.accepte_le + interval '30 days'"
            " FROM matching_echange e WHERE e.id = a.echange_id AND e.statut = 'en_cours'",
            migrations.RunSQL.noop,
        ),
        # A table cannot be altered in the transaction that has just updated it.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.AddConstraint(
            model_name='apport',
            constraint=models.CheckConstraint(condition=models.Q(('termine_le__isnull', False), models.Q(('etat__in', ['realise', 'non_realise']), _negated=True), _connector='XOR'), name='apport_termine_date'),
        ),
        migrations.AddConstraint(
            model_name='apport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dit_donneur__isnull', True), ('dit_donneur_le__isnull', True)), models.Q(('dit_donneur__isnull', False), ('dit_donneur_le__isnull', False)), _connector='OR'), name='apport_dit_donneur_date'),
        ),
        migrations.AddConstraint(
            model_name='apport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('dit_receveur__isnull', True), ('dit_receveur_le__isnull', True)), models.Q(('dit_receveur__isnull', False), ('dit_receveur_le__isnull', False)), _connector='OR'), name='apport_dit_receveur_date'),
        ),
        migrations.AddConstraint(
            model_name='echange',
            constraint=models.UniqueConstraint(condition=models.Q(('statut__in', ['propose', 'a_reparer', 'en_cours'])), fields=('empreinte',), name='echange_ouvert_unique'),
        ),
        migrations.AddConstraint(
            model_name='echange',
            constraint=models.CheckConstraint(condition=models.Q(('conclu_le__isnull', True), models.Q(('statut__in', ['propose', 'a_reparer', 'en_cours']), _negated=True), _connector='XOR'), name='echange_termine_date'),
        ),
        migrations.AddConstraint(
            model_name='echange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('statut__in', ['en_cours', 'realise', 'clos']), _negated=True), ('accepte_le__isnull', False), _connector='OR'), name='echange_convenu_date'),
        ),
    ]
