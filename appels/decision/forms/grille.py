"""The grid of a call, and one person's scores."""

from django import forms

from appels.models import Appel, Cotation, Critere

ABSTENTION = "abstention"


class CritereForm(forms.ModelForm):
    class Meta:
        model = Critere
        fields = ["libelle", "aide", "maximum", "poids", "est_obligatoire"]

    def clean_maximum(self):
        maximum = self.cleaned_data["maximum"]
        if self.instance.pk and self.instance.cotations.filter(points__gt=maximum).exists():
            raise forms.ValidationError(
                "Une note plus haute a déjà été donnée : gardez au moins cette note maximale."
            )
        return maximum


class GrilleFormSet(forms.BaseInlineFormSet):
    """A criterion that somebody scored stays: taking it away would change scores already given."""

    def clean(self):
        super().clean()
        for form in self.forms:
            if (
                form.cleaned_data.get("DELETE")
                and form.instance.pk
                and form.instance.cotations.exists()
            ):
                raise forms.ValidationError(
                    f"« {form.instance} » a déjà des notes : il ne se retire plus. Rien "
                    f"n’est enregistré."
                )


CriteresFormSet = forms.inlineformset_factory(
    Appel,
    Critere,
    form=CritereForm,
    formset=GrilleFormSet,
    extra=1,
    max_num=20,
    absolute_max=25,
    validate_max=True,
)


class CotationForm(forms.Form):
    """A criterion: points, an abstention, or nothing yet; and why."""

    points = forms.ChoiceField(label="Note", required=False)
    motif = forms.CharField(
        label="Pourquoi", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, critere: Critere, cotation: Cotation | None, rendre: bool, **kwargs):
        super().__init__(*args, prefix=f"c{critere.pk}", **kwargs)
        self.critere, self.rendre = critere, rendre
        self.fields["points"].choices = [
            ("", "Pas encore noté"),
            *((str(n), f"{n} sur {critere.maximum}") for n in range(critere.maximum + 1)),
            (ABSTENTION, "Je m’abstiens"),
        ]
        if cotation:
            self.initial = {
                "motif": cotation.motif,
                "points": ABSTENTION
                if cotation.abstention
                else ""
                if cotation.points is None
                else str(cotation.points),
            }

    def clean(self):
        dit = super().clean()
        if self.rendre and "points" not in self.errors:
            if self.critere.est_obligatoire and not dit.get("points"):
                self.add_error(
                    "points", f"« {self.critere} » : notez-le, ou abstenez-vous, avant de rendre."
                )
            elif dit.get("points") and not dit.get("motif"):
                self.add_error("motif", f"« {self.critere} » : dites pourquoi.")
        return dit

    def cotation(self) -> Cotation | None:
        """What to keep; None when nothing is written."""
        points, motif = self.cleaned_data["points"], self.cleaned_data["motif"]
        if not points and not motif:
            return None
        return Cotation(
            critere=self.critere,
            motif=motif,
            abstention=points == ABSTENTION,
            points=int(points) if points.isdigit() else None,
        )
