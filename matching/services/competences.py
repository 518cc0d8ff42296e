"""What a référent writes in the tree: themes, compétences, one more way of saying; all of it journaled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from echange.socle.textes import sans_accents
from matching.erreurs import CompetenceRetiree, DitDejaPris, TitreDejaPris
from matching.journal_arbre import cle_de_theme, exiger_referent, modification, prendre_la_main
from matching.models import ActionArbre, Competence, Theme
from profils.models import Utilisateur

CODE_MAX = 45  # characters, so that a number still fits in a slug of 50


@dataclass(frozen=True, slots=True)
class ContenuCompetence:
    """What a référent says of a compétence. `place` is its rank in its theme, from 1; None is the last."""

    theme: Theme
    titre: str
    phrase: str
    est_metier: bool = False
    dits: Sequence[str] = ()
    jargon: Sequence[str] = ()
    voisines: Sequence[Competence] = ()
    place: int | None = None


@transaction.atomic
def creer_competence(*, par: Utilisateur, contenu: ContenuCompetence) -> Competence:
    """Add a leaf; its code comes from its title, once and for ever.

    Raises `ReserveAuReferent`, `TitreDejaPris`, `DitDejaPris`.
    """
    exiger_referent(par)
    prendre_la_main()
    code = code_libre(contenu.titre)
    with modification(ActionArbre.CREER, [code], par=par):
        return inserer_competence(code, contenu)


def inserer_competence(code: str, contenu: ContenuCompetence) -> Competence:
    """Write a new leaf, within a `modification` that names its code."""
    _exiger_unique(contenu, sauf=code)
    competence = Competence(code=code, theme=contenu.theme)
    _ecrire(competence, contenu)
    return competence


@transaction.atomic
def modifier_competence(
    *, par: Utilisateur, competence: Competence, contenu: ContenuCompetence
) -> Competence:
    """Reword a leaf; its listings stay, and those that closeness brings together are matched again.

    Raises `ReserveAuReferent`, `CompetenceRetiree`, `TitreDejaPris`, `DitDejaPris`.
    """
    exiger_referent(par)
    with modification(ActionArbre.MODIFIER, [competence.pk], par=par):
        actuelle = Competence.objects.get(pk=competence.pk)
        if actuelle.est_retiree:
            raise CompetenceRetiree
        _exiger_unique(contenu, sauf=actuelle.pk, deja=set(map(cle_de_dit, actuelle.dits)))
        _ecrire(actuelle, contenu)
    return actuelle


@transaction.atomic
def apprendre_dit(*, par: Utilisateur, competence: Competence, dit: str) -> Competence:
    """Add one way of saying it; saying it twice is saying it once.

    Raises `ReserveAuReferent`, `CompetenceRetiree`, `DitDejaPris`.
    """
    exiger_referent(par)
    with modification(ActionArbre.APPRENDRE, [competence.pk], par=par):
        actuelle = Competence.objects.get(pk=competence.pk)
        if actuelle.est_retiree:
            raise CompetenceRetiree
        if cle_de_dit(dit) not in map(cle_de_dit, actuelle.dits):
            exiger_dits_libres([dit], sauf=actuelle.pk)
            actuelle.dits = [*actuelle.dits, dit]
            actuelle.save(update_fields=["dits"])
    return actuelle


@transaction.atomic
def creer_theme(*, par: Utilisateur, titre: str, place: int | None = None) -> Theme:
    """Add a branch, shown to owners once it holds a compétence. Raises `ReserveAuReferent`."""
    exiger_referent(par)
    prendre_la_main()
    code = _libre(titre, set(Theme.objects.values_list("pk", flat=True)))
    with modification(ActionArbre.CREER, [cle_de_theme(code)], par=par):
        theme = Theme(code=code, titre=titre)
        theme.save(force_insert=True)
        ranger(theme, Theme.objects.all(), place)
    return theme


@transaction.atomic
def modifier_theme(*, par: Utilisateur, theme: Theme, titre: str, place: int | None = None) -> Theme:
    """Reword or move a branch. Raises `ReserveAuReferent`."""
    exiger_referent(par)
    with modification(ActionArbre.MODIFIER, [cle_de_theme(theme.pk)], par=par):
        actuel = Theme.objects.get(pk=theme.pk)
        actuel.titre = titre
        actuel.save(update_fields=["titre"])
        ranger(actuel, Theme.objects.all(), place)
    return actuel


def cle_de_dit(dit: str) -> str:
    """Return the form under which two ways of typing one sentence meet."""
    return " ".join(sans_accents(dit).replace("’", "'").split())


def dits_pris(dits: Sequence[str], *, sauf: str = "") -> dict[str, Competence]:
    """Return those already said of another compétence in use, and of which: one query."""
    voulus = {cle_de_dit(dit): dit for dit in dits}
    autres = Competence.objects.choisissables().exclude(pk=sauf)
    return {
        voulus[cle]: autre for autre in autres for dit in autre.dits if (cle := cle_de_dit(dit)) in voulus
    }


def exiger_dits_libres(dits: Sequence[str], *, sauf: str = "") -> None:
    for dit, autre in dits_pris(dits, sauf=sauf).items():
        raise DitDejaPris(f"«\u00a0{dit}\u00a0» est déjà dit de «\u00a0{autre.titre}\u00a0».")


def ranger(element: Theme | Competence, fratrie: Iterable[Any], place: int | None) -> None:
    """Put a leaf, or a branch, at its rank (from 1) among its siblings; None puts it last."""
    autres = [autre for autre in fratrie if autre.pk != element.pk]
    autres.insert(len(autres) if place is None else place - 1, element)
    for rang, autre in enumerate(autres):
        autre.ordre = rang
    type(element).objects.bulk_update(autres, ["ordre"])


def _ecrire(competence: Competence, contenu: ContenuCompetence) -> None:
    competence.theme = contenu.theme
    competence.titre, competence.phrase = contenu.titre, contenu.phrase
    competence.est_metier = contenu.est_metier
    competence.dits, competence.jargon = list(contenu.dits), list(contenu.jargon)
    competence.save()
    competence.voisines.set(v for v in contenu.voisines if v.pk != competence.pk)
    ranger(competence, Competence.objects.filter(theme=contenu.theme), contenu.place)


def _exiger_unique(contenu: ContenuCompetence, *, sauf: str, deja: AbstractSet[str] = frozenset()) -> None:
    """A title and a saying name one compétence. Sayings already there are not asked to leave."""
    autres = Competence.objects.choisissables().exclude(pk=sauf)
    if autres.filter(titre__iexact=contenu.titre).exists():
        raise TitreDejaPris
    exiger_dits_libres([dit for dit in contenu.dits if cle_de_dit(dit) not in deja], sauf=sauf)


def code_libre(titre: str) -> str:
    """Return a code that no compétence has ever had (none is deleted once used)."""
    return _libre(titre, set(Competence.objects.values_list("pk", flat=True)))


def _libre(titre: str, pris: set[str]) -> str:
    debut = slugify(titre)[:CODE_MAX].strip("-") or "sans-nom"
    suites = (f"{debut}-{numero}" for numero in range(2, len(pris) + 3))
    return debut if debut not in pris else next(code for code in suites if code not in pris)
