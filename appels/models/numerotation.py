from typing import Self

from django.db import models


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
