"""What the screens of a tour read: its échanges filtered, the map's data, the lines of the export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet

from echange.socle.templatetags.francais import distance as dire_distance
from matching.models import Consigne, EchangePrevu, GenreConsigne, Theme, Tour
from matching.models.tours import EchangePrevuQuerySet
from matching.presentation.tours import FichePrevu, dire_consigne
from territoires.models import Commune

ENTETES = (
    "Échange",
    "Nature",
    "Qui apprend aux autres",
    "Sa commune",
    "À qui",
    "Sa commune",
    "Savoir-faire",
    "Besoin",
    "Avec ses mots",
    "Distance",
    "État",
)


def tours_avec_comptes(tours: QuerySet[Tour]) -> QuerySet[Tour]:
    """Annotate how many échanges each tour foresees (`prevus`), and how many were sent (`envois`)."""
    return tours.select_related("territoire", "lance_par").annotate(
        prevus=Count("echanges"), envois=Count("echanges", filter=Q(echanges__echange__isnull=False))
    )


def filtrer(tour: Tour, filtre: dict[str, Any]) -> EchangePrevuQuerySet:
    """The échanges of a tour that answer the filter (`nature`, `commune`, `theme`)."""
    echanges = EchangePrevu.objects.filter(tour=tour).entiers().order_by("rang")
    if nature := filtre.get("nature"):
        echanges = echanges.filter(nature=nature)
    if commune := filtre.get("commune"):
        echanges = echanges.dans_la_commune(commune.pk)
    if theme := filtre.get("theme"):
        echanges = echanges.sur_le_theme(theme.pk)
    return echanges


def envoyables(tour: Tour, filtre: dict[str, Any]) -> EchangePrevuQuerySet:
    """Those of the filter that « tout envoyer » sends: not sent yet, and not to be left out."""
    ecartes = tour.consignes.filter(genre=GenreConsigne.SANS_ECHANGE)
    return filtrer(tour, filtre).a_envoyer().exclude(empreinte__in=ecartes.values("empreinte"))


def communes_de(tour: Tour) -> QuerySet[Commune]:
    """Communes of the companies of a tour: every company of a round gives or receives."""
    dons = tour.dons.all()
    return Commune.objects.filter(
        Q(entreprises__in=dons.values("donneur")) | Q(entreprises__in=dons.values("receveur"))
    ).distinct()


def themes_de(tour: Tour) -> QuerySet[Theme]:
    return Theme.objects.filter(competences__savoir_faire__in=tour.dons.values("savoir_faire")).distinct()


def natures_de(tour: Tour) -> dict[str, int]:
    """Return how many échanges of each nature."""
    return dict(Counter(filtrer(tour, {}).values_list("nature", flat=True)))


def consignes_de(tour: Tour) -> list[Consigne]:
    """Its consignes with the names they say: a fixed number of queries."""
    return list(
        tour.consignes.select_related(
            "entreprise", "autre", "besoin__entreprise", "besoin__competence"
        ).prefetch_related(Prefetch("echange_prevu", EchangePrevu.objects.detailles()))
    )


def en_mots(consignes: Iterable[Consigne]) -> list[tuple[Consigne, str]]:
    return [(consigne, dire_consigne(consigne)) for consigne in consignes]


def fiches_de(echanges: Iterable[EchangePrevu], consignes: Iterable[Consigne] = ()) -> list[FichePrevu]:
    par_empreinte = {consigne.empreinte: consigne for consigne in consignes if consigne.empreinte}
    return [FichePrevu(prevu, par_empreinte.get(prevu.empreinte)) for prevu in echanges]


def carte_de(fiches: Sequence[FichePrevu]) -> dict[str, Any]:
    """Return what `carte_tour.js` draws: public positions only, already blurred."""
    entreprises = {e.pk: e for fiche in fiches for e in fiche.entreprises}
    return {
        "tuiles": settings.CARTE_TUILES_URL,
        "mention": settings.CARTE_TUILES_MENTION,
        "entreprises": {
            str(e.uuid): {
                "nom": e.nom,
                "commune": e.commune.nom,
                "lat": e.position_publique.y,
                "lon": e.position_publique.x,
            }
            for e in entreprises.values()
        },
        "echanges": [
            {
                "id": f"echange-{fiche.prevu.uuid}",
                "nature": fiche.prevu.nature,
                "titre": fiche.titre,
                "dons": [
                    {
                        "de": str(don.donneur.uuid),
                        "a": str(don.receveur.uuid),
                        "quoi": don.savoir_faire.competence.titre,
                    }
                    for don in fiche.dons
                ],
            }
            for fiche in fiches
        ],
    }


def lignes_export(fiches: Iterable[FichePrevu]) -> Iterator[list[str]]:
    """Yield the header, then one line a gift."""
    yield list(ENTETES)
    for fiche in fiches:
        etat = fiche.etat[0] if fiche.etat else "À envoyer"
        for don in fiche.dons:
            yield [
                str(fiche.prevu.rang),
                fiche.nature,
                don.donneur.nom,
                don.donneur.commune.nom,
                don.receveur.nom,
                don.receveur.commune.nom,
                don.savoir_faire.competence.titre,
                don.besoin.competence.titre,
                don.besoin.texte,
                dire_distance(don.distance_m),
                etat,
            ]
