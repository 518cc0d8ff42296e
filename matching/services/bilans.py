"""Answer a bilan, one tap at a time; add a word; agree to a témoignage, or change one's mind.

Locks: the échange, then the bilan, as everywhere. A tap is written once: of two phones at the same instant
the first is kept, and the other is led to what comes next.
"""

from __future__ import annotations

from django.db import transaction

from echange.socle.anonymat import anonymiser
from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.erreurs import BilanExpire, BilanInconnu, ReponseInconnue
from matching.evenements import BilanRepondu, TemoignageConsenti, TemoignageRetire
from matching.models import Bilan, Echange, JournalEchange, ReponseBilan, Temoignage
from matching.models.bilans import MOTS_MAX, Echeance
from matching.questions import PAR_CODE, QUESTIONS, Questionnaire
from matching.services.demandes_bilans import clore_si_complet
from profils.models import Utilisateur


@transaction.atomic
def repondre_bilan(*, par: Utilisateur, bilan: Bilan, question: str, reponse: str) -> Bilan:
    """Write one answer; with the last one the bilan is complete.

    A question already answered stays as it is. Raises `BilanInconnu` (not a member of its company),
    `BilanExpire`, `ReponseInconnue`.
    """
    bilan = _verrouiller(par, bilan)
    posees = [q.code for q in QUESTIONS[Questionnaire(bilan.questionnaire)]]
    if question not in posees or not PAR_CODE[question].accepte(reponse):
        raise ReponseInconnue
    if bilan.est_expire:
        raise BilanExpire
    attendue = bilan.prochaine
    if bilan.termine_le or question in bilan.donnees or attendue is None:
        return bilan
    if attendue.code != question:
        raise ReponseInconnue  # one that this bilan does not ask after the answers given
    ReponseBilan.objects.create(bilan=bilan, question=question, reponse=reponse, par=par)
    bilan.donnees[question] = reponse
    if bilan.prochaine is None:
        _terminer(bilan, par)
    return bilan


def _terminer(bilan: Bilan, par: Utilisateur) -> None:
    bilan.termine_le = maintenant()
    bilan.save(update_fields=["termine_le", "modifie_le"])
    JournalEchange.objects.create(
        echange_id=bilan.echange_id,
        fait=f"bilan_{bilan.echeance}",
        entreprise_id=bilan.entreprise_id,
        par=par,
    )
    if bilan.donnees.get("deroulement") == "non" or bilan.donnees.get("acquis") == "rien":
        _ne_pas_revenir(bilan)
    emettre(BilanRepondu(bilan.pk))
    clore_si_complet(bilan.echange_id)


def _ne_pas_revenir(bilan: Bilan) -> None:
    """Nothing was learnt: asking in a month whether it is in use would only annoy."""
    Bilan.objects.filter(
        echange=bilan.echange_id,
        entreprise=bilan.entreprise_id,
        echeance=Echeance.TRENTE_JOURS,
        reponses__isnull=True,
    ).delete()


@transaction.atomic
def completer_bilan(
    *, par: Utilisateur, bilan: Bilan, mots: str = "", temoignage: str = "", consent: bool = False
) -> Bilan:
    """Keep the last screen: a word for the team and, if the company agrees, the very text to publish.

    Sent twice, the first counts. `mots` lose what would name or reach somebody. Raises `BilanInconnu`,
    `ReponseInconnue` (not complete, or an agreement to publish nothing).
    """
    bilan = _verrouiller(par, bilan)
    temoignage = temoignage.strip()
    if bilan.termine_le is None or (consent and not (temoignage and bilan.peut_temoigner)):
        raise ReponseInconnue
    if bilan.mots_le:
        return bilan
    bilan.mots = anonymiser(mots)[:MOTS_MAX]
    bilan.mots_le = maintenant()
    bilan.save(update_fields=["mots", "mots_le", "modifie_le"])
    if consent:
        donne = Temoignage.objects.create(bilan=bilan, texte=temoignage, par=par)
        _journaliser_accord(bilan, "temoignage", par)
        emettre(TemoignageConsenti(donne.pk))
    return bilan


@transaction.atomic
def retirer_temoignage(*, par: Utilisateur, temoignage: Temoignage) -> Temoignage:
    """Take one's agreement back: the page goes at once, in this transaction; twice is once.

    Raises `BilanInconnu` when `par` is not a member of its company.
    """
    verrouille = Temoignage.objects.select_for_update().select_related("bilan").get(pk=temoignage.pk)
    if not par.est_membre_de(verrouille.bilan.entreprise):
        raise BilanInconnu
    if verrouille.retire_le is None:
        verrouille.retire_le = maintenant()
        verrouille.save(update_fields=["retire_le"])
        _journaliser_accord(verrouille.bilan, "temoignage_retire", par)
        emettre(TemoignageRetire(verrouille.pk))
    return verrouille


def _journaliser_accord(bilan: Bilan, fait: str, par: Utilisateur) -> None:
    JournalEchange.objects.create(
        echange_id=bilan.echange_id, fait=fait, entreprise_id=bilan.entreprise_id, par=par
    )


def _verrouiller(par: Utilisateur, bilan: Bilan) -> Bilan:
    Echange.objects.select_for_update().get(pk=bilan.echange_id)
    verrouille = (
        Bilan.objects.select_for_update().filter(pk=bilan.pk, demander_apres__lte=maintenant()).first()
    )
    if verrouille is None or not par.est_membre_de(verrouille.entreprise):
        raise BilanInconnu
    return verrouille
