"""The answers of a dossier to check before attesting: part by part, folded, each to be changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from appels.depot import reponses
from appels.depot.reponses import Groupe
from appels.models import CoordonneesBancaires, Dossier, NomPartie, Piece
from appels.socle.balises.appel import lien_de_la_partie
from appels.socle.completude import Manque
from partenaires.models import Utilisateur
from quartiers.francais import accorder, en_euros

APERCU = 90  # characters of a text in its summary


@dataclass(frozen=True)
class Volet:
    """A part: its name, a few words of what it holds, and whether it may still be written."""

    partie: NomPartie
    apercu: str
    est_ouverte: bool
    manques: int
    lien: str  # the page where it is written, which leads back here
    groupes: list[Groupe]  # its answers with the way to each, where the part may be written

    @property
    def titre(self) -> str:
        """Its name on the page."""
        return str(self.partie.label)

    @property
    def gabarit(self) -> str:
        """What draws its answers."""
        return f"composants/contenu/_{self.partie.value}.html"

    @property
    def est_le_budget(self) -> bool:
        return self.partie == NomPartie.BUDGET

    @property
    def est_les_pieces(self) -> bool:
        return self.partie == NomPartie.PIECES


def dresser(
    dossier: Dossier,
    lu: dict[str, Any],
    manques: list[Manque],
    ouvertes: set[str],
    joint: tuple[list[Piece], CoordonneesBancaires | None],
    *,
    pour: Utilisateur,
) -> list[Volet]:
    """One a part, in order; `lu` is what `lisible` draws of the draft."""
    pieces, coordonnees = joint
    contenu = lu["contenu"]
    apercus: dict[NomPartie, str] = {nom: dire(contenu) for nom, dire in APERCUS.items()}
    apercus[NomPartie.PIECES] = _des_pieces(pieces, coordonnees)
    liens = {nom: lien_de_la_partie(nom, dossier, a_verifier=True) for nom in NomPartie}
    return [
        Volet(
            nom,
            apercus[nom],
            est_ouverte=nom in ouvertes,
            manques=sum(manque.partie == nom and manque.bloque for manque in manques),
            lien=liens[nom],
            groupes=_groupes(nom, dossier, lu, liens[nom], pour) if nom in ouvertes else [],
        )
        for nom in NomPartie
    ]


def _groupes(
    nom: NomPartie, dossier: Dossier, lu: dict[str, Any], page: str, personne: Utilisateur
) -> list[Groupe]:
    """The answers of the parts where a row or a table holds several; the others are drawn plain."""
    contenu = lu["contenu"]
    if nom == NomPartie.ORGANISME:
        return reponses.de_l_organisme(dossier, contenu, personne)
    if nom == NomPartie.LIEUX:
        return reponses.des_lieux(contenu, lu["quartiers"], page)
    if nom == NomPartie.MOYENS:
        return reponses.des_moyens(dossier.appel, contenu, page)
    if nom == NomPartie.BUDGET:
        return reponses.des_demandes(dossier, page)
    return []


def _de_l_organisme(contenu: dict[str, Any]) -> str:
    organisme = contenu["organisme"]
    return _suite(organisme["nom"], organisme["commune"])


def _du_projet(contenu: dict[str, Any]) -> str:
    projet = contenu["projet"]
    return _suite(projet["intitule"], projet["axe"])


def _de_la_description(contenu: dict[str, Any]) -> str:
    return _abreger(contenu["projet"]["besoin"])


def _des_lieux(contenu: dict[str, Any]) -> str:
    lieux = contenu["lieux"]
    quartiers = {lieu["nom_quartier"]: None for lieu in lieux if lieu["nom_quartier"]}
    combien = contenu["projet"]["beneficiaires"]
    personnes = accorder(combien, "personne") if combien is not None else ""
    return _suite(*quartiers or [accorder(len(lieux), "lieu", "lieux")], personnes)


def _des_moyens(contenu: dict[str, Any]) -> str:
    lignes = len(contenu["moyens"])
    return accorder(lignes, "catégorie de personnes", "catégories de personnes") if lignes else ""


def _de_l_evaluation(contenu: dict[str, Any]) -> str:
    return ", ".join(indicateur[0] for indicateur in contenu["indicateurs"])


def _du_budget(contenu: dict[str, Any]) -> str:
    totaux = contenu["budget"]["totaux"]
    return _suite(
        f"{en_euros(totaux['charges'])} de charges", f"{en_euros(totaux['financements'])} demandés"
    )


def _des_pieces(pieces: list[Piece], coordonnees: CoordonneesBancaires | None) -> str:
    combien = accorder(len(pieces), "pièce jointe", "pièces jointes") if pieces else ""
    return _suite(combien, "compte à créditer connu" if coordonnees else "")


APERCUS: dict[NomPartie, Callable[[dict[str, Any]], str]] = {
    NomPartie.ORGANISME: _de_l_organisme,
    NomPartie.PROJET: _du_projet,
    NomPartie.DESCRIPTION: _de_la_description,
    NomPartie.LIEUX: _des_lieux,
    NomPartie.MOYENS: _des_moyens,
    NomPartie.EVALUATION: _de_l_evaluation,
    NomPartie.BUDGET: _du_budget,
}


def _suite(*textes: str) -> str:
    return ", ".join(texte for texte in textes if texte)


def _abreger(texte: str) -> str:
    """The first words."""
    ligne = " ".join(texte.split())
    if len(ligne) <= APERCU:
        return ligne
    return f"{ligne[:APERCU].rsplit(' ', 1)[0]}…"
