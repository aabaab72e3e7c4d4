"""The text of letters, and their release."""

from django import forms

from appels.decision import lettres
from appels.models import Decision, Gabarit, Lettre

POSSIBLES = ", ".join(f"{{{nom}}}" for nom in lettres.CHAMPS)


class GabaritForm(forms.ModelForm):
    """A template: its text may only name the fields of the list."""

    class Meta:
        model = Gabarit
        fields = ["objet", "corps", "signataire", "qualite"]
        widgets = {"corps": forms.Textarea(attrs={"rows": 14})}

    def _sans_inconnu(self, nom: str) -> str:
        texte = self.cleaned_data[nom]
        if inconnus := lettres.inconnus(texte):
            raise forms.ValidationError(
                f"Champ inconnu : {', '.join(inconnus)}. Champs possibles : {POSSIBLES}."
            )
        return texte

    def clean_objet(self):
        return self._sans_inconnu("objet")

    def clean_corps(self):
        return self._sans_inconnu("corps")

    def clean(self):
        dit = super().clean()
        negatif = self.instance.decision in (Decision.REFUSE, Decision.AJOURNE, Decision.SANS_SUITE)
        if negatif and "corps" in dit and "{motif}" not in dit["corps"]:
            self.add_error("corps", "Dites pourquoi : placez le champ {motif} dans le texte.")
        return dit


class LettreForm(forms.ModelForm):
    vue = forms.CharField(widget=forms.HiddenInput, required=False)  # the text that the page showed

    class Meta:
        model = Lettre
        fields = ["objet", "corps"]
        widgets = {"corps": forms.Textarea(attrs={"rows": 14})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["vue"].initial = self.instance.empreinte

    def montrer_le_present(self, actuelle: Lettre) -> None:
        """What was typed stays; the next answer overwrites knowingly."""
        self.data = self.data.copy()
        self.data["vue"] = actuelle.empreinte
        self.add_error(
            "corps",
            f"Entre-temps, {actuelle.corrigee_par} a corrigé cette lettre : son texte est montré "
            "sur cette page. Le vôtre est gardé, pas enregistré : enregistrez à nouveau "
            "pour le préférer.",
        )


class LiberationForm(forms.Form):
    nombre = forms.IntegerField(
        label="Pour confirmer, écrivez le nombre de lettres à envoyer",
        min_value=1,
        max_value=100_000,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "class": "court", "autocomplete": "off"}
        ),
    )
