"""What animation refuses, named by the fact."""

from echange.socle.erreurs import ErreurMetier


class ReserveAuxReferents(ErreurMetier):
    message = "Seuls les référents nationaux ouvrent les territoires et nomment les équipes."
    statut = 403


class TerritoireFerme(ErreurMetier):
    message = "Ce territoire n’est pas ouvert\u00a0: il n’a pas encore d’équipe."


class TourEnCours(ErreurMetier):
    """A territoire cannot be merged under a computation that reads it."""


class AnnonceDejaRetiree(ErreurMetier):
    message = "L’entreprise a retiré cette annonce entre-temps\u00a0: il n’y a plus rien à masquer."


class SignalementPrisParUneAutre(ErreurMetier):
    message = "Quelqu’un d’autre s’occupe de ce signalement."


class SignalementDejaTraite(ErreurMetier):
    message = "Ce signalement vient d’être traité\u00a0: la première décision reste."


class EvenementHorsRessort(ErreurMetier):
    message = "Cet événement n’est pas de votre territoire."
    statut = 403


class InscriptionsFermees(ErreurMetier):
    message = "On ne peut pas s’inscrire à cet événement en ce moment."


class EvenementDejaAnnule(ErreurMetier):
    message = "Cet événement est déjà annulé."


class EvenementTermine(ErreurMetier):
    message = "Cet événement a déjà eu lieu."


class LettreDAutrui(ErreurMetier):
    message = "Cette lettre n’est pas de votre territoire."
    statut = 403


class DateDEnvoiPassee(ErreurMetier):
    message = "Cette date est déjà passée."


class LettreDejaProgrammee(ErreurMetier):
    message = "Cette lettre est déjà programmée."


class LettreDejaPartie(ErreurMetier):
    message = "Cette lettre est déjà partie\u00a0: elle ne s’envoie pas deux fois."


class GuideNonPublie(ErreurMetier):
    message = "Ce guide national n’est pas en ligne\u00a0: il n’y a rien à reprendre."


class PasVotreTerritoire(ErreurMetier):
    message = "Seule l’équipe de ce territoire peut le faire."
    statut = 403
