"""« Aucune ne convient » on the publication screen: what happens next, and the ways not to wait."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import (
    Attente,
    Besoin,
    ChoixCompetence,
    Competence,
    MotManquant,
    OrigineChoix,
    SavoirFaire,
)
from matching.services.mots import ATTENTES_MAX, ecarter_mots, rattacher_mots
from matching.services.refonte import fusionner_competences, retirer_competence
from profils.models import Entreprise, Utilisateur
from tests.matching.scenes import demander, verifier_cout_constant
from tests.matching.test_mots_manquants import signaler
from tests.matching.test_vues_publication import (
    PUBLIER_BESOIN,
    PUBLIER_SAVOIR_FAIRE,
    SUGGESTIONS,
    modifier,
    remplir,
)

pytestmark = pytest.mark.django_db

MES_ANNONCES = reverse("matching:mes_annonces")
CAISSE = "Ma caisse tactile bugue"


@pytest.fixture
def alice(client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise) -> Client:
    client: Client = client_de(boulangere)
    return client


def fusionner(par: Utilisateur, source: str, cible: str) -> None:
    fusionner_competences(
        par=par, source=Competence.objects.get(code=source), cible=Competence.objects.get(code=cible)
    )


def test_aucune_ne_convient_envoie_les_mots_et_dit_la_suite(alice: Client) -> None:
    envoi = remplir(texte=CAISSE, competence="aucune", rayon_km="50", modalites=["8"])
    reponse = alice.post(PUBLIER_BESOIN, envoi, follow=True)
    attente = Attente.objects.get()
    assert reponse.redirect_chain == [(reverse("matching:attente", args=[attente.uuid]), 302)]
    page = reponse.content.decode()
    assert "Vous recevez un e-mail" in page
    assert "Rien n’est en ligne pour l’instant" in page
    assert (attente.reglages["rayon_km"], attente.reglages["modalites"]) == (50, 8)
    assert not Besoin.objects.exists()
    assert CAISSE in alice.get(MES_ANNONCES).content.decode()


def test_aucune_demande_aussi_des_mots_et_des_reglages_valables(alice: Client) -> None:
    mauvaises: list[dict[str, Any]] = [{"texte": ""}, {"modalites": []}, {"texte": "a" * 601}]
    for champs in mauvaises:
        reponse = alice.post(PUBLIER_BESOIN, remplir(**{"texte": CAISSE, "competence": "aucune", **champs}))
        assert reponse.status_code == 422
        assert list(reponse.context["formulaire"].errors) == list(champs)
    assert not MotManquant.objects.exists()


def test_un_refus_est_dit_sur_le_meme_ecran(alice: Client, boulangerie: Entreprise) -> None:
    for numero in range(ATTENTES_MAX):
        signaler(boulangerie, f"caisse numero{numero} capricieuse")
    reponse = alice.post(PUBLIER_BESOIN, remplir(texte=CAISSE, competence="aucune"))
    assert reponse.status_code == 422
    assert "attendent déjà une réponse" in reponse.content.decode()
    assert CAISSE in reponse.content.decode()


def test_sans_attendre_on_choisit_dans_la_liste_et_tout_est_garde(alice: Client) -> None:
    alice.post(PUBLIER_BESOIN, remplir(texte=CAISSE, competence="aucune", rayon_km="50"))
    attente = Attente.objects.get()
    reprise = f"{PUBLIER_BESOIN}?attente={attente.uuid}"
    formulaire = alice.get(reprise).context["formulaire"]
    assert (formulaire["texte"].value(), formulaire["rayon_km"].value()) == (CAISSE, 50)
    alice.post(reprise, remplir(texte=CAISSE, competence="facture-electronique"))
    assert Besoin.objects.get().texte == CAISSE
    assert not Attente.objects.exists()
    assert MotManquant.objects.get().piste_id == "facture-electronique"


def test_une_fois_compris_il_reste_un_bouton_a_toucher(alice: Client, referente: Utilisateur) -> None:
    alice.post(PUBLIER_SAVOIR_FAIRE, remplir(texte=CAISSE, competence="aucune"))
    attente = Attente.objects.get()
    cible = Competence.objects.get(code="instagram")
    rattacher_mots(par=referente, mots=[attente.mot], competence=cible)
    assert "Relire et publier" in alice.get(MES_ANNONCES).content.decode()
    assert cible.phrase in alice.get(reverse("matching:attente", args=[attente.uuid])).content.decode()
    fusionner(referente, "instagram", "site-vitrine")  # since then, the tree has changed
    page = alice.get(f"{PUBLIER_SAVOIR_FAIRE}?attente={attente.uuid}")
    assert [o.valeur for o in page.context["options"] if o.est_cochee] == ["site-vitrine"]
    assert "Un référent a compris vos mots" in page.content.decode()


def test_ecarte_la_raison_est_lue_et_le_texte_garde(alice: Client, referente: Utilisateur) -> None:
    alice.post(PUBLIER_BESOIN, remplir(texte=CAISSE, competence="aucune"))
    attente = Attente.objects.get()
    ecarter_mots(par=referente, mots=[attente.mot], motif="Appelez votre <b>vendeur</b>.")
    adresses = (reverse("matching:attente", args=[attente.uuid]), f"{PUBLIER_BESOIN}?attente={attente.uuid}")
    for adresse in adresses:
        page = alice.get(adresse).content.decode()
        assert "Appelez votre &lt;b&gt;vendeur&lt;/b&gt;." in page
        assert CAISSE in page


def test_on_peut_retirer_son_texte(alice: Client) -> None:
    alice.post(PUBLIER_BESOIN, remplir(texte=CAISSE, competence="aucune"))
    alice.post(reverse("matching:abandonner_attente", args=[Attente.objects.get().uuid]))
    assert not Attente.objects.exists()


def test_le_texte_d_une_autre_n_existe_pas(alice: Client, client_de: Any, intruse: Utilisateur) -> None:
    alice.post(PUBLIER_BESOIN, remplir(texte=CAISSE, competence="aucune"))
    uuid = Attente.objects.get().uuid
    ines = client_de(intruse)
    assert ines.get(reverse("matching:attente", args=[uuid])).status_code == 404
    assert ines.post(reverse("matching:abandonner_attente", args=[uuid])).status_code == 404
    assert CAISSE not in ines.get(f"{PUBLIER_BESOIN}?attente={uuid}").content.decode()
    for cle in ("x", "\x00", ""):
        assert alice.get(PUBLIER_BESOIN, {"attente": cle}).status_code == 200
    assert Attente.objects.exists()


def test_vos_annonces_coute_pareil_pour_deux_attentes_que_pour_douze(
    alice: Client, boulangerie: Entreprise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.services.mots.ATTENTES_MAX", 50)
    deja = iter(range(100))
    verifier_cout_constant(
        alice,
        MES_ANNONCES,
        lambda n: [signaler(boulangerie, f"caisse{next(deja)} capricieuse") for _ in range(n)],
    )


def test_modifier_une_annonce_ne_propose_pas_d_attendre(alice: Client, boulangerie: Entreprise) -> None:
    besoin = demander(boulangerie, "instagram")
    assert "Aucune ne convient" not in alice.get(modifier(besoin)).content.decode()
    reponse = alice.post(modifier(besoin), remplir(competence="aucune"))
    assert list(reponse.context["formulaire"].errors) == ["competence"]


def test_les_suggestions_disent_en_peu_de_mots_ce_qui_change(client: Client) -> None:
    page = client.get(SUGGESTIONS, {"texte": "mes photos sont moches", "aucune": "1"}).content.decode()
    assert 'hx-swap-oob="innerHTML:#suggestions-dites"' in page
    assert "3 réponses possibles\u00a0: Photographier ses produits," in page
    assert "Aucune ne convient" in page
    assert "Aucune ne convient" not in client.get(SUGGESTIONS, {"texte": "mes photos"}).content.decode()
    cochee = client.get(SUGGESTIONS, {"texte": "xyzzy", "aucune": "1", "competence": "aucune"})
    assert 'value="aucune" checked' in cochee.content.decode()


# ---- Old codes ----------------------------------------------------------------------------------


def test_un_ancien_lien_mene_a_la_nouvelle_competence(alice: Client, referente: Utilisateur) -> None:
    fusionner(referente, "instagram", "site-vitrine")
    for adresse in (reverse("matching:recherche"), PUBLIER_BESOIN, PUBLIER_SAVOIR_FAIRE):
        reponse = alice.get(adresse, {"competence": "instagram", "texte": "mon été"})
        assert reponse.status_code == 301
        assert reponse["Location"] == f"{adresse}?competence=site-vitrine&texte=mon+%C3%A9t%C3%A9"
        assert alice.get(reponse["Location"]).status_code in {200, 422}


def test_un_ecran_ouvert_avant_la_fusion_publie_quand_meme(alice: Client, referente: Utilisateur) -> None:
    fusionner(referente, "photos-produits", "site-vitrine")
    assert alice.post(PUBLIER_BESOIN, remplir(competence="photos-produits")).status_code == 302
    assert Besoin.objects.get().competence_id == "site-vitrine"


def test_une_retiree_ne_se_choisit_plus_mais_son_annonce_se_modifie_encore(
    alice: Client, boulangerie: Entreprise, referente: Utilisateur
) -> None:
    besoin = demander(boulangerie, "instagram")
    retirer_competence(par=referente, competence=Competence.objects.get(code="instagram"))
    assert alice.post(PUBLIER_BESOIN, remplir(competence="instagram")).status_code == 422
    page = alice.get(PUBLIER_BESOIN, {"competence": "instagram"})
    codes = [option.valeur for _, options in page.context["themes"] for option in options]
    assert "instagram" not in codes
    assert [option for option in page.context["options"] if option.est_cochee] == []
    envoi = remplir(competence="instagram", texte="Toujours sur Instagram")
    assert alice.post(modifier(besoin), envoi).status_code == 302
    besoin.refresh_from_db()
    assert (besoin.texte, besoin.competence_id) == ("Toujours sur Instagram", "instagram")
    recherche = alice.get(reverse("matching:recherche"), {"competence": "instagram", "commune": "Rennes"})
    assert recherche.status_code == 200


# ---- Learned from use ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "competence", "rang"),
    [
        ("photographier mes produits, mes photos sont moches", "photos-produits", 1),
        ("xyzzy plugh", "instagram", None),
    ],
)
def test_publier_apprend_sans_dire_de_qui(
    alice: Client, texte: str, competence: str, rang: int | None
) -> None:
    for _ in range(2):  # sent twice, learnt once
        alice.post(PUBLIER_BESOIN, remplir(texte=f"{texte} alice@exemple.fr", competence=competence))
    choix = ChoixCompetence.objects.get()
    assert (choix.texte, choix.choisie_id, choix.rang) == (f"{texte} …", competence, rang)
    assert choix.origine == OrigineChoix.PUBLICATION
    champs = {champ.name for champ in ChoixCompetence._meta.get_fields()}
    assert not champs & {"entreprise", "utilisateur", "besoin", "savoir_faire", "cree_le"}


def test_modifier_n_apprend_que_ce_qui_change(alice: Client, boulangerie: Entreprise) -> None:
    besoin = demander(boulangerie, "instagram")
    meme = remplir(competence="instagram", texte=besoin.texte, rayon_km="5")
    alice.post(modifier(besoin), meme)
    assert not ChoixCompetence.objects.exists()
    alice.post(modifier(besoin), {**meme, "competence": "photos-produits"})
    assert ChoixCompetence.objects.get().origine == OrigineChoix.MODIFICATION


def test_les_chiffres_comptent_la_premiere_les_trois_et_l_ailleurs(alice: Client) -> None:
    alice.post(PUBLIER_BESOIN, remplir(texte="mes photos sont moches"))
    alice.post(PUBLIER_SAVOIR_FAIRE, remplir(texte="xyzzy plugh", competence="instagram"))
    assert ChoixCompetence.objects.all().chiffres() == {"total": 2, "premiere": 1, "trois": 1, "ailleurs": 1}
    assert SavoirFaire.objects.count() == 1
