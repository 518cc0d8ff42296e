"""A company that has just arrived: how many proposals a week it may send, and what makes that grow.

Nothing here looks at conversations, nor at answers: who has been accepted speaks as everyone does.
See docs/adr/0022.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from echange.socle.horloge import maintenant
from matching.models import Participation
from matching.presentation.dates import dire_jour_de_semaine
from profils.models import Entreprise

SEMAINE = timedelta(days=7)  # rolling: 168 hours, whatever the clocks do
DECOUVERTE = timedelta(days=7)  # since it signed up
PREMIERS_PAS, DEJA_VUE = 5, 10  # proposals in seven days


@dataclass(frozen=True, slots=True)
class Arrivee:
    """What a new company may send in seven days. `sans_siret`: it is in creation, and cannot be checked.

    `prochaine_le`: when one more may leave, once nothing is left.
    """

    permises: int
    envoyees: int
    sans_siret: bool
    prochaine_le: datetime | None

    @property
    def reste(self) -> int:
        return max(0, self.permises - self.envoyees)

    @property
    def droit(self) -> str:
        """Return how many it may send."""
        return f"{self.permises} propositions par semaine"

    @property
    def suite(self) -> str:
        """Return what makes it grow."""
        fin = "Dès qu’un premier échange est accepté par tous, il n’y a plus de limite par semaine."
        if self.permises == DEJA_VUE:
            return fin
        quand = "Votre SIRET donné, et une semaine passée ici" if self.sans_siret else "Après une semaine ici"
        return f"{quand}\u00a0: {DEJA_VUE} par semaine. {fin}"

    @property
    def refus(self) -> str:
        """Return the sentence that says no, when the next may leave, and that nothing else changes."""
        quand = (
            f" La prochaine pourra partir {dire_jour_de_semaine(self.prochaine_le)}."
            if self.prochaine_le
            else ""
        )
        return (
            f"Votre entreprise est nouvelle ici\u00a0: elle peut envoyer {self.droit}, et c’est fait.{quand} "
            "Vos échanges, vos conversations et les réponses que vous donnez ne sont pas limités."
        )


def arrivee_de(entreprise: Entreprise) -> Arrivee | None:
    """Return the limits of a new company, None for an established one; at most two queries.

    Established: an échange of its own has been agreed by everyone once, or whoever animates its territoire
    says so. What was sent counts, whatever became of it: taking back and sending elsewhere gains nothing.
    """
    if entreprise.limites_levees_le or est_etablie(entreprise):
        return None
    instant = maintenant()
    decouverte = entreprise.cree_le + DECOUVERTE
    sans_siret = entreprise.siret is None
    permises = PREMIERS_PAS if sans_siret or instant < decouverte else DEJA_VUE
    recentes = entreprise.echanges_proposes.filter(cree_le__gt=instant - SEMAINE).order_by("cree_le", "pk")
    envoyees = list(recentes.values_list("cree_le", flat=True))
    prochaine = None
    if len(envoyees) >= permises:
        prochaine = envoyees[len(envoyees) - permises] + SEMAINE
        if not sans_siret and instant < decouverte and len(envoyees) < DEJA_VUE:
            prochaine = min(prochaine, decouverte)
    return Arrivee(permises, len(envoyees), sans_siret, prochaine)


def est_etablie(entreprise: Entreprise) -> bool:
    """Say whether others have once agreed to an échange with it, and it stayed in."""
    return (
        Participation.objects.presentes()
        .filter(entreprise=entreprise, echange__accepte_le__isnull=False)
        .exists()
    )
