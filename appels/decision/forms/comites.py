"""A meeting: when, who came, what it says of a project."""

from django import forms

from appels.models import Comite, Deliberation, Presence
from partenaires.socle.champs import champ_date, champ_heure, instant_de_paris


class ComiteForm(forms.ModelForm):
    jour = champ_date(label="Jour")
    heure = champ_heure(label="Heure de Paris")
    field_order = ["nom", "jour", "heure", "lieu", "scenario"]

    class Meta:
        model = Comite
        fields = ["nom", "lieu", "scenario"]

    def __init__(self, *args, appel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scenario"].queryset = appel.scenarios.all()
        self.fields["scenario"].empty_label = "Choisissez un scénario"

    def clean(self):
        dit = super().clean()
        if dit.get("jour") and dit.get("heure"):
            dit["tenu_le"] = instant_de_paris(self, dit["jour"], dit["heure"], "heure")
        return dit

    def donnees(self) -> dict:
        """What a meeting keeps."""
        return {nom: self.cleaned_data[nom] for nom in ("nom", "lieu", "scenario", "tenu_le")}


PresenceFormSet = forms.inlineformset_factory(
    Comite,
    Presence,
    fields=["nom", "organisme", "venue"],
    extra=2,
    max_num=80,
    absolute_max=85,
    validate_max=True,
)


class DeliberationForm(forms.ModelForm):
    class Meta:
        model = Deliberation
        fields = ["sens", "observation"]
        widgets = {"sens": forms.RadioSelect, "observation": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sens"].choices = Deliberation._meta.get_field("sens").choices
