"""What somebody meant to type: accents and case ignored, one letter wrong in a word forgiven.

One regular expression a word, which Python, SQLite and PostgreSQL read the same way; on PostgreSQL
the trigram indexes of the columns searched serve it. A letter changed, missing, too many, or two
swapped: one error, in a word of four letters at least that holds no digit.
"""

import re
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When

from quartiers.francais import recherchable

MOTS_MAX = 6
LONGUEUR_MAX = 40  # letters of a word
TOLERE = 4  # letters from which one may be wrong
MOT = re.compile(r"\w+")
VIDES = frozenset(
    (
        *("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"),
        *("par", "pour", "qu", "que", "qui", "s", "sur", "un", "une"),
    )
)

ABREGES = {"st": "saint", "ste": "sainte"}  # as people write the names of places
LONGS = {longue: courte for courte, longue in ABREGES.items()}


def mots(texte: str) -> list[str]:
    """The words that are looked for; those that say nothing are left out, unless all are such."""
    lus = [mot[:LONGUEUR_MAX] for mot in MOT.findall(recherchable(texte))]
    parlants = [mot for mot in lus if mot not in VIDES] or lus
    return list(dict.fromkeys(parlants))[:MOTS_MAX]


def exact(mot: str) -> str:
    """A word that begins so; « st » and « saint » are one."""
    if longue := ABREGES.get(mot):
        return f"(^| )({mot}|{longue})"
    if courte := LONGS.get(mot):
        return f"(^| )({courte} |{mot})"
    return f"(^| ){mot}"


def motif(mot: str) -> str:
    """A word that begins so, with one error at most."""
    if len(mot) < TOLERE or not mot.isalpha():
        return exact(mot)
    formes = [f"{LONGS[mot]} ", mot] if mot in LONGS else [mot]
    for rang in range(len(mot)):
        avant, apres = mot[:rang], mot[rang:]
        formes.append(f"{avant}[^ ]{apres}")  # a letter forgotten
        formes.append(f"{avant}[^ ]?{apres[1:]}")  # a letter changed, or too many
        if len(apres) > 1:
            formes.append(f"{avant}{apres[1]}{apres[0]}{apres[2:]}")  # two swapped
    return f"(^| )({'|'.join(dict.fromkeys(formes))})"


def ecart(cherches: Sequence[str], *textes: str) -> int | None:
    """0 when every word is there, 1 when one error at least was forgiven, None when one is missing.

    Each text is read whole, whatever its length.
    """
    tout = " ".join(recherchable(texte) for texte in textes)
    if not cherches:
        return None
    if all(re.search(exact(mot), tout) for mot in cherches):
        return 0
    return 1 if all(re.search(motif(mot), tout) for mot in cherches) else None


def parmi(rangs: "models.QuerySet[Any]", champ: str, cherches: Sequence[str]) -> Any:
    """The rows whose column holds every word, with `ecart`; all of them without any word."""
    if not cherches:
        return rangs.annotate(ecart=Value(0, output_field=models.IntegerField()))
    ecrit_ainsi = Q()
    proche = Q()
    for mot in cherches:
        ecrit_ainsi &= Q(**{f"{champ}__regex": exact(mot)})
        proche &= Q(**{f"{champ}__regex": motif(mot)})
    ecrit = Case(
        When(ecrit_ainsi, then=Value(0)), default=Value(1), output_field=models.IntegerField()
    )
    return rangs.filter(proche).annotate(ecart=ecrit)
