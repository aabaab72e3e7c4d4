from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus
from quartiers.contraintes import ensemble
from quartiers.francais import moment
from quartiers.models import Journalise, JournaliseQuerySet, Quartier, Regard

# Of the number of an action taken over: no deposit gave it one.
PREFIXE_REPRIS = "R-"


class EtatReprise(models.TextChoices):
    """Where a file of past years stands."""

    LUE = "lue", "Lue, rien n’est écrit"
    APPLIQUEE = "appliquee", "Appliquée"
    DEFAITE = "defaite", "Défaite"


# verb: (from, to, the fields that say who and when)
PASSAGES = {
    "appliquer": (EtatReprise.LUE, EtatReprise.APPLIQUEE, "appliquee"),
    "defaire": (EtatReprise.APPLIQUEE, EtatReprise.DEFAITE, "defaite"),
}


class RepriseAilleurs(Refus):
    """Somebody moved this file meanwhile: what was asked does not start from where it is."""


class RepriseQuerySet(JournaliseQuerySet["Reprise"]):
    def vives(self) -> Self:
        """Those that are not undone: one a file."""
        return self.exclude(etat=EtatReprise.DEFAITE)


class Reprise(Journalise):
    """A file of past years given by the service: read, looked at, applied at once, undone at once.

    Its text is kept; the lines written from it say where each figure comes from.
    """

    REGARD = Regard(omis=("contenu", "avant", "numeros_parus"), secrets=("nom",))

    nom = models.CharField(max_length=120)
    contenu = models.TextField()
    sha256 = models.CharField(max_length=64)
    # {simple header: sense} as agents said
    colonnes = models.JSONField(default=dict, blank=True)
    # What the whole file is about, when no column says it: {sense: text}
    pour_tout = models.JSONField(default=dict, blank=True)
    # What a person decided: {« organisme » or « financeur »: {name in the file: key or word}}
    rattachements = models.JSONField(default=dict, blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    etat = models.CharField(
        max_length=10, choices=EtatReprise.choices, default=EtatReprise.LUE, editable=False
    )
    appliquee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    appliquee_le = models.DateTimeField(null=True, blank=True)
    liberee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    liberee_le = models.DateTimeField(null=True, blank=True)
    defaite_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    defaite_le = models.DateTimeField(null=True, blank=True)
    # The rows before and after it was applied, to undo it: see `reprises/empreintes.py`
    avant = models.JSONField(default=dict, blank=True, editable=False)
    # {number: None} of what everybody had read of it when it was undone: these addresses say so
    numeros_parus = models.JSONField(default=dict, blank=True, editable=False)

    objects: ClassVar = RepriseQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                name="une_reprise_par_fichier",
                condition=~models.Q(etat=EtatReprise.DEFAITE),
            ),
            ensemble("reprise_appliquee_par_quelqu_un", "appliquee_le", "appliquee_par"),
            ensemble("reprise_liberee_par_quelqu_un", "liberee_le", "liberee_par"),
            ensemble("reprise_defaite_par_quelqu_un", "defaite_le", "defaite_par"),
        ]

    def __str__(self) -> str:
        return self.nom

    def franchir(self, verbe: str, *, par: Utilisateur, le: datetime) -> None:
        """The only door between two states, on a locked row; raises `RepriseAilleurs`."""
        depart, arrivee, champ = PASSAGES[verbe]
        if self.etat != depart:
            raise RepriseAilleurs(self.entre_temps())
        self.etat = arrivee
        setattr(self, f"{champ}_par", par)
        setattr(self, f"{champ}_le", le)
        self.save()

    def entre_temps(self) -> str:
        """Where it is, and who brought it there."""
        if self.defaite_le:
            return (
                f"{self.defaite_par} a défait cette reprise le {moment(self.defaite_le)} : rien "
                "n’a changé. Donnez le fichier à nouveau pour le reprendre."
            )
        if self.appliquee_le:
            return (
                f"{self.appliquee_par} a appliqué cette reprise le {moment(self.appliquee_le)} : "
                "rien d’autre n’a changé."
            )
        return "Cette reprise n’est pas appliquée : rien n’a changé."

    @property
    def est_lue(self) -> bool:
        return self.etat == EtatReprise.LUE

    @property
    def est_appliquee(self) -> bool:
        return self.etat == EtatReprise.APPLIQUEE

    @property
    def est_publique(self) -> bool:
        """Applied, and released by the head."""
        return self.est_appliquee and self.liberee_le is not None


class SortDeLigne(models.TextChoices):
    """What became of a line."""

    NEUVE = "neuve", "Ajoutée"
    CHANGEE = "changee", "Modifiée"
    INCHANGEE = "inchangee", "Déjà connue"
    LAISSEE = "laissee", "Laissée de côté"


class LigneReprise(models.Model):
    """A line of an applied file, as it was read; what it says and nobody here wrote otherwise.

    Written once, with the file; null is unknown. Amounts in cents.
    """

    reprise = models.ForeignKey(Reprise, models.PROTECT, related_name="lignes")
    rang = models.PositiveIntegerField()  # of the file, headers being 1
    sort = models.CharField(max_length=10, choices=SortDeLigne.choices)
    texte = models.JSONField(default=dict)  # {sense: cell} as typed there
    remarques = models.JSONField(default=list)  # [column, sentence]
    demande = models.PositiveBigIntegerField(null=True)
    vote = models.PositiveBigIntegerField(null=True)
    verse = models.PositiveBigIntegerField(null=True)
    justifie = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["reprise", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["reprise", "rang"], name="une_ligne_par_rang")
        ]

    def __str__(self) -> str:
        return f"ligne {self.rang}"


class AncienQuartier(Journalise):
    """A quartier as a file of past years names it: the one of 2024 that a person says, or none.

    The quartiers of 2015 are not those of 2024: nothing goes from one to the other by its name.
    """

    cle = models.CharField(max_length=120, unique=True)  # without accents
    nom = models.CharField(max_length=120)
    quartier = models.ForeignKey(
        Quartier, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="quartier"
    )
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta:
        ordering = ["nom"]

    def __str__(self) -> str:
        return f"{self.nom} : {self.quartier or 'ancien quartier'}"
