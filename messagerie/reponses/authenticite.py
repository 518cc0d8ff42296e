"""What our own mail server says of a mail's sender (`Authentication-Results`, RFC 8601).

Anybody can write this header: only the topmost one of the server named by `COURRIEL_AUTHSERV` counts, which
must remove others' under its own name, as OpenDMARC and rspamd do. Without that setting nothing is read.
"""

import re
from collections.abc import Iterable

from django.conf import settings

_COMMENTAIRE = re.compile(r"\([^()]*\)")
_RESULTAT = re.compile(r"(?:^|[;\s])(dmarc|spf|dkim)\s*=\s*([a-z]+)", re.IGNORECASE)


def est_usurpe(entetes: Iterable[str]) -> bool:
    """Whether our server found that the sender is not who she says: DMARC, or SPF without any DKIM."""
    serveur = settings.COURRIEL_AUTHSERV.lower()
    for entete in entetes if serveur else ():
        nom, _, suite = _COMMENTAIRE.sub(" ", entete).partition(";")
        if (nom.split() or [""])[0].lower() == serveur:
            return _echoue([(methode.lower(), dit.lower()) for methode, dit in _RESULTAT.findall(suite)])
    return False


def _echoue(resultats: list[tuple[str, str]]) -> bool:
    dmarc = next((dit for methode, dit in resultats if methode == "dmarc"), "none")
    if dmarc in {"pass", "fail"}:
        return dmarc == "fail"
    return ("spf", "fail") in resultats and ("dkim", "pass") not in resultats
