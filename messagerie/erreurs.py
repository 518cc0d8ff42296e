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


class CoordonneesVides(ErreurMetier):
    message = "Donnez au moins un numéro ou une adresse e-mail."
    statut = 422


class TelephoneInvalide(ErreurMetier):
    message = "Ce numéro n’est pas complet\u00a0: par exemple 06\u00a012\u00a034\u00a056\u00a078."
    statut = 422


class PieceTropLourde(ErreurMetier):
    message = "Ce fichier est trop lourd\u00a0: 10\u00a0Mo et 40\u00a0millions de pixels au plus."
    statut = 422


class FormatDePieceRefuse(ErreurMetier):
    message = "Ce fichier ne passe pas\u00a0: envoyez des photos (JPEG, PNG, WebP, HEIC, GIF) ou un PDF."
    statut = 422


class PieceIllisible(ErreurMetier):
    message = "Cette image est abîmée\u00a0: elle ne s’ouvre pas. Essayez de la reprendre en photo."
    statut = 422


class TropDePieces(ErreurMetier):
    message = (
        "Trop de fichiers\u00a0: 5 par message, 60 par jour dans une conversation. Envoyez le reste demain."
    )
    statut = 422


class ConversationFermee(ErreurMetier):
    message = "Cette conversation est close\u00a0: on peut la relire, plus y écrire."
    statut = 409


class MessageNonSignalable(ErreurMetier):
    message = "Ce message ne se signale pas."
    statut = 422


class AnimationDejaLa(ErreurMetier):
    message = "Cette personne est déjà dans la conversation, ou n’anime pas votre territoire."
    statut = 422


class CollegueDejaLa(ErreurMetier):
    message = "Cette personne est déjà dans la conversation, ou n’agit plus pour votre entreprise."
    statut = 422


class AdresseDePushRefusee(ErreurMetier):
    message = "Cet appareil ne peut pas être prévenu."
    statut = 422


class TropDeMessages(ErreurMetier):
    message = "Vous écrivez trop vite\u00a0: attendez quelques secondes, puis renvoyez."
    statut = 429


class TrameIllisible(ErreurMetier):
    """A frame that our own page never sends."""

    message = "Ce message n’a pas été compris. Rechargez la page."
    statut = 400


class AdresseDeReponseInconnue(ErreurMetier):
    message = (
        "Cette adresse de réponse n’est plus valable\u00a0: elle est trop ancienne, ou la conversation "
        "n’est plus la vôtre."
    )
    statut = 404


class ExpediteurInattendu(ErreurMetier):
    message = (
        "Le courriel ne vient pas de l’adresse de votre compte. Si c’était vous, renvoyez-le depuis cette "
        "adresse. Sinon, ne faites rien\u00a0: rien n’a été publié."
    )
    statut = 403


class ReponseVide(ErreurMetier):
    message = "Nous n’avons rien trouvé au-dessus du message cité. Écrivez votre réponse tout en haut."
    statut = 422


class TropDeCourriels(ErreurMetier):
    message = "Vous avez écrit trop de courriels en une heure. Attendez un peu, ou écrivez depuis le site."
    statut = 429
