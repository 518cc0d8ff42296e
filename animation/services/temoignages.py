"""Témoignages: a draft page for each agreement, and no page without one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.text import Truncator
from django.utils.timezone import localdate
from procrastinate.contrib.django import app

from animation.models import AccueilTerritoire, PageTemoignage, RubriqueTemoignages
from matching.evenements import TemoignageConsenti, TemoignageRetire
from matching.models import Temoignage
from profils.models import Taille

TACHE_REDIGER = "animation.rediger_temoignage"


def programmer_brouillon(fait: TemoignageConsenti) -> None:
    """Have the draft made in the background: whoever agrees does not wait for the CMS."""
    app.configure_task(TACHE_REDIGER).defer(temoignage_id=fait.temoignage_id)


@transaction.atomic
def rediger_brouillon(*, temoignage_id: int) -> PageTemoignage | None:
    """Put the draft on the shelf of the company's territoire; done twice is done once.

    None when the agreement was taken back meanwhile, or when no community has a page there.
    """
    temoignage = Temoignage.objects.select_for_update().filter(pk=temoignage_id, retire_le=None).first()
    if temoignage is None:
        return None
    territoire = temoignage.bilan.entreprise.commune.territoire_id
    # The tree library computes a new page's place from its siblings: one writer at a time.
    accueil = AccueilTerritoire.objects.filter(territoire=territoire).first()
    siennes = RubriqueTemoignages.objects.child_of(accueil) if accueil else RubriqueTemoignages.objects.none()
    parente = siennes.select_for_update(of=("self",)).first()
    deja: PageTemoignage | None = PageTemoignage.objects.filter(temoignage=temoignage.uuid).first()
    if parente is None or deja is not None:
        return deja
    page = _ecrire(temoignage)
    parente.add_child(instance=page)
    page.save_revision(changed=False)
    return page


def _ecrire(temoignage: Temoignage) -> PageTemoignage:
    bilan = temoignage.bilan
    entreprise, quoi = bilan.entreprise, bilan.competence.titre
    return PageTemoignage(
        title=Truncator(f"{entreprise.nom}\u00a0: {quoi}").chars(200),
        slug=f"temoignage-{temoignage.uuid}",
        live=False,
        temoignage=temoignage.uuid,
        entreprise=entreprise.nom,
        secteur=entreprise.secteur.nom,
        taille=Taille(entreprise.taille).dite,
        commune=entreprise.commune.nom,
        region=entreprise.commune.departement.region.nom,
        competence=quoi,
        texte=temoignage.texte,
        echange_le=localdate(bilan.echange.conclu_le),
    )


def retirer_page(fait: TemoignageRetire) -> None:
    """The agreement is taken back: its page, its drafts and its revisions go in the same transaction."""
    _supprimer([Temoignage.objects.values_list("uuid", flat=True).get(pk=fait.temoignage_id)])


@transaction.atomic
def retirer_pages_sans_accord() -> int:
    """Delete the pages whose agreement no longer exists (a company erased); return how many."""
    accords = Temoignage.objects.filter(retire_le=None).values("uuid")
    return _supprimer(
        PageTemoignage.objects.exclude(temoignage__in=accords).values_list("temoignage", flat=True)
    )


def _supprimer(temoignages: Iterable[UUID]) -> int:
    pages = list(PageTemoignage.objects.filter(temoignage__in=list(temoignages)).order_by("pk"))
    for page in pages:
        page.delete()
    return len(pages)
