"""About 400 fictional companies over the four pilot départements, and a story under way.

Rows that no rule concerns are written in bulk; arêtes, échanges and messages go through the services of
the site. Everything is one transaction, drawn from one seed: all of it or nothing, and always the same.
"""

import random
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from animation.demo.agenda import tenir_agenda
from animation.demo.bilans import jouer_bilans
from animation.demo.comptes import ANIMATRICES, HISTOIRE, NOUVELLE, REFERENTE, Compte, EntrepriseDeDemo
from animation.demo.equipe import inviter_l_apprenti
from animation.demo.lettres import ecrire_lettres
from animation.demo.rendez_vous import prendre_rendez_vous
from animation.demo.reparation import jouer_reparation
from animation.demo.ressources import ecrire_ressources
from animation.services.equipe import nommer_animateur, nommer_referent
from echange.socle.horloge import maintenant
from matching.aretes import recalculer_aretes
from matching.choix import JOURS, MODALITES_PAR_DEFAUT, MOMENTS, Duree, bit_de_creneau
from matching.models import (
    Besoin,
    Competence,
    Demande,
    Echange,
    Genre,
    Nature,
    SavoirFaire,
    StatutAnnonce,
)
from matching.moteur.adequation import Lieu
from matching.rapprochements import rapprochements_de
from matching.services.annonces import DUREE_DE_VIE
from matching.services.demandes import lancer_demande
from matching.services.echanges import accepter_echange, proposer_echange
from matching.services.vagues import PANIER, mener_demandes
from matching.services.veilles import ContenuVeille, creer_veille
from messagerie.models import Conversation
from messagerie.services import envoyer_message
from profils.flou import position_publique
from profils.models import Entreprise, Membre, Taille, Utilisateur
from territoires.models import Commune, Territoire

DOSSIER = Path(__file__).resolve().parent
GRAINE = 20260301
PAR_DEPARTEMENT = 100
COMMUNES_PAR_DEPARTEMENT = 60
DEPARTEMENTS = ("35", "44", "78", "92")
AGE_MAX_JOURS = 35
UNE_DONNEUSE_SUR = 25
# The companies of the story must meet, whatever the draw.
OUVERTE_A_TOUT = {"creneaux": 0, "rayon_km": 30, "niveau": 1, "modalites": MODALITES_PAR_DEFAUT}
CHEF_LIEU = 6  # the main town weighs that much more: neighbours must be near one another


@dataclass(frozen=True, slots=True)
class Fiche:
    """One company to write, with the compétences it asks for and offers."""

    compte: Compte
    nom: str
    secteur: str
    commune: Commune
    veut: tuple[str, ...]
    sait: tuple[str, ...]


def est_chargee() -> bool:
    return Utilisateur.objects.filter(email=HISTOIRE[0].compte.courriel).exists()


@transaction.atomic
def charger(progresser: Callable[[str], None]) -> int:
    """Write the demonstration and return how many companies; `progresser` is told each step."""
    hasard = random.Random(GRAINE)  # noqa: S311  plausible, not secret
    fiches = [*_histoire(), *_figurants(hasard)]
    entreprises = _creer_entreprises(fiches, hasard)
    progresser(f"{len(entreprises)} entreprises")
    besoins = _creer_annonces(fiches, entreprises, hasard)
    for rang, besoin in enumerate(besoins, start=1):
        recalculer_aretes(besoin)
        if rang % 100 == 0 or rang == len(besoins):
            progresser(f"{rang} besoins rapprochés sur {len(besoins)}")
    _creer_equipe()
    _jouer_l_histoire()
    _demander_aux_voisins()
    jouer_bilans()
    ecrire_ressources()
    progresser("échanges et messages")
    tenir_agenda()
    ecrire_lettres()
    progresser("agenda et lettres")
    return len(entreprises)


def _histoire() -> list[Fiche]:
    communes = Commune.objects.in_bulk([e.commune for e in HISTOIRE])
    return [Fiche(e.compte, e.nom, e.secteur, communes[e.commune], e.veut, e.sait) for e in HISTOIRE]


def _figurants(hasard: random.Random) -> list[Fiche]:
    donnees = tomllib.loads((DOSSIER / "entreprises.toml").read_text(encoding="utf-8"))
    metiers = donnees["metier"]
    noms = {metier["secteur"]: iter(hasard.sample(metier["noms"], len(metier["noms"]))) for metier in metiers}
    fiches: list[Fiche] = []
    for departement in DEPARTEMENTS:
        communes, poids = _communes(departement)
        tour = cycle(hasard.sample(metiers, len(metiers)))
        for _ in range(PAR_DEPARTEMENT - (len(HISTOIRE) if departement == "35" else 0)):
            metier = next(m for m in tour if (nom := next(noms[m["secteur"]], None)))
            numero = len(fiches) + 1
            fiches.append(
                Fiche(
                    Compte(f"entreprise-{numero:03}", hasard.choice(donnees["prenoms"]), ""),
                    str(nom),
                    metier["secteur"],
                    hasard.choices(communes, poids)[0],
                    veut=_tirer_besoins(metier, numero, hasard),
                    sait=tuple(hasard.sample(metier["sait"], hasard.choice((1, 1, 2)))),
                )
            )
    return fiches


def _tirer_besoins(metier: dict[str, Any], numero: int, hasard: random.Random) -> tuple[str, ...]:
    """One company in twenty-five asks for nothing: it only gives, and may start a chain."""
    tires = tuple(hasard.sample(metier["veut"], hasard.choice((1, 1, 2))))
    return () if numero % UNE_DONNEUSE_SUR == 0 else tires


def _communes(departement: str) -> tuple[Sequence[Commune], Sequence[float]]:
    """The département's communes by population, its main town pulling more."""
    communes = list(
        Commune.objects.choisissables()
        .filter(departement_id=departement)
        .order_by("-population", "code")[:60]
    )
    return communes, [c.population * (CHEF_LIEU if rang == 0 else 1) for rang, c in enumerate(communes)]


def _creer_entreprises(fiches: Sequence[Fiche], hasard: random.Random) -> list[Entreprise]:
    utilisateurs = Utilisateur.objects.bulk_create(_utilisateur(fiche.compte) for fiche in fiches)
    entreprises = []
    for fiche in fiches:
        point = _dans_la_commune(fiche.commune, hasard)
        entreprise = Entreprise(
            nom=fiche.nom,
            est_en_creation=True,
            secteur_id=fiche.secteur,
            taille=hasard.choice(Taille.values[:3]),
            commune=fiche.commune,
            position=point,
            est_localisee=True,
        )
        entreprise.position_publique = position_publique(point, entreprise.uuid)
        entreprises.append(entreprise)
    Entreprise.objects.bulk_create(entreprises)
    Membre.objects.bulk_create(
        Membre(utilisateur=u, entreprise=e) for u, e in zip(utilisateurs, entreprises, strict=True)
    )
    return entreprises


def _utilisateur(compte: Compte) -> Utilisateur:
    utilisateur = Utilisateur(email=compte.courriel, first_name=compte.prenom)
    utilisateur.set_unusable_password()
    return utilisateur


def _dans_la_commune(commune: Commune, hasard: random.Random) -> Point:
    """A point around the centre: within about 2 km, more often near it."""
    return Point(
        commune.position.x + hasard.gauss(0, 0.011), commune.position.y + hasard.gauss(0, 0.008), srid=4326
    )


def _creer_annonces(
    fiches: Sequence[Fiche], entreprises: Sequence[Entreprise], hasard: random.Random
) -> list[Besoin]:
    textes = tomllib.loads((DOSSIER / "textes.toml").read_text(encoding="utf-8"))
    besoins: list[Besoin] = []
    savoir_faire: list[SavoirFaire] = []
    for fiche, entreprise in zip(fiches, entreprises, strict=True):
        soin = OUVERTE_A_TOUT if fiche.compte.role else {}
        for code in fiche.veut:
            texte = hasard.choice(textes[code]["besoins"])
            besoins.append(Besoin(**_champs(Besoin, entreprise, code, texte, hasard) | soin))
        for code in fiche.sait:
            texte = hasard.choice(textes[code]["savoir_faire"])
            champs = _champs(SavoirFaire, entreprise, code, texte, hasard)
            savoir_faire.append(
                SavoirFaire(**champs | {"niveau": hasard.choice((2, 3)), "capacite": 2} | soin)
            )
    SavoirFaire.objects.bulk_create(savoir_faire)
    return Besoin.objects.bulk_create(besoins)


def _champs(
    modele: type[Besoin | SavoirFaire], entreprise: Entreprise, code: str, texte: str, hasard: random.Random
) -> dict[str, Any]:
    publie_le = maintenant() - timedelta(days=hasard.uniform(0, AGE_MAX_JOURS))
    return {
        "entreprise": entreprise,
        "competence_id": code,
        "texte": texte,
        "commune": entreprise.commune,
        "position": entreprise.position_publique,
        "modalites": MODALITES_PAR_DEFAUT | (Lieu.VISIO if hasard.random() < 0.4 else 0),
        "rayon_km": hasard.choice((10, 20, 20, 30, 50)),
        "creneaux": _creneaux(hasard),
        "duree_minutes": hasard.choice(Duree.values),
        "niveau": hasard.choice((1, 1, 2)),
        "statut": StatutAnnonce.PUBLIEE,
        "publie_le": publie_le,
        "expire_le": publie_le + DUREE_DE_VIE[modele],
    }


def _creneaux(hasard: random.Random) -> int:
    """Half say « peu importe »; the others give a few weekday slots."""
    if hasard.random() < 0.5:
        return 0
    jours = hasard.sample(range(len(JOURS) - 1), 4)
    bits = 0
    for jour in jours:
        bits |= bit_de_creneau(jour, hasard.randrange(len(MOMENTS)))
    return bits


def _creer_equipe() -> None:
    comptes = [*ANIMATRICES.values(), NOUVELLE, REFERENTE]
    Utilisateur.objects.bulk_create(_utilisateur(compte) for compte in comptes)
    referente = Utilisateur.objects.get(email=REFERENTE.courriel)
    nommer_referent(par=None, utilisateur=referente)
    for departement, compte in ANIMATRICES.items():
        nommer_animateur(
            par=referente,
            utilisateur=Utilisateur.objects.get(email=compte.courriel),
            territoire=Territoire.objects.get(departements=departement),
        )


def _jouer_l_histoire() -> None:
    """One proposal that awaits the boulangère, one échange under way, with its séance on Thursday."""
    boulangere, menuisiere, *_, garagiste = HISTOIRE
    _proposer(
        menuisiere, vers=boulangere, mot="Bonjour Alice, vos pains me font envie\u00a0: on s’entraide\u00a0?"
    )
    echange = _proposer(garagiste, vers=boulangere, mot="Bonjour, j’aimerais faire mon pain à la maison.")
    accepter_echange(par=_personne(boulangere.compte), echange=echange, entreprise=_entreprise(boulangere))
    conversation = Conversation.objects.get(echange=echange)
    for qui, texte in (
        (garagiste, "Merci d’avoir accepté\u00a0! Quand puis-je passer au fournil\u00a0?"),
        (boulangere, "Jeudi à 14 h, le four est libre. Venez avec un tablier."),
        (garagiste, "Parfait, à jeudi. Et je peux regarder vos sauvegardes en échange."),
    ):
        envoyer_message(par=_personne(qui.compte), conversation=conversation, texte=texte)
    prendre_rendez_vous(echange=echange, donneur=_entreprise(boulangere))
    inviter_l_apprenti(_entreprise(boulangere), echange)
    jouer_reparation(_entreprise(HISTOIRE[3]))
    creer_veille(
        par=_personne(boulangere.compte),
        entreprise=_entreprise(boulangere),
        contenu=ContenuVeille(
            cherche=Genre.SAVOIR_FAIRE,
            commune=_entreprise(boulangere).commune,
            texte="vendre mes pains au pique-nique du marché, sur réservation",
            competence=Competence.objects.get(pk="click-collect"),
            visio=True,
        ),
    )


def _demander_aux_voisins() -> None:
    """The florist asked her neighbours five days ago: nobody has said yes, the animator can help."""
    fleuriste = HISTOIRE[2]
    besoin = _entreprise(fleuriste).besoins.get()
    demande = lancer_demande(
        par=_personne(fleuriste.compte),
        besoin=besoin,
        mot="Bonjour, je tiens les fleurs de la place des Lices.",
    )
    debut = maintenant() - PANIER
    Demande.objects.filter(pk=demande.pk).update(
        cree_le=debut, derniere_vague_le=debut, prochaine_etape_le=maintenant()
    )
    demande.sollicitations.update(sollicitee_le=debut)
    mener_demandes()


def _proposer(de: EntrepriseDeDemo, *, vers: EntrepriseDeDemo, mot: str) -> Echange:
    """Propose the best réciproque or direct that `de` has with `vers`."""
    possibles = [
        r
        for r in rapprochements_de(_entreprise(de), limite=500)
        if r.nature in {Nature.RECIPROQUE, Nature.DIRECT} and r.partenaire.nom == vers.nom
    ]
    return proposer_echange(
        par=_personne(de.compte), entreprise=_entreprise(de), aretes=possibles[0].aretes, mot=mot
    )


def _entreprise(entreprise: EntrepriseDeDemo) -> Entreprise:
    return Entreprise.objects.get(membres__utilisateur__email=entreprise.compte.courriel)


def _personne(compte: Compte) -> Utilisateur:
    return Utilisateur.objects.get(email=compte.courriel)
