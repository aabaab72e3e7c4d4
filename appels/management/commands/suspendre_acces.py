"""Suspend the access of a person of the service or of a funder."""

from argparse import ArgumentParser
from typing import Any

from appels.instruction.actions import equipe
from appels.management.equipe import CommandeDEquipe, demander_le_repreneur, repreneur
from partenaires.models import Appartenance


class Command(CommandeDEquipe):
    help = "Suspend l’accès d’une personne du service ou d’un financeur : ses sessions se ferment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        demander_le_repreneur(parser)

    def agir(self, appartenance: Appartenance, cadre: dict[str, Any], options: dict) -> str:
        sans = equipe.suspendre(appartenance, repreneur=repreneur(options), **cadre)
        return f"Accès suspendu : {appartenance}. Dossiers confiés à personne : {sans}."
