"""An échange as one of its companies sees it: where it stands, what to do, until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from echange.socle.horloge import maintenant
from matching.choix import Motif
from matching.models import Apport, Bilan, Echange, EtatApport, Nature, Participation, Reponse, StatutEchange
from matching.models.echanges import STATUTS_TERMINES
from matching.presentation.apports import Ligne, lignes_des_apports, titre_avec
from matching.presentation.dates import dire_jour_de_semaine
from matching.presentation.formes import Forme, forme
from matching.presentation.histoire import MOTIFS_DITS, Etape, histoire_de
from profils.models import Entreprise

_ETATS = {
    StatutEchange.A_REPARER: ("En attente d’une autre entreprise", "info"),
    StatutEchange.EN_COURS: ("En cours", "succes"),
    StatutEchange.REALISE: ("A eu lieu", "succes"),
    StatutEchange.CLOS: ("A eu lieu", "succes"),
    StatutEchange.DECLINE: ("Décliné", "info"),
    StatutEchange.ANNULE: ("Annulé", "info"),
    StatutEchange.EXPIRE: ("Sans réponse", "info"),
}


@dataclass(frozen=True)
class Partenaire:
    """One of the other companies and its answer."""

    entreprise: Entreprise
    reponse: str
    motif: str
    reputation: str = ""


@dataclass(frozen=True)
class Confirmation:
    """One gift of the reader's, given or received: did it take place?"""

    apport: Apport
    lectrice: Entreprise

    @property
    def _donne(self) -> bool:
        return self.apport.donneur_id == self.lectrice.pk

    @property
    def quoi(self) -> str:
        return self.apport.savoir_faire.competence.titre

    @property
    def phrase(self) -> str:
        if self._donne:
            return f"Vous montrez à {self.apport.receveur.nom}"
        return f"{self.apport.donneur.nom} vous montre"

    @property
    def rang(self) -> int:
        return self.apport.rang

    @property
    def mon_dit(self) -> bool | None:
        return self.apport.dit_donneur if self._donne else self.apport.dit_receveur

    @property
    def son_dit(self) -> bool | None:
        return self.apport.dit_receveur if self._donne else self.apport.dit_donneur

    @property
    def est_ouverte(self) -> bool:
        return self.apport.etat in {EtatApport.PREVU, EtatApport.CONTESTE}

    @property
    def est_attendue(self) -> bool:
        """The date has passed, and the reader has said nothing."""
        prevu_le = self.apport.prevu_le
        return self.est_ouverte and self.mon_dit is None and prevu_le is not None and prevu_le <= maintenant()

    @property
    def etat(self) -> str:
        """Return in one sentence where it stands, empty while nobody has said anything."""
        autre = self.apport.receveur.nom if self._donne else self.apport.donneur.nom
        if self.apport.etat == EtatApport.CONTESTE:
            return (
                f"{autre} n’en dit pas autant\u00a0: l’animation de votre territoire est prévenue. "
                "Vous pouvez changer votre réponse."
            )
        if not self.est_ouverte:
            return self.apport.get_etat_display()
        if self.mon_dit is not None:
            return f"Vous avez répondu {_oui_ou_non(self.mon_dit)}\u00a0: nous attendons {autre}."
        return f"{autre} a répondu {_oui_ou_non(self.son_dit)}." if self.son_dit is not None else ""


@dataclass(frozen=True)
class FicheEchange:
    """`echange` must come from `Echange.objects.detailles()`; `lectrice` is one of its companies.

    `reputations`: what is modestly said of the others, by company (see `presentation.reputations`).
    """

    echange: Echange
    lectrice: Entreprise
    reputations: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def participation(self) -> Participation:
        return next(p for p in self.echange.participations.all() if p.entreprise_id == self.lectrice.pk)

    @cached_property
    def autres(self) -> list[Participation]:
        """The others that are in it, in the order of the apports' loop from the reader.

        Who was let out is in the story alone.
        """
        ordre = {
            ligne.donneur_id: rang
            for rang, ligne in enumerate(sorted(self.echange.apports.all(), key=lambda apport: apport.rang))
        }
        participations = [
            p
            for p in self.echange.participations.all()
            if p.entreprise_id != self.lectrice.pk and (not p.sortie or p.entreprise_id in ordre)
        ]
        return sorted(participations, key=lambda p: ordre.get(p.entreprise_id, len(ordre)))

    @property
    def titre(self) -> str:
        return titre_avec([p.entreprise for p in self.autres])

    @property
    def nature(self) -> str:
        return self.echange.nature

    @cached_property
    def forme(self) -> Forme:
        return forme(self.echange.nature, len(self.echange.apports.all()))

    @property
    def propose_par(self) -> str:
        return self.echange.propose_par

    @property
    def est_a_plusieurs(self) -> bool:
        """More than two companies: the form is then worth a word."""
        return len(self.autres) > 1

    @property
    def lignes(self) -> list[Ligne]:
        apports = sorted(self.echange.apports.all(), key=lambda apport: apport.rang)
        return lignes_des_apports(apports, self.lectrice)

    @property
    def partenaires(self) -> list[Partenaire]:
        return [
            Partenaire(
                p.entreprise,
                self._dire_reponse(p),
                _dire_motif(p),
                self.reputations.get(p.entreprise_id, ""),
            )
            for p in self.autres
        ]

    def _dire_reponse(self, participation: Participation) -> str:
        if participation.entreprise_id == self.echange.initiatrice_id:
            return "a proposé cet échange"
        if participation.reponse == Reponse.ACCEPTEE:
            return "est d’accord"
        if participation.reponse == Reponse.DECLINEE:
            return "ne peut pas"
        return "n’a pas encore répondu" if self.est_en_attente else "n’a pas répondu"

    @property
    def ma_reponse(self) -> str:
        if self.est_la_mienne:
            return "avez proposé cet échange"
        if self.participation.reponse == Reponse.ACCEPTEE:
            return "êtes d’accord"
        if self.participation.reponse == Reponse.DECLINEE:
            return "avez décliné"
        return "n’avez pas encore répondu" if self.est_en_attente else "n’avez pas répondu"

    @property
    def est_en_attente(self) -> bool:
        """Proposed and in time; the periodic task closes the others within minutes."""
        return (
            self.echange.statut == StatutEchange.PROPOSE
            and not self.est_partie
            and self.echange.expire_le > maintenant()
        )

    @property
    def est_partie(self) -> bool:
        """The reader is no longer in it: the échange goes on, or has ended, without her."""
        return bool(self.participation.sortie)

    @property
    def est_en_reparation(self) -> bool:
        return self.echange.statut == StatutEchange.A_REPARER and not self.est_partie

    @property
    def est_en_cours(self) -> bool:
        return self.echange.statut == StatutEchange.EN_COURS and not self.est_partie

    @property
    def a_eu_lieu(self) -> bool:
        return self.echange.statut in {StatutEchange.REALISE, StatutEchange.CLOS} and not self.est_partie

    @property
    def est_convenu(self) -> bool:
        """Everyone has agreed, the reader is of it: nothing is hidden from her any more."""
        return self.est_en_cours or self.a_eu_lieu

    @property
    def est_ouvert(self) -> bool:
        return self.est_en_attente or self.est_en_reparation or self.est_en_cours

    @property
    def attend_ma_reponse(self) -> bool:
        return self.est_en_attente and self.participation.reponse == Reponse.ATTENDUE

    @property
    def est_un_coup_de_main(self) -> bool:
        """She is asked to give, with nothing in return: it is said as it is."""
        apports = self.echange.apports.all()
        return self.echange.nature == Nature.DIRECT and apports[0].donneur_id == self.lectrice.pk

    @property
    def titre_de_la_fin(self) -> str:
        est_fini = self.echange.statut in STATUTS_TERMINES
        return "Cet échange est terminé" if est_fini else "C’est terminé pour vous"

    @property
    def peut_revenir_sur_son_accord(self) -> bool:
        """She agreed, the others have not all: she may still say no. Who proposed takes it back instead."""
        return self.est_en_attente and not self.est_la_mienne and not self.attend_ma_reponse

    @cached_property
    def confirmations(self) -> list[Confirmation]:
        """The reader's gifts of an échange agreed, given and received."""
        if not self.est_convenu:
            return []
        return [
            Confirmation(apport, self.lectrice)
            for apport in sorted(self.echange.apports.all(), key=lambda apport: apport.rang)
            if self.lectrice.pk in {apport.donneur_id, apport.receveur_id}
        ]

    @property
    def attend_ma_confirmation(self) -> bool:
        return self.est_en_cours and any(c.est_attendue for c in self.confirmations)

    @property
    def peut_renoncer(self) -> bool:
        return self.est_en_cours and any(c.est_ouverte for c in self.confirmations)

    @cached_property
    def histoire(self) -> list[Etape]:
        """What happened, first things first: two queries, for the page of one échange."""
        return histoire_de(self.echange, self.lectrice)

    @property
    def est_la_mienne(self) -> bool:
        """This company proposed it."""
        return self.echange.initiatrice_id == self.lectrice.pk

    @property
    def peut_annuler(self) -> bool:
        return self.est_en_attente and self.est_la_mienne

    @cached_property
    def bilan(self) -> Bilan | None:
        """What this company may still answer of it."""
        siens = self.echange.bilans.ouverts(maintenant())
        return siens.filter(entreprise=self.lectrice).order_by("-demander_apres").first()

    @property
    def avant(self) -> str:
        """Return « jeudi 3 décembre », the day before the end of which an answer is due."""
        return dire_jour_de_semaine(self.echange.expire_le)

    @property
    def etat(self) -> str:
        return self._etat[0]

    @property
    def sorte_etat(self) -> str:
        return self._etat[1]

    @property
    def _etat(self) -> tuple[str, str]:
        if self.est_partie:
            return ("Terminé" if self.echange.statut in STATUTS_TERMINES else "Continue sans vous"), "info"
        if self.attend_ma_reponse:
            return "À vous de répondre", "attention"
        if self.attend_ma_confirmation:
            return "A-t-il eu lieu\u00a0?", "attention"
        if self.est_en_attente:
            return "En attente de réponse", "info"
        if self.echange.statut == StatutEchange.PROPOSE:
            return _ETATS[StatutEchange.EXPIRE]
        return _ETATS[StatutEchange(self.echange.statut)]


def _oui_ou_non(dit: bool) -> str:  # noqa: FBT001  what was said
    return "oui" if dit else "non"


def _dire_motif(participation: Participation) -> str:
    return Motif(participation.motif).label if participation.motif in MOTIFS_DITS else ""


def grouper(fiches: Sequence[FicheEchange]) -> dict[str, list[FicheEchange]]:
    """Return the open ones by what awaits the reader, each once; keys are the templates' variables."""
    return {
        "a_repondre": [f for f in fiches if f.attend_ma_reponse],
        "a_confirmer": [f for f in fiches if f.attend_ma_confirmation],
        "en_cours": [f for f in fiches if f.est_en_cours and not f.attend_ma_confirmation],
        "en_attente": [
            f for f in fiches if (f.est_en_attente or f.est_en_reparation) and not f.attend_ma_reponse
        ],
    }
