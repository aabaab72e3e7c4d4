"""A document that the organisation keeps."""

from typing import Any

from django import forms

from partenaires.models import NatureDeDocument
from partenaires.socle.champs import DateField, FichierField


class DocumentForm(forms.Form):
    """Its nature, its file, its dates."""

    nature = forms.ChoiceField(
        label="Nature du document", choices=[("", "Choisir"), *NatureDeDocument.choices]
    )
    fichier = FichierField(label="Fichier", attend=True)
    date = DateField(label="Date du document", required=False)
    expire_le = DateField(
        label="Valable jusqu’au",
        required=False,
        help_text="Passé ce jour, il n’est plus proposé.",
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        debut = self.cleaned_data.get("date")
        fin = self.cleaned_data.get("expire_le")
        if debut and fin and fin < debut:
            self.add_error("expire_le", "Ce jour précède la date du document.")
        return self.cleaned_data
