"""Facts of profils that the apps above listen to (see `echange.socle.evenements`)."""

from dataclasses import dataclass

from echange.socle.evenements import Evenement


@dataclass(frozen=True, slots=True)
class EntrepriseDeplacee(Evenement):
    """The company's commune or its positions, exact and public, have changed."""

    entreprise_id: int


@dataclass(frozen=True, slots=True)
class EntrepriseMiseEnPause(Evenement):
    """The company no longer takes part in matching."""

    entreprise_id: int


@dataclass(frozen=True, slots=True)
class EntrepriseReprise(Evenement):
    """The company takes part in matching again."""

    entreprise_id: int
