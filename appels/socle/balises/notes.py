"""How scores are written: one decimal, rounded half up."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django import template

from quartiers.francais import nombre

register = template.Library()


@register.filter
def une_decimale(valeur: Fraction) -> str:
    """« 13,5 »."""
    exacte = Decimal(valeur.numerator) / Decimal(valeur.denominator)
    return nombre(exacte.quantize(Decimal("0.1"), ROUND_HALF_UP))


@register.filter
def sur_20(valeur: Fraction | None) -> str:
    """« 13,5 sur 20 »."""
    return "pas de note" if valeur is None else f"{une_decimale(valeur)} sur 20"


@register.filter
def points(valeur: Fraction | None, maximum: int) -> str:
    """« 3,7 sur 5 »."""
    return "–" if valeur is None else f"{une_decimale(valeur)} sur {maximum}"
