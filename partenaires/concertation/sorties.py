"""What leaves the public: nothing that was laid out on paper before is given any more (U71)."""

from datetime import datetime

from partenaires.models import Contribution
from quartiers.models import Parution


def noter(contribution: Contribution, *, le: datetime) -> None:
    """In the transaction of the act, its row held: words, an answer or a step are read no more.

    A number, not an instant: what was being laid out meanwhile carries that of before.
    """
    Parution.avancer(le)
    numero = Parution.actuelle().numero
    Contribution.objects.filter(pk=contribution.pk).update(parution_de_sortie=numero)
