"""Publishing several pages at once goes through no form: drafts that are half filled in stay drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.models import Page

from animation.models import PageEvenement


def refuser_les_inacheves(request: HttpRequest, pages: Iterable[Page], acte: Any) -> HttpResponse | None:
    """Name the pages that lack something and publish none; None when all are complete.

    Wagtail would stop on the first with an error page, or put an event on line that says not where it is.
    """
    avec_la_suite = acte.cleaned_form.cleaned_data.get("include_descendants", False)
    titres = [
        page.title for page in _a_publier(pages, avec_la_suite=avec_la_suite) if not _est_complete(page)
    ]
    if not titres:
        return None
    noms = ", ".join(f"«\u00a0{titre}\u00a0»" for titre in titres)
    messages.error(
        request,
        f"Rien n’a été publié\u00a0: il manque quelque chose à {noms}. "
        "Ouvrez chaque brouillon nommé ici\u00a0: «\u00a0Publier\u00a0» y dira quoi.",
    )
    return redirect(acte.next_url)


def _a_publier(pages: Iterable[Page], *, avec_la_suite: bool) -> Iterator[Page]:
    for page in pages:
        yield page.get_latest_revision_as_object()
        if avec_la_suite:
            for fille in page.get_descendants().not_live().specific():
                yield fille.get_latest_revision_as_object()


def _est_complete(page: Page) -> bool:
    try:
        page.full_clean()
    except ValidationError:
        return False
    return not isinstance(page, PageEvenement) or page.se_tient
