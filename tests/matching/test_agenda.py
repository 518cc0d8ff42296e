"""One's séances in the calendar of one's phone: an address that only she knows, and may change."""

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from matching.models import AbonnementAgenda
from matching.services.agendas import changer_agenda, creer_jeton, fermer_agenda, ouvrir_agenda
from matching.services.seances import annuler_seance
from profils.models import Entreprise, Utilisateur
from tests.matching.scenes import accepter, membre, proposer, rendre_reciproques, verifier_cout_constant
from tests.matching.scenes_seances import (
    JEUDI_14H,
    LUNDI_9H,
    apport_de,
    apport_entre,
    convenir_seance,
)
from tests.messagerie.aides import converser

pytestmark = pytest.mark.django_db


def adresse(personne: Utilisateur) -> str:
    return reverse("matching:flux_agenda", args=[creer_jeton(ouvrir_agenda(par=personne))])


def lieux(client: Client, chemin: str) -> list[str]:
    """What a calendar, which is not signed in, reads there."""
    reponse = client.get(chemin)
    assert reponse.status_code == 200
    return [str(e["summary"]) for e in Calendar.from_ical(reponse.content).walk("VEVENT")]


def test_l_agenda_suit_les_rendez_vous_de_chacune(
    client: Client, boulangerie: Entreprise, menuiserie: Entreprise, intruse: Utilisateur
) -> None:
    with time_machine.travel(LUNDI_9H, tick=False):
        rendre_reciproques(boulangerie, menuiserie)
        echange = accepter(proposer(boulangerie, nature="reciproque"), menuiserie)
        seance = convenir_seance(apport_de(echange, menuiserie), JEUDI_14H)
        assert lieux(client, adresse(membre(boulangerie))) == [f"Échange avec {menuiserie.nom}"]
        assert lieux(client, adresse(membre(menuiserie))) == [f"Échange avec {boulangerie.nom}"]
        assert lieux(client, adresse(intruse)) == []
        annuler_seance(par=membre(boulangerie), seance=seance, entreprise=boulangerie)
        assert lieux(client, adresse(membre(boulangerie))) == []


def test_changee_ou_arretee_l_ancienne_adresse_n_ouvre_rien(
    client: Client, boulangerie: Entreprise, boulangere: Utilisateur
) -> None:
    ancienne = adresse(boulangere)
    changer_agenda(par=boulangere)
    assert client.get(ancienne).status_code == 404
    nouvelle = adresse(boulangere)
    assert client.get(nouvelle).status_code == 200
    assert client.get(nouvelle.replace(".ics", "x.ics")).status_code == 404
    boulangere.is_active = False
    boulangere.save()
    assert client.get(nouvelle).status_code == 404
    fermer_agenda(par=boulangere)
    assert not AbonnementAgenda.objects.exists()


def test_la_page_donne_l_adresse_a_qui_la_demande(
    boulangerie: Entreprise, boulangere: Utilisateur, client_de: Callable[..., Client]
) -> None:
    client = client_de(boulangere)
    page = client.get(reverse("matching:mon_agenda")).text
    assert "Créer mon adresse" in page
    assert "webcal://" not in page
    for _ in range(2):
        page = client.post(reverse("matching:ouvrir_agenda"), follow=True).text
    assert page.count("webcal://") == 1
    assert AbonnementAgenda.objects.count() == 1
    avant = AbonnementAgenda.objects.get().cle
    client.post(reverse("matching:changer_agenda"))
    assert AbonnementAgenda.objects.get().cle != avant
    client.post(reverse("matching:fermer_agenda"))
    assert not AbonnementAgenda.objects.exists()


def test_douze_rendez_vous_ne_coutent_pas_plus_que_deux(
    client: Client, boulangerie: Entreprise, boulangere: Utilisateur, menuiserie: Entreprise
) -> None:
    def ajouter(nombre: int) -> None:
        for _ in range(nombre):
            echange = converser(boulangerie, menuiserie).echange
            convenir_seance(apport_entre(echange, menuiserie, boulangerie), JEUDI_14H)

    with time_machine.travel(LUNDI_9H, tick=False):
        verifier_cout_constant(client, adresse(boulangere), ajouter)
