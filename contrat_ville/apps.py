from django.apps import AppConfig


class ContratVilleConfig(AppConfig):
    name = "contrat_ville"
    verbose_name = "Contrat de Ville"

    def ready(self):
        """Make our Celery application the current one, in the web processes too."""
        from contrat_ville import celery  # noqa: F401  (needs the settings, hence here)
