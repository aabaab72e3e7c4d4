"""What the service asks for most often after a deposit: counted, so that it is there at once."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from appels.models import Complement, NomPartie, Point
from quartiers.horloge import a_paris
from quartiers.memoire import Garde
from quartiers.models import Parution

ASSEZ = 10  # requests, below which a habit is a chance, and may tell of somebody
MONTREES = 3


@dataclass(frozen=True)
class DemandeFrequente:
    """A document, or a part to make clearer; `nombre` requests out of `sur` asked it."""

    partie: NomPartie
    mots: str
    nombre: int
    sur: int


def les_plus_frequentes() -> list[DemandeFrequente]:
    """Three at most, the most frequent first; none before there are ten requests. Two queries."""
    sur = Complement.objects.count()
    if sur < ASSEZ:
        return []
    comptes = (
        Point.objects.values("partie", "document__libelle")
        .annotate(nombre=Count("complement", distinct=True))
        .order_by("-nombre", "partie", "document__libelle")
    )
    return [
        DemandeFrequente(
            partie=NomPartie(compte["partie"]),
            mots=compte["document__libelle"] or str(NomPartie(compte["partie"]).label),
            nombre=compte["nombre"],
            sur=sur,
        )
        for compte in comptes[:MONTREES]
    ]


_gardees = Garde(les_plus_frequentes)


def du_jour(instant: datetime) -> list[DemandeFrequente]:
    """The same, counted once a day in each process: a habit does not change between two pages."""
    jour = a_paris(instant).replace(hour=0, minute=0, second=0, microsecond=0)
    return _gardees.lire(Parution(numero=0, le=jour))
