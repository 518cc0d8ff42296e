"""The rule in SQL is the rule of `moteur/adequation.py`: every pair of random markets, from both sides."""

import random
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from echange.socle.horloge import maintenant
from matching.aretes import fiche
from matching.choix import Rayon
from matching.models import Apport, Besoin, Competence, Echange, SavoirFaire
from matching.moteur.adequation import Lien, Lieu, evaluer
from matching.voisinage import besoins_a_servir, listes_des_besoins
from profils.models import Blocage, Entreprise
from tests.fabriques import creer_besoin, creer_entreprise, creer_savoir_faire

pytestmark = pytest.mark.django_db

LONGUEUR = 3
COMMUNES = ("35238", "35051", "35360", "44109")
CODES = ("photos-produits", "instagram", "site-vitrine")


def peupler(hasard: random.Random) -> None:
    """Twenty companies near and far, and every reason not to fit."""
    entreprises = [
        creer_entreprise(
            f"Entreprise {rang}",
            commune=hasard.choice(COMMUNES),
            decalage_m=hasard.choice([0, 0, 700, 4_000, 9_000, 19_500, 40_000]),
            est_en_pause=hasard.random() < 0.05,
            est_suspendue=hasard.random() < 0.05,
        )
        for rang in range(20)
    ]
    for entreprise in entreprises:
        for creer in (creer_besoin, creer_savoir_faire):
            for _ in range(2):
                creer(entreprise, hasard.choice(CODES), **_champs(hasard))
    for _ in range(15):
        bloquante, bloquee = hasard.sample(entreprises, 2)
        Blocage.objects.get_or_create(bloquante=bloquante, bloquee=bloquee)
    for _ in range(6):
        promettre(hasard)


def _champs(hasard: random.Random) -> dict[str, object]:
    expire = maintenant() + timedelta(days=hasard.choice([-1, 10, 10, 10, 10]))
    return {
        "competence_lue_id": hasard.choice([None, *CODES, "vitrine-boutique"]),
        "modalites": hasard.randrange(1, int(Lieu.VISIO) * 2),
        "rayon_km": hasard.choice(Rayon.values),
        "creneaux": hasard.choice([0, 0, 0b1, 0b11, 0b110]),
        "niveau": hasard.choice([1, 1, 2, 3]),
        "capacite": hasard.choice([1, 1, 2]),
        "statut": hasard.choice(["publiee"] * 8 + ["en_pause", "masquee"]),
        "publie_le": maintenant() - timedelta(days=20),
        "expire_le": expire,
    }


def promettre(hasard: random.Random) -> None:
    besoin = hasard.choice(list(Besoin.objects.order_by("pk")))
    savoir_faire = hasard.choice(
        list(SavoirFaire.objects.exclude(entreprise=besoin.entreprise).order_by("pk"))
    )
    statut = hasard.choice(["en_cours", "en_cours", "propose", "annule"])
    echange = Echange.objects.create(
        nature="direct",
        statut=statut,
        accepte_le=maintenant() if statut == "en_cours" else None,
        conclu_le=maintenant() if statut == "annule" else None,
        initiatrice=besoin.entreprise,
        empreinte=f"{hasard.random()}",
        expire_le=maintenant(),
    )
    Apport.objects.create(
        echange=echange,
        donneur=savoir_faire.entreprise,
        receveur=besoin.entreprise,
        besoin=besoin,
        savoir_faire=savoir_faire,
        distance_m=0,
    )


def mesurer() -> dict[tuple[int, int], float]:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT b.id, s.id, s.position <-> b.position FROM matching_besoin b, matching_savoirfaire s"
        )
        return {(besoin, savoir_faire): distance for besoin, savoir_faire, distance in curseur.fetchall()}


def a_la_main() -> dict[tuple[int, int], tuple[Lien, float]]:
    """Every pair that fits, judged one by one in Python."""
    voisines = {
        c.pk: {v.pk for v in c.voisines.all()} for c in Competence.objects.prefetch_related("voisines")
    }
    bloquees = {frozenset(paire) for paire in Blocage.objects.values_list("bloquante", "bloquee")}
    distances = mesurer()
    vont = {}
    for besoin in Besoin.objects.publiees().disponibles():
        for savoir_faire in SavoirFaire.objects.publiees().disponibles():
            distance = distances[besoin.pk, savoir_faire.pk]
            adequation = evaluer(
                fiche(besoin),
                fiche(savoir_faire),
                distance_m=distance,
                voisines=savoir_faire.competence_id in voisines[besoin.competence_id],
            )
            if adequation and frozenset((besoin.entreprise_id, savoir_faire.entreprise_id)) not in bloquees:
                vont[besoin.pk, savoir_faire.pk] = (adequation.lien, distance)
    return vont


@pytest.mark.parametrize("graine", range(8))
def test_les_listes_sont_celles_qu_on_ferait_a_la_main(graine: int) -> None:
    peupler(random.Random(graine))  # noqa: S311  reproducible, not secret
    listes: dict[tuple[int, Lien], list[tuple[float, int]]] = {}
    for (besoin, savoir_faire), (lien, distance) in a_la_main().items():
        listes.setdefault((besoin, lien), []).append((distance, savoir_faire))
    attendues = {
        (besoin, savoir_faire, distance, lien == Lien.VOISINE)
        for (besoin, lien), liste in listes.items()
        for distance, savoir_faire in sorted(liste)[:LONGUEUR]
    }
    assert {lien for _, lien in listes} == set(Lien)
    assert any(len(liste) > LONGUEUR for liste in listes.values())
    tous = list(Besoin.objects.values_list("pk", flat=True))
    trouvees = listes_des_besoins(tous, longueur=LONGUEUR)
    assert {(p.besoin, p.savoir_faire, p.distance_m, p.voisines) for p in trouvees} == attendues
    assert len(trouvees) == len(attendues)


@pytest.mark.parametrize("graine", range(8))
def test_un_savoir_faire_trouve_les_memes_besoins(graine: int) -> None:
    peupler(random.Random(graine))  # noqa: S311
    attendues = {(*paire, distance) for paire, (_, distance) in a_la_main().items()}
    assert len(attendues) > 20
    trouvees = [
        paire
        for cle in SavoirFaire.objects.values_list("pk", flat=True)
        for paire in besoins_a_servir(cle, longueur=1000)[0]
    ]
    assert {(p.besoin, p.savoir_faire, p.distance_m) for p in trouvees} == attendues
    assert len(trouvees) == len(attendues)


def test_au_meme_endroit_la_plus_ancienne_passe_d_abord(boulangerie: Entreprise) -> None:
    """Companies known by their commune's centre only are all at the same distance."""
    offres = [creer_savoir_faire(creer_entreprise(f"E{n}"), "site-vitrine") for n in range(9)]
    besoin = creer_besoin(boulangerie, "site-vitrine")
    trouvees = listes_des_besoins([besoin.pk], longueur=LONGUEUR)
    assert [paire.savoir_faire for paire in trouvees] == [offre.pk for offre in offres[:LONGUEUR]]


def test_dans_la_commune_meme_au_dela_des_rayons(boulangerie: Entreprise) -> None:
    au_bord = creer_entreprise("Au bord", decalage_m=8_000)
    offre = creer_savoir_faire(au_bord, "site-vitrine", rayon_km=5)
    besoin = creer_besoin(boulangerie, "site-vitrine", rayon_km=5)
    assert [p.savoir_faire for p in listes_des_besoins([besoin.pk], longueur=1)] == [offre.pk]
    SavoirFaire.objects.update(commune="35051")
    assert listes_des_besoins([besoin.pk], longueur=1) == []


def test_la_visio_va_jusqu_au_bout_du_pays(boulangerie: Entreprise) -> None:
    loin = creer_entreprise("Loin", commune="78646")
    offre = creer_savoir_faire(loin, "site-vitrine", modalites=15, position=Point(7.75, 48.58, srid=4326))
    besoin = creer_besoin(boulangerie, "site-vitrine", modalites=15)
    (paire,) = listes_des_besoins([besoin.pk], longueur=5)
    assert paire.savoir_faire == offre.pk
    assert paire.distance_m > 600_000
