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
        "Pour proposer un échange, publiez d’abord un besoin et un savoir-faire\u00a0: "
        "chacun demande quelque chose, chacun apporte quelque chose."
    )


class TropDePropositions(ErreurMetier):
    message = "Vous avez déjà 5 propositions en attente. Attendez une réponse, ou annulez-en une."


class LimiteDArrivee(TropDePropositions):
    """A new company has sent its week's proposals; `message` says how many, and when it may send again."""


class VoisineDejaSollicitee(ErreurMetier):
    """At most two new proposals a week: nobody is asked more than she can answer."""

    message = (
        "Cette entreprise a déjà reçu deux propositions cette semaine. Laissez-lui le temps de répondre "
        "et revenez dans quelques jours, ou choisissez un autre voisin."
    )


class VoisineDebordee(ErreurMetier):
    """At most five proposals await the answer of one company, whoever asks, whatever she would receive."""

    message = (
        "Cinq propositions attendent déjà la réponse de cette entreprise. Laissez-lui le temps de répondre "
        "et revenez dans quelques jours, ou choisissez un autre voisin."
    )


class EntrepriseEncombree(ErreurMetier):
    """Said to whoever animates; the company itself reads `TropDePropositions`."""

    message = (
        "Cette entreprise a déjà 5 propositions en attente\u00a0: laissez-lui le temps d’avoir des réponses."
    )


class PersonneAPrevenir(ErreurMetier):
    message = (
        "Il n’y a personne à prévenir pour l’instant\u00a0: vos voisins ont déjà été sollicités cette "
        "semaine, ou ont déjà répondu. Essayez d’aller plus loin, ou d’accepter la visio."
    )


class BesoinHorsLigne(ErreurMetier):
    message = "Ce besoin n’est plus en ligne. Remettez-le en ligne pour demander à vos voisins."


class DemandeInconnue(ErreurMetier):
    """Whoever neither made the demande nor animates its territoire learns nothing of it."""

    message = "Cette demande n’existe pas."
    statut = 404


class DemandeClose(ErreurMetier):
    message = "Cette demande est déjà terminée."


class DejaSollicitee(ErreurMetier):
    message = "Cette entreprise a déjà été prévenue, ou n’est plus disponible."


class RapprochementPerime(ErreurMetier):
    message = "Ce rapprochement n’est plus possible\u00a0: une des annonces a changé entre-temps."


class CercleReserveALAnimation(ErreurMetier):
    message = (
        "Un cercle à quatre se monte avec l’équipe qui anime votre territoire\u00a0: "
        "parlez-lui-en, elle peut le proposer."
    )


class EchangeDejaConclu(ErreurMetier):
    message = "Cette proposition n’attend plus de réponse."


class EchangeEnReparation(EchangeDejaConclu):
    message = "Une entreprise manque\u00a0: nous cherchons qui peut la remplacer. Revenez dans un instant."


class AccordDeLaMemePersonne(ErreurMetier):
    message = (
        "Vous avez déjà dit oui pour une autre de vos entreprises\u00a0: il faut deux personnes pour "
        "conclure un échange. Un ou une collègue peut répondre pour celle-ci."
    )


class EchangePasEnCours(ErreurMetier):
    message = "Cet échange n’est pas en cours\u00a0: il n’y a plus rien à en dire ici."


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


class ReserveAuReferent(ErreurMetier):
    message = "L’arbre des compétences est national\u00a0: seul un référent le modifie."
    statut = 403


class TitreDejaPris(ErreurMetier):
    message = "Une autre compétence porte déjà ce titre."


class DitDejaPris(ErreurMetier):
    """One sentence lives under one compétence: under two it would teach nothing."""

    message = "Cette phrase est déjà dite d’une autre compétence."


class CompetenceRetiree(ErreurMetier):
    message = "Cette compétence est retirée\u00a0: on ne peut plus rien y rattacher."


class MemeCompetence(ErreurMetier):
    message = "Choisissez une autre compétence que celle-ci."


class CompetenceDejaUtilisee(ErreurMetier):
    message = (
        "Des annonces ou des mots s’y rattachent déjà\u00a0: cette création ne peut plus être annulée. "
        "Vous pouvez la retirer."
    )


class ChangementPlusRecent(ErreurMetier):
    message = (
        "Ce changement ne peut plus être annulé\u00a0: un autre, plus récent, touche la même compétence."
    )


class DejaAnnule(ErreurMetier):
    message = "Ce changement est déjà annulé."


class TexteSansMots(ErreurMetier):
    message = "Dites-le avec des mots\u00a0: sans eux, personne ne peut vous aider."


class TropDAttentes(ErreurMetier):
    message = (
        "Cinq de vos textes attendent déjà une réponse. Choisissez dans la liste, ou retirez-en un de "
        "«\u00a0Vos annonces\u00a0»."
    )


class MotDejaTraite(ErreurMetier):
    message = "Ces mots sont déjà traités."


class BilanInconnu(ErreurMetier):
    message = "Ce lien ne mène à aucune question."
    statut = 404


class BilanExpire(ErreurMetier):
    message = "Ces questions sont closes\u00a0: il était possible d’y répondre pendant 14 jours."
    statut = 410


class ReponseInconnue(ErreurMetier):
    message = "Cette réponse n’est pas de celles proposées."
    statut = 400


class EchangeNonEngage(ErreurMetier):
    """One agrees and meets once everyone has accepted, and until the échange ends."""

    message = "Cet échange n’en est pas là\u00a0: on prend rendez-vous quand tout le monde est d’accord."


class AccordModifie(ErreurMetier):
    """The other company wrote another version meanwhile: nothing of either text is lost."""

    message = "L’autre entreprise a changé ces lignes entre-temps. Relisez-les avant de répondre."


class SeanceInconnue(ErreurMetier):
    message = "Cette séance n’existe pas."
    statut = 404


class SeanceModifiee(ErreurMetier):
    message = "La séance a changé entre-temps. Regardez où elle en est avant de répondre."


class SeancePassee(ErreurMetier):
    message = "Cette séance est passée\u00a0: elle ne se change plus."


class DatesRefusees(ErreurMetier):
    """Past, too near, too far, none or too many; `message` says which."""

    message = "Proposez d’une à trois dates."


class EndroitIncomplet(ErreurMetier):
    message = "Dites où vous vous verrez."


class TropDeVeilles(ErreurMetier):
    message = "Vous avez déjà dix veilles. Supprimez-en une, puis recommencez."


class VeilleDejaLa(ErreurMetier):
    message = "Une autre de vos veilles attend déjà la même chose."


class VeilleDUneAutre(ErreurMetier):
    """For others it does not exist."""

    statut = 404
    message = "Cette veille n’existe pas, ou plus."
