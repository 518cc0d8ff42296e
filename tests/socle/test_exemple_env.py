"""`deploy/exemple.env` says what the settings read: all of it, nothing else, with the true defaults."""

import ast
import re
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
LIGNE = re.compile(r"^(# )?([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
INDISPENSABLES = {"SECRET_KEY", "DATABASE_URL", "ADRESSE_DU_SITE", "ALLOWED_HOSTS"}


def lectures() -> dict[str, ast.Call]:
    """Return the settings' `lire_…("NOM", …)` calls by variable."""
    arbre = ast.parse((RACINE / "echange" / "settings.py").read_text(encoding="utf-8"))
    appels = [noeud for noeud in ast.walk(arbre) if isinstance(noeud, ast.Call)]
    return {
        appel.args[0].value: appel
        for appel in appels
        if isinstance(appel.func, ast.Name)
        and appel.func.id.startswith("lire_")
        and isinstance(appel.args[0], ast.Constant)
        and isinstance(appel.args[0].value, str)
    }


def defaut(appel: ast.Call) -> str | None:
    """Return a literal default as one writes it in a file, or None when it is computed."""
    assert isinstance(appel.func, ast.Name)
    valeurs: list[ast.expr] = [cle.value for cle in appel.keywords] or appel.args[1:]
    if not valeurs:
        return "0" if appel.func.id == "lire_booleen" else None
    if not isinstance(valeurs[-1], ast.Constant):
        return None
    valeur = valeurs[-1].value
    return str(int(valeur)) if isinstance(valeur, bool) else str(valeur)


def documentees() -> list[tuple[str, str, str]]:
    """Return (comment sign or nothing, variable, value) for each variable of the file."""
    return LIGNE.findall((RACINE / "deploy" / "exemple.env").read_text(encoding="utf-8"))


def test_chaque_reglage_est_explique_une_fois_et_aucun_n_est_invente() -> None:
    assert sorted(nom for _, nom, _ in documentees()) == sorted(lectures())


def test_ce_qu_il_faut_remplir_n_est_pas_en_commentaire() -> None:
    assert {nom for signe, nom, _ in documentees() if not signe} == INDISPENSABLES


def test_les_valeurs_par_defaut_sont_celles_du_code() -> None:
    appels = lectures()
    attendues = {nom: defaut(appels[nom]) for signe, nom, _ in documentees() if signe}
    ecrites = {nom: valeur for signe, nom, valeur in documentees() if signe and attendues[nom] is not None}
    assert ecrites == {nom: valeur for nom, valeur in attendues.items() if valeur is not None}
