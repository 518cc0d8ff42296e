"""The form of every page of ours in the CMS: what it shows must be within reach of whoever writes it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import Http404
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.permissions import policy_registry

from animation.cms import est_cloisonne, pages_visibles


class FormulaireDePage(WagtailAdminPageForm):
    """Choosers show one's own images, documents and pages; the keys a form sends could be anyone's.

    Those of another territoire do not exist: the whole request is a 404, and nothing of them is shown
    again in a form to correct. What the page already shows stays, whoever put it there.
    """

    def clean(self) -> dict[str, Any]:
        propre: dict[str, Any] = super().clean()
        if self.for_user is not None and est_cloisonne(self.for_user):
            self._exiger_a_portee(propre)
        return propre

    def _exiger_a_portee(self, propre: dict[str, Any]) -> None:
        avant = references(self.instance, {})
        for modele, cles in references(self.instance, propre).items():
            nouvelles = cles - avant[modele]
            if nouvelles and _a_portee(modele, self.for_user).filter(pk__in=nouvelles).count() != len(
                nouvelles
            ):
                raise Http404


def references(page: Page, valeurs: dict[str, Any]) -> dict[type[Any], set[str]]:
    """Return the keys of the images, documents and pages that this page's texts show, by model.

    `valeurs` replace what the page holds, field by field.
    """
    trouvees: dict[type[Any], set[str]] = defaultdict(set)
    for champ in page._meta.get_fields():
        extraire = getattr(champ, "extract_references", None)
        if extraire is None or (valeurs and champ.name not in valeurs):
            continue
        valeur = valeurs.get(champ.name, getattr(page, champ.attname))
        for modele, cle, _, _ in extraire(valeur) if valeur else ():
            trouvees[modele].add(str(cle))
    return trouvees


def _a_portee(modele: type[Any], utilisateur: Any) -> Any:
    if issubclass(modele, Page):  # what is on line is public
        return Page.objects.live() | pages_visibles(utilisateur)
    if issubclass(modele, Image | Document):
        politique = policy_registry.get_by_type(modele)
        return politique.instances_user_has_any_permission_for(utilisateur, {"choose", "change"})
    return Page.objects.none()
