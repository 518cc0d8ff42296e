"""What the synthetic listings stand on: the communes, the tree, a sector."""

from matching.models import Competence
from matching.services.arbre import charger_competences
from profils.models import Secteur
from territoires.models import Commune
from territoires.services import charger_geographie


def preparer_base() -> None:
    """Load the communes of France and the tree into the bench's database, if they are not there yet."""
    if not Commune.objects.exists():
        charger_geographie(dire=print)
    if not Competence.objects.exists():
        charger_competences()
    if not Secteur.objects.exists():
        Secteur.objects.create(code="autre", nom="Autre métier")
