"""Échanges: an agreement between two to four companies, made of apports."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from matching.choix import Motif
from matching.models.annonces import Besoin, SavoirFaire
from profils.models import Entreprise, Utilisateur


class Nature(models.TextChoices):
    DIRECT = "direct", "Direct"
    RECIPROQUE = "reciproque", "Réciproque"
    CERCLE = "cercle", "Cercle"
    CHAINE = "chaine", "Chaîne"


class StatutEchange(models.TextChoices):
    PROPOSE = "propose", "Proposé"
    ACCEPTE = "accepte", "Accepté"
    DECLINE = "decline", "Décliné"
    ANNULE = "annule", "Annulé"
    EXPIRE = "expire", "Sans réponse"


STATUTS_OUVERTS = (StatutEchange.PROPOSE, StatutEchange.ACCEPTE)


class Reponse(models.TextChoices):
    ATTENDUE = "attendue", "En attente"
    ACCEPTEE = "acceptee", "Accepté"
    DECLINEE = "declinee", "Décliné"


class EchangeQuerySet(models.QuerySet["Echange"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Échanges in which this person's company takes part: nobody else learns they exist."""
        return self.filter(participations__entreprise__membres__utilisateur=utilisateur).distinct()

    def de_entreprise(self, entreprise: Entreprise) -> Self:
        return self.filter(participations__entreprise=entreprise)

    def proposes(self) -> Self:
        return self.filter(statut=StatutEchange.PROPOSE)

    def detailles(self) -> Self:
        """With everything a card shows: a fixed number of queries, whatever the number of échanges."""
        return self.select_related("initiatrice", "tour__territoire").prefetch_related(
            "participations__entreprise__commune",
            "participations__entreprise__secteur",
            "apports__besoin__competence",
            "apports__savoir_faire__competence",
            "apports__donneur",
            "apports__receveur",
        )


class Echange(Identifie, Horodate):
    """What `initiatrice` proposes to the others; accepted when every participation is.

    An échange sent from a `tour` has no initiatrice: the animation proposes it, and everyone is to answer.

    `empreinte` names the set of apports: two open échanges cannot hold the same one, so a double
    submit or two proposers at the same instant end in one échange.
    """

    nature = models.CharField("nature", max_length=10, choices=Nature)
    statut = models.CharField("statut", max_length=8, choices=StatutEchange, default=StatutEchange.PROPOSE)
    initiatrice = models.ForeignKey(
        Entreprise, models.CASCADE, verbose_name="proposé par", related_name="echanges_proposes", null=True
    )
    tour = models.ForeignKey(
        "Tour", models.PROTECT, verbose_name="proposé par l’animation", related_name="envoyes", null=True
    )
    empreinte = models.CharField("empreinte", max_length=200, editable=False)
    mot = models.TextField("un mot pour vous présenter", max_length=600, blank=True)
    expire_le = models.DateTimeField("réponse attendue avant")
    conclu_le = models.DateTimeField("conclu le", null=True, blank=True)

    objects = EchangeQuerySet.as_manager()

    class Meta:
        verbose_name = "échange"
        ordering = ["-cree_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["empreinte"],
                condition=Q(statut__in=["propose", "accepte"]),
                name="echange_ouvert_unique",
            ),
            models.CheckConstraint(
                condition=Q(initiatrice__isnull=True) ^ Q(tour__isnull=True),
                name="echange_propose_par_quelqu_un",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} {self.uuid}"

    @property
    def propose_par(self) -> str:
        """Who proposes, at the beginning of a sentence."""
        return self.initiatrice.nom if self.initiatrice else "L’animation de votre territoire"


class Participation(models.Model):
    """One company's answer to one échange."""

    echange = models.ForeignKey(Echange, models.CASCADE, related_name="participations")
    entreprise = models.ForeignKey(Entreprise, models.CASCADE, related_name="participations")
    reponse = models.CharField("réponse", max_length=8, choices=Reponse, default=Reponse.ATTENDUE)
    motif = models.CharField("raison", max_length=10, choices=Motif, blank=True)
    commentaire = models.CharField("précision", max_length=300, blank=True)
    repondu_le = models.DateTimeField("répondu le", null=True, blank=True)
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "participation"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["echange", "entreprise"], name="participation_unique"),
            models.CheckConstraint(
                condition=Q(reponse="attendue", repondu_le__isnull=True)
                | (~Q(reponse="attendue") & Q(repondu_le__isnull=False)),
                name="participation_reponse_datee",
            ),
            models.CheckConstraint(
                condition=~Q(reponse="declinee") | ~Q(motif=""), name="participation_refus_motive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entreprise} : {self.get_reponse_display()}"


class Apport(models.Model):
    """Who gives what to whom, within an échange."""

    echange = models.ForeignKey(Echange, models.CASCADE, related_name="apports")
    donneur = models.ForeignKey(Entreprise, models.CASCADE, related_name="apports_donnes")
    receveur = models.ForeignKey(Entreprise, models.CASCADE, related_name="apports_recus")
    besoin = models.ForeignKey(Besoin, models.PROTECT, related_name="apports")
    savoir_faire = models.ForeignKey(SavoirFaire, models.PROTECT, related_name="apports")
    distance_m = models.PositiveIntegerField("distance (m)")
    rang = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "apport"
        ordering = ["rang"]
        constraints = [
            models.UniqueConstraint(fields=["echange", "besoin"], name="apport_besoin_unique"),
            models.CheckConstraint(condition=~Q(donneur=F("receveur")), name="apport_deux_entreprises"),
        ]

    def __str__(self) -> str:
        return f"{self.donneur} → {self.receveur}"


class JournalEchange(models.Model):
    """Every transition of an échange: written in the same transaction, never updated."""

    echange = models.ForeignKey(Echange, models.CASCADE, related_name="journal")
    fait = models.CharField("fait", max_length=20)
    entreprise = models.ForeignKey(Entreprise, models.SET_NULL, null=True, related_name="+")
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    details = models.JSONField("détails", default=dict)
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "journal d’échange"
        ordering = ["le", "id"]

    def __str__(self) -> str:
        return f"{self.le:%d/%m/%Y %H:%M} {self.fait}"
