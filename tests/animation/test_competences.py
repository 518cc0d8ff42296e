"""The référent's screens of the tree: reword, merge, split, retire, undo, export."""

import tomllib
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import Besoin, Competence, JournalArbre, MotManquant, Theme
from matching.services.competences import ContenuCompetence, creer_competence
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_besoin
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import verifier_cout_constant
from tests.matching.test_mots_manquants import signaler

pytestmark = pytest.mark.django_db

ARBRE = reverse("animation:competences")
NOUVELLE = reverse("animation:nouvelle_competence")
HISTORIQUE = reverse("animation:historique_arbre")


def adresse(nom: str, *codes: str) -> str:
    return reverse(f"animation:{nom}", args=codes or ["instagram"])


INSTAGRAM = adresse("competence")


@pytest.fixture
def rosa(client_de: Any, referente: Utilisateur) -> Client:
    client: Client = client_de(referente)
    return client


def remplir(**champs: Any) -> dict[str, Any]:
    return {
        "theme": "visibilite",
        "titre": "Publier sur Instagram",
        "phrase": "Des photos et des mots qui donnent envie.",
        "dits": "être sur instagram\r\n\r\n  poster   une story \r\nEtre sur Instagram",
        "jargon": "reels",
        "voisines": ["photos-produits"],
        "place": "1",
        **champs,
    }


def lire(client: Client, url: str, **parametres: str) -> str:
    reponse = client.get(url, parametres)
    assert reponse.status_code == 200
    return str(reponse.content.decode())


def test_l_arbre_montre_themes_annonces_et_retirees(rosa: Client, boulangerie: Entreprise) -> None:
    creer_besoin(boulangerie, "instagram")
    rosa.post(adresse("retirer_competence", "site-vitrine"), {"vers": "instagram"})
    page = lire(rosa, ARBRE)
    assert "Être trouvé sur internet" in page
    assert "1 besoin, 0 savoir-faire en ligne" in page
    assert "mène à «\u00a0Publier sur Instagram\u00a0»" in page


def test_l_arbre_coute_pareil_quel_que_soit_le_nombre(rosa: Client, referente: Utilisateur) -> None:
    theme = Theme.objects.get(code="metiers")

    def ajouter(nombre: int) -> None:
        for _ in range(nombre):
            creer_competence(
                par=referente,
                contenu=ContenuCompetence(theme, f"Métier {Competence.objects.count()}", "Phrase."),
            )

    verifier_cout_constant(rosa, ARBRE, ajouter)


def test_modifier_enregistre_des_lignes_propres(rosa: Client) -> None:
    assert rosa.post(INSTAGRAM, remplir()).status_code == 302
    lue = Competence.objects.get(code="instagram")
    assert lue.dits == ["être sur instagram", "poster une story"]
    assert (lue.jargon, lue.ordre) == (["reels"], 0)
    assert "poster une story" in lire(rosa, INSTAGRAM)


@pytest.mark.parametrize(
    ("champ", "valeur", "message"),
    [
        ("titre", "", "Il manque une réponse"),
        ("titre", "a" * 81, "80 signes au plus"),
        ("titre", "créer un SITE vitrine", "porte déjà ce titre"),
        ("phrase", "a" * 201, "200 signes au plus"),
        ("theme", "inconnu", "Choisissez une des réponses"),
        ("dits", "mes photos SONT moches", "est déjà dit de « Photographier ses produits »"),
        ("dits", "a" * 121, "Une ligne dépasse 120 signes"),
        ("dits", "\n".join(f"dit {n}" for n in range(101)), "100 lignes au plus"),
        ("jargon", "b" * 81, "Une ligne dépasse 80 signes"),
        ("place", "0", "1 au moins"),
        ("voisines", ["instagram"], ""),
        ("voisines", ["inconnue"], ""),
    ],
)
def test_une_mauvaise_reponse_est_dite_et_rien_ne_change(
    rosa: Client, champ: str, valeur: Any, message: str
) -> None:
    reponse = rosa.post(INSTAGRAM, remplir(**{champ: valeur}))
    assert reponse.status_code == 422
    assert list(reponse.context["formulaire"].errors) == [champ]
    assert message in reponse.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")
    assert not JournalArbre.objects.exists()


def test_creer_une_competence_puis_un_theme(rosa: Client) -> None:
    rosa.post(reverse("animation:nouveau_theme"), {"titre": "Encaisser", "place": "1"})
    theme = Theme.objects.first()
    assert theme
    assert (theme.code, theme.titre) == ("encaisser", "Encaisser")
    assert rosa.post(reverse("animation:nouveau_theme"), {"titre": "ENCAISSER"}).status_code == 422
    champs = remplir(theme="encaisser", titre="Régler sa <b>caisse</b>", dits="ma caisse", voisines=[])
    reponse = rosa.post(NOUVELLE, champs)
    assert reponse["Location"] == adresse("competence", "regler-sa-bcaisseb")
    page = lire(rosa, ARBRE)
    assert "Régler sa &lt;b&gt;caisse&lt;/b&gt;" in page
    rosa.post(adresse("theme", "encaisser"), {"titre": "Encaisser sans souci", "place": ""})
    assert Theme.objects.last() == theme


def test_fusionner_dit_d_abord_ce_qu_il_touche(rosa: Client, boulangerie: Entreprise) -> None:
    creer_besoin(boulangerie, "instagram")
    creer_besoin(boulangerie, "instagram", statut="en_pause")
    page = rosa.get(adresse("fusionner_competence"))
    assert (page.context["portee"].total, page.context["portee"].en_ligne) == (2, 1)
    assert JournalArbre.objects.count() == 0
    reponse = rosa.post(adresse("fusionner_competence"), {"vers": "site-vitrine"}, follow=True)
    assert reponse.redirect_chain == [(adresse("competence", "site-vitrine"), 302)]
    executer_la_file()
    assert set(Besoin.objects.values_list("competence", flat=True)) == {"site-vitrine"}
    assert "mènent à" in lire(rosa, INSTAGRAM)


@pytest.mark.parametrize("vers", ["", "instagram", "inconnue"])
def test_fusionner_avec_rien_soi_meme_ou_l_inconnu_est_refuse(rosa: Client, vers: str) -> None:
    reponse = rosa.post(adresse("fusionner_competence"), {"vers": vers}, follow=True)
    assert reponse.status_code == 422 or "Choisissez une autre compétence" in reponse.content.decode()
    assert not JournalArbre.objects.exists()


def test_retirer_en_faveur_d_une_retiree_est_refuse(rosa: Client) -> None:
    rosa.post(adresse("retirer_competence", "site-vitrine"), {"vers": ""})
    assert rosa.post(adresse("retirer_competence"), {"vers": "site-vitrine"}).status_code == 422
    assert not Competence.objects.get(code="instagram").est_retiree
    rosa.post(adresse("remettre_competence", "site-vitrine"))
    assert not Competence.objects.get(code="site-vitrine").est_retiree


def test_scinder_puis_repartir(rosa: Client, boulangerie: Entreprise) -> None:
    rosa.post(INSTAGRAM, remplir(dits="être sur instagram\nmonter un film avec de la musique"))
    film = creer_besoin(boulangerie, "instagram", texte="monter un film avec de la musique")
    autre = creer_besoin(boulangerie, "instagram", texte="être sur instagram")
    champs = {"titre": "Monter un film", "phrase": "Court.", "dits": ["monter un film avec de la musique"]}
    reponse = rosa.post(adresse("scinder_competence"), champs)
    repartir = adresse("repartir", "instagram", "monter-un-film")
    assert reponse["Location"] == repartir
    lignes = rosa.get(repartir).context["lignes"]
    assert {ligne.annonce: ligne.va_a_la_nouvelle for ligne in lignes} == {film: True, autre: False}
    rosa.post(repartir, {"annonces": [str(film.uuid), "n’importe quoi"]})
    film.refresh_from_db()
    autre.refresh_from_db()
    assert (film.competence_id, autre.competence_id) == ("monter-un-film", "instagram")


@pytest.mark.parametrize(
    "champs",
    [
        {"titre": "", "phrase": "x"},
        {"titre": "Créer un site vitrine", "phrase": "x"},
        {"titre": "Neuve", "phrase": "x", "dits": ["jamais dit"]},
    ],
)
def test_scinder_mal_est_dit(rosa: Client, champs: dict[str, Any]) -> None:
    assert rosa.post(adresse("scinder_competence"), champs).status_code == 422
    assert not JournalArbre.objects.exists()


def test_l_historique_dit_qui_quoi_et_s_annule(rosa: Client) -> None:
    rosa.post(INSTAGRAM, remplir(titre="Insta"))
    page = lire(rosa, HISTORIQUE)
    for morceau in ("Modifiée", "Rosa", "<del>Publier sur Instagram</del>", "<ins>Insta</ins>"):
        assert morceau in page
    changement = JournalArbre.objects.get()
    rosa.post(adresse("annuler_changement", str(changement.uuid)))
    assert Competence.objects.get(code="instagram").titre == "Publier sur Instagram"
    page = lire(rosa, HISTORIQUE)
    assert "Annulé depuis" in page
    assert "Annuler ce changement" not in page
    encore = rosa.post(adresse("annuler_changement", str(changement.uuid)), follow=True)
    assert "déjà annulé" in encore.content.decode()


def test_l_historique_coute_pareil_quel_que_soit_le_nombre(rosa: Client) -> None:
    deja = iter(range(100))

    def ajouter(nombre: int) -> None:
        for _ in range(nombre):
            rosa.post(INSTAGRAM, remplir(titre=f"Insta {next(deja)}"))

    verifier_cout_constant(rosa, HISTORIQUE, ajouter)


@pytest.mark.parametrize("nom", ["toml", "json", "csv"])
def test_telecharger_l_arbre(rosa: Client, nom: str) -> None:
    reponse = rosa.get(adresse("exporter_competences", nom))
    assert reponse["Content-Disposition"] == f'attachment; filename="competences.{nom}"'
    assert "mes photos sont moches" in reponse.content.decode()
    if nom == "toml":
        assert tomllib.loads(reponse.content.decode())["theme"][0]["code"] == "visibilite"
    assert rosa.get(adresse("exporter_competences", "exe")).status_code == 404


def test_creer_depuis_un_mot_manquant(rosa: Client, boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    mot = signaler(boulangerie, "ma caisse tactile bugue").mot
    autre = signaler(menuiserie, "la caisse tactile elle bugue").mot
    page = rosa.get(NOUVELLE, {"mot": str(mot.uuid)})
    assert page.context["formulaire"]["dits"].value() == "ma caisse tactile bugue"
    champs = remplir(titre="Régler sa caisse", dits="ma caisse tactile bugue", voisines=[])
    reponse = rosa.post(f"{NOUVELLE}?mot={mot.uuid}", champs)
    assert reponse["Location"] == reverse("animation:mot", args=[autre.uuid])
    mot.refresh_from_db()
    assert mot.competence == Competence.objects.get(code="regler-sa-caisse")
    assert MotManquant.objects.en_attente().get() == autre
    for cle in ("x", "\x00", str(mot.uuid)):
        assert rosa.get(NOUVELLE, {"mot": cle}).context["mot"] is None


def test_le_cms_y_mene_les_referents_seulement(
    client_de: Any, redactrice: Utilisateur, redactrice_nationale: Utilisateur
) -> None:
    assert ARBRE in lire(client_de(redactrice_nationale), "/cms/")
    assert ARBRE not in lire(client_de(redactrice), "/cms/")
