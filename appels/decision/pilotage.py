"""The matrix as one steers it: filtered, sorted, grouped by what the address says, and totalled.

Nothing here reads the database: the rows are those of `scenarios.lignes`, read once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from appels.decision.scenarios import Compte, Ligne
from appels.models.contenu import Frequence
from quartiers.francais import recherchable

SANS_AXE = "Axe non précisé"
HORS_QUARTIER = "Quartier non précisé"
PLUSIEURS_QUARTIERS = "Plusieurs quartiers"
HORS_COMMUNE = "Commune non précisée"
PLUSIEURS_COMMUNES = "Plusieurs communes"
SANS_NOTE = "Pas encore de note"
TRANCHES = ((15, "15 sur 20 et plus"), (10, "De 10 à 15 sur 20"), (0, "Moins de 10 sur 20"))
TRIS = {
    "": "Numéro",
    "projet": "Projet",
    "axe": "Axe",
    "quartier": "Quartier",
    "commune": "Commune",
    "note": "Note",
    "premiere": "Première demande",
    "demande": "Montant demandé",
    "propose": "Montant proposé",
}
GROUPES = {
    "": "Aucun groupe",
    "axe": "Axe",
    "quartier": "Quartier",
    "commune": "Commune",
    "note": "Note",
    "premiere": "Première demande",
}
VUES = {"": "Tous", "sans": "Sans montant", "trop": "Enveloppe dépassée"}
LONGUEUR_MAX = 256  # of a word looked for: a whole title
NOMS = ("q", "axe", "quartier", "commune", "vue", "groupe", "tri", "avec")


@dataclass(frozen=True)
class Reglage:
    """What the address says: a word looked for, filters, a view, groups, an order, a scenario to
    compare. What it says that is unknown is as if it said nothing.
    """

    q: str = ""
    axe: str = ""
    quartier: str = ""
    commune: str = ""
    vue: str = ""
    groupe: str = ""
    tri: str = ""
    avec: str = ""

    @property
    def requete(self) -> str:
        """As the address writes it; empty when it says nothing."""
        return urlencode(self.dits)

    @property
    def dits(self) -> list[tuple[str, str]]:
        """(name, value) of what it says."""
        return [(nom, getattr(self, nom)) for nom in NOMS if getattr(self, nom)]

    @property
    def filtre(self) -> bool:
        """Some projects of the call are not shown."""
        return bool(self.q or self.axe or self.quartier or self.commune or self.vue)


def lire(adresse: dict[str, str]) -> Reglage:
    """What an address asks, cut to what exists."""
    dits = {nom: adresse.get(nom, "").replace("\0", "")[:LONGUEUR_MAX] for nom in NOMS}
    for nom, connus in (("vue", VUES), ("groupe", GROUPES), ("tri", TRIS)):
        if dits[nom] not in connus:
            dits[nom] = ""
    return Reglage(**dits)


# --- What a row is ---------------------------------------------------------------------------


def axe_de(ligne: Ligne) -> str:
    return str(ligne.dossier.axe) if ligne.dossier.axe else SANS_AXE


def quartier_de(ligne: Ligne) -> str:
    return _un_seul(ligne.quartiers, HORS_QUARTIER, PLUSIEURS_QUARTIERS)


def commune_de(ligne: Ligne) -> str:
    return _un_seul(ligne.communes, HORS_COMMUNE, PLUSIEURS_COMMUNES)


def note_de(ligne: Ligne) -> str:
    """The band of its score."""
    if ligne.note is None:
        return SANS_NOTE
    return next(nom for seuil, nom in TRANCHES if ligne.note >= seuil)


def premiere_de(ligne: Ligne) -> str:
    """As its organisation says it."""
    return ligne.dossier.get_frequence_display() or "Première demande ou non : non précisé"


def _un_seul(noms: tuple[str, ...], aucun: str, plusieurs: str) -> str:
    if not noms:
        return aucun
    return noms[0] if len(noms) == 1 else plusieurs


def _par_son_nom(ligne: Ligne) -> str:
    return recherchable(str(ligne.dossier))


def _par_sa_note(ligne: Ligne) -> float:
    """The best first, those without a score last."""
    return 1 if ligne.note is None else -ligne.note


def _par_sa_demande(ligne: Ligne) -> int:
    return -ligne.demande


def _par_sa_proposition(ligne: Ligne) -> int:
    return -ligne.propose


def _par_frequence(ligne: Ligne) -> int:
    """First requests first, then the others, then those that say nothing."""
    rangs = {Frequence.PREMIERE.value: 0, Frequence.RENOUVELLEMENT.value: 1}
    return rangs.get(ligne.dossier.frequence, 2)


def _par_la_tranche(ligne: Ligne) -> int:
    noms = [nom for _, nom in TRANCHES]
    return noms.index(note_de(ligne)) if ligne.note is not None else len(noms)


CLES_DE_TRI: dict[str, Callable] = {
    "projet": _par_son_nom,
    "axe": axe_de,
    "quartier": quartier_de,
    "commune": commune_de,
    "note": _par_sa_note,
    "premiere": _par_frequence,
    "demande": _par_sa_demande,
    "propose": _par_sa_proposition,
}
NOMS_DE_GROUPE: dict[str, Callable[[Ligne], str]] = {
    "axe": axe_de,
    "quartier": quartier_de,
    "commune": commune_de,
    "note": note_de,
    "premiere": premiere_de,
}
# Groups come by name, but for those that have an order of their own.
RANGS_DE_GROUPE: dict[str, Callable] = {"note": _par_la_tranche, "premiere": _par_frequence}


# --- What is shown ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Groupe:
    """Rows that go together, and their totals in cents."""

    nom: str
    lignes: list[Ligne] = field(default_factory=list)

    @property
    def demande(self) -> int:
        return sum(ligne.demande for ligne in self.lignes)

    @property
    def propose(self) -> int:
        return sum(ligne.propose for ligne in self.lignes)

    @property
    def ecart(self) -> int:
        """What this scenario gives them more than the one compared."""
        return sum(ligne.ecart for ligne in self.lignes)

    @property
    def par_financeur(self) -> list[tuple[Compte, int]]:
        """(funder, proposed) in the order of the columns."""
        if not self.lignes:
            return []
        comptes = [compte for compte, _ in self.lignes[0].colonnes]
        sommes = [0] * len(comptes)
        for ligne in self.lignes:
            for rang, (_, cases) in enumerate(ligne.colonnes):
                sommes[rang] += sum(case.propose or 0 for case in cases)
        return list(zip(comptes, sommes, strict=True))


def choisir(lignes: Iterable[Ligne], reglage: Reglage) -> list[Ligne]:
    """The rows that the address asks for, in its order."""
    montrees = [ligne for ligne in lignes if _est_montree(ligne, reglage)]
    if cle := CLES_DE_TRI.get(reglage.tri):
        montrees.sort(key=cle)  # by number where the rest is equal: the order that they came in
    return montrees


def _est_montree(ligne: Ligne, reglage: Reglage) -> bool:
    """A row passes every filter; words are looked for in its number, its title, its holder."""
    dossier = ligne.dossier
    if reglage.q:
        texte = recherchable(f"{dossier.numero} {dossier} {dossier.porteur}")
        if not all(mot in texte for mot in recherchable(reglage.q).split()):
            return False
    if reglage.axe and (dossier.axe is None or dossier.axe.cle != reglage.axe):
        return False
    if reglage.quartier and reglage.quartier not in ligne.quartiers:
        return False
    if reglage.commune and reglage.commune not in ligne.communes:
        return False
    return est_de_la_vue(ligne, reglage.vue)


def est_de_la_vue(ligne: Ligne, vue: str) -> bool:
    """Any row; those that wait for an amount; those to which an envelope gone beyond gives."""
    if vue == "sans":
        return ligne.attend_un_montant
    if vue == "trop":
        return any(
            compte.depassement and any(case.propose for case in cases)
            for compte, cases in ligne.colonnes
        )
    return True


def grouper(lignes: list[Ligne], groupe: str) -> list[Groupe]:
    """The rows by what they share, each group with its totals; all in one without a name."""
    nommer = NOMS_DE_GROUPE.get(groupe)
    if nommer is None:
        return [Groupe("", lignes)] if lignes else []
    trouves: dict[str, Groupe] = {}
    for ligne in lignes:
        nom = nommer(ligne)
        trouves.setdefault(nom, Groupe(nom)).lignes.append(ligne)
    ordre = RANGS_DE_GROUPE.get(groupe)
    if ordre:
        return sorted(trouves.values(), key=lambda trouve: ordre(trouve.lignes[0]))
    return [trouves[nom] for nom in sorted(trouves, key=recherchable)]


def decouper(groupes: list[Groupe], debut: int, fin: int) -> list[tuple[Groupe, list[Ligne]]]:
    """The rows of a page, each group with its own totals: those of the whole group."""
    montres = []
    rang = 0
    for groupe in groupes:
        siennes = groupe.lignes[max(0, debut - rang) : max(0, fin - rang)]
        if siennes:
            montres.append((groupe, siennes))
        rang += len(groupe.lignes)
    return montres


def vues(lignes: list[Ligne], reglage: Reglage) -> list[tuple[str, str, int, bool]]:
    """The tabs: (its name in the address, its words, how many projects, whether it is open)."""
    return [
        (nom, mots, sum(est_de_la_vue(ligne, nom) for ligne in lignes), nom == reglage.vue)
        for nom, mots in VUES.items()
    ]


def valeurs(lignes: Iterable[Ligne]) -> dict[str, list]:
    """What the filters offer: what some project has."""
    axes = {}
    quartiers: set[str] = set()
    communes: set[str] = set()
    for ligne in lignes:
        if ligne.dossier.axe:
            axes[ligne.dossier.axe.cle] = str(ligne.dossier.axe)
        quartiers.update(ligne.quartiers)
        communes.update(ligne.communes)
    return {
        "axes": list(axes.items()),
        "quartiers": sorted(quartiers, key=recherchable),
        "communes": sorted(communes, key=recherchable),
    }
