"""The Celery application: tasks of the apps, settings of Django."""

from celery import Celery

app = Celery("contrat_ville")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
