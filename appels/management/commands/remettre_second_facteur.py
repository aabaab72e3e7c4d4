"""A telephone was lost: the person sets another second factor at the next sign-in."""

from typing import Any

from appels.management.equipe import CommandeDEquipe
from partenaires.models import Appartenance
from partenaires.organismes.actions import equipe


class Command(CommandeDEquipe):
    help = "Remet à zéro le second facteur d’une personne du service ou d’un financeur."

    def agir(self, appartenance: Appartenance, cadre: dict[str, Any], options: dict) -> str:
        equipe.oter_le_second_facteur(appartenance, **cadre)
        return f"Second facteur remis à zéro : {appartenance}. Un message le lui dit."
