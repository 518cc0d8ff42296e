"""« Convenir » and « Séance » as one of the two companies of an apport sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import prefetch_related_objects

from echange.socle.horloge import maintenant
from matching.choix import TOUS_LES_CRENEAUX, nommer_creneaux
from matching.creneaux import DELAI_MIN, semaine_suivante, suggerer_dates
from matching.models import Accord, Apport, DatesProposees, EtatSeance, Lignes, Seance
from matching.models.accords import DUREE_MAX, DUREE_MIN, LIGNE_MAX
from matching.models.seances import Endroit
from matching.moteur.adequation import Lieu
from matching.presentation.dates import dire_rendez_vous
from matching.raisons import enumerer
from profils.models import Entreprise

NOMS_DITS = 3  # slots named in a line
AUTRE_DUREE = 0
DUREES = ((45, "45 min"), (60, "1 h"), (75, "1 h 15"), (90, "1 h 30"), (AUTRE_DUREE, "Une autre durée"))


@dataclass(frozen=True)
class SuiviApport:
    """One apport of an échange under way; `lectrice` is its giver or its receiver."""

    apport: Apport
    lectrice: Entreprise
    accord: Accord | None = None
    seance: Seance | None = None

    @property
    def donne(self) -> bool:
        return self.apport.donneur_id == self.lectrice.pk

    @property
    def autre(self) -> Entreprise:
        return self.apport.receveur if self.donne else self.apport.donneur

    @property
    def quoi(self) -> str:
        return self.apport.savoir_faire.competence.titre

    @property
    def phrase(self) -> str:
        return f"Vous montrez à {self.autre.nom}" if self.donne else f"{self.autre.nom} vous montre"

    # The three lines

    @cached_property
    def lignes(self) -> Lignes:
        """Those written last, else those that both listings already say."""
        return self.accord.lignes if self.accord else lignes_par_defaut(self.apport)

    @property
    def version(self) -> int:
        return self.accord.version if self.accord else 0

    @property
    def envoi_des_lignes(self) -> list[tuple[str, object]]:
        """What « cela me va » sends: the fields of the form, as they would be filled in."""
        return list(valeurs_des_lignes(self.lignes, self.version).items())

    @property
    def accord_est_passe(self) -> bool:
        return self.accord is not None and self.accord.accepte_le is not None

    @property
    def accord_m_attend(self) -> bool:
        return (
            self.accord is not None
            and not self.accord_est_passe
            and self.accord.redige_par_id != self.lectrice.pk
        )

    # The séance

    @property
    def dates(self) -> DatesProposees | None:
        """The dates that await an answer."""
        return self.seance.attendue if self.seance and not self.est_passee else None

    @property
    def dates_m_attendent(self) -> bool:
        return self.dates is not None and self.dates.entreprise_id != self.lectrice.pk

    @property
    def choix(self) -> list[tuple[str, str, bool]]:
        """Each date proposed: what the form sends, its words, and whether it can still be chosen."""
        dates = self.dates.dates if self.dates else []
        limite = maintenant() + DELAI_MIN
        return [(debut.isoformat(), dire_rendez_vous(debut), debut >= limite) for debut in dates]

    @property
    def est_convenue(self) -> bool:
        return self.seance is not None and self.seance.etat == EtatSeance.CONVENUE and not self.est_passee

    @property
    def est_passee(self) -> bool:
        return self.seance is not None and self.seance.fin is not None and self.seance.fin <= maintenant()

    @property
    def peut_bouger(self) -> bool:
        """Agreed, and not begun."""
        debut = self.seance.debut if self.seance else None
        return self.est_convenue and debut is not None and debut > maintenant()

    @property
    def a_un_lien_visio(self) -> bool:
        return any(e is not None and e.lien_visio for e in (self.seance, self.dates))

    @property
    def quand(self) -> str:
        return dire_rendez_vous(self.seance.debut) if self.seance and self.seance.debut else ""

    @property
    def duree_minutes(self) -> int:
        """How long the agreed séance lasts, else how long the three lines say."""
        if self.seance and self.seance.debut and self.seance.fin:
            return int((self.seance.fin - self.seance.debut) / timedelta(minutes=1))
        return self.lignes.duree_minutes

    @property
    def ou(self) -> str:
        return dire_endroit(self.seance, self.apport, self.lectrice) if self.seance else ""

    @property
    def ou_propose(self) -> str:
        return dire_endroit(self.dates, self.apport, self.lectrice) if self.dates else ""


def valeurs_des_lignes(lignes: Lignes, version: int) -> dict[str, object]:
    """Return the fields of the agreement's form for these lines, made from this version."""
    connue = lignes.duree_minutes in dict(DUREES)
    return {
        "quoi": lignes.quoi,
        "duree": lignes.duree_minutes if connue else AUTRE_DUREE,
        "autre_duree": "" if connue else lignes.duree_minutes,
        "ou_quand": lignes.ou_quand,
        "version": version,
    }


def suivis(apports: Sequence[Apport], lectrice: Entreprise) -> list[SuiviApport]:
    """Return the apports that this company gives or receives, what it receives first: four queries."""
    siens = [a for a in apports if lectrice.pk in (a.donneur_id, a.receveur_id)]
    return sorted(_suivre([(a, lectrice) for a in siens]), key=lambda suivi: suivi.donne)


def suivis_des_dons(apports: Sequence[Apport]) -> list[SuiviApport]:
    """Return each apport as its giver sees it: four queries."""
    return _suivre([(a, a.donneur) for a in apports])


def _suivre(vus: Sequence[tuple[Apport, Entreprise]]) -> list[SuiviApport]:
    apports = [apport for apport, _ in vus]
    prefetch_related_objects(apports, "donneur__commune", "receveur__commune")
    cles = [a.pk for a in apports]
    accords = {a.apport_id: a for a in Accord.objects.derniers(cles)}
    seances = {s.apport_id: s for s in Seance.objects.dernieres(cles).select_related("dates_proposees")}
    return [SuiviApport(a, lectrice, accords.get(a.pk), seances.get(a.pk)) for a, lectrice in vus]


def lignes_par_defaut(apport: Apport) -> Lignes:
    """Return the three lines that both listings already say: the baker only has to agree."""
    donneur, receveur = apport.donneur.nom, apport.receveur.nom
    noms = {
        Lieu.CHEZ_OFFREUR: f"chez {donneur}",
        Lieu.CHEZ_DEMANDEUR: f"chez {receveur}",
        Lieu.TIERS_LIEU: "dans un lieu tiers",
        Lieu.VISIO: "en visio",
    }
    lieux = [nom for lieu, nom in noms.items() if lieux_communs(apport) & lieu]
    moments = nommer_creneaux(creneaux_communs(apport))[:NOMS_DITS]
    ou = enumerer(lieux, "ou")
    ou_quand = f"{ou[:1].upper()}{ou[1:]}" + (f", {enumerer(moments, 'ou')}" if moments else ", à convenir")
    duree = min(max(apport.savoir_faire.duree_minutes, DUREE_MIN), DUREE_MAX)
    return Lignes(apport.savoir_faire.competence.titre[:LIGNE_MAX], duree, ou_quand[:LIGNE_MAX])


def lieux_communs(apport: Apport) -> Lieu:
    """Where both listings agree to meet; they may have changed since: then wherever the giver does."""
    return Lieu(apport.besoin.modalites & apport.savoir_faire.modalites or apport.savoir_faire.modalites)


def creneaux_communs(apport: Apport) -> int:
    """The weekly slots in common; 0 when both said « peu importe »."""
    besoin, savoir_faire = apport.besoin.creneaux, apport.savoir_faire.creneaux
    return (
        (besoin or TOUS_LES_CRENEAUX) & (savoir_faire or TOUS_LES_CRENEAUX) if besoin or savoir_faire else 0
    )


def dates_suggerees(apport: Apport, duree_minutes: int, seance: Seance | None) -> list[datetime]:
    """Return dates when both are free; for a séance that moves, the same hour a week later comes first."""
    instant = maintenant()
    occupees = Seance.objects.actives().prenant(apport.donneur_id, apport.receveur_id, apres=instant)
    suggerees = suggerer_dates(
        creneaux=creneaux_communs(apport),
        secteurs=[apport.donneur.secteur_id, apport.receveur.secteur_id],
        instant=instant,
        occupes=[(s.debut, s.fin) for s in occupees if s.debut and s.fin],
        duree=timedelta(minutes=duree_minutes),
    )
    if seance and seance.debut and seance.debut > instant:
        suivante = semaine_suivante(seance.debut)
        suggerees = [suivante, *(d for d in suggerees if d != suivante)]
    return suggerees


def dire_endroit(endroit: Endroit, apport: Apport, lectrice: Entreprise | None = None) -> str:
    """Return « chez vous », « chez Menuiserie Le Goff, 12 rue …, Rennes », the address, or « en visio ».

    Exact addresses: for the companies of an échange that everyone has accepted, and nobody else.
    """
    if endroit.lieu == Lieu.VISIO:
        return "en visio"
    if endroit.lieu == Lieu.TIERS_LIEU:
        return endroit.adresse
    hote = hote_de(endroit, apport)
    if lectrice is not None and hote.pk == lectrice.pk:
        return "chez vous"
    return f"chez {adresse_de(hote)}"


def adresse_du_rendez_vous(endroit: Endroit, apport: Apport) -> str:
    """Return what a map finds, or the link of the visio: for a calendar, not for a sentence."""
    if endroit.lieu == Lieu.VISIO:
        return endroit.lien_visio
    return endroit.adresse or adresse_de(hote_de(endroit, apport))


def hote_de(endroit: Endroit, apport: Apport) -> Entreprise:
    """Return at whose place they meet, when it is at one of theirs."""
    return apport.donneur if endroit.lieu == Lieu.CHEZ_OFFREUR else apport.receveur


def adresse_de(entreprise: Entreprise) -> str:
    """Return « Menuiserie Le Goff, 12 rue du Puits-Mauger, Rennes »."""
    return ", ".join(filter(None, [entreprise.nom, entreprise.adresse, entreprise.commune.nom]))
