"""After any sequence of events, the table of arêtes is the one a rebuild would write."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from procrastinate.contrib.django import app

from echange.socle.erreurs import ErreurMetier
from echange.socle.horloge import maintenant
from matching import aretes
from matching.aretes import reconstruire
from matching.choix import Motif, Rayon
from matching.models import Arete, Besoin, Competence, Echange, SavoirFaire
from matching.moteur.adequation import Lieu
from matching.rapprochements import rapprochements_de
from matching.services import annonces, echanges
from matching.tasks import expirer
from profils import ecarts
from profils import services as profils
from profils.models import Blocage, Entreprise, Utilisateur
from territoires.models import Commune
from tests.fabriques import creer_entreprise, creer_utilisateur
from tests.file_de_travail import travaux_en_attente

ETAPES, EVENEMENTS = 10, 125  # for each of four markets: 5 000 events
TEXTES = [
    "Annonce",
    "avoir un site internet",
    "mes photos sont moches",
    "être sur instagram",
    "décorer ma vitrine",
]
LISTES_DE = 3  # short lists, that fill up, evict and are completed


class Marche:
    """Companies of three communes, to whom anything a screen allows may happen."""

    def __init__(
        self, hasard: random.Random, animatrice: Utilisateur, horloge: time_machine.Traveller
    ) -> None:
        self.hasard, self.animatrice, self.horloge = hasard, animatrice, horloge
        self.competences = list(Competence.objects.order_by("code"))
        self.membres: dict[int, Utilisateur] = {}
        for rang, commune in enumerate(("35238", "35051", "35360", "35238", "35051") * 3):
            utilisateur = creer_utilisateur(f"P{rang}")
            entreprise = creer_entreprise(
                f"Entreprise {rang}", commune=commune, membre=utilisateur, decalage_m=rang // 2 * 600
            )
            self.membres[entreprise.pk] = utilisateur

    def vivre(self) -> None:
        """One event; what a rule refuses changes nothing. The work in the background comes when it comes."""
        evenement: Callable[[], object] = self.hasard.choices(
            [
                self.publier,
                self.changer,
                self.moderer,
                self.demenager,
                self.faire_une_pause,
                self.suspendre,
                self.separer,
                self.echanger,
                self.finir,
                self.vieillir,
            ],
            [10, 10, 1, 1, 1, 1, 2, 2, 2, 1],
        )[0]
        try:
            evenement()
        except ErreurMetier:
            return
        if self.hasard.random() < 0.1:
            travailler(self.hasard.randrange(1, 4))

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

    def vieillir(self) -> None:
        """Days go by: listings expire, and are cleared some time later."""
        self.horloge.shift(timedelta(days=self.hasard.choice([1, 3, 9])))
        if self.hasard.random() < 0.5:
            expirer(0)

    def suspendre(self) -> None:
        entreprise = self._entreprise()
        geste = ecarts.retablir_entreprise if entreprise.est_suspendue else ecarts.suspendre_entreprise
        geste(entreprise=entreprise, par=self.animatrice)

    def separer(self) -> None:
        blocage = Blocage.objects.order_by("pk").first() if self.hasard.random() < 0.5 else None
        if blocage:
            ecarts.debloquer_entreprise(
                par=self._membre(blocage.bloquante), entreprise=blocage.bloquante, bloquee=blocage.bloquee
            )
            return
        une, autre = self._entreprise(), self._entreprise()
        ecarts.bloquer_entreprise(par=self._membre(une), entreprise=une, bloquee=autre)

    def finir(self) -> None:
        """An échange under way ends, and gives its places back."""
        echange = Echange.objects.filter(statut="en_cours").order_by("pk").first()
        if echange is None:
            return
        with transaction.atomic():
            Echange.objects.filter(pk=echange.pk).update(statut="annule", conclu_le=maintenant())
            apports = echange.apports.all()
            aretes.recalculer_aretes(*(annonce for a in apports for annonce in (a.besoin, a.savoir_faire)))

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
            competence=self.hasard.choice(self.competences),
            texte=f"{self.hasard.choice(TEXTES)} {self.hasard.randrange(10**6)}",
            modalites=self.hasard.randrange(1, int(Lieu.VISIO) * 2),
            rayon_km=self.hasard.choice(Rayon.values),
            creneaux=self.hasard.choice([0, 0, 0b1, 0b11, 0b110]),
            niveau=self.hasard.choice([1, 1, 2, 3]),
            capacite=self.hasard.choice([1, 2]),
        )

    def _entreprise(self) -> Entreprise:
        return Entreprise.objects.get(pk=self.hasard.choice(list(self.membres)))

    def _annonce(self) -> Any:
        modele = self.hasard.choice([Besoin, SavoirFaire])
        cles = modele.objects.exclude(statut="retiree").order_by("pk").values_list("pk", flat=True)
        if not cles:
            raise ErreurMetier
        return modele.objects.select_related("entreprise").get(pk=self.hasard.choice(list(cles)))

    def _membre(self, entreprise: Entreprise) -> Utilisateur:
        return self.membres[entreprise.pk]


def travailler(nombre: int | None = None) -> None:
    """Run so many of the jobs that keep the arêtes, oldest first; all of them by default."""
    while travaux := [
        t for t in travaux_en_attente() if t.task_name in (aretes.TACHE_COMPLETER, aretes.TACHE_ETENDRE)
    ]:
        for travail in travaux[:nombre]:
            app.tasks[travail.task_name].func(**travail.args)
            with connection.cursor() as curseur:
                curseur.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [travail.pk])
        if nombre:
            return


def table() -> set[tuple[Any, ...]]:
    """What the arêtes say, whatever their keys."""
    champs = ("besoin", "savoir_faire", "demandeur", "offreur", "lien", "score", "distance_m", "modalites")
    return set(Arete.objects.values_list(*champs, "creneaux", "expire_le"))


def reconstruite() -> set[tuple[Any, ...]]:
    """The table as a rebuild writes it from nothing; the present one is left as it is."""
    with transaction.atomic():
        Arete.objects.all().delete()
        list(reconstruire())
        table_neuve = table()
        transaction.set_rollback(True)
    return table_neuve


@pytest.fixture
def listes_courtes(graine: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those looked at while someone waits are more than a list in two markets, fewer in the others."""
    monkeypatch.setattr(aretes, "LONGUEUR", LISTES_DE)
    monkeypatch.setattr(aretes, "PROCHES", LISTES_DE + (1 if graine % 2 else -1))


@pytest.fixture
def horloge() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=True) as horloge:
        yield horloge


@pytest.mark.usefixtures("listes_courtes")
@pytest.mark.parametrize("graine", [1, 2, 3, 4])
def test_la_table_tenue_a_jour_est_celle_qu_on_reconstruirait(
    graine: int, animatrice: Utilisateur, horloge: time_machine.Traveller
) -> None:
    marche = Marche(random.Random(graine), animatrice, horloge)  # noqa: S311  reproducible, not secret
    pleines, liens = 0, set()
    for _ in range(ETAPES):
        for _ in range(EVENEMENTS):
            marche.vivre()
        expirer(0)
        travailler()
        tenue_a_jour = table()
        assert tenue_a_jour == reconstruite()
        pleines += listes_pleines()
        liens |= {ligne[4] for ligne in tenue_a_jour}
    assert pleines > 20, "lists must fill up for the test to say anything"
    assert liens == {1, 2, 3, 4}
    assert Echange.objects.exclude(statut="propose").exists()


def listes_pleines() -> int:
    return Arete.objects.values("besoin", "lien").annotate(n=Count("pk")).filter(n=LISTES_DE).count()
