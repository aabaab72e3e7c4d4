"""The meetings of a consultation, told on its page once it is published."""

from datetime import datetime

from django.db import transaction

from partenaires.concertation.actions.consultations import verrouillee
from partenaires.models import Consultation, Rencontre
from partenaires.socle.refus import Refus
from quartiers.models import Parution


class RencontreHorsDuTemps(Refus):
    """A meeting before its consultation opens, or once its synthesis is released."""

    phrase = (
        "Cette rencontre tombe avant l’ouverture de la consultation, ou son bilan est déjà "
        "publié : corrigez la date."
    )
    champ = "jour"


@transaction.atomic
def ajouter(
    consultation: Consultation, *, le: datetime, lieu: str, precisions: str, recu_le: datetime
) -> Rencontre:
    """The same one twice is one. Raises `RencontreHorsDuTemps`."""
    ligne = verrouillee(consultation)
    if le < ligne.ouvre_le or ligne.bilan_publie_le:
        raise RencontreHorsDuTemps
    rencontre, est_neuve = Rencontre.objects.get_or_create(
        consultation=ligne, le=le, lieu=lieu, defaults={"precisions": precisions}
    )
    if est_neuve and ligne.publiee_le:
        Parution.avancer(recu_le)
    return rencontre


@transaction.atomic
def retirer(rencontre: Rencontre, *, recu_le: datetime) -> None:
    """It will not take place; the log keeps that it was said."""
    ligne = verrouillee(rencontre.consultation)
    Rencontre.objects.filter(pk=rencontre.pk).delete()
    if ligne.publiee_le:
        Parution.avancer(recu_le)
