"""Our answer to a mail that was not published: one, in words, and never too many.

To the person's own address, which we know; to the sender only when the address she wrote to is nobody's, once
a day and within an hourly total: whoever forges senders must not make us write to strangers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.crypto import salted_hmac

from echange.socle.courriels import programmer_courriel
from echange.socle.erreurs import ErreurMetier
from echange.socle.horloge import maintenant
from messagerie.erreurs import ExpediteurInattendu
from messagerie.models import CourrielRecu, Participant
from messagerie.reponses.lettre import Lettre

PAR_HEURE_A_UNE_PERSONNE = 5
PAR_HEURE_A_DES_INCONNUS = 50
IDENTIFIANT_MAX = 300  # characters of a Message-ID that we repeat
_UN_JOUR, _UNE_HEURE = timedelta(days=1), timedelta(hours=1)


def repondre(
    recu: CourrielRecu,
    lettre: Lettre,
    participant: Participant | None,
    refus: ErreurMetier,
    *,
    fichiers: Sequence[str] = (),
) -> None:
    """Enqueue the answer in the current transaction, unless enough were sent; `fichiers`: those refused."""
    adresse = participant.utilisateur.email if participant else lettre.de
    if not _est_permise(adresse, lettre, participant, refus):
        return
    recu.repondu_a = _anonymiser(adresse) if participant else _inconnu(adresse)
    recu.save(update_fields=["repondu_a"])
    chemin = (
        reverse("messagerie:conversation", args=[participant.conversation.uuid])
        if participant
        else reverse("messagerie:conversations")
    )
    entetes = {"Auto-Submitted": "auto-replied"}
    if lettre.identifiant.startswith("<") and len(lettre.identifiant) < IDENTIFIANT_MAX:
        entetes |= {"In-Reply-To": lettre.identifiant, "References": lettre.identifiant}
    programmer_courriel(
        a=adresse,
        gabarit="reponse_refusee",
        contexte={
            "prenom": participant.utilisateur.first_name if participant else "",
            "raison": refus.message,
            "fichiers": list(fichiers),
            "chemin": chemin,
        },
        entetes=entetes,
    )


def _est_permise(adresse: str, lettre: Lettre, participant: Participant | None, refus: ErreurMetier) -> bool:
    instant = maintenant()
    if participant is not None:
        siennes = CourrielRecu.objects.filter(repondu_a=_anonymiser(adresse))
        if isinstance(refus, ExpediteurInattendu):  # whoever has the address must not fill her box
            return not siennes.filter(recu_le__gt=instant - _UN_JOUR).exists()
        return siennes.filter(recu_le__gt=instant - _UNE_HEURE).count() < PAR_HEURE_A_UNE_PERSONNE
    if lettre.est_usurpee or not _est_une_adresse(adresse):
        return False
    inconnus = CourrielRecu.objects.filter(repondu_a__startswith=_INCONNU)
    deja = inconnus.filter(repondu_a=_inconnu(adresse), recu_le__gt=instant - _UN_JOUR).exists()
    return not deja and inconnus.filter(recu_le__gt=instant - _UNE_HEURE).count() < PAR_HEURE_A_DES_INCONNUS


_INCONNU = "?"


def _inconnu(adresse: str) -> str:
    return (_INCONNU + _anonymiser(adresse))[:64]


def _anonymiser(adresse: str) -> str:
    return salted_hmac("messagerie.politesse", adresse.lower(), algorithm="sha256").hexdigest()[:60]


def _est_une_adresse(adresse: str) -> bool:
    """A real one, and none of ours: two machines would talk for ever."""
    try:
        validate_email(adresse)
    except ValidationError:
        return False
    return adresse.rpartition("@")[2].lower() != settings.COURRIEL_REPONSE_DOMAINE.lower()
