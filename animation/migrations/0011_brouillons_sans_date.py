"""A draft of an event is kept before its dates are typed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("animation", "0010_blocs_vifs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="pageevenement",
            name="debut",
            field=models.DateTimeField(help_text="À l’heure de Paris.", null=True, verbose_name="début"),
        ),
        migrations.AlterField(
            model_name="pageevenement",
            name="fin",
            field=models.DateTimeField(null=True, verbose_name="fin"),
        ),
    ]
