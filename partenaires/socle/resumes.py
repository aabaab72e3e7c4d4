"""The daily summary: what could wait, in one mail, from seven in the morning in Paris."""

from datetime import datetime

from django.db import transaction
from post_office.models import PRIORITY

from partenaires.models import LigneResume, Utilisateur
from partenaires.socle import courriels, liens
from quartiers.horloge import a_paris

HEURE = 7


def resumer(instant: datetime) -> int:
    """Write the summaries that are due; how many.

    A late wake-up loses nothing, a second one writes nothing.
    """
    if a_paris(instant).hour < HEURE:
        return 0
    attendent = LigneResume.objects.filter(resumee_le__isnull=True, ecrite_le__lt=_debut(instant))
    return sum(
        _resumer(pk, instant) for pk in set(attendent.values_list("destinataire", flat=True))
    )


def _debut(instant: datetime) -> datetime:
    """This morning at `HEURE`: what is written later is for tomorrow."""
    return a_paris(instant).replace(hour=HEURE, minute=0, second=0, microsecond=0)


@transaction.atomic
def _resumer(pk: int, instant: datetime) -> bool:
    personne = Utilisateur.objects.select_for_update().get(pk=pk)
    notes = list(
        LigneResume.objects.filter(
            destinataire=personne, resumee_le__isnull=True, ecrite_le__lt=_debut(instant)
        )
    )
    if not notes:
        return False
    LigneResume.objects.filter(pk__in=[note.pk for note in notes]).update(resumee_le=instant)
    if personne.is_active:
        # Each was made safe when it was written: its links are ours.
        corps = {liens.marque(): note.corps for note in notes}
        courriels.ecrire(
            f"resume-{personne.pk}-{notes[-1].pk}",
            [personne.email],
            "resume",
            {"notes": list(zip(notes, corps, strict=True)), "le": instant},
            priorite=PRIORITY.low,
            tels_quels=corps,
        )
    return personne.is_active
