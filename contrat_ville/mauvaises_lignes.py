"""A file of past years with every kind of defect, and the whole of what such a file may write.

For a test and for `manage.py mesurer_reprises`, which show the same thing.
"""

import csv
import hashlib
import json
from io import StringIO
from itertools import cycle
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from appels.models import (
    Appel,
    Cumul,
    DecisionPrise,
    Dossier,
    Financement,
    Lieu,
    Publication,
    Serie,
)
from partenaires.models import Partenaire

TABLES: tuple[Any, ...] = (
    Appel,
    Partenaire,
    Dossier,
    Lieu,
    Financement,
    DecisionPrise,
    Publication,
    Serie,
    Cumul,
)
TITRES = [
    "Organisme",
    "SIRET",
    "RNA",
    "Intitulé de l’action",
    "Année",
    "Financeur",
    "Montant demandé",
    "Montant voté",
    "Montant versé",
    "Montant justifié",
    "Date de décision",
    "Délibération",
    "Décision",
    "QPV",
    "Axe",
]
RANGS = {
    nom: rang
    for rang, nom in enumerate(
        [
            "organisme",
            "siret",
            "rna",
            "intitule",
            "annee",
            "financeur",
            "demande",
            "vote",
            "verse",
            "justifie",
            "decide_le",
            "acte",
            "statut",
            "quartier",
            "axe",
        ]
    )
}
BONNE = {"intitule": "Jardins", "annee": "2025", "financeur": "État", "demande": "3 000"}


def rangee(**cases: object) -> list:
    """A row of TITRES; what is not said is empty."""
    pleine: list = [""] * len(TITRES)
    for nom, valeur in {**BONNE, **cases}.items():
        pleine[RANGS[nom]] = valeur
    return pleine


def en_csv(*rangees: list, codage: str = "utf-8-sig", separateur: str = ";") -> bytes:
    sortie = StringIO()
    csv.writer(sortie, delimiter=separateur).writerows([TITRES, *rangees])
    return sortie.getvalue().encode(codage)


# {kind: (cells of the row, its column, how its sentence begins)}: the line is left aside…
ARRETENT = {
    "organisme_absent": ({"siret": ""}, "A, Organisme", "L’organisme manque."),
    "organisme_sans_lettre": ({"organisme": "12"}, "A, Organisme", "« 12 » n’est pas le nom"),
    "organisme_long": ({"organisme": "a" * 201}, "A, Organisme", "« aaa"),
    "organisme_accents": (
        {"organisme": "ThÃ©Ã¢tre"},
        "A, Organisme",
        "« ThÃ©Ã¢tre » a des accents",
    ),
    "organisme_total": ({"organisme": "TOTAL général"}, "A, Organisme", "Cette ligne est un total"),
    "siret_illisible": ({"siret": "12345"}, "B, SIRET", "Ce numéro SIRET n’est pas valable"),
    "siret_siren": ({"siret": "732829320"}, "B, SIRET", "Ces neuf chiffres sont un numéro SIREN"),
    "siret_scientifique": ({"siret": "7,32829E+13"}, "B, SIRET", "Excel a abîmé ce SIRET, ligne"),
    "siret_erreur": ({"siret": "#N/A"}, "B, SIRET", "« #N/A » est une erreur du tableur"),
    "rna_illisible": ({"rna": "W12"}, "C, RNA", "Ce numéro RNA n’est pas valable"),
    "intitule_absent": ({"intitule": ""}, "D, Intitulé de l’action", "L’intitulé de l’action"),
    "intitule_long": ({"intitule": "é" * 257}, "D, Intitulé de l’action", "« ééé"),
    "intitule_erreur": ({"intitule": "#REF!"}, "D, Intitulé de l’action", "« #REF! » est une"),
    "annee_absente": ({"annee": ""}, "E, Année", "L’année manque."),
    "annee_illisible": ({"annee": "2024-2025"}, "E, Année", "« 2024-2025 » : écrivez une seule"),
    "annee_hors_bornes": ({"annee": "3025"}, "E, Année", "« 3025 » : écrivez une année entre"),
    "annee_a_venir": ({"annee": "2031"}, "E, Année", "2031 n’est pas une année passée."),
    "annee_ancienne": ({"annee": "1998"}, "E, Année", "1998 : le portail reprend les années"),
    "financeur_absent": ({"financeur": ""}, "F, Financeur", "Le financeur manque."),
    "financeur_plusieurs": ({"financeur": "État / CUA"}, "F, Financeur", "« État / CUA » nomme"),
    "demande_illisible": ({"demande": "beaucoup"}, "G, Montant demandé", "« beaucoup » n’est pas"),
    "demande_negatif": ({"demande": "-100"}, "G, Montant demandé", "« -100 » est négatif"),
    "demande_formule": ({"demande": "=A1+B2"}, "G, Montant demandé", "« =A1+B2 » est une formule"),
    "vote_deux_lectures": ({"vote": "1.234"}, "H, Montant voté", "« 1.234 » peut se lire de deux"),
    "vote_trop_grand": ({"vote": "9" * 15}, "H, Montant voté", "« 999"),
    "vote_erreur": ({"vote": "#DIV/0!"}, "H, Montant voté", "« #DIV/0! » est une erreur"),
    "vote_aucun": ({"demande": ""}, "H, Montant voté", "Ni montant demandé, ni montant voté"),
    "verse_illisible": ({"verse": "12/03/2025"}, "I, Montant versé", "« 12/03/2025 » n’est pas"),
    "justifie_illisible": ({"justifie": "oui"}, "J, Montant justifié", "« oui » n’est pas"),
    "decide_le_illisible": ({"decide_le": "31/02/2025"}, "K, Date de décision", ""),
    "acte_long": ({"acte": "d" * 151}, "L, Délibération", "« ddd"),
    "statut_inconnu": ({"statut": "peut-être"}, "M, Décision", "« peut-être » n’est pas une"),
    "statut_contraire": ({"statut": "refusé", "vote": "5"}, "M, Décision", "« refusé » et 5 €"),
    "statut_sans_montant": ({"statut": "accordé"}, "M, Décision", "« accordé » sans montant voté"),
    "quartier_formule": ({"quartier": "=VRAI"}, "N, QPV", "« =VRAI » est une formule"),
    "axe_erreur": ({"axe": "#NOM?"}, "O, Axe", "« #NOM? » est une erreur du tableur"),
}
# … or taken as it is, and said.
DISENT = {
    "vote_depasse": ({"vote": "5 000"}, "H, Montant voté", "Le montant voté dépasse le montant"),
    "verse_depasse": ({"vote": "5", "verse": "6"}, "I, Montant versé", "Le montant versé dépasse"),
    "justifie_depasse": ({"verse": "5", "justifie": "6"}, "J, Montant justifié", "Le montant ju"),
    "vote_zero": ({"vote": "0"}, "H, Montant voté", "Zéro voté : le fichier ne dit pas"),
    "decide_le_loin": ({"decide_le": "01/02/2019"}, "K, Date de décision", "Une décision de 2019"),
    "quartier_ancien": ({"quartier": "Ouest"}, "", "« Ouest » n’est pas un quartier de 2024"),
    "axe_inconnu": ({"axe": "Cohésion sociale"}, "", "« Cohésion sociale » n’est pas un axe"),
}


def hostiles(nombre: int, siret: str) -> tuple[list[list], list[tuple]]:
    """So many rows of an organisation, each with the next kind of defect; and what each must say:
    (line, kind, column, beginning of the sentence, left aside)."""
    rangees, attendus = [], []
    tous = cycle({**ARRETENT, **DISENT}.items())
    for rang in range(nombre):
        genre, (cases, colonne, debut) = next(tous)
        propres = {"siret": siret, "intitule": f"Action {rang}"}
        rangees.append(rangee(**{**propres, **cases}))
        attendus.append((rang + 2, genre, colonne, debut, genre in ARRETENT))
    return rangees, attendus


def etat_de_la_base() -> str:
    """All that a file may write, in one word."""
    lignes = [
        [modele._meta.label, *map(str, valeurs)]
        for modele in TABLES
        for valeurs in modele._base_manager.order_by("pk").values_list()
    ]
    return hashlib.sha256(json.dumps(lignes, cls=DjangoJSONEncoder).encode()).hexdigest()
