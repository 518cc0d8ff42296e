"""Build `echange/static/echange/dsfr-neutre.css`: the DSFR components we use, without the State's mark.

The French State's design system (DSFR, MIT) gives accessible, tested components; its typefaces, its
bloc-marque and its blue belong to the State alone. This script reads the stylesheets of the installed
django-dsfr package and writes one small sheet where

- only the components of `COMPOSANTS`, and in them only the classes of `CLASSES`, remain;
- typefaces, logo and artwork are gone, colours are the variables of `echange.css` (`COULEURS`);
- icons are inlined once each, so the sheet depends on no other file.

Run `python -m echange.socle.dsfr_neutre` after a change here or a new version of django-dsfr; a test
compares the committed file with a fresh one. Standard library only: no Node at build time.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

DESTINATION = Path(__file__).resolve().parent.parent / "static" / "echange" / "dsfr-neutre.css"

COMPOSANTS = (
    "core/core",
    "component/link/link",
    "component/button/button",
    "component/form/form",
    "component/input/input",
    "component/select/select",
    "component/alert/alert",
    "component/badge/badge",
    "component/tag/tag",
    "component/breadcrumb/breadcrumb",
    "component/pagination/pagination",
    "component/stepper/stepper",
    "component/skiplink/skiplink",
    "component/card/card",
    "component/tile/tile",
    "component/callout/callout",
    "component/highlight/highlight",
    "component/quote/quote",
)

# Header, footer, table, accordion, checkbox and radio are ours (`echange.css`): the DSFR's need its
# scripts, its brand block, or 100 kB of rules for what a native control now draws by itself.
CLASSES = frozenset(
    """
    fr-container fr-hidden fr-sr-only fr-raw-list fr-fluid-img fr-responsive-img
    fr-text--sm fr-text--lg fr-text--lead fr-text--bold
    fr-grid-row fr-grid-row--gutters fr-col-12 fr-col-md-4 fr-col-md-6 fr-col-md-8
    fr-enlarge-link
    fr-link fr-link--sm
    fr-btn fr-btn--secondary fr-btn--tertiary fr-btn--tertiary-no-outline fr-btn--sm fr-btn--lg
    fr-label fr-hint-text fr-fieldset fr-fieldset__legend fr-fieldset__element fr-fieldset--error
    fr-messages-group fr-message fr-message--error fr-message--info
    fr-input fr-input-group fr-input-group--error fr-select fr-select-group fr-select-group--error
    fr-alert fr-alert__title fr-alert--sm fr-alert--info fr-alert--success fr-alert--warning fr-alert--error
    fr-badge fr-badge--sm fr-badge--no-icon fr-badges-group
    fr-badge--info fr-badge--success fr-badge--warning fr-badge--error
    fr-tag fr-tag--sm fr-tags-group
    fr-breadcrumb fr-breadcrumb__list fr-breadcrumb__link
    fr-pagination fr-pagination__list fr-pagination__link
    fr-pagination__link--prev fr-pagination__link--next fr-pagination__link--label
    fr-stepper fr-stepper__title fr-stepper__state fr-stepper__steps fr-stepper__details
    fr-skiplinks fr-skiplinks__list
    fr-card fr-card--no-arrow fr-card__body fr-card__content fr-card__title fr-card__desc fr-card__start
    fr-card__end fr-card__detail fr-card__footer fr-card__header fr-card__img
    fr-tile fr-tile__body fr-tile__content fr-tile__title fr-tile__desc fr-tile__detail
    fr-callout fr-callout__title fr-callout__text fr-highlight fr-quote fr-quote__author fr-quote__source
    """.split()
)

# Rules with one of these in their selector go: icon classes, the DSFR's scripts, links' drawn underline,
# what old browsers wanted, and the two letters of the mark.
EXCLUS = (
    *("fr-icon-", "fr-fi-", "fr-ratio", "fr-logo", "data-fr-theme", "data-fr-scrolling", "fr-collapse"),
    *("aria-pressed", "artwork"),
    *("[target=_blank]", "type=range", "type=image", "type=reset", "-ms-", "contacts-auto-fill", "marianne"),
    *("input[type=button]", "audio", "video", "contenteditable", "fr-text--alt"),
)
SELECTEURS_EXCLUS = frozenset({"[href]", "[href]:visited", ":root body"})
DECLARATIONS_EXCLUES = ("-ms-", "-moz-", "text-decoration:var(--text-decoration)")
PROPRIETES_EXCLUES = ("--underline-", "--external-link-content")  # set or read

# A colour of the DSFR -> our variable (defined in `echange.css`, once, for light and dark).
COULEURS = {
    "grey-1000-50": "fond",
    "grey-1000-75": "fond",
    "grey-975-75": "fond-doux",
    "grey-950-100": "fond-doux",
    "grey-950-125": "fond-doux",
    "grey-925-125": "fond-desactive",
    "grey-900-175": "filet",
    "grey-625-425": "bord",
    "grey-425-625": "texte-discret",
    "grey-200-850": "texte",
    "grey-50-1000": "titre",
    "blue-france-sun-113-625": "principal",
    "blue-france-975-sun-113": "sur-principal",
    "blue-france-925-125": "principal-pale",
    "blue-france-950-100": "principal-pale",
    "blue-france-975-75": "principal-pale",
    "blue-france-main-525": "principal",
    "error-425-625": "erreur",
    "error-950-100": "erreur-pale",
    "success-425-625": "succes",
    "success-950-100": "succes-pale",
    "info-425-625": "info",
    "info-950-100": "info-pale",
    "warning-425-625": "attention",
    "warning-950-100": "attention-pale",
}
ETATS = {"-hover": "-survol", "-active": "-actif"}
# Only these of our colours have a hovered and a pressed shade; others keep theirs under the pointer.
AVEC_ETATS = frozenset({"fond", "fond-doux", "principal", "principal-pale"})
REMPLACEMENTS = (
    ("Marianne,arial,sans-serif", "var(--police)"),
    ("#0a76f6", "var(--anneau)"),
    ("rgba(0,0,18,.16)", "var(--ombre)"),
)


@dataclass(slots=True)
class Regle:
    """One rule: its selectors and its declarations, in the order of the source."""

    selecteurs: list[str]
    declarations: list[str]

    def __str__(self) -> str:
        return f"{','.join(self.selecteurs)}{{{';'.join(self.declarations)}}}"


@dataclass(slots=True)
class Feuille:
    """Rules by condition (`""` is none), conditions in the order they must be written."""

    regles: dict[str, list[Regle]] = field(default_factory=dict)

    def ajouter(self, condition: str, regle: Regle) -> None:
        self.regles.setdefault(condition, []).append(regle)

    def __iter__(self) -> Iterator[Regle]:
        for groupe in self.regles.values():
            yield from groupe


def dossier_dsfr() -> Path:
    """Return the `dist` folder of the installed package, without importing it (it needs settings)."""
    paquet = find_spec("dsfr")
    if paquet is None or not paquet.submodule_search_locations:
        raise SystemExit("django-dsfr is not installed.")
    return Path(next(iter(paquet.submodule_search_locations))) / "static" / "dsfr" / "dist"


def couper(texte: str, separateur: str) -> list[str]:
    """Split on a separator that is neither in parentheses, brackets nor quotes."""
    morceaux, debut, profondeur, guillemet = [], 0, 0, ""
    for position, signe in enumerate(texte):
        if guillemet:
            guillemet = "" if signe == guillemet else guillemet
        elif signe in "\"'":
            guillemet = signe
        elif signe in "([":
            profondeur += 1
        elif signe in ")]":
            profondeur -= 1
        elif signe == separateur and not profondeur:
            morceaux.append(texte[debut:position])
            debut = position + 1
    morceaux.append(texte[debut:])
    return [m.strip() for m in morceaux if m.strip()]


def blocs(css: str) -> Iterator[tuple[str, str]]:
    """Yield (prelude, body) of each top-level block of a stylesheet without comments."""
    profondeur, debut, ouverture = 0, 0, 0
    for trouve in re.finditer(r'"[^"]*"|\'[^\']*\'|[{}]', css):
        if trouve[0] == "{":
            if not profondeur:
                ouverture = trouve.start()
            profondeur += 1
        elif trouve[0] == "}":
            profondeur -= 1
            if not profondeur:
                yield css[debut:ouverture].strip(), css[ouverture + 1 : trouve.start()]
                debut = trouve.end()


def est_garde(selecteur: str) -> bool:
    """Say whether every class this selector asks for is in `CLASSES`, and nothing of it is excluded."""
    if selecteur in SELECTEURS_EXCLUS or any(exclu in selecteur for exclu in EXCLUS):
        return False
    exigees = re.findall(r"\.(fr-(?:[\w-]|\\.)+)", re.sub(r":not\([^)]*\)", "", selecteur))
    return CLASSES.issuperset(exigees)


def est_gardee(declaration: str) -> bool:
    return not declaration.startswith(DECLARATIONS_EXCLUES) and not any(
        propriete in declaration for propriete in PROPRIETES_EXCLUES
    )


def lire_regles(css: str, feuille: Feuille, variables: dict[str, str], condition: str = "") -> None:
    """Sort a stylesheet into `feuille` (what we keep) and `variables` (what `:root` defines)."""
    for prelude, corps in blocs(css):
        if prelude.startswith("@media"):
            contraste = "(forced-colors:active)" if "forced-colors" in prelude else prelude[6:].strip()
            lire_regles(corps, feuille, variables, f"@media {contraste}")
        elif prelude.startswith("@"):
            continue  # typefaces, and conditions for browsers of the past
        elif prelude == ":root" and not condition:
            variables |= dict(d.split(":", 1) for d in couper(corps, ";"))
        elif selecteurs := [s for s in couper(prelude, ",") if est_garde(s)]:
            declarations = [d for d in couper(corps, ";") if est_gardee(d)]
            if declarations:
                feuille.ajouter(condition, Regle(selecteurs, declarations))


def traduire_couleur(jeton: str) -> str:
    """Return our variable for a colour of the DSFR, such as `grey-1000-50-hover`; `""` if unknown."""
    for suffixe, etat in ETATS.items():
        if jeton.endswith(suffixe):
            nom = COULEURS.get(jeton.removesuffix(suffixe), "")
            return nom + etat if nom in AVEC_ETATS else nom
    return COULEURS.get(jeton, "")


class Variables:
    """Resolves `var(--…)`: a colour becomes ours, a measure stays and is remembered, a ghost is `initial`."""

    def __init__(self, definies: dict[str, str], posees: Iterable[str]) -> None:
        self.definies = definies
        self.posees = frozenset(posees)  # set by a component's own rule, not by `:root`
        self.gardees: dict[str, str] = {}
        self.inconnues: set[str] = set()

    def resoudre(self, texte: str) -> str:
        return re.sub(r"var\(--([\w-]+)\)", lambda trouve: self._une(trouve[1]), texte)

    def _une(self, nom: str) -> str:
        if nom.startswith("text-disabled"):
            return "var(--texte-desactive)"
        if valeur := self.definies.get(f"--{nom}"):
            option = re.fullmatch(r"var\(--([\w-]+)\)", valeur)
            cible = option[1] if option else nom
            if couleur := traduire_couleur(cible):
                return f"var(--{couleur})"
            if valeur.startswith("#") or (option and self.definies.get(valeur[4:-1], "").startswith("#")):
                self.inconnues.add(cible)
            self.gardees[f"--{nom}"] = self.resoudre(valeur)
        elif f"--{nom}" not in self.posees:
            return "initial"  # the DSFR names shades that it does not define: same effect, said aloud
        return f"var(--{nom})"


def integrer_icones(declaration: str, origine: Path, icones: dict[str, str]) -> str:
    """Replace `url(….svg)` by a variable holding the drawing; each drawing is written once."""

    def variable(trouve: re.Match[str]) -> str:
        chemin = (origine / trouve[1]).resolve()
        nom = "--i-" + chemin.stem.removeprefix("fr--")
        dessin = re.sub(r">\s+<", "><", chemin.read_text(encoding="utf-8").strip()).replace('"', "'")
        for signe, code in (("%", "%25"), ("<", "%3C"), (">", "%3E"), ("#", "%23"), ("\n", " ")):
            dessin = dessin.replace(signe, code)
        icones[nom] = f'url("data:image/svg+xml,{dessin}")'
        return f"var({nom})"

    return re.sub(r"url\((?![\"']?data:)([^)]+\.svg)\)", variable, declaration)


def construire(dist: Path | None = None) -> str:
    """Return the whole stylesheet; stops with a message on a colour that `COULEURS` does not know."""
    dist = dist or dossier_dsfr()
    feuille = Feuille({"": []})
    definies: dict[str, str] = {}
    icones: dict[str, str] = {}
    version = ""
    for composant in COMPOSANTS:
        fichier = dist / f"{composant}.main.min.css"
        source = fichier.read_text(encoding="utf-8")
        version = version or re.search(r"DSFR v([\d.]+)", source)[1]  # type: ignore[index]
        partie = Feuille()
        lire_regles(re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL), partie, definies)
        for condition, regles in partie.regles.items():
            for regle in regles:
                regle.declarations = [integrer_icones(d, fichier.parent, icones) for d in regle.declarations]
                feuille.ajouter(condition, regle)

    posees = {d.split(":", 1)[0] for regle in feuille for d in regle.declarations if d.startswith("--")}
    variables = Variables(definies, posees | set(icones))
    for regle in feuille:
        regle.declarations = [variables.resoudre(d) for d in regle.declarations]
    if variables.inconnues:
        raise SystemExit(
            f"Colours without a counterpart in COULEURS: {', '.join(sorted(variables.inconnues))}"
        )
    return _ecrire(feuille, variables.gardees | icones, version)


def _ecrire(feuille: Feuille, racine: dict[str, str], version: str) -> str:
    racines = ";".join(f"{nom}:{valeur}" for nom, valeur in sorted(racine.items()))
    morceaux = [f":root{{{racines}}}"]
    largeurs = sorted((c for c in feuille.regles if "min-width" in c), key=_largeur)
    autres = [c for c in feuille.regles if c and c not in largeurs]
    for condition in ("", *largeurs, *autres):
        corps = "".join(map(str, feuille.regles[condition]))
        morceaux.append(f"{condition}{{{corps}}}" if condition else corps)
    css = "".join(morceaux)
    for avant, apres in REMPLACEMENTS:
        css = css.replace(avant, apres)
    return (
        f"/*! Adapted from DSFR v{version} (MIT), the State's mark removed. "
        f"Generated by echange/socle/dsfr_neutre.py: do not edit. */\n{css}\n"
    )


def _largeur(condition: str) -> float:
    trouve = re.search(r"min-width:([\d.]+)em", condition)
    return float(trouve[1]) if trouve else 0.0


def principal() -> None:
    css = construire()
    DESTINATION.write_text(css, encoding="utf-8")
    poids = len(gzip.compress(css.encode(), 9))
    sys.stdout.write(f"{DESTINATION.name}: {len(css)} bytes, {poids} gzip\n")


if __name__ == "__main__":
    principal()
