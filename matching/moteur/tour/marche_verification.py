"""An independent check of a market's round: plain Python over its gifts, nothing of the solver."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from matching.moteur.tour.marche_donnees import (
    Don,
    Echange,
    Exclusion,
    Marche,
    ResultatMarche,
    SansBesoin,
    SansDon,
    SansEchange,
    SansEntreprise,
    SansSavoirFaire,
)
from matching.moteur.tour.verification import TourInvalide


def verifier_resultat(
    marche: Marche, resultat: ResultatMarche, *, cycle: int, chaine: int, exclus: Iterable[Exclusion] = ()
) -> None:
    """Raise `TourInvalide` unless every gift is an arête, every exchange a circle or a chain of different
    companies within the lengths asked (imposed ones were checked when they were taken), no besoin is served
    twice, no savoir-faire and no company is asked more than it can give, nothing excluded is used, and the
    sums are right."""
    dons = [don for echange in resultat.echanges for don in echange.dons]
    _verifier_dons(marche, dons)
    for echange in resultat.echanges:
        _verifier_forme(marche, echange)
        if not echange.est_impose:
            longueur = cycle if echange.nature == "cercle" else chaine
            _exiger(len(echange.dons) <= longueur, f"{echange} est trop long")
    _verifier_capacites(marche, resultat.echanges, dons)
    for exclusion in exclus:
        _verifier_exclusion(resultat.echanges, dons, exclusion)
    _exiger(resultat.servis == len(dons), f"{resultat.servis} servis annoncés, {len(dons)} comptés")
    _exiger(resultat.servis <= resultat.borne, f"{resultat.servis} dépassent la borne {resultat.borne}")
    _exiger(abs(sum(don.score for don in dons) - resultat.score) < 1e-6, "le score est faux")
    _exiger(sum(don.attente for don in dons) == resultat.attente, "l’attente est fausse")


def _exiger(vrai: bool, sinon: str) -> None:  # noqa: FBT001  reads as a sentence
    if not vrai:
        raise TourInvalide(sinon)


def _verifier_dons(marche: Marche, dons: list[Don]) -> None:
    possibles = np.isin(marche.aretes[:, 0], [don.besoin for don in dons])
    lignes = zip(marche.aretes[possibles].tolist(), marche.points[possibles].tolist(), strict=True)
    points = {(besoin, savoir_faire): valeur for (besoin, savoir_faire), valeur in lignes}
    demandeuse = dict(zip(marche.besoins.tolist(), marche.demandeuses.tolist(), strict=True))
    offreuse = dict(zip(marche.savoir_faire.tolist(), marche.offreuses.tolist(), strict=True))
    attente = dict(zip(marche.besoins.tolist(), marche.attentes.tolist(), strict=True))
    for don in dons:
        _exiger((don.besoin, don.savoir_faire) in points, f"{don} n’est pas une arête")
        _exiger(don.receveur == demandeuse[don.besoin], f"{don} n’a pas le bon receveur")
        _exiger(don.donneur == offreuse[don.savoir_faire], f"{don} n’a pas le bon donneur")
        _exiger(don.attente == attente[don.besoin], f"{don} n’a pas la bonne attente")
        score = points[don.besoin, don.savoir_faire] / 1000
        _exiger(abs(don.score - score) < 1e-9, f"{don} n’a pas le bon score")


def _verifier_forme(marche: Marche, echange: Echange) -> None:
    dons = echange.dons
    for don, suivant in pairwise(dons):
        _exiger(don.receveur == suivant.donneur, f"{echange} est rompu")
    donneurs = [don.donneur for don in dons]
    if echange.nature == "cercle":
        _exiger(len(dons) >= 2 and dons[-1].receveur == dons[0].donneur, f"{echange} ne se ferme pas")
        concernees = donneurs
    else:
        donneuses = set(marche.entreprises[marche.donneuses].tolist())
        _exiger(dons[0].donneur in donneuses, f"{echange} ne part pas d’une donneuse")
        concernees = [*donneurs, dons[-1].receveur]
    _exiger(len(set(concernees)) == len(concernees), f"{echange} passe deux fois par une entreprise")


def _verifier_capacites(marche: Marche, echanges: tuple[Echange, ...], dons: list[Don]) -> None:
    besoins = Counter(don.besoin for don in dons)
    _exiger(all(fois == 1 for fois in besoins.values()), "un besoin est servi deux fois")
    places = dict(zip(marche.savoir_faire.tolist(), marche.places.tolist(), strict=True))
    for savoir_faire, fois in Counter(don.savoir_faire for don in dons).items():
        _exiger(fois <= places[savoir_faire], f"le savoir-faire {savoir_faire} est donné {fois} fois")
    capacites = dict(zip(marche.entreprises.tolist(), marche.capacites.tolist(), strict=True))
    presentes: Counter[int] = Counter()
    for echange in echanges:
        presentes.update({e for don in echange.dons for e in (don.donneur, don.receveur)})
    for entreprise, fois in presentes.items():
        _exiger(fois <= capacites[entreprise], f"l’entreprise {entreprise} est dans {fois} échanges")


def _verifier_exclusion(echanges: tuple[Echange, ...], dons: list[Don], exclusion: Exclusion) -> None:
    match exclusion:
        case SansEntreprise(entreprise):
            pris = any(entreprise in {don.donneur, don.receveur} for don in dons)
        case SansBesoin(besoin):
            pris = any(don.besoin == besoin for don in dons)
        case SansSavoirFaire(savoir_faire):
            pris = any(don.savoir_faire == savoir_faire for don in dons)
        case SansDon(besoin, savoir_faire):
            pris = any((don.besoin, don.savoir_faire) == (besoin, savoir_faire) for don in dons)
        case SansEchange(paires):
            faits = [{(don.besoin, don.savoir_faire) for don in echange.dons} for echange in echanges]
            pris = set(paires) in faits
    _exiger(not pris, f"{exclusion} n’est pas respectée")
