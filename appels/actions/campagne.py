"""Opening and editing a call."""

from django.db import transaction

from appels.models import Appel, CleRegle, Regle


@transaction.atomic
def enregistrer(formulaires: list) -> Appel:
    """Save the call and its tables together, with one rule of each kind, switched off."""
    premier, *tables = formulaires
    appel = premier.save()
    for table in tables:
        table.instance = appel
        table.save()
    completer_les_regles(appel)
    return appel


def completer_les_regles(appel: Appel) -> None:
    """Every rule exists, off by default (METIER §4.5)."""
    for cle in CleRegle:
        Regle.objects.get_or_create(appel=appel, cle=cle)
