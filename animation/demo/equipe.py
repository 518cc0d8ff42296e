"""The boulangère has invited her apprentice: the mail is in the demonstration's box, for whoever looks."""

from django.urls import reverse

from matching.models import Echange
from profils.invitations import inviter_collegue
from profils.models import Entreprise

APPRENTI = "apprenti@demo.example"


def inviter_l_apprenti(boulangerie: Entreprise, echange: Echange) -> None:
    membre = boulangerie.membres.select_related("utilisateur").get()
    suite = reverse("messagerie:de_echange", args=[echange.uuid])
    inviter_collegue(par=membre.utilisateur, entreprise=boulangerie, email=APPRENTI, suite=suite)
