"""Open, close and open again a territoire: its communes, pages, team, rights and mails, in one act each.

`territoires.services` keeps the perimeters; here is all that hangs on them. Everything is in one transaction,
under the lock of the geography: of two référents at once, the second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from animation.avis_demandes import appeler_les_referents
from animation.models import (
    AccueilTerritoire,
    ActeTerritoire,
    EnvoiLettre,
    EtatEnvoiLettre,
    Evenement,
    Invitation,
)
from animation.services.equipe import exiger_referent, journaliser, relever_animateur
from animation.services.evenements import annuler_evenement
from animation.services.invitations import inviter
from animation.services.pages import installer_pages
from echange.socle.courriels import programmer_courriel
from echange.socle.horloge import maintenant
from echange.socle.textes import cle_de_nom
from matching.models import Demande, Tour
from matching.services.tours import arreter_tour
from profils.models import Utilisateur
from territoires.models import Territoire
from territoires.perimetre import Perimetre
from territoires.services import (
    PerimetreRefuse,
    fermer_territoire,
    refuser_le_recouvrement,
    rouvrir_territoire,
    verrouiller_geographie,
)
from territoires.services import ouvrir_territoire as poser_territoire

MOTIF_FERMETURE = "La communauté qui l’organisait est fermée."


@transaction.atomic
def ouvrir(
    *, par: Utilisateur, nom: str, code: str, perimetre: Perimetre, emails: Iterable[str] = ()
) -> Territoire:
    """Open a territoire: its communes, its pages from the model, its corner of the CMS, its invitations.

    The same form sent twice opens it once. Raises `ReserveAuxReferents`, `PerimetreRefuse`.
    """
    exiger_referent(par)
    verrouiller_geographie()
    territoire = Territoire.objects.ouverts().filter(code=code, nom=nom).first()
    if territoire is None or Perimetre.de(territoire) != perimetre:
        refuser_le_recouvrement(perimetre)
        if _adresse_prise(code):
            raise PerimetreRefuse(f"L’adresse «\u00a0{code}\u00a0» est déjà prise. Choisissez-en une autre.")
        territoire = poser_territoire(
            code=code,
            nom=nom,
            departements=perimetre.departements,
            epcis=perimetre.epcis,
            communes=perimetre.communes,
        )
        installer_pages()
        journaliser(
            territoire, ActeTerritoire.OUVERT, par, detail=", ".join(lieu.nom for lieu in perimetre.lieux)
        )
    for email in sorted(set(emails)):
        inviter(par=par, territoire=territoire, email=email)
    return territoire


def _adresse_prise(code: str) -> bool:
    """Another page answers there, or did and leads elsewhere now."""
    return bool(AccueilTerritoire.objects.filter(slug=code).exists())


def code_de(nom: str) -> str:
    """Return the address that a name suggests: « Pays de Redon » → « pays-de-redon »."""
    return cle_de_nom(nom).replace(" ", "-")[:50].strip("-")


@transaction.atomic
def fermer(*, par: Utilisateur, territoire: Territoire) -> bool:
    """Close a territoire; say whether it was open.

    Its pages answer that it is closed and lead to the neighbours; its team is released and told; its open
    invitations are taken back, its tours stopped, its events called off; the demandes that waited for its
    team go to the référents. Companies, listings, arêtes and échanges are untouched.

    Raises `ReserveAuxReferents`.
    """
    exiger_referent(par)
    demandes = list(_demandes_qui_attendent(territoire))
    if not fermer_territoire(territoire=territoire):
        return False
    for tour in Tour.objects.actifs().filter(territoire=territoire).order_by("pk"):
        arreter_tour(par=par, tour=tour)
    Invitation.objects.en_attente().filter(territoire=territoire).update(retiree_le=maintenant())
    EnvoiLettre.objects.filter(territoire=territoire, etat=EtatEnvoiLettre.PROGRAMME).delete()
    for evenement in Evenement.objects.a_venir().filter(territoire=territoire, annule_le=None):
        annuler_evenement(par=par, evenement=evenement, motif=MOTIF_FERMETURE)
    for personne in equipe_de(territoire):
        relever_animateur(par=par, utilisateur=personne, territoire=territoire)
        dire_la_fin(personne, territoire)
    appeler_les_referents(demandes)
    journaliser(territoire, ActeTerritoire.FERME, par)
    return True


@transaction.atomic
def rouvrir(*, par: Utilisateur, territoire: Territoire) -> bool:
    """Open a closed territoire again, with the pages it had; its team is to be invited anew.

    Raises `ReserveAuxReferents`, `PerimetreRefuse`.
    """
    exiger_referent(par)
    if not rouvrir_territoire(territoire=territoire):
        return False
    installer_pages()
    journaliser(territoire, ActeTerritoire.ROUVERT, par)
    return True


def equipe_de(territoire: Territoire) -> list[Utilisateur]:
    return list(Utilisateur.objects.filter(animations__territoire=territoire).order_by("first_name", "pk"))


def dire_la_fin(personne: Utilisateur, territoire: Territoire, *, rejoint: str = "") -> None:
    """Tell somebody that her territoire is closed, or has joined another (`rejoint`, its name)."""
    suite = f"rejoint «\u00a0{rejoint}\u00a0»" if rejoint else "est fermé"
    programmer_courriel(
        a=personne.email,
        gabarit="territoire_ferme",
        contexte={
            "titre": f"Le territoire «\u00a0{territoire.nom}\u00a0» {suite}",
            "prenom": personne.first_name,
            "territoire": territoire.nom,
            "rejoint": rejoint,
        },
    )


def _demandes_qui_attendent(territoire: Territoire) -> Iterable[int]:
    """Keys of the demandes that nobody of the team has seen to."""
    attendent = Demande.objects.au_panier().filter(besoin__commune__territoire=territoire)
    return attendent.filter(vue_le__isnull=True).order_by("pk").values_list("pk", flat=True)
