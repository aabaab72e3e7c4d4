from django.conf import settings
from django.db import models

from partenaires.models.partenaire import Partenaire
from quartiers import francais
from quartiers.models import Journalise, Regard


class Etablissement(Journalise):
    """What a public directory says of an organisation: found on a day, shown beside the sheet.

    Nothing of a person: its name, its numbers, its seat. Never written over what was typed.
    """

    REGARD = Regard(organisme="partenaire")

    partenaire = models.OneToOneField(Partenaire, models.CASCADE, related_name="etablissement")
    trouve_le = models.DateTimeField()
    trouve_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    source = models.CharField(max_length=100)
    nom = models.CharField(max_length=200)
    sigle = models.CharField(max_length=40, blank=True)
    siret = models.CharField("SIRET du siège", max_length=14, blank=True)
    rna = models.CharField(max_length=10, blank=True)
    adresse = models.CharField(max_length=200, blank=True)
    code_postal = models.CharField(max_length=5, blank=True)
    ville = models.CharField(max_length=100, blank=True)
    est_ferme = models.BooleanField("cessé, d’après cette source", default=False)

    def __str__(self) -> str:
        return self.nom

    @property
    def identifiants(self) -> str:
        """« SIRET 732 829 320 00074, RNA W621000001 »."""
        numeros = [f"SIRET {francais.siret(self.siret)}"] if self.siret else []
        if self.rna:
            numeros.append(f"RNA {self.rna}")
        return ", ".join(numeros)
