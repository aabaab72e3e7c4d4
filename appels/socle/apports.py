"""What one deposited dossier adds to the counters of its call, from what is kept of it.

Nothing here reads the clock: a delay is a part of the key, compared when it is read.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from appels.models.condense import LEVEES
from appels.models.etats import EN_COURSE, Etat
from appels.socle.stades import Stade

Valeurs = Mapping[str, Any]  # of a `Condense`, by column
Cle = tuple[str, str]  # (name, key)


class Somme(NamedTuple):
    """How many, and the amounts that go with them, in cents."""

    nombre: int = 0
    demande: int = 0
    vote: int = 0

    def plus(self, autre: "Somme", fois: int = 1) -> "Somme":
        """With another, or less another (`fois` = -1)."""
        return Somme(
            self.nombre + fois * autre.nombre,
            self.demande + fois * autre.demande,
            self.vote + fois * autre.vote,
        )


RIEN = Somme()
Sommes = dict[Cle, Somme]


class Place(NamedTuple):
    """What says where a dossier stands, but for the clock."""

    stade: Stade
    message: bool
    question: bool
    avis_manquants: bool
    reponse: bool
    avant_le: datetime | None
    vu: bool = False  # by a meeting

    def au(self, instant: datetime) -> Stade:
        """Where it stands now: a delay that has passed gives the turn back."""
        passe = self.avant_le is not None and self.avant_le <= instant
        return Stade.DELAI_PASSE if passe and self.stade == Stade.A_COMPLETER else self.stade


# --- What a dossier adds --------------------------------------------------------------------------

COLONNES = (
    "appel_id",
    "stade",
    "message",
    "question",
    "avis_manquants",
    "reponse",
    "vu",
    "avant_le",
    "rejet_le",
    "demande",
    "vote",
    "etat",
    "axe",
    "confie_a",
    "jour",
    "ouvre",
    "porteur",
    "parts",
    "proposes",
    "quartiers",
    *(levee for levee in LEVEES if levee != "message"),
)


def apports(garde: Valeurs) -> Sommes:
    """{(name, key): what this dossier adds to it}."""
    tout = Somme(1, garde["demande"], garde["vote"])
    en_course = garde["etat"] in EN_COURSE
    sommes: Sommes = {
        ("tout", ""): tout,
        ("place", _place(garde)): tout,
        ("jour", garde["jour"].isoformat()): tout,
        **{("alerte", levee): tout for levee in LEVEES if garde[levee]},
        **{("quartier", cle): tout for cle in _separes(garde["quartiers"])},
    }
    if garde["axe"]:
        sommes["axe", str(garde["axe"])] = tout
    if garde["ouvre"]:
        sommes["organisme", ""] = tout
    if garde["vote"] > 0:
        sommes["soutenu", ""] = tout
    if garde["rejet_le"]:
        sommes["rejet", f"{garde['rejet_le'].isoformat()}|{_iso(garde['avant_le'])}"] = tout
    if en_course:
        sommes["charge", str(garde["confie_a"] or "")] = tout
        for propose in _separes(garde["proposes"]):
            financeur, montant = propose.split(":")
            sommes["propose", financeur] = Somme(1, int(montant))
    for cle, somme in _des_parts(garde, tout, en_course=en_course):
        sommes[cle] = somme.plus(sommes.get(cle, RIEN))
    return sommes


def _separes(texte: str) -> list[str]:
    return texte.split(";") if texte else []


def _iso(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""


def _place(garde: Valeurs) -> str:
    """The key of a `Place`; a fifth flag stands for what a meeting saw."""
    drapeaux = "".join(
        str(int(bool(garde[nom]))) for nom in ("message", "question", "avis_manquants", "reponse")
    )
    drapeaux += "1" if garde["vu"] else ""
    avant = _iso(garde["avant_le"]) if garde["stade"] == Stade.A_COMPLETER else ""
    return f"{garde['stade']}|{drapeaux}|{avant}"


def place(cle: str) -> Place:
    """The same, read again."""
    stade, drapeaux, avant = cle.split("|")
    message, question, avis_manquants, reponse, *vu = (drapeau == "1" for drapeau in drapeaux)
    return Place(
        Stade(stade),
        message=message,
        question=question,
        avis_manquants=avis_manquants,
        reponse=reponse,
        avant_le=datetime.fromisoformat(avant) if avant else None,
        vu=bool(vu),
    )


def _des_parts(garde: Valeurs, tout: Somme, *, en_course: bool) -> Iterator[tuple[Cle, Somme]]:
    """What each request to a funder adds; once a dossier for what a funder's own list counts."""
    dus: dict[str, bool] = {}
    donnes: dict[str, bool] = {}
    attendus: dict[str, bool] = {}
    demandes: dict[str, int] = {}
    for part in _separes(garde["parts"]):
        financeur, montant, vote, decidee, avis = part.split(":")
        somme = Somme(1, int(montant or 0), int(vote))
        dus[financeur] = dus.get(financeur, False) or decidee == "0"
        donnes[financeur] = avis == "1"
        attend = avis == "0" and decidee == "0" and bool(montant)
        attendus[financeur] = attendus.get(financeur, False) or attend
        demandes[financeur] = demandes.get(financeur, 0) + somme.demande
        if decidee == "1":
            yield ("decide", financeur), somme
        if en_course:
            yield ("finance", financeur), somme
            if decidee != "0":
                yield ("tranche", financeur), somme
            if avis == "1":
                yield ("partage", financeur), somme
        if garde["etat"] == Etat.RECEVABLE:
            rendu = decidee != "0" or avis == "1"
            yield ("rendu" if rendu else "du", financeur), somme
    for financeur, du in dus.items():
        yield ("sollicite", financeur), tout
        if donnes[financeur]:
            yield ("donne", financeur), tout
        elif du and en_course:
            yield ("a-donner", financeur), tout
        if attendus[financeur] and en_course:  # nothing said on it yet, and what it asks of them
            yield ("a-dire", financeur), Somme(1, demandes[financeur])
