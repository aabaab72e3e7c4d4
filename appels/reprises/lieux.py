"""The quartiers that a file names, in the geography of 2024.

Those of 2015 are not those of 2024, whatever their names: before 2024, a name alone says nothing.
A person says which is which (`AncienQuartier`); until then it stays « ancien quartier ».
"""

from collections.abc import Iterable
from dataclasses import dataclass

from appels.models import AncienQuartier
from appels.reprises.lignes import Ligne
from appels.socle.feuilles import simple
from quartiers.models import Axe, Quartier

PREMIERE_ANNEE = 2024  # décret n° 2023-1314 of 28/12/2023, in force since the first of January 2024


@dataclass(frozen=True)
class Lieux:
    """Where an action took place: quartiers of 2024, and the names that are none of them."""

    quartiers: tuple[Quartier, ...]
    anciens: tuple[str, ...]


class Geographie:
    """The quartiers, the axes and what persons said of the names of before, read once."""

    def __init__(self) -> None:
        self.par_nom: dict[str, Quartier] = {}
        self.par_code: dict[str, Quartier] = {}
        for quartier in Quartier.objects.defer("contour"):
            self.par_code[simple(quartier.code)] = quartier
            for nom in (quartier.nom, quartier.nom_court):
                self.par_nom[_sans_qpv(nom)] = quartier
        self.dits = {un.cle: un for un in AncienQuartier.objects.select_related("quartier")}
        self.axes = list(Axe.objects.all())

    def lieux(self, ligne: Ligne) -> Lieux:
        """Those of a line."""
        quartiers: list[Quartier] = []
        anciens: list[str] = []
        for nom in ligne.quartiers:
            quartier = self._quartier(nom, ligne.annee or 0)
            if quartier is None:
                anciens.append(nom)
            elif quartier not in quartiers:
                quartiers.append(quartier)
        return Lieux(tuple(quartiers), tuple(anciens))

    def _quartier(self, nom: str, annee: int) -> Quartier | None:
        """A code of 2024 is sure; a name is, in the years when it means that; else the table."""
        quartier = self._sur(nom, annee)
        if quartier is None and cle_de_quartier(nom) in self.dits:
            return self.dits[cle_de_quartier(nom)].quartier
        return quartier

    def _sur(self, nom: str, annee: int) -> Quartier | None:
        """What nobody has to say."""
        quartier = self.par_code.get(simple(nom))
        if quartier is None and annee >= PREMIERE_ANNEE:
            quartier = self.par_nom.get(_sans_qpv(nom))
        return quartier

    def axe(self, texte: str) -> Axe | None:
        """« Plein emploi », « Quartier apaisé », « Axe 2 »; None when it is no axis of this
        contract."""
        dit = simple(texte)
        for axe in self.axes:
            noms = (simple(axe.nom), simple(axe.cle), f"axe {axe.position}", str(axe.position))
            if dit in noms or dit == simple(axe.nom).removeprefix("quartier "):
                return axe
        return None

    def a_dire(self, ligne: Ligne) -> list[str]:
        """The names of a line that only the table can tell, told or not."""
        if ligne.est_arretee:
            return []
        return [nom for nom in ligne.quartiers if self._sur(nom, ligne.annee or 0) is None]

    def anciens(self, lignes: Iterable[Ligne]) -> dict[str, str]:
        """{key: name} of what the file names and the table does not tell yet."""
        attendus: dict[str, str] = {}
        for ligne in lignes:
            for nom in self.a_dire(ligne):
                if cle_de_quartier(nom) not in self.dits:
                    attendus.setdefault(cle_de_quartier(nom), nom)
        return attendus


def nom_du_lieu(ancien: str) -> str:
    """What the place of a former quartier is called."""
    return f"Ancien quartier {ancien}"


def cle_de_quartier(nom: str) -> str:
    """What makes two spellings one."""
    return simple(nom)[:120]


def _sans_qpv(nom: str) -> str:
    """« Quartier Chanteclair - Cévennes » and « QPV Chanteclair Cévennes » are the same words."""
    mots = [mot for mot in simple(nom).split() if mot not in ("quartier", "qpv", "prioritaire")]
    return " ".join(mots)
