"""PostgreSQL extensions and the French text-search configuration everything else rests on."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations
from django.db.migrations.operations.base import Operation

# Stock `french` does not find « métiers » from « metier »: accents are removed before the stem.
CONFIGURATION = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_ts_config WHERE cfgname = 'francais') THEN
    CREATE TEXT SEARCH CONFIGURATION francais (COPY = french);
    ALTER TEXT SEARCH CONFIGURATION francais
      ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    operations: list[Operation] = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS postgis", migrations.RunSQL.noop),
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION IF EXISTS francais"),
    ]
