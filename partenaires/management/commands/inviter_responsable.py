"""Invite the first head of the service; the others are invited from the portal."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from partenaires.models import Genre, Partenaire, Role
from partenaires.organismes.actions import invitations
from partenaires.socle.refus import Refus
from quartiers import horloge


class Command(BaseCommand):
    help = "Envoie une invitation de responsable du service Cohésion Sociale à une adresse."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, email: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as erreur:
            raise CommandError("Cette adresse électronique n’est pas valable.") from erreur
        cua = Partenaire.objects.filter(genre=Genre.CUA).first()
        if cua is None:
            raise CommandError("Chargez d’abord les partenaires : manage.py charger_partenaires")
        try:
            invitations.inviter(
                cua, email=email, roles={Role.RESPONSABLE}, par=None, recu_le=horloge.maintenant()
            )
        except Refus as refus:
            raise CommandError(refus.phrase) from refus
        self.stdout.write(
            f"Invitation écrite pour {email} ; elle part avec les courriels et expire "
            f"dans 14 jours."
        )
