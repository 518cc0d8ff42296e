"""What a person is told of her veilles: the first listing at once, the next ones in a digest, the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from echange.socle.evenements import abonner
from echange.socle.horloge import maintenant
from matching.evenements import AnnonceExpire, AnnonceHorsLigne, VeilleExpire, VeilleSatisfaite
from matching.fraicheur import GENRES
from matching.models import Trouvaille, Veille
from matching.presentation.dates import dire_jour
from matching.veilles import ARRETER, PROLONGER, creer_jeton
from messagerie.models import Notification, Rythme
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir, solder
from profils.evenements import BlocageChange
from profils.models import Blocage


@dataclass(frozen=True)
class AvisVeille(Avis):
    """`annonce`: the listing's public identifier; `sorte`: its kind; `veille`: what was awaited."""

    annonce: str
    sorte: str
    competence: str
    texte: str
    entreprise: str
    commune: str
    veille: str
    chemin_arreter: str

    @property
    def cle(self) -> str:
        return self.annonce

    @property
    def titre(self) -> str:
        if self.sorte == "besoin":
            return f"{self.entreprise} ({self.commune}) voudrait\u00a0: «\u00a0{self.competence}\u00a0»"
        return f"{self.entreprise} ({self.commune}) sait faire\u00a0: «\u00a0{self.competence}\u00a0»"

    @property
    def chemin(self) -> str:
        nom = "matching:besoin" if self.sorte == "besoin" else "matching:savoir_faire"
        return reverse(nom, args=[self.annonce])


@enregistrer
@dataclass(frozen=True)
class VeillePremiere(AvisVeille):
    genre: ClassVar[Genre] = Genre(
        "veille_premiere", "Une de vos veilles a trouvé\u00a0: la première annonce"
    )


@enregistrer
@dataclass(frozen=True)
class VeilleSuite(AvisVeille):
    genre: ClassVar[Genre] = Genre(
        "veille_suite", "Une de vos veilles a trouvé\u00a0: les annonces suivantes", Rythme.QUOTIDIEN
    )


@enregistrer
@dataclass(frozen=True)
class FinDeVeille(Avis):
    genre: ClassVar[Genre] = Genre("fin_veille", "Une de vos veilles arrive à sa fin")

    uuid: str
    veille: str
    fin: str
    chemin_prolonger: str

    @property
    def cle(self) -> str:
        return f"{self.uuid}:{self.fin}"

    @property
    def titre(self) -> str:
        return f"«\u00a0{self.veille}\u00a0»\u00a0: attendez-vous toujours quelqu’un\u00a0?"

    @property
    def chemin(self) -> str:
        return self.chemin_prolonger


_TROUVAILLES = (VeillePremiere.genre.code, VeilleSuite.genre.code)


def abonner_tout() -> None:
    abonner(VeilleSatisfaite, _annoncer)
    abonner(VeilleExpire, _annoncer_fin)
    abonner(AnnonceHorsLigne, _taire)
    abonner(AnnonceExpire, _taire_finie)
    abonner(BlocageChange, _taire_entre)


def _annoncer(fait: VeilleSatisfaite) -> None:
    trouvaille = Trouvaille.objects.select_related("veille__competence", "utilisateur").get(
        pk=fait.trouvaille_id
    )
    genre = "besoin" if trouvaille.besoin_id else "savoir-faire"
    annonce = (
        GENRES[genre]
        .objects.select_related("competence", "entreprise", "commune")
        .get(pk=trouvaille.besoin_id or trouvaille.savoir_faire_id)
    )
    avis = (VeillePremiere if trouvaille.est_premiere else VeilleSuite)(
        annonce=str(annonce.uuid),
        sorte=genre,
        competence=annonce.competence.titre,
        texte=annonce.texte,
        entreprise=annonce.entreprise.nom,
        commune=annonce.commune.nom,
        veille=str(trouvaille.veille),
        chemin_arreter=reverse("matching:arreter_veille", args=[creer_jeton(trouvaille.veille, ARRETER)]),
    )
    prevenir(avis, [trouvaille.utilisateur])


def _annoncer_fin(fait: VeilleExpire) -> None:
    veille = Veille.objects.select_related("competence", "utilisateur").get(pk=fait.veille_id)
    avis = FinDeVeille(
        uuid=str(veille.uuid),
        veille=str(veille),
        fin=dire_jour(veille.expire_le),
        chemin_prolonger=reverse("matching:prolonger_veille", args=[creer_jeton(veille, PROLONGER)]),
    )
    prevenir(avis, [veille.utilisateur])


def _taire(fait: AnnonceHorsLigne) -> None:
    """The listing has left: a mail not yet sent would lead nowhere."""
    for avis in (VeillePremiere, VeilleSuite):
        solder(genre=avis.genre.code, cle=fait.annonce)


def _taire_finie(fait: AnnonceExpire) -> None:
    annonce = GENRES[fait.genre].objects.get(pk=fait.annonce_id)
    if not annonce.est_visible:
        _taire(AnnonceHorsLigne(fait.genre, str(annonce.uuid)))


def _taire_entre(fait: BlocageChange) -> None:
    """Two companies part: what was found of one for the other is not sent any more."""
    if not Blocage.objects.filter(bloquante=fait.bloquante_id, bloquee=fait.bloquee_id).exists():
        return
    for une, autre in ((fait.bloquante_id, fait.bloquee_id), (fait.bloquee_id, fait.bloquante_id)):
        trouvees = [
            str(uuid)
            for modele in GENRES.values()
            for uuid in modele.objects.filter(entreprise=autre).values_list("uuid", flat=True)
        ]
        avis = Notification.objects.filter(genre__in=_TROUVAILLES, cle__in=trouvees).non_lues()
        avis.filter(destinataire__appartenances__entreprise=une).update(lue_le=maintenant())
