"""What a funder decided on a dossier: outcome, amount, date, act (METIER §4.2, rule R15)."""

from django import forms

from appels.models import ACCORDS, Decision, Dossier, Financement
from partenaires.champs import MontantField, champ_date
from quartiers.francais import en_euros


class DecisionForm(forms.ModelForm):
    decision = forms.ChoiceField(label="Décision", required=False,
                                 choices=[("", "Pas encore connue"), *Decision.choices])
    montant_vote = MontantField(label="Montant voté")
    decide_le = champ_date(label="Date de la décision", required=False)
    depasse = forms.BooleanField(label="Le montant voté dépasse le montant demandé : c’est voulu", required=False)

    class Meta:
        model = Financement
        fields = ["decision", "montant_vote", "decide_le", "acte"]

    def clean(self):
        dit = super().clean()
        vote, demande = dit.get("montant_vote"), self.instance.montant
        if dit.get("decision") in ACCORDS:
            if "montant_vote" not in self.errors and not vote:
                self.add_error("montant_vote", "Indiquez le montant voté.")
            if "decide_le" not in self.errors and not dit.get("decide_le"):
                self.add_error("decide_le", "Indiquez la date de la décision.")
            if vote and vote > (demande or 0) and not dit.get("depasse"):
                self.add_error("depasse", f"{en_euros(vote)} votés pour {en_euros(demande or 0)} demandés : "
                               "cochez cette case si c’est voulu, ou corrigez le montant.")
        elif vote:
            self.add_error("montant_vote", "Un montant ne se vote qu’avec un accord : choisissez la décision.")
        return dit


DecisionFormSet = forms.modelformset_factory(
    Financement, form=DecisionForm, extra=0, max_num=40, absolute_max=45, can_delete=False)


def formulaires(donnees, dossier: Dossier):
    """One form a funder of the call that this dossier asks."""
    demandes = dossier.financements.filter(partenaire__isnull=False).select_related("partenaire")
    return DecisionFormSet(donnees, queryset=demandes, prefix="decisions")
