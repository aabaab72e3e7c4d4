"""Who holds which role in the contract: the groups of the page of the CUA, in its order."""

from collections.abc import Iterable

from partenaires.models import Genre, Partenaire

GROUPES = [
    ("Les copilotes", (Genre.CUA,)),
    ("Les services de l’État", (Genre.ETAT,)),
    ("Les cinq communes signataires", (Genre.COMMUNE,)),
    ("La Région et le Département", (Genre.REGION, Genre.DEPARTEMENT)),
    (
        "Les institutions signataires",
        (Genre.CAF, Genre.BAILLEUR, Genre.ARS, Genre.CONSULAIRE, Genre.CPAM, Genre.BANQUE),
    ),
    ("Les associations", (Genre.ASSOCIATION,)),
    ("Les collectifs d’habitantes et d’habitants", (Genre.COLLECTIF,)),
    ("Autres partenaires", (Genre.SERVICE, Genre.AUTRE)),
]


def par_role(partenaires: Iterable[Partenaire]) -> list[tuple[str, list[Partenaire]]]:
    """(role, members), without the roles that nobody holds."""
    membres = list(partenaires)
    groupes = [
        (nom, [partenaire for partenaire in membres if partenaire.genre in genres])
        for nom, genres in GROUPES
    ]
    return [(nom, du_role) for nom, du_role in groupes if du_role]
