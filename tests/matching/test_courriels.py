"""The mails of an échange: to the others only, escaped in HTML, plain in text."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from matching.choix import Motif
from matching.models import Echange
from matching.services.echanges import annuler_echange, decliner_echange
from profils.models import Entreprise
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import faire_cercle, faire_chaine, membre, proposer, rendre_reciproques


def recus() -> list[EmailMultiAlternatives]:
    """Send what was enqueued and return it."""
    mail.outbox.clear()
    executer_la_file()
    return [courriel for courriel in mail.outbox if isinstance(courriel, EmailMultiAlternatives)]


def corps_html(courriel: EmailMultiAlternatives) -> str:
    return str(courriel.alternatives[0][0])


@pytest.fixture
def propose(boulangerie: Entreprise, menuiserie: Entreprise) -> Echange:
    boulangerie.nom = "L’Épi d’Or & <fils>"
    boulangerie.save(update_fields=["nom"])
    rendre_reciproques(boulangerie, menuiserie)
    return proposer(boulangerie, mot="Bonjour,\n<b>voisine</b> d’à côté")


def test_une_proposition_est_annoncee_a_l_autre(propose: Echange, settings: object) -> None:
    (courriel,) = recus()
    lien = reverse("matching:echange", args=[propose.uuid])
    assert courriel.to == ["brune@exemple.fr"]
    assert courriel.subject == "L’Épi d’Or & <fils> vous propose un échange"
    assert "Bonjour Brune," in courriel.body
    assert "«\u00a0Bonjour,\n<b>voisine</b> d’à côté\u00a0»" in courriel.body
    assert f"http://localhost:8000{lien}" in courriel.body
    html = corps_html(courriel)
    assert "L’Épi d’Or &amp; &lt;fils&gt;" in html
    assert "&lt;b&gt;voisine" in html
    assert f"http://localhost:8000{lien}" in html


def test_un_refus_est_dit_a_l_autre(propose: Echange, menuiserie: Entreprise) -> None:
    recus()
    decliner_echange(
        par=membre(menuiserie),
        echange=propose,
        entreprise=menuiserie,
        motif=Motif.DEMARCHAGE,
        commentaire="Zut",
    )
    (courriel,) = recus()
    assert courriel.to == ["alice@exemple.fr"]
    assert courriel.subject == "Menuiserie Le Goff ne peut pas cette fois"
    for corps in (courriel.body, corps_html(courriel)):
        assert "démarchage" not in corps
        assert "Zut" not in corps


def test_une_annulation_est_dite_a_l_autre(propose: Echange, boulangerie: Entreprise) -> None:
    recus()
    annuler_echange(par=membre(boulangerie), echange=propose, entreprise=boulangerie)
    (courriel,) = recus()
    assert courriel.to == ["brune@exemple.fr"]
    assert "n’aura pas lieu" in courriel.subject


def test_dans_un_cercle_les_deux_autres_sont_prevenues(
    boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise
) -> None:
    faire_cercle(boulangerie, fleuristerie, menuiserie)
    proposer(boulangerie, nature="cercle")
    courriels = recus()
    assert sorted(courriel.to[0] for courriel in courriels) == ["brune@exemple.fr", "chloé@exemple.fr"]
    assert all("à trois" in courriel.body for courriel in courriels)


def test_une_chaine_se_raconte_a_toutes(
    coiffure: Entreprise, menuiserie: Entreprise, boulangerie: Entreprise
) -> None:
    faire_chaine(coiffure, menuiserie, boulangerie)
    echange = proposer(boulangerie, nature="chaine")
    courriels = recus()
    assert sorted(courriel.to[0] for courriel in courriels) == ["brune@exemple.fr", "dina@exemple.fr"]
    for courriel in courriels:
        for corps in (courriel.body, corps_html(courriel)):
            assert "une chaîne\u00a0: une entreprise en aide une deuxième" in corps
    decliner_echange(par=membre(coiffure), echange=echange, entreprise=coiffure, motif=Motif.PAS_LE_TEMPS)
    dites = {courriel.to[0]: courriel.body for courriel in recus()}
    assert "Coiffure Dina ne peut pas\u00a0; l’échange peut continuer sans elle" in dites["brune@exemple.fr"]
    assert "Boulangerie du Marché avait proposé cet échange, et d’autres" in dites["brune@exemple.fr"]
    assert "Coiffure Dina ne peut pas\u00a0; l’échange peut continuer sans elle" in dites["alice@exemple.fr"]


def test_un_nom_sur_deux_lignes_ne_casse_pas_le_sujet(
    boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    boulangerie.nom = "Deux\nlignes"
    boulangerie.save(update_fields=["nom"])
    rendre_reciproques(boulangerie, menuiserie)
    proposer(boulangerie)
    (courriel,) = recus()
    assert "\n" not in courriel.subject
