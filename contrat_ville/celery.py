"""The Celery application: tasks of the apps, settings of Django."""

import os
from typing import Any

from celery import Celery, Task

from quartiers import journal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contrat_ville.settings")


class TacheSuivie(Task):
    """What a task writes is logged under its name."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        with journal.de_la_machine(f"tâche {self.name}"):
            return super().__call__(*arguments, **options)


app = Celery("contrat_ville", task_cls=TacheSuivie)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
