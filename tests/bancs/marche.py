"""A synthetic market straight into the tables: companies by population, compétences by Zipf's law."""

import time

from django.db import connection

GRAINE = 0.42  # PostgreSQL's `setseed`
PART_LUE = 0.15  # listings whose words say another compétence than the one chosen

_PREPARER = """
SELECT setseed({graine});
TRUNCATE profils_entreprise, matching_besoin, matching_savoirfaire CASCADE;
CREATE TEMP TABLE tirage AS
  SELECT code, position, (sum(population) OVER (ORDER BY code))::float8 AS cumul
  FROM territoires_commune WHERE population > 0 AND NOT a_arrondissements;
CREATE INDEX ON tirage (cumul);
ANALYZE tirage;
CREATE TEMP TABLE zipf AS
  SELECT code, (sum(1.0 / rang) OVER (ORDER BY rang))::float8 AS cumul
  FROM (SELECT code, row_number() OVER (ORDER BY code) AS rang FROM matching_competence) AS rangees;
"""

_ENTREPRISES = """
INSERT INTO profils_entreprise (uuid, cree_le, modifie_le, nom, est_en_creation, secteur_id, taille, commune_id,
  adresse, position, position_publique, est_localisee, est_en_pause, est_suspendue)
SELECT gen_random_uuid(), now(), now(), 'Entreprise ' || n, true, (SELECT min(code) FROM profils_secteur), '0',
       code, '', point, point, false, false, false
FROM (
  SELECT n, lieu.code, ST_Project(lieu.position, 4000 * sqrt(random()), 2 * pi() * random()) AS point
  FROM (SELECT n, random() * (SELECT max(cumul) FROM tirage) AS tire FROM generate_series(1, %s) AS n) AS tirages
  CROSS JOIN LATERAL (SELECT * FROM tirage WHERE cumul >= tire ORDER BY cumul LIMIT 1) AS lieu
) AS places
"""

_ANNONCES = """
INSERT INTO {table} (uuid, cree_le, modifie_le, entreprise_id, competence_id, competence_lue_id, texte, modalites,
  rayon_km, creneaux, duree_minutes, niveau, capacite, commune_id, position, statut, publie_le, expire_le, rappels)
SELECT gen_random_uuid(), now(), now(), e.id, choix.code,
       CASE WHEN random() < {part_lue} THEN (
         SELECT c.code FROM zipf c WHERE c.cumul >= e.tire_lue AND c.code <> choix.code
           AND NOT EXISTS (SELECT FROM matching_competence_voisines v
                           WHERE v.from_competence_id = choix.code AND v.to_competence_id = c.code)
         ORDER BY c.cumul LIMIT 1) END,
       'Annonce du banc d''essai', 7 + 8 * (random() > 0.5)::int,
       (ARRAY[5, 10, 20, 30, 50])[1 + floor(random() * 5)::int], 0, 60, 1 + floor(random() * 3)::int, 1,
       e.commune_id, e.position_publique, 'publiee', now() - random() * interval '50 days',
       now() + interval '60 days', 0
FROM (SELECT *, random() * (SELECT max(cumul) FROM zipf) AS tire,
             random() * (SELECT max(cumul) FROM zipf) AS tire_lue FROM profils_entreprise
      CROSS JOIN generate_series(1, %s) WHERE profils_entreprise.id %% %s = 0) AS e
CROSS JOIN LATERAL (SELECT code FROM zipf WHERE cumul >= tire ORDER BY cumul LIMIT 1) AS choix
"""


def charger(annonces: int, *, paires: bool = False) -> None:
    """Fill the tables with `annonces` savoir-faire of half as many companies, and a tenth as many besoins.

    `paires`: as many besoins as savoir-faire.
    """
    debut = time.perf_counter()
    entreprises = annonces // 2
    with connection.cursor() as curseur:
        curseur.execute(_PREPARER.format(graine=GRAINE))
        curseur.execute(_ENTREPRISES, [entreprises])
        curseur.execute(_ANNONCES.format(table="matching_savoirfaire", part_lue=PART_LUE), [2, 1])
        besoins = [2, 1] if paires else [1, 5]
        curseur.execute(_ANNONCES.format(table="matching_besoin", part_lue=PART_LUE), besoins)
        for table in ("profils_entreprise", "matching_savoirfaire", "matching_besoin"):
            curseur.execute(f"ANALYZE {table}")
    print(f"{annonces} savoir-faire de {entreprises} entreprises en {time.perf_counter() - debut:.0f} s")


def competence_la_plus_offerte() -> str:
    """By Zipf's law, the first by code."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT min(code) FROM matching_competence")
        code: str = curseur.fetchone()[0]
    return code
