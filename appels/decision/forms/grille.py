"""The grid of a call, and one person's scores."""

from django import forms
from django.http import QueryDict

from appels.instruction.forms.retirables import RetirablesFormSet
from appels.models import Appel, Cotation, Critere
from partenaires.socle.champs import champ_de_choix, champ_du_modele

ABSTENTION = "abstention"


class CritereForm(forms.ModelForm):
    """A criterion of the grid."""

    class Meta:
        model = Critere
        fields = ["libelle", "aide", "maximum", "poids", "est_obligatoire"]
        formfield_callback = champ_du_modele

    def clean_maximum(self) -> int:
        """Scores already given still hold under it."""
        maximum = self.cleaned_data["maximum"]
        if self.instance.pk and self.instance.cotations.filter(points__gt=maximum).exists():
            raise forms.ValidationError(
                "Une note plus haute a déjà été donnée : gardez au moins cette note maximale."
            )
        return maximum


CriteresFormSet = forms.inlineformset_factory(
    Appel,
    Critere,
    form=CritereForm,
    formset=RetirablesFormSet,
    extra=1,
    max_num=20,
    absolute_max=25,
    validate_max=True,
)


class CotationForm(forms.Form):
    """A criterion: points, an abstention, or nothing yet; and why."""

    points = forms.ChoiceField(label="Note", required=False)
    motif = forms.CharField(
        label="Pourquoi",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        donnees: QueryDict | None,
        *,
        critere: Critere,
        cotation: Cotation | None,
        rendre: bool,
    ):
        super().__init__(donnees, prefix=f"c{critere.pk}")
        self.critere = critere
        self.rendre = rendre
        champ_de_choix(self, "points").choices = [
            ("", "Pas encore noté"),
            *_notes_possibles(critere),
            (ABSTENTION, "Je m’abstiens"),
        ]
        if cotation:
            self.initial = {"motif": cotation.motif, "points": _choix(cotation)}

    def clean(self) -> None:
        """A reading given says a score or an abstention, and why."""
        super().clean()
        if not self.rendre or "points" in self.errors:
            return
        points = self.cleaned_data.get("points")
        if self.critere.est_obligatoire and self.critere.est_propose and not points:
            self.add_error(
                "points", f"« {self.critere} » : notez-le, ou abstenez-vous, avant de rendre."
            )
        elif points and not self.cleaned_data.get("motif"):
            self.add_error("motif", f"« {self.critere} » : dites pourquoi.")

    def cotation(self) -> Cotation | None:
        """What to keep; None when nothing is written."""
        points = self.cleaned_data["points"]
        motif = self.cleaned_data["motif"]
        if not points and not motif:
            return None
        return Cotation(
            critere=self.critere,
            motif=motif,
            abstention=points == ABSTENTION,
            points=int(points) if points.isdigit() else None,
        )


def _notes_possibles(critere: Critere) -> list[tuple[str, str]]:
    notes = range(critere.maximum + 1)
    return [(str(note), f"{note} sur {critere.maximum}") for note in notes]


def _choix(cotation: Cotation) -> str:
    """The choice that a score kept stands for."""
    if cotation.abstention:
        return ABSTENTION
    return "" if cotation.points is None else str(cotation.points)
