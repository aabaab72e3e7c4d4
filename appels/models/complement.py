from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models

from appels.models.appel import DocumentDemande
from appels.models.etats import Etat, Transition
from appels.models.partie import NomPartie
from quartiers.horloge import a_paris
from quartiers.models import Journalise, JournaliseQuerySet, Regard


class ComplementQuerySet(JournaliseQuerySet[Any]):
    def en_cours(self) -> Self:
        """Asked, neither answered nor closed by the service."""
        return self.filter(repondu_le__isnull=True, clos_le__isnull=True)


class Complement(Journalise):
    """What the service asks to complete or correct, point by point, with a deadline.

    CRPA L114-5, R112-11-4.
    """

    REGARD = Regard(dossier="dossier")

    dossier = models.ForeignKey("appels.Dossier", models.PROTECT, related_name="complements")
    demande_le = models.DateTimeField()
    demande_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    avant_le = models.DateTimeField("délai")
    message = models.TextField("message", blank=True, max_length=3000)
    # The implicit rejection: as it stood before the request, as it stands since the answer or the
    # end of the deadline.
    rejet_avant = models.DateField(null=True, blank=True)
    rejet_apres = models.DateField(null=True, blank=True)
    repondu_le = models.DateTimeField(null=True, blank=True)
    version = models.OneToOneField(
        "appels.Version", models.PROTECT, null=True, blank=True, related_name="complement"
    )
    clos_le = models.DateTimeField(null=True, blank=True)
    clos_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ComplementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                name="un_complement_a_la_fois",
                condition=models.Q(repondu_le__isnull=True, clos_le__isnull=True),
            ),
            models.CheckConstraint(
                name="complement_dans_l_avenir",
                condition=models.Q(avant_le__gt=models.F("demande_le")),
            ),
        ]

    def __str__(self) -> str:
        return f"Demande de compléments du {a_paris(self.demande_le):%d/%m/%Y}"

    @property
    def est_en_cours(self) -> bool:
        """Asked, neither answered nor closed by the service."""
        return self.repondu_le is None and self.clos_le is None

    @property
    def suspend_le_rejet(self) -> bool:
        """A rejection already born when the service asks does not wait."""
        return self.rejet_avant is not None and self.rejet_avant > a_paris(self.demande_le).date()

    def est_une_revision(self) -> bool:
        """What it asks does not reopen the examination: a receivable dossier keeps its state.

        So it is of a revised plan alone, or of anything once a funder's letter was released. It
        does not depend on a decision that the organisation may not know.
        """
        demande = self.dossier.passages.filter(acte=Transition.DEMANDER_COMPLEMENT).last()
        if demande is None or demande.de != Etat.RECEVABLE:
            return False
        if self.parties() == {NomPartie.BUDGET}:
            return True
        return self.dossier.financements.filter(lettres__liberee_le__isnull=False).exists()

    def parties(self) -> set[str]:
        """The parts that it reopens."""
        return {point.partie for point in self.points.all()}


class Point(Journalise):
    """One thing asked: in a part, or one document."""

    REGARD = Regard(dossier="complement__dossier")

    complement = models.ForeignKey(Complement, models.CASCADE, related_name="points")
    partie = models.CharField(max_length=12, choices=NomPartie.choices)
    document = models.ForeignKey(
        DocumentDemande, models.PROTECT, null=True, blank=True, related_name="+"
    )
    demande = models.CharField(max_length=500)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="un_document_est_une_piece",
                condition=models.Q(document__isnull=True) | models.Q(partie=NomPartie.PIECES),
            )
        ]

    def __str__(self) -> str:
        return str(self.document) if self.document_id else self.get_partie_display()
