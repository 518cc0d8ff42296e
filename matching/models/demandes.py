"""Demandes: a besoin asked around, the best neighbours first, by waves and not by broadcast."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from matching.models.annonces import Besoin, StatutAnnonce
from matching.models.echanges import Echange, StatutEchange
from profils.models import Entreprise, Utilisateur

DUREE_DE_DEMANDE = timedelta(days=14)
MOT_MAX = 600
NOTE_MAX = 1000

# What nobody may answer any more stops a demande, whatever its next step.
BESOIN_HORS_JEU = (
    ~Q(besoin__statut=StatutAnnonce.PUBLIEE)
    | Q(besoin__entreprise__est_en_pause=True)
    | Q(besoin__entreprise__est_suspendue=True)
)


class EtatDemande(models.TextChoices):
    EN_COURS = "en_cours", "En cours"
    POURVUE = "pourvue", "Quelqu’un a dit oui"
    ARRETEE = "arretee", "Arrêtée"
    INTERROMPUE = "interrompue", "Interrompue"
    SANS_REPONSE = "sans_reponse", "Sans réponse"


class DemandeQuerySet(models.QuerySet["Demande"]):
    def en_cours(self) -> Self:
        return self.filter(etat=EtatDemande.EN_COURS)

    def de_entreprise(self, entreprise: Entreprise) -> Self:
        return self.filter(besoin__entreprise=entreprise)

    def du_ressort_de(self, utilisateur: Utilisateur) -> Self:
        """Demandes that this person may help: those of the territoires she animates."""
        if utilisateur.est_referent:
            return self
        return self.filter(besoin__commune__territoire__animateurs__utilisateur=utilisateur)

    def a_mener(self, instant: datetime) -> Self:
        """Those with something to do now: a step is due, all have answered no, or the besoin is gone."""
        ouvertes = Sollicitation.objects.ouvertes().filter(demande=OuterRef("pk"))
        return self.en_cours().filter(
            Q(prochaine_etape_le__lte=instant)
            | BESOIN_HORS_JEU
            | Q(besoin__expire_le__lte=instant)
            | (Q(est_tarie=False) & ~Exists(ouvertes))
        )

    def closes_mal_soldees(self) -> Self:
        """Ended, and yet a company is still asked: its proposal was being answered at that instant."""
        ouvertes = Sollicitation.objects.ouvertes().filter(demande=OuterRef("pk"))
        return self.exclude(etat=EtatDemande.EN_COURS).filter(Exists(ouvertes))

    def au_panier(self) -> Self:
        """Those an animator can help: nobody has said yes in time, or nobody is left to ask."""
        return self.en_cours().filter(au_panier_le__isnull=False)

    def detaillees(self) -> Self:
        """With everything a card shows: a fixed number of queries, whatever the number of demandes."""
        return self.select_related(
            "besoin__competence", "besoin__commune", "besoin__entreprise__commune"
        ).prefetch_related(
            "sollicitations__entreprise__commune", "sollicitations__echange__participations", "journal__par"
        )


class Demande(Identifie, Horodate):
    """A company asks its neighbours for one besoin, a few at a time.

    Each step is taken by whoever claims `prochaine_etape_le`; `est_tarie`: nobody is left to ask for now.
    """

    besoin = models.ForeignKey(Besoin, models.CASCADE, related_name="demandes")
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    mot = models.TextField("un mot pour vous présenter", max_length=MOT_MAX, blank=True)
    etat = models.CharField("état", max_length=12, choices=EtatDemande, default=EtatDemande.EN_COURS)
    vagues = models.PositiveSmallIntegerField("vagues envoyées", default=0)
    derniere_vague_le = models.DateTimeField("dernière vague le", null=True)
    est_tarie = models.BooleanField("plus personne à prévenir", default=False)
    prochaine_etape_le = models.DateTimeField("prochaine étape le", null=True)
    au_panier_le = models.DateTimeField("à débloquer depuis le", null=True)
    vue_le = models.DateTimeField("vue par l’animation le", null=True)
    close_le = models.DateTimeField("close le", null=True)

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = "demande"
        ordering = ["-cree_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["besoin"], condition=Q(etat="en_cours"), name="demande_en_cours_unique"
            ),
            models.CheckConstraint(
                condition=Q(etat="en_cours", close_le__isnull=True, prochaine_etape_le__isnull=False)
                | (~Q(etat="en_cours") & Q(close_le__isnull=False, prochaine_etape_le__isnull=True)),
                name="demande_close_ou_a_suivre",
            ),
        ]
        indexes = [
            models.Index(fields=["prochaine_etape_le"], condition=Q(etat="en_cours"), name="demande_a_mener")
        ]

    def __str__(self) -> str:
        return f"{self.besoin_id} {self.get_etat_display()}"

    @property
    def fin_le(self) -> datetime:
        return self.cree_le + DUREE_DE_DEMANDE

    @property
    def est_en_cours(self) -> bool:
        return self.etat == EtatDemande.EN_COURS


class SollicitationQuerySet(models.QuerySet["Sollicitation"]):
    def ouvertes(self) -> Self:
        """Those whose company has not answered yet."""
        return self.filter(echange__statut=StatutEchange.PROPOSE)


class Sollicitation(models.Model):
    """One company asked by a demande: once, by one proposal. `vague` 0 is the animation's choice."""

    demande = models.ForeignKey(Demande, models.CASCADE, related_name="sollicitations")
    entreprise = models.ForeignKey(Entreprise, models.CASCADE, related_name="sollicitations")
    echange = models.OneToOneField(Echange, models.CASCADE, related_name="sollicitation")
    vague = models.PositiveSmallIntegerField("vague")
    sollicitee_le = models.DateTimeField("prévenue le", default=maintenant)
    rappelee_le = models.DateTimeField("rappelée le", null=True)

    objects = SollicitationQuerySet.as_manager()

    class Meta:
        verbose_name = "sollicitation"
        ordering = ["sollicitee_le", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["demande", "entreprise"], name="sollicitation_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.demande_id} → {self.entreprise_id}"


class JournalDemande(models.Model):
    """Every step of a demande: written in the same transaction, never updated.

    `texte`: what an animator writes to the asker (`fait` « note »).
    """

    demande = models.ForeignKey(Demande, models.CASCADE, related_name="journal")
    fait = models.CharField("fait", max_length=20)
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    texte = models.TextField("note", max_length=NOTE_MAX, blank=True)
    details = models.JSONField("détails", default=dict)
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "journal de demande"
        ordering = ["le", "id"]

    def __str__(self) -> str:
        return f"{self.le:%d/%m/%Y %H:%M} {self.fait}"
