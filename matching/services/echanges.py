"""The first life of an échange: propose, accept, decline, cancel, expire.

Locks, always in this order: the échange, then its listings by table and primary key. Two accepts at the
same instant are serialised by the échange's row; two échanges taking the last place of one listing, by
the listing's.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.aretes import recalculer_aretes
from matching.chemins import CERCLE_SEUL_MAX, nature_du_chemin
from matching.choix import Motif
from matching.erreurs import (
    CercleReserveALAnimation,
    EchangeDejaConclu,
    EchangeDUneAutreEntreprise,
    PaireIncomplete,
    RapprochementPerime,
    TropDePropositions,
)
from matching.evenements import EchangeAccepte, EchangeAnnule, EchangeDecline, EchangePropose
from matching.models import (
    Annonce,
    Apport,
    Arete,
    Besoin,
    Echange,
    JournalEchange,
    Nature,
    Participation,
    Reponse,
    SavoirFaire,
    StatutEchange,
    Tour,
)
from matching.models.echanges import STATUTS_OUVERTS
from profils.models import Entreprise, Utilisateur

DELAI_DE_REPONSE = timedelta(days=7)
PROPOSITIONS_OUVERTES_MAX = 5


@transaction.atomic
def proposer_echange(
    *, par: Utilisateur, entreprise: Entreprise, aretes: Sequence[Arete], mot: str = ""
) -> Echange:
    """Propose the échange made of these arêtes, read in the order of a `Rapprochement`.

    The proposer is the company served by the first arête: in a chaîne, the one at its end. It has accepted
    by proposing. The same open échange proposed twice, by one or by two of its companies, is one échange:
    the first. Raises `PaireIncomplete`, `TropDePropositions`, `RapprochementPerime`,
    `CercleReserveALAnimation`.
    """
    _exiger_membre(par, entreprise)
    nature = _exiger_chemin(entreprise, aretes)
    _exiger_animation_a_quatre(par, entreprise, aretes)
    # Serialises the two counts below; `no_key`, or writing another échange of hers would wait for this one.
    Entreprise.objects.select_for_update(no_key=True).get(pk=entreprise.pk)
    _exiger_paire(entreprise)
    empreinte = empreinte_de((a.besoin_id, a.savoir_faire_id) for a in aretes)
    existant = Echange.objects.filter(empreinte=empreinte, statut__in=STATUTS_OUVERTS).first()
    if existant:
        return existant
    _exiger_place_pour_proposer(entreprise)
    if nature == Nature.CHAINE:
        _exiger_donneuse(aretes[-1].offreur)
    return enregistrer_proposition(par=par, aretes=aretes, nature=nature, initiatrice=entreprise, mot=mot)


def enregistrer_proposition(
    *,
    par: Utilisateur,
    aretes: Sequence[Arete],
    nature: Nature,
    initiatrice: Entreprise | None = None,
    tour: Tour | None = None,
    mot: str = "",
) -> Echange:
    """Write what a company (`initiatrice`) or the animation (`tour`) proposes, if it still can be.

    Every proposal ends here, inside its caller's transaction: the listings are locked, the arêtes looked at
    again. Raises `RapprochementPerime`. The same open échange already there is returned as it is.
    """
    empreinte = empreinte_de((a.besoin_id, a.savoir_faire_id) for a in aretes)
    _verrouiller_annonces([a.besoin_id for a in aretes], [a.savoir_faire_id for a in aretes])
    if Arete.objects.vivantes().filter(pk__in=[a.pk for a in aretes]).count() != len(aretes):
        raise RapprochementPerime
    echange = Echange(nature=nature, initiatrice=initiatrice, tour=tour, empreinte=empreinte, mot=mot.strip())
    try:
        with transaction.atomic():
            return _creer(par, echange, aretes)
    except IntegrityError:
        # Another company of the loop proposed it between our look and our insert.
        return Echange.objects.get(empreinte=empreinte, statut__in=STATUTS_OUVERTS)


def _creer(par: Utilisateur, echange: Echange, aretes: Sequence[Arete]) -> Echange:
    echange.expire_le = maintenant() + DELAI_DE_REPONSE
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
    _journaliser(echange, "propose", echange.initiatrice, par)
    if echange.initiatrice:
        _repondre(echange, echange.initiatrice, par, Reponse.ACCEPTEE)
    emettre(EchangePropose(echange.pk))
    return echange


@transaction.atomic
def accepter_echange(*, par: Utilisateur, echange: Echange, entreprise: Entreprise) -> Echange:
    """Accept for one company; when it is the last to answer, the échange is accepted.

    Accepting twice is accepting once. Raises `EchangeDejaConclu` when the échange no longer awaits an
    answer. When another échange has taken the last place of a listing meanwhile, this one comes back
    cancelled: look at its `statut`.
    """
    participation = _participation_verrouillee(par, echange, entreprise)
    echange = participation.echange
    if participation.reponse == Reponse.ACCEPTEE and echange.statut in STATUTS_OUVERTS:
        return echange
    _exiger_en_attente(echange)
    _repondre(echange, entreprise, par, Reponse.ACCEPTEE)
    if not echange.participations.exclude(reponse=Reponse.ACCEPTEE).exists():
        _conclure(echange, entreprise, par)
    return echange


def _conclure(echange: Echange, entreprise: Entreprise, par: Utilisateur) -> None:
    apports = list(echange.apports.all())
    annonces = _verrouiller_annonces([a.besoin_id for a in apports], [a.savoir_faire_id for a in apports])
    if any(_est_complete(annonce) for annonce in annonces):
        _annuler(echange, "annonce_prise", entreprise, par)
        return
    _clore(echange, StatutEchange.ACCEPTE)
    recalculer_aretes(*annonces)
    _journaliser(echange, "accepte", entreprise, par)
    emettre(EchangeAccepte(echange.pk))


def _annuler(echange: Echange, fait: str, entreprise: Entreprise, par: Utilisateur) -> None:
    _clore(echange, StatutEchange.ANNULE)
    _journaliser(echange, fait, entreprise, par)
    emettre(EchangeAnnule(echange.pk, entreprise.pk))


@transaction.atomic
def decliner_echange(
    *, par: Utilisateur, echange: Echange, entreprise: Entreprise, motif: Motif, commentaire: str = ""
) -> Echange:
    """Decline for one company, with a coded reason: the échange ends there (declining twice too)."""
    participation = _participation_verrouillee(par, echange, entreprise)
    echange = participation.echange
    if participation.reponse == Reponse.DECLINEE:
        return echange
    _exiger_en_attente(echange)
    _repondre(echange, entreprise, par, Reponse.DECLINEE, motif, commentaire)
    _clore(echange, StatutEchange.DECLINE)
    emettre(EchangeDecline(echange.pk, entreprise.pk))
    return echange


@transaction.atomic
def annuler_echange(*, par: Utilisateur, echange: Echange, entreprise: Entreprise) -> Echange:
    """Take back a proposal of one's own that still awaits answers."""
    participation = _participation_verrouillee(par, echange, entreprise)
    echange = participation.echange
    if echange.initiatrice_id != entreprise.pk:
        raise EchangeDUneAutreEntreprise
    if echange.statut == StatutEchange.ANNULE:
        return echange
    _exiger_en_attente(echange)
    _annuler(echange, "annule", entreprise, par)
    return echange


def expirer_propositions() -> int:
    """Close the proposals nobody answered in time; return how many. Run by the periodic task."""
    perimes = Echange.objects.proposes().filter(expire_le__lte=maintenant()).order_by("pk")
    closes = 0
    for cle in perimes.values_list("pk", flat=True):
        with transaction.atomic():
            echange = Echange.objects.select_for_update().get(pk=cle)
            if echange.statut == StatutEchange.PROPOSE:
                _clore(echange, StatutEchange.EXPIRE)
                _journaliser(echange, "expire")
                closes += 1
    return closes


def _exiger_membre(par: Utilisateur, entreprise: Entreprise) -> None:
    if not par.est_membre_de(entreprise):
        raise EchangeDUneAutreEntreprise


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


def _exiger_paire(entreprise: Entreprise) -> None:
    for modele in (Besoin, SavoirFaire):
        if not modele.objects.publiees().de_entreprise(entreprise).exists():
            raise PaireIncomplete


def _exiger_place_pour_proposer(entreprise: Entreprise) -> None:
    if entreprise.echanges_proposes.proposes().count() >= PROPOSITIONS_OUVERTES_MAX:
        raise TropDePropositions


def _exiger_en_attente(echange: Echange) -> None:
    if echange.statut != StatutEchange.PROPOSE or echange.expire_le <= maintenant():
        raise EchangeDejaConclu


def empreinte_de(dons: Iterable[tuple[int, int]]) -> str:
    """Return the name of a set of gifts, each a (besoin, savoir-faire): the same in whatever order."""
    return "+".join(sorted(f"{besoin}:{savoir_faire}" for besoin, savoir_faire in dons))


def _participation_verrouillee(par: Utilisateur, echange: Echange, entreprise: Entreprise) -> Participation:
    """Lock the échange, then read this company's answer; raise if it has no part in it."""
    _exiger_membre(par, entreprise)
    verrouille = Echange.objects.select_for_update().get(pk=echange.pk)
    participation = verrouille.participations.filter(entreprise=entreprise).first()
    if participation is None:
        raise EchangeDUneAutreEntreprise
    participation.echange = verrouille
    return participation


def _verrouiller_annonces(besoins: Sequence[int], savoir_faire: Sequence[int]) -> list[Annonce]:
    """Lock the listings in a fixed order, so that two échanges never wait for each other in a ring.

    `no_key`: rows that only name a listing (arêtes, apports) are written meanwhile.
    """
    return [
        *Besoin.objects.select_for_update(no_key=True).filter(pk__in=besoins).order_by("pk"),
        *SavoirFaire.objects.select_for_update(no_key=True).filter(pk__in=savoir_faire).order_by("pk"),
    ]


def _est_complete(annonce: Annonce) -> bool:
    return bool(type(annonce).objects.completes_parmi([annonce.pk]))


def _repondre(
    echange: Echange,
    entreprise: Entreprise,
    par: Utilisateur,
    reponse: Reponse,
    motif: str = "",
    commentaire: str = "",
) -> None:
    echange.participations.filter(entreprise=entreprise).update(
        reponse=reponse, motif=motif, commentaire=commentaire.strip(), repondu_le=maintenant(), par=par
    )
    _journaliser(echange, reponse, entreprise, par, motif)


def _clore(echange: Echange, statut: StatutEchange) -> None:
    echange.statut = statut
    echange.conclu_le = maintenant()
    echange.save(update_fields=["statut", "conclu_le", "modifie_le"])


def _journaliser(
    echange: Echange,
    fait: str,
    entreprise: Entreprise | None = None,
    par: Utilisateur | None = None,
    motif: str = "",
) -> None:
    details = {"motif": motif} if motif else {}
    JournalEchange.objects.create(echange=echange, fait=fait, entreprise=entreprise, par=par, details=details)
