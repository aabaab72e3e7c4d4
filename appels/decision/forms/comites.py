"""A meeting: when, who came, what it says of a project."""

from django import forms

from appels.decision.conflits import MontantsChanges
from appels.decision.forms.scenarios import MontantsForm
from appels.models import Comite, Deliberation, Presence, SensComite
from partenaires.socle.champs import DateField, HeureField, champ_de_lignes, instant_de_paris


class ComiteForm(forms.ModelForm):
    """A meeting called: when, where, on which scenario."""

    jour = DateField(label="Jour")
    heure = HeureField(label="Heure de Paris")
    field_order = ["nom", "jour", "heure", "lieu", "scenario"]

    class Meta:
        model = Comite
        fields = ["nom", "lieu", "scenario"]

    def __init__(
        self,
        *args,
        appel,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        champ_de_lignes(self, "scenario").queryset = appel.scenarios.all()
        champ_de_lignes(self, "scenario").empty_label = "Choisissez un scénario"

    def clean(self) -> None:
        """`tenu_le` is the instant that day and hour make in Paris."""
        super().clean()
        jour = self.cleaned_data.get("jour")
        heure = self.cleaned_data.get("heure")
        if jour and heure:
            self.cleaned_data["tenu_le"] = instant_de_paris(self, jour, heure, "heure")

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
    """What the meeting says of one project; nothing is chosen until it says."""

    sens = forms.ChoiceField(
        label="Décision du comité", choices=SensComite.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = Deliberation
        fields = ["sens", "observation"]
        widgets = {"observation": forms.Textarea(attrs={"rows": 2})}


class ProjetEnSeance:
    """The word of the meeting on one project and its amounts, saved by one button."""

    def __init__(self, deliberation: DeliberationForm, montants: MontantsForm):
        self.deliberation = deliberation
        self.montants = montants

    def is_valid(self) -> bool:
        """Both are asked, so that all the errors are said together."""
        return all([self.deliberation.is_valid(), self.montants.is_valid()])

    def add_error(self, champ: str | None, phrase: str) -> None:
        """What refuses the whole is said on the word of the meeting."""
        self.deliberation.add_error(champ, phrase)

    def montrer_le_present(self, conflit: MontantsChanges) -> None:
        """Only amounts are compared: of the words on a project, the last one written counts."""
        self.montants.montrer_le_present(conflit)
