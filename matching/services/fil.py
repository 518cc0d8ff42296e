"""Everything that time alone does to échanges, in one place: what the periodic task runs, and a story too.

Each step is idempotent, does each échange in a transaction of its own, and reads the one clock: run late,
twice or by two workers at once, the books are the same.
"""

from matching.services.confirmations import confirmer_silences, demander_confirmations
from matching.services.echanges import expirer_propositions
from matching.services.reparations import reparer_echanges
from matching.services.revue import revoir_echanges


def faire_vivre_les_echanges() -> None:
    """Expire, review what became impossible, repair, ask whether gifts took place, take silence for a yes."""
    expirer_propositions()
    revoir_echanges()
    reparer_echanges()
    demander_confirmations()
    confirmer_silences()
