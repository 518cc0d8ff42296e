"""The agenda of a community, and the page of each of its events."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PagePermissionTester
from wagtail.search import index

from animation import donnees_structurees
from animation.communaute import territoire_de
from animation.forms_pages import FormulaireDePage
from animation.models.evenements import (
    CAPACITE_MAX,
    DUREE_MAX,
    LIEU_MAX,
    Evenement,
    GenreEvenement,
)
from animation.models.rubriques import DANS_UN_TERRITOIRE, PageRubrique
from animation.models.socle import REFERENCEMENT, TEXTE_SIMPLE
from animation.presentation.agenda import lire_agenda, lire_evenement, lire_fiche
from echange.socle.horloge import maintenant
from profils.models import Utilisateur
from territoires.forms import ChampCommune
from territoires.models import Commune, Territoire

SUITE = (
    "<p>Une date ou un lieu qui change\u00a0: les personnes inscrites reçoivent un courriel. Pour annuler, "
    "ou savoir qui vient, ouvrez «\u00a0Agenda\u00a0: qui vient\u00a0» dans le menu.</p>"
)


class RubriqueAgenda(PageRubrique):
    """What a community organises: its events to come by month, the past ones folded."""

    is_creatable = False
    template = "animation/rubrique_agenda.html"
    fragment = "animation/_agenda.html"
    parent_page_types: ClassVar[list[str]] = [DANS_UN_TERRITOIRE]
    subpage_types: ClassVar[list[str]] = ["animation.PageEvenement"]

    class Meta:
        verbose_name = "rubrique de l’agenda"

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """The list alone when HTMX changes the filter."""
        htmx = getattr(request, "htmx", None)
        return self.fragment if htmx and not htmx.history_restore_request else self.template

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        territoire = territoire_de(self)
        if territoire is None:
            raise Territoire.DoesNotExist
        ics = reverse("agenda:agenda_ics", args=[territoire.code])
        hote = urlsplit(settings.ADRESSE_DU_SITE).netloc
        return contexte | {
            "territoire": territoire,
            "agenda": lire_agenda(territoire.pk, request.GET.get("genre", "")),
            "adresse_ics": f"{settings.ADRESSE_DU_SITE}{ics}",
            "webcal": f"webcal://{hote}{ics}",
        }


class DroitsSurEvenement(PagePermissionTester):
    """People who are registered are told that an event is off: one cancels it before its page goes."""

    def _attend_du_monde(self) -> bool:
        evenement = Evenement.objects.filter(page=self.page.pk, annule_le=None, fin__gt=maintenant()).first()
        return evenement is not None and evenement.inscriptions.actives().exists()

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002  Wagtail's signature
        return bool(super().can_delete(ignore_bulk)) and not self._attend_du_monde()

    def can_unpublish(self) -> bool:
        return bool(super().can_unpublish()) and not self._attend_du_monde()

    def can_move_to(self, destination: Page) -> bool:
        """An event stays with the team that its people know."""
        return False


class FormulairePageEvenement(FormulaireDePage):
    """What its team fills in; each mistake is said at its field, a draft may still lack its place."""

    commune = ChampCommune(
        label="Commune",
        required=False,
        help_text="Son nom ou son code postal. Vide si l’événement n’a lieu qu’en visio.",
    )

    def clean(self) -> dict[str, Any]:
        saisie: dict[str, Any] = super().clean()
        self._verifier_dates(saisie)
        self._verifier_endroit(saisie)
        self._verifier_places(saisie)
        return saisie

    def _verifier_dates(self, saisie: dict[str, Any]) -> None:
        debut, fin = saisie.get("debut"), saisie.get("fin")
        if debut and "debut" in self.changed_data and debut <= maintenant():
            self.add_error("debut", "Cette date est déjà passée.")
        if debut and fin and fin <= debut:
            self.add_error("fin", "La fin vient après le début.")
        elif debut and fin and fin - debut > DUREE_MAX:
            self.add_error("fin", "Un événement dure un mois au plus\u00a0: vérifiez l’année.")
        ouvre, ferme = saisie.get("ouvre_le"), saisie.get("ferme_le")
        if debut and ferme and ferme > debut:
            self.add_error("ferme_le", "Les inscriptions se ferment au plus tard quand l’événement commence.")
        if ouvre and (limite := ferme or debut) and ouvre >= limite:
            self.add_error("ouvre_le", "Les inscriptions s’ouvrent avant de se fermer.")

    def _verifier_endroit(self, saisie: dict[str, Any]) -> None:
        commune, visio = saisie.get("commune"), saisie.get("lien_visio")
        sans_lieu = not commune and not visio and not self.is_deferred_validation
        if sans_lieu and not {"commune", "lien_visio"} & set(self.errors):
            self.add_error("commune", "Dites où l’événement a lieu, ou donnez le lien de la visio.")
        if visio and not visio.startswith("https://"):
            self.add_error("lien_visio", "Un lien de visio commence par https://.")
        if not commune and (saisie.get("lieu") or saisie.get("adresse")) and "commune" not in self.errors:
            self.add_error("commune", "Dites aussi la commune.")

    def _verifier_places(self, saisie: dict[str, Any]) -> None:
        capacite = saisie.get("capacite")
        if capacite is None:
            return
        if not 1 <= capacite <= CAPACITE_MAX:
            self.add_error("capacite", f"De 1 à {CAPACITE_MAX} places, ou rien s’il n’y a pas de limite.")
            return
        evenement = Evenement.objects.filter(page=self.instance.pk or 0).first()
        if evenement and capacite < evenement.places_prises:
            self.add_error(
                "capacite",
                f"{evenement.places_prises} personnes ont déjà une place\u00a0: on ne peut pas descendre "
                "en dessous.",
            )


class PageEvenement(Page):
    """An event as its team writes it; what is on line of it is its `evenement`.

    A draft may have no dates yet: the editor keeps what is typed before them. `Evenement` requires both.
    """

    genre = models.CharField("type", max_length=12, choices=GenreEvenement, default=GenreEvenement.RENCONTRE)
    accroche = models.CharField(
        "en une phrase", max_length=200, help_text="Ce que l’on en retire, dit à quelqu’un de pressé."
    )
    debut = models.DateTimeField("début", null=True, help_text="À l’heure de Paris.")
    fin = models.DateTimeField("fin", null=True)
    lieu = models.CharField(
        "lieu",
        max_length=LIEU_MAX,
        blank=True,
        help_text="Le nom de l’endroit\u00a0: un tiers-lieu, une boutique, une salle.",
    )
    adresse = models.CharField(
        "adresse", max_length=200, blank=True, help_text="Le numéro et la rue. Elle est publique."
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune"
    )
    lien_visio = models.URLField(
        "lien de la visio",
        max_length=500,
        blank=True,
        help_text="Seules les personnes inscrites le reçoivent.",
    )
    capacite = models.PositiveSmallIntegerField(
        "nombre de places",
        null=True,
        blank=True,
        help_text="Vide\u00a0: pas de limite. Au-delà, une liste d’attente s’ouvre toute seule.",
    )
    ouvre_le = models.DateTimeField(
        "inscriptions à partir du", null=True, blank=True, help_text="Vide\u00a0: tout de suite."
    )
    ferme_le = models.DateTimeField(
        "inscriptions jusqu’au", null=True, blank=True, help_text="Vide\u00a0: jusqu’au début."
    )
    description = RichTextField("programme et détails", features=TEXTE_SIMPLE, blank=True)

    base_form_class = FormulairePageEvenement
    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        FieldPanel("genre"),
        FieldPanel("accroche"),
        MultiFieldPanel([FieldRowPanel([FieldPanel("debut"), FieldPanel("fin")])], heading="Quand"),
        MultiFieldPanel(
            [FieldPanel("lieu"), FieldPanel("adresse"), FieldPanel("commune"), FieldPanel("lien_visio")],
            heading="Où",
        ),
        MultiFieldPanel(
            [
                FieldPanel("capacite"),
                FieldRowPanel([FieldPanel("ouvre_le"), FieldPanel("ferme_le")]),
                HelpPanel(SUITE),
            ],
            heading="Inscriptions",
        ),
        FieldPanel("description"),
    ]
    promote_panels: ClassVar[list[Any]] = REFERENCEMENT
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("accroche"),
        index.SearchField("description"),
        index.SearchField("lieu"),
    ]
    template = "animation/page_evenement.html"
    parent_page_types: ClassVar[list[str]] = ["animation.RubriqueAgenda"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurEvenement:
        return DroitsSurEvenement(user, self)

    @property
    def se_tient(self) -> bool:
        """Whether it says when and where: what the form asks before it publishes."""
        quand = self.debut is not None and self.fin is not None and self.debut < self.fin
        return quand and bool(self.commune_id or self.lien_visio)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        return contexte | lire_evenement(self, request.user)

    def donnees_structurees(self, adresse: str) -> list[dict[str, Any]]:
        """What search engines are told of it, once it has been on line."""
        fiche = lire_fiche(self)
        return [donnees_structurees.evenement(fiche, adresse)] if fiche else []
