"""A company may close; what was decided of it is journalled, suspensions of before included."""

import django.db.models.deletion
import echange.socle.horloge
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('profils', '0002_retour_de_pause'),
        ('territoires', '0002_recherche_et_sources'),
    ]

    operations = [
        migrations.CreateModel(
            name='JournalEntreprise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fait', models.CharField(choices=[('suspendue', 'Suspendue'), ('retablie', 'Rétablie'), ('fermee', 'Fermée'), ('rouverte', 'Rouverte'), ('effacee', 'Effacée')], max_length=10, verbose_name='fait')),
                ('le', models.DateTimeField(default=echange.socle.horloge.maintenant, verbose_name='le')),
            ],
            options={
                'verbose_name': 'journal d’entreprise',
                'ordering': ['le', 'id'],
            },
        ),
        migrations.AddField(
            model_name='entreprise',
            name='effacee_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='effacée le'),
        ),
        migrations.AddField(
            model_name='entreprise',
            name='fermee_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='fermée le'),
        ),
        migrations.AddIndex(
            model_name='entreprise',
            index=models.Index(condition=models.Q(('effacee_le__isnull', True), ('fermee_le__isnull', False)), fields=['fermee_le'], name='entreprise_a_effacer'),
        ),
        migrations.AddConstraint(
            model_name='entreprise',
            constraint=models.CheckConstraint(condition=models.Q(('fermee_le__isnull', True), ('est_suspendue', True), _connector='OR'), name='entreprise_fermee_a_l_ecart'),
        ),
        migrations.AddConstraint(
            model_name='entreprise',
            constraint=models.CheckConstraint(condition=models.Q(('effacee_le__isnull', True), models.Q(('effacee_le__gt', models.F('fermee_le')), ('fermee_le__isnull', False)), _connector='OR'), name='entreprise_effacee_apres_fermeture'),
        ),
        migrations.AddField(
            model_name='journalentreprise',
            name='entreprise',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='journal', to='profils.entreprise'),
        ),
        migrations.AddField(
            model_name='journalentreprise',
            name='par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunSQL(
            "INSERT INTO profils_journalentreprise (entreprise_id, fait, le)"
            " SELECT id, 'suspendue', modifie_le FROM profils_entreprise WHERE est_suspendue",
            migrations.RunSQL.noop,
        ),
    ]
