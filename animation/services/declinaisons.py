"""A national guide taken up by a territoire, and what its team has read of it since."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from animation.avis_guides import GuideAChange
from animation.communaute import territoire_de
from animation.erreurs import GuideNonPublie, PasVotreTerritoire
from animation.models import Guide, GuideDecline, RubriqueGuides, SuiviDeGuide
from echange.socle.horloge import maintenant
from messagerie.notifications.boite import prevenir
from profils.models import Utilisateur
from profils.ressort import equipe_ou_referents, exiger_ressort
from territoires.models import Territoire


@transaction.atomic
def decliner_guide(*, par: Utilisateur, guide: Guide, territoire: Territoire) -> GuideDecline:
    """Make the draft of this guide for this territoire; asked twice, it is the same one.

    Raises `PasVotreTerritoire`, `GuideNonPublie`.
    """
    exiger_ressort(par, territoire.pk, PasVotreTerritoire)
    # The tree library computes a new page's place from its siblings: one writer at a time.
    rubriques = RubriqueGuides.objects.descendant_of(territoire.page)
    rubrique = rubriques.select_for_update(of=("self",)).get()
    deja: GuideDecline | None = GuideDecline.objects.child_of(rubrique).filter(original=guide).first()
    if deja is not None:
        return deja
    if not guide.live or guide.live_revision is None:
        raise GuideNonPublie
    page = GuideDecline(
        title=guide.title,
        slug=guide.slug,
        accroche=guide.accroche,
        search_description=guide.search_description,
        original=guide,
        live=False,
        owner=par,
    )
    if rubrique.get_children().filter(slug=guide.slug).exists():
        page.slug = f"{guide.slug}-{guide.pk}"
    rubrique.add_child(instance=page)
    page.save_revision(user=par, changed=False)
    SuiviDeGuide.objects.create(declinaison=page, revision=guide.live_revision, relu_par=par)
    return page


@transaction.atomic
def relire_original(*, par: Utilisateur, declinaison: GuideDecline) -> None:
    """This team has read what the original says now. Raises `PasVotreTerritoire`, `GuideNonPublie`."""
    exiger_ressort(par, _cle_du_territoire(declinaison), PasVotreTerritoire)
    suivi = SuiviDeGuide.objects.select_for_update().get(declinaison=declinaison)
    original = Guide.objects.get(pk=declinaison.original_id)
    if not original.live or original.live_revision_id is None:
        raise GuideNonPublie  # what readers keep is the last version read: nothing newer to read
    suivi.revision_id, suivi.relu_le, suivi.relu_par = original.live_revision_id, maintenant(), par
    suivi.save()


def declinaisons_de(territoires: Collection[Territoire]) -> list[GuideDecline]:
    """Return those of these territoires, each with its `territoire`: two queries, however many."""
    par_chemin = {
        territoire.page.path: territoire for territoire in territoires if hasattr(territoire, "page")
    }
    pages = GuideDecline.objects.select_related("original", "suivi__revision").order_by("path")
    siennes = []
    for page in pages:
        territoire = next((t for chemin, t in par_chemin.items() if page.path.startswith(chemin)), None)
        if territoire is not None:
            page.territoire = territoire
            siennes.append(page)
    return siennes


@transaction.atomic
def prevenir_des_changements() -> int:
    """Tell each team, once for each version, that the original of one of its guides has changed."""
    pages = list(GuideDecline.objects.a_relire())
    for page in pages:
        equipe = equipe_ou_referents([_cle_du_territoire(page)])
        prevenir(
            GuideAChange(page.pk, str(page.title), page.original.live_revision_id or 0, page.original.live),
            equipe,
        )
    return len(pages)


def _cle_du_territoire(page: GuideDecline) -> int | None:
    territoire = territoire_de(page)
    return territoire.pk if territoire else None
