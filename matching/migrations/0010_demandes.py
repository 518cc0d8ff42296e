
import django.db.models.deletion
import echange.socle.horloge
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0009_transitions'),
        ('profils', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Demande',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cree_le', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('modifie_le', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('mot', models.TextField(blank=True, max_length=600, verbose_name='un mot pour vous présenter')),
                ('etat', models.CharField(choices=[('en_cours', 'En cours'), ('pourvue', 'Quelqu’un a dit oui'), ('arretee', 'Arrêtée'), ('interrompue', 'Interrompue'), ('sans_reponse', 'Sans réponse')], default='en_cours', max_length=12, verbose_name='état')),
                ('vagues', models.PositiveSmallIntegerField(default=0, verbose_name='vagues envoyées')),
                ('derniere_vague_le', models.DateTimeField(null=True, verbose_name='dernière vague le')),
                ('est_tarie', models.BooleanField(default=False, verbose_name='plus personne à prévenir')),
                ('prochaine_etape_le', models.DateTimeField(null=True, verbose_name='prochaine étape le')),
                ('au_panier_le', models.DateTimeField(null=True, verbose_name='à débloquer depuis le')),
                ('vue_le', models.DateTimeField(null=True, verbose_name='vue par l’animation le')),
                ('close_le', models.DateTimeField(null=True, verbose_name='close le')),
                ('besoin', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='demandes', to='matching.besoin')),
                ('par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'demande',
                'ordering': ['-cree_le'],
            },
        ),
        migrations.CreateModel(
            name='JournalDemande',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fait', models.CharField(max_length=20, verbose_name='fait')),
                ('texte', models.TextField(blank=True, max_length=1000, verbose_name='note')),
                ('details', models.JSONField(default=dict, verbose_name='détails')),
                ('le', models.DateTimeField(default=echange.socle.horloge.maintenant, verbose_name='le')),
                ('demande', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='journal', to='matching.demande')),
                ('par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'journal de demande',
                'ordering': ['le', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Sollicitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vague', models.PositiveSmallIntegerField(verbose_name='vague')),
                ('sollicitee_le', models.DateTimeField(default=echange.socle.horloge.maintenant, verbose_name='prévenue le')),
                ('rappelee_le', models.DateTimeField(null=True, verbose_name='rappelée le')),
                ('demande', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sollicitations', to='matching.demande')),
                ('echange', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sollicitation', to='matching.echange')),
                ('entreprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sollicitations', to='profils.entreprise')),
            ],
            options={
                'verbose_name': 'sollicitation',
                'ordering': ['sollicitee_le', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='demande',
            index=models.Index(condition=models.Q(('etat', 'en_cours')), fields=['prochaine_etape_le'], name='demande_a_mener'),
        ),
        migrations.AddConstraint(
            model_name='demande',
            constraint=models.UniqueConstraint(condition=models.Q(('etat', 'en_cours')), fields=('besoin',), name='demande_en_cours_unique'),
        ),
        migrations.AddConstraint(
            model_name='demande',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('close_le__isnull', True), ('etat', 'en_cours'), ('prochaine_etape_le__isnull', False)), models.Q(models.Q(('etat', 'en_cours'), _negated=True), ('close_le__isnull', False), ('prochaine_etape_le__isnull', True)), _connector='OR'), name='demande_close_ou_a_suivre'),
        ),
        migrations.AddConstraint(
            model_name='sollicitation',
            constraint=models.UniqueConstraint(fields=('demande', 'entreprise'), name='sollicitation_unique'),
        ),
    ]
