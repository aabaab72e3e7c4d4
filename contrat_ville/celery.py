"""The Celery application: tasks of the apps, settings of Django."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contrat_ville.settings")

app = Celery("contrat_ville")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
