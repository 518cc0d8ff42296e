"""Before everyone has agreed, contact details stay with their owner: on pages as in mails."""

from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from matching.rapprochements import rapprochements_de
from matching.services.echanges import accepter_echange, proposer_echange
from profils.models import Entreprise, Utilisateur
from tests.file_de_travail import executer_la_file
from tests.matching import scenes

MOT = "Appelez-moi au 06 12 34 56 78 ou alice@exemple.org"


def test_le_mot_d_une_proposition_montre_un_numero_quand_tout_le_monde_est_d_accord(
    client_de: Any,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    mailoutbox: list[EmailMultiAlternatives],
) -> None:
    scenes.rendre_reciproques(boulangerie, menuiserie)
    (trouve, *_) = rapprochements_de(boulangerie)
    echange = proposer_echange(par=boulangere, entreprise=boulangerie, aretes=trouve.aretes, mot=MOT)
    page = reverse("matching:echange", args=[echange.uuid])
    recue = client_de(menuisiere).get(page).text
    assert "06 12" not in recue
    assert "Appelez-moi au [masqué] ou [masqué]" in recue
    assert "une fois que tout le monde est d’accord" in recue
    assert "06 12 34 56 78" in client_de(boulangere).get(page).text  # her own words
    executer_la_file()
    a_brune = next(c for c in mailoutbox if c.to == ["brune@exemple.fr"])
    for texte in (str(a_brune.body), str(a_brune.alternatives[0][0])):
        assert "[masqué]" in texte
        assert "06 12" not in texte
    accepter_echange(par=menuisiere, echange=echange, entreprise=menuiserie)
    assert "06 12 34 56 78" in client_de(menuisiere).get(page).text


@pytest.mark.parametrize("vue", ["annonce", "recherche"])
def test_une_annonce_publique_ne_donne_pas_de_numero(
    client: Any, client_de: Any, boulangerie: Entreprise, boulangere: Utilisateur, vue: str
) -> None:
    annonce = scenes.offrir(boulangerie, "site-vitrine", texte=MOT)
    fiche = reverse("matching:savoir_faire", args=[annonce.uuid])
    chemin = fiche
    if vue == "recherche":
        chemin = reverse("matching:recherche") + "?texte=créer+un+site+vitrine&commune=Rennes"
    page = client.get(chemin).text
    assert "[masqué]" in page
    assert "06 12" not in page
    assert "06 12 34 56 78" in client_de(boulangere).get(fiche).text
