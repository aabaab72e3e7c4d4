"""The entrance of the web server."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contrat_ville.settings")
de_django = get_wsgi_application()

from contrat_ville import absents  # noqa: E402 (they read the settings)
from contrat_ville.reception import Reception  # noqa: E402

application = Reception(de_django)
if settings.PRODUCTION:
    absents.dire()
