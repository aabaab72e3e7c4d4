from django.conf import settings
from django.core.files import File
from django.db import models

from appels.models.dossier import Dossier
from appels.models.fabrication import Fabrication, FabricationQuerySet
from quartiers.models import Regard


class GenrePapier(models.TextChoices):
    """What the worker makes of a dossier, on demand."""

    DOSSIER = "dossier", "Le dossier, dans l’ordre du CERFA 12156 (PDF)"
    DOSSIER_SANS_PERSONNES = (
        "dossier-financeur",
        "Le dossier, sans les coordonnées des personnes (PDF)",
    )
    PIECES = "pieces", "Toutes les pièces, en un lot (ZIP)"


class Papier(Fabrication):
    """A file made of a dossier as it was at `marque`; asked again once the dossier changed."""

    REPERE = "marque"
    REGARD = Regard(dossier="dossier")  # of its openings

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="papiers")
    genre = models.CharField(max_length=20, choices=GenrePapier.choices)
    marque = models.CharField(max_length=64)
    demande_le = models.DateTimeField()
    demande_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    fichier = models.FileField(upload_to="papiers/", blank=True)
    taille = models.PositiveBigIntegerField(default=0)  # bytes

    objects = FabricationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "genre"], name="un_papier_par_genre")
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()}, {self.dossier_id}"

    @property
    def nom(self) -> str:
        """« CV-2027-0001-pieces.zip »."""
        sujet = self.dossier.numero or f"brouillon-{self.dossier_id}"
        return f"{sujet}-pieces.zip" if self.genre == GenrePapier.PIECES else f"{sujet}-dossier.pdf"

    def ranger(self, contenu: File) -> None:
        """Store it under a name that tells nothing of the dossier."""
        self.taille = contenu.size
        self.fichier.save(f"{self.marque[:16]}.bin", contenu, save=False)
