"""Opening and editing a call."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.forms import BaseInlineFormSet, ModelForm

from appels.models import Appel, CleRegle, Regle
from appels.socle import reveil
from partenaires.socle.refus import Refus
from quartiers.models import Parution

# What other acts write in a call: never taken from the form.
TENUS_AILLEURS = ("compteur", "sequence", "dates_le")


@transaction.atomic
def enregistrer(
    form: ModelForm, tables: Iterable[BaseInlineFormSet], *, recu_le: datetime
) -> Appel:
    """Save the call and its tables together, with one rule of each kind, switched off.

    The row is locked first: what deposits wrote meanwhile (the counter of the numbers) is kept, not
    written over by the values read with the form.
    Raises `OSError` when the disk is full.
    """
    appel = form.instance
    actuel = Appel()
    if appel.pk:
        actuel = Appel.objects.select_for_update().get(pk=appel.pk)
    for champ in TENUS_AILLEURS:
        setattr(appel, champ, getattr(actuel, champ))
    if appel.ouvre_le != actuel.ouvre_le or appel.ferme_le != actuel.ferme_le:
        appel.dates_le = recu_le
        if actuel.dates_le:  # the calendars already handed out must read the change
            appel.sequence += 1
    form.save()
    for table in tables:
        table.instance = appel
        table.save()
    completer_les_regles(appel)
    Parution.avancer(recu_le)
    reveil.apres_commit("appels.imprimer")
    return appel


class AnneePrise(Refus):
    """A call exists for this year."""

    phrase = "Un appel existe déjà pour cette année : rien n’a été créé."
    champ = "annee"


# What a call takes from the one that it is made from; a new field stays empty unless named here.
REPRIS = (
    "regime",
    "presentation",
    "options",
    "jours_rappel",
    "longueur_dauphin",
    "agent_charge",
    "autorite_recours",
    "tribunal",
    "texte_legal",
)


@transaction.atomic
def reconduire(source: Appel, annee: int, *, recu_le: datetime) -> Appel:
    """The call of another year, with the same documents, funders, rules and texts.

    Without dates, and not public. Raises `AnneePrise`: two agents at once make one call.
    """
    valeurs = {nom: getattr(source, nom) for nom in REPRIS}
    valeurs["titre"] = source.titre.replace(str(source.annee), str(annee))
    appel, est_neuf = Appel.objects.get_or_create(annee=annee, defaults=valeurs)
    if not est_neuf:
        raise AnneePrise
    appel.axes.set(source.axes.all())
    appel.themes.set(source.themes.all())
    for lignes in (source.documents, source.financeurs, source.regles, source.criteres):
        for ligne in lignes.all():
            ligne.pk = None
            ligne.appel = appel
            ligne._state.adding = True  # Django’s way to copy a row
            ligne.save()
    completer_les_regles(appel)
    reveil.apres_commit("appels.imprimer")
    return appel


def completer_les_regles(appel: Appel) -> None:
    """Every rule exists, off by default (METIER §4.5)."""
    for cle in CleRegle:
        Regle.objects.get_or_create(appel=appel, cle=cle)
