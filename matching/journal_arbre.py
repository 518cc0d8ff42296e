"""One writer of the tree at a time, and the memory of each change: who, when, before, after.

Every write goes through `modification`: it holds the version's row, so that changes come one after the
other; photographs what is about to change; on leaving writes the journal, gives the tree its next number
(`matching.version_arbre`) and asks, in the same transaction, for the work that follows.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from procrastinate.contrib.django import app

from echange.socle.horloge import maintenant
from matching import suggestions
from matching.erreurs import ReserveAuReferent
from matching.models import ActionArbre, Competence, JournalArbre, Theme, VersionArbre
from profils.models import Utilisateur

TACHE_SUIVRE = "matching.suivre_arbre"
PREFIXE_THEME = "theme:"  # a code holds no colon: no compétence can be taken for a theme
CHAMPS = ("titre", "phrase", "est_metier", "dits", "jargon", "ordre", "est_retiree")

Cliche = dict[str, Any]


def cle_de_theme(code: str) -> str:
    return f"{PREFIXE_THEME}{code}"


def trier(cles: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the codes of themes, then those of compétences."""
    themes = [cle.removeprefix(PREFIXE_THEME) for cle in cles if cle.startswith(PREFIXE_THEME)]
    return themes, [cle for cle in cles if not cle.startswith(PREFIXE_THEME)]


def exiger_referent(par: Utilisateur) -> None:
    """Raise `ReserveAuReferent` unless this person is a référent: the tree is national."""
    if not par.est_referent:
        raise ReserveAuReferent


@contextmanager
def modification(
    action: ActionArbre, cles: Sequence[str], *, par: Utilisateur | None
) -> Iterator[JournalArbre]:
    """Change the compétences and themes of `cles` (see `JournalArbre`) inside the block.

    `par` is None for the tree's file. The entry given is not saved yet: the block may complete it. Nothing
    changed, nothing written. Must run inside a transaction.
    """
    numero = prendre_la_main()
    entree = JournalArbre(version=numero, action=action, par=par, cles=list(cles), avant=clicher(cles))
    yield entree
    entree.apres = clicher(cles)
    if entree.avant == entree.apres:
        return
    _garder_les_differences(entree)
    entree.save()
    VersionArbre.objects.filter(pk=1).update(numero=numero)
    _dater(entree)
    suggestions.oublier()
    demander_la_suite(entree)


def prendre_la_main() -> int:
    """Hold the tree until the end of the transaction; return the number of the change to come."""
    VersionArbre.objects.bulk_create([VersionArbre(pk=1)], ignore_conflicts=True)
    return VersionArbre.objects.select_for_update().get(pk=1).numero + 1


def clicher(cles: Sequence[str]) -> dict[str, Cliche | None]:
    """Return what each key holds now, None when it does not exist: three queries."""
    codes_de_themes, codes = trier(cles)
    themes, competences = Theme.objects.in_bulk(codes_de_themes), Competence.objects.in_bulk(codes)
    voisines: dict[str, list[str]] = {code: [] for code in competences}
    liens = Competence.voisines.through.objects.filter(from_competence_id__in=competences)
    for de, vers in liens.order_by("to_competence_id").values_list("from_competence_id", "to_competence_id"):
        voisines[de].append(vers)
    photos: dict[str, Cliche | None] = dict.fromkeys(cles)
    photos |= {cle_de_theme(code): {"titre": t.titre, "ordre": t.ordre} for code, t in themes.items()}
    return photos | {code: _photo(c, voisines[code]) for code, c in competences.items()}


def _photo(competence: Competence, voisines: list[str]) -> Cliche:
    return {
        **{champ: getattr(competence, champ) for champ in CHAMPS},
        "theme": competence.theme_id,
        "remplacee_par": competence.remplacee_par_id,
        "voisines": voisines,
    }


def reposer(cle: str, photo: Cliche) -> None:
    """Give a theme or a compétence back what a snapshot holds."""
    if cle.startswith(PREFIXE_THEME):
        Theme.objects.update_or_create(code=cle.removeprefix(PREFIXE_THEME), defaults=photo)
        return
    valeurs = {champ: photo[champ] for champ in CHAMPS}
    valeurs |= {"theme_id": photo["theme"], "remplacee_par_id": photo["remplacee_par"]}
    competence, _ = Competence.objects.update_or_create(code=cle, defaults=valeurs)
    competence.voisines.set(photo["voisines"])


def _garder_les_differences(entree: JournalArbre) -> None:
    """A file read again touches few of the keys it names."""
    entree.cles = [cle for cle in entree.cles if entree.avant[cle] != entree.apres[cle]]
    entree.avant = {cle: entree.avant[cle] for cle in entree.cles}
    entree.apres = {cle: entree.apres[cle] for cle in entree.cles}


def _dater(entree: JournalArbre) -> None:
    """From now on the tree's file leaves alone what somebody has changed on line."""
    if entree.par is None:
        return
    themes, codes = trier(entree.cles)
    Competence.objects.filter(pk__in=codes).update(editee_le=maintenant())
    Theme.objects.filter(pk__in=themes).update(editee_le=maintenant())


def demander_la_suite(entree: JournalArbre) -> None:
    """Ask for the listings of a redirected code to move, and for the arêtes that the change undid."""
    codes = sorted({code for cle in entree.cles for code in _codes_a_revoir(cle, entree)})
    if codes:
        app.configure_task(TACHE_SUIVRE).defer(codes=[*codes])


def _codes_a_revoir(cle: str, entree: JournalArbre) -> set[str]:
    """The compétences whose listings may fit otherwise than before: closeness or redirection changed."""
    avant, apres = entree.avant[cle] or {}, entree.apres[cle] or {}
    voisines = set(avant.get("voisines", ())) ^ set(apres.get("voisines", ()))
    est_redirigee = avant.get("remplacee_par") != apres.get("remplacee_par")
    return voisines | {cle} if voisines or est_redirigee else set()
