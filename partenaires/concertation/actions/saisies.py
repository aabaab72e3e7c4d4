"""What came on paper, in a meeting or by telephone, entered by an agent in one sending (H7)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from partenaires.concertation import reperes
from partenaires.concertation.actions.contributions import recevoir
from partenaires.concertation.dires import Parole, Recueil
from partenaires.models import Consultation, Contribution
from partenaires.socle.refus import Refus


class PasEncorePubliee(Refus):
    phrase = (
        "Cette consultation n’est pas publiée : publiez-la d’abord, pour que chacune et chacun "
        "sache ce que deviennent ses mots."
    )


class BilanDejaPublie(Refus):
    phrase = (
        "Le bilan de cette consultation est publié : elle ne reçoit plus de contributions. Rien "
        "n’est enregistré."
    )


class FeuilleDejaServie(reperes.DejaServie):
    """The sheet was sent already, and this row said something else."""

    def __init__(self, rang: int):
        super().__init__(
            f"Cette feuille a déjà été envoyée, et ses lignes sont enregistrées. La ligne {rang} "
            "est différente : rien de cet envoi n’est enregistré. Ne laissez que ce qui n’a pas "
            "encore été envoyé, puis enregistrez."
        )


@transaction.atomic
def recueillir(
    consultation: Consultation,
    paroles: Mapping[int, Parole],
    recueil: Recueil,
    *,
    cle: UUID,
    recu_le: datetime,
) -> list[tuple[Contribution, str]]:
    """Keep the rows of a sending, each with the code to hand to who said it.

    `paroles`: what is said, by its place on the page, from 0. The same sending twice is one: the
    same rows, the same codes; a row more is one more. Raises `PasEncorePubliee`, `BilanDejaPublie`,
    `FeuilleDejaServie`.
    """
    ligne = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    if ligne.publiee_le is None:
        raise PasEncorePubliee
    if ligne.bilan_publie_le:
        raise BilanDejaPublie
    gardees = []
    for rang, parole in paroles.items():
        sienne = uuid5(cle, str(rang))
        try:
            contribution = recevoir(ligne, parole, cle=sienne, le=recu_le, recueil=recueil)
        except reperes.DejaServie as refus:
            raise FeuilleDejaServie(rang + 1) from refus
        gardees.append((contribution, reperes.code_de(sienne)))
    return gardees
