"""An amount between several, to the cent: the parts always make the whole."""

from collections.abc import Sequence


def au_prorata(montant: int, poids: Sequence[int]) -> list[int]:
    """The part of each weight, in cents, by largest remainder; their sum is `montant`.

    At equal remainders the first takes the cent. All weights null: everything to the last.
    """
    somme = sum(poids)
    if not somme:
        return [0] * (len(poids) - 1) + [montant]
    parts = [montant * un // somme for un in poids]
    restes = [montant * un % somme for un in poids]
    ordre = sorted(range(len(poids)), key=lambda rang: -restes[rang])
    for rang in ordre[: montant - sum(parts)]:
        parts[rang] += 1
    return parts
