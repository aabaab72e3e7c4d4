"""A meeting of a consultation: its day and hour in Paris, where, what to know."""

from typing import Any

from django import forms

from partenaires.socle.champs import DateField, HeureField, instant_de_paris


class RencontreForm(forms.Form):
    """Cleans to `le`, `lieu`, `precisions`."""

    jour = DateField(label="Jour (jj/mm/aaaa)", help_text=None)
    heure = HeureField(label="Heure de Paris (14:30)", help_text=None)
    lieu = forms.CharField(label="Lieu", max_length=150)
    precisions = forms.CharField(
        label="Précisions",
        required=False,
        max_length=200,
        help_text="Par exemple : garde d’enfants, traduction, accès en fauteuil.",
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        jour = self.cleaned_data.get("jour")
        heure = self.cleaned_data.get("heure")
        if jour and heure:
            self.cleaned_data["le"] = instant_de_paris(self, jour, heure, "heure")
        return self.cleaned_data
