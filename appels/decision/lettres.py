"""The text of a letter: the fields that a template may name, and what they say of a decision."""

import re
from collections.abc import Callable

from appels.models import Financement
from quartiers.francais import en_euros, jour

CHAMPS: dict[str, tuple[str, Callable[[Financement], str]]] = {
    "organisme": ("le nom de l’organisme", lambda demande: str(demande.dossier.porteur)),
    "projet": ("l’intitulé du projet", lambda demande: demande.dossier.intitule),
    "numero": ("le numéro du dossier", lambda demande: demande.dossier.numero or ""),
    "appel": ("le titre de l’appel à projets", lambda demande: str(demande.dossier.appel)),
    "annee": ("l’année des projets", lambda demande: str(demande.dossier.appel.annee)),
    "financeur": ("le financeur", lambda demande: demande.nom),
    "decision": (
        "sa décision, en un mot",
        lambda demande: demande.get_decision_display().lower(),
    ),
    "montant_demande": ("le montant demandé", lambda demande: en_euros(demande.montant or 0)),
    "montant_accorde": ("le montant accordé", lambda demande: en_euros(demande.montant_vote or 0)),
    "date_decision": (
        "la date de la décision",
        lambda demande: jour(demande.decide_le) if demande.decide_le else "",
    ),
    "acte": ("l’acte : délibération, arrêté, convention", lambda demande: demande.acte),
    "motif": ("le motif de la décision", lambda demande: demande.motif),
}
CHAMP = re.compile(r"\{([^{}\n]*)\}")


def inconnus(texte: str) -> list[str]:
    """What stands between braces, or a brace alone, and is no field; in the order of the text."""
    noms = [f"{{{nom}}}" for nom in CHAMP.findall(texte) if nom not in CHAMPS]
    return list(dict.fromkeys(noms + re.findall(r"[{}]", CHAMP.sub("", texte))))


def remplir(texte: str, financement: Financement) -> str:
    """The text with its fields said; what they say is text, and is not read again for fields."""

    def dire(trouve: re.Match[str]) -> str:
        _, valeur = CHAMPS[trouve[1]]
        return valeur(financement)

    return CHAMP.sub(dire, texte)
