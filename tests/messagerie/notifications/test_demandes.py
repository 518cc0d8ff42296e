"""What a demande tells: who is asked and why, a reminder, thanks, what to do next; then silence."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from matching.services.demandes import arreter_demande, ecrire_a_la_demandeuse, marquer_vue
from messagerie.models import Notification, Rythme
from profils.models import Entreprise, Utilisateur
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import membre
from tests.matching.scenes_demandes import apres, dire_non, dire_oui, lancer, plus_tard, preparer

pytestmark = pytest.mark.django_db


def titres(personne: Utilisateur, *, lues: bool = False) -> list[str]:
    siennes = Notification.objects.filter(destinataire=personne, lue_le__isnull=not lues)
    return list(siennes.order_by("pk").values_list("titre", flat=True))


def test_qui_est_prevenue_sait_qui_quoi_ou_et_pourquoi(boulangerie: Entreprise) -> None:
    besoin, (voisine,) = preparer(boulangerie, 1)
    lancer(besoin, mot="À bientôt <b>!</b>")
    mail.outbox.clear()
    executer_la_file()
    (courriel,) = mail.outbox
    assert courriel.to == [membre(voisine).email]
    assert (
        courriel.subject
        == "Boulangerie du Marché cherche quelqu’un\u00a0: «\u00a0Créer un site vitrine\u00a0»"
    )
    for dit in ("à Rennes (à 1\u00a0km)", besoin.texte, "Vous proposez exactement cela", "Réponse attendue"):
        assert dit in courriel.body
    assert isinstance(courriel, EmailMultiAlternatives)
    assert "&lt;b&gt;" in str(courriel.alternatives[0][0])


def test_le_rappel_se_solde_avec_la_reponse(boulangerie: Entreprise) -> None:
    besoin, (voisine,) = preparer(boulangerie, 1)
    demande = apres(lancer(besoin), hours=48)
    assert len(titres(membre(voisine))) == 2
    assert "attend votre réponse, même si c’est non" in titres(membre(voisine))[1]
    dire_non(demande, voisine)
    assert titres(membre(voisine)) == []


def test_les_autres_sont_remerciees(boulangerie: Entreprise) -> None:
    besoin, (une, deux) = preparer(boulangerie, 2)
    dire_oui(lancer(besoin), une)
    assert titres(membre(deux)) == ["Boulangerie du Marché a trouvé, merci à vous"]
    assert titres(membre(deux), lues=True)[0].startswith("Boulangerie du Marché cherche quelqu’un")
    assert not any("a trouvé" in titre for titre in titres(membre(une)))


def test_une_demande_arretee_se_dit_sans_reproche(boulangerie: Entreprise) -> None:
    besoin, (voisine,) = preparer(boulangerie, 1)
    arreter_demande(par=membre(boulangerie), demande=lancer(besoin))
    assert titres(membre(voisine)) == ["Boulangerie du Marché n’attend plus votre réponse"]


def test_l_animatrice_est_appelee_chaque_jour_au_plus_et_se_tait_quand_c_est_vu(
    boulangerie: Entreprise, animatrice: Utilisateur, animatrice_44: Utilisateur, referente: Utilisateur
) -> None:
    besoin, _ = preparer(boulangerie, 1)
    demande = apres(lancer(besoin), days=5)
    avis = Notification.objects.get(genre="demande_a_debloquer")
    assert (avis.destinataire, avis.rythme) == (animatrice, Rythme.QUOTIDIEN)
    marquer_vue(par=animatrice, demande=demande)
    assert titres(animatrice) == []
    assert titres(animatrice_44) == titres(referente) == []


def test_sans_animatrice_les_referentes_sont_appelees(
    boulangerie: Entreprise, referente: Utilisateur
) -> None:
    besoin, _ = preparer(boulangerie, 1)
    apres(lancer(besoin), days=5)
    assert Notification.objects.get(genre="demande_a_debloquer").destinataire == referente


def test_la_fin_sans_reponse_et_le_mot_de_l_animatrice(
    boulangerie: Entreprise, boulangere: Utilisateur, animatrice: Utilisateur
) -> None:
    besoin, _ = preparer(boulangerie, 1)
    demande = apres(lancer(besoin), days=5)
    ecrire_a_la_demandeuse(par=animatrice, demande=demande, texte="Voyez l’atelier de jeudi.")
    apres(demande, days=14)
    assert titres(boulangere) == [
        "Anna vous écrit\u00a0: «\u00a0Créer un site vitrine\u00a0»",
        "«\u00a0Créer un site vitrine\u00a0»\u00a0: personne n’a pu cette fois. Voici la suite",
    ]
    mail.outbox.clear()
    with plus_tard(demande.cree_le, days=14):
        executer_la_file()
    corps = "\n".join(str(courriel.body) for courriel in mail.outbox)
    assert "Voyez l’atelier de jeudi." in corps
    assert "Nous avons prévenu 1 entreprise" in corps
