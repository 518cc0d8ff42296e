"""Why two listings fit, said as a neighbour would."""

from echange.socle.templatetags.francais import distance as dire_distance
from matching.choix import nommer_creneaux
from matching.models import Arete, DonPrevu
from matching.moteur.adequation import SUR_PLACE, Lieu

_LIEUX_VUS_DU_DEMANDEUR = {
    Lieu.CHEZ_DEMANDEUR: "chez vous",
    Lieu.CHEZ_OFFREUR: "chez eux",
    Lieu.TIERS_LIEU: "dans un lieu tiers",
    Lieu.VISIO: "en visio",
}


def dire_lieux(modalites: int) -> str:
    """Return « chez vous, chez eux ou en visio » for the modalities in common, seen by the asker."""
    return _ou([nom for lieu, nom in _LIEUX_VUS_DU_DEMANDEUR.items() if modalites & lieu])


def dire_arete(arete: Arete) -> str:
    """Return the sentence that says why this savoir-faire serves this besoin, to the one who asks."""
    morceaux = []
    if arete.composantes.get("competence") == 1.0:
        morceaux.append("Exactement ce que vous cherchez")
    else:
        morceaux.append(f"Un savoir-faire proche de votre besoin ({arete.savoir_faire.competence.titre})")
    if arete.modalites & SUR_PLACE:
        morceaux.append(f"à {dire_distance(arete.distance_m)}")
    morceaux.append(dire_lieux(arete.modalites))
    phrase = ", ".join(morceaux) + "."
    creneaux = nommer_creneaux(arete.creneaux)
    if creneaux:
        phrase += f" Vous êtes libres en même temps\u00a0: {_et(creneaux[:3])}."
    return phrase


def dire_don(don: DonPrevu) -> str:
    """Return the same sentence to somebody who is neither: who looks for what, where, when."""
    receveur, donneur = don.receveur.nom, don.donneur.nom
    if don.composantes.get("competence") == 1.0:
        debut = f"Exactement ce que cherche {receveur}"
    else:
        debut = f"Proche de ce que cherche {receveur} ({don.besoin.competence.titre})"
    ou = f", à {dire_distance(don.distance_m)}" if don.modalites & SUR_PLACE else ""
    lieux = {
        **_LIEUX_VUS_DU_DEMANDEUR,
        Lieu.CHEZ_DEMANDEUR: f"chez {receveur}",
        Lieu.CHEZ_OFFREUR: f"chez {donneur}",
    }
    phrase = f"{debut}{ou}, {_ou([nom for lieu, nom in lieux.items() if don.modalites & lieu])}."
    creneaux = nommer_creneaux(don.creneaux)
    return f"{phrase} Libres en même temps\u00a0: {_et(creneaux[:3])}." if creneaux else phrase


def _ou(noms: list[str]) -> str:
    return " ou ".join([", ".join(noms[:-1]), noms[-1]] if len(noms) > 1 else noms)


def _et(noms: list[str]) -> str:
    return " et ".join([", ".join(noms[:-1]), noms[-1]] if len(noms) > 1 else noms)
