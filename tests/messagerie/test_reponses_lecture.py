"""What real mail readers send, in French: the words of the person, and nothing of the mail she answers."""

from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from messagerie.reponses.authenticite import est_usurpe
from messagerie.reponses.lettre import LettreIllisible, ouvrir_lettre
from messagerie.reponses.texte import MARQUE, ne_garder_que_la_reponse

COURRIELS = Path(__file__).parent / "courriels"

ATTENDUS = {
    "apple-iphone": "Parfait pour jeudi.\nJe passe à 14 h.",
    "apple-iphone-photo": "Voici la vitrine :\n\nQu'en dites-vous ?",
    "apple-mac-texte": "C’est noté pour jeudi. J’ai relu la notice de l’appareil et je pense que le plus "
    "simple est de faire les photos près de la fenêtre.",
    "free": "D'accord pour jeudi.",
    "gmail-android": "Oui, 14 h. Je serai au fournil dès 13 h 30 🥖",
    "gmail-web": "Bonjour Brune,\n\nOui, jeudi à 14 h c'est parfait. J'apporte trois pains de campagne, deux "
    "brioches et l'appareil photo.\n\nÀ jeudi !",
    "gmail-web-signature-et-liste": "Il me faut :\n- un tablier\n- deux planches\nMerci,\net à jeudi.",
    "html-seul-latin1": "Bonjour,\n\nLe four est réparé, on peut garder jeudi. Coût\u00a0: 0€.",
    "laposte": "Bonjour,\n\njeudi ce n'est pas possible, vendredi oui.\n\nAlice",
    "orange-ancien": "Bonjour Brune,\nEntendu pour jeudi.\nAlice",
    "orange-nouveau": "Bonjour Brune,\nEntendu pour jeudi.",
    "outlook-bureau": "Bonjour Brune,\n\nC’est d’accord pour jeudi. Prévoyez 30 € de planches\u00a0: je vous "
    "rembourse sur place.\n\nBien à vous,\n\nAlice Morel\nBoulangerie du Marché",
    "outlook-ios": "Oui pour jeudi, merci beaucoup.",
    "outlook-ios-texte": "Oui pour jeudi, merci beaucoup.",
    "outlook-web": "Bonjour,\n\nPlutôt vendredi à 9 h ? Le jeudi je livre les écoles.",
    "outlook-web-texte": "Bonjour,\n\nPlutôt vendredi à 9 h ? Le jeudi je livre les écoles.\n\nAlice Morel\n"
    "Boulangerie du Marché - 12 place des Lices",
    "photo-seule": "",
    "pieces-jointes": "Le devis et la photo.",
    "sans-identifiant-charset-faux": "D’accord pour jeudi, c’est noté.",
    "thunderbird": "Entendu.\n\nJe garde deux heures, pas plus.",
    "thunderbird-entre-les-lignes": "Oui, à condition de finir avant 16 h : c'est l'heure de la seconde "
    "fournée.\nJe l'ouvrirai ce soir.",
    "vide": "",
    "yahoo": "Je confirme jeudi.",
}
AUTOMATES = {"absence-gmail", "absence-outlook", "absence-sans-entete", "liste", "rebond"}
FICHIERS = {
    "apple-iphone-photo": ["IMG_4512.jpeg"],
    "photo-seule": ["four.jpg"],
    "pieces-jointes": ["Devis pétrin.pdf", "vitrine d’hiver.jpg", "notes.doc"],
}


def octets(nom: str) -> bytes:
    """As a mail server hands it over."""
    return (COURRIELS / f"{nom}.eml").read_bytes().replace(b"\n", b"\r\n")


def test_chaque_courriel_de_la_collection_est_attendu() -> None:
    assert {fichier.stem for fichier in COURRIELS.iterdir()} == ATTENDUS.keys() | AUTOMATES


@pytest.mark.parametrize("nom", ATTENDUS)
def test_de_chaque_messagerie_on_ne_garde_que_les_mots_de_la_personne(nom: str) -> None:
    lettre = ouvrir_lettre(octets(nom))
    contenu = lettre.lire()
    assert contenu.texte == ATTENDUS[nom]
    assert [fichier.nom for fichier in contenu.fichiers] == FICHIERS.get(nom, [])
    assert lettre.de == "alice@exemple.fr"
    assert not lettre.est_automatique
    assert lettre.identifiant


@pytest.mark.parametrize("nom", sorted(AUTOMATES))
def test_absences_rebonds_et_listes_se_reconnaissent(nom: str) -> None:
    assert ouvrir_lettre(octets(nom)).est_automatique


def test_ce_que_la_personne_ecrit_elle_meme_reste() -> None:
    texte = (
        "Bonjour,\n\n- le pétrin\n- le four\n\nMerci,\n\nLe devis : 40 €.\nDe : la farine, surtout.\n"
        "Le 12 janvier me convient.\n> vous demandiez combien : trois\nCordialement,\nAlice"
    )
    assert ne_garder_que_la_reponse(texte) == texte


@pytest.mark.parametrize("prefixe", ["", "> ", "*", "> > "])
def test_notre_marque_coupe_ou_qu_elle_soit(prefixe: str) -> None:
    assert ne_garder_que_la_reponse(f"Oui.\n{prefixe}{MARQUE}\nancien") == "Oui."


def test_lire_un_courriel_hostile_prend_peu_de_temps() -> None:
    """Deep, wide, and made of what our rules look for."""
    entete = b"From: a@exemple.fr\r\nMessage-ID: <x@y>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    pieges = [
        b"<div><b><pre>x" * 30_000,
        b"De : x<br>Le 12, x" * 60_000,
    ]
    debut = perf_counter()
    for piege in pieges:
        ouvrir_lettre(entete + piege).lire()
    simple = entete.replace(b"html", b"plain") + b"Le 1 " * 200_000 + b"\r\n" + b"Le 1\r\n>\r\n" * 50_000
    ouvrir_lettre(simple).lire()
    assert perf_counter() - debut < 60  # some seconds on a quiet machine; the square of it would be hours


def test_un_courriel_emboite_sans_fin_est_refuse_sans_planter() -> None:
    emboite = b"From: a@exemple.fr\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3000)
    )
    with pytest.raises(LettreIllisible):
        ouvrir_lettre(emboite).lire()


@pytest.mark.parametrize(
    ("entetes", "attendu"),
    [
        (["mx.echange.example; dmarc=fail (p=none) header.from=exemple.fr; spf=pass"], True),
        (["mx.echange.example; dmarc=pass; spf=fail"], False),
        (["mx.echange.example 1; spf=fail smtp.mailfrom=exemple.fr; dkim=none"], True),
        (["mx.echange.example; spf=fail; dkim=pass header.d=exemple.fr"], False),
        (["mx.echange.example; none"], False),
        (["ailleurs.example; dmarc=fail"], False),
        (["mx.echange.example; dmarc=pass", "mx.echange.example; dmarc=fail"], False),
        (["mx.echange.example; x=y (dmarc=pass); dmarc=fail"], True),
        ([], False),
    ],
)
def test_seul_notre_serveur_dit_qui_est_usurpe(settings: Any, entetes: list[str], *, attendu: bool) -> None:
    settings.COURRIEL_AUTHSERV = "mx.echange.example"
    assert est_usurpe(entetes) is attendu
    settings.COURRIEL_AUTHSERV = ""
    assert not est_usurpe(entetes)
