"""What happened to an échange, told from its journal to one of its companies, a line for each fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from matching.choix import Motif
from matching.models import Echange, EtatApport, JournalEchange, Sortie
from matching.presentation.dates import dire_jour
from matching.raisons import enumerer
from profils.models import Entreprise

# What may be told to the others without hurting or accusing anyone.
MOTIFS_DITS = frozenset({Motif.PAS_LE_TEMPS, Motif.TROP_LOIN, Motif.PAS_NOTRE_SAVOIR, Motif.DEJA_TROUVE})

_SORTIES = {
    Sortie.DECLINE: "ne peut pas",
    Sortie.SILENCE: "n’a pas répondu à temps",
    Sortie.PARTIE: "ne participe plus",
    Sortie.ANNONCE: "n’a plus de place",
    Sortie.TROUVE: "a déjà trouvé quelqu’un",
}
# By the journal's word: what the company that did it reads, and what the others do.
_FAITS = {
    "propose": ("Vous avez proposé cet échange.", "{nom} a proposé cet échange."),
    "acceptee": ("Vous avez dit oui.", "{nom} a dit oui."),
    "declinee": ("Vous avez dit que vous ne pouviez pas.", "{nom} ne peut pas{motif}."),
    "accepte": ("Tout le monde est d’accord\u00a0: l’échange commence.",) * 2,
    "decline": ("L’échange s’arrête là.",) * 2,
    "expire": ("Tout le monde n’a pas répondu à temps\u00a0: l’échange s’arrête là.",) * 2,
    "dit_oui": (
        "Vous dites que «\u00a0{don}\u00a0» a eu lieu.",
        "{nom} dit que «\u00a0{don}\u00a0» a eu lieu.",
    ),
    "dit_non": (
        "Vous dites que «\u00a0{don}\u00a0» n’a pas eu lieu.",
        "{nom} dit que «\u00a0{don}\u00a0» n’a pas eu lieu.",
    ),
    "conteste": ("Vos avis diffèrent sur «\u00a0{don}\u00a0»\u00a0: l’animation est prévenue.",) * 2,
    "annule": ("Vous avez annulé la proposition.", "{nom} a annulé la proposition."),
    "renonce": ("Vous avez renoncé à votre part.", "{nom} renonce à sa part{motif}."),
    "part": ("Vous ne participez plus.", "{nom} ne participe plus."),
    "realise": ("L’échange a eu lieu. Bravo\u00a0!",) * 2,
}


@dataclass(frozen=True, slots=True)
class Etape:
    """One line of the story: « 3 décembre », and what happened."""

    le: datetime
    phrase: str

    @property
    def jour(self) -> str:
        return dire_jour(self.le)


def histoire_de(echange: Echange, lectrice: Entreprise) -> list[Etape]:
    """Return the story of an échange that comes from `detailles`; two queries."""
    lignes = list(echange.journal.select_related("entreprise"))
    dons = {apport.pk: apport.savoir_faire.competence.titre for apport in echange.apports.all()}
    recit = _Recit(echange, lectrice.pk, _noms(lignes), dons)
    return [Etape(ligne.le, phrase) for ligne in lignes if (phrase := recit.raconter(ligne))]


def dire_reparation(echange: Echange, lectrice: int | None = None) -> str:
    """Return « Fleurs de Lices ne peut pas ; nous avons demandé à Librairie du Cerf. », of the last repair.

    For one of its companies (`lectrice`), or for all (None).
    """
    sort, repare = (echange.journal.filter(fait=fait).last() for fait in ("sort", "repare"))
    if sort is None or repare is None:
        return ""
    noms = _noms([sort, repare])
    causes = " et ".join(_causes(sort, noms))
    return f"{causes}\u00a0; {_suite(repare, lectrice, noms)}."


def _noms(lignes: Iterable[JournalEchange]) -> dict[int, str]:
    """Names of the companies that only the details of these lines name."""
    cles: set[int] = set()
    for ligne in lignes:
        cles.update(map(int, ligne.details.get("sorties", ())))
        cles.update(ligne.details.get("redemandees", ()))
        if nouvelle := ligne.details.get("nouvelle"):
            cles.add(nouvelle)
    return dict(Entreprise.objects.filter(pk__in=cles).values_list("pk", "nom"))


@dataclass(frozen=True)
class _Recit:
    """What telling a line needs: names of companies and titles of gifts, by primary key."""

    echange: Echange
    lectrice: int
    noms: dict[int, str]
    dons: dict[int, str]

    def raconter(self, ligne: JournalEchange) -> str:
        """Return the sentence of one line; empty for what another line says, or another page."""
        particuliere = getattr(self, f"_{ligne.fait}", None)
        return str(particuliere(ligne)) if particuliere else self._simple(ligne)

    def _simple(self, ligne: JournalEchange) -> str:
        phrases = _FAITS.get(ligne.fait)
        if phrases is None:
            return ""
        motif = ligne.details.get("motif", "")
        return phrases[ligne.entreprise_id != self.lectrice].format(
            nom=_nom(ligne),
            motif=f" ({Motif(motif).label.lower()})" if motif in MOTIFS_DITS else "",
            don=self.dons.get(ligne.details.get("apport", 0), ""),
        )

    def _propose(self, ligne: JournalEchange) -> str:
        if ligne.entreprise_id is None:
            return "L’animation de votre territoire a proposé cet échange."
        return self._simple(ligne)

    def _acceptee(self, ligne: JournalEchange) -> str:
        return "" if ligne.entreprise_id == self.echange.initiatrice_id else self._simple(ligne)

    def _annule(self, ligne: JournalEchange) -> str:
        return self._simple(ligne) if ligne.entreprise_id else "Rien n’a eu lieu\u00a0: l’échange est annulé."

    def _impossible(self, ligne: JournalEchange) -> str:
        return f"{_nom(ligne)} {_SORTIES[Sortie(ligne.details['raison'])]}\u00a0: l’échange s’arrête là."

    def _sort(self, ligne: JournalEchange) -> str:
        """A refusal has just been told by its own line."""
        if set(ligne.details["sorties"].values()) == {Sortie.DECLINE}:
            return ""
        return f"{' et '.join(_causes(ligne, self.noms))}."

    def _repare(self, ligne: JournalEchange) -> str:
        return f"{_majuscule(_suite(ligne, self.lectrice, self.noms))}."

    def _silence(self, ligne: JournalEchange) -> str:
        issue = "a eu lieu" if ligne.details["etat"] == EtatApport.REALISE else "n’a pas eu lieu"
        don = self.dons.get(ligne.details["apport"], "")
        return f"Sans autre nouvelle, nous notons que «\u00a0{don}\u00a0» {issue}."


def _nom(ligne: JournalEchange) -> str:
    return ligne.entreprise.nom if ligne.entreprise else ""


def _causes(ligne: JournalEchange, noms: dict[int, str]) -> Iterator[str]:
    for cle, sortie in ligne.details["sorties"].items():
        yield f"{noms.get(int(cle), 'Une entreprise')} {_SORTIES[Sortie(sortie)]}"


def _suite(ligne: JournalEchange, lectrice: int | None, noms: dict[int, str]) -> str:
    details = ligne.details
    if (nouvelle := details["nouvelle"]) is not None:
        if nouvelle == lectrice:
            return "nous vous avons demandé de prendre sa place"
        return f"nous avons demandé à {noms.get(nouvelle, 'une autre entreprise')}"
    if details["forme"] == "reciproque":
        suite = "l’échange peut continuer à deux, dans les deux sens"
    elif details["forme"] == "sens_unique":
        suite = "l’échange peut continuer dans un seul sens"
    else:
        suite = "l’échange peut continuer sans elle"
    redemandees = [cle for cle in details["redemandees"] if cle != lectrice]
    if lectrice in details["redemandees"]:
        return f"{suite}, si vous en êtes d’accord"
    if redemandees:
        return f"{suite}, si {enumerer([noms.get(cle, '') for cle in redemandees])} en est d’accord"
    return suite


def _majuscule(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
