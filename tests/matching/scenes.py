"""Companies that have published, and what that makes possible: through the real services."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matching.models import Besoin, Competence, Echange, Genre, SavoirFaire, Veille
from matching.rapprochements import rapprochements_de
from matching.services.annonces import Contenu, publier_besoin, publier_savoir_faire
from matching.services.echanges import accepter_echange, proposer_echange
from matching.services.veilles import ContenuVeille, creer_veille
from profils.models import Entreprise, Utilisateur
from tests.fabriques import creer_entreprise, creer_utilisateur

ADRESSE = "12 rue du Puits-Mauger"  # shown to no one before everyone has accepted

_numeros = count(1)


def membre(entreprise: Entreprise) -> Utilisateur:
    return entreprise.membres.get().utilisateur


def contenu(competence: str, **champs: Any) -> Contenu:
    texte = champs.pop("texte", f"Texte {next(_numeros)}")
    return Contenu(Competence.objects.get(code=competence), texte, **champs)


def demander(entreprise: Entreprise, competence: str, **champs: Any) -> Besoin:
    return publier_besoin(
        par=membre(entreprise), entreprise=entreprise, contenu=contenu(competence, **champs)
    )


def offrir(entreprise: Entreprise, competence: str, **champs: Any) -> SavoirFaire:
    return publier_savoir_faire(
        par=membre(entreprise), entreprise=entreprise, contenu=contenu(competence, **champs)
    )


def guetter(personne: Utilisateur, entreprise: Entreprise, competence: str = "", **champs: Any) -> Veille:
    """« Prévenez-moi », from her company's commune."""
    return creer_veille(
        par=personne,
        entreprise=entreprise,
        contenu=ContenuVeille(
            **{
                "cherche": Genre.SAVOIR_FAIRE,
                "commune": entreprise.commune,
                "competence": Competence.objects.get(pk=competence) if competence else None,
                **champs,
            }
        ),
    )


def voisine(nom: str = "", **champs: Any) -> Entreprise:
    """One more company of Rennes, with a member of its own."""
    numero = next(_numeros)
    return creer_entreprise(
        nom or f"Voisine {numero}", membre=creer_utilisateur(f"Voisine{numero}"), **champs
    )


def rendre_reciproques(une: Entreprise, autre: Entreprise) -> None:
    """`une` learns « Créer un site vitrine » from `autre`, who learns « Arranger sa vitrine » from her."""
    demander(une, "site-vitrine")
    offrir(une, "vitrine-boutique")
    demander(autre, "vitrine-boutique")
    offrir(autre, "site-vitrine")


def faire_cercle(une: Entreprise, deuxieme: Entreprise, troisieme: Entreprise) -> None:
    """`deuxieme` teaches `une`, who teaches `troisieme`, who teaches `deuxieme`."""
    demander(une, "site-vitrine")
    offrir(deuxieme, "site-vitrine")
    demander(deuxieme, "facture-electronique")
    offrir(troisieme, "facture-electronique")
    demander(troisieme, "vitrine-boutique")
    offrir(une, "vitrine-boutique")


def faire_chaine(donneuse: Entreprise, *suite: Entreprise) -> None:
    """`donneuse`, who asks for nothing, teaches the first of `suite`, who teaches the next, and so on.

    The last one publishes a savoir-faire too, that nobody of them looks for.
    """
    appris = ("site-vitrine", "vitrine-boutique", "facture-electronique")
    for donne, recoit, competence in zip((donneuse, *suite), suite, appris, strict=False):
        offrir(donne, competence)
        demander(recoit, competence)
    offrir(suite[-1], "instagram")


def faire_cercle_de_quatre(*entreprises: Entreprise) -> None:
    """Each of the four is taught by the next; nothing shorter is possible."""
    appris = ("site-vitrine", "vitrine-boutique", "facture-electronique", "instagram")
    for rang, competence in enumerate(appris):
        demander(entreprises[rang], competence)
        offrir(entreprises[(rang + 1) % 4], competence)


def proposer(entreprise: Entreprise, *, nature: str = "", mot: str = "") -> Echange:
    """Propose the company's best match (of this nature)."""
    choisi = next(r for r in rapprochements_de(entreprise) if nature in {"", r.nature})
    return proposer_echange(par=membre(entreprise), entreprise=entreprise, aretes=choisi.aretes, mot=mot)


def accepter(echange: Echange, *entreprises: Entreprise) -> Echange:
    for entreprise in entreprises:
        echange = accepter_echange(par=membre(entreprise), echange=echange, entreprise=entreprise)
    return echange


def compter_requetes(client: Client, url: str) -> int:
    """Return how many queries a page costs once what is cached for the process is there."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as requetes:
        assert client.get(url).status_code == 200
    return len(requetes)


def verifier_cout_constant(client: Client, url: str, ajouter: Callable[[int], object]) -> int:
    """Assert that 2 rows and 12 cost the same number of queries; return it. `ajouter(n)` adds n rows."""
    ajouter(2)
    deux = compter_requetes(client, url)
    ajouter(10)
    assert compter_requetes(client, url) == deux
    return deux


def ensemble(*actions: Callable[[], object]) -> list[object]:
    """Run the actions at the same instant, each in a thread and transaction of its own."""
    depart = Barrier(len(actions))

    def lancer(action: Callable[[], object]) -> object:
        try:
            depart.wait(timeout=10)
            return action()
        except Exception as erreur:  # noqa: BLE001  the error is the result under test
            return erreur
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(lancer, actions))
