"""The corpus of invented texts that the detector is measured on: its marks, and the rates."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from partenaires.concertation.detecteur import Genre, Trouvaille, reperer

AGENTS = "# Agents connus :"
MARQUE = re.compile(r"\{(\w+)\|([^{}]*)\}")


class Temoin(NamedTuple):
    """A text as a resident would write it, and what must be found there."""

    texte: str
    attendus: list[Trouvaille]


class Taux(NamedTuple):
    """What was found of what had to be, by kind; what was shown for nothing, of all that was."""

    textes: int
    trouves: dict[Genre, tuple[int, int]]
    a_tort: int
    montres: int


def lire_corpus(contenu: str) -> list[Temoin]:
    """One text a line; « {telephone|06…} » marks what must be found. Lines of « # » say why."""
    lignes = [ligne for ligne in contenu.splitlines() if ligne and not ligne.startswith("#")]
    return [_lire(ligne) for ligne in lignes]


def _lire(ligne: str) -> Temoin:
    texte = ""
    attendus = []
    fin = 0
    for marque in MARQUE.finditer(ligne):
        texte += ligne[fin : marque.start()]
        debut = len(texte)
        texte += marque[2]
        attendus.append(Trouvaille(debut, len(texte), Genre(marque[1])))
        fin = marque.end()
    return Temoin(texte + ligne[fin:], attendus)


def mesurer(temoins: Iterable[Temoin], noms: Iterable[str]) -> Taux:
    """A mark is found when something of its kind covers it whole."""
    connus = tuple(noms)
    trouves = dict.fromkeys(Genre, (0, 0))
    a_tort = montres = textes = 0
    for temoin in temoins:
        textes += 1
        releves = reperer(temoin.texte, connus)
        for attendu in temoin.attendus:
            vus, sur = trouves[attendu.genre]
            trouves[attendu.genre] = (vus + _couvre(releves, attendu), sur + 1)
        montres += len(releves)
        a_tort += sum(not _touche(temoin.attendus, releve) for releve in releves)
    return Taux(textes, trouves, a_tort, montres)


def _couvre(releves: list[Trouvaille], attendu: Trouvaille) -> bool:
    return any(
        releve.debut <= attendu.debut
        and attendu.fin <= releve.fin
        and releve.genre == attendu.genre
        for releve in releves
    )


def _touche(attendus: list[Trouvaille], releve: Trouvaille) -> bool:
    return any(a.debut < releve.fin and releve.debut < a.fin for a in attendus)


def agents_du_corpus(contenu: str) -> list[str]:
    """The agents whose names its texts say: a line « # Agents connus : … ; … »."""
    for ligne in contenu.splitlines():
        if ligne.startswith(AGENTS):
            return [nom.strip() for nom in ligne.removeprefix(AGENTS).split(";")]
    return []
