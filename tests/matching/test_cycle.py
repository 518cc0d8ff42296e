"""The table, the drawing and the database say the same."""

import re
from datetime import timedelta
from importlib import import_module
from itertools import permutations
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from echange.socle.horloge import maintenant
from matching import services
from matching.cycle import APPORTS, REPONSES, SEANCES, TRANSITIONS, paires_des_echanges
from matching.evenements import EchangeAnnule
from matching.models import (
    Apport,
    Echange,
    EtatApport,
    EtatSeance,
    Participation,
    Reponse,
    Seance,
    StatutEchange,
)
from matching.models.echanges import STATUTS_TERMINES
from matching.moteur.adequation import Lieu
from matching.services.transitions import franchir
from profils.models import Entreprise
from tests.fabriques import creer_besoin, creer_savoir_faire

DOC = Path(__file__).resolve().parents[2] / "docs" / "echanges.md"


def test_le_dessin_est_la_table() -> None:
    fleches = re.findall(r"^    (\[\*\]|\w+) --> (\w+): (\w+)$", DOC.read_text(), re.MULTILINE)
    assert len(fleches) == len(set(fleches))
    assert set(fleches) == {(t.de.value if t.de else "[*]", t.vers.value, t.fait) for t in TRANSITIONS}


def test_chaque_fait_designe_une_seule_transition_et_chaque_etat_sert() -> None:
    assert len({(t.de, t.fait) for t in TRANSITIONS}) == len(TRANSITIONS)
    assert {t.vers for t in TRANSITIONS} == set(StatutEchange)
    departs = {t.de for t in TRANSITIONS}
    assert {s for s in STATUTS_TERMINES if s in departs} == {StatutEchange.REALISE}


def test_chaque_acte_est_un_service() -> None:
    modules = [import_module(f"matching.services.{m.name}") for m in iter_modules(services.__path__)]
    for transition in TRANSITIONS:
        for service in transition.service.split(", "):
            assert any(callable(getattr(module, service, None)) for module in modules), service


def creer_echange(boulangerie: Entreprise, statut: str) -> Echange:
    return Echange.objects.create(
        nature="direct", statut=statut, initiatrice=boulangerie, empreinte=statut, **dates(statut)
    )


def dates(statut: str) -> dict[str, Any]:
    instant = maintenant()
    return {
        "expire_le": instant,
        "accepte_le": instant,
        "conclu_le": instant if statut in STATUTS_TERMINES else None,
    }


def essayer(lignes: models.QuerySet[Any], **champs: Any) -> bool:
    """Say whether the database lets these columns change, and undo it."""
    try:
        with transaction.atomic():
            assert lignes.update(**champs) == 1
            transaction.set_rollback(True)
    except IntegrityError as erreur:
        if "may not go from" in str(erreur):
            return False
        raise
    return True


def test_la_base_ne_laisse_passer_que_la_table_pour_un_echange(boulangerie: Entreprise) -> None:
    permises = set()
    for de, vers in permutations(StatutEchange.values, 2):
        echange = creer_echange(boulangerie, de)
        if essayer(Echange.objects.filter(pk=echange.pk), statut=vers, **dates(vers)):
            permises.add((de, vers))
        echange.delete()
    assert permises == paires_des_echanges()


def test_la_base_ne_laisse_passer_que_la_table_pour_une_reponse(boulangerie: Entreprise) -> None:
    permises = set()
    for de, vers in permutations(Reponse.values, 2):
        echange = creer_echange(boulangerie, "propose")
        Participation.objects.create(echange=echange, entreprise=boulangerie, reponse=de, **_reponse(de))
        if essayer(echange.participations.all(), reponse=vers, **_reponse(vers)):
            permises.add((de, vers))
        echange.delete()
    assert permises == set(REPONSES)


def _reponse(reponse: str) -> dict[str, Any]:
    return {
        "motif": "temps" if reponse == "declinee" else "",
        "repondu_le": None if reponse == "attendue" else maintenant(),
    }


def test_la_base_ne_laisse_passer_que_la_table_pour_un_don(
    boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    annonces = {
        "besoin": creer_besoin(boulangerie, "site-vitrine"),
        "savoir_faire": creer_savoir_faire(menuiserie, "site-vitrine"),
    }
    permises = set()
    for de, vers in permutations(EtatApport.values, 2):
        echange = creer_echange(boulangerie, "en_cours")
        apport = Apport.objects.create(
            echange=echange,
            donneur=menuiserie,
            receveur=boulangerie,
            distance_m=1,
            etat=de,
            termine_le=_termine(de),
            **annonces,
        )
        if essayer(Apport.objects.filter(pk=apport.pk), etat=vers, termine_le=_termine(vers)):
            permises.add((de, vers))
        echange.delete()
    assert permises == set(APPORTS)


def _termine(etat: str) -> Any:
    return maintenant() if etat in {"realise", "non_realise"} else None


def test_la_base_ne_laisse_passer_que_la_table_pour_une_seance(
    boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    echange = creer_echange(boulangerie, "en_cours")
    apport = Apport.objects.create(
        echange=echange,
        donneur=menuiserie,
        receveur=boulangerie,
        distance_m=1,
        besoin=creer_besoin(boulangerie, "site-vitrine"),
        savoir_faire=creer_savoir_faire(menuiserie, "site-vitrine"),
    )
    permises = set()
    for de, vers in permutations(EtatSeance.values, 2):
        seance = Seance.objects.create(apport=apport, etat=de, **_dates_de_seance(de))
        if essayer(Seance.objects.filter(pk=seance.pk), etat=vers, **_dates_de_seance(vers)):
            permises.add((de, vers))
        seance.delete()
    assert permises == set(SEANCES)


def _dates_de_seance(etat: str) -> dict[str, Any]:
    """At one's place, with the dates that the state asks for."""
    if etat == "proposee":
        return {"debut": None, "fin": None, "lieu": None}
    return {"debut": maintenant(), "fin": maintenant() + timedelta(hours=1), "lieu": int(Lieu.CHEZ_OFFREUR)}


def test_un_service_ne_sort_pas_de_la_table(boulangerie: Entreprise) -> None:
    echange = creer_echange(boulangerie, "propose")
    with pytest.raises(LookupError):
        franchir(echange, "realise", StatutEchange.REALISE)
    with pytest.raises(LookupError):  # the table says what is sent
        franchir(echange, "annule", StatutEchange.ANNULE)
    Participation.objects.create(echange=echange, entreprise=boulangerie)
    annule = EchangeAnnule(echange.pk, boulangerie.pk)
    with pytest.raises(LookupError):
        franchir(echange, "expire", StatutEchange.EXPIRE, evenement=annule)
    franchir(echange, "annule", StatutEchange.ANNULE, entreprise=boulangerie, evenement=annule)
    assert echange.journal.get().fait == "annule"
