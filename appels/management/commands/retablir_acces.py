"""Give back an access that was suspended."""

from typing import Any

from appels.management.equipe import CommandeDEquipe
from partenaires.models import Appartenance
from partenaires.organismes.actions import equipe


class Command(CommandeDEquipe):
    help = "Rétablit l’accès suspendu d’une personne du service ou d’un financeur."

    def agir(self, appartenance: Appartenance, cadre: dict[str, Any], options: dict) -> str:
        equipe.retablir(appartenance, **cadre)
        return f"Accès rétabli : {appartenance}."
