"""« À débloquer »: the animator's basket, of her territoire only."""

from typing import Any

import pytest
from django.urls import reverse

from animation.presentation.console import Tuile
from matching.models import Demande
from messagerie.models import Notification
from profils.models import Entreprise, Utilisateur
from territoires.models import Commune
from tests.matching.scenes import demander, membre, offrir, verifier_cout_constant, voisine
from tests.matching.scenes_demandes import apres, dire_non, lancer, plus_tard, preparer, prevenues

PANIER = reverse("animation:a_debloquer")


@pytest.fixture
def demande(boulangerie: Entreprise) -> Demande:
    besoin, autres = preparer(boulangerie, 4)
    demande = lancer(besoin)
    dire_non(demande, autres[0])
    demande = apres(demande, hours=1)
    return apres(demande, days=5)


def adresse(nom: str, demande: Demande, *suite: Any) -> str:
    return reverse(f"animation:{nom}", args=[demande.uuid, *suite])


def test_elle_voit_le_panier_de_son_territoire(
    client_de: Any, animatrice: Utilisateur, animatrice_44: Utilisateur, demande: Demande
) -> None:
    page = client_de(animatrice).get(PANIER).content.decode()
    assert "Boulangerie du Marché" in page
    assert "Nouvelle" in page
    assert "1</strong>" not in client_de(animatrice_44).get(PANIER).content.decode()
    assert "Rien à débloquer" in client_de(animatrice_44).get(PANIER).content.decode()
    console = client_de(animatrice).get(reverse("animation:console")).content.decode()
    assert "1 vous attend" in console


def test_hors_de_tout_territoire_elle_n_appelle_que_les_referents(
    animatrice_44: Utilisateur, referente: Utilisateur, intruse: Utilisateur, boulangerie: Entreprise
) -> None:
    """Asked about no territoire, the filter on the team found whoever animates nothing: every company."""
    Commune.objects.update(territoire=None)
    besoin, _ = preparer(boulangerie, 2)
    apres(lancer(besoin), days=5)
    appelees = Notification.objects.filter(genre="demande_a_debloquer").values_list("destinataire", flat=True)
    assert list(appelees) == [referente.pk]


def test_une_demande_jeune_n_y_est_pas(
    client_de: Any, animatrice: Utilisateur, boulangerie: Entreprise
) -> None:
    besoin, _ = preparer(boulangerie, 2)
    demande = lancer(besoin)
    assert "Rien à débloquer" in client_de(animatrice).get(PANIER).content.decode()
    assert client_de(animatrice).get(adresse("demande", demande)).status_code == 404


def test_elle_voit_qui_est_prevenu_et_previent_quelqu_un(
    client_de: Any, animatrice: Utilisateur, demande: Demande
) -> None:
    nouvelle = voisine("Atelier Rault")
    savoir_faire = offrir(nouvelle, "site-vitrine")
    navigateur = client_de(animatrice)
    page = navigateur.get(adresse("demande", demande)).content.decode()
    assert "Ne peut pas cette fois" in page
    assert "Atelier Rault" in page
    with plus_tard(demande.cree_le, days=5, hours=1):
        reponse = navigateur.post(adresse("solliciter", demande, savoir_faire.uuid), follow=True)
    assert "cette entreprise est prévenue" in reponse.content.decode()
    assert nouvelle in prevenues(demande)


def test_elle_ecrit_et_l_entreprise_le_lit(
    client_de: Any, animatrice: Utilisateur, boulangere: Utilisateur, demande: Demande
) -> None:
    reponse = client_de(animatrice).post(adresse("ecrire_demande", demande), {"texte": "Venez <jeudi>."})
    assert reponse["Location"] == adresse("demande", demande)
    page = client_de(boulangere).get(reverse("matching:demande", args=[demande.uuid])).content.decode()
    assert "Venez &lt;jeudi&gt;." in page
    assert "Anna, qui anime votre territoire" in page


@pytest.mark.parametrize("texte", ["", "   ", "x" * 1001, "zéro\x00"])
def test_une_note_refusee_se_dit_au_champ(
    client_de: Any, animatrice: Utilisateur, demande: Demande, texte: str
) -> None:
    reponse = client_de(animatrice).post(adresse("ecrire_demande", demande), {"texte": texte})
    assert reponse.status_code == 422
    assert not demande.journal.filter(fait="note").exists()


def test_la_console_met_devant_ce_qui_attend(
    client_de: Any, animatrice: Utilisateur, animatrice_44: Utilisateur, demande: Demande
) -> None:
    def tuiles(lectrice: Utilisateur) -> list[Tuile]:
        lues: list[Tuile] = client_de(lectrice).get(reverse("animation:console")).context["tuiles"]
        return lues

    assert (tuiles(animatrice)[0].url, tuiles(animatrice)[0].attend) == (PANIER, "1 vous attend")
    assert not any(tuile.attend for tuile in tuiles(animatrice_44)), "another territoire's"
    client_de(animatrice).post(adresse("voir_demande", demande))
    assert not any(tuile.attend for tuile in tuiles(animatrice))


def test_elle_marque_vue(client_de: Any, animatrice: Utilisateur, demande: Demande) -> None:
    client_de(animatrice).post(adresse("voir_demande", demande))
    demande.refresh_from_db()
    assert demande.vue_le is not None
    assert "Vue" in client_de(animatrice).get(PANIER).content.decode()


def test_la_voisine_n_y_peut_rien(client_de: Any, animatrice_44: Utilisateur, demande: Demande) -> None:
    navigateur = client_de(animatrice_44)
    assert navigateur.get(adresse("demande", demande)).status_code == 404
    assert navigateur.post(adresse("voir_demande", demande)).status_code == 404
    assert navigateur.post(adresse("ecrire_demande", demande), {"texte": "Bonjour"}).status_code == 404


def test_le_cout_du_panier_ne_depend_pas_du_nombre(client_de: Any, animatrice: Utilisateur) -> None:
    def ajouter(n: int) -> None:
        for _ in range(n):
            demandeuse = voisine()
            offrir(demandeuse, "vitrine-boutique")
            offrir(voisine(), "site-vitrine")
            demande = lancer(demander(demandeuse, "site-vitrine"))
            Demande.objects.filter(pk=demande.pk).update(au_panier_le=demande.cree_le)
            assert membre(demandeuse)

    verifier_cout_constant(client_de(animatrice), PANIER, ajouter)
