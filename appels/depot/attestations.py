"""The declarations of the signatory (CERFA 12156*06, box 7; METIER §1.8)."""

from dataclasses import dataclass

from appels.models import Dossier

VERSION = "2026-11"


@dataclass(frozen=True)
class Texte:
    """A declaration: its key, its exact words, where to read more."""

    cle: str
    texte: str
    aide: str = ""


POUVOIR = Texte(
    "pouvoir",
    "Je représente légalement l’organisme, ou je dispose d’un pouvoir de la personne qui "
    "le représente.",
    "Si vous attestez par délégation, joignez le pouvoir aux pièces.",
)
POUVOIR_SERVICE = Texte(
    "pouvoir",
    "Je suis l’autorité signataire de la commune (maire ou personne ayant délégation) "
    "pour cette demande.",
)
OBLIGATIONS = Texte(
    "obligations",
    "L’organisme est à jour de ses obligations administratives, comptables, sociales et fiscales.",
)
EXACTITUDE = Texte(
    "exactitude",
    "Les informations de ce dossier sont exactes et sincères, y compris les demandes "
    "faites aux autres "
    "financeurs publics.",
    "Une fausse déclaration est punie par les articles 441-6 et 441-7 du code pénal.",
)
ENGAGEMENT_REPUBLICAIN = Texte(
    "engagement_republicain",
    "L’association souscrit au contrat d’engagement républicain et en respecte le contenu.",
    "Il oblige à respecter les principes de liberté, d’égalité, de fraternité et de dignité de la "
    "personne humaine ainsi que les symboles de la République, à ne pas remettre en "
    "cause le caractère "
    "laïque de la République et à ne pas porter atteinte à l’ordre public "
    "(loi n° 2000-321 du 12 avril 2000, article 10-1).",
)
CHARTE = Texte(
    "charte", "L’association souscrit à la charte des engagements réciproques du 14 février 2014."
)
VERSEMENT = Texte(
    "versement",
    "Si une aide est accordée, elle sera versée au compte bancaire de l’organisme joint "
    "au dossier.",
)


AIDES_PUBLIQUES = {
    "moins": Texte(
        "aides_publiques",
        "L’association a reçu au plus 500 000 € d’aides publiques sur trois exercices, "
        "dont celui en cours.",
    ),
    "plus": Texte(
        "aides_publiques",
        "L’association a reçu plus de 500 000 € d’aides publiques sur trois exercices, "
        "dont celui en cours.",
    ),
}


def demande_les_aides(dossier: Dossier) -> bool:
    """Associations say on which side of 500 000 € their public aid stands.

    CERFA 12156*06, box 7.
    """
    return dossier.porteur.est_association


def manquantes(dossier: Dossier, declarees: list[Texte]) -> set[str]:
    """The declarations that apply and were not made."""
    attendues = {texte.cle for texte in textes(dossier)}
    if demande_les_aides(dossier):
        attendues.add("aides_publiques")
    return attendues - {texte.cle for texte in declarees}


def declarations(dossier: Dossier, aides: str) -> list[Texte]:
    """Everything the signatory declares; `aides`, of an association, is « moins » or « plus »."""
    declares = textes(dossier)
    if demande_les_aides(dossier):
        declares.append(AIDES_PUBLIQUES[aides])
    return declares


def textes(dossier: Dossier) -> list[Texte]:
    """The declarations that apply to the kind of organisation, in order."""
    if dossier.porteur.est_service:
        return [POUVOIR_SERVICE, EXACTITUDE, VERSEMENT]
    if not dossier.porteur.est_association:
        return [POUVOIR, OBLIGATIONS, EXACTITUDE, VERSEMENT]
    declares = [POUVOIR, OBLIGATIONS, EXACTITUDE, ENGAGEMENT_REPUBLICAIN]
    if "charte" in dossier.appel.options:
        declares.append(CHARTE)
    return [*declares, VERSEMENT]
