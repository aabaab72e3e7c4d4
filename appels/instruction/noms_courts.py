"""How the trade says an axis, a quartier, a funder, where a line is short."""

from partenaires.models import Genre, Partenaire
from quartiers.carte import ETIQUETTES


def de_l_axe(nom: str) -> str:
    """« Plein emploi » for « Quartier de plein emploi »."""
    court = nom.removeprefix("Quartier ").removeprefix("de ")
    return court[:1].upper() + court[1:]


def du_quartier(nom: str) -> str:
    """« Cheminots » for « Cheminots Jean Jaurès Moulin Hacart », as it is written on the map."""
    etiquettes = (etiquette for etiquette, *_ in ETIQUETTES.values() if nom.startswith(etiquette))
    return next(etiquettes, nom.partition(" – ")[0])


def du_financeur(partenaire: Partenaire) -> str:
    """« État », « CAF », or its name when it has no shorter one."""
    if partenaire.genre == Genre.ETAT:
        return "État"
    return partenaire.sigle or partenaire.nom
