"""A sheet given by the service, and what each of its columns holds."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from appels.socle.feuilles import Feuille, Vocabulaire, simple
from partenaires.socle.forms.conflit import SurCeQuiEtaitMontre
from quartiers.frappe import abrege

TAILLE_MAX = 2 * 1024 * 1024  # bytes: thousands of rows


class FeuilleForm(forms.Form):
    """A sheet, XLSX or CSV."""

    fichier = forms.FileField(
        label="Fichier XLSX ou CSV",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,text/csv"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Le fichier est vide."},
    )

    def clean_fichier(self) -> UploadedFile:
        """Not too big to be read in one request."""
        fichier = self.cleaned_data["fichier"]
        if fichier.size > TAILLE_MAX:
            raise ValidationError("Ce fichier dépasse 2 Mo : coupez-le par exercice.")
        return fichier


class ColonnesDeLaFeuilleForm(SurCeQuiEtaitMontre, forms.Form):
    """What each column of a file holds: one choice a header; two agents may say it."""

    vocabulaire: Vocabulaire

    def __init__(
        self, donnees: QueryDict | None, *, feuille: Feuille, colonnes: dict[str, int]
    ) -> None:
        super().__init__(donnees)
        sens_de = {colonne: sens for sens, colonne in colonnes.items()}
        self.entetes: dict[str, str] = {}
        for colonne, entete in enumerate(feuille.entetes):
            if simple(entete) and simple(entete) not in self.entetes.values():
                self._ajouter(colonne, entete, feuille, sens_de.get(colonne, ""))

    def _ajouter(self, colonne: int, entete: str, feuille: Feuille, sens: str) -> None:
        exemples = " ; ".join(abrege(exemple) for exemple in feuille.exemples(colonne))
        nom = f"c{colonne}"
        self.entetes[nom] = simple(entete)
        self.fields[nom] = forms.ChoiceField(
            label=abrege(entete, 100),
            required=False,
            choices=[("", "Laissée de côté"), *self.vocabulaire.sens.items()],
            initial=sens,
            help_text=f"Par exemple : {exemples}" if exemples else "Aucune valeur.",
        )

    def clean(self) -> dict[str, Any]:
        """No two columns for one thing; enough of them to read a row."""
        donnees = super().clean() or {}
        vus: dict[str, str] = {}
        for nom in self.entetes:
            sens = donnees.get(nom, "")
            if sens and sens in vus:
                autre = self.fields[vus[sens]].label
                self.add_error(nom, f"« {autre} » le dit déjà : gardez une seule des deux.")
            elif sens:
                vus[sens] = nom
        if not self.errors:
            self.exiger_assez(dict.fromkeys(vus, 0))
        return donnees

    def exiger_assez(self, sens: dict[str, int]) -> None:
        """Raises `ValidationError` when nothing can be read from these columns."""

    def choix(self) -> dict[str, str]:
        """{simple header: sense} of every column of the file."""
        return {entete: self.cleaned_data[nom] for nom, entete in self.entetes.items()}
