"""What a company is asked of its échanges, and what it agreed to see published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from echange.socle.evenements import abonner
from matching.evenements import BilanDemande, BilanRepondu, TemoignageConsenti, TemoignageRetire
from matching.jetons_bilan import creer_jeton, creer_jeton_temoignage
from matching.models import Bilan, Temoignage
from matching.models.bilans import Echeance
from matching.presentation.bilans import FicheBilan
from matching.presentation.dates import dire_jour
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir, solder
from profils.models import Utilisateur


@enregistrer
@dataclass(frozen=True)
class BilanAttendu(Avis):
    """`avec`: « avec Fleurs de Lices »; `lien`: this person's own way in; `avant`: a day, in words."""

    genre: ClassVar[Genre] = Genre("bilan", "Trois questions après un échange", est_groupe=True)

    bilan: str
    avec: str
    competence: str
    est_fait: bool
    un_mois_apres: bool
    est_rappel: bool
    avant: str
    lien: str

    @property
    def cle(self) -> str:
        return cle_de(self.bilan, est_rappel=self.est_rappel)

    @property
    def titre(self) -> str:
        if self.un_mois_apres:
            return f"«\u00a0{self.competence}\u00a0», un mois après\u00a0: une question"
        if self.est_fait:
            return f"Votre échange {self.avec}\u00a0: comment cela s’est-il passé\u00a0?"
        return f"L’échange {self.avec} n’a pas eu lieu\u00a0: dites-nous pourquoi"

    @property
    def chemin(self) -> str:
        return self.lien  # in a digest too, nobody has to sign in


@enregistrer
@dataclass(frozen=True)
class TemoignageRecu(Avis):
    """`texte`: word for word what was agreed to; `retrait`: the link that takes it back."""

    genre: ClassVar[Genre] = Genre("temoignage", "Votre accord pour publier un témoignage")

    temoignage: str
    echange: str
    texte: str
    retrait: str

    @property
    def cle(self) -> str:
        return self.temoignage

    @property
    def titre(self) -> str:
        return "Votre témoignage sera relu avant d’être publié"

    @property
    def chemin(self) -> str:
        return reverse("matching:bilan", args=[self.echange])


def cle_de(bilan: str, *, est_rappel: bool) -> str:
    return f"{bilan}:rappel" if est_rappel else bilan


def abonner_tout() -> None:
    abonner(BilanDemande, _demander)
    abonner(BilanRepondu, _solder_demande)
    abonner(TemoignageConsenti, _accuser_reception)
    abonner(TemoignageRetire, _solder_temoignage)


def _demander(fait: BilanDemande) -> None:
    """Each member has a link of her own; the first who answers answers for all."""
    bilan = Bilan.objects.select_related("echange", "competence").get(pk=fait.bilan_id)
    avec, uuid = FicheBilan(bilan).avec, str(bilan.uuid)
    if fait.est_rappel:
        solder(genre=BilanAttendu.genre.code, cle=cle_de(uuid, est_rappel=False))
    for membre in _membres(bilan.entreprise_id):
        avis = BilanAttendu(
            bilan=uuid,
            avec=avec,
            competence=bilan.competence.titre,
            est_fait=bilan.est_d_un_don,
            un_mois_apres=bilan.echeance == Echeance.TRENTE_JOURS,
            est_rappel=fait.est_rappel,
            avant=dire_jour(bilan.expire_le),
            lien=reverse("matching:repondre_bilan", args=[creer_jeton(bilan, membre)]),
        )
        prevenir(avis, [membre])


def _solder_demande(fait: BilanRepondu) -> None:
    uuid = str(Bilan.objects.values_list("uuid", flat=True).get(pk=fait.bilan_id))
    for est_rappel in (False, True):
        solder(genre=BilanAttendu.genre.code, cle=cle_de(uuid, est_rappel=est_rappel))


def _accuser_reception(fait: TemoignageConsenti) -> None:
    """Every member learns what is to be published in the company's name, and may take it back."""
    temoignage = Temoignage.objects.select_related("bilan__echange").get(pk=fait.temoignage_id)
    for membre in _membres(temoignage.bilan.entreprise_id):
        avis = TemoignageRecu(
            temoignage=str(temoignage.uuid),
            echange=str(temoignage.bilan.echange.uuid),
            texte=temoignage.texte,
            retrait=reverse("matching:retirer_temoignage", args=[creer_jeton_temoignage(temoignage, membre)]),
        )
        prevenir(avis, [membre])


def _solder_temoignage(fait: TemoignageRetire) -> None:
    uuid = str(Temoignage.objects.values_list("uuid", flat=True).get(pk=fait.temoignage_id))
    solder(genre=TemoignageRecu.genre.code, cle=uuid)


def _membres(entreprise: int) -> list[Utilisateur]:
    membres = Utilisateur.objects.filter(is_active=True, appartenances__entreprise=entreprise)
    return list(membres.order_by("pk"))
