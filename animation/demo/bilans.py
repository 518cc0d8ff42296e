"""Some échanges that are over, and what their companies say of them."""

from __future__ import annotations

from itertools import cycle

from animation.demo.comptes import HISTOIRE
from matching.models import Bilan, Echange, Nature
from matching.presentation.bilans import FicheBilan
from matching.rapprochements import Rapprochement, rapprochements_de
from matching.services.bilans import completer_bilan, repondre_bilan
from matching.services.confirmations import confirmer_apport
from matching.services.echanges import accepter_echange, proposer_echange
from profils.models import Entreprise, Utilisateur

DEPARTEMENT = "35"
ECHANGES = 7
REGARDEES = 60  # companies looked at, at most, to find as many pairs
# How each bilan is answered: the rank of the answer to each question, and a word.
REPONSES = (
    ((0, 0, 0), "Une heure a suffi. Avec une deuxième, nous allions au bout."),
    ((0, 1, 0), ""),
    ((1, 1, 0), "Trouver un moment commun a été le plus long."),
    ((0, 2, 1), ""),
    ((0, 0, 0), "Une fiche à garder sous la main aiderait les suivants."),
    ((2, 3, 2), "Nous n’avions pas le même logiciel."),
)


def jouer_bilans() -> None:
    """A few réciproques took place: most companies have answered, one agrees to be quoted, the boulangère
    is being asked."""
    boulangere = Utilisateur.objects.get(email=HISTOIRE[0].compte.courriel)
    faits = _echanges_faits(Entreprise.objects.de(boulangere).get())
    reponses = cycle(REPONSES)
    for bilan in Bilan.objects.filter(echange__in=faits, echeance="fin").order_by("pk"):
        personne = _personne(bilan.entreprise)
        if personne != boulangere:
            _repondre(bilan, personne, *next(reponses))


def _echanges_faits(boulangerie: Entreprise) -> list[Echange]:
    connus = {entreprise.compte.courriel for entreprise in HISTOIRE}
    voisines = Entreprise.objects.filter(commune__departement=DEPARTEMENT).exclude(
        membres__utilisateur__email__in=connus
    )
    prises: set[int] = set(
        Entreprise.objects.filter(membres__utilisateur__email__in=connus).values_list("pk", flat=True)
    )
    faits: list[Echange] = []
    for entreprise in [boulangerie, *voisines.order_by("pk")[:REGARDEES]]:
        choisi = next((r for r in rapprochements_de(entreprise) if _est_libre(r, prises)), None)
        if choisi is not None and entreprise.pk not in prises - {boulangerie.pk} and len(faits) < ECHANGES:
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


def _repondre(bilan: Bilan, personne: Utilisateur, rangs: tuple[int, ...], mots: str) -> None:
    for rang in rangs:
        if question := bilan.prochaine:
            reponse = question.choix.values[rang]
            bilan = repondre_bilan(par=personne, bilan=bilan, question=question.code, reponse=reponse)
    if mots:
        premier = not Bilan.objects.filter(temoignage__isnull=False).exists() and bilan.peut_temoigner
        texte = FicheBilan(bilan).ebauche if premier else ""
        completer_bilan(par=personne, bilan=bilan, mots=mots, temoignage=texte, consent=premier)


def _personne(entreprise: Entreprise) -> Utilisateur:
    membre: Utilisateur = entreprise.membres.order_by("pk")[0].utilisateur
    return membre
