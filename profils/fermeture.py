"""A company closes: out of matching at once, able to come back for a fortnight, then forgotten.

Closing is one transaction, from which all the rest follows by what a suspension does already: its listings
leave matching, its open proposals are repaired or end, its agreed gifts will not take place, its demandes
stop. Forgetting is another, each company's own, claimed by a conditional update: killed anywhere, it is
done whole the next night or not at all. The row stays, without a name: others did things with it.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef

from echange.socle.erreurs import ErreurMetier
from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from profils.ecarts import est_suspendue_par_l_animation
from profils.evenements import (
    EntrepriseDeplacee,
    EntrepriseEffacee,
    EntrepriseFermee,
    EntrepriseRetablie,
    EntrepriseSuspendue,
)
from profils.flou import position_publique
from profils.models import (
    REPENTIR,
    Animateur,
    Blocage,
    Entreprise,
    FaitEntreprise,
    InvitationMembre,
    JournalEntreprise,
    Membre,
    Utilisateur,
)
from profils.services import EntrepriseDAutrui

NOM_EFFACE = "Compte supprimé"


class ResteDesMembres(ErreurMetier):
    message = (
        "D’autres personnes agissent pour cette entreprise\u00a0: vous pouvez la quitter, pas la fermer."
    )


class EntrepriseDejaEffacee(ErreurMetier):
    message = "Cette entreprise est effacée\u00a0: inscrivez-la de nouveau."
    statut = 410


@transaction.atomic
def fermer_entreprise(*, par: Utilisateur, entreprise: Entreprise) -> Entreprise:
    """Close the company of which `par` is the last member, or that she animates and nobody has come for.

    Closing twice is closing once. Raises `EntrepriseDAutrui`, `ResteDesMembres`.
    """
    tenue = _verrouiller(par, entreprise)
    if tenue.fermee_le is not None:
        return tenue
    if par.est_membre_de(tenue) and tenue.membres.exclude(utilisateur=par).exists():
        raise ResteDesMembres
    etait_active = not tenue.est_suspendue
    tenue.est_suspendue = True
    tenue.fermee_le = maintenant()
    tenue.save(update_fields=["est_suspendue", "fermee_le", "modifie_le"])
    JournalEntreprise.objects.create(entreprise=tenue, fait=FaitEntreprise.FERMEE, par=par)
    if etait_active:
        emettre(EntrepriseSuspendue(tenue.pk))
    emettre(EntrepriseFermee(tenue.pk))
    return tenue


@transaction.atomic
def rouvrir_entreprise(*, par: Utilisateur, entreprise: Entreprise) -> Entreprise:
    """Undo `fermer_entreprise` within `REPENTIR`: its listings are back, with the days they have left.

    What was proposed or agreed is not. One that moderation had suspended is suspended still. Raises
    `EntrepriseDAutrui`, `EntrepriseDejaEffacee`.
    """
    tenue = _verrouiller(par, entreprise)
    if tenue.effacee_le is not None:
        raise EntrepriseDejaEffacee
    if tenue.fermee_le is None:
        return tenue
    tenue.est_suspendue = est_suspendue_par_l_animation(tenue)
    tenue.fermee_le = None
    tenue.save(update_fields=["est_suspendue", "fermee_le", "modifie_le"])
    JournalEntreprise.objects.create(entreprise=tenue, fait=FaitEntreprise.ROUVERTE, par=par)
    if not tenue.est_suspendue:
        emettre(EntrepriseRetablie(tenue.pk))
    return tenue


def effacer_entreprises() -> int:
    """Forget the companies closed for longer than `REPENTIR`; return how many. Run by the nightly task."""
    a_effacer = Entreprise.objects.filter(fermee_le__lte=maintenant() - REPENTIR, effacee_le__isnull=True)
    return sum(_effacer(cle) for cle in a_effacer.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _effacer(cle: int) -> bool:
    """False when it has opened again, or another worker got there first."""
    instant = maintenant()
    fermee = Entreprise.objects.filter(pk=cle, fermee_le__lte=instant - REPENTIR, effacee_le__isnull=True)
    if not fermee.update(effacee_le=instant):
        return False
    emettre(EntrepriseEffacee(cle))
    _rendre_anonyme(Entreprise.objects.select_related("commune").get(pk=cle))
    Blocage.objects.filter(bloquante=cle).delete()
    membres = list(Membre.objects.filter(entreprise=cle).values_list("utilisateur_id", flat=True))
    Membre.objects.filter(entreprise=cle).delete()
    InvitationMembre.objects.filter(entreprise=cle).delete()
    _oublier_personnes(membres)
    JournalEntreprise.objects.create(entreprise_id=cle, fait=FaitEntreprise.EFFACEE)
    return True


def _rendre_anonyme(entreprise: Entreprise) -> None:
    """Keep what says nothing of anybody: a trade, a size, a commune."""
    entreprise.nom = NOM_EFFACE
    entreprise.siret, entreprise.est_en_creation = None, True
    entreprise.adresse, entreprise.est_localisee = "", False
    entreprise.est_en_pause, entreprise.de_retour_le = False, None
    entreprise.position = entreprise.commune.position
    entreprise.position_publique = position_publique(entreprise.position, entreprise.uuid)
    entreprise.save()
    emettre(EntrepriseDeplacee(entreprise.pk))


def _oublier_personnes(cles: list[int]) -> None:
    """Delete the accounts that nothing else needs: no other company, no role, no key to the back office."""
    seules = Utilisateur.objects.filter(
        ~Exists(Membre.objects.filter(utilisateur=OuterRef("pk"))),
        ~Exists(Animateur.objects.filter(utilisateur=OuterRef("pk"))),
        pk__in=cles,
        est_referent=False,
        is_staff=False,
        is_superuser=False,
    )
    seules.delete()


def _verrouiller(par: Utilisateur, entreprise: Entreprise) -> Entreprise:
    """Hold the company's row for its member, or for whoever animates it on behalf of somebody never come."""
    accompagnees = Entreprise.objects.accompagnees().du_ressort_de(par)
    if not par.est_membre_de(entreprise) and not accompagnees.filter(pk=entreprise.pk).exists():
        raise EntrepriseDAutrui
    return Entreprise.objects.select_for_update(no_key=True).get(pk=entreprise.pk)
