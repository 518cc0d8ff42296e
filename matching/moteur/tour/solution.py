"""What a round's resolution returns."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tour:
    """Disjoint circles and chains, and how good they are.

    `cycles`: vertices in the direction of the gifts, the last gives to the first. `chaines`: a donor, then
    each receiver in turn. `servis`: vertices that receive. `borne`: a proven upper bound on `servis`.
    `poids`: sum over the gifts. `duree_s` in seconds; `memoire_mo`: the process's highest resident memory,
    in megabytes.
    """

    cycles: list[list[int]]
    chaines: list[list[int]]
    servis: int
    borne: int
    poids: float
    duree_s: float
    memoire_mo: float

    @property
    def ecart(self) -> float:
        """The gap, relative to the bound: 0 when the round is proven best."""
        return (self.borne - self.servis) / self.borne if self.borne else 0.0

    @property
    def est_optimal(self) -> bool:
        return self.servis == self.borne

    def en_dict(self) -> dict[str, Any]:
        """Return what `resoudre_tour` writes."""
        return {
            "servis": self.servis,
            "borne": self.borne,
            "ecart": round(self.ecart, 6),
            "duree_s": round(self.duree_s, 3),
            "memoire_mo": round(self.memoire_mo, 1),
            "cycles": self.cycles,
            "chaines": self.chaines,
        }
