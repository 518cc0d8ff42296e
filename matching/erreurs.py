"""What the domain refuses, named by the fact."""

from echange.socle.erreurs import ErreurMetier


class AnnonceDUneAutreEntreprise(ErreurMetier):
    message = "Cette annonce n’est pas la vôtre."
    statut = 404


class HorsDeVotreTerritoire(ErreurMetier):
    message = "Cette annonce n’existe pas."
    statut = 404


class AnnonceNonModifiable(ErreurMetier):
    message = "Cette annonce ne peut plus être modifiée."


class PaireIncomplete(ErreurMetier):
    """Soft gate: to contact someone, a company publishes one besoin and one savoir-faire."""

    message = (
        "Pour proposer un échange, publiez d’abord un besoin et un savoir-faire : "
        "chacun demande quelque chose, chacun apporte quelque chose."
    )


class TropDePropositions(ErreurMetier):
    message = "Vous avez déjà 5 propositions en attente. Attendez une réponse, ou annulez-en une."


class RapprochementPerime(ErreurMetier):
    message = "Ce rapprochement n’est plus possible : une des annonces a changé entre-temps."


class CercleReserveALAnimation(ErreurMetier):
    message = (
        "Un cercle à quatre se monte avec l’équipe qui anime votre territoire : "
        "parlez-lui-en, elle peut le proposer."
    )


class EchangeDejaConclu(ErreurMetier):
    message = "Cette proposition n’attend plus de réponse."


class EchangeDUneAutreEntreprise(ErreurMetier):
    message = "Cet échange n’existe pas."
    statut = 404


class TourInconnu(ErreurMetier):
    """Whoever does not animate the territoire learns nothing of its tours, not even that they exist."""

    message = "Ce tour n’existe pas."
    statut = 404


class TourDejaEnCours(ErreurMetier):
    message = "Un tour se calcule déjà sur ce territoire. Attendez sa fin, ou arrêtez-le."


class TourNonTermine(ErreurMetier):
    message = "Ce tour n’est pas terminé."


class ReglagesInvalides(ErreurMetier):
    message = "Ces réglages ne sont pas possibles."


class ConsigneInvalide(ErreurMetier):
    message = "Cette consigne ne concerne rien de ce tour."
