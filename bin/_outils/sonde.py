"""Say in JSON what a database is; run by the virtual environment's Python (`sonde.py EXTENSION…`).

The URL comes by `DATABASE_URL`: a command line, and the password in it, can be read by everyone.
"""

import json
import os
import sys

import psycopg

QUESTION = """
SELECT current_setting('server_version_num')::int / 10000,
       current_setting('server_encoding'),
       (SELECT coalesce(json_agg(nom), '[]') FROM unnest(%s::text[]) nom
         WHERE nom NOT IN (SELECT name FROM pg_available_extensions)),
       (SELECT oid::text FROM pg_database WHERE datname = current_database())
"""


def examiner(url: str, extensions: list[str]) -> dict[str, object]:
    try:
        with psycopg.connect(url, connect_timeout=5) as connexion:
            ligne = connexion.execute(QUESTION, (extensions,)).fetchone()
    except psycopg.OperationalError as erreur:
        return {"erreur": str(erreur).splitlines()[0]}
    version, encodage, absentes, identite = ligne or (0, "", [], "")
    return {"version": version, "encodage": encodage, "absentes": absentes, "identite": f"{url} {identite}"}


if __name__ == "__main__":
    json.dump(examiner(os.environ["DATABASE_URL"], sys.argv[1:]), sys.stdout)
