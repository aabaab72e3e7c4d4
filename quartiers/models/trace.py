"""The log that a model writes by itself: one line a row changed, before and after.

A model that inherits `Suivi` needs nothing in the actions: whatever way it is written by (`save`,
`create`, `update`, `bulk_create`, `bulk_update`, `delete`, a cascade), the line is written in the
same transaction. See docs/decisions/030.
"""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models


class LigneFigee(RuntimeError):
    """A line of a log was about to be changed or taken away."""


class SeulAjoutQuerySet(models.QuerySet[Any]):
    def update(self, **valeurs: Any) -> int:
        raise LigneFigee(f"{self.model._meta.label} ne se modifie pas.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise LigneFigee(f"{self.model._meta.label} ne s’efface pas.")


class SeulAjout(models.Model):
    """A log: rows are only added, and each day is sealed (`quartiers.sceaux`).

    PostgreSQL refuses by itself to change, delete or truncate (migration « journal »).
    """

    if not TYPE_CHECKING:  # each model that has its own says its type
        objects = SeulAjoutQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise LigneFigee(f"{self._meta.label} ne se modifie pas.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise LigneFigee(f"{self._meta.label} ne s’efface pas.")


class Geste(models.TextChoices):
    AJOUT = "ajout", "Ajouté"
    CHANGEMENT = "changement", "Modifié"
    RETRAIT = "retrait", "Supprimé"
    OUVERTURE = "ouverture", "Ouvert"


class TraceQuerySet(SeulAjoutQuerySet):
    def du_dossier(self, pk: int) -> Self:
        return self.filter(dossier=pk)

    def de_l_organisme(self, pk: int) -> Self:
        return self.filter(organisme=pk)


class Trace(SeulAjout):
    """One row changed: which, what it was and what it is, by whom, when, by what act.

    Keys are numbers, not relations: a line outlives what it tells of.
    """

    table = models.CharField(max_length=60)  # « appels.Dossier »
    cle = models.PositiveBigIntegerField()
    geste = models.CharField(max_length=10, choices=Geste.choices)
    dossier = models.PositiveBigIntegerField(null=True)
    organisme = models.PositiveBigIntegerField(null=True)
    # {field: [before, after]}; what is secret is {"empreinte": …} (`quartiers.models.suivi`)
    valeurs = models.JSONField(default=dict)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField()
    acte = models.CharField(max_length=120, blank=True)
    jour = models.DateField(null=True)  # of an opening, in Paris: one line a day says it

    objects: ClassVar = TraceQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["dossier", "-id"], name="trace_du_dossier"),
            models.Index(fields=["organisme", "-id"], name="trace_de_l_organisme"),
            models.Index(fields=["table", "cle"], name="trace_de_l_objet"),
            models.Index(fields=["par", "-id"], name="trace_de_la_personne"),
            models.Index(fields=["le"], name="trace_le"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "cle", "par", "jour"], name="une_ouverture_par_jour"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.cle} : {self.get_geste_display()}"


class Sceau(SeulAjout):
    """A day of the logs in one word: whoever keeps it sees what changed since.

    `corps` says, table by table, from which key to which, how many lines, and their SHA-256;
    `tete` is the SHA-256 of `corps`, which holds the head of the day before.
    """

    jour = models.DateField(unique=True)
    corps = models.TextField()  # canonical JSON, as it was hashed
    tete = models.CharField(max_length=64, unique=True)
    # {table: the first figures of the SHA-256 of each line}: tells which line was changed
    reperes = models.JSONField()
    fait_le = models.DateTimeField()

    class Meta:
        ordering = ["jour"]

    def __str__(self) -> str:
        return f"Sceau du {self.jour:%d/%m/%Y}"
