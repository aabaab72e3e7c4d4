from django.apps import AppConfig


class ContratVilleConfig(AppConfig):
    name = "contrat_ville"
    verbose_name = "Contrat de Ville"

    def ready(self) -> None:
        """Make our Celery application the current one, and know the tasks, in every process."""
        from contrat_ville.celery import app  # needs the settings, hence here

        app.autodiscover_tasks(force=True)
        from appels.instruction import guichet  # noqa: F401 (it registers what it requires)
        from appels.instruction.actions import affectation
        from appels.socle import condenses, resumes
        from quartiers import suites

        suites.a_chaque_ligne(condenses.suivre)
        suites.a_chaque_ligne(affectation.suivre)
        suites.a_chaque_ligne(resumes.suivre)
