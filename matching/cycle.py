"""The one table of what may happen to an échange, an answer, a gift, a séance; drawn in docs/echanges.md.

Each line is one act of one service: from which state, to which, who may, what the journal writes, what is
sent. `services.transitions.franchir` refuses what is not in the table, and so does the database: triggers
hold the same pairs of states (migrations 0009 and 0014), whoever writes.
"""

from __future__ import annotations

from dataclasses import dataclass

from echange.socle.evenements import Evenement
from matching.evenements import (
    EchangeAccepte,
    EchangeAnnule,
    EchangeDecline,
    EchangePropose,
    EchangeRepare,
    SollicitationRetiree,
)
from matching.models import EtatApport, EtatSeance, Reponse, StatutEchange

PROPOSE, A_REPARER, EN_COURS = StatutEchange.PROPOSE, StatutEchange.A_REPARER, StatutEchange.EN_COURS
REALISE, CLOS = StatutEchange.REALISE, StatutEchange.CLOS
DECLINE, ANNULE, EXPIRE = StatutEchange.DECLINE, StatutEchange.ANNULE, StatutEchange.EXPIRE


@dataclass(frozen=True, slots=True)
class Transition:
    """`de` is None for a birth. `fait` is the journal's word, and names the act together with `de`.

    `emet` is the event told to the apps above, beside `EchangeTermine` at every ending.
    """

    de: StatutEchange | None
    fait: str
    vers: StatutEchange
    service: str
    qui: str
    emet: type[Evenement] | None = None


UNE = "one of its companies"
CELLE_QUI_PROPOSE = "the company that proposed"
HORLOGE = "the clock"
SUITE = "follows by itself"

TRANSITIONS: tuple[Transition, ...] = (
    Transition(None, "propose", PROPOSE, "proposer_echange", "a company, or the animation", EchangePropose),
    # An answer is awaited
    Transition(PROPOSE, "accepte", EN_COURS, "accepter_echange", "the last to agree", EchangeAccepte),
    Transition(PROPOSE, "decline", DECLINE, "decliner_echange", UNE, EchangeDecline),
    Transition(PROPOSE, "annule", ANNULE, "annuler_echange", CELLE_QUI_PROPOSE, EchangeAnnule),
    Transition(PROPOSE, "expire", EXPIRE, "expirer_propositions", HORLOGE),
    Transition(PROPOSE, "impossible", ANNULE, "revoir_echanges", SUITE, EchangeAnnule),
    Transition(PROPOSE, "demande", ANNULE, "clore_demande", "its demande has ended", SollicitationRetiree),
    Transition(PROPOSE, "sort", A_REPARER, "decliner_echange, expirer_propositions, revoir_echanges", SUITE),
    # A company is missing
    Transition(A_REPARER, "repare", PROPOSE, "reparer_echange", SUITE, EchangeRepare),
    Transition(A_REPARER, "decline", DECLINE, "reparer_echange", "no repair", EchangeDecline),
    Transition(A_REPARER, "expire", EXPIRE, "reparer_echange", "no repair"),
    Transition(A_REPARER, "impossible", ANNULE, "reparer_echange", "no repair", EchangeAnnule),
    # Agreed
    Transition(EN_COURS, "realise", REALISE, "confirmer_apport", "the last gift is settled"),
    Transition(EN_COURS, "annule", ANNULE, "confirmer_apport", "the last gift is settled, none took place"),
    Transition(REALISE, "clos", CLOS, "clore_echange", "its bilans are in, or late"),
)

REPONSES: tuple[tuple[Reponse, Reponse], ...] = (
    (Reponse.ATTENDUE, Reponse.ACCEPTEE),
    (Reponse.ATTENDUE, Reponse.DECLINEE),
    (Reponse.ACCEPTEE, Reponse.DECLINEE),  # she had agreed, and cannot any more
    (Reponse.ACCEPTEE, Reponse.ATTENDUE),  # a repair asks her something else
)

APPORTS: tuple[tuple[EtatApport, EtatApport], ...] = (
    (EtatApport.PREVU, EtatApport.REALISE),
    (EtatApport.PREVU, EtatApport.NON_REALISE),
    (EtatApport.PREVU, EtatApport.CONTESTE),
    (EtatApport.CONTESTE, EtatApport.REALISE),
    (EtatApport.CONTESTE, EtatApport.NON_REALISE),
)

SEANCES: tuple[tuple[EtatSeance, EtatSeance], ...] = (
    (EtatSeance.PROPOSEE, EtatSeance.CONVENUE),
    (EtatSeance.PROPOSEE, EtatSeance.ANNULEE),
    (EtatSeance.CONVENUE, EtatSeance.PASSEE),
    (EtatSeance.CONVENUE, EtatSeance.ANNULEE),
)


def paires_des_echanges() -> frozenset[tuple[str, str]]:
    """Every pair of states that some act joins."""
    return frozenset((t.de.value, t.vers.value) for t in TRANSITIONS if t.de is not None)


def trouver(de: StatutEchange | None, fait: str, vers: StatutEchange) -> Transition:
    """Return the line of the table; raise `LookupError` for what may not happen."""
    for transition in TRANSITIONS:
        if (transition.de, transition.fait, transition.vers) == (de, fait, vers):
            return transition
    raise LookupError(f"«\u00a0{fait}\u00a0» does not lead from {de} to {vers}")
