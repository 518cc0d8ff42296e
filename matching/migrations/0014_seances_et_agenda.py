"""What a séance may become, held by a trigger; a calendar one subscribes to."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What `matching.cycle.SEANCES` allows. A change of the table is a new migration.
_PERMISES = ", ".join(
    f"'{de}>{vers}'"
    for de, vers in [
        ("proposee", "convenue"),
        ("proposee", "annulee"),
        ("convenue", "passee"),
        ("convenue", "annulee"),
    ]
)


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0013_veilles'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AbonnementAgenda',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cree_le', models.DateTimeField(auto_now_add=True, verbose_name='créé le')),
                ('modifie_le', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('cle', models.UUIDField(default=uuid.uuid4, unique=True, verbose_name='clé')),
                ('utilisateur', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='abonnement_agenda', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'abonnement d’agenda',
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER matching_seance_transition BEFORE UPDATE OF etat ON matching_seance FOR EACH ROW"
            " WHEN (OLD.etat IS DISTINCT FROM NEW.etat)"
            f" EXECUTE FUNCTION matching_exiger_transition('etat', {_PERMISES})",
            "DROP TRIGGER matching_seance_transition ON matching_seance",
        ),
    ]
