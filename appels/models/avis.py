import hashlib
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from appels.models.dossier import Dossier
from appels.models.financement import Financement
from partenaires.models import Partenaire, Utilisateur
from partenaires.models.appartenance import ROLES_AGENT, ROLES_FINANCEUR
from quartiers.models import Journalise, JournaliseQuerySet, Regard, SeulAjout


class Sens(models.TextChoices):
    """The opinion of a funder, by choice (METIER §4.2, PAIRS U30)."""

    FAVORABLE = "favorable", "Favorable"
    RESERVE = "reserve", "Favorable avec réserve"
    DEFAVORABLE = "defavorable", "Défavorable"
    DEPORT = "deport", "Déport"


class AvisQuerySet(JournaliseQuerySet["Avis"]):
    def partages(self) -> Self:
        """Those that a funder let the others read."""
        return self.filter(partage_le__isnull=False)

    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """The opinions of my funder at any stage; those shared, for the service, and for the other
        funders once theirs is given (a setting of the call). Nothing for anybody else.
        """
        return self.filter(_lisibles_par(utilisateur))


def lisible_pour(utilisateur: Utilisateur) -> models.Case:
    """Whether this person may read what an opinion says, or only that it was given."""
    return models.Case(
        models.When(_lisibles_par(utilisateur), then=models.Value(True)),
        default=models.Value(False),
        output_field=models.BooleanField(),
    )


def _lisibles_par(utilisateur: Utilisateur) -> models.Q:
    """My funder's at any stage; those shared, for the service, then for the other funders."""
    lisibles = models.Q(pk__in=[])
    partages = models.Q(partage_le__isnull=False)
    for appartenance in utilisateur.mes_appartenances:
        if appartenance.roles & set(ROLES_AGENT):
            lisibles |= partages & _du_service(utilisateur)
        if appartenance.roles & set(ROLES_FINANCEUR):
            financeur = appartenance.partenaire_id
            lisibles |= models.Q(partenaire=financeur) | partages & _apres_le_sien(financeur)
    return lisibles


def _du_service(utilisateur: Utilisateur) -> models.Q:
    """What an agent reads all the opinions of: of who reads for a funder too, not its own share."""
    if not any(une.roles & set(ROLES_FINANCEUR) for une in utilisateur.mes_appartenances):
        return models.Q()
    return models.Q(dossier__in=Dossier.objects.lus_pour_le_service(utilisateur).values("pk"))


def _apres_le_sien(financeur: int) -> models.Q:
    """Its turn to read the others: where the call does not hide them, once its own is shared, or
    when nothing is awaited from it any more.
    """
    siens = Avis.objects.filter(
        dossier=models.OuterRef("dossier"), partenaire=financeur, partage_le__isnull=False
    )
    attendues = Financement.objects.filter(
        dossier=models.OuterRef("dossier"), partenaire=financeur, decision=""
    )
    return (
        models.Q(dossier__appel__avis_apres_le_sien=False)
        | models.Exists(siens)
        | ~models.Exists(attendues)
    )


class Avis(Journalise):
    """What a funder thinks of a dossier that asks it: for itself first, then for the others."""

    REGARD = Regard(
        omis=("modifie_le",),
        secrets=("recevable", "sens", "motif", "montant_propose"),
        dossier="dossier",
    )

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="avis")
    partenaire = models.ForeignKey(Partenaire, models.PROTECT, related_name="+")
    recevable = models.BooleanField("recevable", null=True, blank=True)
    sens = models.CharField("avis", max_length=12, choices=Sens.choices, blank=True)
    motif = models.TextField("motif", max_length=3000, blank=True)
    # In cents.
    montant_propose = models.PositiveBigIntegerField("montant proposé", null=True, blank=True)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # What the service holds it from (a letter, a meeting), when it entered it for the funder
    recueilli = models.CharField("reçu par", max_length=150, blank=True)
    modifie_le = models.DateTimeField()
    partage_le = models.DateTimeField(null=True, blank=True)
    partage_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = AvisQuerySet.as_manager()

    class Meta:
        ordering = ["partenaire__nom", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "partenaire"], name="un_avis_par_financeur"),
            models.CheckConstraint(
                name="avis_partage_par_quelqu_un",
                condition=models.Q(partage_le__isnull=True, partage_par__isnull=True)
                | (
                    models.Q(partage_le__isnull=False, partage_par__isnull=False)
                    & ~models.Q(sens="")
                ),
            ),
        ]

    @property
    def empreinte(self) -> str:
        """What it says in one word: changes with it."""
        contenu = (self.recevable, self.sens, self.motif, self.montant_propose)
        return hashlib.sha256(repr(contenu).encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.partenaire} : {self.get_sens_display() or 'pas encore d’avis'}"


class AvisRemplace(SeulAjout):
    """What a shared opinion said before it was changed: its readers may have relied on it."""

    avis = models.ForeignKey(Avis, models.PROTECT, related_name="remplaces")
    recevable = models.BooleanField(null=True)
    sens = models.CharField(max_length=12, choices=Sens.choices)
    motif = models.TextField(blank=True)
    montant_propose = models.PositiveBigIntegerField(null=True)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    donne_le = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    le = models.DateTimeField()  # when it was replaced
    # A draft of the funder, when the service entered the opinion that it gave elsewhere: its people
    # alone read it
    etait_partage = models.BooleanField(default=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_sens_display()}, remplacé"

    def differe(self, avis: Avis) -> bool:
        """The opinion no longer says the same."""
        ce_que_je_dis = (self.recevable, self.sens, self.motif, self.montant_propose)
        return ce_que_je_dis != (avis.recevable, avis.sens, avis.motif, avis.montant_propose)
