"""What leaves of letters, and who receives them.

What has left is in `EnvoiLettre`: rendered once, the same for everybody and for the page on line, whatever
the site's words become.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from profils.models import Utilisateur
from territoires.models import Territoire

OBJET_MAX = 120


class EtatEnvoiLettre(models.TextChoices):
    PROGRAMME = "programme", "Programmé"
    EN_COURS = "en_cours", "En cours d’envoi"
    FINI = "fini", "Envoyée"


class EnvoiLettre(Identifie, Horodate):
    """The one sending of a letter (`page` is unique): planned, under way, done.

    `objet`, `html` and `texte` are frozen when it starts. `curseur`: the last abonnement (its primary key)
    written to, so that a worker killed half way is followed by another. `territoire` None is national.
    """

    page = models.OneToOneField("animation.PageLettre", models.SET_NULL, null=True, related_name="envoi")
    territoire = models.ForeignKey(Territoire, models.PROTECT, null=True, related_name="lettres")
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    etat = models.CharField("état", max_length=9, choices=EtatEnvoiLettre, default=EtatEnvoiLettre.PROGRAMME)
    envoyer_le = models.DateTimeField("à envoyer le")
    objet = models.CharField("objet", max_length=OBJET_MAX, blank=True)
    html = models.TextField("corps", blank=True)
    texte = models.TextField("corps en texte", blank=True)
    curseur = models.BigIntegerField("dernier abonnement servi", default=0)
    destinataires = models.PositiveIntegerField("destinataires", default=0)
    commence_le = models.DateTimeField("commencé le", null=True)
    fini_le = models.DateTimeField("fini le", null=True)

    class Meta:
        verbose_name = "envoi d’une lettre"
        verbose_name_plural = "envois de lettres"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat="programme") | ~Q(html="") & Q(commence_le__isnull=False),
                name="envoi_lettre_fige",
            ),
            models.CheckConstraint(
                condition=~Q(etat="fini") | Q(fini_le__isnull=False), name="envoi_lettre_fini_date"
            ),
        ]
        indexes = [
            models.Index(fields=["envoyer_le"], condition=~Q(etat="fini"), name="envoi_lettre_a_mener")
        ]

    def __str__(self) -> str:
        return self.objet or str(self.uuid)

    @property
    def est_parti(self) -> bool:
        return self.etat != EtatEnvoiLettre.PROGRAMME


class AbonnementQuerySet(models.QuerySet["Abonnement"]):
    def confirmes(self) -> Self:
        return self.filter(confirme_le__isnull=False)

    def servis(self, territoire: int | None) -> Self:
        """Who receives the letter of this territoire (primary key), or the national one."""
        actifs = Q(utilisateur__isnull=True) | Q(utilisateur__is_active=True)
        return self.confirmes().filter(actifs, territoire=territoire).order_by("pk")

    def de_la_personne(self, utilisateur: Utilisateur) -> Self:
        """Hers, made with her account or, before it, with the same address."""
        return self.filter(Q(utilisateur=utilisateur) | Q(courriel=utilisateur.email.lower()))


class Abonnement(Identifie):
    """Somebody who wants a territoire's letter, or the national one: a member, or an address.

    Without `confirme_le` it is a demand that nobody has confirmed: it receives nothing and goes in two days.
    Leaving deletes the row: nothing is kept of who left.
    """

    territoire = models.ForeignKey(Territoire, models.CASCADE, null=True, related_name="abonnements")
    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, null=True, related_name="abonnements")
    courriel = models.EmailField("adresse e-mail", blank=True)
    demande_le = models.DateTimeField("demandé le", default=maintenant)
    confirme_le = models.DateTimeField("confirmé le", null=True)

    objects = AbonnementQuerySet.as_manager()

    class Meta:
        verbose_name = "abonnement"
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "territoire"],
                condition=Q(utilisateur__isnull=False),
                nulls_distinct=False,
                name="abonnement_utilisateur_unique",
            ),
            models.UniqueConstraint(
                fields=["courriel", "territoire"],
                condition=~Q(courriel=""),
                nulls_distinct=False,
                name="abonnement_courriel_unique",
            ),
            models.CheckConstraint(
                condition=Q(utilisateur__isnull=False, courriel="")
                | Q(utilisateur__isnull=True) & ~Q(courriel=""),
                name="abonnement_une_personne",
            ),
        ]
        indexes = [
            models.Index(
                fields=["territoire", "id"],
                condition=Q(confirme_le__isnull=False),
                name="abonnement_servis",
            )
        ]

    def __str__(self) -> str:
        return str(self.territoire or "national")
