"""People in conversation by the thousand, each with a session, without the long way there."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection

from echange.socle.horloge import maintenant
from matching.models import Echange, Nature, StatutEchange
from messagerie.models import Conversation, Message, Participant
from profils.models import Entreprise, Utilisateur
from territoires.models import Commune
from tests import fabriques

JOUR = timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """One open page: whose session, on which conversation."""

    salle: int
    conversation: str
    session: str

    def en_dict(self) -> dict[str, object]:
        return asdict(self)


def peupler(salles: int, *, par_salle: int = 2, passe: int = 0) -> list[Place]:
    """Fill an empty database with `salles` conversations; return the places in them, room by room.

    `passe`: lines that each person wrote last month in a talk of her own, closed since. Without them the
    database plans for an empty table, and goes by that plan while it fills.
    """
    _vider()
    if not Commune.objects.exists():
        fabriques.poser_geographie()
    entreprise = fabriques.creer_entreprise("Le Banc")
    personnes = Utilisateur.objects.bulk_create(
        [
            Utilisateur(email=f"p{rang}@banc.example", first_name=f"P{rang}", password=make_password(None))
            for rang in range(salles * par_salle)
        ]
    )
    conversations = _ouvrir(salles, entreprise)
    Message.objects.bulk_create(
        [Message(conversation=c, numero=1, est_systeme=True, texte="Bonjour") for c in conversations]
    )
    presences = [
        (c, personnes[r * par_salle + i]) for r, c in enumerate(conversations) for i in range(par_salle)
    ]
    Participant.objects.bulk_create(
        [Participant(conversation=c, utilisateur=p, entreprise=entreprise) for c, p in presences]
    )
    if passe:
        _ecrire_le_passe(personnes, entreprise, passe)
    cles = ouvrir_sessions(personnes)
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")
    return [
        Place(rang // par_salle, str(conversation.uuid), cle)
        for rang, ((conversation, _), cle) in enumerate(zip(presences, cles, strict=True))
    ]


def _ouvrir(nombre: int, entreprise: Entreprise, *, serie: str = "salle") -> list[Conversation]:
    echanges = Echange.objects.bulk_create(
        [
            Echange(
                nature=Nature.RECIPROQUE,
                statut=StatutEchange.EN_COURS,
                initiatrice=entreprise,
                empreinte=f"{serie} {rang}",
                expire_le=maintenant() + 7 * JOUR,
                accepte_le=maintenant(),
            )
            for rang in range(nombre)
        ]
    )
    return Conversation.objects.bulk_create(
        [Conversation(echange=echange, dernier_numero=1) for echange in echanges]
    )


def _ecrire_le_passe(personnes: list[Utilisateur], entreprise: Entreprise, lignes: int) -> None:
    Message.objects.bulk_create(
        [
            Message(
                conversation=conversation,
                numero=numero,
                auteur=personne,
                entreprise=entreprise,
                texte=f"Ligne {numero} du mois dernier",
                cle_client=uuid4(),
                cree_le=maintenant() - 30 * JOUR,
            )
            for conversation, personne in zip(
                _ouvrir(len(personnes), entreprise, serie="passé"), personnes, strict=True
            )
            for numero in range(1, lignes + 1)
        ],
        batch_size=5000,
    )


def ouvrir_sessions(personnes: list[Utilisateur]) -> list[str]:
    """Sign these people in; return their sessions' keys."""
    magasin = SessionStore()
    sessions = [
        Session(
            session_key=f"banc{personne.pk:028d}",
            session_data=magasin.encode(
                {
                    SESSION_KEY: str(personne.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: personne.get_session_auth_hash(),
                }
            ),
            expire_date=maintenant() + JOUR,
        )
        for personne in personnes
    ]
    Session.objects.bulk_create(sessions, batch_size=1000)
    return [session.session_key for session in sessions]


def _vider() -> None:
    tables = [m._meta.db_table for m in (Message, Participant, Conversation, Session, Utilisateur, Echange)]
    with connection.cursor() as curseur:
        curseur.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
