"""What is looked for in the log."""

from typing import Any

from django import forms

from appels.instruction import mots_du_journal
from appels.instruction.journal import PRIVES, Recherche
from partenaires.socle.champs import DateField

TABLES = sorted(
    ((table, nom) for table, nom in mots_du_journal.TABLES.items() if table not in PRIVES), key=str
)


class JournalForm(forms.Form):
    """Every field may stay empty; dates in the wrong order are said."""

    personne = forms.CharField(label="Qui a agi (nom ou adresse)", required=False, max_length=100)
    objet = forms.CharField(
        label="Sur quoi (numéro, titre, organisme, SIRET)",
        required=False,
        max_length=150,
    )
    table = forms.ChoiceField(
        label="Ce qui a changé", required=False, choices=[("", "Tout"), *TABLES]
    )
    du = DateField(label="Du", required=False)
    au = DateField(label="Au", required=False)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        du, au = donnees.get("du"), donnees.get("au")
        if du and au and au < du:
            self.add_error("au", "Cette date vient avant la première : échangez-les.")
        return donnees

    def recherche(self) -> Recherche:
        """What was asked; nothing where it cannot be read."""
        return Recherche(**self.cleaned_data) if self.is_valid() else Recherche()
