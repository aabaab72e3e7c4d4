"""What a funder thinks of a dossier."""

from django import forms

from appels.models import Avis, Sens
from partenaires.champs import MontantField

DOIVENT_DIRE_POURQUOI = (Sens.RESERVE, Sens.DEFAVORABLE)


class AvisForm(forms.ModelForm):
    recevable = forms.TypedChoiceField(
        label="Recevable pour nous", required=False, widget=forms.RadioSelect, empty_value=None,
        coerce=lambda texte: {"True": True, "False": False}[texte],
        choices=[("", "Pas encore dit"), ("True", "Oui"), ("False", "Non")])
    sens = forms.ChoiceField(label="Avis", required=False, widget=forms.RadioSelect,
                             choices=[("", "Pas encore d’avis"), *Sens.choices])
    montant_propose = MontantField(label="Montant proposé (€)")

    class Meta:
        model = Avis
        fields = ["recevable", "sens", "montant_propose", "motif"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["motif"].help_text = ("Il peut être communiqué à qui le demande une fois la décision prise "
                                          "(CRPA, art. L311-2) : n’écrivez que des faits.")

    def clean(self):
        dit = super().clean()
        if dit.get("sens") in DOIVENT_DIRE_POURQUOI and not dit.get("motif"):
            self.add_error("motif", "Un avis avec réserve ou défavorable dit pourquoi.")
        if dit.get("sens") in (Sens.DEFAVORABLE, Sens.DEPORT) and dit.get("montant_propose"):
            self.add_error("montant_propose", "Cet avis ne propose pas de montant : effacez-le, ou changez d’avis.")
        return dit
