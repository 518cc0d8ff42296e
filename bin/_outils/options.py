"""Read what a person gives the commands: flags and environment variables, refused in French when unknown."""

import os
import socket

from _outils.terminal import Echec

PORT = 8000


def lire_options(arguments: list[str], connues: frozenset[str], nom: str) -> frozenset[str]:
    """Return the flags given; raise `Echec` for one that does not exist."""
    for argument in arguments:
        if argument not in connues:
            raise Echec(f"« {argument} » n’est pas une option de {nom} ; « {nom} --help » les donne toutes.")
    return frozenset(arguments)


def lire_port() -> int:
    texte = os.environ.get("PORT") or str(PORT)
    if not texte.isascii() or not texte.isdigit() or not 1 <= int(texte) <= 65535:
        raise Echec(f"PORT={texte} n’est pas un numéro de port : choisissez un nombre entre 1024 et 65535.")
    if int(texte) < 1024 and os.geteuid() != 0:
        raise Echec(
            f"Le port {texte} est réservé à l’administrateur : choisissez un nombre entre 1024 et 65535."
        )
    return int(texte)


def verifier_port_libre(port: int) -> None:
    """Raise `Echec` when another program listens there."""
    with socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind(("127.0.0.1", port))
        except OSError as erreur:
            raise Echec(
                f"Le port {port} est déjà pris par un autre programme : choisissez-en un autre, "
                f"par exemple « PORT={port + 1 if port < 65535 else PORT} bin/demo »."
            ) from erreur
