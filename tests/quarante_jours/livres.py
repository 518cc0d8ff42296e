"""The books: what must hold at every hour, and what is counted at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q

from echange.socle.horloge import maintenant
from matching.arrivee import SEMAINE
from matching.models import (
    Besoin,
    Bilan,
    Demande,
    Echange,
    EtatDemande,
    JournalEchange,
    Participation,
    Reponse,
    SavoirFaire,
    Seance,
    Sollicitation,
    StatutEchange,
)
from matching.models.echanges import STATUTS_TERMINES
from matching.services.plafonds import ATTENDUES_MAX, PROPOSITIONS_OUVERTES_MAX, RECUES_MAX
from messagerie.models import EtatEnvoi, Notification
from tests.facteur import Facteur
from tests.file_de_travail import travaux_en_attente
from tests.quarante_jours.noms import nom_de, nom_du_don
from tests.quarante_jours.personnes import Personnes


@dataclass(frozen=True)
class Livres:
    """Everything that happened, by lasting names: two tellings of one story have the same books."""

    echanges: Counter[tuple[Any, ...]]
    demandes: Counter[tuple[Any, ...]]
    seances: Counter[tuple[Any, ...]]
    bilans: Counter[tuple[Any, ...]]
    notifications: Counter[tuple[Any, ...]]
    courriels: Counter[tuple[str, str]]
    refus: Counter[str]
    # mails that left twice under one Message-ID: their worker was killed
    en_double: int = field(compare=False)

    def resume(self) -> str:
        """Return the figures, one a line."""
        statuts, natures = _en_colonne(self.echanges, 1), _en_colonne(self.echanges, 2)
        etats = _en_colonne(self.demandes, 1)
        lignes = {
            "échanges": f"{self.echanges.total()}  {_compter(statuts)}",
            "natures": f"{_compter(natures)}; réparés {sum(e[5] > 0 for e in self.echanges.elements())}",
            "demandes": f"{self.demandes.total()}  {_compter(etats)}",
            "séances": f"{self.seances.total()}  {_compter(_en_colonne(self.seances, 1))}",
            "bilans": f"{self.bilans.total()}  {_compter(_en_colonne(self.bilans, 3))}",
            "notifications": f"{self.notifications.total()}",
            "courriels": f"{self.courriels.total()}  ({self.en_double} partis deux fois, même Message-ID)",
            "refus du site": _compter(self.refus),
        }
        return "\n".join(f"{nom:>14}  {valeur}" for nom, valeur in lignes.items())

    def ecarts(self, autres: Livres) -> str:
        """Return what these books hold and `autres` do not (−), and the other way round (+)."""
        lignes = []
        for champ in fields(self):
            if champ.compare:
                ici, ailleurs = getattr(self, champ.name), getattr(autres, champ.name)
                lignes += [f"{champ.name} − {ligne}" for ligne in sorted(map(str, ici - ailleurs))]
                lignes += [f"{champ.name} + {ligne}" for ligne in sorted(map(str, ailleurs - ici))]
        return "\n".join(lignes)


def _en_colonne(lignes: Counter[tuple[Any, ...]], rang: int) -> Counter[str]:
    return Counter(str(ligne[rang]) for ligne in lignes.elements())


def _compter(nombres: Counter[str]) -> str:
    return ", ".join(f"{nom} {nombre}" for nom, nombre in sorted(nombres.items())) or "aucun"


def verifier_a_chaque_heure() -> None:
    """No listing promised beyond its places, nobody with more than five proposals open, nor to answer."""
    for modele in (Besoin, SavoirFaire):
        en_cours = Count("apports", filter=Q(apports__echange__statut=StatutEchange.EN_COURS))
        trop = modele.objects.annotate(promises=en_cours).filter(promises__gt=F("capacite"))
        assert not trop.exists(), f"{modele.__name__} promised beyond its places: {list(trop)}"
    ouvertes = Echange.objects.proposes().values("initiatrice").annotate(nombre=Count("pk"))
    trop_proposees = ouvertes.filter(initiatrice__isnull=False, nombre__gt=PROPOSITIONS_OUVERTES_MAX)
    assert not trop_proposees.exists(), list(trop_proposees)
    attendues = Participation.objects.filter(
        sortie="", reponse=Reponse.ATTENDUE, echange__in=Echange.objects.proposes().filter(reparations=0)
    ).exclude(echange__initiatrice=F("entreprise"))
    trop_attendues = (
        attendues.values("entreprise").annotate(nombre=Count("pk")).filter(nombre__gt=ATTENDUES_MAX)
    )
    assert not trop_attendues.exists(), list(trop_attendues)
    perimees = Echange.objects.proposes().filter(expire_le__lte=maintenant())
    assert not perimees.exists(), f"left open beyond their day: {list(perimees)}"
    assert not travaux_en_attente()


def fermer(facteur: Facteur, personnes: Personnes) -> Livres:
    """Check what must hold at the end, and return the books."""
    _verifier_les_fins()
    _verifier_les_deux_par_semaine()
    _verifier_les_reparations()
    _verifier_les_demandes()
    _verifier_les_courriels(facteur)
    recus = facteur.sans_doublon()
    return Livres(
        echanges=Counter(
            (nom_de(e), e.statut, e.nature, e.cree_le, e.conclu_le, e.reparations)
            for e in Echange.objects.prefetch_related("apports__besoin", "apports__savoir_faire")
        ),
        demandes=Counter(
            (str(d.besoin.uuid), d.etat, d.cree_le, d.close_le, d.vagues, d.au_panier_le, d.vue_le)
            for d in Demande.objects.select_related("besoin")
        ),
        seances=Counter(
            (nom_du_don(s.apport), s.etat, s.debut, s.version)
            for s in Seance.objects.select_related("apport__echange").prefetch_related(
                "apport__echange__apports__besoin", "apport__echange__apports__savoir_faire"
            )
        ),
        bilans=Counter(
            (nom_de(b.echange), str(b.entreprise.uuid), b.echeance, _etat_du_bilan(b), b.termine_le)
            for b in Bilan.objects.select_related("echange", "entreprise").prefetch_related(
                "reponses", "echange__apports__besoin", "echange__apports__savoir_faire"
            )
        ),
        notifications=Counter(
            Notification.objects.values_list("destinataire__email", "genre", "titre", "cree_le", "etat_envoi")
        ),
        courriels=Counter((str(m["To"]), str(m["Subject"])) for m in recus.values()),
        refus=personnes.refus,
        en_double=len(facteur.recus) - len(recus),
    )


def _etat_du_bilan(bilan: Bilan) -> str:
    if bilan.termine_le:
        return "complet"
    return "commencé" if bilan.donnees else "demandé" if bilan.demande_le else "à demander"


def _verifier_les_fins() -> None:
    """Every proposal ends in exactly one ending, with its date, or is open for a reason."""
    finis = Echange.objects.filter(statut__in=STATUTS_TERMINES)
    assert not finis.filter(conclu_le__isnull=True).exists()
    assert not Echange.objects.exclude(statut__in=STATUTS_TERMINES).filter(conclu_le__isnull=False).exists()
    decides = Participation.objects.filter(echange__statut=StatutEchange.EN_COURS, sortie="").exclude(
        reponse="acceptee"
    )
    assert not decides.exists(), "under way without everyone's yes"
    deux_fois = (
        JournalEchange.objects.filter(fait__in=("accepte", "expire", "annule", "realise", "clos"))
        .values("echange", "fait")
        .annotate(nombre=Count("pk"))
        .filter(nombre__gt=1)
    )
    assert not deux_fois.exists(), f"ended twice: {list(deux_fois)}"


def _verifier_les_deux_par_semaine() -> None:
    """Nobody was asked for a gift, or by a repair, who had received two proposals in the week before."""
    remplacantes = _appelees_en_dernier()
    recues: dict[int, list[tuple[Any, bool]]] = {}
    lues = Participation.objects.exclude(echange__initiatrice=F("entreprise")).select_related("echange")
    for p in lues.order_by("demande_le", "pk"):
        recues.setdefault(p.entreprise_id, []).append((p.demande_le, _est_plafonnee(p, remplacantes)))
    for entreprise, siennes in recues.items():
        for rang, (le, a_donner) in enumerate(siennes):
            semaine = sum(1 for avant, _ in siennes[:rang] if avant > le - SEMAINE)
            assert not a_donner or semaine < RECUES_MAX, f"{entreprise} was asked too much on {le}"


def _appelees_en_dernier() -> set[tuple[int, int]]:
    """Échange and company, for those who are in it because a repair called them, and were not asked again
    since by another."""
    appelees: set[tuple[int, int]] = set()
    for ligne in JournalEchange.objects.filter(fait="repare").order_by("le", "pk"):
        appelees -= {(ligne.echange_id, entreprise) for entreprise in ligne.details["redemandees"]}
        if nouvelle := ligne.details["nouvelle"]:
            appelees.add((ligne.echange_id, nouvelle))
    return appelees


def _est_plafonnee(participation: Participation, remplacantes: set[tuple[int, int]]) -> bool:
    """Who would receive too looks for just that; asked again by a repair, she had been asked already."""
    if participation.echange.reparations:
        return (participation.echange_id, participation.entreprise_id) in remplacantes
    recoit = any(a.receveur_id == participation.entreprise_id for a in participation.echange.apports.all())
    return not recoit


def _verifier_les_reparations() -> None:
    """Every repair is one line of the journal, which says how those who stay go on."""
    for echange in Echange.objects.filter(reparations__gt=0).prefetch_related("journal"):
        lignes = [ligne for ligne in echange.journal.all() if ligne.fait == "repare"]
        assert len(lignes) == echange.reparations
        assert all(ligne.details["forme"] for ligne in lignes)
    assert not Echange.objects.filter(statut=StatutEchange.A_REPARER).exists(), "left to repair"


def _verifier_les_demandes() -> None:
    """Each is open within its fortnight or ended once, and asks nobody once ended; each step taken once."""
    instant = maintenant()
    for demande in Demande.objects.prefetch_related("journal", "sollicitations"):
        faits = Counter(ligne.fait for ligne in demande.journal.all())
        fins = sum(faits[etat] for etat in EtatDemande.values)
        assert fins == (0 if demande.est_en_cours else 1), f"{demande.pk}: {faits}"
        assert faits["panier"] <= 1
        assert faits["vague"] == demande.vagues
        rappelees = [s for s in demande.sollicitations.all() if s.rappelee_le]
        assert faits["rappel"] == len(rappelees)
        if demande.est_en_cours:
            assert demande.fin_le > instant - timedelta(days=1)
    assert not Sollicitation.objects.ouvertes().exclude(demande__etat=EtatDemande.EN_COURS).exists()


def _verifier_les_courriels(facteur: Facteur) -> None:
    """One mail for each thing to send, none given up, none lost."""
    lots = Notification.objects.filter(etat_envoi=EtatEnvoi.ENVOYE).values("lot").distinct().count()
    assert lots == len(facteur.sans_doublon()), "what was marked sent is not what was received"
    assert not Notification.objects.filter(etat_envoi=EtatEnvoi.MORT).exists()
