"""A point found on the map becomes a place of a dossier."""

from django import forms

from appels.models import Lieu
from quartiers.situation import est_aux_alentours


class PointForm(forms.ModelForm):
    class Meta:
        model = Lieu
        fields = ["adresse", "latitude", "longitude"]
        localized_fields = ["latitude", "longitude"]

    def clean(self):
        dit = super().clean()
        lat, lon = dit.get("latitude"), dit.get("longitude")
        if not self.errors and (
            lat is None or lon is None or not est_aux_alentours(float(lon), float(lat))
        ):
            raise forms.ValidationError("Ce point est loin d’Arras : choisissez-en un autre.")
        return dit
