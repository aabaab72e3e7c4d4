"""A text cut where the detector found something, so that a page shows it; no word is changed."""

from collections.abc import Iterable
from typing import NamedTuple

from partenaires.concertation.detecteur import Genre, reperer
from partenaires.models import Appartenance


class Morceau(NamedTuple):
    """A part of a text; `genre`: what it tells of somebody, None for ordinary words."""

    texte: str
    genre: Genre | None


def morceaux(texte: str, noms: Iterable[str] = ()) -> list[Morceau]:
    """The whole text in order; put together again it is the same, sign for sign."""
    releve = []
    fin = 0
    for trouvaille in reperer(texte, noms):
        if trouvaille.debut > fin:
            releve.append(Morceau(texte[fin : trouvaille.debut], None))
        releve.append(Morceau(texte[trouvaille.debut : trouvaille.fin], trouvaille.genre))
        fin = trouvaille.fin
    if fin < len(texte):
        releve.append(Morceau(texte[fin:], None))
    return releve


def genres(texte: str, noms: Iterable[str] = ()) -> list[Genre]:
    """What a text tells, each kind once, in the order of the text."""
    return list(dict.fromkeys(trouvaille.genre for trouvaille in reperer(texte, noms)))


def noms_des_agents() -> list[str]:
    """The full names of the people of the service, those that a text may say."""
    agents = Appartenance.objects.agents().select_related("utilisateur")
    personnes = {appartenance.utilisateur for appartenance in agents}
    return sorted(
        f"{personne.prenom} {personne.nom}"
        for personne in personnes
        if personne.prenom and personne.nom
    )
