"""Three lines, each version accepted by the other; two edits at once lose nothing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from echange.socle.horloge import maintenant
from matching.erreurs import AccordModifie, EchangeDUneAutreEntreprise, EchangeNonEngage
from matching.models import Accord, Apport, Echange, Lignes, Valeur
from matching.presentation.seances import lignes_par_defaut
from matching.services.accords import accepter_accord, declarer_valeur, ecrire_accord
from messagerie.models import Message, Notification
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_entreprise, creer_utilisateur
from tests.matching.scenes import accepter, ensemble, membre, proposer, rendre_reciproques
from tests.matching.scenes_seances import apport_de

LIGNES = Lignes("Choisir l’outil, poser trois pages", 75, "Chez Menuiserie Le Goff, un jeudi après-midi")


@pytest.fixture
def apport(engage: Echange, menuiserie: Entreprise) -> Apport:
    return apport_de(engage, menuiserie)


def ecrire(apport: Apport, entreprise: Entreprise, lignes: Lignes = LIGNES, version: int = 0) -> Accord:
    return ecrire_accord(
        par=membre(entreprise), apport=apport, entreprise=entreprise, lignes=lignes, version=version
    )


def dire_oui(apport: Apport, entreprise: Entreprise, version: int = 1) -> Accord:
    return accepter_accord(par=membre(entreprise), apport=apport, entreprise=entreprise, version=version)


def titres(entreprise: Entreprise) -> list[str]:
    siennes = Notification.objects.filter(destinataire=membre(entreprise), genre__startswith="accord")
    return [n.titre for n in siennes.order_by("pk")]


def test_les_deux_annonces_disent_deja_les_trois_lignes(apport: Apport) -> None:
    assert lignes_par_defaut(apport) == (
        "Créer un site vitrine",
        60,
        "Chez Menuiserie Le Goff, chez Boulangerie du Marché ou dans un lieu tiers, à convenir",
    )


def test_l_une_ecrit_l_autre_dit_oui(
    apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise, engage: Echange
) -> None:
    assert ecrire(apport, menuiserie).version == 1
    assert titres(boulangerie) == ["Menuiserie Le Goff vous propose comment faire"]
    accord = dire_oui(apport, boulangerie)
    assert accord.accepte_le is not None
    assert accord.accepte_par == membre(boulangerie)
    assert titres(menuiserie) == ["Boulangerie du Marché est d’accord avec vous"]
    assert dire_oui(apport, boulangerie) == accord  # twice is once
    assert [ligne.fait for ligne in engage.journal.all()][-2:] == ["accord_ecrit", "accord_accepte"]
    derniere = Message.objects.latest("pk")
    assert "sont d’accord\u00a0: Choisir l’outil, poser trois pages, 1\u00a0h\u00a015." in derniere.texte
    assert Notification.objects.get(genre="accord_propose").lue_le is not None  # it awaits nothing more


def test_qui_a_ecrit_n_accepte_pas_a_la_place_de_l_autre(apport: Apport, menuiserie: Entreprise) -> None:
    ecrire(apport, menuiserie)
    assert dire_oui(apport, menuiserie).accepte_le is None


def test_un_changement_redemande_a_l_autre_et_garde_l_ancien(
    apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    ecrire(apport, menuiserie)
    dire_oui(apport, boulangerie)
    change = ecrire(apport, boulangerie, LIGNES._replace(duree_minutes=90), version=1)
    assert (change.version, change.accepte_le) == (2, None)
    assert [a.duree_minutes for a in apport.accords.all()] == [75, 90]
    with pytest.raises(AccordModifie):
        dire_oui(apport, menuiserie, version=1)
    assert dire_oui(apport, menuiserie, version=2).accepte_le is not None


def test_ecrire_depuis_une_version_depassee_est_refuse_sans_rien_perdre(
    apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    ecrire(apport, menuiserie)
    with pytest.raises(AccordModifie):
        ecrire(apport, boulangerie, LIGNES._replace(quoi="Autre chose"))
    assert [a.quoi for a in apport.accords.all()] == [LIGNES.quoi]
    with pytest.raises(IntegrityError), transaction.atomic():
        Accord.objects.create(apport=apport, version=1, redige_par=boulangerie, **LIGNES._asdict())


@pytest.mark.parametrize(
    "faute", [{"quoi": ""}, {"ou_quand": ""}, {"duree_minutes": 14}, {"duree_minutes": 241}, {"version": 0}]
)
def test_la_base_refuse_des_lignes_incompletes(
    apport: Apport, boulangerie: Entreprise, faute: dict[str, Any]
) -> None:
    champs = {"version": 1, **LIGNES._asdict(), **faute}
    with pytest.raises(IntegrityError), transaction.atomic():
        Accord.objects.create(apport=apport, redige_par=boulangerie, **champs)


def test_avant_l_accord_de_tous_ni_pour_l_intruse(
    propose: Echange, menuiserie: Entreprise, boulangerie: Entreprise, intruse: Utilisateur
) -> None:
    apport = apport_de(propose, menuiserie)
    with pytest.raises(EchangeNonEngage):
        ecrire(apport, menuiserie)
    accepter(propose, menuiserie)
    for entreprise in (intruse.entreprises.get(), boulangerie):
        with pytest.raises(EchangeDUneAutreEntreprise):
            ecrire_accord(par=intruse, apport=apport, entreprise=entreprise, lignes=LIGNES, version=0)
    assert not Accord.objects.exists()


def test_chacune_dit_la_valeur_de_son_don_ou_pas(
    apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    for montant in (Decimal("80.00"), Decimal(95)):
        declarer_valeur(par=membre(menuiserie), apport=apport, entreprise=menuiserie, montant=montant)
    assert Valeur.objects.get().montant == 95
    with pytest.raises(EchangeDUneAutreEntreprise):
        declarer_valeur(par=membre(boulangerie), apport=apport, entreprise=boulangerie, montant=Decimal(1))
    declarer_valeur(par=membre(menuiserie), apport=apport, entreprise=menuiserie, montant=None)
    assert not Valeur.objects.exists()
    for montant in (Decimal(0), Decimal(5001)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Valeur.objects.create(apport=apport, montant=montant, le=maintenant() - timedelta(days=1))


def deux_entreprises() -> tuple[Entreprise, Entreprise, Apport]:
    """Outside a transaction of the test's own."""
    une, deux = (creer_entreprise(nom, membre=creer_utilisateur(nom)) for nom in ("Une", "Deux"))
    rendre_reciproques(une, deux)
    return une, deux, apport_de(accepter(proposer(une), deux), deux)


@pytest.mark.django_db(transaction=True)
def test_deux_textes_au_meme_instant_le_second_voit_le_premier() -> None:
    une, deux, apport = deux_entreprises()
    resultats = ensemble(
        lambda: ecrire(apport, une, LIGNES._replace(quoi="Le texte de Une")),
        lambda: ecrire(apport, deux, LIGNES._replace(quoi="Le texte de Deux")),
    )
    assert sum(isinstance(r, AccordModifie) for r in resultats) == 1
    assert Accord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_les_memes_lignes_au_meme_instant_sont_un_accord() -> None:
    une, deux, apport = deux_entreprises()
    ensemble(lambda: ecrire(apport, une), lambda: ecrire(apport, deux))
    assert Accord.objects.get().accepte_le is not None
