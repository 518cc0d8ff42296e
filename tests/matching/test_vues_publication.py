"""Publish and change a listing: one screen, with and without scripts."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import Besoin, JournalAnnonce, SavoirFaire, StatutAnnonce
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_besoin, creer_savoir_faire
from tests.matching.scenes import demander, offrir

PUBLIER_BESOIN = reverse("matching:publier_besoin")
PUBLIER_SAVOIR_FAIRE = reverse("matching:publier_savoir_faire")
SUGGESTIONS = reverse("matching:suggestions")


def remplir(**champs: Any) -> dict[str, Any]:
    """What the browser sends when only the words and the compétence were touched."""
    return {
        "texte": "Mes photos de gâteaux sont moches",
        "competence": "photos-produits",
        "modalites": ["1", "2", "4"],
        "rayon_km": "20",
        "creneaux": ["0"],
        "duree_minutes": "60",
        "niveau": "1",
        **champs,
    }


def modifier(annonce: Besoin | SavoirFaire) -> str:
    return reverse("matching:modifier_annonce", args=[annonce, annonce.uuid])


def test_publier_un_besoin_mene_au_savoir_faire(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    reponse = client_de(boulangere).post(PUBLIER_BESOIN, remplir(), follow=True)
    assert reponse.redirect_chain == [(PUBLIER_SAVOIR_FAIRE, 302)]
    assert "Votre besoin est en ligne." in reponse.content.decode()
    besoin = Besoin.objects.get()
    assert (besoin.entreprise, besoin.statut) == (boulangerie, StatutAnnonce.PUBLIEE)


def test_la_paire_complete_mene_aux_rapprochements(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    offrir(menuiserie, "photos-produits")
    navigateur = client_de(boulangere)
    reponse = navigateur.post(PUBLIER_SAVOIR_FAIRE, remplir(competence="vitrine-boutique"), follow=True)
    assert reponse.redirect_chain == [(PUBLIER_BESOIN, 302)]
    reponse = navigateur.post(PUBLIER_BESOIN, remplir(), follow=True)
    besoin = Besoin.objects.get(entreprise=boulangerie)
    assert reponse.redirect_chain == [(reverse("matching:rapprochements_du_besoin", args=[besoin.uuid]), 302)]
    assert "Menuiserie Le Goff" in reponse.content.decode()
    reponse = navigateur.post(PUBLIER_SAVOIR_FAIRE, remplir(competence="instagram"))
    assert reponse["Location"] == reverse("matching:rapprochements")


def test_envoyer_deux_fois_ne_publie_qu_une_annonce(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    for _ in range(2):
        assert client_de(boulangere).post(PUBLIER_BESOIN, remplir()).status_code == 302
    assert Besoin.objects.count() == 1
    assert JournalAnnonce.objects.count() == 1


def test_sans_script_l_envoi_montre_les_suggestions_et_garde_tout(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    envoi = remplir(
        competence="", texte="mes photos sont moches", rayon_km="50", modalites=["8"], creneaux=["2"]
    )
    reponse = client_de(boulangere).post(PUBLIER_BESOIN, envoi)
    assert reponse.status_code == 422
    page = reponse.content.decode()
    assert "touchez la réponse qui convient le mieux" in page
    assert 'value="photos-produits"' in page
    assert "mes photos sont moches</textarea>" in page
    assert '<option value="50" selected>' in page
    assert reponse.context["formulaire"]["modalites"].value() == ["8"]
    assert reponse.context["formulaire"]["creneaux"].value() == ["2"]
    assert not Besoin.objects.exists()


def test_la_competence_choisie_reste_choisie_quand_une_autre_reponse_manque(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    envoi = remplir(competence="site-vitrine", modalites=[])
    reponse = client_de(boulangere).post(PUBLIER_BESOIN, envoi)
    assert reponse.status_code == 422
    cochees = [option.valeur for option in reponse.context["options"] if option.est_cochee]
    assert cochees == ["site-vitrine"]


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("texte", "a" * 10_000),
        ("texte", ""),
        ("competence", "inconnue"),
        ("modalites", ["64"]),
        ("creneaux", [str(1 << 22)]),
        ("rayon_km", "-5"),
        ("duree_minutes", "2026-01-01"),
        ("niveau", "9"),
    ],
)
def test_une_mauvaise_reponse_est_dite_et_rien_n_est_publie(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, champ: str, valeur: Any
) -> None:
    reponse = client_de(boulangere).post(PUBLIER_BESOIN, remplir(**{champ: valeur}))
    assert reponse.status_code == 422
    assert list(reponse.context["formulaire"].errors) == [champ]
    assert not Besoin.objects.exists()


def test_les_balises_d_un_texte_sont_montrees_pas_executees(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    navigateur = client_de(boulangere)
    piege = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    refuse = navigateur.post(PUBLIER_BESOIN, remplir(texte=piege, competence="")).content.decode()
    navigateur.post(PUBLIER_BESOIN, remplir(texte=piege))
    besoin = Besoin.objects.get()
    pages = [
        navigateur.get(url).content.decode()
        for url in (
            reverse("matching:besoin", args=[besoin.uuid]),
            reverse("matching:mes_annonces"),
            reverse("matching:tableau"),
            modifier(besoin),
        )
    ]
    for page in (refuse, *pages):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;" in pages[0]


def test_un_lien_peut_remplir_l_ecran(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    requete = {"texte": "de belles photos", "competence": "photos-produits"}
    reponse = client_de(boulangere).get(PUBLIER_BESOIN, requete)
    assert "de belles photos</textarea>" in reponse.content.decode()
    assert [o.valeur for o in reponse.context["options"] if o.est_cochee] == ["photos-produits"]
    for code in ("inconnue", "\x00"):
        assert client_de(boulangere).get(PUBLIER_BESOIN, {"competence": code}).status_code == 200


def test_qui_croit_n_avoir_rien_a_offrir_voit_des_idees_de_metier(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    page = client_de(boulangere).get(PUBLIER_SAVOIR_FAIRE)
    assert "Rien à offrir" in page.content.decode()
    assert [idee.valeur for idee in page.context["idees"]] == ["vitrine-boutique"]
    assert client_de(boulangere).get(PUBLIER_BESOIN).context["idees"] == []


def test_modifier_change_l_annonce_et_ses_rapprochements(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    besoin = demander(boulangerie, "photos-produits")
    offrir(menuiserie, "site-vitrine")
    navigateur = client_de(boulangere)
    assert besoin.texte in navigateur.get(modifier(besoin)).content.decode()
    reponse = navigateur.post(
        modifier(besoin), remplir(competence="site-vitrine", texte="Un site tout simple")
    )
    assert reponse["Location"] == reverse("matching:mes_annonces")
    besoin.refresh_from_db()
    assert (besoin.texte, besoin.competence_id, besoin.aretes.count()) == (
        "Un site tout simple",
        "site-vitrine",
        1,
    )


def test_une_modification_refusee_ne_change_rien(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    besoin = demander(boulangerie, "photos-produits")
    assert client_de(boulangere).post(modifier(besoin), remplir(texte="")).status_code == 422
    assert Besoin.objects.get().texte == besoin.texte


@pytest.mark.parametrize("statut", [StatutAnnonce.RETIREE, StatutAnnonce.MASQUEE])
def test_une_annonce_retiree_ou_masquee_ne_se_modifie_plus(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, statut: StatutAnnonce
) -> None:
    besoin = creer_besoin(boulangerie, "photos-produits", statut=statut)
    for envoyer in (client_de(boulangere).get, client_de(boulangere).post):
        reponse = envoyer(modifier(besoin), remplir(), follow=True)
        assert "ne peut plus être modifiée" in reponse.content.decode()
    assert Besoin.objects.get().texte == besoin.texte


def test_l_annonce_d_une_autre_n_existe_pas(
    client_de: Any, intruse: Utilisateur, animatrice: Utilisateur, boulangerie: Entreprise
) -> None:
    annonces: list[Besoin | SavoirFaire] = [
        creer_besoin(boulangerie, "photos-produits"),
        creer_savoir_faire(boulangerie, "instagram"),
    ]
    for annonce in annonces:
        assert client_de(intruse).get(modifier(annonce)).status_code == 404
        assert client_de(intruse).post(modifier(annonce), remplir(texte="volé")).status_code == 404
        reponse = client_de(animatrice).post(modifier(annonce), remplir(texte="volé"))
        assert reponse["Location"] == reverse("profils:inscrire_entreprise")
        annonce.refresh_from_db()
        assert annonce.texte != "volé"


def test_l_identifiant_d_un_besoin_n_est_pas_celui_d_un_savoir_faire(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    besoin = creer_besoin(boulangerie, "photos-produits")
    url = reverse("matching:modifier_annonce", args=[SavoirFaire, besoin.uuid])
    assert client_de(boulangere).get(url).status_code == 404


@pytest.mark.parametrize("url", [PUBLIER_BESOIN, PUBLIER_SAVOIR_FAIRE])
def test_publier_demande_d_entrer_puis_une_entreprise(
    client: Client, client_de: Any, animatrice: Utilisateur, url: str
) -> None:
    assert client.get(url)["Location"].startswith(reverse("account_login"))
    assert client.post(url, remplir())["Location"].startswith(reverse("account_login"))
    assert client_de(animatrice).post(url, remplir())["Location"] == reverse("profils:inscrire_entreprise")
    assert not Besoin.objects.exists()


def test_les_suggestions_suivent_les_mots_et_gardent_le_choix(client: Client, db: None) -> None:
    reponse = client.get(SUGGESTIONS, {"texte": "mes photos sont moches", "competence": "site-vitrine"})
    assert reponse.status_code == 200
    codes = [option.valeur for option in reponse.context["options"]]
    assert codes[0] == "site-vitrine"
    assert "photos-produits" in codes
    assert reponse.content.decode().count(" checked") == 1
    assert "<html" not in reponse.content.decode()


@pytest.mark.parametrize("texte", ["", "a", "xyzzy plugh", "a" * 10_000, "\x00", "<b>", "%_'\""])
def test_des_mots_sans_suite_ne_suggerent_rien(client: Client, db: None, texte: str) -> None:
    reponse = client.get(SUGGESTIONS, {"texte": texte})
    assert reponse.status_code == 200
    assert reponse.context["options"] == []
    assert client.get(SUGGESTIONS, {"competence": "\x00"}).status_code == 200
    assert client.post(SUGGESTIONS, {"texte": texte}).status_code == 405
