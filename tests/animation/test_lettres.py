"""A letter leaves once, to those who asked for it, whatever stops on the way; then it changes no more."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from animation.erreurs import DateDEnvoiPassee, LettreDAutrui, LettreDejaPartie, LettreDejaProgrammee
from animation.models import Abonnement, EnvoiLettre, PageLettre
from animation.presentation.lettres import composer_corps
from animation.services import lettres as services
from animation.services.abonnements import desabonner
from animation.services.lettres import (
    deprogrammer_lettre,
    envoyer_essai,
    mener_lettres,
    programmer_lettre,
)
from animation.services.pages import installer_pages
from messagerie.models import Notification
from messagerie.notifications.boite import expedier, prevenir_chacun
from profils.models import Utilisateur
from tests import fabriques
from tests.animation.scenes_agenda import JEUDI_14H, LUNDI_9H, annoncer
from tests.animation.scenes_lettres import ecrire, membre_abonnee, visiteuse_abonnee
from tests.facteur import Facteur
from tests.file_de_travail import executer_la_file


@pytest.fixture(autouse=True)
def lundi(request: pytest.FixtureRequest) -> Iterator[Any]:
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("deux_communautes")
    with time_machine.travel(LUNDI_9H, tick=False) as voyage:
        yield voyage


def envoyer(par: Utilisateur, page: PageLettre) -> EnvoiLettre:
    programmer_lettre(par=par, page=page, le=None)
    mener_lettres()
    return EnvoiLettre.objects.get(page=page)


def test_elle_part_a_chacune_une_fois_en_texte_et_en_html(
    animatrice: Utilisateur,
    boulangere: Utilisateur,
    facteur: Facteur,
) -> None:
    membre_abonnee(boulangere)
    visiteuse_abonnee("Nina")
    annoncer(title="Essayer la caisse")
    page = ecrire(corps='<h2>Ici</h2><p>Du <b>pain</b>, <a href="/communautes/">par là</a>.</p>')
    envoi = envoyer(animatrice, page)
    executer_la_file()
    assert mener_lettres() == 0
    recues = {str(m["To"]): m for m in facteur.recus if "décembre" in str(m["Subject"])}
    assert set(recues) == {"alice@exemple.fr", "nina@ailleurs.fr"}
    assert (envoi.etat, envoi.destinataires) == ("fini", 2)
    nina = recues["nina@ailleurs.fr"]
    texte = nina.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    html = nina.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "ICI\n\nDu pain, par là (http://localhost:8000/communautes/)." in texte
    assert "Essayer la caisse" in texte
    assert 'href="http://localhost:8000/communautes/"' in html
    assert "Ne plus recevoir cette lettre" in texte
    assert "Ne plus recevoir cette lettre</a>" in html
    assert html.count(page.chapeau) == 2  # what a mailbox shows beside the title, and under it
    assert "<img" not in html  # nothing to know whether it was opened
    assert nina["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    chemins = {str(m["List-Unsubscribe"]).strip() for m in recues.values()}
    assert len(chemins) == 2
    assert all(chemin.startswith("<http://localhost:8000/abonnements/lien/") for chemin in chemins)


def test_ses_blocs_se_lisent_en_courriel_comme_en_texte(deux_communautes: None) -> None:
    page = ecrire()
    page.corps = json.dumps(
        [
            {"type": "titre", "value": {"texte": "Avant les fêtes"}},
            {"type": "texte", "value": "<p>Deux <b>idées</b>.</p>"},
            {"type": "encadre", "value": {"sorte": "astuce", "titre": "", "texte": "<p>Le matin.</p>"}},
        ]
    )
    corps = composer_corps(page, None)
    assert corps.texte == "AVANT LES FÊTES\n\nDeux idées.\n\nAstuce\n\nLe matin."
    assert "<h2>Avant les fêtes</h2>" in corps.html
    assert "class" not in corps.html


def test_elle_se_lit_sur_le_site_mot_pour_mot_et_ne_change_plus(
    animatrice: Utilisateur, client: Client
) -> None:
    page = ecrire()
    assert client.get(page.get_url()).status_code == 404
    annonce = annoncer(title="Premier titre")
    envoyer(animatrice, page)
    page.refresh_from_db()
    lue = client.get(page.get_url()).content.decode()
    assert "Premier titre" in lue
    annonce.title = "Second titre"
    annonce.save_revision().publish()
    assert "Premier titre" in client.get(page.get_url()).content.decode()
    assert "style=" not in lue.split("<article>")[1].split("</article>")[0]  # the CSP would refuse it
    droits = page.permissions_for_user(animatrice)
    assert (droits.can_edit(), droits.can_delete(), droits.can_unpublish()) == (False, False, False)


def test_elle_ne_s_envoie_ni_deux_fois_ni_par_la_voisine(
    animatrice: Utilisateur, animatrice_44: Utilisateur, referente: Utilisateur, boulangere: Utilisateur
) -> None:
    page, nationale = ecrire(), ecrire(territoire="")
    for par, lettre in ((animatrice_44, page), (boulangere, page), (animatrice, nationale)):
        with pytest.raises(LettreDAutrui):
            programmer_lettre(par=par, page=lettre, le=None)
        with pytest.raises(LettreDAutrui):
            envoyer_essai(par=par, page=lettre)
    programmer_lettre(par=animatrice, page=page, le=None)
    with pytest.raises(LettreDejaProgrammee):
        programmer_lettre(par=animatrice, page=page, le=None)
    mener_lettres()
    with pytest.raises(LettreDejaPartie):
        programmer_lettre(par=animatrice, page=page, le=None)
    with pytest.raises(LettreDejaPartie):
        deprogrammer_lettre(par=animatrice, page=page)
    programmer_lettre(par=referente, page=nationale, le=None)


def test_programmee_elle_attend_et_se_reprend(animatrice: Utilisateur, lundi: Any) -> None:
    page = ecrire()
    with pytest.raises(DateDEnvoiPassee):
        programmer_lettre(par=animatrice, page=page, le=LUNDI_9H)
    programmer_lettre(par=animatrice, page=page, le=JEUDI_14H)
    assert not page.permissions_for_user(animatrice).can_edit()
    assert mener_lettres() == 0
    deprogrammer_lettre(par=animatrice, page=page)
    assert not EnvoiLettre.objects.exists()
    programmer_lettre(par=animatrice, page=page, le=JEUDI_14H)
    lundi.move_to(JEUDI_14H)
    mener_lettres()
    assert EnvoiLettre.objects.get().etat == "fini"


def test_l_essai_n_arrive_qu_a_qui_le_demande(
    animatrice: Utilisateur,
    boulangere: Utilisateur,
    facteur: Facteur,
) -> None:
    membre_abonnee(boulangere)
    page = ecrire()
    page.title = "Version nouvelle"
    page.save_revision()
    envoyer_essai(par=animatrice, page=page)
    executer_la_file()
    (recu,) = facteur.recus
    assert (recu["To"], recu["Subject"]) == ("anna@exemple.fr", "[Essai] Version nouvelle")
    assert not EnvoiLettre.objects.exists()


def test_tuee_au_milieu_une_autre_reprend_sans_doubler(
    animatrice: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rang in range(5):
        visiteuse_abonnee(f"Nina{rang}")
    page = ecrire()
    monkeypatch.setattr(services, "LOT", 2)
    programmer_lettre(par=animatrice, page=page, le=None)
    appels: list[int] = []

    def mourir(envois: Any) -> None:
        appels.append(1)
        prevenir_chacun(envois)
        if len(appels) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(services, "prevenir_chacun", mourir)
    with pytest.raises(KeyboardInterrupt):
        mener_lettres()
    envoi = EnvoiLettre.objects.get()
    assert (envoi.etat, envoi.destinataires) == ("en_cours", 2)
    assert Notification.objects.filter(genre="lettre").count() == 2
    assert mener_lettres() == 3
    lignes = Notification.objects.filter(genre="lettre").values_list("adresse", flat=True)
    assert sorted(lignes) == [f"nina{rang}@ailleurs.fr" for rang in range(5)]


def test_qui_part_avant_que_son_courriel_parte_ne_le_recoit_pas(
    animatrice: Utilisateur,
    boulangere: Utilisateur,
    facteur: Facteur,
) -> None:
    elle, nina = membre_abonnee(boulangere), visiteuse_abonnee("Nina")
    visiteuse_abonnee("Omar")
    envoyer(animatrice, ecrire())
    desabonner(abonnement=elle)
    desabonner(abonnement=nina)
    expedier()
    assert facteur.destinataires == ["omar@ailleurs.fr"]


def test_chacun_recoit_la_sienne(
    animatrice: Utilisateur, referente: Utilisateur, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    membre_abonnee(boulangere)
    membre_abonnee(menuisiere, nationale=True)
    locale, nationale = ecrire(), ecrire(territoire="")
    envoyer(animatrice, locale)
    envoyer(referente, nationale)
    dits = Notification.objects.filter(genre="lettre").order_by("pk")
    assert [n.courriel for n in dits] == ["alice@exemple.fr", "brune@exemple.fr"]


def test_la_lettre_n_est_pas_un_reglage_de_plus(boulangere: Utilisateur, client_de: Any) -> None:
    page = client_de(boulangere).get(reverse("messagerie:reglages_notifications")).content.decode()
    assert 'name="lettre"' not in page


def test_l_apercu_montre_la_page_le_courriel_et_le_texte(redactrice: Utilisateur) -> None:
    page = ecrire(corps="<p>Bonjour <b>à toutes</b>.</p>")
    rendus = {
        mode: page.make_preview_request(preview_mode=mode).content.decode() for mode in ("courriel", "texte")
    }
    assert "margin: 0 0 14px" in rendus["courriel"]
    assert "Bonjour à toutes." in rendus["texte"]


def test_la_base_refuse_un_second_envoi_et_une_lettre_partie_sans_texte(animatrice: Utilisateur) -> None:
    page = ecrire()
    envoi = programmer_lettre(par=animatrice, page=page, le=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        EnvoiLettre.objects.create(page=page, envoyer_le=LUNDI_9H)
    with pytest.raises(IntegrityError, match="envoi_lettre_fige"), transaction.atomic():
        EnvoiLettre.objects.filter(pk=envoi.pk).update(etat="en_cours")


class TestConsole:
    def test_ecrire_essayer_programmer_reprendre_envoyer(
        self, animatrice: Utilisateur, boulangere: Utilisateur, client_de: Any
    ) -> None:
        client, page = client_de(animatrice), ecrire()
        membre_abonnee(boulangere)

        def poster(nom: str, **champs: str) -> str:
            reponse = client.post(reverse(f"animation:{nom}", args=[page.pk]), champs, follow=True)
            return reponse.content.decode()

        assert "Des nouvelles de décembre" in client.get(reverse("animation:lettres")).content.decode()
        assert (
            "1 abonné aujourd’hui" in client.get(reverse("animation:lettre", args=[page.pk])).content.decode()
        )
        assert "L’essai part à anna@exemple.fr" in poster("essayer_lettre")
        assert "Programmée pour jeudi 3 décembre à 10\u00a0h." in poster(
            "programmer_lettre", jour="2026-12-03", heure="10:00"
        )
        assert "Ne pas l’envoyer" in client.get(reverse("animation:lettre", args=[page.pk])).content.decode()
        assert "Envoyer maintenant" in poster("deprogrammer_lettre")
        assert "La lettre part." in poster("envoyer_lettre")
        assert client.get(reverse("animation:envoyer_lettre", args=[page.pk])).status_code == 302
        executer_la_file()
        fragment = client.get(reverse("animation:lettre", args=[page.pk]), headers={"hx-request": "true"})
        assert "1 courriel envoyé sur 1" in fragment.content.decode()
        assert "<!DOCTYPE" not in fragment.content.decode()
        assert "déjà partie" in poster("envoyer_lettre")

    def test_avant_d_envoyer_on_lit_a_combien_elle_part_et_rien_ne_part(
        self, animatrice: Utilisateur, boulangere: Utilisateur, menuisiere: Utilisateur, client_de: Any
    ) -> None:
        client, page = client_de(animatrice), ecrire()
        chemin = reverse("animation:envoyer_lettre", args=[page.pk])

        def lire() -> str:
            return str(client.get(chemin).content.decode()).replace("\N{NO-BREAK SPACE}", " ")

        assert f'href="{chemin}"' in client.get(reverse("animation:lettre", args=[page.pk])).content.decode()
        assert "Personne n’est encore abonné : elle ne part à personne" in lire()
        for personne in (boulangere, menuisiere):
            membre_abonnee(personne)
        assert "Envoyer cette lettre à 2 personnes ?" in lire()
        assert "Objet : <strong>Des nouvelles de décembre</strong>" in lire()
        assert not EnvoiLettre.objects.exists()

    @pytest.mark.parametrize(
        "champs",
        [
            {"jour": "", "heure": "10:00"},
            {"jour": "2026-13-40", "heure": "10:00"},
            {"jour": "2027-03-28", "heure": "02:30"},
            {"jour": "9999-12-31", "heure": "\x00"},
        ],
    )
    def test_une_date_qui_n_existe_pas(
        self, animatrice: Utilisateur, client_de: Any, champs: dict[str, str]
    ) -> None:
        chemin = reverse("animation:programmer_lettre", args=[ecrire().pk])
        assert client_de(animatrice).post(chemin, champs).status_code == 422
        assert not EnvoiLettre.objects.exists()

    @pytest.mark.parametrize(
        ("jour", "heure", "dit"),
        [
            ("2020-01-06", "10:00", "Ce jour est déjà passé."),
            (f"{LUNDI_9H:%Y-%m-%d}", "00:05", "Cette heure est déjà passée."),
        ],
    )
    def test_une_date_passee_se_dit_a_son_champ_et_reste_a_corriger(
        self, animatrice: Utilisateur, client_de: Any, jour: str, heure: str, dit: str
    ) -> None:
        chemin = reverse("animation:programmer_lettre", args=[ecrire().pk])
        reponse = client_de(animatrice).post(chemin, {"jour": jour, "heure": heure})
        page = reponse.content.decode()
        assert reponse.status_code == 422
        assert dit in page
        assert f'value="{jour}"' in page
        assert "<details" in page
        assert " open>" in page
        assert not EnvoiLettre.objects.exists()

    def test_ses_listes_coutent_autant_pour_deux_que_pour_douze(
        self, animatrice: Utilisateur, referente: Utilisateur, client_de: Any
    ) -> None:
        lettres = [ecrire(), ecrire()]
        envoyer(animatrice, lettres[0])
        adresses = (
            (client_de(animatrice), reverse("animation:lettres")),
            (client_de(referente), reverse("animation:lettres")),
            (client_de(animatrice), reverse("animation:lettre", args=[lettres[0].pk])),
            (Client(), "/communautes/ille-et-vilaine/lettres/"),
        )

        def compter() -> list[int]:
            comptes = []
            for client, adresse in adresses:
                client.get(adresse)
                with CaptureQueriesContext(connection) as requetes:
                    assert client.get(adresse).status_code == 200
                comptes.append(len(requetes))
            return comptes

        avec_deux = compter()
        for rang in range(10):
            visiteuse_abonnee(f"Nina{rang}")
            envoyer(animatrice, ecrire())

        assert compter() == avec_deux
        assert avec_deux[-1] <= 12

    def test_la_lettre_des_voisines_n_existe_pas(
        self, animatrice: Utilisateur, referente: Utilisateur, client_de: Any
    ) -> None:
        voisine, nationale = ecrire(territoire="loire-atlantique"), ecrire(territoire="")
        for page in (voisine, nationale):
            chemin = reverse("animation:lettre", args=[page.pk])
            assert client_de(animatrice).get(chemin).status_code == 404
            assert client_de(referente).get(chemin).status_code == 200


def test_un_lot_coute_autant_pour_deux_que_pour_douze(animatrice: Utilisateur) -> None:
    def compter(abonnees: int, lot: int) -> int:
        for rang in range(abonnees):
            visiteuse_abonnee(f"Nina{lot}-{rang}")
        programmer_lettre(par=animatrice, page=ecrire(), le=None)
        with CaptureQueriesContext(connection) as requetes:
            mener_lettres()
        return len(requetes)

    compter(1, 0)  # the site's root is remembered
    assert compter(2, 1) == compter(10, 2)


def test_l_avancement_se_lit_par_un_index(animatrice: Utilisateur) -> None:
    """However many notices the site has sent."""
    visiteuse_abonnee("Nina")
    envoi = envoyer(animatrice, ecrire())
    modele = Notification.objects.get(genre="lettre")
    Notification.objects.bulk_create(
        Notification(
            adresse=f"{rang}@ailleurs.fr", genre="lettre", cle=f"autre-{rang % 50}", envoyer_apres=LUNDI_9H
        )
        for rang in range(3000)
    )
    with connection.cursor() as curseur:
        curseur.execute(f"ANALYZE {Notification._meta.db_table}")

    plan = Notification.objects.filter(genre=modele.genre, cle=str(envoi.uuid)).order_by().explain()

    assert "notification_fait" in plan


@pytest.mark.django_db(transaction=True)
def test_deux_ouvrieres_au_meme_instant_n_ecrivent_qu_une_fois(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer_pages()
    animatrice = fabriques.creer_utilisateur("Anna")
    fabriques.nommer_animateur(animatrice, "35")
    for rang in range(6):
        visiteuse_abonnee(f"Nina{rang}")
    monkeypatch.setattr(services, "LOT", 1)
    programmer_lettre(par=animatrice, page=ecrire(), le=None)

    def mener() -> None:
        try:
            mener_lettres()
        finally:
            connection.close()

    fils = [threading.Thread(target=mener) for _ in range(3)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=30)
    mener_lettres()
    assert EnvoiLettre.objects.get().destinataires == Abonnement.objects.count() == 6
    assert Notification.objects.filter(genre="lettre").count() == 6
