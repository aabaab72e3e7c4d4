"""The number, the state and the date that Dauphin shows."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from appels.models import DepotDauphin, EtatDauphin
from appels.models.dauphin import RECUS
from partenaires.socle.champs import champ_date, champ_de_choix

TAILLE_MAX = 2 * 1024 * 1024  # bytes: thousands of rows


class ImportForm(forms.Form):
    """A sheet of Dauphin saved as CSV."""

    fichier = forms.FileField(
        label="Fichier CSV",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Le fichier est vide."},
    )

    def clean_fichier(self) -> UploadedFile:
        """Not too big to be read in one request."""
        fichier = self.cleaned_data["fichier"]
        if fichier.size > TAILLE_MAX:
            raise ValidationError("Ce fichier dépasse 2 Mo : coupez-le par exercice.")
        return fichier


class DauphinForm(forms.ModelForm):
    """What Dauphin shows of the request, typed by the organisation."""

    transmis_le = champ_date(
        label="Date de transmission",
        required=False,
        help_text="Celle que Dauphin affiche, une fois la demande transmise.",
    )

    class Meta:
        model = DepotDauphin
        fields = ["numero", "etat", "transmis_le"]
        widgets = {"numero": forms.TextInput(attrs={"class": "court"}), "etat": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        champ_de_choix(self, "etat").choices = EtatDauphin.choices

    def clean_numero(self) -> str:
        """As the national platform writes it."""
        return self.cleaned_data["numero"].replace(" ", "").upper()

    def clean(self) -> None:
        """What the State received has a date."""
        super().clean()
        est_recu = self.cleaned_data.get("etat") in RECUS
        if est_recu and "transmis_le" not in self.errors:
            if not self.cleaned_data.get("transmis_le"):
                self.add_error(
                    "transmis_le", "Indiquez la date de transmission que Dauphin affiche."
                )
