"""The site's pages, installed once for each worker and copied back since: a tenth of the time.

Thirty pages go through Wagtail's tree, index and revisions; dozens of tests start from them.
"""

from typing import Any

from django.db import connection, transaction
from wagtail.models import Locale, Page, Site

from animation.services.pages import installer_pages
from territoires.models import Territoire

PREFIXES = ("wagtail", "animation_", "auth_group", "modelsearch", "territoires_sourcechargee", "taggit")
_copie: dict[str, bytes] = {}
_cles: list[Any] = []


def poser_les_pages() -> None:
    """As `installer_pages()` on the tests' own ground, where nothing of the CMS stands yet."""
    modeles: tuple[Any, ...] = (Territoire, Locale, Page)
    cles = [list(modele.objects.order_by("pk").values_list("pk", flat=True)) for modele in modeles]
    if _copie and _cles == cles:
        _recopier()
        return
    avant = _lire()
    installer_pages()
    apres = _lire()
    _copie.clear()
    _copie.update({table: lignes for table, lignes in apres.items() if lignes != avant[table]})
    _cles[:] = cles


def _tables() -> list[str]:
    return [table for table in connection.introspection.table_names() if table.startswith(PREFIXES)]


def _lire() -> dict[str, bytes]:
    lues = {}
    with connection.cursor() as curseur:
        for table in _tables():
            with curseur.copy(f"COPY {table} TO STDOUT") as flux:
                lues[table] = b"".join(bytes(morceau) for morceau in flux)
    return lues


def _recopier() -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        # Rows come back in any order: what they refer to comes with them.
        curseur.execute("SET LOCAL session_replication_role = replica")
        for table, lignes in _copie.items():
            curseur.execute(f"DELETE FROM {table}")  # noqa: S608  our own tables
            with curseur.copy(f"COPY {table} FROM STDIN") as flux:
                flux.write(lignes)
        curseur.execute("SET LOCAL session_replication_role = DEFAULT")
    Site.clear_site_root_paths_cache()
