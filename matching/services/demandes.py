"""« Demander à mes voisins »: what people do to a demande, and what ends it. Its own steps: `vagues`.

Locks: the demande before its échanges (see `verrous`), in every service that may end one.
"""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.erreurs import (
    BesoinHorsLigne,
    DejaSollicitee,
    DemandeClose,
    DemandeInconnue,
    EntrepriseEncombree,
    PersonneAPrevenir,
    VoisineDejaSollicitee,
)
from matching.evenements import DemandeNotee, DemandeVue
from matching.models import Besoin, Demande, EtatDemande, JournalDemande
from matching.services.plafonds import (
    comblees,
    exiger_paire,
    exiger_place_pour_proposer,
    places_ouvertes,
)
from matching.services.transitions import exiger_membre
from matching.services.vagues import (
    RAPPEL,
    candidates,
    clore_demande,
    envoyer_vague,
    noter,
    solliciter,
)
from matching.services.verrous import verrouiller_entreprises
from profils.models import Utilisateur


@transaction.atomic
def lancer_demande(*, par: Utilisateur, besoin: Besoin, mot: str = "") -> Demande:
    """Ask the best neighbours for a besoin; the one already under way when there is one.

    Raises `PaireIncomplete`, `BesoinHorsLigne`, `TropDePropositions`, `PersonneAPrevenir`.
    """
    exiger_membre(par, besoin.entreprise)
    exiger_paire(besoin.entreprise)
    if not Besoin.objects.publiees().filter(pk=besoin.pk).exists():
        raise BesoinHorsLigne
    demande = Demande(besoin=besoin, par=par, mot=mot.strip(), prochaine_etape_le=maintenant() + RAPPEL)
    try:
        with transaction.atomic():
            demande.save(force_insert=True)
    except IntegrityError:
        return Demande.objects.get(besoin=besoin, etat=EtatDemande.EN_COURS)
    noter(demande, "lancee", par=par)
    if not envoyer_vague(demande):
        exiger_place_pour_proposer(besoin.entreprise)
        raise PersonneAPrevenir
    demande.save()
    return demande


@transaction.atomic
def arreter_demande(*, par: Utilisateur, demande: Demande) -> Demande:
    """Ask no more; those asked are told. Stopping twice is stopping once."""
    if not par.est_membre_de(demande.besoin.entreprise):
        raise DemandeInconnue
    demande = _verrouiller(demande)
    if demande.est_en_cours:
        clore_demande(demande, EtatDemande.ARRETEE, par=par)
    return demande


@transaction.atomic
def solliciter_en_plus(*, par: Utilisateur, demande: Demande, savoir_faire: UUID) -> None:
    """Ask one more neighbour, chosen by whoever animates, within what each side may hold and receive.

    Raises `DemandeInconnue`, `DemandeClose`, `DejaSollicitee`, `VoisineDejaSollicitee` or
    `EntrepriseEncombree`.
    """
    demande = _verrouiller_du_ressort(par, demande)
    arete = next((a for a in candidates(demande) if a.savoir_faire.uuid == savoir_faire), None)
    if arete is None:
        raise DejaSollicitee
    entreprise = demande.besoin.entreprise
    verrouiller_entreprises([entreprise.pk, arete.offreur_id])
    if comblees([arete.offreur_id]):
        raise VoisineDejaSollicitee
    if not places_ouvertes(entreprise):  # whoever animates answers for a new company: it has no week
        raise EntrepriseEncombree
    if not solliciter(demande, arete, par=par, vague=0):
        raise DejaSollicitee
    noter(demande, "en_plus", par=par)
    _marquer_vue(demande, par)


@transaction.atomic
def marquer_vue(*, par: Utilisateur, demande: Demande) -> None:
    """Somebody who animates has seen to it: her colleagues need not. Twice is once."""
    _marquer_vue(_verrouiller_du_ressort(par, demande), par)


@transaction.atomic
def ecrire_a_la_demandeuse(*, par: Utilisateur, demande: Demande, texte: str) -> JournalDemande:
    """Write a note that the asker is told, and finds with her demande."""
    demande = _verrouiller_du_ressort(par, demande)
    note = noter(demande, "note", par=par, texte=texte.strip())
    emettre(DemandeNotee(demande.pk, note.pk))
    _marquer_vue(demande, par)
    return note


def conclure_demandes(echange: int) -> None:
    """Everyone has accepted this échange: end the demandes it answers, and what they ask of others.

    Called in the transaction of the last acceptance, which holds them (`verrouiller_demandes`). One that
    began since is not waited for: its next step sees the listing taken.
    """
    touchees = Demande.objects.en_cours().filter(besoin__apports__echange=echange)
    tenues = touchees.select_for_update(no_key=True, of=("self",), skip_locked=True).order_by("pk")
    for demande in tenues.select_related("besoin__entreprise"):
        est_la_reponse = demande.sollicitations.filter(echange=echange).exists()
        if est_la_reponse or Besoin.objects.completes_parmi([demande.besoin_id]):
            clore_demande(demande, EtatDemande.POURVUE)


def interrompre_demandes(*, besoin: int | None = None, entreprise: int | None = None) -> None:
    """The besoin is no longer on line, or its company pauses: nobody is asked any more.

    Called in the transaction of that fact; what is being answered at this instant is left to the next pass.
    """
    touchees = Demande.objects.en_cours().select_related("besoin__entreprise")
    touchees = touchees.filter(besoin=besoin) if besoin else touchees.filter(besoin__entreprise=entreprise)
    for demande in touchees.select_for_update(no_key=True, of=("self",), skip_locked=True).order_by("pk"):
        clore_demande(demande, EtatDemande.INTERROMPUE)


def _verrouiller(demande: Demande) -> Demande:
    tenues = Demande.objects.select_for_update(no_key=True, of=("self",))
    return tenues.select_related("besoin__entreprise", "par").get(pk=demande.pk)


def _verrouiller_du_ressort(par: Utilisateur, demande: Demande) -> Demande:
    """Hold a demande in progress that this person may help."""
    if not Demande.objects.du_ressort_de(par).filter(pk=demande.pk).exists():
        raise DemandeInconnue
    tenue = _verrouiller(demande)
    if not tenue.est_en_cours:
        raise DemandeClose
    return tenue


def _marquer_vue(demande: Demande, par: Utilisateur) -> None:
    if demande.vue_le is None:
        demande.vue_le = maintenant()
        demande.save(update_fields=["vue_le", "modifie_le"])
        noter(demande, "vue", par=par)
        emettre(DemandeVue(demande.pk))
