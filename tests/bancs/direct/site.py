"""The site as a bench runs it: all of it, without the limits that hold back one person who types.

`DECALAGE_HORLOGE`: seconds by which this process's clock is wrong.
"""

import os
from datetime import timedelta

from echange.socle import horloge

_juste, _decalage = horloge.maintenant, timedelta(seconds=int(os.environ.get("DECALAGE_HORLOGE", "0")))
horloge.maintenant = lambda: _juste() + _decalage

from echange.asgi import application  # noqa: E402  everybody takes the clock as it is now
from messagerie import consumers  # noqa: E402

consumers.MESSAGES_MAX = consumers.TRAMES_MAX = 1_000_000

__all__ = ["application"]
