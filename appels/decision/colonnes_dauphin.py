"""What the columns of a sheet of Dauphin hold, and the words of their headers."""

from collections.abc import Mapping

from appels.socle.feuilles import Vocabulaire

# What a column holds, and the words of its header that say it, the surest first.
SENS = {
    "numero": "Numéro Dauphin",
    "siret": "SIRET du demandeur",
    "exercice": "Exercice (année)",
    "intitule": "Intitulé du projet",
    "etat": "État de la demande",
    "transmis_le": "Date de transmission",
    "montant": "Montant voté",
    "decide_le": "Date de la décision",
}
MOTS = {
    "numero": (
        "numero dauphin",
        "n dauphin",
        "reference administrative",
        "code action projet",
        "code action",
        "code dossier",
        "numero",
    ),
    "siret": ("siret",),
    "exercice": ("exercice", "annee"),
    "intitule": ("intitule projet", "intitule action", "intitule"),
    "etat": ("etat demande", "statut demande", "etat", "statut"),
    "transmis_le": ("date transmission", "transmis le"),
    "montant": ("montant vote", "montant accorde", "montant attribue", "montant decision"),
    "decide_le": ("date decision", "date vote"),
}
# Words too common to be enough beside others than these: « Dossier de l’État » is no state.
VAGUES = {"numero", "etat", "statut", "annee", "exercice", "intitule"}
VOISINS = {"demande", "action", "projet", "dauphin", "budgetaire"}
# A header that names one of these speaks of something else.
AILLEURS = {
    "numero": {"siret", "rna", "telephone", "tiers", "compte"},
    "siret": {"financeur", "siege"},
    "exercice": {"creation", "naissance"},
    "intitule": {"financeur", "contrat", "dispositif", "compte", "poste"},
    "etat": {"decision", "financeur", "paiement", "justification"},
    "transmis_le": {"justification"},
    "montant": {"demande", "verse", "justifie"},
    "decide_le": {"notification"},
}

VOCABULAIRE = Vocabulaire(SENS, MOTS, AILLEURS, VAGUES, VOISINS)


def suffisent(sens: Mapping[str, int]) -> bool:
    """A row can be tied to a dossier."""
    return "numero" in sens or {"siret", "exercice", "intitule"} <= sens.keys()
