"""The demonstration's accounts: one per role, and the first companies of the story."""

from dataclasses import dataclass

from echange.socle.demo import DOMAINE_DEMO


@dataclass(frozen=True, slots=True)
class Compte:
    """A person one can sign in as; `role` is shown by `bin/demo` and on the demonstration page."""

    identifiant: str
    prenom: str
    role: str

    @property
    def courriel(self) -> str:
        return f"{self.identifiant}@{DOMAINE_DEMO}"


@dataclass(frozen=True, slots=True)
class EntrepriseDeDemo:
    """A company of the story: its besoin and its savoir-faire are compétence codes."""

    compte: Compte
    nom: str
    secteur: str
    commune: str
    veut: tuple[str, ...]
    sait: tuple[str, ...]


# Rennes and around. Alice and Brune are réciproques; Alice, Chloé and Dora make a cercle; Gaëlle only gives,
# and starts chaînes.
HISTOIRE = (
    EntrepriseDeDemo(
        Compte("boulangere", "Alice", "La boulangère"),
        "Boulangerie du Mail",
        "boulangerie",
        "35238",
        veut=("photo-produits", "facture-electronique"),
        sait=("fiche-google", "boulange"),
    ),
    EntrepriseDeDemo(
        Compte("menuisiere", "Brune", "La menuisière"),
        "Menuiserie Quéré",
        "menuiserie",
        "35051",
        veut=("fiche-google",),
        sait=("photo-produits",),
    ),
    EntrepriseDeDemo(
        Compte("fleuriste", "Chloé", "La fleuriste"),
        "Fleurs de Lices",
        "fleuriste",
        "35238",
        veut=("site-vitrine",),
        sait=("facture-electronique",),
    ),
    EntrepriseDeDemo(
        Compte("libraire", "Dora", "La libraire"),
        "Librairie du Canal",
        "commerce",
        "35238",
        veut=("boulange",),
        sait=("site-vitrine",),
    ),
    EntrepriseDeDemo(
        Compte("coiffeuse", "Gaëlle", "La coiffeuse, qui donne sans rien demander"),
        "Coiffure Gaëlle",
        "coiffure",
        "35238",
        veut=(),
        sait=("visuels", "rendez-vous"),
    ),
    EntrepriseDeDemo(
        Compte("garagiste", "Erwan", "Le garagiste"),
        "Garage de la Vilaine",
        "garage",
        "35047",
        veut=("boulange",),
        sait=("sauvegarde",),
    ),
)
NOUVELLE = Compte("nouvelle", "Fanny", "Une nouvelle venue, sans entreprise")
ANIMATRICES = {
    "35": Compte("animatrice-35", "Anna", "L’animatrice d’Ille-et-Vilaine"),
    "44": Compte("animatrice-44", "Nadia", "L’animatrice de Loire-Atlantique"),
    "78": Compte("animateur-78", "Paul", "L’animateur des Yvelines"),
    "92": Compte("animateur-92", "Karim", "L’animateur des Hauts-de-Seine"),
}
REFERENTE = Compte("referente", "Rosa", "La référente nationale")

COMPTES = (*(e.compte for e in HISTOIRE), NOUVELLE, *ANIMATRICES.values(), REFERENTE)
