"""The frame of a consultation: its columns that the service types, and their print."""

import hashlib
import json
from dataclasses import dataclass

from django.core.serializers import serialize

from partenaires.models import Consultation

COLONNES = (
    "titre",
    "question",
    "pourquoi",
    "peut_changer",
    "ne_peut_pas",
    "admet_experiences",
    "admet_propositions",
    "admet_avis",
    "ouvre_le",
    "ferme_le",
    "moderation",
    "delai_de_relecture",
    "signature",
    "reponse_promise_le",
    "bilan_promis_le",
    "charte_en_bref",
    "charte",
    "moi_aussi",
    "conservation_des_textes",
    "conservation_des_courriels",
)


@dataclass(frozen=True)
class Empreinte:
    """What a form carries again after a conflict."""

    empreinte: str


def empreinte(consultation: Consultation) -> str:
    """The print of what the form shows of a consultation, as it is saved."""
    valeurs = serialize("json", [consultation], fields=COLONNES)
    quartiers = sorted(consultation.quartiers.values_list("pk", flat=True))
    axes = sorted(consultation.axes.values_list("pk", flat=True))
    return hashlib.sha256(json.dumps([valeurs, quartiers, axes]).encode()).hexdigest()
