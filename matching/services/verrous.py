"""Locks several services take: always a demande before its échanges, and companies by primary key.

The whole order: demandes, échanges, companies, listings (by table and primary key), arêtes. Each service
takes what it needs of these, in this order.
"""

from collections.abc import Iterable

from matching.models import Demande
from profils.models import Entreprise


def verrouiller_demandes(*, echange: int | None = None, besoin: int | None = None) -> None:
    """Hold the open demandes that this échange, or this besoin, concerns: its answer may end them.

    Who accepts must be able to end the other proposals of the same demande, whose own answers would
    otherwise wait for the listing this one holds.
    """
    concernees = Demande.objects.en_cours()
    if echange is not None:
        concernees = concernees.filter(besoin__apports__echange=echange)
    if besoin is not None:
        concernees = concernees.filter(besoin=besoin)
    cles = concernees.order_by("pk").values("pk")
    list(Demande.objects.select_for_update(no_key=True).filter(pk__in=cles).order_by("pk"))


def verrouiller_entreprises(cles: Iterable[int]) -> list[Entreprise]:
    """Hold what these companies have sent and received, in primary-key order.

    `no_key`: rows that only name a company are written meanwhile.
    """
    verrouillees = Entreprise.objects.select_for_update(no_key=True).filter(pk__in=set(cles)).order_by("pk")
    return list(verrouillees)
