"""The closed choices of a listing: how, when, how long, at what level; stored as small integers."""

from django.db import models

from matching.moteur.adequation import SUR_PLACE, Lieu

MODALITES_PAR_DEFAUT = int(SUR_PLACE)
TOUTES_LES_MODALITES = int(SUR_PLACE | Lieu.VISIO)


class Niveau(models.IntegerChoices):
    """A besoin: where the asker stands. A savoir-faire: up to where it can take someone."""

    DEBUTANT = 1, "Je débute"
    INTERMEDIAIRE = 2, "Je me débrouille"
    AVANCE = 3, "Je veux aller plus loin"


class Rayon(models.IntegerChoices):
    """How far one goes, in kilometres."""

    A_PIED = 5, "5 km"
    PROCHE = 10, "10 km"
    MOYEN = 20, "20 km"
    LARGE = 30, "30 km"
    LOIN = 50, "50 km"


RAYON_MAX_KM = max(Rayon.values)


class Duree(models.IntegerChoices):
    """How long one session lasts, in minutes."""

    TRENTE = 30, "30 min"
    QUARANTE_CINQ = 45, "45 min"
    SOIXANTE = 60, "1 h"
    QUATRE_VINGT_DIX = 90, "1 h 30"


JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOMENTS = ("matin", "après-midi", "soir")


def bit_de_creneau(jour: int, moment: int) -> int:
    """Return the bit of a weekly slot: `jour` 0–6 from Monday, `moment` 0–2."""
    return 1 << (jour * len(MOMENTS) + moment)


TOUS_LES_CRENEAUX = (1 << len(JOURS) * len(MOMENTS)) - 1


def nommer_creneaux(bits: int) -> list[str]:
    """Return « mardi matin », « jeudi soir »… in the order of the week."""
    return [
        f"{jour} {moment}"
        for j, jour in enumerate(JOURS)
        for m, moment in enumerate(MOMENTS)
        if bits & bit_de_creneau(j, m)
    ]


class Motif(models.TextChoices):
    """Why a company declines; coded so that the figures can be read, softened so that it can be said."""

    PAS_LE_TEMPS = "temps", "Pas le temps en ce moment"
    TROP_LOIN = "loin", "Trop loin pour nous"
    PAS_NOTRE_SAVOIR = "savoir", "Ce n’est pas vraiment ce que nous savons faire"
    DEJA_TROUVE = "trouve", "Nous avons déjà trouvé quelqu’un"
    DEMARCHAGE = "demarchage", "Cela ressemble à du démarchage"
    AUTRE = "autre", "Autre raison"
