"""Change the role of a person of the service or of a funder."""

from argparse import ArgumentParser
from typing import Any

from appels.instruction.actions import equipe
from appels.management.equipe import CommandeDEquipe
from partenaires.models import Appartenance
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR


class Command(CommandeDEquipe):
    help = "Change le rôle d’une personne du service ou d’un financeur."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--role",
            required=True,
            choices=[role.value for role in (*ROLES_AGENT, *ROLES_FINANCEUR)],
        )

    def agir(self, appartenance: Appartenance, cadre: dict[str, Any], options: dict) -> str:
        sans = equipe.changer_role(appartenance, options["role"], **cadre)
        appartenance.refresh_from_db()
        return f"Rôle changé : {appartenance}. Dossiers confiés à personne : {sans}."
