import django.db.models.deletion
import echange.socle.horloge
from django.db import migrations, models


class Migration(migrations.Migration):
    """What was waiting before this day is not mailed: people have read the thread, or know that it is there."""

    dependencies = [("messagerie", "0005_sans_compte")]

    operations = [
        migrations.AddField(
            "participant",
            "courriel_jusqua",
            models.PositiveIntegerField("écrit jusqu’au numéro", default=0, db_default=0),
        ),
        migrations.AddField(
            "participant",
            "courriel_le",
            models.DateTimeField("dernier courriel préparé le", null=True, blank=True),
        ),
        migrations.CreateModel(
            name="CourrielRecu",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("empreinte", models.CharField("courriel et adresse", max_length=64, unique=True)),
                (
                    "issue",
                    models.CharField(
                        "issue",
                        choices=[("ecrit", "Publié dans la conversation"), ("refuse", "Refusé")],
                        max_length=6,
                    ),
                ),
                ("repondu_a", models.CharField("à qui nous avons répondu", blank=True, max_length=64)),
                ("recu_le", models.DateTimeField("reçu le", default=echange.socle.horloge.maintenant)),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="messagerie.participant",
                    ),
                ),
            ],
            options={
                "verbose_name": "courriel reçu",
                "verbose_name_plural": "courriels reçus",
                "indexes": [
                    models.Index(fields=["participant", "recu_le"], name="courriel_recu_de"),
                    models.Index(fields=["recu_le"], name="courriel_recu_le"),
                ],
            },
        ),
        migrations.RunSQL(
            "UPDATE messagerie_participant SET courriel_jusqua = messagerie_conversation.dernier_numero"
            " FROM messagerie_conversation WHERE messagerie_conversation.id = conversation_id",
            migrations.RunSQL.noop,
        ),
    ]
