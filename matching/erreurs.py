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


class EchangeDejaConclu(ErreurMetier):
    message = "Cette proposition n’attend plus de réponse."


class EchangeDUneAutreEntreprise(ErreurMetier):
    message = "Cet échange n’existe pas."
    statut = 404
