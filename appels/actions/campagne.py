"""Opening and editing a call."""

from datetime import datetime

from django.db import transaction

from appels import reveil
from appels.models import Appel, CleRegle, Regle
from quartiers.models import Parution

TENUS_AILLEURS = ("compteur", "sequence", "dates_le", "decisions_publiees_le", "decisions_publiees_par")


@transaction.atomic
def enregistrer(formulaires: list, *, recu_le: datetime) -> Appel:
    """Save the call and its tables together, with one rule of each kind, switched off.

    The row is locked first: what deposits and releases wrote meanwhile (the counter of the numbers,
    the date of the decisions) is kept, not written over by the values read with the form.
    """
    premier, *tables = formulaires
    appel = premier.instance
    actuel = Appel.objects.select_for_update().get(pk=appel.pk) if appel.pk else Appel()
    for champ in TENUS_AILLEURS:
        setattr(appel, champ, getattr(actuel, champ))
    if (appel.ouvre_le, appel.ferme_le) != (actuel.ouvre_le, actuel.ferme_le):
        appel.dates_le = recu_le
        appel.sequence += bool(actuel.dates_le)
    premier.save()
    for table in tables:
        table.instance = appel
        table.save()
    completer_les_regles(appel)
    Parution.avancer(recu_le)
    reveil.apres_commit("appels.imprimer")
    return appel


def completer_les_regles(appel: Appel) -> None:
    """Every rule exists, off by default (METIER §4.5)."""
    for cle in CleRegle:
        Regle.objects.get_or_create(appel=appel, cle=cle)
