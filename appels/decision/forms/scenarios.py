"""Envelopes, and the amounts of a scenario: refused where an amount alone goes beyond what its
funder has.
"""

import json

from django import forms
from django.core import signing

from appels.decision.scenarios import Case, Compte
from appels.models import Enveloppe, Scenario
from partenaires.socle.champs import MontantField
from quartiers.francais import en_euros

SEL = "scenario"


class EnveloppeForm(forms.ModelForm):
    montant = MontantField(label="Enveloppe (€)")
    plafond = MontantField(label="Plafond par projet (€)")

    class Meta:
        model = Enveloppe
        fields = ["montant", "plafond"]

    def clean(self):
        dit = super().clean()
        if dit.get("montant") is not None and (dit.get("plafond") or 0) > dit["montant"]:
            self.add_error("plafond", "Le plafond par projet dépasse l’enveloppe : baissez-le.")
        return dit


class ScenarioForm(forms.Form):
    nom = forms.CharField(label="Nom", max_length=60)
    depuis = forms.ModelChoiceField(
        label="Partir de",
        queryset=Scenario.objects.none(),
        required=False,
        empty_label="Aucun montant",
    )

    def __init__(self, *args, appel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["depuis"].queryset = appel.scenarios.all()


class MontantsForm(forms.Form):
    """One amount a request shown; what the page showed travels signed, so that nobody is
    overwritten unseen.
    """

    vus = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, donnees, *, cases: list[Case], comptes: dict[int, Compte]):
        super().__init__(donnees)
        self.comptes = comptes
        self.demandes = {f"m{case.financement.pk}": case.financement for case in cases}
        self.montres = {case.financement.pk: case.propose for case in cases}
        for case in cases:
            qui = comptes[case.financement.partenaire_id].partenaire
            self.fields[f"m{case.financement.pk}"] = MontantField(
                label=f"{qui}, {case.numero}", initial=case.propose
            )
            case.champ = self[f"m{case.financement.pk}"]
        self.fields["vus"].initial = self.signer(self.montres)

    @staticmethod
    def signer(montres: dict) -> str:
        return signing.dumps(json.dumps(list(montres.items())), salt=SEL, compress=True)

    def montrer_le_present(self, montants: dict[int, int | None]) -> None:
        """What was typed stays; the page now shows these amounts, and the next answer overwrites
        them knowingly.
        """
        self.data = self.data.copy()
        self.data["vus"] = self.signer({**self.montres, **montants})
        for pk, montant in montants.items():
            avant = en_euros(montant) if montant is not None else "aucun montant"
            self.add_error(
                f"m{pk}",
                f"Entre-temps, quelqu’un a mis {avant}. Votre saisie est gardée, pas "
                "enregistrée : enregistrez à nouveau pour la préférer.",
            )

    def clean_vus(self) -> dict[int, int | None]:
        try:
            return dict(json.loads(signing.loads(self.cleaned_data["vus"], salt=SEL)))
        except (signing.BadSignature, ValueError) as erreur:
            raise forms.ValidationError("La page ne se relit pas : rouvrez-la.") from erreur

    def clean(self):
        dit = super().clean()
        if any(
            nom[:1] == "m" and nom[1:].isdigit() and nom not in self.demandes for nom in self.data
        ):
            raise forms.ValidationError(
                "Un montant ne concerne aucune demande de cette page : rien n’est "
                "enregistré. Rouvrez-la."
            )
        for nom, demande in self.demandes.items():
            if refus := self._refus(dit.get(nom), self.comptes[demande.partenaire_id]):
                self.add_error(nom, refus)
        return dit

    @staticmethod
    def _refus(montant: int | None, compte: Compte) -> str:
        if montant is None:
            return ""
        if compte.enveloppe is not None and montant > compte.enveloppe:
            return (
                f"{en_euros(montant)} dépassent à eux seuls l’enveloppe : "
                f"{en_euros(compte.enveloppe)}."
            )
        if compte.plafond is not None and montant > compte.plafond:
            return (
                f"{en_euros(montant)} dépassent le plafond par projet : {en_euros(compte.plafond)}."
            )
        return ""

    def voulus(self) -> dict[int, tuple[int | None, int | None]]:
        """{request: (shown, wanted)} of those that changed."""
        vus = self.cleaned_data["vus"]
        couples = {
            demande.pk: (vus.get(demande.pk), self.cleaned_data[nom])
            for nom, demande in self.demandes.items()
        }
        return {pk: (vu, voulu) for pk, (vu, voulu) in couples.items() if vu != voulu}
