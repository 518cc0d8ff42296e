"""What if a company offered one compétence more? Read from the listings and the arêtes, nothing is written.

The savoir-faire tried stands where the company is, on site, within the default radius, at every level: what
an animator may hope for when she asks. The engine answers the same for a whole round (`moteur.tour.essai`);
here it is one company, from indexed SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.measure import D
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q

from echange.socle.horloge import maintenant
from matching.aretes import competences_proches, entreprises_ecartees, fiche
from matching.choix import Niveau
from matching.models import Arete, Besoin, Competence, Nature, SavoirFaire
from matching.models.annonces import AnnonceQuerySet
from matching.moteur.adequation import Adequation, evaluer
from profils.models import Entreprise

PROPOSEES = 5  # compétences worth asking her about
MONTREES = 12  # besoins written out; the others are counted
REGARDES = 200  # nearest besoins of each compétence that are judged
TROUS_MAX = 2_000  # besoins without an answer looked at around a company

# How what is given comes back: the asker's best savoir-faire for the company, straight or through a third.
_RETOURS = """
WITH recues AS (
  SELECT id, offreur_id, score FROM matching_arete
  WHERE demandeur_id = %(entreprise)s ORDER BY score DESC, id LIMIT %(borne)s
), reciproques AS (
  SELECT DISTINCT ON (offreur_id) offreur_id AS demandeur, id AS premiere, NULL::bigint AS seconde
  FROM matching_arete WHERE demandeur_id = %(entreprise)s AND offreur_id = ANY(%(demandeurs)s)
  ORDER BY offreur_id, score DESC, id
), cercles AS (
  SELECT DISTINCT ON (m.offreur_id) m.offreur_id AS demandeur, m.id AS premiere, r.id AS seconde
  FROM recues r JOIN matching_arete m ON m.demandeur_id = r.offreur_id AND m.offreur_id = ANY(%(demandeurs)s)
  ORDER BY m.offreur_id, r.score + m.score DESC, m.id, r.id
)
SELECT demandeur, premiere, seconde FROM cercles
WHERE demandeur NOT IN (SELECT demandeur FROM reciproques)
UNION ALL SELECT demandeur, premiere, seconde FROM reciproques
"""
RECUES_MAX = 60  # what the company may receive, looked at for a cercle


@dataclass(frozen=True, slots=True)
class BesoinServi:
    """One besoin that the savoir-faire would serve. `retours`: the arêtes by which the company is served in
    return, none for a direct, one for a réciproque, two for a cercle."""

    besoin: Besoin
    score: float
    distance_m: float
    est_sans_reponse: bool
    retours: tuple[Arete, ...] = ()

    @property
    def nature(self) -> Nature:
        return (Nature.DIRECT, Nature.RECIPROQUE, Nature.CERCLE)[len(self.retours)]


@dataclass(frozen=True, slots=True)
class Essai:
    """`besoins`: the first `MONTREES`, those without an answer first; `servis`, `debloques` count all."""

    competence: Competence
    besoins: tuple[BesoinServi, ...]
    servis: int
    debloques: int


@dataclass(frozen=True, slots=True)
class Trou:
    """A compétence asked around: how often, and how many of these besoins nobody serves."""

    competence: Competence
    demandes: int
    debloques: int


def essayer(entreprise: Entreprise, competence: Competence) -> Essai:
    """Return what this company would serve if it offered this compétence; a fixed number of queries."""
    savoir = _savoir_faire(entreprise, competence)
    ecartees = entreprises_ecartees(entreprise.pk)
    autour = Besoin.objects.autour(savoir.position, competences_proches(competence.pk), REGARDES)
    proches = [besoin for besoin in autour if besoin.entreprise_id not in ecartees]
    pleins = Besoin.objects.completes_parmi([besoin.pk for besoin in proches])
    adequations = {b.pk: (b, a) for b in proches if b.pk not in pleins and (a := _evaluer(b, savoir))}
    repondus = _avec_reponse(adequations)
    servis = [
        BesoinServi(besoin, adequation.score, besoin.distance.m, besoin.pk not in repondus)
        for besoin, adequation in adequations.values()
    ]
    servis.sort(key=lambda s: (not s.est_sans_reponse, -s.score, s.besoin.pk))
    sans_reponse = sum(servi.est_sans_reponse for servi in servis)
    return Essai(competence, tuple(_detailler(entreprise, servis[:MONTREES])), len(servis), sans_reponse)


def trous_autour(entreprise: Entreprise, limite: int = PROPOSEES) -> list[Trou]:
    """Return the compétences asked around that this company does not offer: those that would unlock the most
    besoins first, then the most asked. Four queries."""
    savoir = _savoir_faire(entreprise, None)
    offertes = SavoirFaire.objects.de_entreprise(entreprise).publiees().values("competence")
    connues = Competence.objects.choisissables().exclude(pk__in=offertes).select_related("theme").in_bulk()
    autour = _autour(entreprise, savoir)
    demandes = dict(autour.values_list("competence").annotate(nombre=Count("pk")).order_by())
    debloques = _debloques(autour, savoir)
    trous = [
        Trou(competence, demandes.get(code, 0), debloques[code])
        for code, competence in connues.items()
        if demandes.get(code) or debloques[code]
    ]
    trous.sort(key=lambda t: (-t.debloques, -t.demandes, t.competence.theme.ordre, t.competence.ordre))
    return trous[:limite]


def _savoir_faire(entreprise: Entreprise, competence: Competence | None) -> SavoirFaire:
    """The listing that does not exist."""
    return SavoirFaire(
        entreprise=entreprise,
        competence=competence,
        commune_id=entreprise.commune_id,
        position=entreprise.position_publique,
        niveau=Niveau.AVANCE,
        publie_le=maintenant(),
    )


def _evaluer(besoin: Besoin, savoir: SavoirFaire) -> Adequation | None:
    return evaluer(fiche(besoin), fiche(savoir), distance_m=besoin.distance.m)  # type: ignore[attr-defined]  # annotated


def _autour(entreprise: Entreprise, savoir: SavoirFaire) -> AnnonceQuerySet:
    """Besoins on line in the same commune or within its radius, but its own and the blocked."""
    rayon = D(km=savoir.rayon_km)
    return (
        Besoin.objects.publiees()
        .filter(Q(commune=entreprise.commune_id) | Q(position__dwithin=(savoir.position, rayon)))
        .exclude(entreprise__in=entreprises_ecartees(entreprise.pk))
    )


def _debloques(autour: AnnonceQuerySet, savoir: SavoirFaire) -> Counter[str]:
    """Count, for each compétence, the besoins around that nothing serves and that it would."""
    vivantes = Arete.objects.vivantes().filter(besoin=OuterRef("pk"))
    trous = autour.filter(~Exists(vivantes)).avec_distance(savoir.position).order_by("-publie_le")[:TROUS_MAX]
    proches: dict[str, list[str]] = {}
    for de, vers in Competence.voisines.through.objects.values_list("from_competence_id", "to_competence_id"):
        proches.setdefault(de, []).append(vers)
    servis = [besoin.competence_id for besoin in trous if _evaluer(besoin, savoir)]
    return Counter(code for voulu in servis for code in (voulu, *proches.get(voulu, ())))


def _avec_reponse(besoins: Collection[int]) -> set[int]:
    return set(Arete.objects.vivantes().filter(besoin__in=besoins).values_list("besoin", flat=True))


def _detailler(entreprise: Entreprise, servis: list[BesoinServi]) -> Iterable[BesoinServi]:
    """Add what a page shows: the besoins' companies, and how what is given comes back."""
    lus = Besoin.objects.select_related("entreprise", "commune", "competence").in_bulk(
        [servi.besoin.pk for servi in servis]
    )
    retours = _retours(entreprise, {servi.besoin.entreprise_id for servi in servis})
    for servi in servis:
        besoin = lus[servi.besoin.pk]
        yield BesoinServi(
            besoin,
            servi.score,
            servi.distance_m,
            servi.est_sans_reponse,
            retours.get(besoin.entreprise_id, ()),
        )


def _retours(entreprise: Entreprise, demandeurs: Collection[int]) -> dict[int, tuple[Arete, ...]]:
    """Return, for each of these companies that can pay back, the arêtes it takes; two queries."""
    parametres: dict[str, Any] = {
        "entreprise": entreprise.pk,
        "demandeurs": sorted(demandeurs),
        "borne": RECUES_MAX,
    }
    with connection.cursor() as curseur:
        curseur.execute(_RETOURS, parametres)
        chemins = {demandeur: [cle for cle in cles if cle] for demandeur, *cles in curseur.fetchall()}
    cles = {cle for chemin in chemins.values() for cle in chemin}
    aretes = Arete.objects.vivantes().detaillees().in_bulk(cles)
    return {
        demandeur: tuple(aretes[cle] for cle in chemin)
        for demandeur, chemin in chemins.items()
        if all(cle in aretes for cle in chemin)
    }
