from typing import ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from quartiers.models import Regard, Suivi, SuiviQuerySet


class RevisionQuerySet(SuiviQuerySet["Revision"]):
    def ouvertes(self) -> Self:
        """Drafts: neither published nor dropped."""
        return self.filter(publiee_le__isnull=True, abandonnee_le__isnull=True)

    def publiees(self) -> Self:
        return self.filter(publiee_le__isnull=False).order_by("-publiee_le", "-pk")

    def avec_leurs_auteurs(self) -> Self:
        return self.select_related("ecrite_par", "publiee_par", "annule")


class Revision(Suivi):
    """A change of a public content: what it was, what it becomes, by whom, when.

    Rows are only added. A draft until `publiee_le`; undoing a change is another revision that gives
    back what was before.
    """

    REGARD = Regard(secrets=("avant", "apres"))

    contenu = models.CharField(max_length=20)
    objet = models.PositiveBigIntegerField(null=True)
    libelle = models.CharField(max_length=300)
    avant = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    apres = models.JSONField(encoder=DjangoJSONEncoder)
    ecrite_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ecrite_le = models.DateTimeField()
    publiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    publiee_le = models.DateTimeField(null=True)
    abandonnee_le = models.DateTimeField(null=True)
    annule = models.ForeignKey("self", models.PROTECT, null=True, related_name="annulations")

    objects: ClassVar = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-ecrite_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contenu", "objet"],
                name="une_revision_ouverte_par_objet",
                condition=models.Q(publiee_le__isnull=True, abandonnee_le__isnull=True),
            ),
            models.CheckConstraint(
                name="revision_publiee_par_quelqu_un",
                condition=models.Q(publiee_le__isnull=True, publiee_par__isnull=True)
                | models.Q(
                    publiee_le__isnull=False, publiee_par__isnull=False, abandonnee_le__isnull=True
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def est_ouverte(self) -> bool:
        return self.publiee_le is None and self.abandonnee_le is None

    @property
    def est_une_creation(self) -> bool:
        return not self.avant
