"""After any sequence of events, the table of arêtes is the one a rebuild would write."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from echange.socle.erreurs import ErreurMetier
from matching.aretes import reconstruire
from matching.choix import Motif, Rayon
from matching.models import Arete, Besoin, Competence, Echange, SavoirFaire
from matching.moteur.adequation import Lieu
from matching.rapprochements import rapprochements_de
from matching.services import annonces, echanges
from profils import services as profils
from profils.models import Entreprise, Utilisateur
from territoires.models import Commune
from tests.fabriques import creer_entreprise, creer_utilisateur

ETAPES, EVENEMENTS = 5, 50


class Marche:
    """Ten companies of three communes, to whom anything a screen allows may happen."""

    def __init__(self, graine: int, animatrice: Utilisateur) -> None:
        self.hasard = random.Random(graine)  # noqa: S311  reproducible, not secret
        self.animatrice = animatrice
        for rang, commune in enumerate(("35238", "35051", "35360", "35238", "35051") * 2):
            creer_entreprise(
                f"Entreprise {rang}",
                commune=commune,
                membre=creer_utilisateur(f"P{rang}"),
                decalage_m=rang * 300,
            )

    def vivre(self) -> None:
        """One event; what a rule refuses changes nothing."""
        evenement: Callable[[], object] = self.hasard.choices(
            [self.publier, self.changer, self.moderer, self.demenager, self.faire_une_pause, self.echanger],
            [10, 4, 1, 1, 1, 1],
        )[0]
        try:
            evenement()
        except ErreurMetier:
            return

    def publier(self) -> None:
        entreprise = self._entreprise()
        publier = self.hasard.choice([annonces.publier_besoin, annonces.publier_savoir_faire])
        publier(par=self._membre(entreprise), entreprise=entreprise, contenu=self._contenu())

    def changer(self) -> None:
        annonce = self._annonce()
        par = self._membre(annonce.entreprise)
        geste = self.hasard.choice(["modifier", "pause", "reprendre", "retirer"])
        if geste == "modifier":
            annonces.modifier_annonce(par=par, annonce=annonce, contenu=self._contenu())
        elif geste == "pause":
            annonces.mettre_en_pause_annonce(par=par, annonce=annonce)
        elif geste == "reprendre":
            annonces.reprendre_annonce(par=par, annonce=annonce)
        elif self.hasard.random() < 0.3:
            annonces.retirer_annonce(par=par, annonce=annonce)

    def moderer(self) -> None:
        annonce = self._annonce()
        if self.hasard.random() < 0.5:
            annonces.masquer_annonce(par=self.animatrice, annonce=annonce, motif="Démarchage")
        else:
            annonces.demasquer_annonce(par=self.animatrice, annonce=annonce)

    def demenager(self) -> None:
        entreprise = self._entreprise()
        profils.modifier_entreprise(
            entreprise=entreprise,
            par=self._membre(entreprise),
            nom=entreprise.nom,
            siret=None,
            est_en_creation=True,
            secteur=entreprise.secteur,
            taille=entreprise.taille,
            commune=Commune.objects.get(code=self.hasard.choice(["35238", "35051", "35288"])),
        )

    def faire_une_pause(self) -> None:
        entreprise = self._entreprise()
        geste = profils.reprendre if entreprise.est_en_pause else profils.mettre_en_pause
        geste(entreprise=entreprise, par=self._membre(entreprise))

    def echanger(self) -> None:
        """Propose, then everybody accepts or somebody declines."""
        entreprise = self._entreprise()
        possibles = rapprochements_de(entreprise)
        if not possibles:
            return
        aretes = self.hasard.choice(possibles).aretes
        echange = echanges.proposer_echange(
            par=self._membre(entreprise), entreprise=entreprise, aretes=aretes
        )
        for participation in echange.participations.all():
            self._repondre(echange, participation.entreprise)

    def _repondre(self, echange: Echange, entreprise: Entreprise) -> None:
        par = self._membre(entreprise)
        if self.hasard.random() < 0.7:
            echanges.accepter_echange(par=par, echange=echange, entreprise=entreprise)
        else:
            echanges.decliner_echange(par=par, echange=echange, entreprise=entreprise, motif=Motif.TROP_LOIN)

    def _contenu(self) -> annonces.Contenu:
        return annonces.Contenu(
            competence=self.hasard.choice(list(Competence.objects.order_by("code"))),
            texte=f"Annonce {self.hasard.randrange(10**6)}",
            modalites=self.hasard.randrange(1, int(Lieu.VISIO) * 2),
            rayon_km=self.hasard.choice(Rayon.values),
            creneaux=self.hasard.choice([0, 0, 0b1, 0b11, 0b110]),
            niveau=self.hasard.choice([1, 1, 2, 3]),
            capacite=self.hasard.choice([1, 2]),
        )

    def _entreprise(self) -> Entreprise:
        return self.hasard.choice(list(Entreprise.objects.order_by("pk")))

    def _annonce(self) -> Any:
        modele = self.hasard.choice([Besoin, SavoirFaire])
        toutes = list(modele.objects.select_related("entreprise").order_by("pk"))
        if not toutes:
            raise ErreurMetier
        return self.hasard.choice(toutes)

    @staticmethod
    def _membre(entreprise: Entreprise) -> Utilisateur:
        return entreprise.membres.get().utilisateur


def table() -> dict[tuple[int, int], tuple[float, int, int, int]]:
    return {
        (arete.besoin_id, arete.savoir_faire_id): (
            arete.score,
            arete.distance_m,
            arete.modalites,
            arete.creneaux,
        )
        for arete in Arete.objects.all()
    }


@pytest.mark.parametrize("graine", [1, 2, 3])
def test_la_table_tenue_a_jour_est_celle_qu_on_reconstruirait(graine: int, animatrice: Utilisateur) -> None:
    marche = Marche(graine, animatrice)
    tailles = []
    for _ in range(ETAPES):
        for _ in range(EVENEMENTS):
            marche.vivre()
        tenue_a_jour = table()
        list(reconstruire())
        assert table() == tenue_a_jour
        tailles.append(len(tenue_a_jour))
    assert max(tailles) > 10, "the market must live for the test to say anything"
    assert Echange.objects.filter(statut="accepte").exists()
