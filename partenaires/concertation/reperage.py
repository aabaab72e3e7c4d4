"""What a text tells of a person, shown to its author before it is sent (H3); never rewritten."""

from dataclasses import dataclass
from typing import Protocol

from partenaires.concertation.detecteur import Genre, Trouvaille, reperer
from partenaires.models import Appartenance, Utilisateur


@dataclass(frozen=True)
class Morceau:
    """A piece of a text; `genre` says what was seen in it, or nothing."""

    texte: str
    genre: Genre | None = None


def noms_du_service() -> list[str]:
    """« Claire Dupont », of each person of the service: a resident may name them in anger."""
    agents = Appartenance.objects.agents().values("utilisateur")
    noms = Utilisateur.objects.filter(pk__in=agents).values_list("prenom", "nom")
    return [f"{prenom} {nom}" for prenom, nom in noms if prenom and nom]


class SeLit(Protocol):
    """What was typed of a contribution, kept or not yet."""

    @property
    def titre(self) -> str: ...
    @property
    def texte(self) -> str: ...
    @property
    def pseudonyme(self) -> str: ...


def tout_ce_qui_parait(parole: SeLit) -> str:
    """Every word of its author that everybody will read: what the detector looks at."""
    return "\n".join(filter(None, (parole.titre, parole.texte, parole.pseudonyme)))


def trouvailles(texte: str) -> list[Trouvaille]:
    """What must be looked at twice; in the order of the text."""
    return reperer(texte, noms_du_service())


def morceaux(texte: str, trouvees: list[Trouvaille]) -> list[Morceau]:
    """The text in pieces, those that were seen apart: to highlight."""
    pieces = []
    lu = 0
    for trouvee in trouvees:
        pieces.append(Morceau(texte[lu : trouvee.debut]))
        pieces.append(Morceau(texte[trouvee.debut : trouvee.fin], trouvee.genre))
        lu = trouvee.fin
    pieces.append(Morceau(texte[lu:]))
    return [piece for piece in pieces if piece.texte]


def genres_dits(trouvees: list[Trouvaille]) -> str:
    """« un numéro de téléphone et une adresse électronique »."""
    noms = list(dict.fromkeys(str(trouvee.genre.label) for trouvee in trouvees))
    if len(noms) < 2:
        return "".join(noms)
    return f"{', '.join(noms[:-1])} et {noms[-1]}"
