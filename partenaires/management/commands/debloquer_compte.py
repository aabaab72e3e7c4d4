"""Somebody is kept out by the tries of others: they try again at once, and read that it was done.

The limits end by themselves in some minutes; this is for whoever cannot wait.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from partenaires.comptes import essais
from partenaires.models import Connexion, Utilisateur
from partenaires.models.connexion import Evenement
from partenaires.socle import droits
from quartiers import horloge


class Command(BaseCommand):
    help = "Remet à zéro les essais de connexion d’un compte, à la demande du service."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="adresse du compte à débloquer")
        parser.add_argument(
            "--par", required=True, help="adresse de la ou du responsable qui le demande"
        )

    def handle(self, email: str, **options: Any) -> None:
        responsable = _compte(options["par"])
        if not droits.est_responsable(responsable):
            raise CommandError(f"{options['par']} n’est pas responsable du service.")
        utilisateur = _compte(email)
        with transaction.atomic():
            essais.debloquer(utilisateur)
            Connexion.objects.create(
                utilisateur=utilisateur,
                evenement=Evenement.DEBLOCAGE,
                appareil=f"demandé par {responsable}"[:60],
                le=horloge.maintenant(),
            )
        self.stdout.write(f"{email} peut se connecter à nouveau ; c’est noté dans ses connexions.")


def _compte(email: str) -> Utilisateur:
    """The open account of this address; raises `CommandError`."""
    trouve = Utilisateur.objects.filter(email__iexact=email, is_active=True).first()
    if trouve is None:
        raise CommandError(f"Aucun compte ouvert n’a l’adresse {email}.")
    return trouve
