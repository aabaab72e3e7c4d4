"""The settings of a call in sections, with what is still empty in each.

A section without a field of the form is one of its tables. A field that no section names goes to
the one of the examination: a new setting is never lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.forms import BaseForm, BaseFormSet, BoundField

from appels.models.appel import PHASES

TITRES = {
    "appel": "L’appel",
    "dates": "Dates",
    "demande": "Ce que le porteur remplit",
    "instruction": "Instruction et décision",
    "mentions": "Qui répond, et mentions",
}
CHAMPS = {
    "appel": ("annee", "titre", "regime", "est_publie", "presentation"),
    "dates": (
        *("ouvre_jour", "ouvre_heure", "ferme_jour", "ferme_heure", "jours_rappel"),
        *PHASES,
        "avis_avant",
    ),
    "demande": ("axes", "themes", "options", "longueur_dauphin"),
    "mentions": ("agent_charge", "autorite_recours", "tribunal", "texte_legal"),
}
TABLES = {
    "documents": "Documents demandés",
    "financeurs": "Financeurs qui peuvent être sollicités",
    "regles": "Règles",
}
# Empty says something there: nothing is asked, nothing is added.
FACULTATIFS = {"options", "longueur_dauphin", "texte_legal"}


@dataclass(frozen=True)
class Section:
    """A part of the page: its anchor, its title, its fields, those that nobody filled yet."""

    ancre: str
    titre: str
    champs: tuple[BoundField, ...] = ()
    vides: tuple[BoundField, ...] = ()
    est_vide: bool = False  # a table without any row

    @property
    def liens(self) -> list[tuple[str, str]]:
        """(anchor, name) of what is empty, without its format; of a group of boxes, the first."""
        return [
            (champ.id_for_label or f"{champ.auto_id}_0", str(champ.label).partition(" (")[0])
            for champ in self.vides
        ]

    @property
    def reste(self) -> int:
        """How many things are still empty."""
        return len(self.vides) + self.est_vide


def du_formulaire(form: BaseForm) -> list[Section]:
    """The sections of the fields, in order; one without any field is left out."""
    nommes = {nom for noms in CHAMPS.values() for nom in noms}
    autres = tuple(champ.name for champ in form.visible_fields() if champ.name not in nommes)
    sections = []
    for ancre, titre in TITRES.items():
        noms = CHAMPS.get(ancre, autres)
        champs = tuple(form[nom] for nom in noms if nom in form.fields)
        vides = tuple(champ for champ in champs if _est_vide(champ))
        if champs:
            sections.append(Section(ancre, titre, champs, vides))
    return sections


def _est_vide(champ: BoundField) -> bool:
    """Nothing is written there, and something is expected."""
    if champ.name in FACULTATIFS or champ.field.disabled:
        return False
    return champ.value() in (None, "", [])


def des_tables(tables: Mapping[str, BaseFormSet]) -> list[Section]:
    """The tables of the call: documents and funders wait for their rows, rules may stay off."""
    return [
        Section(
            ancre,
            titre,
            est_vide=ancre != "regles" and tables[ancre].initial_form_count() == 0,
        )
        for ancre, titre in TABLES.items()
        if ancre in tables
    ]
