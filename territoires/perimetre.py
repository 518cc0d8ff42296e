"""A perimeter before it is anybody's: its places, found by a few letters, its communes, and who has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Count, Q, QuerySet, Sum

from echange.socle.textes import cle_de_nom
from territoires.models import Commune, Departement, Epci, Territoire

PROPOSES = 6  # places of each kind: a phone shows them without scrolling for ever
LIEUX_MAX = 200  # more names than a perimeter is ever made of
RESSEMBLANCE = 0.5  # word similarity: « renne metropole » finds Rennes Métropole


@dataclass(frozen=True, slots=True)
class Lieu:
    """What a perimeter may name. `cle`: « departement-35 », « epci-243500139 », « commune-35238 »."""

    cle: str
    nom: str
    sorte: str

    SORTES: ClassVar[dict[str, str]] = {
        "departement": "département",
        "epci": "intercommunalité",
        "commune": "commune",
    }


def _lieu(genre: str, objet: Departement | Epci | Commune) -> Lieu:
    return Lieu(f"{genre}-{objet.pk}", str(objet), Lieu.SORTES[genre])


def chercher_lieux(texte: str) -> list[Lieu]:
    """Return the départements, EPCI and communes that these letters, or this code, may mean."""
    cle = cle_de_nom(texte)
    if len(cle) < 2:
        return []
    proche = TrigramWordSimilarity(cle, "nom__unaccent")
    voulu = Q(pk__iexact=cle) | Q(ressemblance__gte=RESSEMBLANCE)
    departements = Departement.objects.annotate(ressemblance=proche).filter(voulu)
    epcis = Epci.objects.annotate(ressemblance=proche).filter(voulu)
    communes = Commune.objects.chercher(texte)
    return [
        *(_lieu("departement", d) for d in departements.order_by("-ressemblance", "code")[:PROPOSES]),
        *(_lieu("epci", e) for e in epcis.order_by("-ressemblance", "nom")[:PROPOSES]),
        *(_lieu("commune", c) for c in communes[:PROPOSES]),
    ]


@dataclass(frozen=True, slots=True)
class Perimetre:
    """Official codes of the places that make a territoire."""

    departements: frozenset[str] = frozenset()
    epcis: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()

    @classmethod
    def lire(cls, cles: Iterable[str]) -> Perimetre:
        """Read the keys of places; raises ValueError for what is none."""
        lus: dict[str, set[str]] = {genre: set() for genre in Lieu.SORTES}
        for cle in cles:
            genre, tiret, code = cle.partition("-")
            if genre not in lus or not tiret or not code.isalnum() or len(code) > 9:
                raise ValueError(cle)
            lus[genre].add(code)
        if sum(map(len, lus.values())) > LIEUX_MAX:
            raise ValueError(sum(map(len, lus.values())))
        return cls(*(frozenset(lus[genre]) for genre in ("departement", "epci", "commune")))

    @classmethod
    def de(cls, territoire: Territoire) -> Perimetre:
        return cls(
            *(
                frozenset(relation.values_list("pk", flat=True))
                for relation in (territoire.departements, territoire.epcis, territoire.communes_propres)
            )
        )

    def __bool__(self) -> bool:
        return bool(self.departements or self.epcis or self.communes)

    @property
    def lieux(self) -> list[Lieu]:
        """The places in words, the widest first; an unknown code is left out."""
        return [
            *(_lieu("departement", d) for d in Departement.objects.filter(pk__in=self.departements)),
            *(_lieu("epci", e) for e in Epci.objects.filter(pk__in=self.epcis)),
            *(_lieu("commune", c) for c in Commune.objects.filter(pk__in=self.communes)),
        ]

    def liste_des_communes(self) -> QuerySet[Commune]:
        """The communes inside; an arrondissement follows its city."""
        return Commune.objects.filter(
            Q(departement__in=self.departements)
            | Q(epci__in=self.epcis)
            | Q(pk__in=self.communes)
            | Q(parente__in=self.communes)
        )

    def deja_animees(self, *, sauf: Territoire | None = None) -> list[tuple[str, int]]:
        """Open territoires that hold some of these communes, and how many: one query."""
        prises = self.liste_des_communes().filter(territoire__isnull=False)
        if sauf is not None:
            prises = prises.exclude(territoire=sauf)
        comptes = prises.order_by().values_list("territoire__nom").annotate(nombre=Count("pk"))
        return list(comptes.order_by("-nombre", "territoire__nom"))

    def taille(self) -> tuple[int, int]:
        """How many communes (a city with arrondissements counts once), how many people."""
        entieres = self.liste_des_communes().filter(parente=None)
        comptes = entieres.aggregate(nombre=Count("pk"), population=Sum("population"))
        return comptes["nombre"], comptes["population"] or 0
