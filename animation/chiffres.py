"""Figures of a territoire: counts only, a fixed number of queries whatever the number of territoires."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from echange.socle.horloge import maintenant
from matching.models import Besoin, Echange, SavoirFaire, StatutEchange
from profils.models import Entreprise, Utilisateur
from territoires.models import Territoire

RECENT = timedelta(days=30)
ATTENTE = (StatutEchange.PROPOSE, StatutEchange.A_REPARER)
NOMBRES = ("entreprises", "besoins", "savoir_faire")


@dataclass(frozen=True, slots=True)
class Chiffres:
    """How many companies take part, how many listings are on line now."""

    entreprises: int = 0
    besoins: int = 0
    savoir_faire: int = 0


def chiffres_par_territoire(territoires: Collection[int]) -> dict[int, Chiffres]:
    """Return the figures of each territoire (primary keys): one query."""
    return {cle: Chiffres(*nombres) for cle, *nombres in _comptes(territoires).values_list("pk", *NOMBRES)}


def chiffres_et_equipes(territoires: Collection[int]) -> dict[int, tuple[Chiffres, list[str]]]:
    """Return the figures of each territoire and its team's first names: one query.

    First names only: they go on a public page, where an e-mail would be harvested.
    """
    equipe = Utilisateur.objects.filter(animations__territoire=OuterRef("pk"), is_active=True)
    prenoms = equipe.exclude(first_name="").order_by("first_name").values("first_name")
    comptes = _comptes(territoires).annotate(equipe=ArraySubquery(prenoms))
    lus = comptes.values_list("pk", "equipe", *NOMBRES)
    return {cle: (Chiffres(*nombres), list(noms)) for cle, noms, *nombres in lus}


def _comptes(territoires: Collection[int]) -> QuerySet[Any]:
    return Territoire.objects.filter(pk__in=territoires).annotate(
        entreprises=_compter(Entreprise.objects.actives()),
        besoins=_compter(Besoin.objects.publiees()),
        savoir_faire=_compter(SavoirFaire.objects.publiees()),
    )


def _compter(lignes: QuerySet[Any]) -> Coalesce:
    """Count, for each territoire of the outer query, the rows whose commune is there."""
    siennes = lignes.filter(commune__territoire=OuterRef("pk")).order_by().values("commune__territoire")
    return Coalesce(Subquery(siennes.annotate(nombre=Count("pk")).values("nombre")), 0)


def total(chiffres: Collection[Chiffres]) -> Chiffres:
    return Chiffres(
        sum(c.entreprises for c in chiffres),
        sum(c.besoins for c in chiffres),
        sum(c.savoir_faire for c in chiffres),
    )


@dataclass(frozen=True, slots=True)
class ChiffresEchanges:
    """What became of the échanges proposed in the last `RECENT`."""

    proposes: int
    acceptes: int
    en_attente: int


def chiffres_des_echanges(territoires: Collection[int]) -> ChiffresEchanges:
    """Count the recent échanges in which a company of these territoires takes part: one query."""
    recents = Echange.objects.filter(
        cree_le__gte=maintenant() - RECENT, participations__entreprise__commune__territoire__in=territoires
    )
    return ChiffresEchanges(
        **recents.aggregate(
            proposes=Count("pk", distinct=True),
            acceptes=Count("pk", distinct=True, filter=Q(accepte_le__isnull=False)),
            en_attente=Count("pk", distinct=True, filter=Q(statut__in=ATTENTE)),
        )
    )
