"""Letters as the console shows them: whose they are, how far they have gone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, Q

from animation.avis_lettres import LettreRecue
from animation.models import EnvoiLettre, EtatEnvoiLettre, PageLettre, RubriqueLettres
from animation.presentation.rubriques import rubriques_par_territoire
from echange.socle.horloge import maintenant
from messagerie.models import EtatEnvoi, Notification
from profils.models import Utilisateur
from territoires.models import Territoire


def rubriques_de(
    personne: Utilisateur, territoires: list[Territoire]
) -> list[tuple[Territoire | None, RubriqueLettres]]:
    """Return where this person writes letters; None is the national shelf, the référents'."""
    rubriques: list[tuple[Territoire | None, RubriqueLettres]] = [
        *rubriques_par_territoire(RubriqueLettres, territoires)
    ]
    if personne.est_referent:
        nationales = [r for r in RubriqueLettres.objects.live() if r.est_nationale]
        rubriques = [*((None, r) for r in nationales), *rubriques]
    return rubriques


def lettres_de(personne: Utilisateur, territoires: list[Territoire]) -> Any:
    """Return this person's letters: those being written first, then the latest that have left."""
    rubriques = rubriques_de(personne, territoires)
    if not rubriques:
        return PageLettre.objects.none()
    siennes = reduce(or_, (Q(path__startswith=r.path) for _, r in rubriques))
    return (
        PageLettre.objects.filter(siennes)
        .select_related("envoi__territoire")
        .order_by(F("envoi__commence_le").desc(nulls_first=True), "-latest_revision_created_at", "-pk")
    )


@dataclass(frozen=True, slots=True)
class Avancement:
    """How far a sending has gone: mails left, still to leave, given up."""

    envoi: EnvoiLettre
    partis: int
    en_attente: int
    abandonnes: int

    @property
    def total(self) -> int:
        return self.envoi.destinataires

    @property
    def part_maintenant(self) -> bool:
        """Its hour has come, and a worker is about to take it."""
        return not self.envoi.est_parti and self.envoi.envoyer_le <= maintenant()

    @property
    def est_fini(self) -> bool:
        return self.envoi.etat == EtatEnvoiLettre.FINI and not self.en_attente


def lire_avancement(page: PageLettre) -> Avancement | None:
    """Return how far the sending of this letter has gone, None before it is planned: two queries."""
    envoi = EnvoiLettre.objects.filter(page=page.pk).first()
    if envoi is None:
        return None
    lignes = Notification.objects.filter(genre=LettreRecue.genre.code, cle=str(envoi.uuid)).order_by()
    comptes = dict(lignes.values("etat_envoi").annotate(n=Count("pk")).values_list("etat_envoi", "n"))
    attendent = comptes.get(EtatEnvoi.ATTENTE, 0) + comptes.get(EtatEnvoi.EN_COURS, 0)
    abandonnes = comptes.get(EtatEnvoi.MORT, 0)
    return Avancement(envoi, comptes.get(EtatEnvoi.ENVOYE, 0), attendent, abandonnes)
