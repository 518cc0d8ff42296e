"""Veilles: the first mail at once, the next ones in a digest, none for a listing that left."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from echange.socle.horloge import maintenant
from matching.models import StatutVeille, Veille
from matching.services.annonces import mettre_en_pause_annonce
from matching.services.veilles import rappeler_veilles
from messagerie.models import EtatEnvoi, Notification, Rythme
from messagerie.notifications.boite import TACHE_EXPEDIER, expedier
from profils.ecarts import bloquer_entreprise
from profils.models import Entreprise, Utilisateur
from profils.services import mettre_en_pause
from tests.facteur import Facteur
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import guetter, membre, offrir, voisine

pytestmark = pytest.mark.django_db


@pytest.fixture
def veille(boulangere: Utilisateur, boulangerie: Entreprise) -> Veille:
    return guetter(boulangere, boulangerie, "site-vitrine")


def recues(personne: Utilisateur) -> list[Notification]:
    return list(Notification.objects.filter(destinataire=personne).order_by("pk"))


def test_la_premiere_part_tout_de_suite_les_suivantes_en_resume(
    veille: Veille, boulangere: Utilisateur, menuiserie: Entreprise, facteur: Facteur
) -> None:
    offrir(menuiserie, "site-vitrine", texte="Je fais des sites.")
    executer_la_file()
    expedier()
    (premier,) = facteur.recus
    assert "Menuiserie Le Goff" in str(premier["Subject"])
    assert premier["List-Unsubscribe"]
    for _ in range(3):
        offrir(voisine(), "site-vitrine")
    executer_la_file()
    expedier()
    assert len(facteur.recus) == 1
    assert [n.rythme for n in recues(boulangere)[1:]] == [Rythme.QUOTIDIEN] * 3
    with time_machine.travel(maintenant() + timedelta(days=1, hours=1), tick=False):
        expedier()
    assert len(facteur.recus) == 2


def test_une_annonce_partie_avant_l_envoi_ne_s_envoie_pas(
    veille: Veille, boulangere: Utilisateur, menuiserie: Entreprise, facteur: Facteur
) -> None:
    premiere = offrir(menuiserie, "site-vitrine")
    autre = voisine()
    offrir(autre, "site-vitrine")
    executer_la_file()
    Notification.objects.filter(etat_envoi=EtatEnvoi.ENVOYE).update(
        etat_envoi=EtatEnvoi.ATTENTE, lot=None, envoye_le=None
    )
    facteur.recus.clear()
    mettre_en_pause_annonce(par=membre(menuiserie), annonce=premiere)
    mettre_en_pause(entreprise=autre, par=membre(autre))
    with time_machine.travel(maintenant() + timedelta(days=2), tick=False):
        expedier()
    assert facteur.recus == []
    assert {n.etat_envoi for n in recues(boulangere)} == {EtatEnvoi.INUTILE}


@pytest.mark.parametrize("sens", ["bloque", "est_bloquee"])
def test_bloquee_entre_temps_elle_n_est_annoncee_a_personne_de_l_autre(
    veille: Veille,
    boulangere: Utilisateur,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    fleuriste: Utilisateur,
    fleuristerie: Entreprise,
    facteur: Facteur,
    sens: str,
) -> None:
    guetter(fleuriste, fleuristerie, "site-vitrine")
    offrir(menuiserie, "site-vitrine")
    executer_la_file(sauf=TACHE_EXPEDIER)
    une, autre = (boulangerie, menuiserie) if sens == "bloque" else (menuiserie, boulangerie)
    bloquer_entreprise(par=membre(une), entreprise=une, bloquee=autre)
    expedier()
    assert facteur.destinataires == [fleuriste.email]


def test_le_lien_du_courriel_arrete_la_veille_en_un_clic(
    veille: Veille, menuiserie: Entreprise, facteur: Facteur, client: Client
) -> None:
    offrir(menuiserie, "site-vitrine")
    executer_la_file()
    expedier()
    corps = facteur.recus[0].get_body(("plain",))
    assert corps is not None
    lien = re.search(r"/veilles/arreter/\S+", corps.get_content())
    assert lien is not None
    chemin = lien[0]
    client.get(chemin)
    assert Veille.objects.get().statut == StatutVeille.ACTIVE
    client.post(chemin)
    assert Veille.objects.get().statut == StatutVeille.RETIREE


def test_la_fin_se_dit_et_se_prolonge_du_courriel(
    veille: Veille, boulangere: Utilisateur, client: Client
) -> None:
    with time_machine.travel(veille.expire_le - timedelta(days=3), tick=False):
        assert rappeler_veilles() == 1
        (avis,) = recues(boulangere)
        client.get(avis.chemin)
        assert Veille.objects.get().expire_le == veille.expire_le
        client.post(avis.chemin)
        client.post(avis.chemin)
        assert Veille.objects.get().expire_le == maintenant() + timedelta(days=90)
