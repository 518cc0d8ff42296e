"""Merge two territoires: one takes the other's communes, team, pages, images, tours and words; for good."""

from __future__ import annotations

from django.db import transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from animation.erreurs import TourEnCours
from animation.models import (
    Abonnement,
    AccueilTerritoire,
    ActeTerritoire,
    EnvoiLettre,
    EspaceCms,
    Evenement,
    Invitation,
)
from animation.models.socle import PageEnPlace
from animation.services.equipe import exiger_referent, journaliser, nommer_animateur, relever_animateur
from animation.services.pages import installer_pages
from animation.services.territoires import dire_la_fin, equipe_de
from echange.socle.horloge import maintenant
from matching.models import MotManquant, Tour
from messagerie.models import Signalement
from profils.models import Utilisateur
from territoires.models import Territoire
from territoires.services import reunir_territoires


@transaction.atomic
def reunir(*, par: Utilisateur, source: Territoire, cible: Territoire) -> None:
    """Make `cible` take all that `source` has; addresses of its pages lead to where they are now.

    A round under computation reads the perimeter it began with: wait for its end, or stop it (`TourEnCours`).
    Raises `ReserveAuxReferents`, `PerimetreRefuse`.
    """
    exiger_referent(par)
    reunir_territoires(source=source, cible=cible)
    if en_cours := Tour.objects.actifs().filter(territoire__in=[source, cible]).first():
        raise TourEnCours(
            f"Un tour se calcule sur «\u00a0{en_cours.territoire}\u00a0». Attendez sa fin, ou arrêtez-le."
        )
    for modele in (Tour, MotManquant, Signalement, Evenement, EnvoiLettre):
        modele._default_manager.filter(territoire=source).update(territoire=cible)  # noqa: SLF001
    Invitation.objects.en_attente().filter(territoire=source).update(retiree_le=maintenant())
    _reunir_abonnements(source, cible)
    installer_pages()  # the target's own, should one be missing
    _reunir_equipes(par, source, cible)
    _reunir_pages(source, cible)
    _reunir_espaces(source, cible)
    journaliser(source, ActeTerritoire.REUNI, par, detail=cible.nom)
    journaliser(cible, ActeTerritoire.AGRANDI, par, detail=source.nom)


def _reunir_equipes(par: Utilisateur, source: Territoire, cible: Territoire) -> None:
    for personne in equipe_de(source):
        relever_animateur(par=par, utilisateur=personne, territoire=source)
        nommer_animateur(par=par, utilisateur=personne, territoire=cible)
        dire_la_fin(personne, source, rejoint=cible.nom)


def _reunir_abonnements(source: Territoire, cible: Territoire) -> None:
    """Whoever reads one letter goes on with the other's; whoever reads both reads it once."""
    deja = Abonnement.objects.filter(territoire=cible)
    siens = Abonnement.objects.filter(territoire=source)
    siens.filter(utilisateur__in=deja.exclude(utilisateur=None).values("utilisateur")).delete()
    siens.filter(courriel__in=deja.exclude(courriel="").values("courriel")).delete()
    siens.update(territoire=cible)


def _reunir_pages(source: Territoire, cible: Territoire) -> None:
    """Move the pages under the target's; the emptied home is withdrawn and leads to the other."""
    depart = AccueilTerritoire.objects.filter(territoire=source).first()
    if depart is None:
        return
    arrivee = AccueilTerritoire.objects.get(territoire=cible)
    _deplacer_enfants(depart, arrivee, source.code)
    depart.refresh_from_db()
    _mener(depart, arrivee)
    depart.unpublish(set_expired=False)


def _deplacer_enfants(depart: Page, arrivee: Page, suffixe: str) -> None:
    """Move each child; two rubriques of one kind become one, two pages of one name keep both their texts."""
    for cle in list(depart.get_children().values_list("pk", flat=True)):
        enfant = Page.objects.get(pk=cle).specific
        arrivee = Page.objects.get(pk=arrivee.pk)  # the tree library moves on fresh rows
        jumelle = arrivee.get_children().filter(slug=enfant.slug).first()
        if jumelle is not None and isinstance(enfant, PageEnPlace):
            _deplacer_enfants(enfant, jumelle.specific, suffixe)
            _mener(enfant, jumelle)
            Page.objects.get(pk=enfant.pk).delete()
            continue
        if jumelle is not None:
            enfant.slug = f"{enfant.slug}-{suffixe}"[:255]
            enfant.save(update_fields=["slug"])
        enfant.move(arrivee, pos="last-child")


def _mener(depart: Page, arrivee: Page) -> None:
    """Lead the address of a page that is no more to another, and those that led to it too."""
    Redirect.objects.filter(redirect_page=depart).update(redirect_page=arrivee)
    parties = depart.get_url_parts()
    if parties:
        ancien = Redirect.normalise_path(parties[2])
        Redirect.objects.update_or_create(
            old_path=ancien, site_id=parties[0], defaults={"redirect_page": arrivee, "is_permanent": True}
        )


def _reunir_espaces(source: Territoire, cible: Territoire) -> None:
    """Put the collection of images and documents inside the target's, whose editors then hold it."""
    espace = EspaceCms.objects.filter(territoire=source).select_related("groupe", "collection").first()
    if espace is None:
        return
    groupe, collection = espace.groupe, espace.collection
    espace.delete()
    groupe.delete()
    collection.refresh_from_db()
    collection.move(EspaceCms.objects.get(territoire=cible).collection, pos="sorted-child")
