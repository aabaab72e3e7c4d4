"""Opening and editing a call."""

from datetime import datetime

from django.db import transaction

from appels.models import Appel, CleRegle, Regle
from appels.socle import reveil
from quartiers.models import Parution

TENUS_AILLEURS = (
    "compteur",
    "sequence",
    "dates_le",
    "decisions_publiees_le",
    "decisions_publiees_par",
)


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


class AnneePrise(Exception):
    """A call exists for this year."""


PROPRES = ("pk", "id", "annee", "titre", "est_publie", "ouvre_le", "ferme_le", *TENUS_AILLEURS)


@transaction.atomic
def reconduire(source: Appel, annee: int, *, recu_le: datetime) -> Appel:
    """The call of another year with the same documents, funders, rules and texts; without dates,
    not public.

    Raises `AnneePrise`: two agents at once make one call.
    """
    champs = {
        champ.name: getattr(source, champ.name)
        for champ in Appel._meta.concrete_fields
        if champ.name not in PROPRES
    }
    titre = source.titre.replace(str(source.annee), str(annee))
    appel, est_neuf = Appel.objects.get_or_create(annee=annee, defaults={**champs, "titre": titre})
    if not est_neuf:
        raise AnneePrise
    appel.axes.set(source.axes.all())
    appel.themes.set(source.themes.all())
    for lignes in (source.documents, source.financeurs, source.regles, source.criteres):
        for ligne in lignes.all():
            ligne.pk, ligne.appel, ligne._state.adding = None, appel, True
            ligne.save()
    completer_les_regles(appel)
    reveil.apres_commit("appels.imprimer")
    return appel


def completer_les_regles(appel: Appel) -> None:
    """Every rule exists, off by default (METIER §4.5)."""
    for cle in CleRegle:
        Regle.objects.get_or_create(appel=appel, cle=cle)
