"""Which veilles does this listing satisfy: the search read backwards, by indexed SQL; and their mails' links.

A listing published meets the veilles of its compétence (a code merged into it included) or of what its words
surely say, within each one's own radius or in its commune, or anywhere when both accept the screen; and,
when the words are close, those of a close compétence and those that have words alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.gis.measure import D
from django.core import signing
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Exists, OuterRef

from echange.socle.textes import sans_accents
from matching.aretes import competences_proches
from matching.choix import RAYON_MAX_KM
from matching.models import Annonce, Competence, Genre, Veille
from matching.moteur.adequation import Lieu
from matching.suggestions import lire_annonces, modele
from profils.models import Blocage

LOT = 50  # veilles looked at in one transaction; the next ones follow in another
MOTS_PROCHES = 0.3  # of relevance: 0.965 of the right listings reach it, one wrong one in 800 (retenu)
LIEN_VALABLE = 200 * 24 * 3600  # seconds: longer than a veille lives
ARRETER, PROLONGER = "matching.veille.arreter", "matching.veille.prolonger"  # one salt per act


@dataclass(frozen=True, slots=True)
class Page:
    """The veilles satisfied among the first `LOT` after a key, and the key to go on from (None: no more)."""

    satisfaites: list[Veille]
    suite: int | None


def page_de_veilles(annonce: Annonce, *, apres: int = 0) -> Page:
    """Look at the next `LOT` veilles this listing may satisfy, by key; a fixed number of queries."""
    sures, proches = _codes(annonce)
    voulues = _possibles(annonce).filter(pk__gt=apres)
    cles = sorted(
        {
            cle
            for branche in _branches(voulues, annonce, [*sures, *proches])
            for cle in branche.order_by("pk").values_list("pk", flat=True)[: LOT + 1]
        }
    )
    lues = cles[:LOT]
    veilles = list(Veille.objects.filter(pk__in=lues).select_related("utilisateur").order_by("pk"))
    return Page(_satisfaites(veilles, annonce, sures), lues[-1] if len(cles) > LOT else None)


def _codes(annonce: Annonce) -> tuple[set[str], set[str]]:
    """Return the compétences that mean this listing for sure, then those that are only close."""
    directes = {code for code in (annonce.competence_id, annonce.competence_lue_id) if code}
    toutes = directes.union(competences_proches(annonce.competence_id))
    ecrites = dict(Competence.objects.filter(remplacee_par__in=toutes).values_list("pk", "remplacee_par"))
    sures = directes | {code for code, vers in ecrites.items() if vers in directes}
    return sures, (toutes | ecrites.keys()) - sures


def _possibles(annonce: Annonce) -> QuerySet[Veille]:
    """Veilles of others that await this kind of listing, without a block either way."""
    genre = Genre.BESOIN if annonce.est_besoin else Genre.SAVOIR_FAIRE
    blocages = Blocage.objects.filter(
        Q(bloquante=annonce.entreprise_id, bloquee=OuterRef("entreprise"))
        | Q(bloquee=annonce.entreprise_id, bloquante=OuterRef("entreprise"))
    )
    return (
        Veille.objects.en_cours()
        .filter(cherche=genre)
        .exclude(entreprise=annonce.entreprise_id)
        .filter(~Exists(blocages))
    )


def _branches(voulues: QuerySet[Veille], annonce: Annonce, codes: list[str]) -> list[QuerySet[Veille]]:
    """One query by way of being found: each walks its own index.

    The constant radius is for the index (a commune's edge is never further), each one's own then decides.
    """
    point = annonce.position
    autour = voulues.filter(position__dwithin=(point, D(km=RAYON_MAX_KM))).filter(
        Q(commune=annonce.commune_id) | Q(position__dwithin=(point, F("rayon_km") * 1000))
    )
    branches = [autour.filter(competence__in=codes), autour.filter(competence__isnull=True)]
    if annonce.modalites & Lieu.VISIO:
        branches.append(voulues.filter(Q(competence__in=codes) | Q(competence__isnull=True), visio=True))
    return branches


def _satisfaites(veilles: list[Veille], annonce: Annonce, sures: set[str]) -> list[Veille]:
    """Keep those whose compétence is surely this listing's, or whose words are close to its own."""
    a_lire = [v for v in veilles if v.competence_id not in sures and v.texte]
    gardees = {v.pk for v in veilles if v.competence_id in sures}
    offre = lire_annonces([annonce.texte], [annonce.competence_id])
    for veille in a_lire:
        demande = modele().lire([sans_accents(veille.texte)])
        if float(modele().rapprocher(demande, offre)[0]) >= MOTS_PROCHES:
            gardees.add(veille.pk)
    return [veille for veille in veilles if veille.pk in gardees]


def creer_jeton(veille: Veille, sel: str) -> str:
    """Return what lets the reader of a mail do one act on this veille, without signing in."""
    return signing.dumps([str(veille.uuid), veille.expire_le.isoformat()], salt=sel)


def lire_jeton(jeton: str, sel: str) -> tuple[Veille, datetime] | None:
    """Return the veille and the end its link was made for; None if not ours, too old, or a veille gone."""
    try:
        uuid, fin = signing.loads(jeton, salt=sel, max_age=LIEN_VALABLE)
    except signing.BadSignature:
        return None
    veille = Veille.objects.select_related("competence", "commune").filter(uuid=UUID(uuid)).first()
    return (veille, datetime.fromisoformat(fin)) if veille else None
