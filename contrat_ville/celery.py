"""The Celery application: tasks of the apps, settings of Django, who works at what."""

import os
from typing import Any

from celery import Celery, Task
from kombu import Queue

from quartiers import journal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contrat_ville.settings")

# Each has a process of its own in production (docker-compose.yml), so that nothing waits behind
# what can wait: a receipt behind four hundred letters, anything behind a slow mail server.
URGENT = "urgent"
ORDINAIRE = "ordinaire"
MASSE = "masse"
COURRIELS = "courriels"
FILES = (URGENT, ORDINAIRE, MASSE, COURRIELS)
DE_MASSE = {
    "appels.rattraper_la_masse",
    "appels.diffuser",
    "appels.rappeler",
    "appels.imprimer",
    "appels.resumer",
    "appels.effacer",
}
FABRIQUES_EN_MASSE = {"export", "lettre"}


class TacheSuivie(Task):
    """What a task writes is logged under its name."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        with journal.de_la_machine(f"tâche {self.name}"):
            return super().__call__(*arguments, **options)


def file_de(nom: str, arguments: Any = (), *_: Any, **__: Any) -> dict[str, str]:
    """Where a task waits, by its name and what it makes: asked by Celery at each wake-up."""
    if nom == "appels.envoyer_courriels":
        return {"queue": COURRIELS}
    if nom == "appels.fabriquer":
        genre = arguments[0] if arguments else ""
        return {"queue": MASSE if genre in FABRIQUES_EN_MASSE else URGENT}
    if nom == "appels.rattraper":
        return {"queue": URGENT}
    return {"queue": MASSE if nom in DE_MASSE else ORDINAIRE}


app = Celery("contrat_ville", task_cls=TacheSuivie)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_queues=[Queue(nom) for nom in FILES],
    task_default_queue=ORDINAIRE,
    task_routes=(file_de,),
    task_ignore_result=True,
    # Given back by a worker that dies, and taken one at a time.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
)
app.autodiscover_tasks()
