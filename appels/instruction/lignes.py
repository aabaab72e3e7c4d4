"""The rows of the work list as they are drawn: each cell has its words and its mark."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from appels.instruction import alertes, noms_courts, tours
from appels.instruction.alertes import Degre
from appels.instruction.colonnes import Colonne
from appels.models import Dossier
from partenaires.models import Utilisateur
from quartiers.francais import INSECABLE, jour_court

DossierCalcule = Any  # a `Dossier` that carries what `colonnes.calculs` computed
POINTS_MAX = 9  # opinions drawn as dots; beyond, the words alone
RENDU = "●"
ATTENDU = "○"
REPONSE = ("Réponse reçue", Degre.INFO)
PREMIERE = ("1re demande", Degre.INFO)
AN = 300  # days: beyond, a day says its year


@dataclass(frozen=True)
class Cellule:
    """One value of a row: what it is called, its words, the class that draws its mark."""

    titre: str
    texte: str
    classe: str = ""
    axe: str = ""  # the pictogram before the words
    signaux: tuple[tuple[str, str], ...] = ()  # (words, degree)
    points: str = ""  # drawn beside the words, which say them


@dataclass(frozen=True)
class Ligne:
    """A dossier of the page, and the query that lets its page follow the list."""

    dossier: Dossier
    suite: str
    coche: bool
    cellules: list[Cellule]

    numero: str  # « 27-0004 » where a row is one line, the whole number elsewhere


@dataclass(frozen=True)
class Regard:
    """Who reads the list, and how: what a cell needs beside its dossier."""

    lecteur: Utilisateur
    est_compact: bool
    jour: date


def numero(dossier: Dossier, regard: Regard) -> str:
    """What the rows of a call share is left out of a compact one."""
    entier = str(dossier.numero)
    return entier.removeprefix("CV-20") if regard.est_compact else entier


def colonnes_utiles(montrees: list[Colonne], dossiers: list[Dossier]) -> list[Colonne]:
    """Without the day of the tacit refusal where no dossier has one: the call only prepares."""
    if any(dossier.rejet_implicite_le for dossier in dossiers):
        return montrees
    return [colonne for colonne in montrees if colonne.cle != "rejet"]


def cellules(dossier: DossierCalcule, colonnes: list[Colonne], regard: Regard) -> list[Cellule]:
    """The cells of a row, in the order of the columns."""
    return [_cellule(dossier, colonne, regard) for colonne in colonnes]


def _cellule(dossier: DossierCalcule, colonne: Colonne, regard: Regard) -> Cellule:
    dessiner = DESSINS.get(colonne.cle, _texte)
    cellule = dessiner(dossier, colonne, regard)
    if cellule.texte or cellule.signaux:
        return cellule
    return replace(cellule, classe=f"{cellule.classe} rien".strip())


def _texte(dossier: DossierCalcule, colonne: Colonne, regard: Regard) -> Cellule:
    return Cellule(colonne.titre, colonne.lue(dossier), "nb" if colonne.en_euros else "")


def _quartiers(dossier: Dossier, colonne: Colonne, regard: Regard) -> Cellule:
    """How the first is called, and how many others: the dossier says them all."""
    noms = sorted({lieu.quartier.nom_court for lieu in dossier.lieux.all() if lieu.quartier})
    if not noms:
        return Cellule(colonne.titre, "")
    premier = noms_courts.du_quartier(noms[0])
    autres = f" +{len(noms) - 1}" if len(noms) > 1 else ""
    return Cellule(colonne.titre, f"{premier}{autres}", "ou")


def _axe(dossier: Dossier, colonne: Colonne, regard: Regard) -> Cellule:
    if dossier.axe is None:
        return Cellule(colonne.titre, "")
    cle = dossier.axe.cle
    return Cellule(colonne.titre, noms_courts.de_l_axe(dossier.axe.nom), f"axe-c {cle}", cle)


def _avis(dossier: DossierCalcule, colonne: Colonne, regard: Regard) -> Cellule:
    rendus, demandes = tours.avis_rendus(dossier)
    if not demandes:
        return Cellule(colonne.titre, "aucun financeur")
    texte = f"{rendus} sur {demandes}"
    if demandes > POINTS_MAX:
        return Cellule(colonne.titre, texte)
    points = RENDU * rendus + ATTENDU * (demandes - rendus)
    return Cellule(colonne.titre, texte, "avis-n", points=points)


def _tour(dossier: DossierCalcule, colonne: Colonne, regard: Regard) -> Cellule:
    tour = tours.tour(dossier)
    return Cellule(colonne.titre, tour.mots, f"qui t-{tour.temoin}")


def _charge(dossier: Dossier, colonne: Colonne, regard: Regard) -> Cellule:
    """« Vous », « I. Martin », or nobody."""
    agent = dossier.confie_a
    if agent is None:
        return Cellule(colonne.titre, "personne", "suivi vide")
    if agent.pk == regard.lecteur.pk:
        return Cellule(colonne.titre, "Vous", "suivi")
    initiale = f"{agent.prenom[0]}.{INSECABLE}" if agent.prenom and agent.nom else ""
    return Cellule(colonne.titre, f"{initiale}{agent.nom or agent}", "suivi")


def _rejet(dossier: DossierCalcule, colonne: Colonne, regard: Regard) -> Cellule:
    """The day, in red when it comes; the year is said when it is not this one."""
    rejet_le = dossier.rejet_le
    if rejet_le is None:
        return Cellule(colonne.titre, "", "nb")
    if alertes.rejet_est_suspendu(dossier, dossier.lu_le):
        return Cellule(colonne.titre, "suspendu", "nb vide")
    texte = jour_court(rejet_le)
    if abs((rejet_le - regard.jour).days) > AN:
        texte = f"{texte}{INSECABLE}{rejet_le.year}"
    proche = getattr(dossier, "alerte_rejet", False)
    return Cellule(colonne.titre, texte, "nb erreur" if proche else "nb")


def _signaux(dossier: DossierCalcule, colonne: Colonne, regard: Regard) -> Cellule:
    """The gravest one, and how many others: the dossier says them all."""
    signaux = signaux_de(dossier, regard.jour)
    if len(signaux) > 1:
        autres = len(signaux) - 1
        return Cellule(colonne.titre, f"+{autres}", "serre", signaux=(signaux[0],))
    return Cellule(colonne.titre, "", signaux=tuple(signaux))


def signaux_de(dossier: DossierCalcule, jour: date) -> list[tuple[str, str]]:
    """(words, degree) of all that an annotated dossier raises, the gravest first."""
    leves = [(_mot(alerte, dossier, jour), alerte.degre) for alerte in alertes.de(dossier)]
    if getattr(dossier, "reponse_recue", False):
        leves.append(REPONSE)
    if getattr(dossier, "est_premiere", False):
        leves.append(PREMIERE)
    return sorted(leves, key=_rang)


def _rang(signal: tuple[str, str]) -> int:
    return list(Degre).index(Degre(signal[1]))


def _mot(alerte: alertes.Alerte, dossier: Dossier, jour: date) -> str:
    """« J−5 » rather than « Rejet implicite proche », beside its date."""
    if alerte.cle != "rejet" or dossier.rejet_implicite_le is None:
        return alerte.mot
    reste = (dossier.rejet_implicite_le - jour).days
    return f"J−{reste}" if reste >= 0 else f"J+{-reste}"


DESSINS: dict[str, Callable[[DossierCalcule, Colonne, Regard], Cellule]] = {
    "quartiers": _quartiers,
    "axe": _axe,
    "avis": _avis,
    "tour": _tour,
    "charge": _charge,
    "rejet": _rejet,
    "alertes": _signaux,
}
