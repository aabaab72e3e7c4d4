"""Constraints of the database that come back from model to model, written once."""

from django.db import models


def ensemble(nom: str, *champs: str) -> models.CheckConstraint:
    """These fields are set together, or none of them: an act has its author and its instant."""
    aucun = models.Q(**{f"{champ}__isnull": True for champ in champs})
    tous = models.Q(**{f"{champ}__isnull": False for champ in champs})
    return models.CheckConstraint(name=nom, condition=aucun | tous)
