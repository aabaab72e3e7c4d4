"""What the columns of a file of past years hold, and the words of their headers.

The words are those of the sheets of a service, of the exports of Dauphin and of SCDL files.
"""

from collections.abc import Collection, Mapping

from appels.socle.feuilles import Vocabulaire

SENS = {
    "organisme": "Organisme (nom)",
    "siret": "SIRET de l’organisme",
    "rna": "RNA de l’organisme",
    "intitule": "Action (intitulé)",
    "annee": "Année",
    "financeur": "Financeur",
    "demande": "Montant demandé",
    "vote": "Montant voté",
    "verse": "Montant versé",
    "justifie": "Montant justifié",
    "decide_le": "Date de la décision",
    "acte": "Acte (délibération, arrêté, convention)",
    "statut": "Décision (accordé, refusé…)",
    "quartier": "Quartier prioritaire",
    "axe": "Axe du contrat",
    "protege": "Lieu à tenir secret (oui ou non)",
}
MONTANTS = ("demande", "vote", "verse", "justifie")
# What may be said once for a whole file, when no column says it.
POUR_TOUT = ("annee", "financeur")
MOTS: dict[str, tuple[str, ...]] = {
    "organisme": (
        "nom organisme",
        "nom association",
        "nom porteur",
        "nom beneficiaire",
        "nombeneficiaire",
        "raison sociale",
        "organisme",
        "association",
        "porteur",
        "beneficiaire",
        "structure",
        "demandeur",
    ),
    "siret": ("siret", "idbeneficiaire"),
    "rna": ("rna", "rnabeneficiaire"),
    "intitule": (
        "intitule action",
        "intitule projet",
        "nom action",
        "nom projet",
        "titre action",
        "titre projet",
        "intitule",
        "action",
        "projet",
        "objet",
    ),
    "annee": ("annee", "exercice", "millesime"),
    "financeur": ("nomattribuant", "financeur", "financeurs"),
    "demande": ("montant demande", "subvention demandee", "montant sollicite", "demande"),
    "vote": (
        "montant vote",
        "montant accorde",
        "montant attribue",
        "subvention accordee",
        "subvention votee",
        "vote",
        "accorde",
        "attribue",
        "montant",
    ),
    "verse": ("montant verse", "verse", "montant paye", "paye"),
    "justifie": ("montant justifie", "justifie"),
    "decide_le": ("date decision", "date vote", "date deliberation", "dateconvention"),
    "acte": ("referencedecision", "reference acte", "deliberation", "acte"),
    "statut": ("decision", "statut"),
    "quartier": ("quartier prioritaire", "qpv", "quartier", "quartiers"),
    "axe": ("axe", "pilier"),
    "protege": ("lieu secret", "lieu protege", "lieu a proteger", "adresse secrete"),
}
_AUTRES_MONTANTS = {"demande", "demandee", "sollicite", "verse", "paye", "justifie", "date"}
AILLEURS: dict[str, Collection[str]] = {
    "organisme": {"siret", "rna", "financeur", "numero", "adresse", "type", "genre", "action"},
    "siret": {"financeur", "attribuant", "siege"},
    "intitule": {"financeur", "date", "axe", "montant", "porteur", "numero", "organisme"},
    "annee": {"creation", "naissance"},
    "demande": {"date", "numero", "statut", "etat", "type"},
    "vote": _AUTRES_MONTANTS | {"total", "budget"},
    "verse": {"date"},
    "justifie": {"date"},
    "acte": {"date"},
    "statut": {"date", "financeur", "reference"},
    "quartier": {"code", "nombre", "habitants"},
}
VOCABULAIRE = Vocabulaire(SENS, MOTS, {sens: set(mots) for sens, mots in AILLEURS.items()})


def manquent(sens: Collection[str], pour_tout: Mapping[str, str]) -> list[str]:
    """What no column and no word for the whole file says, and without which no line is read."""
    dits = {*sens, *(nom for nom, texte in pour_tout.items() if texte)}
    absents = [SENS[nom] for nom in ("intitule", "annee", "financeur") if nom not in dits]
    if dits.isdisjoint({"organisme", "siret", "rna"}):
        absents.insert(0, "Organisme (nom, SIRET ou RNA)")
    if dits.isdisjoint({"demande", "vote"}):
        absents.append("Montant demandé ou montant voté")
    return absents
