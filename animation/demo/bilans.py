"""Some échanges that are over, and what their companies say of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import NamedTuple

from animation.demo.comptes import HISTOIRE
from animation.services.temoignages import rediger_brouillon
from matching.models import Bilan, Echange, Nature, Temoignage
from matching.questions import Questionnaire
from matching.rapprochements import Rapprochement, rapprochements_de
from matching.services.bilans import completer_bilan, repondre_bilan
from matching.services.confirmations import confirmer_apport
from matching.services.echanges import accepter_echange, proposer_echange
from profils.models import Entreprise, Utilisateur

ECHANGES = {"35": 7, "44": 2}
REGARDEES = 60  # companies looked at, at most, to find as many pairs


class Reponse(NamedTuple):
    """How a bilan is answered: the rank of the answer to each question, a word, whether it may be quoted."""

    rangs: tuple[int, ...]
    mots: str
    se_cite: bool = False


REPONSES = (
    Reponse((0, 0, 0), "Une heure a suffi. Avec une deuxième, nous allions au bout.", se_cite=True),
    Reponse((0, 1, 0), ""),
    Reponse((1, 1, 0), "Trouver un moment commun a été le plus long."),
    Reponse(
        (0, 0, 0),
        "Nous pensions devoir payer quelqu’un\u00a0: il suffisait de traverser la rue.",
        se_cite=True,
    ),
    Reponse((0, 2, 1), ""),
    Reponse((0, 0, 0), "Une fiche à garder sous la main aiderait les suivants."),
    Reponse((2, 3, 2), "Nous n’avions pas le même logiciel."),
    Reponse((0, 1, 0), "Venir à deux, la patronne et l’apprenti, c’était la bonne idée."),
    Reponse((1, 0, 0), "On croit ne rien savoir\u00a0; en montrant, on s’aperçoit que si.", se_cite=True),
    Reponse((0, 0, 0), ""),
    Reponse((0, 1, 1), "Le lundi matin, boutique fermée, était le bon moment."),
    Reponse((0, 0, 0), "Depuis, on se dépanne au téléphone.", se_cite=True),
    Reponse((1, 2, 0), "Il a fallu revenir une fois, pour l’imprimante."),
)


# What those who agree to be quoted have written, in their turn: « {quoi} » is what they learnt.
TEMOIGNAGES = (
    "«\u00a0{quoi}\u00a0»\u00a0: cela traînait depuis deux ans. Une heure avec un voisin a suffi.",
    "Nous pensions devoir payer. «\u00a0{quoi}\u00a0»\u00a0: il suffisait de traverser la rue.",
    "Il m’a mis la souris dans la main, et il a attendu. «\u00a0{quoi}\u00a0»\u00a0: je sais le refaire.",
    "Un lundi, boutique fermée, à deux devant l’écran\u00a0: «\u00a0{quoi}\u00a0», puis un café.",
    "«\u00a0{quoi}\u00a0»\u00a0: avec quelqu’un du métier, on ose poser toutes les questions.",
    "Une heure, un carnet, et c’était parti. «\u00a0{quoi}\u00a0»\u00a0: mon équipe s’y est mise aussi.",
)


def jouer_bilans() -> None:
    """A few réciproques took place: most companies have answered, some agree to be quoted, the boulangère
    is being asked. The teams have published what they may, but for the first one, which waits."""
    boulangere = Utilisateur.objects.get(email=HISTOIRE[0].compte.courriel)
    boulangerie = Entreprise.objects.de(boulangere).get()
    reponses, textes = cycle(REPONSES), iter(TEMOIGNAGES)
    faits = [echange for departement in ECHANGES for echange in _echanges_faits(departement, boulangerie)]
    for bilan in Bilan.objects.filter(echange__in=faits, echeance="fin").order_by("pk"):
        personne = _personne(bilan.entreprise)
        if personne != boulangere:
            _repondre(bilan, personne, next(reponses), textes)
    _, *parus = Temoignage.objects.order_by("pk")
    for temoignage in parus:
        if page := rediger_brouillon(temoignage_id=temoignage.pk):
            page.get_latest_revision().publish()


def _echanges_faits(departement: str, boulangerie: Entreprise) -> list[Echange]:
    """The boulangerie's at home, and others' until there are enough; those of the story are left alone."""
    connues = Entreprise.objects.filter(membres__utilisateur__email__in={e.compte.courriel for e in HISTOIRE})
    voisines = Entreprise.objects.filter(commune__departement=departement).exclude(pk__in=connues)
    prises = set(connues.values_list("pk", flat=True))
    siennes = [boulangerie] if boulangerie.commune.departement_id == departement else []
    faits: list[Echange] = []
    for entreprise in [*siennes, *voisines.order_by("pk")[:REGARDEES]]:
        choisi = next((r for r in rapprochements_de(entreprise) if _est_libre(r, prises)), None)
        libre = entreprise.pk not in prises - {boulangerie.pk}
        if choisi is not None and libre and len(faits) < ECHANGES[departement]:
            prises |= {entreprise.pk, choisi.partenaire.pk}
            faits.append(_faire(entreprise, choisi))
    return faits


def _est_libre(rapprochement: Rapprochement, prises: set[int]) -> bool:
    """A réciproque with a company that nothing else of the story holds."""
    return rapprochement.nature == Nature.RECIPROQUE and rapprochement.partenaire.pk not in prises


def _faire(entreprise: Entreprise, rapprochement: Rapprochement) -> Echange:
    echange = proposer_echange(par=_personne(entreprise), entreprise=entreprise, aretes=rapprochement.aretes)
    partenaire = rapprochement.partenaire
    accepter_echange(par=_personne(partenaire), echange=echange, entreprise=partenaire)
    for apport in echange.apports.all():
        for une in (entreprise, partenaire):
            confirmer_apport(par=_personne(une), entreprise=une, apport=apport, a_eu_lieu=True)
    return echange


def _repondre(bilan: Bilan, personne: Utilisateur, dite: Reponse, textes: Iterator[str]) -> None:
    for rang in dite.rangs:
        if question := bilan.prochaine:
            reponse = question.choix.values[rang]
            bilan = repondre_bilan(par=personne, bilan=bilan, question=question.code, reponse=reponse)
    a_appris = bilan.questionnaire == Questionnaire.APPRIS and bilan.peut_temoigner
    texte = next(textes, "").format(quoi=bilan.competence.titre) if dite.se_cite and a_appris else ""
    if dite.mots:
        completer_bilan(par=personne, bilan=bilan, mots=dite.mots, temoignage=texte, consent=bool(texte))


def _personne(entreprise: Entreprise) -> Utilisateur:
    membre: Utilisateur = entreprise.membres.order_by("pk")[0].utilisateur
    return membre
