"""Events: what is on line of each, who comes, who waits for a place.

The page (`animation.models.agenda.PageEvenement`) is what its team writes, with its drafts and its old
versions. `Evenement` is what people were last told, and everything that must not go back in time with a
revision: the number of its version in calendars, its cancellation, its places.
`animation.services.evenements` makes one follow the other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.contrib.gis.db.models import PointField
from django.db import models
from django.db.models import F, Q

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from profils.models import NOM_MAX, Utilisateur
from territoires.models import Commune, Territoire

TITRE_MAX = 200
LIEU_MAX = 120
MOTIF_MAX = 500
CAPACITE_MAX = 2000
DUREE_MAX = timedelta(days=31)


class GenreEvenement(models.TextChoices):
    """The formats of the roadmap's action sheets, in the words people use."""

    ACCUEIL = "accueil", "Accueil"
    RENCONTRE = "rencontre", "Rencontre"
    LABORATOIRE = "laboratoire", "Laboratoire des usages"
    REGROUPEMENT = "regroupement", "Regroupement"
    TOUR = "tour", "Tour de France"
    LOCAL = "local", "Événement local"


PHRASES = {
    GenreEvenement.ACCUEIL: "Pour découvrir la communauté, sans rien y connaître.",
    GenreEvenement.RENCONTRE: "Pour rencontrer des entreprises voisines et parler métier.",
    GenreEvenement.LABORATOIRE: "Pour essayer un outil ensemble, sur du concret.",
    GenreEvenement.REGROUPEMENT: "Pour travailler une journée à plusieurs.",
    GenreEvenement.TOUR: "Une étape du tour de France des communautés.",
    GenreEvenement.LOCAL: "Un rendez-vous du territoire, avec ses partenaires.",
}


class EvenementQuerySet(models.QuerySet["Evenement"]):
    def publics(self) -> Self:
        """Those whose page anybody may read."""
        return self.filter(est_en_ligne=True)

    def a_venir(self) -> Self:
        """Not over yet, the soonest first; a cancelled one still has to be said."""
        return self.filter(fin__gt=maintenant()).order_by("debut", "pk")

    def passes(self) -> Self:
        """Over and held, the latest first."""
        return self.filter(fin__lte=maintenant(), annule_le__isnull=True).order_by("-debut", "-pk")

    def du_ressort_de(self, utilisateur: Utilisateur) -> Self:
        """Events that this person animates."""
        if utilisateur.est_referent:
            return self
        return self.filter(territoire__animateurs__utilisateur=utilisateur)

    def detailles(self) -> Self:
        """With what a list says of each."""
        return self.select_related("page", "commune", "territoire")


class Evenement(Identifie, Horodate):
    """What people were told of an event, and its places. Instants are in UTC, said in Paris.

    `sequence`: version in calendars (RFC 5545), raised at each change that they show. `places_prises` is
    changed with the row locked, by the services alone: no more places are given than `capacite`
    (`evenement_places`), None meaning as many as come. `revision`: the page’s, live when it was copied.
    """

    page = models.OneToOneField(
        "animation.PageEvenement", models.SET_NULL, null=True, related_name="evenement"
    )
    territoire = models.ForeignKey(Territoire, models.PROTECT, related_name="evenements")
    titre = models.CharField("titre", max_length=TITRE_MAX)
    genre = models.CharField("type", max_length=12, choices=GenreEvenement)
    debut = models.DateTimeField("début")
    fin = models.DateTimeField("fin")
    lieu = models.CharField("lieu", max_length=LIEU_MAX, blank=True)
    adresse = models.CharField("adresse", max_length=200, blank=True)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, related_name="+")
    position = PointField("position", geography=True, srid=4326, null=True)
    est_localise = models.BooleanField("adresse trouvée", default=False)
    lien_visio = models.URLField("lien de la visio", max_length=500, blank=True)
    capacite = models.PositiveSmallIntegerField("places", null=True)
    ouvre_le = models.DateTimeField("inscriptions à partir du", null=True)
    ferme_le = models.DateTimeField("inscriptions jusqu’au", null=True)
    est_en_ligne = models.BooleanField("en ligne", default=True)
    revision = models.PositiveBigIntegerField("version de la page", default=0)
    sequence = models.PositiveIntegerField("version", default=0)
    annule_le = models.DateTimeField("annulé le", null=True)
    motif = models.CharField("motif de l’annulation", max_length=MOTIF_MAX, blank=True)
    places_prises = models.PositiveIntegerField("inscrits", default=0)
    dernier_rang = models.PositiveIntegerField("dernier rang donné", default=0)
    rappels = models.PositiveSmallIntegerField("rappels envoyés", default=0)
    presents = models.PositiveIntegerField("présents", null=True)
    purge_le = models.DateTimeField("inscriptions effacées le", null=True)

    objects = EvenementQuerySet.as_manager()

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"
        constraints = [
            models.CheckConstraint(condition=Q(fin__gt=F("debut")), name="evenement_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(capacite__isnull=True) | Q(places_prises__lte=F("capacite")),
                name="evenement_places",
            ),
            models.CheckConstraint(
                condition=Q(lien_visio="") | Q(lien_visio__startswith="https://"), name="evenement_visio_sure"
            ),
        ]
        indexes = [
            models.Index(fields=["territoire", "fin"], name="evenement_agenda"),
            models.Index(
                fields=["debut"], condition=Q(annule_le__isnull=True, rappels__lt=2), name="evenement_rappels"
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def est_annule(self) -> bool:
        return self.annule_le is not None

    @property
    def est_passe(self) -> bool:
        return self.fin <= maintenant()

    @property
    def a_commence(self) -> bool:
        return self.debut <= maintenant()

    @property
    def fermeture(self) -> datetime:
        """When one may no longer register: its start, unless its team said sooner."""
        return min(self.ferme_le, self.debut) if self.ferme_le else self.debut

    @property
    def est_complet(self) -> bool:
        return self.capacite is not None and self.places_prises >= self.capacite

    @property
    def places_restantes(self) -> int | None:
        """None when there is no limit."""
        return None if self.capacite is None else self.capacite - self.places_prises


class EtatInscription(models.TextChoices):
    A_CONFIRMER = "a_confirmer", "À confirmer"
    INSCRITE = "inscrite", "Inscrite"
    ATTENTE = "attente", "En liste d’attente"
    ANNULEE = "annulee", "Annulée"


ACTIVES = (EtatInscription.INSCRITE, EtatInscription.ATTENTE)


class InscriptionQuerySet(models.QuerySet["Inscription"]):
    def actives(self) -> Self:
        """Who comes and who waits, in the order they asked."""
        return self.filter(etat__in=ACTIVES).order_by("rang")

    def de_la_personne(self, utilisateur: Utilisateur) -> Self:
        """Hers, made with her account or, before it, with the same address."""
        return self.filter(Q(utilisateur=utilisateur) | Q(courriel=utilisateur.email.lower()))


class Inscription(Identifie, Horodate):
    """A person at an event: of the site, a visitor known by her address, or somebody entered by the team.

    Each has one row for an event, whatever she changes her mind (`inscription_utilisateur_unique`,
    `inscription_courriel_unique`). `rang` is the order of the queue: a new one when she comes back.
    """

    evenement = models.ForeignKey(Evenement, models.CASCADE, related_name="inscriptions")
    utilisateur = models.ForeignKey(
        Utilisateur, models.CASCADE, null=True, related_name="inscriptions_aux_evenements"
    )
    courriel = models.EmailField("adresse e-mail", blank=True)
    nom = models.CharField("nom", max_length=NOM_MAX)
    etat = models.CharField("état", max_length=11, choices=EtatInscription)
    rang = models.PositiveIntegerField("rang", null=True)
    demandee_le = models.DateTimeField("demandée le", default=maintenant)
    presente = models.BooleanField("présente", null=True)

    objects = InscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription"
        constraints = [
            models.UniqueConstraint(
                fields=["evenement", "utilisateur"], name="inscription_utilisateur_unique"
            ),
            models.UniqueConstraint(
                fields=["evenement", "courriel"],
                condition=~Q(courriel=""),
                name="inscription_courriel_unique",
            ),
            models.UniqueConstraint(fields=["evenement", "rang"], name="inscription_rang_unique"),
            models.CheckConstraint(
                condition=Q(utilisateur__isnull=True) | Q(courriel=""), name="inscription_une_adresse"
            ),
            models.CheckConstraint(
                condition=~Q(etat__in=["inscrite", "attente"]) | Q(rang__isnull=False),
                name="inscription_active_rangee",
            ),
            models.CheckConstraint(
                condition=Q(presente__isnull=True) | Q(etat="inscrite"), name="inscription_presente_inscrite"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_etat_display()}\u00a0: {self.evenement}"

    @property
    def est_active(self) -> bool:
        return self.etat in ACTIVES

    @property
    def est_inscrite(self) -> bool:
        return self.etat == EtatInscription.INSCRITE
