"""What a funder sees of its own: its envelope, what its opinions already take of it."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from appels.models import Appel, Dossier, Enveloppe
from appels.socle import comptages
from appels.socle.apports import RIEN
from partenaires.models import Partenaire, Utilisateur
from partenaires.models.appartenance import ROLES_FINANCEUR


@dataclass(frozen=True)
class Tirelire:
    """The envelope of one funder in a call, in cents; `montant` is None while nobody said it."""

    partenaire: Partenaire
    montant: int | None
    propose: int  # by its opinions, shared or not yet
    vote: int

    @property
    def engage(self) -> int:
        """What counts against it: voted where it is decided, proposed elsewhere."""
        return self.propose + self.vote

    @property
    def reste(self) -> int | None:
        """Below zero when it is gone beyond; None while the envelope is unknown."""
        return None if self.montant is None else self.montant - self.engage

    @property
    def depassement(self) -> int:
        """How much too much; 0 while it holds."""
        return max(0, -self.reste) if self.reste is not None else 0

    @property
    def segments(self) -> list[tuple[str, str, int]]:
        """(class, name, cents) for its bar."""
        return [("s1", "Voté", self.vote), ("f1", "Proposé par nos avis", self.propose)]


def tirelire(appel: Appel, partenaire: Partenaire) -> Tirelire:
    """Every dossier in course counts, read by this person or not; two queries."""
    enveloppe = Enveloppe.objects.filter(appel=appel, partenaire=partenaire).order_by("-pk").first()
    sommes = comptages.lus(appel.pk, ("finance", "propose"), str(partenaire.pk))
    return Tirelire(
        partenaire,
        enveloppe.montant if enveloppe else None,
        propose=sommes.get(("propose", str(partenaire.pk)), RIEN).demande,
        vote=sommes.get(("finance", str(partenaire.pk)), RIEN).vote,
    )


def les_miens(utilisateur: Utilisateur) -> list[Partenaire]:
    """The funders that this person reads for."""
    return [
        appartenance.partenaire
        for appartenance in utilisateur.mes_appartenances
        if appartenance.roles & set(ROLES_FINANCEUR)
    ]


def demande_a(dossier: Dossier, partenaire: Partenaire) -> dict[str, Any]:
    """Asked of this funder and voted by it, its lines together: {montant, vote}, in cents."""
    siennes = dossier.financements.filter(partenaire=partenaire)
    return siennes.aggregate(montant=models.Sum("montant"), vote=models.Sum("montant_vote"))
