"""What the regime « guichet » requires: an acknowledgement that says all that the law asks.

METIER §6.1: CRPA R112-11-1 (service, address, telephone, ways of appeal), L111-2 (the agent).
"""

from dataclasses import dataclass

from django.urls import reverse

from appels.models import Appel
from partenaires.models import Service


@dataclass(frozen=True)
class Condition:
    """Something to write before, and where."""

    nom: str
    lien: str


def manquantes(appel: Appel, service: Service) -> list[Condition]:
    """What is still empty; `appel` may not be saved yet."""
    du_service = reverse("partenaires:contenus_liste", args=["service"])
    requises = [
        ("le téléphone du service", service.telephone, du_service),
        ("l’adresse postale du service", service.adresse, du_service),
        ("l’adresse électronique du service", service.email, du_service),
        ("l’agent chargé des dossiers", appel.agent_charge, "#id_agent_charge"),
        ("l’autorité du recours gracieux", appel.autorite_recours, "#id_autorite_recours"),
        ("le tribunal administratif", appel.tribunal, "#id_tribunal"),
        ("la mention propre à cet appel", appel.texte_legal, "#id_texte_legal"),
    ]
    if appel.pk:
        requises += [
            (f"l’autorité qui décide pour {financeur}", financeur.autorite, "#financeurs")
            for financeur in appel.financeurs.select_related("partenaire")
            if financeur.est_propose
        ]
    return [Condition(nom, lien) for nom, valeur, lien in requises if not valeur.strip()]
