"""What came on paper, in a meeting or by telephone, entered by an agent in one sending (H7)."""

from collections import Counter
from collections.abc import Sequence
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
        "Le bilan de cette consultation est publié : ses nombres ne changent plus. Rien n’est "
        "enregistré."
    )


@transaction.atomic
def recueillir(
    consultation: Consultation,
    paroles: Sequence[Parole],
    recueil: Recueil,
    *,
    cle: UUID,
    recu_le: datetime,
) -> list[tuple[Contribution, str]]:
    """Keep the rows of a sending, each with the code to hand to who said it.

    The same sending twice is one: the same rows, the same codes; a row written since on the same
    page is one more. Raises `PasEncorePubliee`, `BilanDejaPublie`.
    """
    ligne = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    if ligne.publiee_le is None:
        raise PasEncorePubliee
    if ligne.bilan_publie_le:
        raise BilanDejaPublie
    gardees = []
    dites: Counter[str] = Counter()
    for parole in paroles:
        mots = _mots(parole)
        sienne = uuid5(cle, f"{mots} {dites[mots]}")
        dites[mots] += 1
        contribution = recevoir(ligne, parole, cle=sienne, le=recu_le, recueil=recueil)
        gardees.append((contribution, reperes.code_de(sienne)))
    return gardees


def _mots(parole: Parole) -> str:
    """What tells one row from another on the same sheet."""
    lieu = (parole.quartier and parole.quartier.code, parole.axe and parole.axe.cle)
    return repr((parole.type, parole.titre, parole.texte, *lieu, parole.pseudonyme))
