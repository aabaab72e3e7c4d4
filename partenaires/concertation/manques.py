"""What a consultation still lacks before everybody reads it."""

from datetime import datetime
from typing import NamedTuple

from partenaires.models import Consultation
from quartiers.horloge import a_paris


class Absence(NamedTuple):
    """A field that is empty, the sentence that asks for it."""

    champ: str
    phrase: str


# CRPA L131-1: who consults makes the terms public, gives useful information and a reasonable time,
# and sees that the results are made public. The charter, the dates and who answers are the CUA's.
EXIGENCES = {
    "pourquoi": "Dites pourquoi cette question est posée.",
    "peut_changer": "Dites ce qui peut changer, une ligne par point.",
    "ne_peut_pas": "Dites ce qui n’est pas décidé ici, une ligne par point.",
    "delai_de_relecture": "Dites en combien de jours ouvrés chaque texte est relu.",
    "signature": "Dites quel service signe les réponses.",
    "reponse_promise_le": "Dites avant quel jour chaque contribution reçoit sa réponse.",
    "charte_en_bref": "Écrivez la charte en quelques lignes : un refus cite l’une d’elles.",
    "charte": "Écrivez la charte entière : elle est lue avant d’écrire.",
}


def manques(consultation: Consultation, le: datetime) -> list[Absence]:
    """What is empty and owed at `le`, in the order of the form; nothing is invented instead."""
    absences = [
        Absence(champ, phrase)
        for champ, phrase in EXIGENCES.items()
        if getattr(consultation, champ) in ("", None)
    ]
    if promesse := _promesse_a_refaire(consultation, le):
        absences.append(Absence("reponse_promise_le", promesse))
    return absences


def _promesse_a_refaire(consultation: Consultation, le: datetime) -> str:
    """Why the day of the answers promises nothing to who writes; empty when it does."""
    promise = consultation.reponse_promise_le
    fin = consultation.fin
    if promise is None:
        return ""
    if fin and promise < a_paris(fin).date():
        return "La réponse est promise avant la fin des contributions : donnez une date d’après."
    if (fin is None or le < fin) and consultation.promesse(le) is None:
        return (
            "Le jour promis pour les réponses est passé : donnez-en un autre à qui écrit "
            "maintenant. Ce qui a été promis avant le reste."
        )
    return ""
