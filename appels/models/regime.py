from django.db import models


class Regime(models.TextChoices):
    """What a deposit here is worth in law (CONCEPTION §1)."""

    PREPARATION = (
        "preparation",
        "Préparation : récépissé d’enregistrement, ne vaut pas dépôt sur Dauphin",
    )
    GUICHET = "guichet", "Guichet : la CUA reçoit les demandes ici, accusé de réception complet"
    # A past year taken over from files: it never opens, nobody deposits, nobody is written to
    HISTORIQUE = "historique", "Année passée, reprise d’un fichier"
