"""What an animator writes to the company that asks."""

from django import forms

from echange.socle.forms import FormulaireEchange
from matching.forms import ChampMots
from matching.models.demandes import NOTE_MAX


class FormulaireNote(FormulaireEchange, forms.Form):
    texte = ChampMots(
        label="Écrire à l’entreprise",
        help_text="Elle reçoit votre mot par courriel et le retrouve avec sa demande. Signé de votre prénom.",
        max_length=NOTE_MAX,
        rows=4,
        error_messages={"required": "Écrivez quelques mots."},
    )
