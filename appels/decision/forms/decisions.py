"""What a funder decided on a dossier: outcome, amount, date, act (METIER §4.2, rule R15)."""

from django import forms

from appels.models import ACCORDS, Decision, Dossier, Financement
from partenaires.models import Partenaire
from partenaires.socle.champs import MontantField, champ_date
from quartiers.francais import en_euros

A_MOTIVER = (
    Decision.REFUSE,
    Decision.AJOURNE,
    Decision.SANS_SUITE,
)  # METIER §6.2: always give the reason


class DecisionForm(forms.ModelForm):
    decision = forms.ChoiceField(
        label="Décision", required=False, choices=[("", "Pas encore connue"), *Decision.choices]
    )
    montant_vote = MontantField(label="Montant voté")
    decide_le = champ_date(label="Date de la décision", required=False)
    vue = forms.CharField(
        widget=forms.HiddenInput, required=False
    )  # the decision that the page showed
    depasse = forms.BooleanField(
        label="Le montant voté dépasse le montant demandé : c’est voulu", required=False
    )

    class Meta:
        model = Financement
        fields = ["decision", "montant_vote", "decide_le", "acte", "motif"]
        widgets = {"motif": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["vue"].initial = self.instance.empreinte

    @property
    def a_change(self) -> bool:
        """Something typed is not what is kept; that somebody else changed it does not count."""
        return bool(set(self.changed_data) - {"vue", "depasse"})

    def montrer_le_present(self, actuelle: Financement) -> None:
        """What was typed stays; the next answer overwrites knowingly."""
        self.data = self.data.copy()
        self.data[self.add_prefix("vue")] = actuelle.empreinte
        dite = actuelle.get_decision_display() or "aucune décision"
        montant = (
            f", {en_euros(actuelle.montant_vote)}" if actuelle.montant_vote is not None else ""
        )
        self.add_error(
            "decision",
            f"Entre-temps, quelqu’un a enregistré : {dite}{montant}. Votre saisie est gardée, "
            "pas enregistrée : enregistrez à nouveau pour la préférer.",
        )

    def clean(self):
        dit = super().clean()
        vote, demande = dit.get("montant_vote"), self.instance.montant
        if dit.get("decision") in ACCORDS:
            if "montant_vote" not in self.errors and not vote:
                self.add_error("montant_vote", "Indiquez le montant voté.")
            if "decide_le" not in self.errors and not dit.get("decide_le"):
                self.add_error("decide_le", "Indiquez la date de la décision.")
            if vote and vote > (demande or 0) and not dit.get("depasse"):
                self.add_error(
                    "depasse",
                    f"{en_euros(vote)} votés pour {en_euros(demande or 0)} demandés : "
                    "cochez cette case si c’est voulu, ou corrigez le montant.",
                )
        elif vote:
            self.add_error(
                "montant_vote", "Un montant ne se vote qu’avec un accord : choisissez la décision."
            )
        if dit.get("decision") in A_MOTIVER and not dit.get("motif"):
            self.add_error("motif", "Dites pourquoi : l’organisme le lira.")
        return dit


DecisionFormSet = forms.modelformset_factory(
    Financement, form=DecisionForm, extra=0, max_num=40, absolute_max=45, can_delete=False
)


def formulaires(donnees, dossier: Dossier):
    """One form a funder of the call that this dossier asks."""
    demandes = dossier.financements.filter(partenaire__isnull=False).select_related("partenaire")
    return DecisionFormSet(donnees, queryset=demandes, prefix="decisions")


class ReprendreForm(forms.Form):
    """What a funder decided by one act, for all that the frozen scenario gives it."""

    partenaire = forms.ModelChoiceField(
        label="Financeur", queryset=Partenaire.objects.none(), empty_label="Choisissez un financeur"
    )
    decide_le = champ_date(label="Date de la décision")
    acte = forms.CharField(
        label="Acte (délibération, arrêté, convention)", required=False, max_length=150
    )
    motif = forms.CharField(
        label="Motif des refus",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="L’organisme le lira. Un refus : le scénario ne donne rien au projet.",
    )

    def __init__(self, *args, partenaires, refus: dict[int, int], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partenaire"].queryset, self.refus = partenaires, refus

    def clean(self):
        dit = super().clean()
        if dit.get("partenaire") and self.refus.get(dit["partenaire"].pk) and not dit.get("motif"):
            self.add_error(
                "motif", "Le scénario ne donne rien à certains projets : dites pourquoi."
            )
        return dit
