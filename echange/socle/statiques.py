"""Static files under an asynchronous server: WhiteNoise, without its two surprises there."""

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile


class FichiersStatiques(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise is untyped
    """Answers are read whole: a streamed file would be read whole anyway under ASGI, with a warning.

    When files are served from the sources (tests, DEBUG), `STATIC_ROOT` need not exist.
    """

    def add_files(self, root: str, prefix: str | None = None) -> None:
        if not self.use_finders or Path(root).is_dir():
            super().add_files(root, prefix)

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        reponse: Any = static_file.get_response(request.method or "GET", request.META)
        http = HttpResponse(status=int(reponse.status))
        del http.headers["Content-Type"]
        for nom, valeur in reponse.headers:
            http.headers[nom] = valeur
        if reponse.file is not None:
            with reponse.file as fichier:
                http.content = fichier.read()
            http.headers["Content-Length"] = str(len(http.content))  # it may have been edited since the scan
        return http
