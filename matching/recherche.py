"""Search without an account: the savoir-faire of the neighbourhood that answer a visitor's words, and what to
try when there is none.

Candidates come from index walks, nearest first, one for each compétence worth looking at: the one touched or
read, those close to it in the tree, those the words may also mean; and from the latest of the commune,
whatever their compétence. They are then ranked by what their words and their compétence say, less what the
way costs.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from echange.socle.textes import sans_accents
from matching.aretes import competences_proches
from matching.candidates import Candidate, lire_candidates
from matching.choix import Rayon
from matching.models import Competence, SavoirFaire
from matching.moteur.adequation import PORTEE_M, Lieu
from matching.suggestions import CONFIANCE, lire_annonces, modele
from profils.models import Entreprise
from territoires.models import Commune

RESULTATS_MAX = 40
PAR_COMPETENCE = 12  # candidates of each other compétence when words rank them
COMPETENCES_LUES = 10  # that the words may mean
PART_LUE = 0.01  # of the sentence, under which a compétence is not looked at
DU_LIEU = 200  # latest of the commune, of any compétence, whose words may be close
PERTINENCE_MIN = 0.03  # under which words are not close, when the compétence does not say it already
# What a card shows of those that are kept, and a map of where they are.
POUR_MONTRER = (
    *("uuid", "texte", "modalites", "duree_minutes", "position"),
    *("entreprise__nom", "commune__nom", "competence__titre"),
)
PRIX_DU_CHEMIN = 0.25  # of relevance, that the farthest lose


class Raison(Enum):
    """Why a savoir-faire is shown, as the card says it."""

    EXACTE = "Exactement ce que vous cherchez"
    VOISINE = "Un savoir-faire proche de ce que vous cherchez"
    MOTS = "Ses mots ressemblent aux vôtres"


@dataclass(frozen=True, slots=True)
class Criteres:
    """What is searched, and where. `visio`: those who can meet on a screen, however far, count too.

    `texte`: the visitor's words. `competence`: the one touched (`est_choisie`) or read in the words, None
    when they were not understood.
    """

    competence: Competence | None
    commune: Commune
    rayon_km: int = Rayon.MOYEN
    visio: bool = False
    texte: str = ""
    est_choisie: bool = True


@dataclass(frozen=True, slots=True)
class Trouvee:
    """A savoir-faire, how far it is, why it is shown, and the visitor's words that led there."""

    annonce: SavoirFaire
    metres: float
    raison: Raison
    mots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resultats:
    """What was found, best first: the exact ones before the close ones, the near before the far.

    `elargir` is the smallest radius (km) that would find more, None if none would; `en_visio` how many
    more `visio` would bring.
    """

    trouvees: list[Trouvee]
    elargir: int | None
    en_visio: int

    @property
    def annonces(self) -> list[SavoirFaire]:
        return [trouvee.annonce for trouvee in self.trouvees]


def chercher(criteres: Criteres, *, sauf: Entreprise | None = None) -> Resultats:
    """Find the savoir-faire around a commune, without those of `sauf`; a fixed number of queries."""
    exacte = criteres.competence.pk if criteres.competence else None
    proches = competences_proches(exacte) if exacte else []
    codes = list(dict.fromkeys([*proches, *competences_lues(criteres.texte)]))
    candidates = [
        candidate
        for candidate in _candidates(criteres, codes)
        if sauf is None or candidate.entreprise_id != sauf.pk
    ]
    loin = [annonce for annonce in candidates if not _est_a_portee(annonce, criteres)]
    gardees = _ranger([a for a in candidates if _est_trouvee(a, criteres)], criteres, codes)[:RESULTATS_MAX]
    raisons = {code: Raison.EXACTE if code == exacte else Raison.VOISINE for code in proches}
    return Resultats(
        trouvees=[_dire(annonce, de, raisons, criteres) for annonce, de in _completes(gardees)],
        elargir=_rayon_suivant(loin, criteres.rayon_km),
        en_visio=0 if criteres.visio else sum(map(_accepte_visio, loin)),
    )


def _candidates(criteres: Criteres, codes: Sequence[str]) -> Collection[Candidate]:
    """Without words, nothing else than the compétence says what answers: more of each close one are read."""
    return lire_candidates(
        criteres.commune,
        codes,
        premiers=RESULTATS_MAX,
        autres=PAR_COMPETENCE if criteres.texte else RESULTATS_MAX,
        du_lieu=DU_LIEU if criteres.texte else 0,
    )


def competences_lues(texte: str) -> list[str]:
    """Return what the words may mean, likeliest first: wider than what one would dare to suggest."""
    if not texte:
        return []
    parts = modele().lire([sans_accents(texte)]).parts[0]
    plausibles = [
        rang for rang in (-parts).argsort(kind="stable")[:COMPETENCES_LUES] if parts[rang] >= PART_LUE
    ]
    return [modele().codes[rang] for rang in plausibles]


def _ranger(annonces: Sequence[Candidate], criteres: Criteres, codes: Collection[str]) -> list[Candidate]:
    """Order by relevance less the way; without words, the exact compétence first, then the nearest."""
    if not criteres.texte or not annonces:
        exacte = criteres.competence and criteres.competence.pk
        return sorted(annonces, key=lambda a: (a.competence_id != exacte, a.metres, a.pk))
    choix = criteres.competence.pk if criteres.competence and criteres.est_choisie else ""
    demande = modele().choisir([sans_accents(criteres.texte)], [choix], CONFIANCE if choix else 0.0)
    offres = lire_annonces([a.texte for a in annonces], [a.competence_id for a in annonces])
    pertinences = modele().rapprocher(demande, offres).tolist()
    notes = {
        annonce.pk: pertinence - PRIX_DU_CHEMIN * (1 - math.exp(-annonce.metres / PORTEE_M))
        for annonce, pertinence in zip(annonces, pertinences, strict=True)
        if pertinence >= PERTINENCE_MIN or (criteres.competence and annonce.competence_id in codes)
    }
    return sorted((a for a in annonces if a.pk in notes), key=lambda a: (-notes[a.pk], a.pk))


def _completes(rangees: Sequence[Candidate]) -> list[tuple[SavoirFaire, Candidate]]:
    """Read, in the same order, what a card shows of each."""
    lues = SavoirFaire.objects.select_related("entreprise", "commune", "competence").only(*POUR_MONTRER)
    annonces = lues.in_bulk([candidate.pk for candidate in rangees])
    return [(annonces[candidate.pk], candidate) for candidate in rangees if candidate.pk in annonces]


def _dire(
    annonce: SavoirFaire, candidate: Candidate, raisons: dict[str, Raison], criteres: Criteres
) -> Trouvee:
    raison = raisons.get(candidate.competence_id, Raison.MOTS)
    if not criteres.texte or raison is Raison.EXACTE:
        return Trouvee(annonce, candidate.metres, raison)
    mots = modele().expliquer(sans_accents(criteres.texte), candidate.competence_id)
    return Trouvee(annonce, candidate.metres, raison, tuple(mots[:3]))


def _est_trouvee(annonce: Candidate, criteres: Criteres) -> bool:
    return _est_a_portee(annonce, criteres) or (criteres.visio and _accepte_visio(annonce))


def _est_a_portee(annonce: Candidate, criteres: Criteres) -> bool:
    """In the commune OR within the distance: a big commune's edge is far from its own centre."""
    return annonce.commune_id == criteres.commune.pk or annonce.metres <= criteres.rayon_km * 1000


def _accepte_visio(annonce: Candidate) -> bool:
    return bool(annonce.modalites & Lieu.VISIO)


def _rayon_suivant(loin: Iterable[Candidate], rayon_km: int) -> int | None:
    plus_proche = min((annonce.metres for annonce in loin), default=None)
    if plus_proche is None:
        return None
    return next((rayon for rayon in Rayon.values if rayon > rayon_km and rayon * 1000 >= plus_proche), None)
