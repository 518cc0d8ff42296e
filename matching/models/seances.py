"""Séances: when and where the two companies of an apport meet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Max, Q

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from matching.models.accords import DUREE_MAX, DUREE_MIN
from matching.models.echanges import Apport
from matching.moteur.adequation import Lieu
from profils.models import Entreprise, Utilisateur

ADRESSE_MAX = 200
LIEN_MAX = 300
DATES_MAX = 3

LIEUX = (
    (int(Lieu.CHEZ_OFFREUR), "Chez qui montre"),
    (int(Lieu.CHEZ_DEMANDEUR), "Chez qui apprend"),
    (int(Lieu.TIERS_LIEU), "Dans un lieu tiers"),
    (int(Lieu.VISIO), "En visio"),
)


class EtatSeance(models.TextChoices):
    PROPOSEE = "proposee", "Proposée"
    CONVENUE = "convenue", "Convenue"
    PASSEE = "passee", "Passée"
    ANNULEE = "annulee", "Annulée"


class Endroit(models.Model):
    """Where two companies meet: at one's (its address is read when shown), elsewhere, or on a screen."""

    lieu = models.PositiveSmallIntegerField("où", choices=LIEUX)
    adresse = models.CharField("adresse", max_length=ADRESSE_MAX, blank=True)
    lien_visio = models.URLField("lien de la visio", max_length=LIEN_MAX, blank=True)

    class Meta:
        abstract = True


def _contraintes_d_endroit(modele: str) -> list[models.CheckConstraint]:
    """An address where, and only where, it is neither's; a secure link on a screen, and only there."""
    return [
        models.CheckConstraint(
            condition=Q(lieu=int(Lieu.TIERS_LIEU)) ^ Q(adresse=""), name=f"{modele}_adresse_du_tiers_lieu"
        ),
        models.CheckConstraint(
            condition=Q(lieu=int(Lieu.VISIO), lien_visio__startswith="https://")
            | (~Q(lieu=int(Lieu.VISIO)) & Q(lien_visio="")),
            name=f"{modele}_lien_de_la_visio",
        ),
    ]


class SeanceQuerySet(models.QuerySet["Seance"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Séances of the two companies that meet: for anyone else they do not exist."""
        return self.filter(
            Q(apport__donneur__membres__utilisateur=utilisateur)
            | Q(apport__receveur__membres__utilisateur=utilisateur)
        ).distinct()

    def actives(self) -> Self:
        return self.filter(etat__in=[EtatSeance.PROPOSEE, EtatSeance.CONVENUE])

    def convenues(self) -> Self:
        """With a date that stands, to come or gone by."""
        return self.filter(etat__in=[EtatSeance.CONVENUE, EtatSeance.PASSEE])

    def prenant(self, *entreprises: int, apres: datetime) -> Self:
        """Those for which any of these companies meets somebody after that instant."""
        return self.filter(
            Q(apport__donneur__in=entreprises) | Q(apport__receveur__in=entreprises), fin__gt=apres
        )

    def detaillees(self) -> Self:
        """With the companies, their addresses, and the dates that await an answer."""
        return self.select_related(
            "apport__donneur__commune",
            "apport__receveur__commune",
            "apport__savoir_faire__competence",
            "apport__echange",
            "dates_proposees__entreprise",
        )

    def dernieres(self, apports: Collection[int]) -> Self:
        """The latest séance of each of these apports (primary keys), cancelled ones left out: one query."""
        restantes = self.filter(apport__in=apports).exclude(etat=EtatSeance.ANNULEE)
        return restantes.order_by("apport_id", "-pk").distinct("apport_id")

    def derniere_fin(self, apport: Apport | int) -> datetime | None:
        """When the last agreed séance of this apport ends or ended: from then on one may ask how it went."""
        cle = apport if isinstance(apport, int) else apport.pk
        fin: datetime | None = self.convenues().filter(apport=cle).aggregate(fin=Max("fin"))["fin"]
        return fin


class Seance(Identifie, Horodate, Endroit):
    """One meeting for one apport; at most one is proposed or agreed at a time (`seance_active_unique`).

    `debut`, `fin` and `lieu` are set once agreed and stand until another date is chosen: what somebody
    proposes meanwhile is its `DatesProposees`. `version` counts every change, so that an answer given
    to a page read earlier is refused; `sequence` counts those that calendars must follow.
    """

    apport = models.ForeignKey(Apport, models.CASCADE, related_name="seances")
    etat = models.CharField("état", max_length=8, choices=EtatSeance, default=EtatSeance.PROPOSEE)
    debut = models.DateTimeField("début", null=True, blank=True)
    fin = models.DateTimeField("fin", null=True, blank=True)
    lieu = models.PositiveSmallIntegerField(  # type: ignore[assignment]  # null until agreed
        "où", choices=LIEUX, null=True, blank=True
    )
    version = models.PositiveSmallIntegerField("version", default=0)
    sequence = models.PositiveSmallIntegerField("version de l’agenda", default=0)
    rappels = models.PositiveSmallIntegerField("rappels envoyés", default=0)

    objects = SeanceQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["apport"],
                condition=Q(etat__in=["proposee", "convenue"]),
                name="seance_active_unique",
            ),
            models.CheckConstraint(
                condition=Q(debut__isnull=True, fin__isnull=True, lieu__isnull=True)
                | Q(debut__isnull=False, fin__gt=F("debut"), lieu__isnull=False),
                name="seance_datee_d_un_bloc",
            ),
            models.CheckConstraint(
                condition=(Q(etat="proposee") & Q(debut__isnull=True))
                | (Q(etat__in=["convenue", "passee"]) & Q(debut__isnull=False))
                | Q(etat="annulee"),
                name="seance_datee_si_convenue",
            ),
            *_contraintes_d_endroit("seance"),
        ]
        indexes = [
            models.Index(fields=["debut"], condition=Q(etat="convenue"), name="seance_a_venir"),
        ]

    def __str__(self) -> str:
        return f"{self.get_etat_display()} {self.uuid}"

    @property
    def attendue(self) -> DatesProposees | None:
        """The dates that await an answer."""
        return getattr(self, "dates_proposees", None)


class DatesProposees(Endroit):
    """Up to three dates that `entreprise` proposes for a séance, in order; the other company answers."""

    seance = models.OneToOneField(Seance, models.CASCADE, related_name="dates_proposees")
    entreprise = models.ForeignKey(Entreprise, models.CASCADE, related_name="+")
    dates = ArrayField(models.DateTimeField(), size=DATES_MAX)
    duree_minutes = models.PositiveSmallIntegerField("combien de temps")
    propose_le = models.DateTimeField("proposée le", default=maintenant)

    class Meta:
        verbose_name = "dates proposées"
        constraints = [
            models.CheckConstraint(
                condition=Q(dates__len__gte=1, dates__len__lte=DATES_MAX), name="dates_proposees_une_a_trois"
            ),
            models.CheckConstraint(
                condition=Q(duree_minutes__gte=DUREE_MIN, duree_minutes__lte=DUREE_MAX),
                name="dates_proposees_duree_raisonnable",
            ),
            *_contraintes_d_endroit("dates_proposees"),
        ]

    def __str__(self) -> str:
        return f"{self.entreprise}\u00a0: {len(self.dates)} dates"
