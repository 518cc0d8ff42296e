"""One mail for one address: published, refused in words, or left without an answer.

The mail servers' door (`serveur`) and the webhook's come here. Files are prepared first, outside any
transaction; then one transaction keeps the mail's digest (unique), writes the message and enqueues our
answer, if there is one. Killed before its commit, the mail is delivered again by its server and nothing of
the first time is left; after it, the mail delivered again is recognised. An error of ours is raised: whoever
called says « later », never « no ».

The address is the authority; the sender's must be one of its person's own, and our own mail server must not
have found it forged (docs/adr/0016).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction

from echange.socle.erreurs import ErreurMetier
from echange.socle.horloge import maintenant
from messagerie.erreurs import (
    AdresseDeReponseInconnue,
    ExpediteurInattendu,
    FormatDePieceRefuse,
    MessageVide,
    PieceIllisible,
    PieceTropLourde,
    ReponseVide,
    TropDeCourriels,
)
from messagerie.models import CourrielRecu, IssueCourriel, Participant
from messagerie.reponses.adresses import lire_adresse
from messagerie.reponses.lettre import Fichier, Lettre, LettreIllisible, ouvrir_lettre
from messagerie.reponses.politesse import repondre
from messagerie.services import envoyer_message
from messagerie.services.pieces import PIECES_PAR_MESSAGE, PiecePrete, preparer_piece

PAR_HEURE = 30  # mails of one participant
GARDE = timedelta(days=30)  # longer than any mail server tries
PIECES_REFUSEES = (FormatDePieceRefuse, PieceIllisible, PieceTropLourde)


@dataclass(frozen=True, slots=True)
class _Envoi:
    """A mail that may be published: who writes, what, and the files that did not pass."""

    participant: Participant
    texte: str
    pieces: Sequence[PiecePrete]
    refusees: Sequence[str]


def recevoir(*, octets: bytes, expediteur: str | None, destinataire: str) -> IssueCourriel | None:
    """Take one mail for one of our addresses; None when a machine wrote it, or nothing that can be read:
    nobody is told.

    `expediteur`: the envelope's, empty for a bounce, None when unknown. The same mail for the same address
    is taken once. Database and disk errors are raised, with nothing done.
    """
    if expediteur is not None and not expediteur.strip("<> "):
        return None
    try:
        lettre = ouvrir_lettre(octets)
    except LettreIllisible:
        return None
    if lettre.est_automatique:
        return None
    empreinte = hashlib.sha256(f"{lettre.identifiant}\0{destinataire.lower()}".encode()).hexdigest()
    connu = CourrielRecu.objects.filter(empreinte=empreinte).first()
    if connu is not None:
        return IssueCourriel(connu.issue)
    participant = None
    try:
        participant, expiree = _viser(destinataire)
        _verifier(lettre, participant, est_expiree=expiree)
        envoi = _preparer(lettre, participant)
    except ErreurMetier as refus:
        return _refuser(empreinte, lettre, participant, refus)
    return _publier(empreinte, lettre, envoi)


def oublier_les_courriels() -> int:
    """Forget the digests of mails that no server will deliver again; return how many."""
    vieux, _ = CourrielRecu.objects.filter(recu_le__lt=maintenant() - GARDE).delete()
    return vieux


def _viser(destinataire: str) -> tuple[Participant, bool]:
    """Return whose address it is, and whether its time is over; raises `AdresseDeReponseInconnue`."""
    cible = lire_adresse(destinataire)
    presents = Participant.objects.presents().select_related("utilisateur", "conversation")
    participant = presents.filter(pk=cible.participant).first() if cible else None
    if cible is None or participant is None:
        raise AdresseDeReponseInconnue
    return participant, cible.est_expiree


def _verifier(lettre: Lettre, participant: Participant, *, est_expiree: bool) -> None:
    """Raises `ExpediteurInattendu`, `AdresseDeReponseInconnue` (its time is over), `TropDeCourriels`."""
    if lettre.est_usurpee or lettre.de not in _adresses_de(participant):
        raise ExpediteurInattendu
    if est_expiree:
        raise AdresseDeReponseInconnue
    recents = CourrielRecu.objects.filter(
        participant=participant, recu_le__gt=maintenant() - timedelta(hours=1)
    )
    if recents.count() >= PAR_HEURE:
        raise TropDeCourriels


def _adresses_de(participant: Participant) -> set[str]:
    """The addresses this person has shown to be hers."""
    siennes = EmailAddress.objects.filter(user=participant.utilisateur_id, verified=True)
    return {
        participant.utilisateur.email.lower(),
        *(adresse.lower() for adresse in siennes.values_list("email", flat=True)),
    }


def _preparer(lettre: Lettre, participant: Participant) -> _Envoi:
    """Draw the files again; raises `ReponseVide` when nothing is left of the mail, `LettreIllisible`."""
    contenu = lettre.lire()
    pieces, refusees = [], []
    for fichier in contenu.fichiers[: PIECES_PAR_MESSAGE + 1]:
        try:
            pieces.append(_preparer_une_piece(fichier))
        except PIECES_REFUSEES:
            refusees.append(fichier.nom or "un fichier sans nom")
    if not (contenu.texte or pieces):
        raise ReponseVide if not refusees else FormatDePieceRefuse
    return _Envoi(participant, contenu.texte, pieces, refusees)


def _preparer_une_piece(fichier: Fichier) -> PiecePrete:
    return preparer_piece(nom=fichier.nom, fichier=BytesIO(fichier.contenu))


@transaction.atomic
def _publier(empreinte: str, lettre: Lettre, envoi: _Envoi) -> IssueCourriel:
    recu = _prendre(empreinte, envoi.participant, IssueCourriel.ECRIT)
    if recu is None:
        return IssueCourriel(CourrielRecu.objects.get(empreinte=empreinte).issue)
    try:
        with transaction.atomic():
            envoyer_message(
                par=envoi.participant.utilisateur,
                conversation=envoi.participant.conversation,
                texte=envoi.texte,
                cle_client=UUID(empreinte[:32]),
                pieces=envoi.pieces,
            )
    except MessageVide:
        refus: ErreurMetier = ReponseVide()
    except ErreurMetier as erreur:
        refus = erreur
    else:
        if envoi.refusees:
            repondre(recu, lettre, envoi.participant, FormatDePieceRefuse(), fichiers=envoi.refusees)
        return IssueCourriel.ECRIT
    recu.issue = IssueCourriel.REFUSE
    recu.save(update_fields=["issue"])
    repondre(recu, lettre, envoi.participant, refus)
    return IssueCourriel.REFUSE


@transaction.atomic
def _refuser(
    empreinte: str, lettre: Lettre, participant: Participant | None, refus: ErreurMetier
) -> IssueCourriel:
    recu = _prendre(empreinte, participant, IssueCourriel.REFUSE)
    if recu is not None:
        repondre(recu, lettre, participant, refus)
    return IssueCourriel.REFUSE


def _prendre(empreinte: str, participant: Participant | None, issue: IssueCourriel) -> CourrielRecu | None:
    """Claim this mail; None when the same one, delivered at the same instant, got there first."""
    recu, est_nouveau = CourrielRecu.objects.get_or_create(
        empreinte=empreinte, defaults={"participant": participant, "issue": issue}
    )
    return recu if est_nouveau else None
