"""The log of an organisation: rows are only added."""

from datetime import datetime

from partenaires.models import ActeOrganisme, Partenaire, Passation, Utilisateur


def inscrire(
    partenaire: Partenaire,
    acte: ActeOrganisme,
    personne: str,
    *,
    par: Utilisateur,
    le: datetime,
    motif: str = "",
) -> None:
    """Add a line to the log of the organisation."""
    Passation.objects.create(
        partenaire=partenaire,
        acte=acte,
        personne=personne[:200],
        par=par,
        le=le,
        motif=motif[:300],
    )
