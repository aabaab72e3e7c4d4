"""The account of the application in PostgreSQL: it owns nothing, and only adds to the logs."""

import os
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from quartiers.models import SeulAjout

MOT_DE_PASSE = "MOT_DE_PASSE_APPLICATION"
SEUL = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS LOGIN"


class Command(BaseCommand):
    help = (
        "À lancer par le propriétaire de la base, après les migrations : crée le compte de "
        f"l’application (mot de passe dans {MOT_DE_PASSE}) et lui donne ses seuls droits."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", default="portail_application")

    def handle(self, role: str, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Cette commande ne concerne que PostgreSQL.")
        with transaction.atomic(), connection.cursor() as curseur:
            self.creer(curseur, role)
            for ordre in ordres(connection.ops.quote_name(role), tables_des_journaux()):
                curseur.execute(ordre)
        self.stdout.write(f"{role} : ses droits sont posés, les journaux ne font que grandir.")

    def creer(self, curseur: Any, role: str) -> None:
        """The account, once; its password each time one is given."""
        nom = connection.ops.quote_name(role)
        curseur.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        verbe = "ALTER" if curseur.fetchone() else "CREATE"
        curseur.execute(f"{verbe} ROLE {nom} {SEUL}")
        if mot_de_passe := os.environ.get(MOT_DE_PASSE):
            curseur.execute(f"ALTER ROLE {nom} PASSWORD %s", [mot_de_passe])


def tables_des_journaux() -> list[str]:
    """The tables that nobody changes: every log, and the seals."""
    journaux = [modele for modele in apps.get_models() if issubclass(modele, SeulAjout)]
    return sorted(connection.ops.quote_name(modele._meta.db_table) for modele in journaux)


def ordres(role: str, journaux: list[str]) -> list[str]:
    """What makes the account able to serve pages, and unable to undo the log."""
    return [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE UPDATE, DELETE ON {', '.join(journaux)} FROM {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    ]
