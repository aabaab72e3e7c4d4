from datetime import UTC, datetime

from django.db import models
from django.db.models import F

ORIGINE = datetime(2024, 1, 1, tzinfo=UTC)


class Parution(models.Model):
    """What the public sees, numbered: one row, one more at each change of a public content.

    Pages kept in memory and validators (ETag, Last-Modified) are tied to this number, so that a
    change is seen at once by every process.
    """

    numero = models.PositiveBigIntegerField(default=0)
    le = models.DateTimeField()

    def __str__(self):
        return f"Parution {self.numero}"

    @classmethod
    def actuelle(cls) -> "Parution":
        return cls.objects.order_by("pk").first() or cls(numero=0, le=ORIGINE)

    @classmethod
    def avancer(cls, le: datetime) -> None:
        """Call it in the transaction that changes something public."""
        if not cls.objects.update(numero=F("numero") + 1, le=le):
            cls.objects.create(pk=1, numero=1, le=le)
