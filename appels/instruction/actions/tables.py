"""The tables of a call: what is taken away is withdrawn when somebody holds it, else deleted."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.forms import BaseInlineFormSet

from appels.models import (
    Appel,
    Cotation,
    Critere,
    DocumentDemande,
    Enveloppe,
    Financement,
    FinanceurAppel,
    Piece,
    Point,
)
from appels.models.appel import Retirable
from partenaires.socle.refus import AuMemeInstant, Refus
from quartiers import suites


class LigneDisparue(Refus):
    """Another agent deleted a row between the page and the act."""

    phrase = (
        "Une ligne de cette page vient d’être supprimée par quelqu’un d’autre : rien n’est "
        "enregistré. Votre saisie est encore là : enregistrez à nouveau."
    )


@transaction.atomic
@suites.en_une_fois()
def ecrire(table: "BaseInlineFormSet[Any, Any, Any]", *, recu_le: datetime) -> None:
    """Save the rows of a call, under its lock. Raises `LigneDisparue` or `AuMemeInstant`."""
    Appel.objects.select_for_update().get(pk=table.instance.pk)
    exiger_ce_qui_etait_lu(table)
    table.save(commit=False)
    for ligne in table.deleted_objects:
        retirer(ligne, recu_le=recu_le)
    for ligne, champs in table.changed_objects:
        _changer(ligne, champs)
    for ligne in table.new_objects:
        _ajouter(ligne)


def exiger_ce_qui_etait_lu(table: "BaseInlineFormSet[Any, Any, Any]") -> None:
    """The rows that somebody typed are those that their forms were made of. Raises `AuMemeInstant`.

    The call is locked: its tables are written through it.
    """
    typees = {form.instance.pk: form for form in table.initial_forms if form.has_changed()}
    assert table.model
    for ligne in table.model._default_manager.filter(pk__in=typees):
        if typees[ligne.pk].a_bouge(ligne):
            raise AuMemeInstant


@transaction.atomic
def retirer(ligne: Retirable, *, recu_le: datetime) -> None:
    """No longer offered to anybody: deleted when nobody holds it, else withdrawn.

    Its row is locked: whoever chooses it at this instant waits, then is told.
    """
    presente = type(ligne)._default_manager.select_for_update().filter(pk=ligne.pk).first()
    if presente is None:
        return
    if not est_tenue(presente):
        presente.delete()
    elif presente.est_propose:
        presente.retire_le = recu_le
        presente.save(update_fields=["retire_le"])


def est_tenue(ligne: models.Model) -> bool:
    """Somebody chose it, gave it or scored it: deleting it would break what they wrote."""
    if isinstance(ligne, DocumentDemande):
        pieces = Piece.objects.filter(document=ligne)
        return pieces.exists() or Point.objects.filter(document=ligne).exists()
    if isinstance(ligne, FinanceurAppel):
        du_financeur = {"partenaire": ligne.partenaire_id}
        demandes = Financement.objects.filter(dossier__appel=ligne.appel_id, **du_financeur)
        enveloppes = Enveloppe.objects.filter(appel=ligne.appel_id, **du_financeur)
        return demandes.exists() or enveloppes.exists()
    if isinstance(ligne, Critere):
        return Cotation.objects.filter(critere=ligne).exists()
    raise TypeError(ligne)


def _changer(ligne: models.Model, champs: list[str]) -> None:
    """The columns that were typed, and no other: `retire_le` may have moved meanwhile."""
    presente = type(ligne)._default_manager.select_for_update().filter(pk=ligne.pk)
    if not presente.exists():
        raise LigneDisparue
    colonnes = {champ.name for champ in ligne._meta.fields}
    a_ecrire = colonnes & set(champs)
    if "reproposer" in champs and isinstance(ligne, Retirable):
        ligne.retire_le = None
        a_ecrire.add("retire_le")
    if a_ecrire:
        ligne.save(update_fields=a_ecrire)


def _ajouter(ligne: models.Model) -> None:
    """A new row; a funder that another agent has just added is that one."""
    if isinstance(ligne, FinanceurAppel):
        deja = FinanceurAppel.objects.filter(appel=ligne.appel_id, partenaire=ligne.partenaire_id)
        if autre := deja.first():
            ligne.pk = autre.pk
            ligne.position = autre.position
            ligne._state.adding = False
    ligne.save()
