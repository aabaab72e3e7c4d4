from django.db import models

from quartiers.models import Suivi


class Gravite(models.TextChoices):
    DESACTIVEE = "desactivee", "Désactivée"
    INFORMATION = "information", "Information"
    AVERTISSEMENT = "avertissement", "Avertissement"
    BLOCAGE = "blocage", "Bloque le dépôt"


class CleRegle(models.TextChoices):
    """Rules seen in other calls, none of them verified for Arras: off by default (METIER §4.5)."""

    MONTANT_MINIMUM = "montant_minimum", "Montant minimal demandé à un financeur (euros)"
    AUTOFINANCEMENT = "autofinancement", "Part minimale de ressources propres (pour cent)"
    AIDES_PUBLIQUES = "aides_publiques", "Plafond d’aides publiques (pour cent)"
    PART_QPV = "part_qpv", "Part minimale de personnes des QPV (pour cent)"
    EUROS_ENTIERS = "euros_entiers", "Montants en euros entiers"


class Regle(Suivi):
    """A rule of the call with its threshold, its severity and the words shown."""

    appel = models.ForeignKey("appels.Appel", models.CASCADE, related_name="regles")
    cle = models.CharField(max_length=20, choices=CleRegle.choices)
    gravite = models.CharField(
        "gravité", max_length=14, choices=Gravite.choices, default=Gravite.DESACTIVEE
    )
    seuil = models.PositiveIntegerField("seuil", null=True, blank=True)
    texte = models.CharField("texte affiché", max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["appel", "cle"], name="une_regle_par_cle")]

    def __str__(self) -> str:
        return self.get_cle_display()

    @property
    def est_active(self) -> bool:
        return self.gravite != Gravite.DESACTIVEE

    @property
    def est_bloquante(self) -> bool:
        return self.gravite == Gravite.BLOCAGE
