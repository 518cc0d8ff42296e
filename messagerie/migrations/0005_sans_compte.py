import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The outbox also writes to people without an account."""

    dependencies = [("messagerie", "0004_fil"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AlterField(
            "notification",
            "destinataire",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "notification",
            "adresse",
            models.EmailField(
                "adresse sans compte", max_length=254, blank=True, default="", db_default=""
            ),
        ),
        migrations.AddConstraint(
            "notification",
            models.UniqueConstraint(
                fields=["adresse", "genre", "cle"],
                condition=~Q(adresse=""),
                name="notification_adresse_unique",
            ),
        ),
        migrations.AddConstraint(
            "notification",
            models.CheckConstraint(
                condition=Q(destinataire__isnull=False, adresse="")
                | Q(destinataire__isnull=True) & ~Q(adresse=""),
                name="notification_un_destinataire",
            ),
        ),
    ]
