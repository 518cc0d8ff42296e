from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messagerie", "0006_courriels")]

    operations = [
        migrations.AddField(
            "message",
            "retenu_le",
            models.DateTimeField("retenu avant relecture le", null=True, blank=True),
        ),
        migrations.AlterField(
            "signalement",
            "motif",
            models.CharField(
                "raison",
                max_length=12,
                choices=[
                    ("demarchage", "Du démarchage\u00a0: on essaie de me vendre quelque chose"),
                    ("propos", "Des propos blessants ou menaçants"),
                    ("fraude", "Une arnaque, une demande d’argent"),
                    ("coordonnees", "Des informations privées sur quelqu’un"),
                    ("autre", "Autre chose"),
                    ("repetition", "Le même texte dans plusieurs conversations"),
                ],
            ),
        ),
        migrations.AlterField(
            "journalsignalement",
            "fait",
            models.CharField(
                "fait",
                max_length=20,
                choices=[
                    ("signale", "Signalé"),
                    ("retenu", "Retenu avant d’être lu"),
                    ("pris_et_lu", "Pris en main et lu"),
                    ("rien", "Rien à reprocher"),
                    ("retrait", "Retirer le message"),
                    ("avertissement", "Retirer le message et avertir l’entreprise"),
                    ("suspension", "Retirer le message et suspendre l’entreprise"),
                ],
            ),
        ),
    ]
