"""The référent's list of missing words."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import Competence, EtatMot, MotManquant
from matching.services.mots import rattacher_mots
from messagerie.models import Notification
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_entreprise, creer_utilisateur
from tests.matching.scenes import verifier_cout_constant, voisine
from tests.matching.test_mots_manquants import signaler

pytestmark = pytest.mark.django_db

MOTS = reverse("animation:mots")


@pytest.fixture
def rosa(client_de: Any, referente: Utilisateur) -> Client:
    client: Client = client_de(referente)
    return client


@pytest.fixture
def mot(boulangerie: Entreprise) -> MotManquant:
    return signaler(boulangerie, "ma caisse tactile bugue").mot


def adresse(nom: str, mot: MotManquant) -> str:
    return reverse(f"animation:{nom}", args=[mot.uuid])


def textes(client: Client, **filtre: str) -> list[str]:
    return [mot.texte for mot in client.get(MOTS, filtre).context["page"]]


def test_la_liste_dit_les_mots_le_metier_le_lieu_et_jamais_qui(rosa: Client, mot: MotManquant) -> None:
    signaler(voisine(), "la caisse tactile elle bugue toujours")
    page = rosa.get(MOTS).content.decode()
    for morceau in (
        "ma caisse tactile bugue",
        "Boulangerie, pâtisserie",
        "Ille-et-Vilaine",
        "1 autre presque pareil",
    ):
        assert morceau in page
    for secret in ("Boulangerie du Marché", "Alice", "alice@exemple.fr"):
        assert secret not in page
        assert secret not in rosa.get(adresse("mot", mot)).content.decode()


def test_vide_et_filtres(rosa: Client, boulangerie: Entreprise) -> None:
    assert "Rien ici" in rosa.get(MOTS).content.decode()
    nantaise = creer_entreprise("Nantaise", commune="44109", membre=creer_utilisateur("Nina"))
    signaler(boulangerie, "ma caisse tactile bugue")
    photos = signaler(nantaise, "mes photos floues débordent").mot
    MotManquant.objects.exclude(pk=photos.pk).update(theme=None)
    MotManquant.objects.filter(pk=photos.pk).update(theme="visibilite")
    assert textes(rosa) == ["mes photos floues débordent", "ma caisse tactile bugue"]
    assert textes(rosa, territoire="loire-atlantique") == ["mes photos floues débordent"]
    assert textes(rosa, theme="visibilite") == ["mes photos floues débordent"]
    assert textes(rosa, q="CAISSE") == ["ma caisse tactile bugue"]
    assert "Aucun texte ne correspond" in rosa.get(MOTS, {"q": "xyzzy"}).content.decode()
    for filtre in ({"etat": "compris"}, {"etat": "ecarte"}):
        assert textes(rosa, **filtre) == []
    for mauvais in ({"etat": "x"}, {"theme": "x"}, {"territoire": "x"}, {"q": "\x00"}, {"page": "x"}):
        assert rosa.get(MOTS, mauvais).status_code == 200


def test_la_liste_coute_pareil_pour_deux_que_pour_douze(rosa: Client) -> None:
    deja = iter(range(100))
    verifier_cout_constant(
        rosa, MOTS, lambda n: [signaler(voisine(), f"caisse {next(deja)} qui bugue") for _ in range(n)]
    )


def test_vingt_par_page(rosa: Client) -> None:
    for numero in range(21):
        signaler(voisine(), f"chose{numero} inconnue{numero}")
    assert len(textes(rosa)) == 20
    assert textes(rosa, page="2") == ["chose0 inconnue0"]


def test_ranger_un_mot_et_ses_semblables(rosa: Client, mot: MotManquant) -> None:
    pareil = signaler(voisine(), "la caisse tactile elle bugue toujours").mot
    page = rosa.get(adresse("mot", mot))
    assert page.context["semblables"] == [pareil]
    envoi = {"competence": "site-vitrine", "dit": " ma  caisse bugue ", "semblables": [str(pareil.uuid)]}
    assert rosa.post(adresse("rattacher_mot", mot), envoi)["Location"] == MOTS
    assert set(MotManquant.objects.values_list("etat", "competence")) == {(EtatMot.COMPRIS, "site-vitrine")}
    assert Competence.objects.get(code="site-vitrine").dits[-1] == "ma caisse bugue"
    assert Notification.objects.filter(genre="mot_compris").count() == 2
    assert "Compris" in rosa.get(adresse("mot", mot)).content.decode()


def test_un_mot_non_coche_reste_a_traiter(rosa: Client, mot: MotManquant) -> None:
    pareil = signaler(voisine(), "la caisse tactile elle bugue toujours").mot
    rosa.post(adresse("rattacher_mot", mot), {"competence": "site-vitrine", "dit": ""})
    assert MotManquant.objects.en_attente().get() == pareil


@pytest.mark.parametrize(
    "envoi",
    [
        {"competence": "", "dit": "x"},
        {"competence": "inconnue", "dit": "x"},
        {"competence": "instagram", "dit": "a" * 121},
        {"competence": "instagram", "dit": "factures"},
        {"competence": "instagram", "dit": "x", "semblables": ["00000000-0000-0000-0000-000000000000"]},
        {"competence": "instagram", "dit": "x", "semblables": ["x"]},
    ],
)
def test_mal_ranger_est_dit_et_ne_change_rien(rosa: Client, mot: MotManquant, envoi: dict[str, Any]) -> None:
    reponse = rosa.post(adresse("rattacher_mot", mot), envoi)
    assert reponse.status_code == 422
    assert "ma caisse tactile bugue" in reponse.content.decode()
    mot.refresh_from_db()
    assert mot.etat == EtatMot.EN_ATTENTE


def test_ecarter_demande_une_raison(rosa: Client, mot: MotManquant) -> None:
    assert rosa.post(adresse("ecarter_mot", mot), {"motif": " "}).status_code == 422
    assert rosa.post(adresse("ecarter_mot", mot), {"motif": "a" * 301}).status_code == 422
    rosa.post(adresse("ecarter_mot", mot), {"motif": "C’est une panne."})
    mot.refresh_from_db()
    assert (mot.etat, mot.motif) == (EtatMot.ECARTE, "C’est une panne.")
    assert textes(rosa, etat="ecarte") == [mot.texte]


def test_deux_referents_au_meme_instant(rosa: Client, mot: MotManquant, referente: Utilisateur) -> None:
    rattacher_mots(par=referente, mots=[mot], competence=Competence.objects.get(code="instagram"))
    reponse = rosa.post(adresse("ecarter_mot", mot), {"motif": "Trop tard."})
    assert "déjà traités" in reponse.content.decode()
    mot.refresh_from_db()
    assert mot.etat == EtatMot.COMPRIS
