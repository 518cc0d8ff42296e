"""Errors of the domain: named by the fact, raised by services, rendered once by a middleware."""


class ErreurMetier(Exception):
    """A rule of the domain refuses the request.

    `message` is the plain French sentence shown to the user; `statut` the HTTP status of the answer
    when no view handled it (409: the world changed under the user's feet, nothing of theirs is wrong).
    """

    message = "Cette action n’est pas possible."
    statut = 409

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.message
        super().__init__(self.message)
