"""Search without an account: the savoir-faire of the neighbourhood, nearest first, and what to try when
there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matching.aretes import competences_proches
from matching.choix import Rayon
from matching.models import Competence, SavoirFaire
from matching.moteur.adequation import Lieu
from profils.models import Entreprise
from territoires.models import Commune

RESULTATS_MAX = 40


@dataclass(frozen=True, slots=True)
class Criteres:
    """What is searched, and where. `visio`: those who can meet on a screen, however far, count too."""

    competence: Competence
    commune: Commune
    rayon_km: int = Rayon.MOYEN
    visio: bool = False


@dataclass(frozen=True, slots=True)
class Resultats:
    """Savoir-faire with their `distance`; the exact ones first, then the close ones, each nearest first.

    `elargir` is the smallest radius (km) that would find more, None if none would; `en_visio` how many
    more `visio` would bring.
    """

    annonces: list[SavoirFaire]
    elargir: int | None
    en_visio: int


def chercher(criteres: Criteres, *, sauf: Entreprise | None = None) -> Resultats:
    """Find the savoir-faire around a commune, without those of `sauf`; four queries whatever the rows."""
    codes = competences_proches(criteres.competence.pk)
    candidates = [
        annonce
        for annonce in SavoirFaire.objects.autour(criteres.commune.position, codes, RESULTATS_MAX)
        if sauf is None or annonce.entreprise_id != sauf.pk
    ]
    loin = [annonce for annonce in candidates if not _est_a_portee(annonce, criteres)]
    trouvees = [annonce.pk for annonce in candidates if _est_trouvee(annonce, criteres)]
    return Resultats(
        annonces=_completes(trouvees, criteres),
        elargir=_rayon_suivant(loin, criteres.rayon_km),
        en_visio=0 if criteres.visio else sum(map(_accepte_visio, loin)),
    )


def _est_trouvee(annonce: SavoirFaire, criteres: Criteres) -> bool:
    return _est_a_portee(annonce, criteres) or (criteres.visio and _accepte_visio(annonce))


def _est_a_portee(annonce: SavoirFaire, criteres: Criteres) -> bool:
    """In the commune OR within the distance: a big commune's edge is far from its own centre."""
    return annonce.commune_id == criteres.commune.pk or _metres(annonce) <= criteres.rayon_km * 1000


def _accepte_visio(annonce: SavoirFaire) -> bool:
    return bool(annonce.modalites & Lieu.VISIO)


def _metres(annonce: SavoirFaire) -> float:
    metres: float = annonce.distance.m  # type: ignore[attr-defined]  # annotated by `avec_distance`
    return metres


def _rayon_suivant(loin: Iterable[SavoirFaire], rayon_km: int) -> int | None:
    plus_proche = min(map(_metres, loin), default=None)
    if plus_proche is None:
        return None
    return next((rayon for rayon in Rayon.values if rayon > rayon_km and rayon * 1000 >= plus_proche), None)


def _completes(cles: list[int], criteres: Criteres) -> list[SavoirFaire]:
    """Read again, with all that a card shows: a union of index walks takes no `select_related`."""
    annonces = (
        SavoirFaire.objects.filter(pk__in=cles)
        .avec_distance(criteres.commune.position)
        .select_related("entreprise", "commune", "competence")
    )
    exacte = criteres.competence.pk
    return sorted(annonces, key=lambda a: (a.competence_id != exacte, _metres(a), a.pk))[:RESULTATS_MAX]
