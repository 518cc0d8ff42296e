"""What people are told of a demande: those it asks, and the one who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from echange.socle.evenements import abonner
from echange.socle.templatetags.francais import distance as dire_distance
from matching.evenements import (
    DemandeTerminee,
    EchangeAccepte,
    EchangePropose,
    EchangeTermine,
    SollicitationRappelee,
    SollicitationRetiree,
)
from matching.models import Apport, Arete, Demande, Echange, EtatDemande
from matching.moteur.adequation import SUR_PLACE
from matching.presentation.dates import dire_jour_de_semaine
from matching.raisons import dire_pourquoi_vous
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir_entreprises, solder
from messagerie.notifications.echanges import FaitDUnEchange


@dataclass(frozen=True)
class AvisSollicitation(FaitDUnEchange):
    """A fact of one proposal of a demande, to the neighbour asked. `competence`: what is looked for."""

    competence: str


@dataclass(frozen=True)
class AvisDemande(Avis):
    """A fact of a demande as a whole. `demande`: its public identifier; `competence`: what is looked for."""

    demande: str
    competence: str

    @property
    def cle(self) -> str:
        return self.demande

    @property
    def chemin(self) -> str:
        return reverse("matching:demande", args=[self.demande])


@enregistrer
@dataclass(frozen=True)
class DemandeRecue(AvisSollicitation):
    """`pourquoi`: why this neighbour; `ecart`: how far; `avant`: the day an answer is due."""

    genre: ClassVar[Genre] = Genre("demande_recue", "Une voisine vous demande un coup de main")

    commune: str
    texte: str
    mot: str
    pourquoi: str
    ecart: str
    avant: str

    @property
    def titre(self) -> str:
        return f"{self.entreprise} cherche quelqu’un\u00a0: «\u00a0{self.competence}\u00a0»"


@enregistrer
@dataclass(frozen=True)
class DemandeRappelee(AvisSollicitation):
    genre: ClassVar[Genre] = Genre("demande_rappelee", "Une demande attend encore votre réponse")

    avant: str

    @property
    def titre(self) -> str:
        return f"{self.entreprise} attend votre réponse, même si c’est non"


@enregistrer
@dataclass(frozen=True)
class DemandeRetiree(AvisSollicitation):
    """`raison`: one kind sentence."""

    genre: ClassVar[Genre] = Genre("demande_retiree", "Une demande reçue n’attend plus de réponse")

    raison: str
    a_trouve: bool

    @property
    def titre(self) -> str:
        if self.a_trouve:
            return f"{self.entreprise} a trouvé, merci à vous"
        return f"{self.entreprise} n’attend plus votre réponse"


@enregistrer
@dataclass(frozen=True)
class DemandeSansReponse(AvisDemande):
    """To the asker, at the end: what to do next. `prevenues`: how many were asked."""

    genre: ClassVar[Genre] = Genre("demande_sans_reponse", "Une de vos demandes reste sans réponse")

    prevenues: int

    @property
    def titre(self) -> str:
        return f"«\u00a0{self.competence}\u00a0»\u00a0: personne n’a pu cette fois. Voici la suite"


def abonner_tout() -> None:
    abonner(EchangePropose, _annoncer_demande)
    abonner(SollicitationRappelee, _annoncer_rappel)
    abonner(SollicitationRetiree, _annoncer_retrait)
    abonner(EchangeAccepte, lambda fait: solder_demande(fait.echange_id))
    abonner(EchangeTermine, lambda fait: solder_demande(fait.echange_id))
    abonner(DemandeTerminee, _annoncer_fin)


def _annoncer_demande(fait: EchangePropose) -> None:
    if fait.demande_id is None:
        return
    apport = _apport(fait.echange_id)
    arete = Arete.objects.detaillees().get(besoin=apport.besoin_id, savoir_faire=apport.savoir_faire_id)
    avis = DemandeRecue(
        str(apport.echange.uuid),
        apport.receveur.nom,
        apport.besoin.competence.titre,
        commune=apport.receveur.commune.nom,
        texte=apport.besoin.texte,
        mot=apport.echange.mot,
        pourquoi=dire_pourquoi_vous(arete),
        ecart=f"à {dire_distance(arete.distance_m)}" if arete.modalites & SUR_PLACE else "en visio",
        avant=dire_jour_de_semaine(apport.echange.expire_le),
    )
    prevenir_entreprises(avis, [apport.donneur_id])


def _annoncer_rappel(fait: SollicitationRappelee) -> None:
    apport = _apport(fait.echange_id)
    avis = DemandeRappelee(
        str(apport.echange.uuid),
        apport.receveur.nom,
        apport.besoin.competence.titre,
        avant=dire_jour_de_semaine(apport.echange.expire_le),
    )
    prevenir_entreprises(avis, [apport.donneur_id])


def _annoncer_retrait(fait: SollicitationRetiree) -> None:
    apport = _apport(fait.echange_id)
    a_trouve = fait.etat == EtatDemande.POURVUE
    raison = (
        "Une autre entreprise a répondu avant vous. Merci d’avoir été là."
        if a_trouve
        else "Cette demande est arrêtée. Vous n’avez rien à faire."
    )
    avis = DemandeRetiree(
        str(apport.echange.uuid),
        apport.receveur.nom,
        apport.besoin.competence.titre,
        raison=raison,
        a_trouve=a_trouve,
    )
    prevenir_entreprises(avis, [apport.donneur_id])


def _annoncer_fin(fait: DemandeTerminee) -> None:
    demande = Demande.objects.select_related("besoin__competence").get(pk=fait.demande_id)
    if demande.etat == EtatDemande.SANS_REPONSE:
        avis = DemandeSansReponse(
            str(demande.uuid), demande.besoin.competence.titre, demande.sollicitations.count()
        )
        prevenir_entreprises(avis, [demande.besoin.entreprise_id])


def solder_demande(echange: int) -> None:
    """This proposal asks for no answer any more."""
    cle = str(Echange.objects.values_list("uuid", flat=True).get(pk=echange))
    for avis in (DemandeRecue, DemandeRappelee):
        solder(genre=avis.genre.code, cle=cle)


def _apport(echange: int) -> Apport:
    avec_tout = Apport.objects.select_related(
        "echange", "receveur__commune", "besoin__competence", "savoir_faire__competence"
    )
    return avec_tout.get(echange=echange)
