"""How a demande moves by itself: the three best neighbours, a reminder, the next three, the basket, the end.

    day 0     the 3 best are asked          48 h later   a reminder to those who stay silent
    72 h      the next 3, and so on until three days before the end
    day 5     the territoire's animation can help        day 14   closed without answer

Who can be asked at once is bounded by the company's places (5 open proposals, whatever they come from) and by
each neighbour's week (2 new ones): see `plafonds`. All have answered no: the next wave leaves at the next
pass. Nobody is left: it is looked for again every day, and the animation can help from now on.

Each demande is moved by whoever claims its next step, in one transaction: killed before the commit, nothing
has happened; after, all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.erreurs import RapprochementPerime
from matching.evenements import (
    DemandeAuPanier,
    DemandeTerminee,
    SollicitationRappelee,
    SollicitationRetiree,
)
from matching.models import (
    Apport,
    Arete,
    Demande,
    Echange,
    EtatDemande,
    JournalDemande,
    Nature,
    Reponse,
    Sollicitation,
    StatutEchange,
)
from matching.models.demandes import DUREE_DE_DEMANDE
from matching.reactivite import facteurs
from matching.services.echanges import enregistrer_proposition
from matching.services.plafonds import comblees, places_pour_proposer
from matching.services.transitions import franchir, verrouiller_annonces
from matching.services.verrous import verrouiller_entreprises
from profils.models import Utilisateur

TAILLE_DE_VAGUE = 3
RAPPEL = timedelta(hours=48)
ENTRE_VAGUES = timedelta(hours=72)
NOUVEL_ESSAI = timedelta(hours=24)  # when nobody could be asked: weeks pass, listings come
PANIER = timedelta(days=5)
DERNIERE_VAGUE = DUREE_DE_DEMANDE - timedelta(days=3)  # later, nobody would have the time to answer
RESERVE = 2 * TAILLE_DE_VAGUE  # looked at under locks: some may have had their week's proposals meanwhile


def mener_demandes() -> int:
    """Take every step that is due; return how many demandes moved. Run by the periodic task.

    One demande's trouble is its own: the others move, and the task is seen to have failed.
    """
    dues = Demande.objects.a_mener(maintenant()).order_by("prochaine_etape_le", "pk")
    menees, echecs = 0, []
    for cle, etape in dues.values_list("pk", "prochaine_etape_le"):
        try:
            menees += _mener(cle, etape)
        except Exception as erreur:  # noqa: BLE001  raised again below
            echecs.append(erreur)
    if echecs:
        raise ExceptionGroup(f"{len(echecs)} demandes did not move", echecs)
    for demande in Demande.objects.closes_mal_soldees().order_by("pk"):
        with transaction.atomic():
            retirer_sollicitations(demande)
    return menees


@transaction.atomic
def _mener(cle: int, etape: datetime | None) -> bool:
    """Claim this step of one demande and take it; False when another process got there first."""
    instant = maintenant()
    prise = Demande.objects.en_cours().filter(pk=cle, prochaine_etape_le=etape)
    if not prise.update(prochaine_etape_le=instant + NOUVEL_ESSAI):
        return False
    demande = Demande.objects.select_related("besoin__entreprise", "par").get(pk=cle)
    if not _est_en_ligne(demande, instant):
        clore_demande(demande, EtatDemande.INTERROMPUE)
    elif instant >= demande.fin_le:
        clore_demande(demande, EtatDemande.SANS_REPONSE)
    else:
        _avancer(demande, instant)
    return True


def _est_en_ligne(demande: Demande, instant: datetime) -> bool:
    besoin = demande.besoin
    return type(besoin).objects.publiees().filter(pk=besoin.pk, expire_le__gt=instant).exists()


def _avancer(demande: Demande, instant: datetime) -> None:
    _rappeler(demande, instant)
    if instant < demande.cree_le + DERNIERE_VAGUE and _doit_chercher(demande, instant):
        envoyer_vague(demande)
    delaissee = demande.est_tarie and not demande.sollicitations.ouvertes().exists()
    if demande.au_panier_le is None and (delaissee or instant >= demande.cree_le + PANIER):
        demande.au_panier_le = instant
        noter(demande, "panier")
        emettre(DemandeAuPanier(demande.pk))
    demande.prochaine_etape_le = _prochaine_etape(demande, instant)
    demande.save()


def _rappeler(demande: Demande, instant: datetime) -> None:
    """Remind once those who have not answered for two days, while they still can."""
    muettes = demande.sollicitations.ouvertes().filter(
        rappelee_le__isnull=True, sollicitee_le__lte=instant - RAPPEL, echange__expire_le__gt=instant
    )
    for sollicitation in muettes:
        sollicitation.rappelee_le = instant
        sollicitation.save(update_fields=["rappelee_le"])
        noter(demande, "rappel", details={"echange": sollicitation.echange_id})
        emettre(SollicitationRappelee(sollicitation.echange_id))


def _doit_chercher(demande: Demande, instant: datetime) -> bool:
    if demande.derniere_vague_le is None:
        return True
    if not demande.est_tarie and not demande.sollicitations.ouvertes().exists():
        return True  # all those asked have answered no: no reason to wait
    return instant >= demande.derniere_vague_le + (NOUVEL_ESSAI if demande.est_tarie else ENTRE_VAGUES)


def _prochaine_etape(demande: Demande, instant: datetime) -> datetime:
    return min(etape for etape in _etapes(demande) if etape > instant)


def _etapes(demande: Demande) -> Iterator[datetime]:
    """Every instant at which something may be due, past ones included."""
    yield demande.fin_le
    yield demande.cree_le + PANIER
    muettes = demande.sollicitations.ouvertes().filter(rappelee_le__isnull=True)
    yield from (sollicitee_le + RAPPEL for sollicitee_le in muettes.values_list("sollicitee_le", flat=True))
    if demande.derniere_vague_le is not None:
        attente = NOUVEL_ESSAI if demande.est_tarie else ENTRE_VAGUES
        if demande.derniere_vague_le + attente < demande.cree_le + DERNIERE_VAGUE:
            yield demande.derniere_vague_le + attente


def candidates(demande: Demande) -> list[Arete]:
    """Return the arêtes that could serve this demande, the best of each company, best first.

    Best: by score, then by how each company answers (`matching.reactivite`), as in its own list.
    Without the companies it has asked already, nor those that have had to do with this besoin otherwise: a
    proposal that awaits an answer, was declined or left without one. A proposal merely taken back may be
    made again.
    """
    a_refuse = Q(
        echange__participations__entreprise=F("donneur"), echange__participations__reponse=Reponse.DECLINEE
    )
    ecartees = Apport.objects.filter(
        ~Q(echange__statut=StatutEchange.ANNULE) | a_refuse, besoin=demande.besoin_id
    )
    aretes = (
        Arete.objects.vivantes()
        .vues_de_loin()
        .filter(besoin=demande.besoin_id, offreur__est_en_pause=False, offreur__est_suspendue=False)
        .exclude(offreur__in=ecartees.values("donneur"))
        .exclude(offreur__in=Sollicitation.objects.filter(demande=demande.pk).values("entreprise"))
    )
    meilleures: dict[int, Arete] = {}
    for arete in aretes.order_by("-score", "pk"):
        meilleures.setdefault(arete.offreur_id, arete)
    poids = facteurs(meilleures)
    return sorted(meilleures.values(), key=lambda a: (-a.score * poids[a.offreur_id], a.pk))


def prevoir_vague(demande: Demande) -> list[Arete]:
    """Return who would be asked first, as things are: nothing is held."""
    possibles = candidates(demande)
    occupees = comblees([arete.offreur_id for arete in possibles])
    return [arete for arete in possibles if arete.offreur_id not in occupees]


def envoyer_vague(demande: Demande) -> int:
    """Ask the best neighbours not asked yet; return how many. The demande's row is held; not saved here."""
    entreprise = demande.besoin.entreprise
    retenues = prevoir_vague(demande)[:RESERVE]
    tenues = verrouiller_entreprises([entreprise.pk, *(arete.offreur_id for arete in retenues)])
    verrouiller_annonces([demande.besoin_id], [arete.savoir_faire_id for arete in retenues])
    prises = comblees([arete.offreur_id for arete in retenues])
    prises.update(e.pk for e in tenues if e.est_en_pause or e.est_suspendue)
    places = min(TAILLE_DE_VAGUE, places_pour_proposer(entreprise))
    envoyees = 0
    for arete in retenues:
        if envoyees < places and arete.offreur_id not in prises:
            envoyees += solliciter(demande, arete, par=demande.par, vague=demande.vagues + 1)
    demande.derniere_vague_le = maintenant()
    demande.est_tarie = not envoyees
    if envoyees:
        demande.vagues += 1
        noter(demande, "vague", details={"vague": demande.vagues, "prevenues": envoyees})
    return envoyees


def solliciter(demande: Demande, arete: Arete, *, par: Utilisateur | None, vague: int) -> bool:
    """Propose this arête in the name of the demande; False if it cannot be any more.

    The two companies are held by the caller, who has counted what each may send and receive.
    """
    entreprise = demande.besoin.entreprise
    try:
        echange = enregistrer_proposition(
            par=par,
            aretes=[arete],
            nature=Nature.DIRECT,
            initiatrice=entreprise,
            mot=demande.mot,
            demande=demande,
        )
    except RapprochementPerime:
        return False
    if echange.tour_id:  # a tour proposed the same at this very instant: it is asked already
        return False
    Sollicitation.objects.create(
        demande=demande, entreprise_id=arete.offreur_id, echange=echange, vague=vague
    )
    return True


def clore_demande(demande: Demande, etat: EtatDemande, *, par: Utilisateur | None = None) -> None:
    """End a demande whose row is held, and what it still asks of others."""
    demande.etat = etat
    demande.close_le = maintenant()
    demande.prochaine_etape_le = None
    demande.save()
    noter(demande, etat, par=par)
    retirer_sollicitations(demande, par=par)
    emettre(DemandeTerminee(demande.pk))


def retirer_sollicitations(demande: Demande, *, par: Utilisateur | None = None) -> None:
    """End the proposals of an ended demande that still await an answer, and thank who was asked.

    One that is being answered at this instant is left to the next pass: its answer holds what ours needs.
    """
    ouverts = Echange.objects.proposes().filter(sollicitation__demande=demande)
    tenus = ouverts.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    for echange in tenus:
        if demande.etat == EtatDemande.SANS_REPONSE:
            franchir(echange, "expire", StatutEchange.EXPIRE)
            continue
        franchir(
            echange,
            "demande",
            StatutEchange.ANNULE,
            entreprise=demande.besoin.entreprise,
            par=par,
            evenement=SollicitationRetiree(echange.pk, demande.etat),
            fin=demande.etat,
        )


def noter(
    demande: Demande,
    fait: str,
    *,
    par: Utilisateur | None = None,
    texte: str = "",
    details: dict[str, int] | None = None,
) -> JournalDemande:
    return JournalDemande.objects.create(
        demande=demande, fait=fait, par=par, texte=texte, details=details or {}
    )
