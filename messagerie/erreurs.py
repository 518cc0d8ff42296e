"""What conversations refuse, named by the fact."""

from echange.socle.erreurs import ErreurMetier


class MessageVide(ErreurMetier):
    message = "Écrivez quelque chose avant d’envoyer."
    statut = 422


class MessageTropLong(ErreurMetier):
    message = "Ce message est trop long\u00a0: 4\u00a0000 caractères au plus. Coupez-le en deux."
    statut = 422


class ConversationDAutrui(ErreurMetier):
    """For whoever takes no part in it, a conversation does not exist."""

    message = "Cette conversation n’existe pas."
    statut = 404


class TropDeMessages(ErreurMetier):
    message = "Vous écrivez trop vite\u00a0: attendez quelques secondes, puis renvoyez."
    statut = 429


class TrameIllisible(ErreurMetier):
    """A frame that our own page never sends."""

    message = "Ce message n’a pas été compris. Rechargez la page."
    statut = 400
