"""The real application under a clock that stands still between two orders (`Horloge`)."""

import os
import select
import time

# A pause of the process must not wait for that clock, or it would never end.
time.sleep = lambda secondes: select.select([], [], [], secondes)

from contrat_ville.wsgi import application  # noqa: E402, F401

# libfaketime reads its file in the zone of the process, which Django has just set to Paris: an hour
# of the last Sunday of October would be said twice.
os.environ["TZ"] = "UTC"
time.tzset()
