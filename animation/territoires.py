"""Territoires as a référent reads them: each with its figures, and what an act would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count
from wagtail.models import Page

from animation.chiffres import Chiffres, chiffres_par_territoire
from animation.models import AccueilTerritoire, Evenement, Invitation, JournalTerritoire
from animation.services.territoires import equipe_de
from matching.models import Besoin, Demande, SavoirFaire, Tour
from profils.models import Animateur, Entreprise, Utilisateur
from territoires.models import Commune, Territoire
from territoires.perimetre import Lieu, Perimetre
from territoires.services import dire_le_recouvrement

POINTS_MAX = 2000  # communes drawn on the map of a perimeter
JOURNAL_MONTRE = 30


@dataclass(frozen=True, slots=True)
class ApercuPerimetre:
    """What a perimeter holds, before it is anybody's."""

    lieux: list[Lieu]
    communes: int
    population: int
    entreprises: int
    annonces: int
    refus: str
    carte: dict[str, Any]


def apercevoir(perimetre: Perimetre) -> ApercuPerimetre:
    """Read what this perimeter holds, and the sentence that refuses it when some of it is taken."""
    dedans = perimetre.liste_des_communes()
    communes, population = perimetre.taille()
    deja = perimetre.deja_animees()
    return ApercuPerimetre(
        lieux=perimetre.lieux,
        communes=communes,
        population=population,
        entreprises=Entreprise.objects.actives().filter(commune__in=dedans).count(),
        annonces=sum(m.objects.publiees().filter(commune__in=dedans).count() for m in (Besoin, SavoirFaire)),
        refus=dire_le_recouvrement(deja) if deja else "",
        carte=_carte(perimetre),
    )


def _carte(perimetre: Perimetre) -> dict[str, Any]:
    """What `carte_perimetre.js` draws: a dot for each commune, another colour for one already animated."""
    communes = perimetre.liste_des_communes().filter(parente=None).order_by("-population")
    lues = communes.values_list("nom", "position", "territoire")[:POINTS_MAX]
    return {
        "tuiles": settings.CARTE_TUILES_URL,
        "mention": settings.CARTE_TUILES_MENTION,
        "points": [
            {"nom": nom, "lat": round(p.y, 4), "lon": round(p.x, 4), "pris": territoire is not None}
            for nom, p, territoire in lues
        ],
    }


@dataclass(frozen=True, slots=True)
class LigneTerritoire:
    """A territoire in the list: `equipe` and `invitations` are counts."""

    territoire: Territoire
    chiffres: Chiffres
    communes: int
    equipe: int
    invitations: int


def lignes(*, ouverts: bool) -> list[LigneTerritoire]:
    """List the territoires, in the order of their names: five queries, whatever their number."""
    territoires = list(
        Territoire.objects.filter(est_ouvert=ouverts).select_related("page", "rejoint").order_by("nom")
    )
    cles = [territoire.pk for territoire in territoires]
    chiffres = chiffres_par_territoire(cles)
    communes = _compter(Commune.objects.filter(territoire__in=cles, parente=None))
    equipes = _compter(Animateur.objects.filter(territoire__in=cles))
    invitations = _compter(Invitation.objects.en_attente().filter(territoire__in=cles))
    return [
        LigneTerritoire(
            t, chiffres[t.pk], communes.get(t.pk, 0), equipes.get(t.pk, 0), invitations.get(t.pk, 0)
        )
        for t in territoires
    ]


def _compter(lignes: Any) -> dict[int, int]:
    return dict(lignes.order_by().values_list("territoire").annotate(nombre=Count("pk")))


@dataclass(frozen=True, slots=True)
class Portee:
    """What closing, or merging, would touch."""

    equipe: list[Utilisateur]
    invitations: int
    entreprises: int
    annonces: int
    demandes: int
    evenements: int
    tours: int
    pages: int
    voisins: Sequence[AccueilTerritoire]


def portee(territoire: Territoire) -> Portee:
    chiffres = chiffres_par_territoire([territoire.pk])[territoire.pk]
    page = AccueilTerritoire.objects.filter(territoire=territoire).first()
    return Portee(
        equipe=equipe_de(territoire),
        invitations=Invitation.objects.en_attente().filter(territoire=territoire).count(),
        entreprises=chiffres.entreprises,
        annonces=chiffres.besoins + chiffres.savoir_faire,
        demandes=Demande.objects.au_panier()
        .filter(besoin__commune__territoire=territoire, vue_le__isnull=True)
        .count(),
        evenements=Evenement.objects.publics()
        .a_venir()
        .filter(territoire=territoire, annule_le=None)
        .count(),
        tours=Tour.objects.filter(territoire=territoire).count(),
        pages=Page.objects.descendant_of(page, inclusive=True).live().count() if page else 0,
        voisins=AccueilTerritoire.objects.voisines(territoire),
    )


def journal(territoire: Territoire) -> list[JournalTerritoire]:
    actes = JournalTerritoire.objects.filter(territoire=territoire).select_related("par", "qui")
    return list(actes[:JOURNAL_MONTRE])
