"""Settings of the tests: unit tests run tasks eagerly; those marked `services`, a real worker."""

import os

os.environ.setdefault("MODE", "epreuve")
os.environ.setdefault("DONNEES", "/tmp/coeur-de-quartier-epreuves")  # noqa: S108
os.environ.setdefault("URL_PUBLIQUE", "https://portail.example")

from contrat_ville.settings import *  # noqa: F403

CELERY_TASK_ALWAYS_EAGER = CELERY_BROKER_URL.startswith("memory")  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECOND_FACTEUR_EXIGE = False
CONFIRMATION_EXIGEE = False  # the tests of it put it back
# Clocks are moved by months under one browser: no session is idle, unless a test says so.
INACTIVITE_SERVICE = INACTIVITE_PORTEURS = 60 * 24 * 365 * 10
ACCOUNT_RATE_LIMITS = False  # an empty dictionary would bring the defaults back
MEDIA_ROOT = DONNEES / "fichiers"  # noqa: F405
POST_OFFICE = {
    **POST_OFFICE,  # noqa: F405
    "BACKENDS": {"default": "django.core.mail.backends.locmem.EmailBackend"},
}
