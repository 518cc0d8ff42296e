"""What is asked goes to each member with a link of her own, in one mail, until somebody has answered."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from echange.socle.horloge import maintenant
from matching.models import Bilan, Temoignage
from matching.services.bilans import completer_bilan, retirer_temoignage
from matching.services.demandes_bilans import demander_bilans
from messagerie.models import EtatEnvoi, Notification
from messagerie.notifications.boite import expedier
from profils.models import Entreprise, Membre, Utilisateur
from tests.matching.scenes import membre
from tests.matching.scenes_bilans import bilan_de, faire, repondre


def demander() -> None:
    """Ask, and empty the outbox; nothing else is in it."""
    Notification.objects.exclude(genre="bilan").delete()
    mail.outbox.clear()
    demander_bilans()
    expedier()


def recus(personne: Utilisateur) -> list[str]:
    return [str(m.body) for m in mail.outbox if m.to == [personne.email]]


@pytest.fixture
def fait(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    faire(boulangerie, menuiserie)


def test_chaque_membre_a_son_lien_et_le_courriel_mene_a_la_question(
    fait: None, boulangerie: Entreprise, boulangere: Utilisateur, intruse: Utilisateur, client: Client
) -> None:
    Membre.objects.create(utilisateur=intruse, entreprise=boulangerie)
    demander()
    (texte,), (autre,) = recus(boulangere), recus(intruse)
    liens = [re.search(r"http://localhost:8000(/bilans/\S+)", t) for t in (texte, autre)]
    chemins = [lien[1] for lien in liens if lien]
    assert len(set(chemins)) == 2
    assert "Question 1 sur 3" in client.get(chemins[0]).content.decode()
    assert "avec Menuiserie Le Goff" in texte


def test_plusieurs_bilans_d_une_personne_font_un_seul_courriel(
    fait: None, boulangerie: Entreprise, fleuristerie: Entreprise, boulangere: Utilisateur
) -> None:
    Membre.objects.create(utilisateur=boulangere, entreprise=fleuristerie)
    premier = bilan_de(boulangerie)
    Bilan.objects.create(
        echange=premier.echange,
        entreprise=fleuristerie,
        questionnaire="donne",
        competence=premier.competence,
        demander_apres=premier.demander_apres,
        expire_le=premier.expire_le,
    )
    demander()
    (texte,) = recus(boulangere)
    assert texte.count("/bilans/") == 2
    assert Notification.objects.filter(destinataire=boulangere).count() == 2


def test_repondu_avant_l_envoi_pas_de_courriel(fait: None, boulangerie: Entreprise) -> None:
    Notification.objects.all().delete()
    demander_bilans()
    repondre(bilan_de(boulangerie))
    mail.outbox.clear()
    expedier()
    assert not recus(membre(boulangerie))
    etats = Notification.objects.filter(destinataire=membre(boulangerie)).values_list("etat_envoi", flat=True)
    assert set(etats) == {EtatEnvoi.INUTILE}


def test_un_seul_rappel_qui_remplace_la_demande(fait: None, boulangerie: Entreprise) -> None:
    alice = membre(boulangerie)
    demander()
    with time_machine.travel(maintenant() + timedelta(days=5, minutes=1)):
        demander()
        assert "c’est notre seul rappel" in recus(alice)[0]
        demander()
        assert recus(alice) == []
        assert Notification.objects.visibles_par(alice).non_lues().count() == 1


def test_un_mois_apres_une_question(fait: None, boulangerie: Entreprise) -> None:
    with time_machine.travel(maintenant() + timedelta(days=30, minutes=1)):
        Bilan.objects.filter(echeance="fin").delete()
        demander()
    assert recus(membre(boulangerie))[0].startswith("Bonjour Alice")
    assert {m.subject for m in mail.outbox if m.to == ["alice@exemple.fr"]} == {
        "«\u00a0Créer un site vitrine\u00a0», un mois après\u00a0: une question"
    }


def test_l_accord_est_rappele_mot_pour_mot_avec_le_lien_qui_le_retire(
    fait: None, boulangerie: Entreprise, client: Client
) -> None:
    bilan, alice = repondre(bilan_de(boulangerie)), membre(boulangerie)
    completer_bilan(par=alice, bilan=bilan, temoignage="Un <i>texte</i>", consent=True)
    mail.outbox.clear()
    expedier()
    (texte,) = [t for t in recus(alice) if "Un <i>texte</i>" in t]
    lien = re.search(r"http://localhost:8000(/temoignages/\S+)", texte)
    assert lien
    assert client.post(lien[1]).status_code == 200
    assert Temoignage.objects.get().retire_le is not None


def test_retire_avant_l_envoi_pas_de_courriel(fait: None, boulangerie: Entreprise) -> None:
    bilan, alice = repondre(bilan_de(boulangerie)), membre(boulangerie)
    completer_bilan(par=alice, bilan=bilan, temoignage="Un texte", consent=True)
    retirer_temoignage(par=alice, temoignage=Temoignage.objects.get())
    mail.outbox.clear()
    expedier()
    assert not [t for t in recus(alice) if "Un texte" in t]
