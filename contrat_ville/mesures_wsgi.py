"""The entrance of the server that is measured."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contrat_ville.settings")
settings.ROOT_URLCONF = "contrat_ville.mesures_urls"
application = get_wsgi_application()
