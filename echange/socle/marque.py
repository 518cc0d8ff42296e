"""The State's mark (Marianne typeface, bloc-marque artwork) is served only to an approved host."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.storage import Storage

# The whole package: what does not carry the mark names it (`--red-marianne-…`) or is of no use to us.
_RESERVES = ("dsfr/", "django-dsfr/", "css/dsfr-")


def est_reserve(chemin: str) -> bool:
    """Say whether this static file carries the State's mark, or brings it in (stylesheets naming it)."""
    return not settings.MARQUE_ETAT and chemin.replace("\\", "/").startswith(_RESERVES)


class ApplicationsSansMarqueEtat(AppDirectoriesFinder):
    """Hide the State's files from both `collectstatic` and the development server."""

    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        return [] if est_reserve(path) else super().find(path, *args, **kwargs)  # [] also for « not found »

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        return ((c, s) for c, s in super().list(ignore_patterns) if not est_reserve(c))
