"""Why two listings fit, said as a neighbour would."""

from collections.abc import Sequence

from echange.socle.templatetags.francais import distance as dire_distance
from matching.choix import nommer_creneaux
from matching.models import Arete, DonPrevu
from matching.moteur.adequation import COMPETENCE_VOISINE, SUR_PLACE, Lieu

_LIEUX_VUS_DU_DEMANDEUR = {
    Lieu.CHEZ_DEMANDEUR: "chez vous",
    Lieu.CHEZ_OFFREUR: "chez eux",
    Lieu.TIERS_LIEU: "dans un lieu tiers",
    Lieu.VISIO: "en visio",
}


def dire_lieux(modalites: int) -> str:
    """Return « chez vous, chez eux ou en visio » for the modalities in common, seen by the asker."""
    return enumerer([nom for lieu, nom in _LIEUX_VUS_DU_DEMANDEUR.items() if modalites & lieu], "ou")


def dire_ecart(arete: Arete) -> str:
    """Return « à 3 km », or « en visio » when the two can only meet on a screen."""
    return f"à {dire_distance(arete.distance_m)}" if arete.modalites & SUR_PLACE else "en visio"


def dire_arete(arete: Arete) -> str:
    """Return the sentence that says why this savoir-faire serves this besoin, to the one who asks."""
    part = arete.composantes.get("competence")
    if part == 1.0:
        debut = "Exactement ce que vous cherchez"
    elif part == COMPETENCE_VOISINE:
        debut = f"Un savoir-faire proche de votre besoin ({arete.savoir_faire.competence.titre})"
    else:
        debut = f"Vos mots et les siens parlent de la même chose ({arete.savoir_faire.competence.titre})"
    morceaux = [debut]
    if arete.modalites & SUR_PLACE:
        morceaux.append(dire_ecart(arete))
    morceaux.append(dire_lieux(arete.modalites))
    phrase = ", ".join(morceaux) + "."
    creneaux = nommer_creneaux(arete.creneaux)
    if creneaux:
        phrase += f" Vous êtes libres en même temps\u00a0: {enumerer(creneaux[:3])}."
    return phrase


def dire_pourquoi_vous(arete: Arete) -> str:
    """Return why this neighbour is asked, said to her: one sentence."""
    titre = f"«\u00a0{arete.savoir_faire.competence.titre}\u00a0»"
    part = arete.composantes.get("competence")
    if part == 1.0:
        return f"Vous proposez exactement cela\u00a0: {titre}."
    if part == COMPETENCE_VOISINE:
        return f"Votre savoir-faire {titre} en est tout proche."
    return f"Vos mots, sous {titre}, parlent de la même chose."


def dire_don(don: DonPrevu) -> str:
    """Return the same sentence to somebody who is neither: who looks for what, where, when."""
    return _dire_de_loin(don, don.receveur.nom, don.donneur.nom)


def dire_arete_de_loin(arete: Arete) -> str:
    """Return the same sentence to somebody who is neither, for an arête."""
    return _dire_de_loin(arete, arete.demandeur.nom, arete.offreur.nom)


def _dire_de_loin(don: Arete | DonPrevu, receveur: str, donneur: str) -> str:
    if don.composantes.get("competence") == 1.0:
        debut = f"Exactement ce que cherche {receveur}"
    elif don.composantes.get("competence") == COMPETENCE_VOISINE:
        debut = f"Proche de ce que cherche {receveur} ({don.besoin.competence.titre})"
    else:
        debut = f"Leurs mots parlent de la même chose ({don.besoin.competence.titre})"
    ou = f", à {dire_distance(don.distance_m)}" if don.modalites & SUR_PLACE else ""
    lieux = {
        **_LIEUX_VUS_DU_DEMANDEUR,
        Lieu.CHEZ_DEMANDEUR: f"chez {receveur}",
        Lieu.CHEZ_OFFREUR: f"chez {donneur}",
    }
    phrase = f"{debut}{ou}, {enumerer([nom for lieu, nom in lieux.items() if don.modalites & lieu], 'ou')}."
    creneaux = nommer_creneaux(don.creneaux)
    return f"{phrase} Libres en même temps\u00a0: {enumerer(creneaux[:3])}." if creneaux else phrase


def enumerer(noms: Sequence[str], dernier: str = "et") -> str:
    """Return « a, b et c »."""
    return f" {dernier} ".join([", ".join(noms[:-1]), noms[-1]] if len(noms) > 1 else noms)
