"""What a consultation still lacks before everybody reads it."""

from typing import NamedTuple

from partenaires.models import Consultation


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


def manques(consultation: Consultation) -> list[Absence]:
    """What is empty and owed, in the order of the form; nothing is invented in its place."""
    absences = [
        Absence(champ, phrase)
        for champ, phrase in EXIGENCES.items()
        if getattr(consultation, champ) in ("", None)
    ]
    if consultation.fin and consultation.reponse_promise_le:
        if consultation.reponse_promise_le < consultation.fin.date():
            absences.append(
                Absence(
                    "reponse_promise_le",
                    "La réponse est promise avant la fin des contributions : donnez une date "
                    "d’après.",
                )
            )
    return absences
