"""The one life of a file that the worker makes: asked, tried, made or given up, asked again."""

from typing import Any, ClassVar, Self

from django.core.files import File
from django.db import models

from quartiers.models import JournaliseQuerySet


class FabricationQuerySet(JournaliseQuerySet[Any]):
    def a_etablir(self) -> Self:
        """Asked and not made yet: a lost wake-up is repaired from here."""
        return self.filter(etabli_le__isnull=True, essais__lt=self.model.ESSAIS_MAX)


class Fabrication(models.Model):
    """What a row says of its file: when it was made, how often it was tried, what went wrong.

    Each model has its own `fichier`, kept in a folder of its own.
    """

    ESSAIS_MAX = 5  # tries before it is given up; a person may ask again
    REPERE = ""  # the field that tells one request from the next; empty: there is only one

    fichier: Any  # the FileField of each model

    etabli_le = models.DateTimeField(null=True, blank=True)
    essais = models.PositiveSmallIntegerField(default=0)
    erreur = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def est_pret(self) -> bool:
        """The file is there."""
        return self.etabli_le is not None

    @property
    def a_echoue(self) -> bool:
        """Given up, until somebody asks again."""
        return not self.est_pret and self.essais >= self.ESSAIS_MAX

    @property
    def est_a_faire(self) -> bool:
        """The worker may try."""
        return not self.est_pret and not self.a_echoue

    @property
    def repere(self) -> object:
        """Which request this is: what was made for an older one is not kept."""
        return getattr(self, self.REPERE) if self.REPERE else None

    def redemander(self) -> None:
        """As if nothing had been tried; the caller saves."""
        self.etabli_le = None
        self.essais = 0
        self.erreur = ""

    def ranger(self, contenu: File) -> None:
        """Take the file made, open for reading; the caller saves the row."""
        raise NotImplementedError


class PapierPublicQuerySet(FabricationQuerySet):
    def a_faire(self, numero: int) -> Self:
        """Those laid out before the parution `numero`: made again by the worker."""
        return self.exclude(parution=numero).filter(essais__lt=self.model.ESSAIS_MAX)


class PapierPublic(Fabrication):
    """A tagged PDF that everybody may take, laid out again when what the public reads changed.

    Each model has its own `fichier`, and the `nom` under which it is given.
    """

    REPERE = "empreinte"

    parution = models.PositiveBigIntegerField(null=True)
    empreinte = models.CharField(max_length=64, blank=True)  # SHA-256 of what was laid out
    taille = models.PositiveIntegerField(default=0)  # bytes

    objects: ClassVar = PapierPublicQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def nom(self) -> str:
        raise NotImplementedError

    @property
    def est_a_faire(self) -> bool:
        """The one of before stays offered while the next is made."""
        return self.essais < self.ESSAIS_MAX

    def ranger(self, contenu: File) -> None:
        """Store it under its own name."""
        self.taille = contenu.size
        self.fichier.save(self.nom, contenu, save=False)
