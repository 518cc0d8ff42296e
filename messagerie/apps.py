"""Application configuration of messagerie."""

from django.apps import AppConfig


class MessagerieConfig(AppConfig):
    name = "messagerie"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from echange.socle.evenements import abonner
        from matching.evenements import EchangeAccepte
        from messagerie import lignes
        from messagerie.notifications import (
            annonces,
            bilans,
            collegues,
            demandes,
            dons,
            echanges,
            fermetures,
            mots,
            pauses,
            seances,
            veilles,
        )
        from messagerie.services import fermeture, groupe, ouvrir_conversation
        from profils.evenements import BlocageChange, EntrepriseEffacee, MembreArrive, MembreParti

        abonner(EchangeAccepte, ouvrir_conversation)
        abonner(MembreArrive, groupe.accueillir)
        abonner(MembreParti, groupe.raccompagner)
        abonner(BlocageChange, fermeture.suivre_blocage)
        abonner(EntrepriseEffacee, fermeture.suivre_oubli)
        annonces.abonner_tout()
        bilans.abonner_tout()
        collegues.abonner_tout()
        demandes.abonner_tout()
        dons.abonner_tout()
        echanges.abonner_tout()
        fermetures.abonner_tout()
        mots.abonner_tout()
        pauses.abonner_tout()
        seances.abonner_tout()
        lignes.abonner_tout()
        veilles.abonner_tout()
