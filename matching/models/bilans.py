"""Bilans: what each company says of an échange once it has ended, and a month later."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Self

from django.db import models
from django.db.models import Count, F, Q

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from matching.models.competences import Competence
from matching.models.echanges import Echange
from matching.questions import PAR_CODE, Question, Questionnaire, prochaine_question
from profils.models import Entreprise, Utilisateur

OUVERT = timedelta(days=14)  # how long a bilan may be answered
RAPPEL = timedelta(days=5)
OUBLI = timedelta(days=30)  # later than that nobody is asked any more
TEMOIGNAGE_MAX = 600
MOTS_MAX = 300


class Echeance(models.TextChoices):
    FIN = "fin", "À la fin"
    TRENTE_JOURS = "j30", "Un mois après"


class BilanQuerySet(models.QuerySet["Bilan"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        return self.filter(entreprise__membres__utilisateur=utilisateur)

    def poses(self) -> Self:
        """Those whose time has come, answered or not."""
        return self.filter(demander_apres__lte=maintenant())

    def ouverts(self, instant: datetime) -> Self:
        """Those that may be answered now."""
        return self.filter(termine_le__isnull=True, demander_apres__lte=instant, expire_le__gt=instant)

    def a_demander(self, instant: datetime) -> Self:
        """Due, even if late: the site may have been stopped."""
        return self.filter(
            termine_le__isnull=True,
            demande_le__isnull=True,
            demander_apres__lte=instant,
            demander_apres__gt=instant - OUBLI,
            entreprise__est_suspendue=False,
        )

    def a_rappeler(self, instant: datetime) -> Self:
        return self.ouverts(instant).filter(
            demande_le__lte=instant - RAPPEL, rappele_le__isnull=True, entreprise__est_suspendue=False
        )

    def attendus(self, instant: datetime) -> Self:
        """At the end of an échange: neither finished nor too late."""
        return self.filter(echeance=Echeance.FIN, termine_le__isnull=True, expire_le__gt=instant)

    def des_territoires(self, territoires: list[int]) -> Self:
        """Of the companies of these territoires (primary keys)."""
        return self.filter(entreprise__commune__territoire__in=territoires)

    def suivi(self) -> dict[str, int]:
        """Return how many were asked (`demandes`) and how many are complete (`recus`): one query."""
        return self.aggregate(
            demandes=Count("pk", filter=Q(demande_le__isnull=False) | Q(termine_le__isnull=False)),
            recus=Count("pk", filter=Q(termine_le__isnull=False)),
        )

    def comptes(self) -> dict[str, dict[str, int]]:
        """Return how many gave each answer to each question: one query."""
        lignes = (
            ReponseBilan.objects.filter(bilan__in=self)
            .values_list("question", "reponse")
            .annotate(nombre=Count("pk"))
            .order_by("question", "reponse")
        )
        comptes: dict[str, dict[str, int]] = {}
        for question, reponse, nombre in lignes:
            comptes.setdefault(question, {})[reponse] = nombre
        return comptes


class Bilan(Identifie, Horodate):
    """What one company is asked of one échange: at its end, then a month later if it learnt something.

    `competence` is what the questions speak of: what it learnt or hoped to, else what it gave. `mots` are
    kept without addresses nor numbers.
    """

    echange = models.ForeignKey(Echange, models.CASCADE, related_name="bilans")
    entreprise = models.ForeignKey(Entreprise, models.CASCADE, related_name="bilans")
    echeance = models.CharField("échéance", max_length=3, choices=Echeance, default=Echeance.FIN)
    questionnaire = models.CharField("questionnaire", max_length=10, choices=Questionnaire)
    competence = models.ForeignKey(Competence, models.PROTECT, related_name="+")
    demander_apres = models.DateTimeField("à demander après")
    demande_le = models.DateTimeField("demandé le", null=True, blank=True)
    rappele_le = models.DateTimeField("rappelé le", null=True, blank=True)
    expire_le = models.DateTimeField("réponse possible avant")
    termine_le = models.DateTimeField("complet le", null=True, blank=True)
    mots = models.CharField("avec ses mots", max_length=MOTS_MAX, blank=True)
    mots_le = models.DateTimeField("dernier écran rempli le", null=True, blank=True)

    objects = BilanQuerySet.as_manager()

    class Meta:
        verbose_name = "bilan"
        ordering = ["demander_apres", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["echange", "entreprise", "echeance"], name="bilan_unique"),
            models.CheckConstraint(
                condition=Q(echeance="j30", questionnaire="usage")
                | (Q(echeance="fin") & ~Q(questionnaire="usage")),
                name="bilan_echeance_du_questionnaire",
            ),
            models.CheckConstraint(
                condition=Q(questionnaire__in=Questionnaire.values), name="bilan_questionnaire_connu"
            ),
            models.CheckConstraint(
                condition=Q(rappele_le__isnull=True) | Q(demande_le__isnull=False),
                name="bilan_rappel_apres_demande",
            ),
            models.CheckConstraint(condition=Q(mots="") | Q(mots_le__isnull=False), name="bilan_mots_dates"),
            models.CheckConstraint(
                condition=Q(mots_le__isnull=True) | Q(termine_le__isnull=False), name="bilan_mots_a_la_fin"
            ),
            models.CheckConstraint(
                condition=Q(expire_le__gt=F("demander_apres")), name="bilan_le_temps_de_repondre"
            ),
        ]
        indexes = [
            models.Index(
                fields=["demander_apres"],
                condition=Q(demande_le__isnull=True, termine_le__isnull=True),
                name="bilan_a_demander",
            ),
            models.Index(
                fields=["demande_le"],
                condition=Q(rappele_le__isnull=True, termine_le__isnull=True),
                name="bilan_a_rappeler",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_questionnaire_display()} {self.uuid}"

    @cached_property
    def donnees(self) -> dict[str, str]:
        """The answers given so far, by question."""
        return {r.question: r.reponse for r in self.reponses.all()}

    @property
    def prochaine(self) -> Question | None:
        return prochaine_question(Questionnaire(self.questionnaire), self.donnees)

    @property
    def est_d_un_don(self) -> bool:
        """Something took place: what was learnt, or given, and what became of it."""
        return self.questionnaire in (Questionnaire.APPRIS, Questionnaire.DONNE, Questionnaire.USAGE)

    @property
    def est_expire(self) -> bool:
        return self.termine_le is None and self.expire_le <= maintenant()

    @property
    def peut_temoigner(self) -> bool:
        """It took place, and the company would recommend it: worth telling others."""
        return (
            self.questionnaire in (Questionnaire.APPRIS, Questionnaire.DONNE)
            and self.donnees.get("deroulement") in ("prevu", "autrement")
            and self.donnees.get("conseil") in ("oui", "peut_etre")
        )


def _reponses_connues() -> Q:
    """Each question takes its own answers and no other."""
    connues = Q()
    for code in sorted(PAR_CODE):
        connues |= Q(question=code, reponse__in=PAR_CODE[code].choix.values)
    return connues


class ReponseBilan(models.Model):
    """One tap: written once, never changed."""

    bilan = models.ForeignKey(Bilan, models.CASCADE, related_name="reponses")
    question = models.CharField("question", max_length=12)
    reponse = models.CharField("réponse", max_length=12)
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "réponse de bilan"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["bilan", "question"], name="reponse_bilan_unique"),
            models.CheckConstraint(condition=_reponses_connues(), name="reponse_bilan_connue"),
        ]

    def __str__(self) -> str:
        return f"{self.question}\u00a0: {self.reponse}"


class Temoignage(Identifie):
    """The very words that a company agrees to see published under its name, until it changes its mind."""

    bilan = models.OneToOneField(Bilan, models.CASCADE, related_name="temoignage")
    texte = models.CharField("texte à publier", max_length=TEMOIGNAGE_MAX)
    consenti_le = models.DateTimeField("accord donné le", default=maintenant)
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    retire_le = models.DateTimeField("accord retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "témoignage"
        constraints = [
            models.CheckConstraint(condition=~Q(texte=""), name="temoignage_dit_quelque_chose"),
            models.CheckConstraint(
                condition=Q(retire_le__isnull=True) | Q(retire_le__gte=F("consenti_le")),
                name="temoignage_retire_ensuite",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
