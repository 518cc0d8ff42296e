"""« Prévenez-moi »: keep a search, change it, stop it; and tell of the listings it was waiting for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.choix import Rayon
from matching.erreurs import AnnonceDUneAutreEntreprise, TropDeVeilles, VeilleDejaLa, VeilleDUneAutre
from matching.evenements import VeilleExpire, VeilleSatisfaite
from matching.models import Annonce, Besoin, Competence, Genre, SavoirFaire, StatutVeille, Trouvaille, Veille
from matching.veilles import page_de_veilles
from profils.models import Entreprise, Utilisateur
from territoires.models import Commune

TACHE_CHERCHER = "matching.chercher_veilles"
DUREE = timedelta(days=90)
RAPPEL = timedelta(days=7)  # before its end, a veille asks whether to go on
REPENTIR = timedelta(days=7)  # how long a veille removed may come back
OUBLI = timedelta(days=30)  # an ended veille nobody prolonged goes
VEILLES_MAX = 10  # of one person

MODELES: dict[str, type[Annonce]] = {Genre.BESOIN: Besoin, Genre.SAVOIR_FAIRE: SavoirFaire}


@dataclass(frozen=True, slots=True)
class ContenuVeille:
    """What is awaited, and where; `texte` or `competence` at least."""

    cherche: str
    commune: Commune
    texte: str = ""
    competence: Competence | None = None
    rayon_km: int = Rayon.MOYEN
    visio: bool = False


@transaction.atomic
def creer_veille(*, par: Utilisateur, entreprise: Entreprise, contenu: ContenuVeille) -> Veille:
    """Keep a search for 90 days. The same one asked twice is one, with the wider wishes of the last time.

    Raises `AnnonceDUneAutreEntreprise`, `TropDeVeilles`.
    """
    if not par.est_membre_de(entreprise):
        raise AnnonceDUneAutreEntreprise
    siennes = _verrouiller_les_siennes(par)
    if deja := _pareille(siennes, contenu):
        return _ecrire(deja, contenu)
    if siennes.count() >= VEILLES_MAX:
        raise TropDeVeilles
    return _ecrire(Veille(utilisateur=par, entreprise=entreprise), contenu)


@transaction.atomic
def modifier_veille(*, par: Utilisateur, veille: Veille, contenu: ContenuVeille) -> Veille:
    """Change what is awaited; it lives 90 days more. Raises `VeilleDejaLa` if another one says the same."""
    veille = _la_sienne(par, veille)
    if _pareille(Veille.objects.visibles_par(par).gardees().exclude(pk=veille.pk), contenu):
        raise VeilleDejaLa
    return _ecrire(veille, contenu)


@transaction.atomic
def mettre_en_pause_veille(*, par: Utilisateur, veille: Veille) -> None:
    _changer(par, veille, de=StatutVeille.ACTIVE, statut=StatutVeille.EN_PAUSE)


@transaction.atomic
def reprendre_veille(*, par: Utilisateur, veille: Veille) -> None:
    """Take up again a veille paused or ended, for 90 days."""
    veille = _la_sienne(par, veille)
    if veille.statut != StatutVeille.RETIREE:
        _prolonger(veille)


@transaction.atomic
def retirer_veille(*, par: Utilisateur, veille: Veille) -> None:
    """Remove; it may come back for a week. Removing twice is removing once."""
    veille = _la_sienne(par, veille)
    Veille.objects.gardees().filter(pk=veille.pk).update(statut=StatutVeille.RETIREE, retiree_le=maintenant())


@transaction.atomic
def retablir_veille(*, par: Utilisateur, veille: Veille) -> Veille:
    """Undo `retirer_veille`. Raises `TropDeVeilles`, or `VeilleDejaLa` if it was asked anew meanwhile."""
    siennes = _verrouiller_les_siennes(par)
    veille = _la_sienne(par, veille)
    if veille.statut != StatutVeille.RETIREE:
        return veille
    if siennes.count() >= VEILLES_MAX:
        raise TropDeVeilles
    if _pareille(siennes, _contenu_de(veille)):
        raise VeilleDejaLa
    _prolonger(veille)
    return veille


@transaction.atomic
def arreter_veille(*, veille: Veille) -> None:
    """Remove on a signed link's word; twice is once."""
    Veille.objects.gardees().filter(pk=veille.pk).update(statut=StatutVeille.RETIREE, retiree_le=maintenant())


@transaction.atomic
def prolonger_veille(*, veille: Veille, expirait_le: datetime) -> Veille:
    """Give 90 days more on a signed link's word; used again, or for a veille removed, it changes nothing."""
    verrouillee = Veille.objects.select_for_update().get(pk=veille.pk)
    if verrouillee.statut != StatutVeille.RETIREE and verrouillee.expire_le == expirait_le:
        _prolonger(verrouillee)
    return verrouillee


def programmer_veilles(annonce: Annonce) -> None:
    """Look for who awaits this listing, in the background; enqueued in the caller's transaction."""
    genre = Genre.BESOIN if annonce.est_besoin else Genre.SAVOIR_FAIRE
    app.configure_task(TACHE_CHERCHER).defer(genre=str(genre), annonce=annonce.pk, apres=0)


@transaction.atomic
def servir_veilles(*, genre: str, annonce: int, apres: int = 0) -> int:
    """Tell the next veilles that a listing satisfies; return how many people will be told.

    The next page is enqueued in the same transaction: killed anywhere, nothing is lost nor told twice. A
    listing that left meanwhile satisfies nobody.
    """
    actuelle = (
        MODELES[genre]
        .objects.publiees()
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=annonce)
        .first()
    )
    if actuelle is None:
        return 0
    page = page_de_veilles(actuelle, apres=apres)
    trouvailles = _noter(actuelle, page.satisfaites)
    for trouvaille in trouvailles:
        emettre(VeilleSatisfaite(trouvaille.pk))
    if page.suite is not None:
        app.configure_task(TACHE_CHERCHER).defer(genre=genre, annonce=annonce, apres=page.suite)
    return len(trouvailles)


def rappeler_veilles() -> int:
    """Announce the ends that come near, once each; return how many."""
    proches = Veille.objects.en_cours().filter(est_rappelee=False, expire_le__lte=maintenant() + RAPPEL)
    annoncees = 0
    for cle in proches.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            if Veille.objects.filter(pk=cle, est_rappelee=False).update(est_rappelee=True):
                emettre(VeilleExpire(cle))
                annoncees += 1
    return annoncees


def oublier_veilles() -> int:
    """Delete those removed for a week, and those ended for a month; return how many rows went."""
    instant = maintenant()
    retirees = Veille.objects.filter(retiree_le__lte=instant - REPENTIR)
    finies = Veille.objects.filter(expire_le__lte=instant - OUBLI)
    return retirees.delete()[0] + finies.delete()[0]


def _noter(annonce: Annonce, veilles: Sequence[Veille]) -> list[Trouvaille]:
    """Write what was found, one row a person; the listing's row, held, keeps another worker from the same."""
    champ = "besoin" if annonce.est_besoin else "savoir_faire"
    personnes = {veille.utilisateur_id for veille in veilles}
    deja = set(
        Trouvaille.objects.filter(**{champ: annonce, "utilisateur__in": personnes}).values_list(
            "utilisateur_id", flat=True
        )
    )
    par_personne: dict[int, Veille] = {}
    for veille in veilles:
        if veille.utilisateur_id not in deja:
            par_personne.setdefault(veille.utilisateur_id, veille)
    premieres = _premieres([veille.pk for veille in par_personne.values()])
    return Trouvaille.objects.bulk_create(
        Trouvaille(
            veille=veille,
            utilisateur_id=personne,
            est_premiere=veille.pk in premieres,
            **{champ: annonce},
        )
        for personne, veille in par_personne.items()
    )


def _premieres(cles: Sequence[int]) -> set[int]:
    """Mark the veilles served for the first time; return them. Rows are locked in the order of their keys."""
    jamais = Veille.objects.filter(pk__in=cles, servie_le__isnull=True).order_by("pk")
    trouvees = set(jamais.select_for_update(no_key=True).values_list("pk", flat=True))
    Veille.objects.filter(pk__in=trouvees).update(servie_le=maintenant())
    return trouvees


def _verrouiller_les_siennes(par: Utilisateur) -> QuerySet[Veille]:
    """The person's row serialises what she keeps: how many, and no two alike."""
    Utilisateur.objects.select_for_update(no_key=True).get(pk=par.pk)
    return Veille.objects.visibles_par(par).gardees()


def _pareille(siennes: QuerySet[Veille], contenu: ContenuVeille) -> Veille | None:
    return siennes.filter(
        cherche=contenu.cherche,
        texte=contenu.texte,
        competence=contenu.competence,
        commune=contenu.commune,
    ).first()


def _contenu_de(veille: Veille) -> ContenuVeille:
    return ContenuVeille(
        veille.cherche, veille.commune, veille.texte, veille.competence, veille.rayon_km, veille.visio
    )


def _ecrire(veille: Veille, contenu: ContenuVeille) -> Veille:
    veille.cherche, veille.texte, veille.competence = contenu.cherche, contenu.texte, contenu.competence
    veille.commune, veille.position = contenu.commune, contenu.commune.position
    veille.rayon_km, veille.visio = contenu.rayon_km, contenu.visio
    _prolonger(veille)
    return veille


def _prolonger(veille: Veille) -> None:
    veille.statut, veille.retiree_le, veille.est_rappelee = StatutVeille.ACTIVE, None, False
    veille.expire_le = maintenant() + DUREE
    veille.save()


def _la_sienne(par: Utilisateur, veille: Veille) -> Veille:
    sienne = Veille.objects.visibles_par(par).select_for_update(of=("self",)).filter(pk=veille.pk).first()
    if sienne is None:
        raise VeilleDUneAutre
    return sienne


def _changer(par: Utilisateur, veille: Veille, *, de: StatutVeille, statut: StatutVeille) -> None:
    sienne = _la_sienne(par, veille)
    Veille.objects.filter(pk=sienne.pk, statut=de).update(statut=statut)
