"""Tours: the best round of échanges of a whole territoire, as an animator launches, reads and sends it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from echange.socle.models import Horodate, Identifie
from matching.models.annonces import Besoin, SavoirFaire
from matching.models.echanges import Echange, Nature
from profils.models import Entreprise, Utilisateur
from territoires.models import Territoire

CERCLE_MAX = 3  # companies; four is an animator's own work, by hand
CHAINE_MAX = 4  # gifts
DUREE_MAX_S = 600
PAR_ENTREPRISE_MAX = 5  # échanges of one round in which a company takes part


class StatutTour(models.TextChoices):
    EN_FILE = "en_file", "En attente"
    EN_COURS = "en_cours", "En cours"
    TERMINE = "termine", "Terminé"
    ANNULE = "annule", "Annulé"
    EN_ECHEC = "en_echec", "En échec"


STATUTS_ACTIFS = (StatutTour.EN_FILE, StatutTour.EN_COURS)


class TourQuerySet(models.QuerySet["Tour"]):
    def du_ressort_de(self, utilisateur: Utilisateur) -> Self:
        """Tours of the territoires that this person animates: nobody else learns they exist."""
        if utilisateur.est_referent:
            return self
        return self.filter(territoire__animateurs__utilisateur=utilisateur)

    def actifs(self) -> Self:
        """Waiting for a worker, or being computed."""
        return self.filter(statut__in=STATUTS_ACTIFS)


class Tour(Identifie, Horodate):
    """One computation of a territoire's round: what was asked, where it stands, what it found.

    `servis` and `borne` move while it runs; when it ends no round under the same consignes serves more than
    `borne`. `possibles` besoins had at least one savoir-faire that fits. `attente` is in days, summed over
    the besoins served. `vu_le` is the worker's last sign of life, `essai` the number of the try that owns
    the row (see `matching.tours.execution`).
    """

    territoire = models.ForeignKey(
        Territoire, models.CASCADE, verbose_name="territoire", related_name="tours"
    )
    lance_par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    parent = models.ForeignKey(
        "self", models.SET_NULL, verbose_name="recalcule", null=True, related_name="suites"
    )
    statut = models.CharField("statut", max_length=8, choices=StatutTour, default=StatutTour.EN_FILE)

    cercle_max = models.PositiveSmallIntegerField("entreprises par cercle", default=CERCLE_MAX)
    chaine_max = models.PositiveSmallIntegerField("dons par chaîne", default=CHAINE_MAX)
    par_entreprise = models.PositiveSmallIntegerField("échanges par entreprise", default=1)
    duree_s = models.PositiveSmallIntegerField("durée (s)", default=30)
    graine = models.PositiveIntegerField("tirage", default=1)

    arret_demande = models.BooleanField("arrêt demandé", default=False)
    essai = models.PositiveSmallIntegerField("essai", default=0)
    vu_le = models.DateTimeField("dernier signe de vie", null=True)
    demarre_le = models.DateTimeField("démarré le", null=True)
    termine_le = models.DateTimeField("terminé le", null=True)

    entreprises = models.PositiveIntegerField("entreprises", default=0)
    besoins = models.PositiveIntegerField("besoins", default=0)
    possibles = models.PositiveIntegerField("besoins possibles", default=0)
    servis = models.PositiveIntegerField("besoins servis", default=0)
    borne = models.PositiveIntegerField("au plus", default=0)
    score = models.FloatField("score", default=0)
    attente = models.PositiveIntegerField("attente (jours)", default=0)
    est_prouve = models.BooleanField("nombre prouvé", default=False)
    est_score_prouve = models.BooleanField("score prouvé", default=False)
    est_attente_prouvee = models.BooleanField("attente prouvée", default=False)
    calcul_s = models.FloatField("temps de calcul (s)", default=0)
    memoire_mo = models.FloatField("mémoire (Mo)", default=0)
    perdus = models.PositiveSmallIntegerField("échanges retirés à la fin", default=0)
    gardes_perdus = models.PositiveSmallIntegerField("échanges gardés devenus impossibles", default=0)
    erreur = models.CharField("pourquoi il a échoué", max_length=300, blank=True)

    objects = TourQuerySet.as_manager()

    class Meta:
        verbose_name = "tour"
        ordering = ["-cree_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["territoire"],
                condition=Q(statut__in=["en_file", "en_cours"]),
                name="tour_un_seul_actif",
            ),
            models.CheckConstraint(
                condition=Q(cercle_max__gte=2, cercle_max__lte=CERCLE_MAX), name="tour_cercle_raisonnable"
            ),
            models.CheckConstraint(condition=Q(chaine_max__lte=CHAINE_MAX), name="tour_chaine_raisonnable"),
            models.CheckConstraint(
                condition=Q(par_entreprise__gte=1, par_entreprise__lte=PAR_ENTREPRISE_MAX),
                name="tour_par_entreprise_raisonnable",
            ),
            models.CheckConstraint(
                condition=Q(duree_s__gte=1, duree_s__lte=DUREE_MAX_S), name="tour_duree_raisonnable"
            ),
            models.CheckConstraint(
                condition=~Q(statut="termine") | Q(servis__lte=F("borne"), termine_le__isnull=False),
                name="tour_termine_borne",
            ),
        ]
        indexes = [models.Index(fields=["territoire", "-cree_le"], name="tour_territoire_recents")]

    def __str__(self) -> str:
        return f"{self.territoire} {self.cree_le:%d/%m/%Y %H:%M}"

    @property
    def est_actif(self) -> bool:
        return self.statut in STATUTS_ACTIFS

    @property
    def est_termine(self) -> bool:
        return self.statut == StatutTour.TERMINE


class Refus(models.TextChoices):
    """Why an échange prévu could not be sent."""

    ANNONCE_PARTIE = "annonce", "Une des annonces n’est plus en ligne, ou n’a plus de place."
    DEJA_PROPOSE = "deja", "Ces entreprises ont déjà cette proposition."


class EchangePrevuQuerySet(models.QuerySet["EchangePrevu"]):
    def detailles(self) -> Self:
        """With everything a line, the map and the export show: a fixed number of queries."""
        return self.select_related("echange").prefetch_related(
            "dons__besoin__competence",
            "dons__savoir_faire__competence",
            "dons__donneur__commune",
            "dons__receveur__commune",
        )

    def dans_la_commune(self, code: str) -> Self:
        """Those in which a company of that commune takes part."""
        dons = DonPrevu.objects.filter(
            Q(donneur__commune=code) | Q(receveur__commune=code), echange_prevu=models.OuterRef("pk")
        )
        return self.filter(models.Exists(dons))

    def sur_le_theme(self, code: str) -> Self:
        dons = DonPrevu.objects.filter(
            savoir_faire__competence__theme=code, echange_prevu=models.OuterRef("pk")
        )
        return self.filter(models.Exists(dons))

    def entiers(self) -> Self:
        """Without those that lost a gift since, its company having left the site."""
        return self.alias(restants=models.Count("dons")).filter(restants=F("taille"))

    def a_envoyer(self) -> Self:
        return self.filter(echange=None)


class EchangePrevu(Identifie):
    """One échange of a tour: nobody knows of it but those who animate, until it is sent.

    `empreinte` is that of the échange it would become, `taille` how many gifts it is made of; `score` is the
    mean of theirs, between 0 and 1.
    """

    tour = models.ForeignKey(Tour, models.CASCADE, related_name="echanges")
    rang = models.PositiveIntegerField("rang")
    nature = models.CharField("nature", max_length=10, choices=Nature)
    empreinte = models.CharField("empreinte", max_length=200)
    taille = models.PositiveSmallIntegerField("dons")
    score = models.FloatField("score")
    est_garde = models.BooleanField("gardé à la demande", default=False)
    echange = models.ForeignKey(
        Echange, models.SET_NULL, verbose_name="envoyé", null=True, related_name="prevus"
    )
    refus = models.CharField("pourquoi pas", max_length=8, choices=Refus, blank=True)

    objects = EchangePrevuQuerySet.as_manager()

    class Meta:
        verbose_name = "échange prévu"
        verbose_name_plural = "échanges prévus"
        ordering = ["rang"]
        constraints = [
            models.UniqueConstraint(fields=["tour", "rang"], name="echange_prevu_rang_unique"),
            models.UniqueConstraint(fields=["tour", "empreinte"], name="echange_prevu_unique"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="echange_prevu_score_borne"),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} {self.rang}"


class DonPrevu(models.Model):
    """Who would give what to whom; what made the arête is copied, since the arête may go."""

    tour = models.ForeignKey(Tour, models.CASCADE, related_name="dons")
    echange_prevu = models.ForeignKey(EchangePrevu, models.CASCADE, related_name="dons")
    rang = models.PositiveSmallIntegerField("rang")
    donneur = models.ForeignKey(Entreprise, models.CASCADE, related_name="+")
    receveur = models.ForeignKey(Entreprise, models.CASCADE, related_name="+")
    besoin = models.ForeignKey(Besoin, models.CASCADE, related_name="+")
    savoir_faire = models.ForeignKey(SavoirFaire, models.CASCADE, related_name="+")
    score = models.FloatField("score")
    distance_m = models.PositiveIntegerField("distance (m)")
    modalites = models.PositiveSmallIntegerField("modalités communes")
    creneaux = models.PositiveIntegerField("créneaux communs", default=0)
    composantes = models.JSONField("composantes du score")

    class Meta:
        verbose_name = "don prévu"
        verbose_name_plural = "dons prévus"
        ordering = ["rang"]
        constraints = [
            models.UniqueConstraint(fields=["echange_prevu", "rang"], name="don_prevu_rang_unique"),
            models.UniqueConstraint(fields=["tour", "besoin"], name="don_prevu_besoin_unique"),
            models.CheckConstraint(condition=~Q(donneur=F("receveur")), name="don_prevu_deux_entreprises"),
        ]

    def __str__(self) -> str:
        return f"{self.donneur} → {self.receveur}"


class GenreConsigne(models.TextChoices):
    GARDER = "garder", "Garder cet échange"
    SANS_ECHANGE = "echange", "Ne pas proposer cet échange"
    SANS_PAIRE = "paire", "Ne pas mettre ces deux entreprises ensemble"
    SANS_ENTREPRISE = "entreprise", "Laisser cette entreprise de côté"
    SANS_BESOIN = "besoin", "Laisser ce besoin de côté"


class Consigne(Identifie, Horodate):
    """What an animator asks of the next computation; a tour begins with those of the one it recalculates.

    An échange is known by its `empreinte`, which it keeps from one computation to the next; `echange_prevu`
    is where it was read. A pair of companies is written once, the smaller primary key first.
    """

    tour = models.ForeignKey(Tour, models.CASCADE, related_name="consignes")
    genre = models.CharField("genre", max_length=10, choices=GenreConsigne)
    echange_prevu = models.ForeignKey(EchangePrevu, models.CASCADE, null=True, related_name="+")
    empreinte = models.CharField("empreinte", max_length=200, blank=True)
    entreprise = models.ForeignKey(Entreprise, models.CASCADE, null=True, related_name="+")
    autre = models.ForeignKey(Entreprise, models.CASCADE, null=True, related_name="+")
    besoin = models.ForeignKey(Besoin, models.CASCADE, null=True, related_name="+")
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "consigne"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tour", "empreinte"], condition=~Q(empreinte=""), name="consigne_echange_unique"
            ),
            models.UniqueConstraint(fields=["tour", "besoin"], name="consigne_besoin_unique"),
            models.UniqueConstraint(fields=["tour", "entreprise", "autre"], name="consigne_paire_unique"),
            models.UniqueConstraint(
                fields=["tour", "entreprise"],
                condition=Q(autre=None),
                name="consigne_entreprise_unique",
            ),
            models.CheckConstraint(
                condition=(
                    Q(genre__in=["garder", "echange"], entreprise=None, autre=None, besoin=None)
                    & Q(echange_prevu__isnull=False)
                    & ~Q(empreinte="")
                )
                | (
                    Q(genre="paire", echange_prevu=None, empreinte="", besoin=None)
                    & Q(entreprise__isnull=False, autre__isnull=False, entreprise__lt=F("autre"))
                )
                | Q(
                    genre="entreprise",
                    echange_prevu=None,
                    empreinte="",
                    autre=None,
                    besoin=None,
                    entreprise__isnull=False,
                )
                | Q(
                    genre="besoin",
                    echange_prevu=None,
                    empreinte="",
                    entreprise=None,
                    autre=None,
                    besoin__isnull=False,
                ),
                name="consigne_bien_formee",
            ),
        ]

    def __str__(self) -> str:
        return self.get_genre_display()
