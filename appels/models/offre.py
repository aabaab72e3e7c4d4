"""What a call offers among the axes of the contract and the themes: rows that leave a line."""

from typing import ClassVar

from django.db import models

from appels.models.appel import Appel, Theme
from quartiers.models import Axe, Journalise, JournaliseQuerySet


class AxeOuvert(Journalise):
    """An axis that a call opens: a row of its own, so that opening and closing it leave a line."""

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="+")
    axe = models.ForeignKey(Axe, models.CASCADE, related_name="+")

    objects: ClassVar = JournaliseQuerySet.as_manager()

    class Meta:
        db_table = "appels_appel_axes"
        unique_together = [("appel", "axe")]

    def __str__(self) -> str:
        return f"{self.appel} · {self.axe}"


class ThemePropose(Journalise):
    """A theme that a call proposes; the same."""

    appel = models.ForeignKey(Appel, models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="+")

    objects: ClassVar = JournaliseQuerySet.as_manager()

    class Meta:
        db_table = "appels_appel_themes"
        unique_together = [("appel", "theme")]

    def __str__(self) -> str:
        return f"{self.appel} · {self.theme}"
