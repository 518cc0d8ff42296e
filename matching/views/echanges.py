"""Propose an échange, answer it, follow it."""

import re
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching.arrivee import arrivee_de
from matching.chemins import CERCLE_SEUL_MAX, nature_du_chemin
from matching.choix import Motif
from matching.erreurs import RapprochementPerime
from matching.forms import FormulaireProposition, FormulaireRefus
from matching.models import Arete, Echange, Nature, Reponse, StatutEchange
from matching.models.echanges import STATUTS_OUVERTS
from matching.paire import paire_de
from matching.presentation.echanges import FicheEchange, grouper
from matching.presentation.rapprochements import echanges_ouverts, fiches_de
from matching.presentation.reputations import reputations
from matching.presentation.seances import suivis
from matching.rapprochements import Rapprochement
from matching.services import echanges as services
from matching.services.confirmations import annuler_echange_en_cours, confirmer_apport
from matching.views.commun import RefusDits, envoi
from profils.acces import RequeteEntreprise, avec_entreprise

CLE = re.compile(r"[0-9]{1,18}(-[0-9]{1,18}){0,3}", re.ASCII)  # 18 digits always fit a bigint
TERMINES_MAX = 20


@require_safe
@avec_entreprise
def mes_echanges(request: RequeteEntreprise) -> HttpResponse:
    """What waits for me first, then those agreed, those that wait for others, the last ones ended."""
    miens = Echange.objects.de_entreprise(request.entreprise)
    derniers = miens.exclude(statut__in=STATUTS_OUVERTS).order_by("-conclu_le", "-pk")[:TERMINES_MAX]
    montres = miens.filter(Q(statut__in=STATUTS_OUVERTS) | Q(pk__in=derniers.values("pk"))).detailles()
    fiches = [FicheEchange(e, request.entreprise) for e in montres.order_by("expire_le", "pk")]
    contexte = grouper(fiches) | {"termines": [f for f in reversed(fiches) if not f.est_ouvert]}
    return render(request, "matching/mes_echanges.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def proposer(request: RequeteEntreprise) -> HttpResponse:
    """Confirm a match and send it, with one optional word."""
    rapprochement = _lire_cle(request)
    if rapprochement is None:
        messages.error(request, RapprochementPerime.message)
        return redirect("matching:rapprochements")
    fiche = fiches_de([rapprochement], echanges_ouverts(request.entreprise))[0]
    if fiche.ouvert:
        return redirect("matching:echange", fiche.ouvert.uuid)
    formulaire = FormulaireProposition(envoi(request))
    if not formulaire.is_valid():
        contexte = {
            "fiche": fiche,
            "formulaire": formulaire,
            "paire": paire_de(request.entreprise),
            "arrivee": arrivee_de(request.entreprise),
        }
        return render(request, "matching/proposer.html", contexte, status=422 if formulaire.is_bound else 200)
    with RefusDits(request):
        echange = services.proposer_echange(
            par=request.user,
            entreprise=request.entreprise,
            aretes=rapprochement.aretes,
            mot=formulaire.cleaned_data["mot"],
        )
        messages.success(request, "C’est envoyé. Vous serez prévenu·e par e-mail de la réponse.")
        return redirect("matching:echange", echange.uuid)
    return redirect("matching:rapprochements")


@require_safe
@avec_entreprise
def echange(request: RequeteEntreprise, echange: UUID) -> HttpResponse:
    """One échange: where it stands, what is expected of me, what happened, when we meet."""
    fiche = _le_mien(request, echange)
    fiche = replace(fiche, reputations=reputations([p.entreprise_id for p in fiche.autres]))
    apports = fiche.echange.apports.all() if fiche.est_en_cours else []
    contexte = {"fiche": fiche, "suivis": suivis(list(apports), fiche.lectrice)}
    return render(request, "matching/echange.html", contexte)


@require_POST
@avec_entreprise
def accepter(request: RequeteEntreprise, echange: UUID) -> HttpResponse:
    fiche = _le_mien(request, echange)
    with RefusDits(request):
        conclu = services.accepter_echange(par=request.user, echange=fiche.echange, entreprise=fiche.lectrice)
        _dire_acceptation(request, conclu)
    return redirect("matching:echange", echange)


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def decliner(request: RequeteEntreprise, echange: UUID) -> HttpResponse:
    """Say no in one touch: a reason is asked, nothing has to be written."""
    fiche = _le_mien(request, echange)
    if request.method != "POST" and not (fiche.attend_ma_reponse or fiche.peut_revenir_sur_son_accord):
        return redirect("matching:echange", echange)
    formulaire = FormulaireRefus(envoi(request))
    if not formulaire.is_valid():
        contexte = {"fiche": fiche, "formulaire": formulaire}
        return render(request, "matching/decliner.html", contexte, status=422 if formulaire.is_bound else 200)
    with RefusDits(request):
        services.decliner_echange(
            par=request.user,
            echange=fiche.echange,
            entreprise=fiche.lectrice,
            motif=Motif(formulaire.cleaned_data["motif"]),
            commentaire=formulaire.cleaned_data["commentaire"],
        )
        messages.success(
            request,
            "C’est noté. Nous prévenons les autres entreprises."
            if fiche.est_a_plusieurs
            else "C’est noté. Nous prévenons l’autre entreprise.",
        )
    return redirect("matching:mes_echanges")


@require_POST
@avec_entreprise
def dire(request: RequeteEntreprise, echange: UUID, rang: int) -> HttpResponse:
    """Say whether one of my gifts took place."""
    fiche = _le_mien(request, echange)
    confirmation = next((c for c in fiche.confirmations if c.rang == rang), None)
    reponse = request.POST.get("a_eu_lieu")
    if confirmation is None or reponse not in {"oui", "non"}:
        raise Http404
    with RefusDits(request):
        confirmer_apport(
            par=request.user,
            entreprise=fiche.lectrice,
            apport=confirmation.apport,
            a_eu_lieu=reponse == "oui",
        )
        messages.success(request, "Merci, c’est noté.")
    return redirect("matching:echange", echange)


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def renoncer(request: RequeteEntreprise, echange: UUID) -> HttpResponse:
    """Give up what was agreed, with a reason."""
    fiche = _le_mien(request, echange)
    if not fiche.peut_renoncer:
        return redirect("matching:echange", echange)
    formulaire = FormulaireRefus(envoi(request))
    if not formulaire.is_valid():
        contexte = {"fiche": fiche, "formulaire": formulaire}
        return render(request, "matching/renoncer.html", contexte, status=422 if formulaire.is_bound else 200)
    with RefusDits(request):
        annuler_echange_en_cours(
            par=request.user,
            echange=fiche.echange,
            entreprise=fiche.lectrice,
            motif=Motif(formulaire.cleaned_data["motif"]),
            commentaire=formulaire.cleaned_data["commentaire"],
        )
        messages.success(request, "C’est noté. Nous prévenons ceux qui comptaient sur vous.")
    return redirect("matching:echange", echange)


@require_POST
@avec_entreprise
def annuler(request: RequeteEntreprise, echange: UUID) -> HttpResponse:
    fiche = _le_mien(request, echange)
    with RefusDits(request):
        services.annuler_echange(par=request.user, echange=fiche.echange, entreprise=fiche.lectrice)
        messages.success(request, "Votre proposition est annulée.")
    return redirect("matching:echange", echange)


def _le_mien(request: RequeteEntreprise, uuid: UUID) -> FicheEchange:
    """Return the échange seen by this person's company; for anybody else it does not exist."""
    visibles = Echange.objects.visibles_par(request.user).de_entreprise(request.entreprise)
    return FicheEchange(get_object_or_404(visibles.detailles(), uuid=uuid), request.entreprise)


def _dire_acceptation(request: RequeteEntreprise, conclu: Echange) -> None:
    if conclu.statut == StatutEchange.EN_COURS:
        messages.success(
            request, "C’est d’accord\u00a0! Vous pouvez maintenant vous parler et prendre rendez-vous."
        )
    elif conclu.statut == StatutEchange.ANNULE:
        messages.warning(
            request,
            "Trop tard, de peu\u00a0: une des annonces a été prise entre-temps. Cet échange est annulé.",
        )
    elif conclu.statut == StatutEchange.A_REPARER and conclu.nature == Nature.RECIPROQUE:
        messages.warning(
            request,
            "Trop tard, de peu\u00a0: une des annonces a été prise entre-temps. "
            "L’autre don peut se faire seul\u00a0: nous vous le proposons dans un instant.",
        )
    elif conclu.statut == StatutEchange.A_REPARER:
        messages.success(
            request,
            "Votre accord est noté. Une autre entreprise manque\u00a0: nous cherchons qui la remplace.",
        )
    else:
        manquent = conclu.participations.presentes().filter(reponse=Reponse.ATTENDUE).count()
        reste = "une réponse" if manquent == 1 else f"{manquent} réponses"
        messages.success(request, f"Votre accord est noté. Il manque encore {reste}.")


def _lire_cle(request: RequeteEntreprise) -> Rapprochement | None:
    """Return the match that `?cle=` names; None when it is not, or no longer, one of this company's."""
    cle = request.GET.get("cle", "")
    if not CLE.fullmatch(cle):
        return None
    cles = [int(morceau) for morceau in cle.split("-")]
    vivantes = Arete.objects.vivantes().detaillees().in_bulk(cles)
    aretes = tuple(vivantes[c] for c in cles if c in vivantes)
    nature = nature_du_chemin(aretes) if len(aretes) == len(cles) else None
    if nature is None or aretes[0].demandeur_id != request.entreprise.pk:
        return None
    if len(aretes) > CERCLE_SEUL_MAX and not request.user.anime(request.entreprise.commune.territoire_id):
        return None
    return Rapprochement(nature, aretes, score=aretes[0].score)
