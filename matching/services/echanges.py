"""The first life of an échange: propose, accept, decline, cancel, expire.

Locks, always in this order: the échange, then its listings by table and primary key. Two accepts at the
same instant are serialised by the échange's row; two échanges taking the last place of one listing, by
the listing's.
"""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.chemins import CERCLE_SEUL_MAX, nature_du_chemin
from matching.choix import Motif
from matching.erreurs import (
    AccordDeLaMemePersonne,
    CercleReserveALAnimation,
    EchangeDejaConclu,
    EchangeDUneAutreEntreprise,
    EchangeEnReparation,
    RapprochementPerime,
)
from matching.evenements import EchangeAnnule, EchangePropose
from matching.models import (
    Apport,
    Arete,
    Besoin,
    Demande,
    Echange,
    Nature,
    Participation,
    Reponse,
    Sortie,
    StatutEchange,
    Tour,
)
from matching.models.echanges import STATUTS_OUVERTS, empreinte_de
from matching.services.plafonds import (
    exiger_paire,
    exiger_place_pour_proposer,
    exiger_receveuses_disponibles,
)
from matching.services.sorties import finir_sans
from matching.services.transitions import (
    DELAI_DE_REPONSE,
    exiger_membre,
    franchir,
    journaliser,
    participation_verrouillee,
    verrouiller,
    verrouiller_annonces,
)
from matching.services.unanimite import conclure_si_unanime
from matching.services.verrous import verrouiller_entreprises
from profils.models import Entreprise, Utilisateur


@transaction.atomic
def proposer_echange(
    *, par: Utilisateur, entreprise: Entreprise, aretes: Sequence[Arete], mot: str = ""
) -> Echange:
    """Propose the échange made of these arêtes, read in the order of a `Rapprochement`.

    The proposer is the company served by the first arête: in a chaîne, the one at its end. It has accepted
    by proposing. The same open échange proposed twice, by one or by two of its companies, is one échange:
    the first. Raises `PaireIncomplete`, `TropDePropositions`, `VoisineDebordee`,
    `VoisineDejaSollicitee`, `RapprochementPerime`, `CercleReserveALAnimation`.
    """
    exiger_membre(par, entreprise)
    nature = _exiger_chemin(entreprise, aretes)
    _exiger_animation_a_quatre(par, entreprise, aretes)
    verrouiller_entreprises(cle for a in aretes for cle in (a.demandeur_id, a.offreur_id))
    exiger_paire(entreprise)
    empreinte = empreinte_de((a.besoin_id, a.savoir_faire_id) for a in aretes)
    existant = Echange.objects.filter(empreinte=empreinte, statut__in=STATUTS_OUVERTS).first()
    if existant:
        return existant
    exiger_place_pour_proposer(entreprise)
    exiger_receveuses_disponibles(aretes)
    if nature == Nature.CHAINE:
        _exiger_donneuse(aretes[-1].offreur)
    return enregistrer_proposition(par=par, aretes=aretes, nature=nature, initiatrice=entreprise, mot=mot)


def enregistrer_proposition(
    *,
    par: Utilisateur | None,
    aretes: Sequence[Arete],
    nature: Nature,
    initiatrice: Entreprise | None = None,
    tour: Tour | None = None,
    mot: str = "",
    demande: Demande | None = None,
) -> Echange:
    """Write what a company (`initiatrice`) or the animation (`tour`) proposes, if it still can be.

    A proposal of a `demande` ends with it at the latest.

    Every proposal ends here, inside its caller's transaction: the listings are locked, the arêtes looked at
    again. Raises `RapprochementPerime`. The same open échange already there is returned as it is.
    """
    empreinte = empreinte_de((a.besoin_id, a.savoir_faire_id) for a in aretes)
    verrouiller_annonces([a.besoin_id for a in aretes], [a.savoir_faire_id for a in aretes])
    if Arete.objects.vivantes().filter(pk__in=[a.pk for a in aretes]).count() != len(aretes):
        raise RapprochementPerime
    echange = Echange(nature=nature, initiatrice=initiatrice, tour=tour, empreinte=empreinte, mot=mot.strip())
    try:
        with transaction.atomic():
            return _creer(par, echange, aretes, demande)
    except IntegrityError:
        # Another company of the loop proposed it between our look and our insert.
        return Echange.objects.get(empreinte=empreinte, statut__in=STATUTS_OUVERTS)


def _creer(
    par: Utilisateur | None, echange: Echange, aretes: Sequence[Arete], demande: Demande | None
) -> Echange:
    echange.expire_le = maintenant() + DELAI_DE_REPONSE
    if demande:
        echange.expire_le = min(echange.expire_le, demande.fin_le)
    echange.save(force_insert=True)
    Apport.objects.bulk_create(
        Apport(
            echange=echange,
            donneur_id=arete.offreur_id,
            receveur_id=arete.demandeur_id,
            besoin_id=arete.besoin_id,
            savoir_faire_id=arete.savoir_faire_id,
            distance_m=arete.distance_m,
            rang=rang,
        )
        for rang, arete in enumerate(aretes)
    )
    entreprises = dict.fromkeys(cle for a in aretes for cle in (a.demandeur_id, a.offreur_id))
    Participation.objects.bulk_create(
        Participation(echange=echange, entreprise_id=cle) for cle in entreprises
    )
    journaliser(echange, "propose", echange.initiatrice, par)
    if echange.initiatrice:
        _repondre(echange, echange.initiatrice, par, Reponse.ACCEPTEE)
    emettre(EchangePropose(echange.pk, demande.pk if demande else None))
    return echange


@transaction.atomic
def accepter_echange(*, par: Utilisateur, echange: Echange, entreprise: Entreprise) -> Echange:
    """Accept for one company; when it is the last to answer, the échange is under way.

    Accepting twice is accepting once. Raises `EchangeDejaConclu` when the échange no longer awaits an
    answer, `AccordDeLaMemePersonne`. When a listing was taken or withdrawn meanwhile, this one comes back
    cancelled, or « à réparer »: look at its `statut`.
    """
    participation = participation_verrouillee(par, echange, entreprise)
    echange = participation.echange
    if participation.reponse == Reponse.ACCEPTEE and echange.statut in STATUTS_OUVERTS:
        return echange
    _exiger_en_attente(participation)
    _exiger_une_autre_personne(par, participation)
    _repondre(echange, entreprise, par, Reponse.ACCEPTEE)
    conclure_si_unanime(echange, entreprise=entreprise, par=par)
    return echange


@transaction.atomic
def decliner_echange(
    *, par: Utilisateur, echange: Echange, entreprise: Entreprise, motif: Motif, commentaire: str = ""
) -> Echange:
    """Decline for one company, with a coded reason, even after having agreed; declining twice is once.

    Between two, the échange ends there; among several, the others may go on (`services.sorties`).
    """
    participation = participation_verrouillee(par, echange, entreprise)
    echange = participation.echange
    if participation.reponse == Reponse.DECLINEE:
        return echange
    _exiger_en_attente(participation)
    _repondre(echange, entreprise, par, Reponse.DECLINEE, motif, commentaire)
    finir_sans(echange, {entreprise.pk: Sortie.DECLINE}, par=par)
    return echange


@transaction.atomic
def annuler_echange(*, par: Utilisateur, echange: Echange, entreprise: Entreprise) -> Echange:
    """Take back a proposal of one's own that still awaits answers."""
    participation = participation_verrouillee(par, echange, entreprise)
    echange = participation.echange
    if echange.initiatrice_id != entreprise.pk:
        raise EchangeDUneAutreEntreprise
    if echange.statut == StatutEchange.ANNULE:
        return echange
    _exiger_en_attente(participation)
    annule = EchangeAnnule(echange.pk, entreprise.pk)
    franchir(echange, "annule", StatutEchange.ANNULE, entreprise=entreprise, par=par, evenement=annule)
    return echange


def expirer_propositions() -> int:
    """Close, or send to repair, the proposals not answered in time; return how many.

    Run by the periodic task, each in a transaction of its own.
    """
    perimes = Echange.objects.proposes().filter(expire_le__lte=maintenant()).order_by("pk")
    closes = 0
    for cle in perimes.values_list("pk", flat=True):
        with transaction.atomic():
            closes += _expirer(verrouiller(cle))
    return closes


def _expirer(echange: Echange) -> bool:
    """Those who have not answered are let out; looked at again under the lock: an answer may have come."""
    if echange.statut != StatutEchange.PROPOSE or echange.expire_le > maintenant():
        return False
    muettes = echange.participations.presentes().filter(reponse=Reponse.ATTENDUE)
    finir_sans(echange, dict.fromkeys(muettes.values_list("entreprise_id", flat=True), Sortie.SILENCE))
    return True


def _exiger_chemin(entreprise: Entreprise, aretes: Sequence[Arete]) -> Nature:
    """The arêtes start by serving the proposer and make a direct, a loop back to it, or a chaîne."""
    nature = nature_du_chemin(aretes)
    if nature is None or aretes[0].demandeur_id != entreprise.pk:
        raise RapprochementPerime
    return nature


def _exiger_animation_a_quatre(par: Utilisateur, entreprise: Entreprise, aretes: Sequence[Arete]) -> None:
    """A cercle of four is proposed by somebody who animates the company's territoire (conception, rule 5)."""
    if len(aretes) > CERCLE_SEUL_MAX and not par.anime(entreprise.commune.territoire_id):
        raise CercleReserveALAnimation


def _exiger_donneuse(entreprise: Entreprise) -> None:
    """A chaîne starts with a company that asks for nothing: another would be left waiting.

    Without a lock on what it may publish at this instant: everyone has yet to agree.
    """
    if Besoin.objects.publiees().de_entreprise(entreprise).exists():
        raise RapprochementPerime


def _exiger_en_attente(participation: Participation) -> None:
    echange = participation.echange
    if echange.statut == StatutEchange.A_REPARER and not participation.sortie:
        raise EchangeEnReparation
    if echange.statut != StatutEchange.PROPOSE or participation.sortie or echange.expire_le <= maintenant():
        raise EchangeDejaConclu


def _exiger_une_autre_personne(par: Utilisateur, participation: Participation) -> None:
    """Two yeses of one person are no agreement, nor a neighbour's trust (docs/adr/0022).

    Those of an animatrice are: she says them for people she has met, and is a member of nothing.
    """
    siennes = participation.echange.participations.presentes().filter(par=par, reponse=Reponse.ACCEPTEE)
    if siennes.filter(entreprise__membres__utilisateur=par).exclude(pk=participation.pk).exists():
        raise AccordDeLaMemePersonne


def _repondre(
    echange: Echange,
    entreprise: Entreprise,
    par: Utilisateur | None,
    reponse: Reponse,
    motif: str = "",
    commentaire: str = "",
) -> None:
    echange.participations.filter(entreprise=entreprise).update(
        reponse=reponse, motif=motif, commentaire=commentaire.strip(), repondu_le=maintenant(), par=par
    )
    journaliser(echange, reponse, entreprise, par, **({"motif": motif} if motif else {}))
