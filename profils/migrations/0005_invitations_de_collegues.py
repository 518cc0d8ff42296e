"""A colleague is invited by a mail to act for the company; who was invited, came and went is journalled."""

import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('profils', '0004_limites_d_arrivee'),
    ]

    operations = [
        migrations.AlterField(
            model_name='journalentreprise',
            name='fait',
            field=models.CharField(choices=[('suspendue', 'Suspendue'), ('retablie', 'Rétablie'), ('fermee', 'Fermée'), ('rouverte', 'Rouverte'), ('effacee', 'Effacée'), ('levee', 'Limites d’arrivée levées'), ('remise', 'Limites d’arrivée remises'), ('invitation', 'Une personne invitée'), ('arrivee', 'Une personne arrivée'), ('depart', 'Une personne partie')], max_length=10, verbose_name='fait'),
        ),
        migrations.CreateModel(
            name='InvitationMembre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cree_le', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('modifie_le', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='identifiant public')),
                ('email', models.EmailField(max_length=254, verbose_name='adresse e-mail')),
                ('suite', models.CharField(blank=True, max_length=200, verbose_name='première page')),
                ('expire_le', models.DateTimeField(verbose_name='valable jusqu’au')),
                ('entreprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='profils.entreprise')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'invitation d’une personne',
                'verbose_name_plural': 'invitations de personnes',
                'ordering': ['cree_le', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('entreprise'), django.db.models.functions.text.Lower('email'), name='invitation_membre_unique')],
            },
        ),
    ]
