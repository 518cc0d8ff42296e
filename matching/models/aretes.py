"""Arêtes: each besoin × savoir-faire that fits, with its score and its reasons."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from echange.socle.horloge import maintenant
from matching.models.annonces import Besoin, SavoirFaire
from matching.moteur.adequation import Lien
from profils.models import Entreprise

# What a line shows, and nothing more: no point to decode, no list of sayings. Half the time of loading them.
_MONTRES = (
    "score",
    "distance_m",
    "modalites",
    "creneaux",
    "composantes",
    "besoin",
    "savoir_faire__uuid",
    "savoir_faire__competence__titre",
    "offreur__nom",
    "demandeur__nom",
)


class AreteQuerySet(models.QuerySet["Arete"]):
    def vivantes(self) -> Self:
        """Without the listings that expired since: expired is invisible to matching at once."""
        return self.filter(expire_le__gt=maintenant())

    def detaillees(self) -> Self:
        """With everything a line of a list shows to the one who asks, and only that: no query per row.

        Not its besoin, which that reader knows: two tables more would take twice as long to plan.
        """
        return self.select_related("savoir_faire__competence", "offreur", "demandeur").only(*_MONTRES)

    def vues_de_loin(self) -> Self:
        """The same for somebody who is neither, and is told what is asked."""
        complets = self.detaillees().select_related("besoin__competence")
        return complets.only(*_MONTRES, "besoin__competence__titre")


class Arete(models.Model):
    """`offreur`'s savoir-faire can serve `demandeur`'s besoin.

    Both companies are copied from the listings so that réciproques and cercles are joins of this one
    table with itself; being copies, they carry no foreign key of their own in the database (a publication
    in a hub writes hundreds of arêtes, and each key is one more row to look up and lock). `score` is
    between 0 and 1; `composantes` are the parts it is made of. `lien` says by what the two meet, and with
    `besoin` names the list the arête is kept in; `distance_m`, on the sphere, is that list's order. It lives
    as long as both listings do: `expire_le` is the end of the first that ends.
    """

    # Each of the foreign keys is the first column of an index below: no index of its own.
    besoin = models.ForeignKey(Besoin, models.CASCADE, related_name="aretes", db_index=False)
    savoir_faire = models.ForeignKey(SavoirFaire, models.CASCADE, related_name="aretes", db_index=False)
    demandeur = models.ForeignKey(
        Entreprise, models.CASCADE, related_name="aretes_demandees", db_constraint=False, db_index=False
    )
    offreur = models.ForeignKey(
        Entreprise, models.CASCADE, related_name="aretes_offertes", db_constraint=False, db_index=False
    )
    lien = models.PositiveSmallIntegerField("ce qui les relie", default=Lien.MEME_COMPETENCE)
    score = models.FloatField("score")
    distance_m = models.FloatField("distance (m)")
    modalites = models.PositiveSmallIntegerField("modalités communes")
    creneaux = models.PositiveIntegerField("créneaux communs", default=0)
    expire_le = models.DateTimeField("expire le")
    composantes = models.JSONField("composantes du score")

    objects = AreteQuerySet.as_manager()

    class Meta:
        verbose_name = "arête"
        constraints = [
            models.UniqueConstraint(fields=["savoir_faire", "besoin"], name="arete_unique"),
            models.CheckConstraint(condition=~Q(demandeur=F("offreur")), name="arete_deux_entreprises"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="arete_score_borne"),
        ]
        indexes = [
            models.Index(fields=["demandeur", "offreur"], name="arete_demandeur_offreur"),
            models.Index(fields=["demandeur", "-score", "id"], name="arete_demandeur_score"),
            models.Index(fields=["offreur", "-score", "id"], name="arete_offreur_score"),
            models.Index(fields=["besoin", "lien", "distance_m", "savoir_faire"], name="arete_rang"),
        ]

    def __str__(self) -> str:
        return f"{self.offreur_id} → {self.demandeur_id} ({self.score:.2f})"
