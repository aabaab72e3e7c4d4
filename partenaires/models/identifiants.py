"""SIRET, RNA, IBAN, BIC, telephone: read as people type them, checked by python-stdnum.

The rules of each are in METIER §5.
"""

import re

from django.core.exceptions import ValidationError
from stdnum import bic as stdnum_bic
from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError as NumeroInvalide
from stdnum.fr import siret as stdnum_siret


def compact(texte: str) -> str:
    """The characters that count: no spaces of any kind, dots or hyphens; capitals."""
    return re.sub(r"[\s\u00a0\u202f.\-]", "", texte).upper()


def siret_valide(valeur: str) -> None:
    """14 digits and the Luhn key, or La Poste's own rule."""
    try:
        stdnum_siret.validate(valeur)
    except NumeroInvalide as erreur:
        raise ValidationError(
            "Ce numéro SIRET n’est pas valable : il a 14 chiffres, vérifiez chacun d’eux."
        ) from erreur


def rna_valide(valeur: str) -> None:
    """W and nine characters: digits, or letters in some départements (METIER §5)."""
    if not re.fullmatch(r"W[0-9A-Z]{9}", valeur):
        raise ValidationError(
            "Ce numéro RNA n’est pas valable : la lettre W suivie de neuf caractères."
        )


def iban_valide(valeur: str) -> None:
    """ISO 7064 mod 97, and the French inner key for FR accounts."""
    try:
        stdnum_iban.validate(valeur)
    except NumeroInvalide as erreur:
        raise ValidationError(
            "Cet IBAN n’est pas valable : recopiez-le du relevé d’identité bancaire."
        ) from erreur


def bic_valide(valeur: str) -> None:
    try:
        stdnum_bic.validate(valeur)
    except NumeroInvalide as erreur:
        raise ValidationError(
            "Ce BIC n’est pas valable : 8 ou 11 caractères, sur le relevé d’identité bancaire."
        ) from erreur


def telephone_valide(valeur: str) -> None:
    """French numbers in ten digits, others in international form."""
    chiffres = re.sub(r"[\s\u00a0\u202f.\-()]", "", valeur)
    if not re.fullmatch(r"0[1-9]\d{8}|\+[1-9]\d{6,14}", chiffres):
        raise ValidationError("Ce numéro de téléphone n’est pas valable. Exemple : 03 21 00 00 00.")
