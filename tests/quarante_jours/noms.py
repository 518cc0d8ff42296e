"""Lasting names, by which two tellings of one story are compared: never a key."""

from __future__ import annotations

from datetime import datetime

from matching.models import Apport, Echange
from profils.models import Entreprise, Utilisateur


def nom_de(echange: Echange) -> str:
    """Return what an échange is made of, by lasting names."""
    dons = ((str(a.besoin.uuid), str(a.savoir_faire.uuid)) for a in echange.apports.all())
    return "+".join(sorted(":".join(don) for don in dons))


def nom_du_don(don: Apport) -> tuple[datetime, str, int]:
    return don.echange.cree_le, nom_de(don.echange), don.rang


def personne(entreprise: Entreprise) -> Utilisateur:
    """The one who acts for it."""
    return Utilisateur.objects.get(appartenances__entreprise=entreprise)
