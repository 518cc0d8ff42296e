from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("messagerie", "0007_retenue"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                "genre",
                OpClass("cle", name="varchar_pattern_ops"),
                name="notification_fait",
            ),
        ),
    ]
