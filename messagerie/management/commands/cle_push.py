"""`cle_push`: draw the private key of Web Push, to put in VAPID_CLE_PRIVEE."""

import base64

from django.core.management.base import BaseCommand
from py_vapid import Vapid02


class Command(BaseCommand):
    help = "Tire une clé privée pour les notifications du navigateur (VAPID_CLE_PRIVEE)."

    def handle(self, *args: object, **options: object) -> None:
        vapid = Vapid02()
        vapid.generate_keys()
        nombre = vapid.private_key.private_numbers().private_value
        self.stdout.write(base64.urlsafe_b64encode(nombre.to_bytes(32, "big")).rstrip(b"=").decode())
