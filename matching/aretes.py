"""Writes of the table of arêtes: a listing that changes updates exactly its own.

Two listings published at the same instant must not miss each other: each publication first takes an
advisory lock on its compétence and on the close ones, in sorted order; the closeness being symmetric,
two listings that may fit share at least one lock, and the second to come reads the first.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Q

from matching.models import Annonce, Arete, Besoin, Competence, SavoirFaire
from matching.moteur.adequation import Fiche, evaluer
from profils.models import Blocage

CANDIDATS_MAX = 200  # nearest listings looked at for each compétence: beyond, the neighbours are enough


def fiche(annonce: Annonce) -> Fiche:
    """Return the engine's record of a published listing."""
    if annonce.publie_le is None:
        raise ValueError(f"{annonce} is not published")
    return Fiche(
        entreprise=annonce.entreprise_id,
        competence=annonce.competence_id,
        modalites=annonce.modalites,
        rayon_m=annonce.rayon_km * 1000,
        niveau=annonce.niveau,
        creneaux=annonce.creneaux,
        commune=annonce.commune_id,
        publiee_le=annonce.publie_le,
    )


def competences_proches(code: str) -> list[str]:
    """Return this compétence then the close ones, in a stable order."""
    voisines = Competence.voisines.through.objects.filter(from_competence_id=code)
    return [code, *sorted(voisines.values_list("to_competence_id", flat=True))]


def verrouiller_competences(codes: Iterable[str]) -> None:
    """Hold, until the end of the transaction, the right to write arêtes of these compétences."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT pg_advisory_xact_lock(hashtext('arete'), hashtext(code))"
            " FROM (SELECT unnest(%s::text[]) AS code ORDER BY code) AS codes",
            [sorted(codes)],
        )


@transaction.atomic
def recalculer_aretes(annonce: Annonce) -> int:
    """Replace the arêtes of this listing by those it deserves now; return how many."""
    codes = competences_proches(annonce.competence_id)
    verrouiller_competences(codes)
    retirer_aretes(annonce)
    modele = type(annonce)
    actuelle = modele.objects.publiees().disponibles().filter(pk=annonce.pk).first()
    if actuelle is None:
        return 0
    aretes = [a for autre in _candidats(actuelle, codes) if (a := _evaluer_paire(actuelle, autre))]
    return len(Arete.objects.bulk_create(aretes))


def reconstruire(*, depuis: int = 0) -> Iterator[tuple[int, int]]:
    """Redo the arêtes of every besoin after the primary key `depuis`; yield (its key, how many).

    One transaction a besoin, in the order of keys: the site goes on meanwhile, and an interrupted run is
    resumed by the last key it gave. A besoin off line loses the arêtes it should not have.
    """
    cles = Besoin.objects.filter(pk__gt=depuis).order_by("pk").values_list("pk", flat=True)
    for cle in cles.iterator():
        besoin = Besoin.objects.filter(pk=cle).first()
        if besoin is not None:  # withdrawn for good since the list was read
            yield cle, recalculer_aretes(besoin)


def retirer_aretes(*annonces: Annonce) -> None:
    """Take these listings out of matching."""
    for annonce in annonces:
        champ = "besoin" if isinstance(annonce, Besoin) else "savoir_faire"
        Arete.objects.filter(**{champ: annonce}).delete()


def _candidats(annonce: Annonce, codes: Sequence[str]) -> Iterable[Annonce]:
    """The nearest listings of the other kind that the two companies' blocks allow."""
    autre_modele: type[Annonce] = SavoirFaire if isinstance(annonce, Besoin) else Besoin
    ecartees = entreprises_ecartees(annonce.entreprise_id)
    proches = list(autre_modele.objects.autour(annonce.position, codes, CANDIDATS_MAX))
    pleines = autre_modele.objects.completes_parmi([a.pk for a in proches])
    return (a for a in proches if a.entreprise_id not in ecartees and a.pk not in pleines)


def entreprises_ecartees(entreprise: int) -> set[int]:
    """Return this company and those that it blocks or that block it."""
    blocages = Blocage.objects.filter(Q(bloquante=entreprise) | Q(bloquee=entreprise))
    paires = blocages.values_list("bloquante_id", "bloquee_id")
    return {entreprise}.union(*paires)


def _evaluer_paire(une: Annonce, autre: Annonce) -> Arete | None:
    besoin, savoir_faire = (une, autre) if isinstance(une, Besoin) else (autre, une)
    distance_m: float = autre.distance.m  # type: ignore[attr-defined]  # annotated by `autour`
    adequation = evaluer(fiche(besoin), fiche(savoir_faire), distance_m=distance_m)
    if adequation is None:
        return None
    return Arete(
        besoin_id=besoin.pk,
        savoir_faire_id=savoir_faire.pk,
        demandeur_id=besoin.entreprise_id,
        offreur_id=savoir_faire.entreprise_id,
        score=adequation.score,
        distance_m=round(distance_m),
        modalites=adequation.modalites,
        creneaux=adequation.creneaux,
        composantes=adequation.composantes,
    )
