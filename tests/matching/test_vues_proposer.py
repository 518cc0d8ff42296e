"""Propose an échange: what the address names is checked, nothing is written before one confirms."""

from typing import Any

import pytest
from django.urls import reverse

from matching.models import Echange
from matching.rapprochements import rapprochements_de
from matching.services.annonces import retirer_annonce
from matching.services.plafonds import PROPOSITIONS_OUVERTES_MAX
from profils.models import Entreprise, Utilisateur
from tests.matching.scenes import (
    demander,
    membre,
    offrir,
    voisine,
)

PROPOSER = reverse("matching:proposer")


def url(echange: Echange) -> str:
    return reverse("matching:echange", args=[echange.uuid])


def cle(entreprise: Entreprise, nature: str = "reciproque") -> str:
    return next(r.cle for r in rapprochements_de(entreprise) if r.nature == nature)


def test_on_confirme_avec_un_mot(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, paires: None
) -> None:
    navigateur = client_de(boulangere)
    adresse = f"{PROPOSER}?cle={cle(boulangerie)}"
    page = navigateur.get(adresse).content.decode()
    assert "Vous recevez de Menuiserie Le Goff" in page
    assert not Echange.objects.exists()
    reponse = navigateur.post(adresse, {"mot": "Bonjour voisine"}, follow=True)
    echange = Echange.objects.get()
    assert reponse.redirect_chain == [(url(echange), 302)]
    assert (echange.initiatrice, echange.mot) == (boulangerie, "Bonjour voisine")
    assert "C’est envoyé" in reponse.content.decode()


def test_le_mot_est_facultatif_et_borne(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, paires: None
) -> None:
    adresse = f"{PROPOSER}?cle={cle(boulangerie)}"
    navigateur = client_de(boulangere)
    trop_long = navigateur.post(adresse, {"mot": "a" * 10_000})
    assert trop_long.status_code == 422
    assert "a" * 10_000 in trop_long.content.decode()
    assert not Echange.objects.exists()
    assert navigateur.post(adresse, {}).status_code == 302
    assert Echange.objects.count() == 1


def test_proposer_deux_fois_est_un_seul_echange(
    client_de: Any,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    paires: None,
) -> None:
    mienne, sienne = cle(boulangerie), cle(menuiserie)
    for personne, sa_cle in ((boulangere, mienne), (boulangere, mienne), (menuisiere, sienne)):
        reponse = client_de(personne).post(f"{PROPOSER}?cle={sa_cle}")
        assert reponse["Location"] == url(Echange.objects.get())
    assert client_de(boulangere).get(f"{PROPOSER}?cle={mienne}")["Location"] == url(Echange.objects.get())


@pytest.mark.parametrize(
    "fausse",
    [
        "",
        "abc",
        "1-",
        "-1",
        "1--2",
        "1-2-3-4",
        "9" * 30,
        "1 ",
        "١",
        "1;2",
        "999999999",
        "1-1",
        "<script>",
    ],
)
@pytest.mark.parametrize("methode", ["get", "post"])
def test_une_cle_fabriquee_est_refusee_en_francais(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, fausse: str, methode: str
) -> None:
    envoyer = getattr(client_de(boulangere), methode)
    reponse = envoyer(reverse("matching:proposer", query={"cle": fausse}), follow=True)
    assert reponse.redirect_chain == [(reverse("matching:rapprochements"), 302)]
    assert "n’est plus possible" in reponse.content.decode()
    assert not Echange.objects.exists()


def test_la_cle_d_une_autre_est_refusee_de_meme(
    client_de: Any,
    intruse: Utilisateur,
    menuisiere: Utilisateur,
    boulangerie: Entreprise,
    paires: None,
) -> None:
    for personne in (intruse, menuisiere):
        reponse = client_de(personne).post(f"{PROPOSER}?cle={cle(boulangerie)}", follow=True)
        assert "n’est plus possible" in reponse.content.decode()
    assert not Echange.objects.exists()


def test_des_aretes_qui_ne_bouclent_pas_sont_refusees(
    client_de: Any,
    boulangere: Utilisateur,
    boulangerie: Entreprise,
    fleuristerie: Entreprise,
    paires: None,
) -> None:
    offrir(fleuristerie, "site-vitrine")
    directe = cle(boulangerie, "direct")
    retour = cle(boulangerie).split("-")[1]
    reponse = client_de(boulangere).post(f"{PROPOSER}?cle={directe}-{retour}", follow=True)
    assert "n’est plus possible" in reponse.content.decode()


def test_une_annonce_retiree_entre_temps_se_dit(
    client_de: Any,
    boulangere: Utilisateur,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    paires: None,
) -> None:
    ancienne = cle(boulangerie)
    retirer_annonce(par=membre(menuiserie), annonce=menuiserie.savoir_faire.get())
    reponse = client_de(boulangere).post(f"{PROPOSER}?cle={ancienne}", follow=True)
    assert "une des annonces a changé" in reponse.content.decode()


def test_sans_paire_on_est_mene_a_la_completer(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    demander(boulangerie, "site-vitrine")
    offrir(menuiserie, "site-vitrine")
    adresse = f"{PROPOSER}?cle={cle(boulangerie, 'direct')}"
    page = client_de(boulangere).get(adresse).content.decode()
    assert reverse("matching:publier_savoir_faire") in page
    assert "Envoyer la proposition" not in page
    reponse = client_de(boulangere).post(adresse, follow=True)
    assert "publiez d’abord un besoin et un savoir-faire" in reponse.content.decode()
    assert not Echange.objects.exists()


def test_au_plus_cinq_propositions_a_la_fois(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    demander(boulangerie, "site-vitrine")
    offrir(boulangerie, "instagram")
    for _ in range(PROPOSITIONS_OUVERTES_MAX + 1):
        offrir(voisine(), "site-vitrine")
    cles = [r.cle for r in rapprochements_de(boulangerie)]
    for une in cles:
        reponse = client_de(boulangere).post(f"{PROPOSER}?cle={une}", follow=True)
    assert "déjà 5 propositions" in reponse.content.decode()
    assert Echange.objects.count() == PROPOSITIONS_OUVERTES_MAX
