"""A séance for people's calendars: what `echange.socle.calendrier` writes of it."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from echange.socle.calendrier import RendezVous, identifiant
from matching.models import Seance
from matching.presentation.seances import SuiviApport, adresse_du_rendez_vous
from profils.models import Entreprise


def rendez_vous(seance: Seance, lectrice: Entreprise) -> RendezVous:
    """Return an agreed séance (from `detaillees()`) for one of its two companies."""
    suivi = SuiviApport(seance.apport, lectrice, seance=seance)
    chemin = reverse("matching:echange", args=[seance.apport.echange.uuid])
    url = f"{settings.ADRESSE_DU_SITE}{chemin}#rendez-vous"
    assert seance.debut is not None and seance.fin is not None, "not agreed"  # noqa: S101, PT018
    return RendezVous(
        uid=identifiant(f"seance-{seance.uuid}"),
        sequence=seance.sequence,
        debut=seance.debut.isoformat(),
        fin=seance.fin.isoformat(),
        ecrit_le=seance.modifie_le.isoformat(),
        titre=f"Échange avec {suivi.autre.nom}",
        description=f"{suivi.phrase}\u00a0: {suivi.quoi}.\n{url}",
        lieu=adresse_du_rendez_vous(seance, seance.apport),
        url=url,
    )
