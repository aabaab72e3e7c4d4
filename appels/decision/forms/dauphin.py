"""The number, the state and the date that Dauphin shows."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from appels.decision.feuilles import SENS, Feuille, simple, suffisent
from appels.models import DepotDauphin, EtatDauphin
from appels.models.dauphin import RECUS, lire_numero_dauphin
from partenaires.socle.champs import DateField, IdentifiantField, champ_de_choix
from quartiers.frappe import abrege

TAILLE_MAX = 2 * 1024 * 1024  # bytes: thousands of rows


class ImportForm(forms.Form):
    """A sheet of Dauphin, XLSX or CSV."""

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


class ColonnesForm(forms.Form):
    """What each column of a file holds: one choice a header."""

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
            choices=[("", "Laissée de côté"), *SENS.items()],
            initial=sens,
            help_text=f"Par exemple : {exemples}" if exemples else "Aucune valeur.",
        )

    def clean(self) -> dict[str, Any]:
        """No two columns for one thing; enough to tie a row to a dossier."""
        donnees = super().clean() or {}
        vus: dict[str, str] = {}
        for nom, sens in list(donnees.items()):
            if sens and sens in vus:
                autre = self.fields[vus[sens]].label
                self.add_error(nom, f"« {autre} » le dit déjà : gardez une seule des deux.")
            elif sens:
                vus[sens] = nom
        if not self.errors and not suffisent(dict.fromkeys(vus, 0)):
            raise ValidationError(
                "Rien ne relie une ligne à un dossier : dites où est le numéro Dauphin, ou bien le "
                "SIRET, l’exercice et l’intitulé."
            )
        return donnees

    def choix(self) -> dict[str, str]:
        """{simple header: sense} of every column of the file."""
        return {self.entetes[nom]: sens for nom, sens in self.cleaned_data.items()}


class NumeroDauphinField(IdentifiantField):
    lire = staticmethod(lire_numero_dauphin)
    attributs: ClassVar = {**IdentifiantField.attributs, "class": "court"}


class DauphinForm(forms.ModelForm):
    """What Dauphin shows of the request, typed by the organisation."""

    numero = NumeroDauphinField(label="Numéro Dauphin")
    transmis_le = DateField(
        label="Date de transmission",
        required=False,
        help_text="Celle que Dauphin affiche, une fois la demande transmise.",
    )

    class Meta:
        model = DepotDauphin
        fields = ["numero", "etat", "transmis_le"]
        widgets = {"etat": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        champ_de_choix(self, "etat").choices = EtatDauphin.choices

    def clean(self) -> None:
        """What the State received has a date."""
        super().clean()
        est_recu = self.cleaned_data.get("etat") in RECUS
        if est_recu and "transmis_le" not in self.errors:
            if not self.cleaned_data.get("transmis_le"):
                self.add_error(
                    "transmis_le", "Indiquez la date de transmission que Dauphin affiche."
                )
