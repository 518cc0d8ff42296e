"""An échange as one of its companies sees it: where it stands, what to do, until when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from echange.socle.horloge import maintenant
from matching.choix import Motif
from matching.models import Echange, Participation, Reponse, StatutEchange
from matching.presentation.apports import Ligne, lignes_des_apports, titre_avec
from matching.presentation.dates import dire_jour_de_semaine
from matching.presentation.formes import Forme, forme
from profils.models import Entreprise

# What may be told to the others without hurting or accusing anyone.
MOTIFS_DITS = frozenset({Motif.PAS_LE_TEMPS, Motif.TROP_LOIN, Motif.PAS_NOTRE_SAVOIR, Motif.DEJA_TROUVE})

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


@dataclass(frozen=True)
class FicheEchange:
    """`echange` must come from `Echange.objects.detailles()`; `lectrice` is one of its companies."""

    echange: Echange
    lectrice: Entreprise

    @cached_property
    def participation(self) -> Participation:
        return next(p for p in self.echange.participations.all() if p.entreprise_id == self.lectrice.pk)

    @cached_property
    def autres(self) -> list[Participation]:
        """The others, in the order of the apports' loop from the reader."""
        ordre = {
            ligne.donneur_id: rang
            for rang, ligne in enumerate(sorted(self.echange.apports.all(), key=lambda apport: apport.rang))
        }
        participations = [p for p in self.echange.participations.all() if p.entreprise_id != self.lectrice.pk]
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
        return [Partenaire(p.entreprise, self._dire_reponse(p), _dire_motif(p)) for p in self.autres]

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
        return self.echange.statut == StatutEchange.PROPOSE and self.echange.expire_le > maintenant()

    @property
    def est_en_cours(self) -> bool:
        return self.echange.statut == StatutEchange.EN_COURS

    @property
    def est_ouvert(self) -> bool:
        return self.est_en_attente or self.est_en_cours

    @property
    def attend_ma_reponse(self) -> bool:
        return self.est_en_attente and self.participation.reponse == Reponse.ATTENDUE

    @property
    def est_la_mienne(self) -> bool:
        """This company proposed it."""
        return self.echange.initiatrice_id == self.lectrice.pk

    @property
    def peut_annuler(self) -> bool:
        return self.est_en_attente and self.est_la_mienne

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
        if self.attend_ma_reponse:
            return "À vous de répondre", "attention"
        if self.est_en_attente:
            return "En attente de réponse", "info"
        if self.echange.statut == StatutEchange.PROPOSE:
            return _ETATS[StatutEchange.EXPIRE]
        return _ETATS[StatutEchange(self.echange.statut)]


def _dire_motif(participation: Participation) -> str:
    return Motif(participation.motif).label if participation.motif in MOTIFS_DITS else ""
