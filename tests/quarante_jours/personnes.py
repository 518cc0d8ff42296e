"""What people do, decided once for all by a drawing of lots over what they have before them.

A decision depends on the seed and on lasting names (public identifiers of the simulated listings), never on
the order of calls nor on keys: the same story told twice, whatever is killed in between, is the same story.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.timezone import localdate

from echange.socle.erreurs import ErreurMetier
from echange.socle.horloge import maintenant
from matching.choix import Motif
from matching.models import (
    Annonce,
    Apport,
    Besoin,
    Demande,
    EtatApport,
    Participation,
    Reponse,
    SavoirFaire,
    StatutAnnonce,
    StatutEchange,
)
from matching.rapprochements import rapprochements_de
from matching.services.annonces import prolonger_annonce, retirer_annonce
from matching.services.confirmations import confirmer_apport
from matching.services.demandes import (
    arreter_demande,
    ecrire_a_la_demandeuse,
    lancer_demande,
    marquer_vue,
    solliciter_en_plus,
)
from matching.services.echanges import accepter_echange, decliner_echange, proposer_echange
from matching.services.vagues import candidates
from profils.models import Entreprise, Utilisateur
from profils.services import mettre_en_pause
from tests.quarante_jours.noms import nom_de, nom_du_don, personne
from tests.quarante_jours.rencontres import faire_le_bilan, se_donner_rendez_vous

MOTIFS = tuple(Motif)


@dataclass
class Personnes:
    """Everybody's temper; `refus` counts what the site refused them, by its name."""

    graine: int
    debut: datetime
    refus: Counter[str] = field(default_factory=Counter)

    def sort(self, *sur: object) -> float:
        """Return a number of [0, 1[ that depends on the seed and on these names only."""
        graine = "/".join(map(str, (self.graine, *sur))).encode()
        return int.from_bytes(hashlib.blake2b(graine, digest_size=7).digest(), "big") / 2**56

    def agir(self) -> None:
        """Everybody does what she has to do at this instant."""
        self._repondre()
        self._se_voir()
        self._confirmer()
        self._demander()
        self._proposer()
        self._renouveler()
        self._partir()
        self._animer()

    @property
    def jour(self) -> int:
        return (maintenant() - self.debut).days

    def _est_le_jour(self, quoi: str, sur: object, *, sur_jours: int = 30) -> bool:
        return int(self.sort(quoi, sur) * sur_jours) == self.jour

    def tenter(self, geste: Callable[..., object], **options: object) -> None:
        """Do it; what the site refuses is counted, and the person goes on with her day."""
        try:
            geste(**options)
        except ErreurMetier as refus:
            self.refus[type(refus).__name__] += 1

    # Answers

    def _repondre(self) -> None:
        attendues = Participation.objects.filter(
            echange__statut=StatutEchange.PROPOSE,
            reponse=Reponse.ATTENDUE,
            sortie="",
            echange__expire_le__gt=maintenant(),
            entreprise__est_en_pause=False,
        )
        for participation in _dans_l_ordre(attendues):
            choix = self._reponse(participation)
            if choix is None:
                continue
            commun = {
                "par": personne(participation.entreprise),
                "echange": participation.echange,
                "entreprise": participation.entreprise,
            }
            if choix:
                self.tenter(accepter_echange, **commun)
            else:
                motif = MOTIFS[int(self.sort("motif", participation.entreprise.uuid) * len(MOTIFS))]
                self.tenter(decliner_echange, motif=motif, **commun)

    def _reponse(self, participation: Participation) -> bool | None:
        """True for yes, False for no, None for not yet or never."""
        qui = participation.entreprise.uuid
        quoi = nom_de(participation.echange)
        temper = self.sort("caractère", qui)
        if temper < 0.25:
            return None  # a silent one
        lenteur = (
            (80, 60) if temper < 0.40 else (2, 40)
        )  # the slow and the prompt: from how many hours, over how many
        heures = lenteur[0] + self.sort("délai", qui, quoi) * lenteur[1]
        if maintenant() < participation.demande_le + timedelta(hours=heures):
            return None
        return self.sort("réponse", qui, quoi) < (0.15 if temper > 0.85 else 0.55)

    def _se_voir(self) -> None:
        if _est_le_matin():
            se_donner_rendez_vous(self)
            faire_le_bilan(self)

    def _confirmer(self) -> None:
        """Some days after the agreement each side says whether a gift took place; one in four never does."""
        if not _est_le_matin():
            return
        prevus = Apport.objects.filter(echange__statut=StatutEchange.EN_COURS, etat=EtatApport.PREVU)
        prevus = prevus.select_related("echange", "donneur", "receveur").prefetch_related(
            "echange__apports__besoin", "echange__apports__savoir_faire"
        )
        for don in sorted(prevus, key=nom_du_don):
            for dit, entreprise in ((don.dit_donneur, don.donneur), (don.dit_receveur, don.receveur)):
                if dit is None and self._s_en_souvient(don, entreprise):
                    self.tenter(
                        confirmer_apport,
                        par=personne(entreprise),
                        entreprise=entreprise,
                        apport=don,
                        a_eu_lieu=self.sort("eu lieu", entreprise.uuid, *nom_du_don(don)) < 0.9,
                    )

    def _s_en_souvient(self, don: Apport, entreprise: Entreprise) -> bool:
        nom = nom_du_don(don)
        jours = timedelta(days=3 + 14 * self.sort("rendez-vous", *nom))
        accepte_le = don.echange.accepte_le
        assert accepte_le is not None
        return self.sort("confirme", entreprise.uuid, *nom) > 0.25 and maintenant() > accepte_le + jours

    # Asking

    def _demander(self) -> None:
        if not _est_le_matin():
            return
        besoins = Besoin.objects.publiees().select_related("entreprise").order_by("uuid")
        for besoin in besoins:
            if self._est_le_jour("demande", besoin.uuid) and self.sort("demande ?", besoin.uuid) < 0.6:
                self.tenter(lancer_demande, par=personne(besoin.entreprise), besoin=besoin)
        for demande in (
            Demande.objects.en_cours().select_related("besoin__entreprise").order_by("besoin__uuid")
        ):
            if self.sort("arrêt", demande.besoin.uuid) < 0.05 and demande.cree_le < maintenant() - timedelta(
                days=2
            ):
                self.tenter(arreter_demande, par=personne(demande.besoin.entreprise), demande=demande)

    def _proposer(self) -> None:
        """Some choose by themselves, cercles and réciproques first."""
        if not _est_le_matin():
            return
        for entreprise in Entreprise.objects.actives().order_by("uuid"):
            if not self._est_le_jour("proposition", entreprise.uuid, sur_jours=20):
                continue
            lignes = rapprochements_de(entreprise)
            rang = {"cercle": 0, "reciproque": 1, "chaine": 2, "direct": 3}
            if lignes:
                choisi = min(lignes, key=lambda ligne: (rang[ligne.nature], -ligne.score))
                self.tenter(
                    proposer_echange, par=personne(entreprise), entreprise=entreprise, aretes=choisi.aretes
                )

    # The life of listings and of companies

    def _renouveler(self) -> None:
        """Two reminders in three are followed; some listings are withdrawn."""
        if not _est_le_matin():
            return
        for annonce in _annonces():
            if annonce.rappels and annonce.est_visible and self.sort("renouveler", annonce.uuid) < 0.66:
                self.tenter(prolonger_annonce, annonce=annonce, expirait_le=annonce.expire_le)
            elif self.sort("retirer", annonce.uuid) < 0.04 and self._est_le_jour("retrait", annonce.uuid):
                self.tenter(retirer_annonce, par=personne(annonce.entreprise), annonce=annonce)

    def _partir(self) -> None:
        """One in ten goes on holiday, for one to two weeks."""
        if not _est_le_matin():
            return
        for entreprise in Entreprise.objects.actives().order_by("uuid"):
            absente = self.sort("vacances ?", entreprise.uuid) < 0.1
            if absente and self._est_le_jour("vacances", entreprise.uuid):
                retour = localdate() + timedelta(days=7 + int(self.sort("retour", entreprise.uuid) * 8))
                self.tenter(
                    mettre_en_pause, par=personne(entreprise), entreprise=entreprise, de_retour_le=retour
                )

    # The animator

    def _animer(self) -> None:
        """She looks at her basket every morning: sees, writes, asks one more."""
        if not _est_le_matin():
            return
        animatrice = Utilisateur.objects.get(animations__isnull=False)
        panier = Demande.objects.au_panier().filter(vue_le__isnull=True).select_related("besoin__entreprise")
        for demande in panier.order_by("besoin__uuid"):
            sort = self.sort("animation", demande.besoin.uuid)
            possibles = candidates(demande)
            if sort < 0.4 and possibles:
                self.tenter(
                    solliciter_en_plus,
                    par=animatrice,
                    demande=demande,
                    savoir_faire=possibles[0].savoir_faire.uuid,
                )
            elif sort < 0.6:
                self.tenter(ecrire_a_la_demandeuse, par=animatrice, demande=demande, texte="J’ai une idée.")
            elif sort < 0.9:
                self.tenter(marquer_vue, par=animatrice, demande=demande)


def _dans_l_ordre(participations: QuerySet[Participation]) -> list[Participation]:
    """The oldest proposals first; at one instant, by lasting names."""
    lues = participations.select_related("echange", "entreprise").prefetch_related(
        "echange__apports__besoin", "echange__apports__savoir_faire"
    )
    return sorted(lues, key=lambda p: (p.echange.cree_le, nom_de(p.echange), str(p.entreprise.uuid)))


def _annonces() -> Iterator[Annonce]:
    for modele in (Besoin, SavoirFaire):
        en_ligne = modele.objects.filter(statut=StatutAnnonce.PUBLIEE).select_related("entreprise")
        yield from en_ligne.order_by("uuid")


def _est_le_matin() -> bool:
    return maintenant().hour < 9
