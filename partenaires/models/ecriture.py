from typing import ClassVar

from django.db import models

from quartiers.models import Journalise, JournaliseQuerySet


class MotDuBudget(Journalise):
    """A word of every day and the account of the plan that it makes think of."""

    mot = models.CharField("mot", max_length=40, unique=True)
    code = models.CharField("compte proposé", max_length=20)
    est_propose = models.BooleanField("est proposé", default=True)

    objects: ClassVar = JournaliseQuerySet["MotDuBudget"].as_manager()

    class Meta:
        ordering = ["mot"]

    def __str__(self) -> str:
        return self.mot


class AideALaQuestion(Journalise):
    """A question of the form in common words, what helps to answer it, a weak and a good answer.

    The answers shown are fictitious. `cle` is the name of the field that it stands beside.
    """

    cle = models.SlugField(max_length=40, unique=True)
    terme = models.CharField(max_length=150)
    question = models.CharField("la question, en mots courants", max_length=150, blank=True)
    conseil = models.TextField("conseil", blank=True, max_length=500)
    faible = models.TextField("exemple faible, fictif", blank=True, max_length=600)
    bon = models.TextField("bon exemple, fictif", blank=True, max_length=600)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.terme

    @property
    def a_des_exemples(self) -> bool:
        return bool(self.faible or self.bon or self.conseil)

    @property
    def nom_de_l_aide(self) -> str:
        """What unfolds under the question: an example is not promised where there is none."""
        return "Un exemple" if self.faible or self.bon else "Un conseil"
