"""The outbox: each fact told once to each, whatever breaks (docs/notifications.md)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import override_settings

from messagerie.models import EtatEnvoi, Notification, ReglageAvis, ReglageCourriels, Rythme
from messagerie.notifications import boite
from messagerie.notifications.boite import ESSAIS_MAX, REPRISE, expedier, prevenir, rejouer, solder
from profils.models import Utilisateur
from tests.fabriques import creer_utilisateur
from tests.facteur import Facteur
from tests.file_de_travail import travaux_en_attente
from tests.messagerie.notifications.conftest import avis

MARDI_14H = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
GENRE = avis().genre.code


def etats() -> dict[str, str]:
    return dict(Notification.objects.values_list("destinataire__first_name", "etat_envoi"))


def choisir(personne: Utilisateur, rythme: Rythme) -> None:
    ReglageAvis.objects.create(utilisateur=personne, genre=GENRE, rythme=rythme)


def test_le_meme_fait_n_est_dit_qu_une_fois(boulangere: Utilisateur, facteur: Facteur) -> None:
    prevenir(avis(), [boulangere, boulangere])
    prevenir(avis(), [boulangere])
    assert expedier() == 1
    assert expedier() == 0
    assert facteur.destinataires == ["alice@exemple.fr"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.create(
            destinataire=boulangere, genre=GENRE, cle=avis().cle, envoyer_apres=MARDI_14H
        )


def test_sans_le_fait_pas_de_courriel(boulangere: Utilisateur) -> None:
    with transaction.atomic():
        prevenir(avis(), [boulangere])
        transaction.set_rollback(True)
    assert not Notification.objects.exists()
    assert not travaux_en_attente(boite.TACHE_EXPEDIER)


def test_le_courriel_se_lit_en_texte_et_en_html_et_s_arrete_d_un_geste(
    boulangere: Utilisateur, facteur: Facteur
) -> None:
    prevenir(avis(entreprise="L’Épi & <fils>"), [boulangere])
    expedier()
    (recu,) = facteur.recus
    notification = Notification.objects.get()
    assert recu["Subject"] == "L’Épi & <fils> vous propose un échange"
    assert recu["Message-ID"] == f"<{notification.lot}@localhost>"
    assert recu["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (
        str(recu["List-Unsubscribe"])
        .strip()
        .startswith("<http://localhost:8000/notifications/desabonnement/")
    )
    texte, html = recu.get_body(("plain",)), recu.get_body(("html",))
    assert texte is not None
    assert html is not None
    assert f"http://localhost:8000{avis().chemin}" in texte.get_content()
    assert "L’Épi &amp; &lt;fils&gt;" in html.get_content()
    assert "Ne plus recevoir ce genre de courriel" in texte.get_content()
    assert "Ne plus recevoir ce genre de courriel" in html.get_content()


def test_le_refus_d_une_boite_ne_retient_pas_les_autres(
    boulangere: Utilisateur, menuisiere: Utilisateur, fleuriste: Utilisateur, facteur: Facteur
) -> None:
    facteur.refuses = {"alice@exemple.fr": "550 No such user", "brune@exemple.fr": "451 Try later"}
    prevenir(avis(), [boulangere, menuisiere, fleuriste])
    assert expedier() == 1
    assert etats() == {"Alice": EtatEnvoi.MORT, "Brune": EtatEnvoi.EN_COURS, "Chloé": EtatEnvoi.ENVOYE}
    assert Notification.objects.get(etat_envoi=EtatEnvoi.MORT).erreur == "SMTPRecipientsRefused 550"


def test_un_essai_qui_echoue_recommence_de_plus_en_plus_tard_puis_s_arrete(
    boulangere: Utilisateur, facteur: Facteur
) -> None:
    facteur.refuses = {"alice@exemple.fr": "451 Try later"}
    with time_machine.travel(MARDI_14H, tick=False) as horloge:
        prevenir(avis(), [boulangere])
        attentes = []
        for _ in range(ESSAIS_MAX):
            expedier()
            prochaine = Notification.objects.get().reprendre_apres
            assert prochaine is not None
            attentes.append(prochaine - datetime.now(UTC))
            horloge.move_to(prochaine)
    assert attentes[0] == timedelta(minutes=2)
    assert attentes[: ESSAIS_MAX - 1] == sorted(attentes[: ESSAIS_MAX - 1])
    morte = Notification.objects.get()
    assert (morte.etat_envoi, morte.essais) == (EtatEnvoi.MORT, ESSAIS_MAX)

    facteur.refuses = {}
    assert rejouer([morte]) == 1
    assert expedier() == 1
    assert facteur.destinataires == ["alice@exemple.fr"]


def test_ce_qu_un_ouvrier_mort_tenait_repart_sous_le_meme_nom(
    boulangere: Utilisateur, facteur: Facteur
) -> None:
    with time_machine.travel(MARDI_14H, tick=False) as horloge:
        prevenir(avis(), [boulangere])
        (tenue,) = boite._prendre()  # it dies here
        assert expedier() == 0  # another worker leaves it time
        horloge.shift(REPRISE)
        assert expedier() == 1
        assert expedier() == 0
    assert facteur.recus[0]["Message-ID"] == f"<{tenue.lot}@localhost>"


def test_mort_apres_l_envoi_avant_la_marque_le_lecteur_n_en_voit_qu_un(
    boulangere: Utilisateur, facteur: Facteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mourir(lot: object) -> None:
        raise SystemExit

    with time_machine.travel(MARDI_14H, tick=False) as horloge:
        prevenir(avis(), [boulangere])
        monkeypatch.setattr(boite, "_marquer_envoye", mourir)
        with pytest.raises(SystemExit):
            expedier()
        monkeypatch.undo()
        horloge.shift(REPRISE)
        assert expedier() == 1
    assert len(facteur.recus) == 2
    assert len(facteur.sans_doublon()) == 1


def test_un_gabarit_casse_ne_retient_pas_les_autres(
    boulangere: Utilisateur, menuisiere: Utilisateur, facteur: Facteur
) -> None:
    prevenir(avis(), [boulangere, menuisiere])
    Notification.objects.filter(destinataire=boulangere).update(genre="inconnu")
    assert expedier() == 1
    assert facteur.destinataires == ["brune@exemple.fr"]
    assert Notification.objects.get(destinataire=boulangere).erreur == "TemplateDoesNotExist"


def test_lue_sur_le_site_pas_de_courriel(boulangere: Utilisateur, facteur: Facteur) -> None:
    prevenir(avis(), [boulangere])
    solder(genre=GENRE, cle=avis().cle)
    assert expedier() == 0
    assert etats() == {"Alice": EtatEnvoi.INUTILE}


def test_le_soir_le_courriel_attend_le_matin(boulangere: Utilisateur, facteur: Facteur) -> None:
    ReglageCourriels.objects.all().delete()
    with time_machine.travel(MARDI_14H.replace(hour=21), tick=False) as horloge:  # 22:00 in Paris
        prevenir(avis(), [boulangere])
        assert not travaux_en_attente(boite.TACHE_EXPEDIER)
        assert expedier() == 0
        horloge.shift(timedelta(hours=9))
        assert expedier() == 1


def test_jamais_veut_dire_sur_le_site_seulement(boulangere: Utilisateur, facteur: Facteur) -> None:
    choisir(boulangere, Rythme.JAMAIS)
    prevenir(avis(), [boulangere])
    assert expedier() == 0
    assert Notification.objects.visibles_par(boulangere).non_lues().count() == 1


@pytest.mark.parametrize(
    ("rythme", "attente", "dit"),
    [
        (Rythme.QUOTIDIEN, timedelta(hours=18), "2 nouvelles du jour"),
        (Rythme.HEBDOMADAIRE, timedelta(days=5, hours=18), "2 nouvelles de la semaine"),
    ],
)
def test_le_resume_groupe_ce_qui_n_est_pas_lu(
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    facteur: Facteur,
    rythme: Rythme,
    attente: timedelta,
    dit: str,
) -> None:
    choisir(boulangere, rythme)
    with time_machine.travel(MARDI_14H, tick=False) as horloge:
        for numero in (1, 2, 3):
            prevenir(avis(numero, entreprise=f"Voisine {numero}"), [boulangere])
        solder(genre=GENRE, cle=avis(2).cle)
        prevenir(avis(1), [menuisiere])
        assert expedier() == 1  # hers, at once
        horloge.shift(attente - timedelta(minutes=1))
        assert expedier() == 0
        horloge.shift(timedelta(minutes=1))
        assert expedier() == 1
        assert expedier() == 0
    resume = facteur.recus[-1]
    assert resume["To"] == "alice@exemple.fr"
    assert resume["Subject"] == dit
    texte = resume.get_body(("plain",))
    assert texte is not None
    assert [n for n in (1, 2, 3) if f"Voisine {n} vous propose" in texte.get_content()] == [1, 3]
    assert avis(3).chemin in texte.get_content()


@override_settings(DEMO=True)
def test_une_demonstration_n_a_pas_de_nuit(facteur: Facteur, db: None) -> None:
    ReglageCourriels.objects.all().delete()
    personne = creer_utilisateur("Zoé")
    ReglageCourriels.objects.all().delete()
    with time_machine.travel(MARDI_14H.replace(hour=22), tick=False):
        prevenir(avis(), [personne])
        assert expedier() == 1
