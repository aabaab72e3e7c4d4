"""What a funder thinks of a dossier."""

from django import forms

from appels.models import Avis, Sens
from partenaires.socle.champs import MontantField
from quartiers.francais import en_euros

DOIVENT_DIRE_POURQUOI = (Sens.RESERVE, Sens.DEFAVORABLE)


class AvisForm(forms.ModelForm):
    recevable = forms.TypedChoiceField(
        label="Recevable pour nous",
        required=False,
        widget=forms.RadioSelect,
        empty_value=None,
        coerce=lambda texte: {"True": True, "False": False}[texte],
        choices=[("", "Pas encore dit"), ("True", "Oui"), ("False", "Non")],
    )
    sens = forms.ChoiceField(
        label="Avis",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", "Pas encore d’avis"), *Sens.choices],
    )
    montant_propose = MontantField(label="Montant proposé (€)")
    vue = forms.CharField(
        widget=forms.HiddenInput, required=False
    )  # the opinion that the page showed

    class Meta:
        model = Avis
        fields = ["recevable", "sens", "montant_propose", "motif"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["vue"].initial = self.instance.empreinte if self.instance.pk else ""
        self.fields["motif"].help_text = (
            "Il peut être communiqué à qui le demande une fois la décision prise "
            "(CRPA, art. L311-2) : n’écrivez que des faits."
        )

    def montrer_le_present(self, actuel: Avis) -> None:
        """What was typed stays; the next answer overwrites knowingly."""
        self.data = self.data.copy()
        self.data["vue"] = actuel.empreinte
        montant = (
            f", {en_euros(actuel.montant_propose)}" if actuel.montant_propose is not None else ""
        )
        motif = f" « {actuel.motif} »" if actuel.motif else ""
        dit = actuel.get_sens_display() or "pas encore d’avis"
        self.add_error(
            "sens",
            f"Entre-temps, {actuel.auteur} a enregistré : {dit}{montant}.{motif} Votre saisie est "
            "gardée, pas enregistrée : enregistrez à nouveau pour la préférer.",
        )

    def clean(self):
        dit = super().clean()
        if dit.get("sens") in DOIVENT_DIRE_POURQUOI and not dit.get("motif"):
            self.add_error("motif", "Un avis avec réserve ou défavorable dit pourquoi.")
        if dit.get("sens") in (Sens.DEFAVORABLE, Sens.DEPORT) and dit.get("montant_propose"):
            self.add_error(
                "montant_propose",
                "Cet avis ne propose pas de montant : effacez-le, ou changez d’avis.",
            )
        return dit
