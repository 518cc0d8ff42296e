"""Who: users, companies, members, sectors and the roles of animation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.gis.db.models import PointField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.timezone import localdate
from stdnum.fr import siret as norme_siret

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from territoires.models import Commune, Territoire

PRENOM_MAX = 150  # characters, as Django's own `first_name`
NOM_MAX = 120  # characters
ADRESSE_MAX = 200
REPENTIR = timedelta(days=14)  # how long a closed company may open again
DUREE_INVITATION = timedelta(days=7)
SUITE_MAX = 200


class GestionnaireUtilisateurs(BaseUserManager["Utilisateur"]):
    """Users are known by their e-mail; a password is the exception (none by default)."""

    def create_user(self, email: str, password: str | None = None, **champs: Any) -> Utilisateur:
        utilisateur = self.model(email=self.normalize_email(email).lower(), **champs)
        utilisateur.set_password(password)
        utilisateur.save(using=self._db)
        return utilisateur

    def create_superuser(self, email: str, password: str | None = None, **champs: Any) -> Utilisateur:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **champs)


class Utilisateur(AbstractUser):
    """A person who signs in by e-mail and one-time code."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("adresse e-mail", unique=True)
    est_referent = models.BooleanField("référent·e national·e", default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = GestionnaireUtilisateurs()  # type: ignore[misc, assignment]

    class Meta:
        verbose_name = "utilisateur"
        constraints = [models.UniqueConstraint(Lower("email"), name="utilisateur_email_sans_casse")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def est_membre_de(self, entreprise: Entreprise) -> bool:
        """Say whether this person may act for that company: the one definition of it."""
        return self.appartenances.filter(entreprise=entreprise).exists()

    def anime(self, territoire_id: int | None) -> bool:
        """Say whether this person animates that territoire (a référent animates them all)."""
        if self.est_referent:
            return True
        return territoire_id is not None and self.animations.filter(territoire_id=territoire_id).exists()


class Secteur(models.Model):
    """A trade, in the owner's words."""

    code = models.SlugField("identifiant", primary_key=True)
    nom = models.CharField("nom", max_length=80)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "secteur"
        ordering = ["ordre", "nom"]

    def __str__(self) -> str:
        return self.nom


class Taille(models.TextChoices):
    SEUL = "0", "Je travaille seul·e"
    TRES_PETITE = "1-9", "1 à 9 salariés"
    PETITE = "10-49", "10 à 49 salariés"
    MOYENNE = "50-249", "50 à 249 salariés"

    @property
    def dite(self) -> str:
        """As it is said of somebody else: the labels are answers, in the first person."""
        return "Une seule personne" if self is Taille.SEUL else str(self.label)


def valider_siret(valeur: str) -> None:
    """Refuse a SIRET whose keys are wrong (python-stdnum knows La Poste's exception)."""
    if not norme_siret.is_valid(valeur):
        raise ValidationError(
            "Ce numéro SIRET n’existe pas\u00a0: il a 14 chiffres, vérifiez-les.", code="siret"
        )


class EntrepriseQuerySet(models.QuerySet["Entreprise"]):
    def de(self, utilisateur: Utilisateur) -> Self:
        """Companies of which this person is a member."""
        return self.filter(membres__utilisateur=utilisateur)

    def actives(self) -> Self:
        """Companies that take part in matching."""
        return self.filter(est_en_pause=False, est_suspendue=False)

    def accompagnees(self) -> Self:
        """Companies entered for somebody who has never signed in: whoever animates acts for them."""
        venu = Membre.objects.filter(entreprise=OuterRef("pk"), utilisateur__last_login__isnull=False)
        return self.filter(~Exists(venu))

    def du_ressort_de(self, utilisateur: Utilisateur) -> Self:
        """Companies that this person animates."""
        if utilisateur.est_referent:
            return self
        return self.filter(commune__territoire__animateurs__utilisateur=utilisateur)


class FaitEntreprise(models.TextChoices):
    SUSPENDUE = "suspendue", "Suspendue"
    RETABLIE = "retablie", "Rétablie"
    FERMEE = "fermee", "Fermée"
    ROUVERTE = "rouverte", "Rouverte"
    EFFACEE = "effacee", "Effacée"
    LEVEE = "levee", "Limites d’arrivée levées"
    REMISE = "remise", "Limites d’arrivée remises"
    INVITATION = "invitation", "Une personne invitée"
    ARRIVEE = "arrivee", "Une personne arrivée"
    DEPART = "depart", "Une personne partie"


class Entreprise(Identifie, Horodate):
    """A small company. `position` is exact and private; `position_publique` is blurred and stable.

    Closed (`fermee_le`), it is out of matching as a suspended one is, until it opens again or is forgotten
    (`effacee_le`): see `profils.fermeture`.
    """

    nom = models.CharField("nom de l’entreprise", max_length=NOM_MAX)
    siret = models.CharField("SIRET", max_length=14, null=True, blank=True, validators=[valider_siret])
    est_en_creation = models.BooleanField("en cours de création", default=False)
    secteur = models.ForeignKey(Secteur, models.PROTECT, verbose_name="métier")
    taille = models.CharField("taille", max_length=6, choices=Taille, default=Taille.SEUL)
    commune = models.ForeignKey(Commune, models.PROTECT, verbose_name="commune", related_name="entreprises")
    adresse = models.CharField("adresse", max_length=ADRESSE_MAX, blank=True)
    position = PointField("position exacte", geography=True, srid=4326)
    position_publique = PointField("position publique", geography=True, srid=4326)
    est_localisee = models.BooleanField(
        "adresse trouvée", default=False, help_text="Sinon la position est celle du centre de la commune."
    )
    est_en_pause = models.BooleanField("en pause", default=False)
    de_retour_le = models.DateField(
        "de retour le",
        null=True,
        blank=True,
        help_text="Vide\u00a0: jusqu’à ce qu’elle reprenne d’elle-même.",
    )
    est_suspendue = models.BooleanField("suspendue", default=False)
    limites_levees_le = models.DateTimeField(
        "limites d’arrivée levées le",
        null=True,
        blank=True,
        help_text="L’animation de son territoire la connaît : elle propose comme une entreprise établie.",
    )
    fermee_le = models.DateTimeField("fermée le", null=True, blank=True)
    effacee_le = models.DateTimeField("effacée le", null=True, blank=True)

    membres_utilisateurs: models.ManyToManyField[Utilisateur, Membre] = models.ManyToManyField(
        Utilisateur, through="Membre", related_name="entreprises"
    )

    objects = EntrepriseQuerySet.as_manager()

    class Meta:
        verbose_name = "entreprise"
        constraints = [
            models.UniqueConstraint(fields=["siret"], name="entreprise_siret_unique"),
            models.CheckConstraint(
                condition=Q(siret__regex=r"^\d{14}$") | Q(siret__isnull=True, est_en_creation=True),
                name="entreprise_siret_ou_creation",
                violation_error_message="Donnez le SIRET, ou cochez «\u00a0en cours de création\u00a0».",
            ),
            models.CheckConstraint(
                condition=Q(est_en_pause=True) | Q(de_retour_le__isnull=True),
                name="entreprise_retour_de_pause",
            ),
            models.CheckConstraint(
                condition=Q(fermee_le__isnull=True) | Q(est_suspendue=True),
                name="entreprise_fermee_a_l_ecart",
            ),
            models.CheckConstraint(
                condition=Q(effacee_le__isnull=True)
                | Q(fermee_le__isnull=False, effacee_le__gt=F("fermee_le")),
                name="entreprise_effacee_apres_fermeture",
            ),
        ]
        indexes = [
            models.Index(
                fields=["fermee_le"],
                condition=Q(fermee_le__isnull=False, effacee_le__isnull=True),
                name="entreprise_a_effacer",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def efface_le(self) -> date | None:
        """The day, in Paris, after which a closed company is forgotten; None for one that is open."""
        return localdate(self.fermee_le + REPENTIR) if self.fermee_le else None

    def garde_son_siret(self) -> bool:
        """Say whether it may be corrected but not taken back: whoever signed it up has another company.

        That is the earliest of its members, whoever asks. One closed may open again: it counts until
        forgotten.
        """
        doyenne = self.membres.order_by("pk").values("utilisateur")[:1]
        autres = Membre.objects.filter(utilisateur=doyenne).exclude(entreprise=self)
        return self.siret is not None and autres.exists()


class JournalEntreprise(models.Model):
    """What was decided of a company, and by whom: written with the change, never updated."""

    entreprise = models.ForeignKey(Entreprise, models.CASCADE, related_name="journal")
    fait = models.CharField("fait", max_length=10, choices=FaitEntreprise)
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "journal d’entreprise"
        ordering = ["le", "id"]

    def __str__(self) -> str:
        return f"{self.le:%d/%m/%Y %H:%M} {self.fait}"


class Membre(Horodate):
    """A person acting for a company."""

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="appartenances")
    entreprise = models.ForeignKey(Entreprise, models.CASCADE, related_name="membres")

    class Meta:
        verbose_name = "membre"
        constraints = [
            models.UniqueConstraint(fields=["utilisateur", "entreprise"], name="membre_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} · {self.entreprise}"


class InvitationMembreQuerySet(models.QuerySet["InvitationMembre"]):
    def valables(self) -> Self:
        """Those that can still be accepted: the company is not apart, and who invited still acts for it."""
        invitante = Membre.objects.filter(entreprise=OuterRef("entreprise"), utilisateur=OuterRef("par"))
        return self.filter(
            Exists(invitante),
            expire_le__gt=maintenant(),
            entreprise__est_suspendue=False,
            par__is_active=True,
        )


class InvitationMembre(Identifie, Horodate):
    """A company's door held open for a colleague, by a signed link.

    The row goes once it has served or is taken back: nothing stays of an address that nobody gave us herself.
    `suite`: the page of ours where she begins.
    """

    entreprise = models.ForeignKey(Entreprise, models.CASCADE, related_name="invitations")
    email = models.EmailField("adresse e-mail")
    par = models.ForeignKey(Utilisateur, models.CASCADE, related_name="+")
    suite = models.CharField("première page", max_length=SUITE_MAX, blank=True)
    expire_le = models.DateTimeField("valable jusqu’au")

    objects = InvitationMembreQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation d’une personne"
        verbose_name_plural = "invitations de personnes"
        ordering = ["cree_le", "pk"]
        constraints = [
            models.UniqueConstraint("entreprise", Lower("email"), name="invitation_membre_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.entreprise} · {self.email}"

    @property
    def est_perimee(self) -> bool:
        return self.expire_le <= maintenant()


class Animateur(Horodate):
    """A person who animates and moderates one territoire."""

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="animations")
    territoire = models.ForeignKey(Territoire, models.CASCADE, related_name="animateurs")

    class Meta:
        verbose_name = "animateur"
        constraints = [
            models.UniqueConstraint(fields=["utilisateur", "territoire"], name="animateur_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} · {self.territoire}"


class Blocage(Horodate):
    """`bloquante` no longer wants to be matched with `bloquee`, in either direction."""

    bloquante = models.ForeignKey(Entreprise, models.CASCADE, related_name="blocages")
    bloquee = models.ForeignKey(Entreprise, models.CASCADE, related_name="blocages_recus")

    class Meta:
        verbose_name = "blocage"
        constraints = [
            models.UniqueConstraint(fields=["bloquante", "bloquee"], name="blocage_unique"),
            models.CheckConstraint(condition=~Q(bloquante=F("bloquee")), name="blocage_autre"),
        ]

    def __str__(self) -> str:
        return f"{self.bloquante} ⊘ {self.bloquee}"
