"""The animator sees what a new company may send, lifts it and puts it back: in her territoire, journalled."""

from typing import Any

import pytest
from django.urls import reverse

from profils.limites import lever_limites
from profils.models import Entreprise, JournalEntreprise, Utilisateur
from profils.services import EntrepriseDAutrui
from tests.matching.scenes import compter_requetes
from tests.matching.scenes_demandes import lancer, preparer


def adresse(nom: str, entreprise: Entreprise) -> str:
    return reverse(f"animation:{nom}", args=[entreprise.uuid])


def test_elle_voit_la_limite_la_leve_puis_la_remet(
    client_de: Any, animatrice: Utilisateur, boulangerie: Entreprise
) -> None:
    besoin, _ = preparer(boulangerie, 3)
    lancer(besoin)
    anna, page = client_de(animatrice), adresse("rapprochements", boulangerie)
    assert "5 propositions par semaine, 3 envoyées" in anna.get(page).content.decode()
    for _ in range(2):
        reponse = anna.post(adresse("lever_limites", boulangerie), follow=True)
    assert reponse.redirect_chain == [(page, 302)]
    assert "Vous avez levé la limite" not in anna.get(page).content.decode()
    assert "Limite levée le" in anna.get(page).content.decode()
    assert (
        "5 propositions par semaine, 3 envoyées"
        in anna.post(adresse("remettre_limites", boulangerie), follow=True).content.decode()
    )
    faits = JournalEntreprise.objects.filter(entreprise=boulangerie)
    assert list(faits.values_list("fait", "par")) == [("levee", animatrice.pk), ("remise", animatrice.pk)]


def test_ailleurs_l_entreprise_n_existe_pas(
    client_de: Any, animatrice_44: Utilisateur, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    for personne in (animatrice_44, boulangere):
        for acte in ("lever_limites", "remettre_limites"):
            assert client_de(personne).post(adresse(acte, boulangerie)).status_code == 404
    with pytest.raises(EntrepriseDAutrui):
        lever_limites(par=boulangere, entreprise=boulangerie)
    boulangerie.refresh_from_db()
    assert boulangerie.limites_levees_le is None
    assert not boulangerie.journal.exists()


def test_la_page_coute_deux_requetes_de_plus_pour_une_nouvelle(
    client_de: Any, animatrice: Utilisateur, boulangerie: Entreprise
) -> None:
    preparer(boulangerie, 3)
    anna, page = client_de(animatrice), adresse("rapprochements", boulangerie)
    nouvelle = compter_requetes(anna, page)
    lever_limites(par=animatrice, entreprise=boulangerie)
    assert compter_requetes(anna, page) == nouvelle - 2
