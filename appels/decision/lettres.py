"""The text of a letter: the fields that a template may name, and what they say of a decision."""

import re
from collections.abc import Callable

from appels.models import Auteur, Financement, FinanceurAppel
from partenaires.models import Genre, Service
from quartiers import articles
from quartiers.francais import en_euros, jour

CHAMPS: dict[str, tuple[str, Callable[[Financement], str]]] = {
    "organisme": ("le nom de l’organisme", lambda demande: str(demande.dossier.porteur)),
    "projet": ("l’intitulé du projet", lambda demande: demande.dossier.intitule),
    "numero": ("le numéro du dossier", lambda demande: demande.dossier.numero or ""),
    "appel": ("le titre de l’appel à projets", lambda demande: str(demande.dossier.appel)),
    "a_l_appel": ("« à l’Appel… »", lambda demande: articles.a(demande.dossier.appel)),
    "de_l_appel": ("« de l’Appel… »", lambda demande: articles.de(demande.dossier.appel)),
    "annee": ("l’année des projets", lambda demande: str(demande.dossier.appel.annee)),
    "financeur": ("le nom du financeur", lambda demande: demande.nom),
    "le_financeur": ("« la Caisse… »", lambda demande: articles.le(demande.nom)),
    "du_financeur": ("« de la Caisse… »", lambda demande: articles.de(demande.nom)),
    "au_financeur": ("« à la Caisse… »", lambda demande: articles.a(demande.nom)),
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
FIN_DE_PHRASE = re.compile(r"(?:^|[.!?…]\s+|\n)$")


def inconnus(texte: str) -> list[str]:
    """What stands between braces, or a brace alone, and is no field; in the order of the text."""
    noms = [f"{{{nom}}}" for nom in CHAMP.findall(texte) if nom not in CHAMPS]
    sans_champs = CHAMP.sub("", texte)
    accolades_seules = re.findall(r"[{}]", sans_champs)
    return list(dict.fromkeys(noms + accolades_seules))


def remplir(texte: str, financement: Financement) -> str:
    """The text with its fields said; what they say is text, and is not read again for fields.

    A sentence that begins with one begins with a capital: « La Caisse… accorde ».
    """

    def dire(trouve: re.Match[str]) -> str:
        _, valeur = CHAMPS[trouve[1]]
        dit = valeur(financement)
        if FIN_DE_PHRASE.search(texte[: trouve.start()]):
            return dit[:1].upper() + dit[1:]
        return dit

    return CHAMP.sub(dire, texte)


def mentions(
    demande: Financement, service: Service, auteur: Auteur | None = None
) -> dict[str, str | bool]:
    """What a letter keeps of its day: whom it is written to, and what it says of the law.

    `auteur`: who takes the decisions of this funder; without a name, the one of the template.
    """
    appel = demande.dossier.appel
    porteur = demande.dossier.porteur
    fiche = getattr(porteur, "fiche", None)
    financeurs = {financeur.partenaire_id: financeur for financeur in appel.financeurs.all()}
    financeur = financeurs.get(demande.partenaire_id) if demande.partenaire_id else None
    return {
        "service": service.nom,
        "signataire": auteur.signataire if auteur else "",
        "qualite": auteur.qualite if auteur else "",
        "porteur": str(porteur),
        "adresse": fiche.adresse if fiche else "",
        "code_postal": fiche.code_postal if fiche else "",
        "ville": fiche.ville if fiche else "",
        "tribunal": appel.tribunal,
        "autorite": _autorite(demande, financeur),
        "est_dispensee": bool(
            appel.est_guichet and financeur and financeur.est_dispense_de_signature
        ),
    }


def _autorite(demande: Financement, financeur: FinanceurAppel | None) -> str:
    """Before whom to appeal: the funder's own; the one of the call is the CUA's, no other's."""
    if financeur and financeur.autorite:
        return financeur.autorite
    est_de_la_cua = demande.partenaire is not None and demande.partenaire.genre == Genre.CUA
    return demande.dossier.appel.autorite_recours if est_de_la_cua else ""
