"""Naming and releasing those who animate."""

import pytest

from animation.erreurs import ReserveAuxReferents, TerritoireFerme
from animation.models import AccueilTerritoire
from animation.services.equipe import nommer_animateur, nommer_referent, relever_animateur
from profils.models import Animateur, Utilisateur
from territoires.models import Territoire

pytestmark = pytest.mark.django_db


@pytest.fixture
def ille_et_vilaine(pages: dict[str, AccueilTerritoire]) -> Territoire:
    return pages["ille-et-vilaine"].territoire


def test_a_referente_names_an_animateur_who_gets_the_keys(
    referente: Utilisateur, boulangere: Utilisateur, ille_et_vilaine: Territoire
) -> None:
    nommer_animateur(par=referente, utilisateur=boulangere, territoire=ille_et_vilaine)

    assert boulangere.anime(ille_et_vilaine.pk)
    assert boulangere.has_perm("wagtailadmin.access_admin")


def test_naming_twice_is_naming_once(
    referente: Utilisateur, boulangere: Utilisateur, ille_et_vilaine: Territoire
) -> None:
    premiere = nommer_animateur(par=referente, utilisateur=boulangere, territoire=ille_et_vilaine)

    assert nommer_animateur(par=referente, utilisateur=boulangere, territoire=ille_et_vilaine) == premiere


def test_an_animatrice_names_nobody(
    animatrice: Utilisateur, boulangere: Utilisateur, ille_et_vilaine: Territoire
) -> None:
    for action in (
        lambda: nommer_animateur(par=animatrice, utilisateur=boulangere, territoire=ille_et_vilaine),
        lambda: relever_animateur(par=animatrice, utilisateur=animatrice, territoire=ille_et_vilaine),
        lambda: nommer_referent(par=animatrice, utilisateur=animatrice),
    ):
        with pytest.raises(ReserveAuxReferents):
            action()

    assert not boulangere.anime(ille_et_vilaine.pk)
    assert Animateur.objects.filter(utilisateur=animatrice).exists()


def test_a_closed_territoire_has_no_team(referente: Utilisateur, boulangere: Utilisateur) -> None:
    ferme = Territoire.objects.create(code="ferme", nom="Fermé", est_ouvert=False)

    with pytest.raises(TerritoireFerme):
        nommer_animateur(par=referente, utilisateur=boulangere, territoire=ferme)


def test_releasing_takes_the_keys_back(
    referente: Utilisateur, boulangere: Utilisateur, ille_et_vilaine: Territoire
) -> None:
    nommer_animateur(par=referente, utilisateur=boulangere, territoire=ille_et_vilaine)

    relever_animateur(par=referente, utilisateur=boulangere, territoire=ille_et_vilaine)

    relevee = Utilisateur.objects.get(pk=boulangere.pk)
    assert not relevee.anime(ille_et_vilaine.pk)
    assert not relevee.has_perm("wagtailadmin.access_admin")


def test_the_operator_names_the_first_referent(
    boulangere: Utilisateur, pages: dict[str, AccueilTerritoire]
) -> None:
    nommer_referent(par=None, utilisateur=boulangere)

    nommee = Utilisateur.objects.get(pk=boulangere.pk)
    assert nommee.est_referent
    assert nommee.has_perm("wagtailadmin.access_admin")
