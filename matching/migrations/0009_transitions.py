"""Who left an échange and why; the table of transitions, held by triggers; no company deleted from history."""

import django.db.models.deletion
import echange.socle.horloge
from django.conf import settings
from django.db import migrations, models

# What `matching.cycle` allows, held by the database too. A change of the table is a new migration.
_ECHANGES = [
    ("propose", "en_cours"),
    ("propose", "decline"),
    ("propose", "annule"),
    ("propose", "expire"),
    ("propose", "a_reparer"),
    ("a_reparer", "propose"),
    ("a_reparer", "decline"),
    ("a_reparer", "expire"),
    ("a_reparer", "annule"),
    ("en_cours", "realise"),
    ("en_cours", "annule"),
    ("realise", "clos"),
]
_REPONSES = [
    ("attendue", "acceptee"),
    ("attendue", "declinee"),
    ("acceptee", "declinee"),
    ("acceptee", "attendue"),
]
_APPORTS = [
    ("prevu", "realise"),
    ("prevu", "non_realise"),
    ("prevu", "conteste"),
    ("conteste", "realise"),
    ("conteste", "non_realise"),
]

_FONCTION = """
CREATE FUNCTION matching_exiger_transition() RETURNS trigger LANGUAGE plpgsql AS $$
-- arguments: the column, then every pair « from>to » that is allowed
DECLARE
  avant text := to_jsonb(OLD) ->> TG_ARGV[0];
  apres text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
  IF avant || '>' || apres <> ALL (TG_ARGV[1:]) THEN
    RAISE EXCEPTION '%.% may not go from % to %', TG_TABLE_NAME, TG_ARGV[0], avant, apres
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$
"""


def _declencheur(table, colonne, paires):
    permises = ", ".join(f"'{de}>{vers}'" for de, vers in paires)
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_transition BEFORE UPDATE OF {colonne} ON {table} FOR EACH ROW"
        f" WHEN (OLD.{colonne} IS DISTINCT FROM NEW.{colonne})"
        f" EXECUTE FUNCTION matching_exiger_transition('{colonne}', {permises})",
        f"DROP TRIGGER {table}_transition ON {table}",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0008_vie_des_echanges'),
        ('profils', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='apport',
            name='demande_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='confirmation demandée le'),
        ),
        migrations.AddField(
            model_name='echange',
            name='reparations',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='réparations'),
        ),
        migrations.AddField(
            model_name='participation',
            name='demande_le',
            field=models.DateTimeField(default=echange.socle.horloge.maintenant, verbose_name='demandé le'),
        ),
        migrations.AddField(
            model_name='participation',
            name='sortie',
            field=models.CharField(blank=True, choices=[('decline', 'Ne peut pas'), ('silence', 'N’a pas répondu'), ('partie', 'Ne participe plus'), ('annonce', 'Son savoir-faire n’est plus libre'), ('trouve', 'A déjà trouvé')], max_length=8, verbose_name='sortie'),
        ),
        migrations.AddField(
            model_name='participation',
            name='sortie_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='sortie le'),
        ),
        migrations.AlterField(
            model_name='apport',
            name='donneur',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='apports_donnes', to='profils.entreprise'),
        ),
        migrations.AlterField(
            model_name='apport',
            name='receveur',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='apports_recus', to='profils.entreprise'),
        ),
        migrations.AlterField(
            model_name='echange',
            name='initiatrice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='echanges_proposes', to='profils.entreprise', verbose_name='proposé par'),
        ),
        migrations.AlterField(
            model_name='participation',
            name='entreprise',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='profils.entreprise'),
        ),
        migrations.AddIndex(
            model_name='echange',
            index=models.Index(condition=models.Q(('statut__in', ['propose', 'a_reparer', 'en_cours'])), fields=['statut', 'expire_le'], name='echange_ouverts'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sortie', ''), ('sortie_le__isnull', True)), models.Q(models.Q(('sortie', ''), _negated=True), ('sortie_le__isnull', False)), _connector='OR'), name='participation_sortie_datee'),
        ),
        migrations.RunSQL(
            "UPDATE matching_participation p SET demande_le = e.cree_le"
            " FROM matching_echange e WHERE e.id = p.echange_id",
            migrations.RunSQL.noop,
        ),
        # A table cannot be altered in the transaction that has just updated it.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunSQL(_FONCTION, "DROP FUNCTION matching_exiger_transition()"),
        _declencheur("matching_echange", "statut", _ECHANGES),
        _declencheur("matching_participation", "reponse", _REPONSES),
        _declencheur("matching_apport", "etat", _APPORTS),
    ]
