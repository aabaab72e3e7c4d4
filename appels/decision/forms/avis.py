"""What a funder thinks of a dossier."""

from django import forms

from appels.models import Avis, Sens
from partenaires.socle.champs import MontantField
from partenaires.socle.forms.conflit import MontreLePresent

DOIVENT_DIRE_POURQUOI = (Sens.RESERVE, Sens.DEFAVORABLE)
SANS_MONTANT = (Sens.DEFAVORABLE, Sens.DEPORT)
RECEVABLES = {"True": True, "False": False}


class AvisForm(MontreLePresent, forms.ModelForm):
    """The opinion of a funder, on the one that the page showed."""

    recevable = forms.TypedChoiceField(
        label="Recevable pour nous",
        required=False,
        widget=forms.RadioSelect,
        empty_value=None,
        coerce=RECEVABLES.__getitem__,
        choices=[("", "Pas encore dit"), ("True", "Oui"), ("False", "Non")],
    )
    sens = forms.ChoiceField(
        label="Avis",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", "Pas encore d’avis"), *Sens.choices],
    )
    montant_propose = MontantField(label="Montant proposé (€)")
    vue = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Avis
        fields = ["recevable", "sens", "montant_propose", "motif"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["vue"].initial = self.instance.empreinte if self.instance.pk else ""
        self.fields["motif"].help_text = (
            "Il peut être communiqué à qui le demande une fois la décision prise "
            "(code des relations entre le public et l’administration, art. L. 311-2) : n’écrivez "
            "que des faits."
        )

    def clean(self) -> None:
        """A reserve says why; a refusal and a stepping aside propose no amount."""
        super().clean()
        sens = self.cleaned_data.get("sens")
        if sens in DOIVENT_DIRE_POURQUOI and not self.cleaned_data.get("motif"):
            self.add_error("motif", "Un avis avec réserve ou défavorable dit pourquoi.")
        if sens in SANS_MONTANT and self.cleaned_data.get("montant_propose"):
            self.add_error(
                "montant_propose",
                "Cet avis ne propose pas de montant : effacez-le, ou changez d’avis.",
            )
