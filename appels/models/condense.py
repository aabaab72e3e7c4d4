from typing import ClassVar

from django.db import models

from appels.models.appel import Appel
from appels.models.dossier import Dossier

# What an agent must look at, whatever the time: one column each
LEVEES = (
    "signal",
    "pieces",
    "message",
    "dauphin",
    "qpv",
    "lieu",
    "convention",
    "accorde",
    "plan",
)


class Condense(models.Model):
    """A deposited dossier in short: what lists ask of it, kept so that they read ranges of indexes.

    Written by `appels.socle.condenses` alone, in the transaction that changes it; what each column
    holds is said by `appels.socle.constats`. Nothing here ages: what depends on the clock is kept
    as an instant, compared when it is read. Amounts in cents.
    """

    dossier = models.OneToOneField(
        Dossier, models.CASCADE, primary_key=True, related_name="condense"
    )
    appel = models.ForeignKey(Appel, models.PROTECT, related_name="+", db_index=False)
    porteur = models.PositiveBigIntegerField()
    siren = models.CharField(max_length=9, blank=True)
    # Where it stands while no delay is past; `avant_le`: the end of the delay to complete, if any
    stade = models.CharField(max_length=16)
    avant_le = models.DateTimeField(null=True)
    # When a silence would be a refusal; null once nothing is to be decided
    rejet_le = models.DateField(null=True)
    signal = models.BooleanField(default=False)
    pieces = models.BooleanField(default=False)
    message = models.BooleanField(default=False)
    dauphin = models.BooleanField(default=False)
    qpv = models.BooleanField(default=False)
    lieu = models.BooleanField(default=False)
    convention = models.BooleanField(default=False)
    accorde = models.BooleanField(default=False)
    plan = models.BooleanField(default=False)
    demande = models.BigIntegerField(default=0)
    vote = models.BigIntegerField(default=0)
    est_premiere = models.BooleanField(default=False)
    avis_partages = models.PositiveSmallIntegerField(default=0)
    sollicites = models.PositiveSmallIntegerField(default=0)
    # Funders who neither shared an opinion nor decided
    avis_manquants = models.PositiveSmallIntegerField(default=0)
    # The service asked something and waits; the organisation brought what was asked
    question = models.BooleanField(default=False)
    reponse = models.BooleanField(default=False)
    # A meeting said its word, which is not to see it again
    vu = models.BooleanField(default=False)
    # Readings given that count, and their mean out of 20, in hundredths
    lectures = models.PositiveSmallIntegerField(default=0)
    note = models.PositiveSmallIntegerField(null=True)
    # What the organisation asks of all its funders, of what the project brings in; per ten thousand
    part_des_aides = models.PositiveIntegerField(null=True)
    # As `recherchable` says it, and read from its end: nearly the same titles stand side by side
    titre = models.CharField(max_length=300, blank=True)
    titre_inverse = models.CharField(max_length=300, blank=True)
    # What counters ask besides (`comptages`): where it is counted, who has it, the day it came
    etat = models.CharField(max_length=12, blank=True)
    axe = models.PositiveBigIntegerField(null=True)
    confie_a = models.PositiveBigIntegerField(null=True)
    jour = models.DateField(null=True)
    # The first of its organisation in this call
    ouvre = models.BooleanField(default=False)
    # « funder:asked:voted:decided:opinion » for each request to a funder of the call, « funder:
    # amount » for what each opinion takes of an envelope, and the keys of its quartiers; sorted,
    # a semicolon between two
    parts = models.TextField(blank=True)
    proposes = models.TextField(blank=True)
    quartiers = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager["Condense"]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["porteur"], name="condense_porteur"),
            models.Index(fields=["siren", "appel"], name="condense_siren"),
            models.Index(fields=["appel", "stade", "avant_le"], name="condense_stade"),
            models.Index(
                fields=["appel", "stade", "message", "question", "vu", "avis_manquants"],
                name="condense_file",
            ),
            models.Index(fields=["appel", "demande", "-dossier"], name="condense_demande"),
            models.Index(fields=["appel", "vote", "-dossier"], name="condense_vote"),
            models.Index(fields=["appel", "avis_partages", "-dossier"], name="condense_avis"),
            models.Index(fields=["appel", "note", "-dossier"], name="condense_note"),
            # The same orders over all calls together
            models.Index(fields=["demande", "-dossier"], name="condense_tous_demande"),
            models.Index(fields=["vote", "-dossier"], name="condense_tous_vote"),
            models.Index(fields=["avis_partages", "-dossier"], name="condense_tous_avis"),
            models.Index(fields=["appel", "titre"], name="condense_titre"),
            models.Index(fields=["appel", "titre_inverse"], name="condense_titre_inverse"),
            models.Index(
                fields=["appel", "avant_le"],
                name="condense_avant",
                condition=models.Q(avant_le__isnull=False),
            ),
            models.Index(
                fields=["appel", "rejet_le"],
                name="condense_rejet",
                condition=models.Q(rejet_le__isnull=False),
            ),
            *[
                models.Index(
                    fields=["appel", "-dossier"],
                    name=f"condense_{levee}",
                    condition=models.Q(**{levee: True}),
                )
                for levee in LEVEES
            ],
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} : {self.stade}"


class AdresseCondensee(models.Model):
    """An address of a deposited dossier as it is compared: as `recherchable` says it."""

    condense = models.ForeignKey(Condense, models.CASCADE, related_name="adresses")
    appel = models.ForeignKey(Appel, models.PROTECT, related_name="+", db_index=False)
    adresse = models.CharField(max_length=300)

    objects: ClassVar[models.Manager["AdresseCondensee"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["adresse", "appel"], name="condense_adresse")]

    def __str__(self) -> str:
        return self.adresse
