"""Who may go where: every address of ours, by GET and by POST, for each role.

An address without its row in `TABLE` fails the test: whoever adds one says here who may enter. Only
Wagtail's own admin is left out; `tests/animation/test_cloison_cms.py` walks it.
"""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from animation.jetons_agenda import creer_jeton as jeton_d_inscription
from animation.jetons_lettres import creer_jeton as jeton_d_abonnement
from animation.services.invitations import creer_jeton as creer_jeton_invitation
from animation.services.invitations import inviter
from animation.services.pages import donner_acces_cms
from echange.socle.horloge import maintenant
from matching import jetons_bilan
from matching.fraicheur import creer_jeton as creer_jeton_prolongation
from matching.models import Competence, Demande, Genre, Temoignage
from matching.services.agendas import creer_jeton as creer_jeton_agenda
from matching.services.agendas import ouvrir_agenda
from matching.services.mots import signaler_mot
from matching.services.refonte import retirer_competence
from matching.veilles import ARRETER, PROLONGER
from matching.veilles import creer_jeton as creer_jeton_veille
from messagerie.models import MotifSignalement, Notification
from messagerie.notifications.courrier import creer_jeton
from messagerie.services import envoyer_message
from messagerie.services.coordonnees import partager_coordonnees
from messagerie.services.signalements import signaler_message
from profils.invitations import creer_jeton as creer_jeton_collegue
from profils.invitations import inviter_collegue
from profils.models import Entreprise, Utilisateur
from tests.animation.scenes_agenda import tenir, venir
from tests.animation.scenes_lettres import ecrire as ecrire_lettre
from tests.animation.scenes_lettres import membre_abonnee
from tests.conftest import connecter
from tests.matching import scenes
from tests.matching.scenes_bilans import poser_bilan
from tests.matching.scenes_demandes import lancer
from tests.matching.scenes_seances import apport_entre, convenir_seance
from tests.matching.scenes_tours import calculer
from tests.messagerie.aides import converser

pytestmark = pytest.mark.django_db

# Where a redirection leads: to sign in, to sign one's company up, or on with what one was doing.
CONNEXION, INSCRIRE, SUITE = "connexion", "inscrire", "suite"
Reponse = int | str  # a status, or where one is sent


class Reponses(NamedTuple):
    """What each role gets: a status, or where it is sent."""

    anonyme: Reponse
    etrangere: Reponse  # L’Intruse, of Nantes: a member, concerned by nothing below
    concernee: Reponse  # la boulangère: the listings, the échange and the conversation are hers
    animatrice: Reponse  # of 35, where the boulangerie is; she has no company
    voisine: Reponse  # animates 44; no company either
    referente: Reponse


def tous(reponse: Reponse) -> Reponses:
    return Reponses(*[reponse] * 6)


def connectes(reponse: Reponse, *, anonyme: Reponse = CONNEXION) -> Reponses:
    """The same for whoever is signed in."""
    return Reponses(anonyme, *[reponse] * 5)


def entreprises(etrangere: Reponse, concernee: Reponse) -> Reponses:
    """Screens of a company: who has none is asked to sign one up, whatever the address names."""
    return Reponses(CONNEXION, etrangere, concernee, INSCRIRE, INSCRIRE, INSCRIRE)


def interlocutrices(concernee: Reponse) -> Reponses:
    """A private talk: for anyone else, animation included, it does not exist."""
    return Reponses(CONNEXION, 404, concernee, 404, 404, 404)


def animation(de_35: Reponse, *, de_44: Reponse) -> Reponses:
    """The console: no member knows of it; the référente is everywhere at home."""
    return Reponses(CONNEXION, 404, 404, de_35, de_44, de_35)


def referents(reponse: Reponse) -> Reponses:
    """The tree is national: for anyone else, those who animate included, its screens do not exist."""
    return Reponses(CONNEXION, 404, 404, 404, 404, reponse)


LECTURE = tous(405)  # POST where there is only to read
LECTURE_CONNECTEE = connectes(405)
ECRITURE = connectes(405)  # GET where there is only to write

TABLE: dict[str, tuple[Reponses, Reponses]] = {
    # name or address: (GET, POST with an empty form)
    # For machines
    "sante": (tous(200), LECTURE),
    "robots": (tous(200), LECTURE),
    "favicon": (tous(SUITE), LECTURE),
    "lecture:index": (tous(200), tous(200)),  # Django's own: a POST is read as a GET
    "lecture:plan": (tous(200), tous(200)),
    "lecture:annonces_atom": (tous(200), tous(200)),
    "lecture:annonces_rss": (tous(200), tous(200)),
    "lecture:pages_atom": (tous(200), tous(200)),
    "lecture:pages_rss": (tous(200), tous(200)),
    "lecture:chercher": (tous(200), LECTURE),
    "medias": (tous(404), tous(404)),  # no such file; the files are public
    "wagtaildocs_serve": (tous(404), tous(404)),  # no such document
    # Signing in and out
    "account_login": (connectes(SUITE, anonyme=200), connectes(SUITE, anonyme=422)),
    "account_request_login_code": (connectes(SUITE, anonyme=200), connectes(SUITE, anonyme=422)),
    "account_confirm_login_code": (connectes(SUITE), connectes(SUITE)),
    "account_signup": (tous(CONNEXION), tous(CONNEXION)),
    "mfa_activate_totp": (connectes(200), connectes(422)),
    "mfa_authenticate": (connectes(SUITE), connectes(SUITE)),  # nobody is half-way through signing in
    "codes_de_secours": (connectes(SUITE), LECTURE_CONNECTEE),  # no phone proved in this session
    "account_logout": (connectes(200, anonyme=SUITE), tous(SUITE)),
    "/cms/login/": (tous(CONNEXION), tous(CONNEXION)),
    "wagtailcore_login": (tous(CONNEXION), tous(CONNEXION)),
    # Demonstration: nothing of it exists in another mode
    "messagerie:courriels_entrants": (tous(405), tous(404)),  # off unless set
    "demo:comptes": (tous(404), tous(404)),
    "demo:entrer": (tous(404), tous(404)),
    "demo:courriels": (tous(404), tous(404)),
    "demo:courriel": (tous(404), tous(404)),
    "demo:repondre": (tous(404), tous(404)),
    "composants": (tous(200), LECTURE),
    # One's own space
    "profils:accueil": (connectes(SUITE), LECTURE_CONNECTEE),
    "profils:inscrire_entreprise": (
        Reponses(CONNEXION, SUITE, SUITE, 200, 200, 200),
        Reponses(CONNEXION, SUITE, SUITE, 422, 422, 422),
    ),
    "profils:entreprise": (entreprises(200, 200), entreprises(422, 422)),
    "profils:entreprises": (entreprises(200, 200), entreprises(404, 404)),  # none chosen
    "profils:inscrire_autre_entreprise": (entreprises(200, 200), entreprises(422, 422)),
    "profils:mettre_en_pause": (ECRITURE, entreprises(SUITE, SUITE)),
    "profils:reprendre": (ECRITURE, entreprises(SUITE, SUITE)),
    "profils:fermer": (entreprises(200, 200), entreprises(SUITE, SUITE)),
    "profils:rouvrir": (ECRITURE, entreprises(SUITE, SUITE)),
    "profils:quitter": (ECRITURE, entreprises(409, 409)),  # the last person of each
    "profils:equipe": (interlocutrices(200), interlocutrices(422)),
    "profils:retirer": (ECRITURE, interlocutrices(404)),  # no such colleague
    "profils:reprendre_invitation": (ECRITURE, interlocutrices(SUITE)),
    "profils:invitation": (tous(200), tous(422)),  # the signed link says who; the first name is asked
    # Geography
    "territoires:communes": (tous(200), LECTURE),
    "territoires:reperes": (tous(400), LECTURE),  # no frame given
    # What everyone reads
    "matching:recherche": (tous(200), LECTURE),
    "matching:suggestions": (tous(200), LECTURE),
    "matching:besoin": (tous(200), LECTURE),
    "matching:savoir_faire": (tous(200), LECTURE),
    "matching:prolonger": (tous(200), tous(200)),  # the signed link says which
    # Listings
    "matching:tableau": (entreprises(200, 200), LECTURE_CONNECTEE),
    "matching:mes_annonces": (entreprises(200, 200), LECTURE_CONNECTEE),
    "matching:mon_agenda": (entreprises(200, 200), LECTURE_CONNECTEE),
    "matching:ouvrir_agenda": (ECRITURE, entreprises(SUITE, SUITE)),
    "matching:changer_agenda": (ECRITURE, entreprises(SUITE, SUITE)),
    "matching:fermer_agenda": (ECRITURE, entreprises(SUITE, SUITE)),
    "matching:flux_agenda": (tous(200), LECTURE),  # the signed address says whose
    "matching:publier_besoin": (entreprises(200, 200), entreprises(422, 422)),
    "matching:trouver_savoir_faire": (entreprises(200, 200), LECTURE_CONNECTEE),
    "matching:publier_savoir_faire": (entreprises(200, 200), entreprises(422, 422)),
    "matching:modifier_annonce": (entreprises(404, 200), entreprises(404, 422)),
    "matching:mettre_en_pause": (ECRITURE, entreprises(404, SUITE)),
    "matching:reprendre": (ECRITURE, entreprises(404, SUITE)),
    "matching:retirer": (entreprises(404, 200), entreprises(404, SUITE)),
    "matching:attente": (entreprises(404, 200), LECTURE_CONNECTEE),
    "matching:abandonner_attente": (ECRITURE, entreprises(404, SUITE)),
    # Veilles: each sees her own
    "matching:mes_veilles": (entreprises(200, 200), LECTURE_CONNECTEE),
    "matching:creer_veille": (entreprises(200, 200), entreprises(422, 422)),
    "matching:modifier_veille": (entreprises(404, 200), entreprises(404, 422)),
    "matching:mettre_en_pause_veille": (ECRITURE, entreprises(404, SUITE)),
    "matching:reprendre_veille": (ECRITURE, entreprises(404, SUITE)),
    "matching:retirer_veille": (ECRITURE, entreprises(404, SUITE)),
    "matching:retablir_veille": (ECRITURE, entreprises(404, SUITE)),
    "matching:arreter_veille": (tous(200), tous(200)),  # the signed link says which
    "matching:prolonger_veille": (tous(200), tous(200)),
    # Matches and échanges
    "matching:rapprochements": (entreprises(200, 200), LECTURE_CONNECTEE),
    "matching:rapprochements_du_besoin": (entreprises(404, 200), LECTURE_CONNECTEE),
    "matching:demander": (entreprises(404, SUITE), entreprises(404, SUITE)),  # one is under way
    "matching:demande": (entreprises(404, 200), LECTURE_CONNECTEE),
    "matching:arreter_demande": (ECRITURE, entreprises(404, SUITE)),
    "matching:mes_echanges": (entreprises(200, 200), LECTURE_CONNECTEE),
    "matching:proposer": (entreprises(SUITE, SUITE), entreprises(SUITE, SUITE)),  # no match named
    "matching:echange": (entreprises(404, 200), LECTURE_CONNECTEE),
    "matching:accepter": (ECRITURE, entreprises(404, SUITE)),
    "matching:decliner": (entreprises(404, 200), entreprises(404, 422)),
    "matching:dire": (ECRITURE, entreprises(404, 404)),  # nothing is agreed yet
    "matching:renoncer": (entreprises(404, SUITE), entreprises(404, SUITE)),
    "matching:annuler": (ECRITURE, entreprises(404, 404)),  # only who proposed may
    # What an échange leaves
    "matching:bilan": (entreprises(404, 200), entreprises(404, 422)),
    "matching:repondre_bilan": (tous(200), tous(422)),  # the signed link says who
    "matching:retirer_temoignage": (tous(200), tous(200)),  # and here too
    # Agreeing and meeting: only the two companies of the apport
    "matching:accord": (entreprises(404, 200), entreprises(404, 422)),
    "matching:accepter_accord": (ECRITURE, entreprises(404, SUITE)),
    "matching:proposer_seance": (entreprises(404, 200), entreprises(404, 422)),
    "matching:choisir_date": (ECRITURE, entreprises(404, SUITE)),
    "matching:maintenir_seance": (ECRITURE, entreprises(404, SUITE)),
    "matching:annuler_seance": (entreprises(404, 200), entreprises(404, SUITE)),
    "matching:agenda_seance": (entreprises(404, 200), LECTURE_CONNECTEE),
    "matching:fiche_pdf": (entreprises(404, 200), LECTURE_CONNECTEE),
    "matching:valeurs": (entreprises(404, 200), entreprises(404, 200)),  # nothing of hers to value
    # Talking
    "messagerie:conversations": (connectes(200), LECTURE_CONNECTEE),
    "messagerie:conversation": (interlocutrices(200), interlocutrices(422)),
    "messagerie:depuis": (interlocutrices(400), LECTURE_CONNECTEE),  # no number given
    "messagerie:lu": (ECRITURE, interlocutrices(400)),
    "messagerie:de_echange": (interlocutrices(SUITE), LECTURE_CONNECTEE),
    "messagerie:revenir": (ECRITURE, interlocutrices(SUITE)),
    "messagerie:recherche": (connectes(200), LECTURE_CONNECTEE),
    "messagerie:signalements": (connectes(200), LECTURE_CONNECTEE),
    "messagerie:signaler": (interlocutrices(200), interlocutrices(422)),
    "messagerie:bloquer": (interlocutrices(200), interlocutrices(SUITE)),
    "messagerie:inviter_animation": (ECRITURE, interlocutrices(SUITE)),
    "messagerie:raccompagner_animation": (ECRITURE, interlocutrices(SUITE)),
    "messagerie:piece": (interlocutrices(404), LECTURE_CONNECTEE),  # no such file
    "messagerie:options": (interlocutrices(200), LECTURE_CONNECTEE),
    "messagerie:rappeler": (ECRITURE, interlocutrices(SUITE)),
    "messagerie:voix": (ECRITURE, interlocutrices(SUITE)),
    "messagerie:sourdine": (ECRITURE, interlocutrices(SUITE)),
    "messagerie:archiver": (ECRITURE, interlocutrices(SUITE)),
    "messagerie:quitter": (ECRITURE, interlocutrices(SUITE)),
    "messagerie:partager_coordonnees": (interlocutrices(200), interlocutrices(422)),
    "messagerie:retirer_coordonnees": (interlocutrices(200), interlocutrices(SUITE)),
    # Notifications: each sees her own list; one line is its reader's alone
    "messagerie:notifications": (connectes(200), LECTURE_CONNECTEE),
    "messagerie:ouvrir_notification": (ECRITURE, interlocutrices(SUITE)),
    "messagerie:tout_lire": (ECRITURE, connectes(SUITE)),
    "messagerie:reglages_notifications": (connectes(200), connectes(422)),
    "messagerie:abonner_push": (ECRITURE, connectes(404)),  # this host has no key for it
    "messagerie:ouvriere": (tous(404), LECTURE),
    "messagerie:desabonner": (tous(200), tous(200)),  # the signed link says who
    # Animation
    "animation:console": (animation(200, de_44=200), LECTURE_CONNECTEE),
    "animation:annonce": (animation(200, de_44=404), LECTURE_CONNECTEE),
    "animation:rapprochements": (animation(200, de_44=404), LECTURE_CONNECTEE),
    "animation:masquer": (animation(200, de_44=404), animation(422, de_44=404)),
    "animation:signalements": (animation(200, de_44=200), LECTURE_CONNECTEE),
    "animation:signalement": (animation(200, de_44=404), animation(422, de_44=404)),
    "animation:prendre_signalement": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:fermer_entreprise": (animation(200, de_44=404), animation(SUITE, de_44=404)),
    "animation:rouvrir_entreprise": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:lever_limites": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:remettre_limites": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:essais": (animation(200, de_44=404), LECTURE_CONNECTEE),
    "animation:remettre_en_ligne": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:guides": (animation(200, de_44=200), LECTURE_CONNECTEE),
    "animation:decliner_guide": (ECRITURE, animation(404, de_44=404)),  # no territoire named
    "animation:guide_relu": (ECRITURE, animation(404, de_44=404)),  # no such page
    "animation:bilans": (animation(200, de_44=200), LECTURE_CONNECTEE),
    "animation:exporter_bilans": (animation(200, de_44=200), LECTURE_CONNECTEE),
    "animation:tours": (animation(200, de_44=200), animation(422, de_44=422)),
    "animation:tour": (animation(200, de_44=404), LECTURE_CONNECTEE),
    "animation:avancement": (animation(SUITE, de_44=404), LECTURE_CONNECTEE),  # asked outside of HTMX
    "animation:arreter_tour": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:recalculer_tour": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:consigner": (ECRITURE, animation(404, de_44=404)),  # no échange named
    "animation:lever_consigne": (ECRITURE, animation(404, de_44=404)),  # no consigne named
    "animation:envoyer_tour": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:imprimer_tour": (animation(200, de_44=404), LECTURE_CONNECTEE),
    "animation:exporter_tour": (animation(200, de_44=404), LECTURE_CONNECTEE),
    "animation:corriger": (animation(200, de_44=404), animation(422, de_44=404)),
    "animation:a_debloquer": (animation(200, de_44=200), LECTURE_CONNECTEE),
    "animation:demande": (animation(200, de_44=404), LECTURE_CONNECTEE),
    "animation:voir_demande": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:ecrire_demande": (ECRITURE, animation(422, de_44=404)),
    "animation:solliciter": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:agenda": (animation(200, de_44=200), LECTURE_CONNECTEE),
    "animation:evenement": (animation(200, de_44=404), LECTURE_CONNECTEE),
    "animation:imprimer_evenement": (animation(200, de_44=404), LECTURE_CONNECTEE),
    "animation:exporter_evenement": (animation(200, de_44=404), LECTURE_CONNECTEE),
    "animation:ajouter_inscription": (animation(200, de_44=404), animation(422, de_44=404)),
    "animation:annuler_evenement": (animation(200, de_44=404), animation(SUITE, de_44=404)),
    "animation:marquer_presence": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:desinscrire": (animation(200, de_44=404), animation(SUITE, de_44=404)),
    "animation:lettres": (animation(200, de_44=200), LECTURE_CONNECTEE),
    "animation:lettre": (animation(200, de_44=404), LECTURE_CONNECTEE),
    "animation:essayer_lettre": (ECRITURE, animation(SUITE, de_44=404)),
    "animation:envoyer_lettre": (animation(200, de_44=404), animation(SUITE, de_44=404)),
    "animation:programmer_lettre": (ECRITURE, animation(422, de_44=404)),
    "animation:deprogrammer_lettre": (ECRITURE, animation(SUITE, de_44=404)),
    # Letters: anybody may ask for one; the signed link says whose abonnement it is
    "lettres:abonnements": (connectes(200), connectes(SUITE)),
    "lettres:demander": (tous(200), tous(422)),
    "lettres:abonnement": (tous(200), tous(SUITE)),
    # The agenda: anybody reads and comes; the signed link of a registration says whose it is
    "agenda:agenda_ics": (tous(200), LECTURE),
    "agenda:evenement_ics": (tous(200), LECTURE),
    "agenda:inscrire": (
        Reponses(200, 200, SUITE, 200, 200, 200),  # la boulangère comes already
        connectes(SUITE, anonyme=422),
    ),
    "agenda:mes_inscriptions": (connectes(200), LECTURE_CONNECTEE),
    "agenda:annuler_la_mienne": (
        Reponses(CONNEXION, 404, 200, 404, 404, 404),
        Reponses(CONNEXION, 404, SUITE, 404, 404, 404),
    ),
    "agenda:inscription": (tous(200), tous(SUITE)),
    "agenda:annuler_inscription": (tous(200), tous(SUITE)),
    "agenda:inscription_ics": (tous(200), LECTURE),
    # Territoires and their teams are the référents'; the signed link of an invitation says whose it is
    "animation:territoires": (referents(200), LECTURE_CONNECTEE),
    "animation:ouvrir_territoire": (referents(200), referents(200)),  # without « ouvrir » it only looks
    "animation:territoire": (referents(200), LECTURE_CONNECTEE),
    "animation:fermer_territoire": (referents(200), referents(SUITE)),
    "animation:rouvrir_territoire": (ECRITURE, referents(SUITE)),
    "animation:reunir_territoires": (referents(200), referents(422)),
    "animation:inviter": (ECRITURE, referents(422)),
    "animation:retirer_invitation": (ECRITURE, referents(SUITE)),
    "animation:relever": (ECRITURE, referents(SUITE)),
    "animation:telephone": (ECRITURE, referents(SUITE)),
    "animation:invitation": (tous(200), tous(SUITE)),
    # The tree of compétences and the words it lacks
    "animation:competences": (referents(200), LECTURE_CONNECTEE),
    "animation:exporter_competences": (referents(200), LECTURE_CONNECTEE),
    "animation:historique_arbre": (referents(200), LECTURE_CONNECTEE),
    "animation:annuler_changement": (ECRITURE, referents(SUITE)),
    "animation:nouvelle_competence": (referents(200), referents(422)),
    "animation:competence": (referents(200), referents(422)),
    "animation:nouveau_theme": (referents(200), referents(422)),
    "animation:theme": (referents(200), referents(422)),
    "animation:fusionner_competence": (referents(200), referents(422)),
    "animation:retirer_competence": (referents(200), referents(SUITE)),
    "animation:remettre_competence": (ECRITURE, referents(SUITE)),
    "animation:scinder_competence": (referents(200), referents(422)),
    "animation:repartir": (referents(200), referents(SUITE)),
    "animation:mots": (referents(200), LECTURE_CONNECTEE),
    "animation:mot": (referents(200), LECTURE_CONNECTEE),
    "animation:rattacher_mot": (ECRITURE, referents(422)),
    "animation:ecarter_mot": (ECRITURE, referents(422)),
    # Pages (Wagtail reads a POST as a GET) and the door of its admin
    "wagtail_serve": (tous(200), tous(200)),
    "/": (tous(200), tous(200)),
    "/communautes/": (tous(200), tous(200)),
    "/communautes/ille-et-vilaine/": (tous(200), tous(200)),
    "/communautes/ille-et-vilaine/agenda/": (tous(200), tous(200)),
    "/communautes/ille-et-vilaine/lettres/": (tous(200), tous(200)),
    "/nulle-part/": (tous(404), tous(404)),
    "/cms/": (
        Reponses(CONNEXION, 403, 403, 200, 200, 200),
        Reponses(CONNEXION, 403, 403, 405, 405, 405),
    ),
}


@pytest.fixture
def monde(
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    fleuristerie: Entreprise,
    boulangere: Utilisateur,
    intruse: Utilisateur,
    animatrice: Utilisateur,
    animatrice_44: Utilisateur,
    referente: Utilisateur,
) -> dict[str, Any]:
    """La boulangerie has published, received a proposal and talks; the addresses name what is hers."""
    for personne in (animatrice, animatrice_44, referente):
        donner_acces_cms(utilisateur=personne)
    scenes.rendre_reciproques(boulangerie, menuiserie)
    echange = scenes.proposer(menuiserie)
    scenes.offrir(fleuristerie, "site-vitrine")
    demande = lancer(boulangerie.besoins.get())
    Demande.objects.filter(pk=demande.pk).update(au_panier_le=demande.cree_le)
    conversation = converser(boulangerie, fleuristerie)
    message = envoyer_message(par=scenes.membre(fleuristerie), conversation=conversation, texte="Bonjour")
    bilan, fini = (poser_bilan(boulangerie, conversation.echange, cle) for cle in ("fin", "j30"))
    debut = maintenant() + timedelta(days=3)
    evenement = tenir(debut=debut)
    return {
        "evenement": evenement,
        "abonnement": membre_abonnee(boulangere),
        "lettre": ecrire_lettre(),
        "inscription": venir(evenement, boulangere)[0],
        "bilan": bilan,
        "temoignage": Temoignage.objects.create(bilan=fini, texte="Un texte"),
        "besoin": boulangerie.besoins.get(),
        "savoir_faire": boulangerie.savoir_faire.get(),
        "echange": echange,
        "notification": Notification.objects.get(destinataire=boulangere, genre="echange_propose"),
        "seance": convenir_seance(apport_entre(conversation.echange, fleuristerie, boulangerie), debut),
        "conversation": conversation,
        "message": message,
        "signalement": signaler_message(par=boulangere, message=message, motif=MotifSignalement.AUTRE),
        "carte": partager_coordonnees(
            par=boulangere, conversation=conversation, telephone="0612345678", courriel="", cle_client=None
        ),
        "demande": demande,
        "tour": calculer(animatrice),
        "collegue": inviter_collegue(par=boulangere, entreprise=boulangerie, email="d@d.fr"),
        "invitation": inviter(
            par=referente, territoire=animatrice.animations.get().territoire, email="c@d.fr"
        ),
        "changement": retirer_competence(
            par=referente, competence=Competence.objects.get(code="facture-electronique")
        ),
        "attente": signaler_mot(
            par=boulangere,
            entreprise=boulangerie,
            genre=Genre.BESOIN,
            texte="ma caisse tactile",
            reglages={},
        ),
        "veille": scenes.guetter(boulangere, boulangerie, "instagram"),
        "agenda": ouvrir_agenda(par=boulangere),
        "accompagnee": scenes.voisine("Quincaillerie Le Gall"),
        "roles": (None, intruse, boulangere, animatrice, animatrice_44, referente),
    }


@cache
def routes() -> dict[str, str]:
    """Every address of ours by its name; by itself when it has none."""
    return dict(_parcourir(get_resolver().url_patterns))


def _parcourir(motifs: list[Any], debut: str = "", espace: str = "") -> Iterator[tuple[str, str]]:
    for motif in motifs:
        route = debut + str(motif.pattern)
        if isinstance(motif, URLResolver) and route != "cms/":
            yield from _parcourir(
                motif.url_patterns, route, f"{motif.namespace}:" if motif.namespace else espace
            )
        elif isinstance(motif, URLPattern):
            yield (f"{espace}{motif.name}" if motif.name else f"/{route}"), route


# Addresses that the resolver does not tell apart: Wagtail's pages, and its admin's front door.
PAGES = (
    "/",
    "/communautes/",
    "/communautes/ille-et-vilaine/",
    "/communautes/ille-et-vilaine/agenda/",
    "/communautes/ille-et-vilaine/lettres/",
    "/cms/",
    "/nulle-part/",
)


def adresse(nom: str, monde: dict[str, Any]) -> str:
    """Return the address of this name, for what is the boulangerie's."""
    if nom.startswith("/"):
        return nom
    besoin = monde["besoin"]
    particuliers = {
        "matching:savoir_faire": [monde["savoir_faire"].uuid],
        "profils:equipe": [besoin.entreprise.uuid],
        "profils:retirer": [besoin.entreprise.uuid, 0],
        "profils:reprendre_invitation": [besoin.entreprise.uuid, monde["collegue"].uuid],
        "profils:invitation": [creer_jeton_collegue(monde["collegue"])],
        "messagerie:de_echange": [monde["conversation"].echange.uuid],
        "messagerie:revenir": [monde["conversation"].echange.uuid],
        "messagerie:signaler": [monde["conversation"].uuid, monde["message"].numero],
        "messagerie:bloquer": [monde["conversation"].uuid, monde["message"].entreprise.uuid],
        "messagerie:piece": [monde["conversation"].uuid, UUID(int=1)],
        "messagerie:retirer_coordonnees": [monde["conversation"].uuid, monde["carte"].numero],
        "matching:dire": [monde["echange"].uuid, 0],
        "matching:bilan": [monde["bilan"].echange.uuid],
        "matching:repondre_bilan": [jetons_bilan.creer_jeton(monde["bilan"], monde["roles"][2])],
        "matching:retirer_temoignage": [
            jetons_bilan.creer_jeton_temoignage(monde["temoignage"], monde["roles"][2])
        ],
        "matching:arreter_veille": [creer_jeton_veille(monde["veille"], ARRETER)],
        "matching:prolonger_veille": [creer_jeton_veille(monde["veille"], PROLONGER)],
        "matching:prolonger": [creer_jeton_prolongation(monde["besoin"])],
        "agenda:agenda_ics": ["ille-et-vilaine"],
        "agenda:annuler_la_mienne": [monde["inscription"].uuid],
        "lettres:abonnement": [jeton_d_abonnement(monde["abonnement"])],
        **{
            f"agenda:{nom}": [jeton_d_inscription(monde["inscription"])]
            for nom in ("inscription", "annuler_inscription", "inscription_ics")
        },
        "animation:decliner_guide": [1],
        "animation:guide_relu": [1],
        "animation:solliciter": [monde["demande"].uuid, monde["savoir_faire"].uuid],
        "messagerie:ouvrir_notification": [monde["notification"].uuid],
        "messagerie:desabonner": [creer_jeton(monde["notification"].destinataire, "echange_propose")],
        "demo:courriel": ["20260101-0"],
        "demo:repondre": ["20260101-0"],
        "medias": ["rien.png"],
        "wagtaildocs_serve": [1, "rien.pdf"],
        "wagtail_serve": [""],
        "animation:invitation": [creer_jeton_invitation(monde["invitation"])],
        "animation:relever": ["ille-et-vilaine", monde["roles"][3].pk],
        "animation:telephone": ["ille-et-vilaine", monde["roles"][3].pk],
        "animation:retirer_invitation": ["ille-et-vilaine", monde["invitation"].uuid],
        **{
            f"animation:{acte}": ["ille-et-vilaine"]
            for acte in (
                "territoire",
                "fermer_territoire",
                "rouvrir_territoire",
                "reunir_territoires",
                "inviter",
            )
        },
        "lecture:plan": ["pages"],
        **{
            f"lecture:{flux}": ["ille-et-vilaine"]
            for flux in ("annonces_atom", "annonces_rss", "pages_atom", "pages_rss")
        },
        "animation:theme": ["visibilite"],
        "matching:flux_agenda": [creer_jeton_agenda(monde["agenda"])],
        "animation:fermer_entreprise": [monde["accompagnee"].uuid],
        "animation:rouvrir_entreprise": [monde["accompagnee"].uuid],
        "animation:exporter_competences": ["toml"],
        "animation:repartir": ["instagram", "site-vitrine"],
        "matching:fiche_pdf": [monde["conversation"].echange.uuid],
        "matching:valeurs": [monde["conversation"].echange.uuid],
        **{
            f"matching:{nom}": [monde["conversation"].echange.uuid, 0]
            for nom in ("accord", "accepter_accord", "proposer_seance")
        },
    }
    for fragment, arguments in (
        ("<genre:genre>", [besoin, besoin.uuid]),
        ("<uuid:annonce>", [besoin.uuid]),
        ("<uuid:entreprise>", [besoin.entreprise.uuid]),
        ("<uuid:veille>", [monde["veille"].uuid]),
        ("<uuid:attente>", [monde["attente"].uuid]),
        ("<uuid:mot>", [monde["attente"].mot.uuid]),
        ("<uuid:changement>", [monde["changement"].uuid]),
        ("<slug:code>", ["instagram"]),
        ("<slug:nom>", []),
        ("<uuid:echange>", [monde["echange"].uuid]),
        ("<uuid:evenement>", [monde["evenement"].uuid]),
        ("<int:page>", [monde["lettre"].pk]),
        ("<uuid:inscription>", [monde["inscription"].uuid]),
        ("<uuid:demande>", [monde["demande"].uuid]),
        ("<uuid:seance>", [monde["seance"].uuid]),
        ("<uuid:tour>", [monde["tour"].uuid]),
        ("<uuid:signalement>", [monde["signalement"].uuid]),
        ("<uuid:conversation>", [monde["conversation"].uuid]),
    ):
        if fragment in routes()[nom]:
            return reverse(nom, args=particuliers.get(nom, arguments))
    return reverse(nom, args=particuliers.get(nom, []))


def lire(reponse: HttpResponseBase) -> Reponse:
    """Return the status, or where a redirection leads."""
    if reponse.status_code not in {301, 302}:
        return reponse.status_code
    chemin = urlsplit(reponse["Location"]).path
    return {
        reverse("account_login"): CONNEXION,
        reverse("profils:inscrire_entreprise"): INSCRIRE,
    }.get(chemin, SUITE)


def interroger(client: Client, methode: str, chemin: str) -> Reponse:
    """Ask, and undo whatever it did (signing out, for one)."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        reponse = getattr(client, methode)(chemin)
        transaction.set_rollback(True)
    client.cookies = cookies
    return lire(reponse)


def test_every_address_has_its_row() -> None:
    assert set(routes()) | set(PAGES) == set(TABLE)


def test_every_role_gets_what_the_table_says(monde: dict[str, Any]) -> None:
    clients = [connecter(Client(), role) if role else Client() for role in monde["roles"]]
    obtenu = {
        nom: tuple(
            Reponses(*(interroger(client, methode, adresse(nom, monde)) for client in clients))
            for methode in ("get", "post")
        )
        for nom in TABLE
    }

    assert obtenu == TABLE
