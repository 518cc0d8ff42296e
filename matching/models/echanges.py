"""Échanges: an agreement between two to four companies, made of apports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from matching.choix import Motif
from matching.models.annonces import STATUTS_FINIS, Besoin, SavoirFaire
from profils.models import Blocage, Entreprise, Utilisateur


class Nature(models.TextChoices):
    DIRECT = "direct", "Direct"
    RECIPROQUE = "reciproque", "Réciproque"
    CERCLE = "cercle", "Cercle"
    CHAINE = "chaine", "Chaîne"


class StatutEchange(models.TextChoices):
    PROPOSE = "propose", "Proposé"
    A_REPARER = "a_reparer", "À réparer"
    EN_COURS = "en_cours", "En cours"
    REALISE = "realise", "Réalisé"
    CLOS = "clos", "Clos"
    DECLINE = "decline", "Décliné"
    ANNULE = "annule", "Annulé"
    EXPIRE = "expire", "Sans réponse"


# Still hold places: proposed ones stand in the way of the same échange, those under way fill their listings.
STATUTS_OUVERTS = (StatutEchange.PROPOSE, StatutEchange.A_REPARER, StatutEchange.EN_COURS)
# Ended, one way or another: `conclu_le` says when. A réalisé is clos once its bilans are in, or late.
STATUTS_TERMINES = (
    StatutEchange.REALISE,
    StatutEchange.CLOS,
    StatutEchange.DECLINE,
    StatutEchange.ANNULE,
    StatutEchange.EXPIRE,
)
# What was agreed by everyone once: it keeps its conversation and its bilan.
STATUTS_CONVENUS = (StatutEchange.EN_COURS, StatutEchange.REALISE, StatutEchange.CLOS)


class Reponse(models.TextChoices):
    ATTENDUE = "attendue", "En attente"
    ACCEPTEE = "acceptee", "Accepté"
    DECLINEE = "declinee", "Décliné"


class Sortie(models.TextChoices):
    """Why a company is no longer in an échange that goes on, or tries to."""

    DECLINE = "decline", "Ne peut pas"
    SILENCE = "silence", "N’a pas répondu"
    PARTIE = "partie", "Ne participe plus"
    ANNONCE = "annonce", "Son savoir-faire n’est plus libre"
    TROUVE = "trouve", "A déjà trouvé"


class EtatApport(models.TextChoices):
    PREVU = "prevu", "Prévu"
    REALISE = "realise", "A eu lieu"
    NON_REALISE = "non_realise", "N’a pas eu lieu"
    CONTESTE = "conteste", "À éclaircir"  # one side says yes, the other no


def _prises(annonce: str) -> Coalesce:
    """How many échanges under way use the `annonce` (a field of Apport) of the outer row's apports."""
    prises = Apport.objects.filter(
        echange__statut=StatutEchange.EN_COURS, **{annonce: OuterRef(f"apports__{annonce}")}
    )
    return Coalesce(Subquery(prises.order_by().values(annonce).annotate(n=Count("pk")).values("n")), 0)


class EchangeQuerySet(models.QuerySet["Echange"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Échanges in which this person's company takes part: nobody else learns they exist."""
        return self.filter(participations__entreprise__membres__utilisateur=utilisateur).distinct()

    def en_peril(self) -> Self:
        """Proposed or under way, with a listing or a company that can no longer hold its part, at a glance.

        Each is to be looked at under its lock: see `services.revue`.
        """
        blocage = Blocage.objects.filter(
            Q(bloquante=OuterRef("apports__donneur"), bloquee=OuterRef("apports__receveur"))
            | Q(bloquante=OuterRef("apports__receveur"), bloquee=OuterRef("apports__donneur"))
        )
        partie = (
            Q(apports__donneur__est_suspendue=True)
            | Q(apports__receveur__est_suspendue=True)
            | Exists(blocage)
        )
        perdue = (
            Q(apports__besoin__statut__in=STATUTS_FINIS)
            | Q(apports__savoir_faire__statut__in=STATUTS_FINIS)
            | Q(apports__besoin__capacite__lte=_prises("besoin"))
            | Q(apports__savoir_faire__capacite__lte=_prises("savoir_faire"))
        )
        a_venir = Q(apports__etat__in=(EtatApport.PREVU, EtatApport.CONTESTE))
        return self.filter(
            (Q(statut=StatutEchange.PROPOSE) & (partie | perdue))
            | (Q(statut=StatutEchange.EN_COURS) & a_venir & partie)
        )

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
    """What `initiatrice` proposes to the others; under way when every participation has accepted.

    An échange sent from a `tour` has no initiatrice: the animation proposes it, and everyone is to answer.

    `empreinte` names the set of apports: two open échanges cannot hold the same one, so a double
    submit or two proposers at the same instant end in one échange.
    """

    nature = models.CharField("nature", max_length=10, choices=Nature)
    statut = models.CharField("statut", max_length=10, choices=StatutEchange, default=StatutEchange.PROPOSE)
    initiatrice = models.ForeignKey(
        Entreprise, models.PROTECT, verbose_name="proposé par", related_name="echanges_proposes", null=True
    )
    tour = models.ForeignKey(
        "Tour", models.PROTECT, verbose_name="proposé par l’animation", related_name="envoyes", null=True
    )
    empreinte = models.CharField("empreinte", max_length=200, editable=False)
    mot = models.TextField("un mot pour vous présenter", max_length=600, blank=True)
    expire_le = models.DateTimeField("réponse attendue avant")
    accepte_le = models.DateTimeField("accepté par tous le", null=True, blank=True)
    conclu_le = models.DateTimeField("terminé le", null=True, blank=True)
    reparations = models.PositiveSmallIntegerField("réparations", default=0)

    objects = EchangeQuerySet.as_manager()

    class Meta:
        verbose_name = "échange"
        ordering = ["-cree_le"]
        indexes = [
            # What the periodic sweeps read: the few that are open, among all that ever were.
            models.Index(
                fields=["statut", "expire_le"],
                condition=Q(statut__in=["propose", "a_reparer", "en_cours"]),
                name="echange_ouverts",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["empreinte"],
                condition=Q(statut__in=["propose", "a_reparer", "en_cours"]),
                name="echange_ouvert_unique",
            ),
            models.CheckConstraint(
                condition=Q(conclu_le__isnull=True) ^ ~Q(statut__in=["propose", "a_reparer", "en_cours"]),
                name="echange_termine_date",
            ),
            models.CheckConstraint(
                condition=~Q(statut__in=["en_cours", "realise", "clos"]) | Q(accepte_le__isnull=False),
                name="echange_convenu_date",
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


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def presentes(self) -> Self:
        """Those of the companies that are still in it."""
        return self.filter(sortie="")

    def sorties(self) -> Self:
        return self.exclude(sortie="")


class Participation(models.Model):
    """One company's answer to one échange; `sortie`: why the échange goes on without it."""

    echange = models.ForeignKey(Echange, models.CASCADE, related_name="participations")
    entreprise = models.ForeignKey(Entreprise, models.PROTECT, related_name="participations")
    reponse = models.CharField("réponse", max_length=8, choices=Reponse, default=Reponse.ATTENDUE)
    motif = models.CharField("raison", max_length=10, choices=Motif, blank=True)
    commentaire = models.CharField("précision", max_length=300, blank=True)
    demande_le = models.DateTimeField("demandé le", default=maintenant)
    repondu_le = models.DateTimeField("répondu le", null=True, blank=True)
    sortie = models.CharField("sortie", max_length=8, choices=Sortie, blank=True)
    sortie_le = models.DateTimeField("sortie le", null=True, blank=True)
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = "participation"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sortie="", sortie_le__isnull=True) | (~Q(sortie="") & Q(sortie_le__isnull=False)),
                name="participation_sortie_datee",
            ),
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
        return f"{self.entreprise}\u00a0: {self.get_reponse_display()}"


class ApportQuerySet(models.QuerySet["Apport"]):
    def a_confirmer(self) -> Self:
        """Gifts of échanges under way of which both sides have not yet agreed that they happened, or not."""
        return self.filter(
            echange__statut=StatutEchange.EN_COURS, etat__in=(EtatApport.PREVU, EtatApport.CONTESTE)
        )

    def complets(self) -> Self:
        """With their companies and listings."""
        return self.select_related("donneur", "receveur", "besoin", "savoir_faire")

    def realises(self) -> Self:
        return self.filter(etat=EtatApport.REALISE)


class Apport(models.Model):
    """Who gives what to whom, within an échange; then what each side says of it.

    `prevu_le` is when it should have happened: a month after everyone agreed, or the date they chose. Seven
    days later silence counts as yes.
    """

    echange = models.ForeignKey(Echange, models.CASCADE, related_name="apports")
    donneur = models.ForeignKey(Entreprise, models.PROTECT, related_name="apports_donnes")
    receveur = models.ForeignKey(Entreprise, models.PROTECT, related_name="apports_recus")
    besoin = models.ForeignKey(Besoin, models.PROTECT, related_name="apports")
    savoir_faire = models.ForeignKey(SavoirFaire, models.PROTECT, related_name="apports")
    distance_m = models.PositiveIntegerField("distance (m)")
    rang = models.PositiveSmallIntegerField("rang", default=0)
    etat = models.CharField("état", max_length=12, choices=EtatApport, default=EtatApport.PREVU)
    prevu_le = models.DateTimeField("prévu le", null=True, blank=True)
    demande_le = models.DateTimeField("confirmation demandée le", null=True, blank=True)
    dit_donneur = models.BooleanField("a eu lieu, selon qui donne", null=True, blank=True)
    dit_donneur_le = models.DateTimeField("dit le", null=True, blank=True)
    dit_receveur = models.BooleanField("a eu lieu, selon qui reçoit", null=True, blank=True)
    dit_receveur_le = models.DateTimeField("dit le", null=True, blank=True)
    termine_le = models.DateTimeField("éclairci le", null=True, blank=True)

    objects = ApportQuerySet.as_manager()

    class Meta:
        verbose_name = "apport"
        ordering = ["rang"]
        constraints = [
            models.UniqueConstraint(fields=["echange", "besoin"], name="apport_besoin_unique"),
            models.CheckConstraint(condition=~Q(donneur=F("receveur")), name="apport_deux_entreprises"),
            models.CheckConstraint(
                condition=Q(termine_le__isnull=False) ^ ~Q(etat__in=["realise", "non_realise"]),
                name="apport_termine_date",
            ),
            models.CheckConstraint(
                condition=Q(dit_donneur__isnull=True, dit_donneur_le__isnull=True)
                | Q(dit_donneur__isnull=False, dit_donneur_le__isnull=False),
                name="apport_dit_donneur_date",
            ),
            models.CheckConstraint(
                condition=Q(dit_receveur__isnull=True, dit_receveur_le__isnull=True)
                | Q(dit_receveur__isnull=False, dit_receveur_le__isnull=False),
                name="apport_dit_receveur_date",
            ),
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


def empreinte_de(dons: Iterable[tuple[int, int]]) -> str:
    """Return the name of a set of gifts, each a (besoin, savoir-faire): the same in whatever order."""
    return "+".join(sorted(f"{besoin}:{savoir_faire}" for besoin, savoir_faire in dons))
