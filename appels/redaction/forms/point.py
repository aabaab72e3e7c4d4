"""A point found on the map becomes a place of a dossier."""

from django import forms

from appels.models import Lieu
from partenaires.socle.champs import CoordonneeField
from quartiers.situation import est_aux_alentours


class PointForm(forms.ModelForm):
    """The point and its address, as the map gives them."""

    latitude = CoordonneeField(borne=90)
    longitude = CoordonneeField(borne=180)

    class Meta:
        model = Lieu
        fields = ["adresse", "latitude", "longitude"]

    def clean(self) -> None:
        super().clean()
        if self.errors:
            return
        latitude = self.cleaned_data.get("latitude")
        longitude = self.cleaned_data.get("longitude")
        if (
            latitude is None
            or longitude is None
            or not est_aux_alentours(float(longitude), float(latitude))
        ):
            raise forms.ValidationError("Ce point est loin d’Arras : choisissez-en un autre.")
