"""Grants with every kind of defect, and what the national validator says of a file.

For a test and for `manage.py mesurer --publics`, which show the same thing.
"""

import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from appels.demonstration.exemple import siret_fictif
from appels.public import scdl
from appels.public.scdl import Subvention

# Unlicense, byte for byte: https://gitlab.com/opendatafrance/scdl/subventions, tag v2.1.1
SCHEMA = Path(__file__).parents[1] / "tests" / "donnees" / "schema-scdl-subventions.json"
ENTIER = Subvention(
    dossier=1,
    numero="CV-2027-0001",
    attribuant="Communauté Urbaine d’Arras",
    siret_attribuant=siret_fictif(1),
    engage_le=date(2027, 3, 1),
    acte="Délibération 12",
    rang=1,
    beneficiaire="Les Pinsons",
    siret=siret_fictif(2),
    rna="W621000001",
    objet="Jardins partagés",
    montant=250_050,
    nature="numeraire",
    versements=(date(2027, 4, 1),),
    notification_ue=False,
    dispositif="Appel à projets 2027",
)


def erreurs(contenu: str) -> list[str]:
    """What frictionless says of a file against the official schema, and its two custom checks."""
    from frictionless import Resource, Schema, system  # of the checkout alone, as its schema
    from stdnum.fr import siret as stdnum_siret

    with system.use_context(trusted=True):
        schema = Schema.from_descriptor(json.loads(SCHEMA.read_text(encoding="utf-8")))
        octets = contenu.encode()
        fichier = Resource(data=octets, format="csv", encoding="utf-8", schema=schema)
        rapport = fichier.validate()
    trouvees = [ligne[0] for ligne in rapport.flatten(["message"])]
    for rang, ligne in enumerate(csv.DictReader(io.StringIO(contenu, newline="")), 2):
        for colonne in ("idAttribuant", "idBeneficiaire"):
            if ligne[colonne] and not stdnum_siret.is_valid(ligne[colonne]):
                trouvees.append(f"ligne {rang} : {colonne}")
        if not ligne["idBeneficiaire"] and not ligne["rnaBeneficiaire"]:
            trouvees.append(f"ligne {rang} : ni SIRET ni RNA")
    return trouvees


def ecrire(subventions: list[Subvention]) -> str:
    lignes = [list(scdl.COLONNES), *[subvention.cellules() for subvention in subventions]]
    return "".join(scdl._ligne(ligne) for ligne in lignes)


TEXTES = [  # what people paste in a title or a name
    'Jardins, « potagers » ; et "fleurs"',
    '=HYPERLINK("http://exemple.invalid")',
    "Deux\r\nlignes\u2028trois",
    "Œuvre\u00a0& Cie 😀 \x07\x00",
    "mot " * 120,
    "indivisible" * 40,
    "a" * 255 + " b",
    "-1+1",
]
DEFAUTS: dict[
    str, tuple[dict[str, Any], str]
] = {  # each kind of defect, what it changes, and its sentence
    "siret de qui attribue": ({"siret_attribuant": "2003357900001"}, "Le numéro SIRET de"),
    "sans date": ({"engage_le": None}, "La date de la décision"),
    "date absurde": ({"engage_le": date(27, 1, 1)}, "La date de la décision"),
    "sans acte": ({"acte": "  "}, "La référence de l’acte"),
    "sans attribuant": ({"attribuant": ""}, "Le nom du financeur"),
    "sans nom": ({"beneficiaire": "\x07 "}, "Le nom de l’organisme"),
    "siret faux": ({"siret": "12345678901234"}, "Le numéro SIRET de l’organisme"),
    "sans numéro": ({"siret": "", "rna": ""}, "L’organisme n’a ni"),
    "rna hors du schéma": ({"siret": "", "rna": "W9A1000001"}, "L’organisme n’a ni"),
    "sans objet": ({"objet": "\n"}, "L’intitulé"),
    "montant nul": ({"montant": 0}, "Le montant"),
    "sans nature": ({"nature": ""}, "La nature"),
    "sans versement": ({"versements": ()}, "Aucune date de versement"),
    "versement absurde": ({"versements": (date(1027, 4, 1),)}, "Une date de versement"),
}


def hostiles(nombre: int) -> Iterator[tuple[Subvention, str]]:
    """So many grants of pasted texts; every second one has a defect, with how its sentence begins
    (empty for those that must leave).
    """
    hasard = random.Random(15)  # noqa: S311 (the same draw each time)
    for rang in range(nombre):
        jours = [date(2027, hasard.randint(1, 12), hasard.randint(1, 28)) for _ in range(3)]
        subvention = replace(
            ENTIER,
            dossier=rang,
            numero=f"CV-2027-{rang:04d}",
            objet=hasard.choice(TEXTES),
            beneficiaire=hasard.choice(TEXTES),
            dispositif=hasard.choice(TEXTES),
            montant=hasard.choice([1, 99, 100, 123_456_789]),
            nature=hasard.choice(list(scdl.NATURES)),
            versements=tuple(jours[: hasard.randint(1, 3)]),
            notification_ue=hasard.random() < 0.5,
            rna=hasard.choice(["", "W9A1000001", "W621000001"]),
        )
        if rang % 2:
            changement, phrase = DEFAUTS[hasard.choice(list(DEFAUTS))]
            yield replace(subvention, **changement), phrase
        else:
            yield subvention, ""
