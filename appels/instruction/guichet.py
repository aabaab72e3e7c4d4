"""What the regime « guichet » requires: an acknowledgement that says all that the law asks.

METIER §6.1: CRPA R112-11-1 (service, address, telephone, ways of appeal), L111-2 (the agent).
"""

from dataclasses import dataclass

from django.urls import reverse

from appels.models import Appel
from appels.models.regime import Regime
from partenaires.contenus import revisions
from partenaires.models import Service
from partenaires.socle.refus import Refus

DU_SERVICE = {  # what the acknowledgement says of the service: its field, its words
    "telephone": "le téléphone du service",
    "adresse": "l’adresse postale du service",
    "email": "l’adresse électronique du service",
}


class ServiceVide(Refus):
    """The sheet of the service loses what the acknowledgements of a call must say."""

    def __init__(self, appel: Appel, noms: list[str]):
        super().__init__(
            f"« {appel} » est sous le régime « guichet » : son accusé de réception doit dire "
            f"{', '.join(noms)} (code des relations entre le public et l’administration, article "
            "R. 112-11-1). Écrivez une autre valeur plutôt que d’effacer. Rien n’est publié."
        )


@dataclass(frozen=True)
class Condition:
    """Something to write before, and where."""

    nom: str
    lien: str


def manquantes(appel: Appel, service: Service) -> list[Condition]:
    """What is still empty; `appel` may not be saved yet."""
    du_service = reverse("partenaires:contenus_liste", args=["service"])
    requises = [
        *((nom, getattr(service, champ), du_service) for champ, nom in DU_SERVICE.items()),
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


@revisions.exige(Service)
def garder_le_service(avant: revisions.Valeurs, service: Service) -> None:
    """Whoever chooses « guichet » takes the same row: see `Service.verrouille`.

    Raises `ServiceVide` when a call under « guichet » needs what is emptied.
    """
    vides = [
        nom
        for champ, nom in DU_SERVICE.items()
        if avant.get(champ, "").strip() and not getattr(service, champ).strip()
    ]
    appel = Appel.objects.filter(regime=Regime.GUICHET).order_by("-annee", "pk").first()
    if vides and appel:
        raise ServiceVide(appel, vides)
