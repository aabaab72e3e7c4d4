"""The text of a letter: the fields that a template may name, and what they say of a decision."""

import re
from collections.abc import Callable

from appels.models import Financement
from quartiers.francais import en_euros, jour

CHAMPS: dict[str, tuple[str, Callable[[Financement], str]]] = {
    "organisme": ("le nom de l’organisme", lambda f: str(f.dossier.porteur)),
    "projet": ("l’intitulé du projet", lambda f: f.dossier.intitule),
    "numero": ("le numéro du dossier", lambda f: f.dossier.numero or ""),
    "appel": ("le titre de l’appel à projets", lambda f: str(f.dossier.appel)),
    "annee": ("l’année des projets", lambda f: str(f.dossier.appel.annee)),
    "financeur": ("le financeur", lambda f: f.nom),
    "decision": ("sa décision, en un mot", lambda f: f.get_decision_display().lower()),
    "montant_demande": ("le montant demandé", lambda f: en_euros(f.montant or 0)),
    "montant_accorde": ("le montant accordé", lambda f: en_euros(f.montant_vote or 0)),
    "date_decision": ("la date de la décision", lambda f: jour(f.decide_le) if f.decide_le else ""),
    "acte": ("l’acte : délibération, arrêté, convention", lambda f: f.acte),
    "motif": ("le motif de la décision", lambda f: f.motif),
}
CHAMP = re.compile(r"\{([^{}\n]*)\}")


def inconnus(texte: str) -> list[str]:
    """What stands between braces, or a brace alone, and is no field; in the order of the text."""
    noms = [f"{{{nom}}}" for nom in CHAMP.findall(texte) if nom not in CHAMPS]
    return list(dict.fromkeys(noms + re.findall(r"[{}]", CHAMP.sub("", texte))))


def remplir(texte: str, financement: Financement) -> str:
    """The text with its fields said; what they say is text, and is not read again for fields."""
    return CHAMP.sub(lambda trouve: CHAMPS[trouve[1]][1](financement), texte)
