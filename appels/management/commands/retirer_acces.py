"""Take a person out of the service or of a funder."""

from argparse import ArgumentParser
from typing import Any

from appels.instruction.actions import equipe
from appels.management.equipe import CommandeDEquipe, demander_le_repreneur, repreneur
from partenaires.models import Appartenance


class Command(CommandeDEquipe):
    help = "Retire une personne du service ou d’un financeur ; pour revenir, on l’invite à nouveau."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        demander_le_repreneur(parser)

    def agir(self, appartenance: Appartenance, cadre: dict[str, Any], options: dict) -> str:
        sans = equipe.retirer(appartenance, repreneur=repreneur(options), **cadre)
        return f"Accès retiré : {appartenance}. Dossiers confiés à personne : {sans}."
