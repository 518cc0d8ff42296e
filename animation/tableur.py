"""Tables for a spreadsheet: as French ones expect them, and safe to open."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# A spreadsheet would run what begins like a formula.
FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n")


def reponse_csv(nom: str, lignes: Iterable[Sequence[str]]) -> HttpResponse:
    """Return these lines as a file: semicolons and a byte-order mark."""
    reponse = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{nom}.csv"'},
    )
    csv.writer(reponse, delimiter=";").writerows([sans_formule(c) for c in ligne] for ligne in lignes)
    return reponse


def sans_formule(cellule: str) -> str:
    """Return a cell that is only text, whatever it begins with."""
    return f"'{cellule}" if cellule.startswith(FORMULES) else cellule
