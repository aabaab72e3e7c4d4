"""Envelopes, and the amounts of a scenario.

An amount that alone goes beyond what its funder has is refused.
"""

import json
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict

from appels.decision.conflits import MontantsChanges
from appels.decision.regles_de_partage import Consigne, Regle
from appels.decision.scenarios import Case, Compte
from appels.models import Appel, Enveloppe, Scenario
from partenaires.socle.champs import EntierField, MontantField, PourcentField, champ_de_lignes
from partenaires.socle.forms.conflit import SurCeQuiEtaitMontre, reecrire
from partenaires.socle.vues.formulaire import centimes_lus
from quartiers.francais import en_euros

SEL = "scenario"


class EnveloppeForm(SurCeQuiEtaitMontre, forms.ModelForm):
    """What a funder has for a call; the page has one a funder."""

    nom_de_ligne = ""
    montant = MontantField(label="Enveloppe (€)")
    plafond = MontantField(label="Plafond par projet (€)")

    class Meta:
        model = Enveloppe
        fields = ["montant", "plafond"]

    def clean(self) -> None:
        """A ceiling by project stays under the envelope."""
        super().clean()
        montant = self.cleaned_data.get("montant")
        plafond = self.cleaned_data.get("plafond") or 0
        if montant is not None and plafond > montant:
            self.add_error("plafond", "Le plafond par projet dépasse l’enveloppe : baissez-le.")

    @property
    def enveloppe(self) -> dict[str, int | None]:
        """What is wanted, once the form is read, in cents."""
        return {nom: self.cleaned_data[nom] for nom in self.Meta.fields}


class ScenarioForm(forms.Form):
    """A new scenario: empty, from another of the call, or filled by a rule."""

    nom = forms.CharField(label="Nom", max_length=60)
    depuis = forms.ModelChoiceField(
        label="Partir de",
        queryset=Scenario.objects.none(),
        required=False,
        empty_label="Aucun montant",
    )
    regle = forms.ChoiceField(
        label="Ou remplir par une règle",
        required=False,
        choices=[("", "Aucune règle"), *Regle.choices],
    )
    part = PourcentField(label="Part de la demande (%)", min_value=1, required=False, initial=80)
    favorables = EntierField(
        label="Avis favorables au moins", min_value=1, max_value=50, required=False, initial=2
    )

    def __init__(
        self,
        *args: Any,
        appel: Appel,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        champ_de_lignes(self, "depuis").queryset = appel.scenarios.all()

    def clean(self) -> None:
        """One origin at most; the rule of shares says its share and its number."""
        super().clean()
        regle = self.cleaned_data.get("regle")
        if regle and self.cleaned_data.get("depuis"):
            self.add_error("regle", "Choisissez un scénario de départ ou une règle, pas les deux.")
        if regle == Regle.FAVORABLES:
            for nom in ("part", "favorables"):
                if nom not in self.errors and self.cleaned_data.get(nom) is None:
                    self.add_error(nom, "Cette règle demande un nombre ici.")

    @property
    def consigne(self) -> Consigne | None:
        """The rule chosen, once the form is read."""
        regle = self.cleaned_data["regle"]
        if not regle:
            return None
        if regle == Regle.AVIS:
            return Consigne(Regle.AVIS)
        return Consigne(
            Regle.FAVORABLES, self.cleaned_data["part"], self.cleaned_data["favorables"]
        )


class MontantsForm(forms.Form):
    """One amount a request shown.

    What the page showed travels signed, so that nobody is overwritten unseen.
    """

    vus = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        donnees: QueryDict | None,
        *,
        cases: list[Case],
        comptes: dict[int, Compte],
    ):
        super().__init__(donnees)
        # A request may have no funder: those of a scenario all have one, and its account
        self.comptes: dict[int | None, Compte] = dict(comptes.items())
        self.demandes = {f"m{case.financement.pk}": case.financement for case in cases}
        self.montres = {case.financement.pk: case.propose for case in cases}
        for case in cases:
            nom = f"m{case.financement.pk}"
            compte = self.comptes[case.financement.partenaire_id]
            self.fields[nom] = MontantField(
                label=f"{compte.partenaire}, {case.numero}", initial=case.propose
            )
            case.champ = self[nom]
        self.fields["vus"].initial = self.signer(self.montres)

    @staticmethod
    def signer(montres: dict[int, int | None]) -> str:
        """What the page shows, that nobody changes on the way."""
        return signing.dumps(json.dumps(list(montres.items())), salt=SEL, compress=True)

    def montrer_le_present(self, conflit: MontantsChanges) -> None:
        """What was typed stays; the next answer overwrites knowingly what is now shown."""
        reecrire(self, "vus", self.signer({**self.montres, **conflit.presents}))
        for demande, phrase in conflit.phrases_par_demande().items():
            self.add_error(f"m{demande}", phrase)

    def clean_vus(self) -> dict[int, int | None]:
        """{request: the amount shown}."""
        try:
            return dict(json.loads(signing.loads(self.cleaned_data["vus"], salt=SEL)))
        except (signing.BadSignature, ValueError) as erreur:
            raise forms.ValidationError("La page ne se relit pas : rouvrez-la.") from erreur

    def clean(self) -> None:
        """No amount for a request that the page does not show, none that alone is too much."""
        super().clean()
        if any(self._est_etranger(nom) for nom in self.data):
            raise forms.ValidationError(
                "Un montant ne concerne aucune demande de cette page : rien n’est "
                "enregistré. Rouvrez-la."
            )
        for nom, demande in self.demandes.items():
            compte = self.comptes[demande.partenaire_id]
            refus = self._refus(self.cleaned_data.get(nom), compte)
            if refus:
                self.add_error(nom, refus)

    def _est_etranger(self, nom: str) -> bool:
        """An amount of no request shown."""
        return nom[:1] == "m" and nom[1:].isdigit() and nom not in self.demandes

    @staticmethod
    def _refus(montant: int | None, compte: Compte) -> str:
        """Why this amount cannot be, alone: over the envelope, or over the cap by project. In
        cents.
        """
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
        voulus = {}
        for nom, demande in self.demandes.items():
            if nom not in self.data:  # not on the page that was sent: nobody emptied it
                continue
            vu = self._vu(demande.pk, vus)
            voulu = self.cleaned_data[nom]
            if vu != voulu:
                voulus[demande.pk] = (vu, voulu)
        return voulus

    def _vu(self, demande: int, vus: dict[int, int | None]) -> int | None:
        """What the page showed: what it saved by itself since, else what it was made with."""
        depuis = self.data.get(f"v{demande}")
        return vus.get(demande) if depuis is None else centimes_lus(depuis)
