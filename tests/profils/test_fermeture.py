"""A company closes: at once, for good a fortnight later, whatever happens at the same instant."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app

from echange.socle.horloge import maintenant
from matching.models import Demande, Echange, Temoignage
from matching.rapprochements import rapprochements_de
from matching.services.demandes import lancer_demande
from matching.services.echanges import accepter_echange
from messagerie.models import Conversation, Message, Notification
from messagerie.services import envoyer_message
from profils.ecarts import retablir_entreprise, suspendre_entreprise
from profils.fermeture import (
    EntrepriseDejaEffacee,
    ResteDesMembres,
    effacer_entreprises,
    fermer_entreprise,
    rouvrir_entreprise,
)
from profils.membres import accueillir_membre
from profils.models import Entreprise, Utilisateur
from profils.services import EntrepriseDAutrui
from tests.fabriques import creer_utilisateur
from tests.file_de_travail import attendre, executer_la_file, lancer_ouvriere, rangees_tenues
from tests.matching.scenes import (
    accepter,
    demander,
    ensemble,
    faire_cercle,
    membre,
    offrir,
    proposer,
    rendre_reciproques,
)
from tests.matching.scenes_bilans import bilan_de, faire

pytestmark = pytest.mark.django_db

QUINZE_JOURS = timedelta(days=15)


def fermer(entreprise: Entreprise) -> Entreprise:
    return fermer_entreprise(par=membre(entreprise), entreprise=entreprise)


def relire(entreprise: Entreprise) -> Entreprise:
    return Entreprise.objects.get(pk=entreprise.pk)


def faits(entreprise: Entreprise) -> list[str]:
    return list(entreprise.journal.values_list("fait", flat=True))


def test_fermee_elle_n_est_plus_proposee_et_un_courriel_dit_jusqu_a_quand_rouvrir(
    boulangerie: Entreprise, menuiserie: Entreprise, boulangere: Utilisateur
) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    assert rapprochements_de(menuiserie)
    with time_machine.travel("2026-11-24 10:00+01:00", tick=False):
        fermer(boulangerie)
        fermer(boulangerie)
    assert not rapprochements_de(menuiserie)
    avis = Notification.objects.get(destinataire=boulangere, genre="compte_ferme")
    assert avis.titre == f"{boulangerie.nom} est fermée\u00a0: vous pouvez la rouvrir jusqu’au 8 décembre"
    assert faits(boulangerie) == ["fermee"]


def test_rouverte_a_temps_elle_retrouve_ses_annonces(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    fermer(boulangerie)
    with time_machine.travel(maintenant() + timedelta(days=13)):
        assert effacer_entreprises() == 0
        for _ in range(2):
            rouvrir_entreprise(par=membre(boulangerie), entreprise=boulangerie)
        assert rapprochements_de(menuiserie)
    with time_machine.travel(maintenant() + QUINZE_JOURS):
        assert effacer_entreprises() == 0
    assert faits(boulangerie) == ["fermee", "rouverte"]


def test_fermer_n_echappe_pas_a_une_suspension(boulangerie: Entreprise, animatrice: Utilisateur) -> None:
    fermer(boulangerie)
    suspendre_entreprise(par=animatrice, entreprise=boulangerie)
    rouvrir_entreprise(par=membre(boulangerie), entreprise=boulangerie)
    assert relire(boulangerie).est_suspendue
    fermer(boulangerie)
    retablir_entreprise(par=animatrice, entreprise=boulangerie)
    assert relire(boulangerie).est_suspendue
    rouvrir_entreprise(par=membre(boulangerie), entreprise=boulangerie)
    assert not relire(boulangerie).est_suspendue


def test_ce_qui_etait_propose_se_repare_ou_finit_et_les_autres_l_apprennent(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    faire_cercle(boulangerie, menuiserie, fleuristerie)
    cercle = proposer(boulangerie, nature="cercle")
    accepter(cercle, menuiserie)
    fermer(fleuristerie)
    executer_la_file()
    cercle.refresh_from_db()
    assert (cercle.statut, cercle.reparations) == ("propose", 1)
    suite = Notification.objects.filter(destinataire=membre(menuiserie), lue_le=None).latest("pk")
    assert suite.genre in {"echange_repare", "echange_propose"}


def test_une_fois_effacee_il_ne_reste_rien_d_elle_chez_les_autres_que_ses_messages(
    boulangerie: Entreprise, menuiserie: Entreprise, boulangere: Utilisateur, client_de: Callable[..., Client]
) -> None:
    echange = faire(boulangerie, menuiserie)
    conversation = Conversation.objects.get(echange=echange)
    envoyer_message(par=boulangere, conversation=conversation, texte="À jeudi !")
    bilan = bilan_de(boulangerie)
    Temoignage.objects.create(bilan=bilan, texte="J’ai appris.")
    boulangerie.adresse = "3 rue des Lices"
    boulangerie.save()
    fermer(boulangerie)
    with time_machine.travel(maintenant() + QUINZE_JOURS):
        assert effacer_entreprises() == 1
        assert effacer_entreprises() == 0
    effacee = relire(boulangerie)
    assert (effacee.nom, effacee.siret, effacee.adresse) == ("Compte supprimé", None, "")
    assert not Utilisateur.objects.filter(pk=boulangere.pk).exists()
    assert Temoignage.objects.get().retire_le is not None
    assert set(boulangerie.besoins.values_list("texte", "statut")) == {("Texte effacé", "retiree")}
    page = client_de(membre(menuiserie)).get(reverse("messagerie:conversation", args=[conversation.uuid]))
    assert "À jeudi !" in page.text
    assert "Compte supprimé" in page.text
    assert (
        client_de(membre(menuiserie)).get(reverse("matching:echange", args=[echange.uuid])).status_code == 200
    )
    with pytest.raises(EntrepriseDAutrui):
        rouvrir_entreprise(par=membre(menuiserie), entreprise=effacee)
    assert faits(boulangerie) == ["fermee", "effacee"]


def test_qui_a_une_autre_raison_d_etre_la_garde_son_compte(
    boulangerie: Entreprise, referente: Utilisateur
) -> None:
    accueillir_membre(par=membre(boulangerie), entreprise=boulangerie, utilisateur=referente)
    with pytest.raises(ResteDesMembres):
        fermer_entreprise(par=referente, entreprise=boulangerie)
    boulangerie.membres.exclude(utilisateur=referente).delete()
    fermer(boulangerie)
    with time_machine.travel(maintenant() + QUINZE_JOURS):
        assert effacer_entreprises() == 1
    assert Utilisateur.objects.filter(pk=referente.pk).exists()
    boulangerie.membres.create(utilisateur=referente)
    with pytest.raises(EntrepriseDejaEffacee):
        rouvrir_entreprise(par=referente, entreprise=boulangerie)


def test_l_animation_ferme_a_la_demande_de_qui_n_est_jamais_venue_et_de_personne_d_autre(
    boulangerie: Entreprise, boulangere: Utilisateur, animatrice: Utilisateur, animatrice_44: Utilisateur
) -> None:
    with pytest.raises(EntrepriseDAutrui):
        fermer_entreprise(par=animatrice_44, entreprise=boulangerie)
    fermer_entreprise(par=animatrice, entreprise=boulangerie)
    rouvrir_entreprise(par=animatrice, entreprise=boulangerie)
    Utilisateur.objects.filter(pk=boulangere.pk).update(last_login=maintenant())
    with pytest.raises(EntrepriseDAutrui):
        fermer_entreprise(par=animatrice, entreprise=boulangerie)


@pytest.mark.django_db(transaction=True)
def test_dire_oui_et_fermer_au_meme_instant_laissent_un_seul_etat(
    boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    """Whichever comes first, nothing is left under way with a company that has gone."""
    rendre_reciproques(boulangerie, menuiserie)
    echange = proposer(boulangerie, nature="reciproque")
    autre = membre(menuiserie)
    ensemble(
        lambda: accepter_echange(par=autre, echange=echange, entreprise=menuiserie),
        lambda: fermer(boulangerie),
    )
    executer_la_file()
    echange.refresh_from_db()
    assert echange.statut == "annule"
    assert not Echange.objects.exclude(statut="annule").exists()
    assert relire(boulangerie).fermee_le is not None


@pytest.mark.django_db(transaction=True)
def test_une_demande_en_cours_s_arrete_avec_elle(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    besoin = demander(boulangerie, "site-vitrine")
    offrir(boulangerie, "instagram")
    offrir(menuiserie, "site-vitrine")
    lancer_demande(par=membre(boulangerie), besoin=besoin)
    fermer(boulangerie)
    executer_la_file()
    assert Demande.objects.get().etat == "interrompue"
    assert Echange.objects.get().statut == "annule"


@pytest.mark.django_db(transaction=True)
def test_l_ouvriere_tuee_en_effacant_n_a_rien_fait_et_une_autre_fait_tout(
    boulangerie: Entreprise, menuiserie: Entreprise, boulangere: Utilisateur, tmp_path: Path
) -> None:
    """Killed at its last step, the account's deletion, which waits for a row held here."""
    rendre_reciproques(boulangerie, menuiserie)
    with time_machine.travel(maintenant() - QUINZE_JOURS):
        fermer(boulangerie)
    app.configure_task("profils.effacer_entreprises").defer(timestamp=0)
    with rangees_tenues(Utilisateur.objects.filter(pk=boulangere.pk)) as est_attendue:
        ouvriere = lancer_ouvriere(tmp_path)
        try:
            attendre(est_attendue, secondes=60)
        finally:
            ouvriere.kill()
            ouvriere.wait(timeout=10)
    assert relire(boulangerie).nom == boulangerie.nom
    assert boulangerie.membres.exists()
    assert effacer_entreprises() == 1
    assert relire(boulangerie).nom == "Compte supprimé"
    assert not Utilisateur.objects.filter(pk=boulangere.pk).exists()
    assert Message.objects.count() == 0


class TestEcrans:
    def test_fermer_puis_rouvrir(
        self, boulangerie: Entreprise, boulangere: Utilisateur, client_de: Callable[..., Client]
    ) -> None:
        client = client_de(boulangere)
        assert "Fermer mon entreprise" in client.get(reverse("profils:fermer")).text
        page = client.post(reverse("profils:fermer"), follow=True)
        assert "est fermée" in page.text
        assert "Rouvrir mon entreprise" in page.text
        page = client.post(reverse("profils:rouvrir"), follow=True)
        assert "rouverte" in page.text
        assert relire(boulangerie).fermee_le is None

    def test_qui_a_des_collegues_quitte_et_l_entreprise_continue(
        self, boulangerie: Entreprise, boulangere: Utilisateur, client_de: Callable[..., Client]
    ) -> None:
        collegue = creer_utilisateur("Zoé")
        accueillir_membre(par=boulangere, entreprise=boulangerie, utilisateur=collegue)
        client = client_de(boulangere)
        assert client.post(reverse("profils:fermer")).status_code == 409
        assert "Quitter cette entreprise" in client.get(reverse("profils:fermer")).text
        client.post(reverse("profils:quitter"))
        assert [m.utilisateur for m in boulangerie.membres.all()] == [collegue]
