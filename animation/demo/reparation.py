"""A cercle that lost one of its three: two have said yes, and the site has found how they may go on."""

from matching.choix import Motif
from matching.models import Nature
from matching.rapprochements import rapprochements_de
from matching.services.echanges import accepter_echange, decliner_echange, proposer_echange
from matching.services.reparations import reparer_echange
from profils.models import Entreprise, Utilisateur

REGARDES = 500


def jouer_reparation(entreprise: Entreprise) -> None:
    """`entreprise` proposes its best cercle; the last company says yes, the other one cannot."""
    possibles = rapprochements_de(entreprise, limite=REGARDES)
    cercle = next((r for r in possibles if r.nature == Nature.CERCLE), None)
    if cercle is None:
        return
    echange = proposer_echange(
        par=_membre(entreprise),
        entreprise=entreprise,
        aretes=cercle.aretes,
        mot="On s’entraide à trois\u00a0?",
    )
    autres = echange.participations.exclude(entreprise=entreprise).select_related("entreprise").order_by("pk")
    absente, presente = (participation.entreprise for participation in autres)
    accepter_echange(par=_membre(presente), echange=echange, entreprise=presente)
    decliner_echange(par=_membre(absente), echange=echange, entreprise=absente, motif=Motif.PAS_LE_TEMPS)
    reparer_echange(echange.pk)


def _membre(entreprise: Entreprise) -> Utilisateur:
    return Utilisateur.objects.filter(appartenances__entreprise=entreprise).earliest("pk")
