"""What happens to territoires, for the apps above."""

from dataclasses import dataclass

from echange.socle.evenements import Evenement


@dataclass(frozen=True, slots=True)
class TerritoireOuvert(Evenement):
    """Opened, or opened again: its communes are its own."""

    territoire_id: int


@dataclass(frozen=True, slots=True)
class TerritoireFerme(Evenement):
    """Closed: its communes are nobody's, or another open perimeter's that named them less finely."""

    territoire_id: int


@dataclass(frozen=True, slots=True)
class TerritoireReuni(Evenement):
    """`territoire_id` is closed for good; its communes are those of `cible_id`."""

    territoire_id: int
    cible_id: int
