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
    """The company takes part in matching again; `d_elle_meme`: not because its date of return has come."""

    entreprise_id: int
    d_elle_meme: bool = True


@dataclass(frozen=True, slots=True)
class EntrepriseSuspendue(Evenement):
    """Moderation has taken the company out of matching."""

    entreprise_id: int


@dataclass(frozen=True, slots=True)
class EntrepriseRetablie(Evenement):
    """Moderation has let the company come back."""

    entreprise_id: int


@dataclass(frozen=True, slots=True)
class EntrepriseFermee(Evenement):
    """The company has closed; until `REPENTIR` has passed it may open again."""

    entreprise_id: int


@dataclass(frozen=True, slots=True)
class EntrepriseEffacee(Evenement):
    """The company is being forgotten: forget what it wrote. Its members are still there to be found."""

    entreprise_id: int


@dataclass(frozen=True, slots=True)
class MembreArrive(Evenement):
    """Somebody now acts for a company that already had a member, `par_id`, who asked her to."""

    entreprise_id: int
    utilisateur_id: int
    par_id: int


@dataclass(frozen=True, slots=True)
class MembreParti(Evenement):
    """Somebody no longer acts for a company."""

    entreprise_id: int
    utilisateur_id: int


@dataclass(frozen=True, slots=True)
class BlocageChange(Evenement):
    """One company no longer wants to meet the other, or lets it come back."""

    bloquante_id: int
    bloquee_id: int
