"""The exchange sheet, read back by a parser that did not write it; and the values one may say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from pypdf import PdfReader

from matching.fiche_pdf import A_FAIRE_VERIFIER, dire_valeur
from matching.models import Apport, Echange, Lignes, Valeur
from matching.services.accords import declarer_valeur, ecrire_accord
from matching.services.seances import annuler_seance
from profils.models import Entreprise, Utilisateur
from tests.matching.scenes import ADRESSE, accepter, compter_requetes, faire_cercle, membre, proposer
from tests.matching.scenes_seances import (
    JEUDI_14H,
    LUNDI_9H,
    apport_de,
    choisir,
    convenir_seance,
    proposer_seance,
)


@pytest.fixture(autouse=True)
def lundi() -> Iterator[None]:
    with time_machine.travel(LUNDI_9H, tick=False):
        yield


@pytest.fixture
def apport(engage: Echange, menuiserie: Entreprise) -> Apport:
    return apport_de(engage, menuiserie)


def url(echange: Echange, nom: str = "fiche_pdf") -> str:
    return reverse(f"matching:{nom}", args=[echange.uuid])


def lire(client: Client, echange: Echange) -> tuple[PdfReader, str]:
    reponse = client.get(url(echange))
    assert reponse.status_code == 200
    assert reponse["Content-Type"] == "application/pdf"
    assert reponse["Content-Disposition"] == 'attachment; filename="fiche-d-echange.pdf"'
    assert "no-store" in reponse["Cache-Control"]
    pdf = PdfReader(BytesIO(reponse.content))
    assert len(pdf.pages) == 1
    return pdf, " ".join(pdf.pages[0].extract_text().split())


def test_la_fiche_dit_qui_montre_quoi_quand_et_pour_combien(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise, apport: Apport
) -> None:
    boulangerie.nom = "L’Épi d’Or & <fils>, œufs"
    boulangerie.save(update_fields=["nom"])
    convenir_seance(apport)
    declarer_valeur(par=membre(menuiserie), apport=apport, entreprise=menuiserie, montant=Decimal("1250.50"))
    pdf, texte = lire(client_de(boulangere), apport.echange)
    for attendu in (
        "Menuiserie Le Goff montre à L’Épi d’Or & <fils>, œufs : Créer un site vitrine",
        f"jeudi 3 décembre 2026 à 14 h, chez Menuiserie Le Goff, {ADRESSE}, Rennes",
        "1 250,50 €",
        "non renseignée",
        A_FAIRE_VERIFIER,
        "« paiement par compensation »",
    ):
        assert attendu in texte
    catalogue: Any = pdf.trailer["/Root"]
    assert catalogue["/Lang"] == "fr-FR"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert str(pdf.metadata.title).startswith("Fiche d’échange")


def test_les_textes_les_plus_longs_tiennent_sur_une_page(
    client_de: Any,
    boulangere: Utilisateur,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    fleuristerie: Entreprise,
) -> None:
    faire_cercle(boulangerie, fleuristerie, menuiserie)
    echange = accepter(proposer(boulangerie, nature="cercle"), fleuristerie, menuiserie)
    for entreprise in (boulangerie, fleuristerie, menuiserie):
        Entreprise.objects.filter(pk=entreprise.pk).update(nom=f"{entreprise.pk} " + "É" * 110)
    for apport in echange.apports.all():
        ecrire_accord(
            par=membre(apport.donneur),
            apport=apport,
            entreprise=apport.donneur,
            lignes=Lignes("mot " * 75, 240, "m" * 300),
            version=0,
        )
    lire(client_de(boulangere), echange)  # a single page


def test_la_fiche_renvoie_a_la_page_qui_explique(
    client_de: Any, boulangere: Utilisateur, engage: Echange, settings: Any
) -> None:
    settings.COMPENSATION_URL = "https://echange.example/aide/compensation"
    pdf, texte = lire(client_de(boulangere), engage)
    assert "https://echange.example/aide/compensation" in texte
    annotations: Any = pdf.pages[0]["/Annots"]
    (lien,) = annotations
    assert lien.get_object()["/A"]["/URI"] == "https://echange.example/aide/compensation"


def test_elle_coute_le_meme_nombre_de_requetes(
    client_de: Any, boulangere: Utilisateur, engage: Echange, apport: Apport, boulangerie: Entreprise
) -> None:
    client = client_de(boulangere)
    convenir_seance(apport)
    une = compter_requetes(client, url(engage))
    convenir_seance(apport_de(engage, boulangerie))
    assert compter_requetes(client, url(engage)) == une


def test_personne_d_autre_n_a_la_fiche_et_personne_avant_l_accord(
    client_de: Any, intruse: Utilisateur, boulangere: Utilisateur, propose: Echange, menuiserie: Entreprise
) -> None:
    for nom in ("fiche_pdf", "valeurs"):
        assert client_de(boulangere).get(url(propose, nom)).status_code == 404
    accepter(propose, menuiserie)
    for nom in ("fiche_pdf", "valeurs"):
        assert client_de(intruse).get(url(propose, nom)).status_code == 404
        assert client_de(boulangere).get(url(propose, nom)).status_code == 200


def test_chacune_ne_dit_que_la_valeur_de_son_don(
    client_de: Any, menuisiere: Utilisateur, engage: Echange, apport: Apport, boulangerie: Entreprise
) -> None:
    client, page = client_de(menuisiere), url(engage, "valeurs")
    sien, autre = f"valeur_{apport.rang}", f"valeur_{apport_de(engage, boulangerie).rang}"
    assert client.post(page, {sien: "80,50", autre: "3"}).status_code == 302
    assert [(v.apport, v.montant) for v in Valeur.objects.all()] == [(apport, Decimal("80.50"))]
    assert 'value="80,5' in client.get(page).content.decode()
    for faute in ("0", "-1", "5000,01", "1e9", "NaN", "beaucoup", "1,005", "9" * 40):
        reponse = client.post(page, {sien: faute})
        assert (faute, reponse.status_code) == (faute, 422)
    client.post(page, {sien: ""})
    assert not Valeur.objects.exists()


@pytest.mark.parametrize(
    ("valeur", "dite"),
    [
        (None, "non renseignée"),
        (Decimal(80), "80\u00a0€"),
        (Decimal("1250.5"), "1\u00a0250,50\u00a0€"),
        (Decimal("0.01"), "0,01\u00a0€"),
    ],
)
def test_un_montant_s_ecrit_a_la_francaise(valeur: Decimal | None, dite: str) -> None:
    assert dire_valeur(valeur) == dite


def test_la_seance_se_telecharge_pour_son_agenda(
    client_de: Any, boulangere: Utilisateur, intruse: Utilisateur, apport: Apport, boulangerie: Entreprise
) -> None:
    seance = proposer_seance(apport, apport.donneur)
    adresse = reverse("matching:agenda_seance", args=[seance.uuid])
    client = client_de(boulangere)
    assert client.get(adresse).status_code == 404  # nothing agreed yet
    seance = choisir(seance, apport.receveur, JEUDI_14H)
    reponse = client.get(adresse)
    assert reponse["Content-Disposition"] == 'attachment; filename="seance.ics"'
    assert reponse["Content-Type"].startswith("text/calendar")
    assert "no-store" in reponse["Cache-Control"]
    agenda: Any = Calendar.from_ical(reponse.content)
    (evenement,) = agenda.events
    assert evenement.start.astimezone(UTC) == datetime(2026, 12, 3, 13, tzinfo=UTC)
    assert "Menuiserie Le Goff" in str(evenement["summary"])
    assert client_de(intruse).get(adresse).status_code == 404
    annuler_seance(par=membre(boulangerie), seance=seance, entreprise=boulangerie)
    assert client.get(adresse).status_code == 404
