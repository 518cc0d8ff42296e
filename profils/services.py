"""Writes on companies: sign up, change, move, pause."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from procrastinate.contrib.django import app
from stdnum.fr import siret as norme_siret

from echange.socle.erreurs import ErreurMetier
from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from profils.evenements import EntrepriseDeplacee, EntrepriseMiseEnPause, EntrepriseReprise
from profils.flou import position_publique
from profils.models import Entreprise, Membre, Secteur, Utilisateur
from territoires.models import Commune

TACHE_LOCALISER = "profils.localiser_entreprise"
ENTREPRISES_MAX = 5  # open ones, of one person who signs another up


class SiretDejaInscrit(ErreurMetier):
    message = (
        "Cette entreprise est déjà inscrite. Demandez à la personne qui l’a inscrite, "
        "ou à l’animation de votre territoire."
    )


class SiretDemande(ErreurMetier):
    """Whoever has several companies has at most one that nobody can check: her first."""

    message = "Écrivez son SIRET\u00a0: il est demandé quand une personne agit pour plusieurs entreprises."


class TropDEntreprises(ErreurMetier):
    message = (
        "Vous agissez déjà pour cinq entreprises. Pour en inscrire une autre, écrivez à l’animation de votre "
        "territoire."
    )


class EntrepriseDAutrui(ErreurMetier):
    """Whoever is not a member learns nothing of the company, not even that it exists."""

    message = "Cette entreprise n’existe pas."
    statut = 404


def se_presenter(*, par: Utilisateur, prenom: str) -> None:
    """Say one's first name: neighbours talk to somebody, not to a company."""
    Utilisateur.objects.filter(pk=par.pk).update(first_name=prenom)


@transaction.atomic
def inscrire_entreprise(
    *,
    par: Utilisateur,
    nom: str,
    siret: str | None,
    est_en_creation: bool,
    secteur: Secteur,
    taille: str,
    commune: Commune,
    adresse: str = "",
) -> Entreprise:
    """Create the company and make `par` its first member.

    It stands at its commune's centre until the address is found, in the background. The same person
    signing up the same company again (a form sent twice) gets the first one back. Raises
    `SiretDejaInscrit` when somebody else did, `SiretDemande` and `TropDEntreprises` beyond her first one.
    """
    Utilisateur.objects.select_for_update().get(pk=par.pk)  # two forms sent at once come one by one
    siret = norme_siret.compact(siret) if siret else None
    deja = Entreprise.objects.de(par).filter(siret=siret, nom__iexact=nom).first()
    if deja is not None:
        return deja
    _verifier_une_de_plus(par, siret)
    entreprise = Entreprise(
        nom=nom,
        siret=siret,
        est_en_creation=est_en_creation,
        secteur=secteur,
        taille=taille,
        commune=commune,
        adresse=adresse,
    )
    _poser(entreprise, commune.position, est_localisee=False)
    with _siret_unique():
        entreprise.save(force_insert=True)
    Membre.objects.create(utilisateur=par, entreprise=entreprise)
    _programmer_localisation(entreprise)
    return entreprise


def _verifier_une_de_plus(par: Utilisateur, siret: str | None) -> None:
    """What holds a newcomer back falls on each company: nobody multiplies it by companies never checked."""
    siennes = Entreprise.objects.de(par)
    if siret is None and siennes.exists():
        raise SiretDemande
    if siennes.filter(fermee_le__isnull=True).count() >= ENTREPRISES_MAX:
        raise TropDEntreprises


@transaction.atomic
def modifier_entreprise(  # noqa: PLR0913  the whole description, named word by word
    *,
    entreprise: Entreprise,
    par: Utilisateur,
    nom: str,
    siret: str | None,
    est_en_creation: bool,
    secteur: Secteur,
    taille: str,
    commune: Commune,
    adresse: str = "",
) -> Entreprise:
    """Change the company's description; a new commune or address moves it (`EntrepriseDeplacee`).

    Raises `SiretDejaInscrit`, `SiretDemande` when it keeps its SIRET, and `EntrepriseDAutrui` when `par`
    is not a member.
    """
    entreprise = _verrouiller(entreprise, par)
    # No lock on the others: of two companies neither may lose it, so that no two requests can both win.
    if not siret and entreprise.garde_son_siret():
        raise SiretDemande
    a_demenage = (entreprise.commune_id, entreprise.adresse) != (commune.code, adresse)
    entreprise.nom = nom
    entreprise.siret = norme_siret.compact(siret) if siret else None
    entreprise.est_en_creation = est_en_creation
    entreprise.secteur = secteur
    entreprise.taille = taille
    entreprise.commune = commune
    entreprise.adresse = adresse
    if a_demenage:
        _poser(entreprise, commune.position, est_localisee=False)
    with _siret_unique():
        entreprise.save()
    if a_demenage:
        emettre(EntrepriseDeplacee(entreprise.pk))
        _programmer_localisation(entreprise)
    return entreprise


@transaction.atomic
def deplacer_entreprise(*, entreprise: Entreprise, adresse: str, point: Point, est_localisee: bool) -> bool:
    """Put the company at `point`, found for `adresse`; False if it has moved in the meantime.

    Geocoding takes seconds, during which the owner may have corrected the address or the commune: the
    answer to the old question is then thrown away.
    """
    actuelle = Entreprise.objects.select_for_update().filter(
        pk=entreprise.pk, commune_id=entreprise.commune_id, adresse=adresse
    )
    if (trouvee := actuelle.first()) is None:
        return False
    _poser(trouvee, point, est_localisee=est_localisee)
    trouvee.save(update_fields=["position", "position_publique", "est_localisee", "modifie_le"])
    emettre(EntrepriseDeplacee(trouvee.pk))
    return True


@transaction.atomic
def mettre_en_pause(*, entreprise: Entreprise, par: Utilisateur, de_retour_le: date | None = None) -> None:
    """Take the company out of matching until `reprendre`, or until the day it says it is back.

    Pausing again only changes that day.
    """
    verrouillee = _verrouiller(entreprise, par)
    _changer_pause(verrouillee, en_pause=True, de_retour_le=de_retour_le)
    if not verrouillee.est_en_pause:
        emettre(EntrepriseMiseEnPause(verrouillee.pk))


@transaction.atomic
def reprendre(*, entreprise: Entreprise, par: Utilisateur) -> None:
    """Bring a paused company back into matching."""
    verrouillee = _verrouiller(entreprise, par)
    if verrouillee.est_en_pause:
        _changer_pause(verrouillee, en_pause=False)
        emettre(EntrepriseReprise(verrouillee.pk))


def finir_les_pauses() -> int:
    """Bring back the companies whose day of return has come, in Paris; return how many.

    Run by the periodic task: each once, by whichever worker gets there first.
    """
    revenues = Entreprise.objects.filter(est_en_pause=True, de_retour_le__lte=localdate(maintenant()))
    nombre = 0
    for cle in revenues.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            fin = revenues.filter(pk=cle)
            if fin.update(est_en_pause=False, de_retour_le=None, modifie_le=maintenant()):
                emettre(EntrepriseReprise(cle, d_elle_meme=False))
                nombre += 1
    return nombre


def _changer_pause(entreprise: Entreprise, *, en_pause: bool, de_retour_le: date | None = None) -> None:
    Entreprise.objects.filter(pk=entreprise.pk).update(
        est_en_pause=en_pause, de_retour_le=de_retour_le, modifie_le=maintenant()
    )


def _verrouiller(entreprise: Entreprise, par: Utilisateur) -> Entreprise:
    """Lock the company's row for a member of it."""
    if not par.est_membre_de(entreprise):
        raise EntrepriseDAutrui
    return Entreprise.objects.select_for_update().get(pk=entreprise.pk)


def _poser(entreprise: Entreprise, point: Point, *, est_localisee: bool) -> None:
    entreprise.position = point
    entreprise.position_publique = position_publique(point, entreprise.uuid)
    entreprise.est_localisee = est_localisee


def _programmer_localisation(entreprise: Entreprise) -> None:
    """Have the address found in the background: no owner waits for a geocoder, no lock is held for it."""
    if entreprise.adresse:
        app.configure_task(TACHE_LOCALISER).defer(entreprise_id=entreprise.pk, adresse=entreprise.adresse)


@contextmanager
def _siret_unique() -> Iterator[None]:
    """Turn the database's refusal of a second company with one SIRET into `SiretDejaInscrit`."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as erreur:
        if "entreprise_siret_unique" in str(erreur):
            raise SiretDejaInscrit from erreur
        raise
