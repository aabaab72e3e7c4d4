import re
from typing import Self

from django.db import models

from quartiers.francais import recherchable
from quartiers.frappe import nettoyer

# As it is searched: « dossier n° CV-2027-12 » is « dossier n° cv 2027 12 »
NUMERO = re.compile(
    r"(?:\b(?:dossier|projet) )?(?:\b(?:numero|n ?°) ?)?\bcv ?(20\d\d) ?(\d{1,6})\b", re.ASCII
)
# Of a line taken over from a past year
REPRIS = re.compile(r"R-\d{4}-[A-Z0-9]{1,8}", re.ASCII)
AUTOUR = " .,;:!?«»“”\"'()[]"  # of a number copied from a sentence
LONGUEUR_MAX = 60  # characters of a number with what people write around


def lire_numero(texte: str) -> str:
    """« CV-2027-0012 », as it is kept, when the text is a number of a dossier and nothing else;
    empty otherwise.
    """
    propre = nettoyer(texte[:LONGUEUR_MAX]).strip(AUTOUR)
    if d_ici := NUMERO.fullmatch(recherchable(propre)):
        annee, rang = d_ici.groups()
        return f"CV-{annee}-{rang.zfill(4)}"
    repris = re.sub(" ?- ?", "-", propre).upper()
    return repris if REPRIS.fullmatch(repris) else ""


class Numerotation(models.Model):
    """The counter that the calls of one year share.

    A number says the year and not the call: two calls of a year draw from the same counter, on
    this row, locked.
    """

    annee = models.PositiveSmallIntegerField(primary_key=True)
    dernier_numero = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.annee)

    @classmethod
    def verrouiller(cls, annee: int) -> Self:
        """The row of this year, under its lock until the end of the transaction."""
        tenues = cls.objects.select_for_update().filter(annee=annee)
        tenue = tenues.first()
        if tenue is None:
            cls.objects.get_or_create(annee=annee)
            tenue = tenues.get()
        return tenue

    def numero(self) -> str:
        """« CV-2027-0001 », the next one: without gap, never given twice."""
        self.dernier_numero += 1
        self.save(update_fields=["dernier_numero"])
        return f"CV-{self.annee}-{self.dernier_numero:04d}"
