"""The text of letters."""

from typing import Any

from django import forms

from appels.decision import lettres
from appels.models import Auteur, Decision, Gabarit, Lettre
from partenaires.socle.forms.conflit import MontreLePresent, SurCeQuiEtaitMontre

POSSIBLES = ", ".join(f"{{{nom}}}" for nom in lettres.CHAMPS)
NEGATIVES = (Decision.REFUSE, Decision.AJOURNE, Decision.SANS_SUITE)


class GabaritForm(MontreLePresent, forms.ModelForm):
    """A template: its text may only name the fields of the list."""

    vue = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Gabarit
        fields = ["objet", "corps", "signataire", "qualite"]
        widgets = {"corps": forms.Textarea(attrs={"rows": 14})}

    @property
    def texte(self) -> dict[str, str]:
        """What is written, once the form is read."""
        return {nom: self.cleaned_data[nom] for nom in self.Meta.fields}

    def _sans_inconnu(self, nom: str) -> str:
        """The text of a field, once every name between braces is known."""
        texte = self.cleaned_data[nom]
        inconnus = lettres.inconnus(texte)
        if inconnus:
            raise forms.ValidationError(
                f"Champ inconnu : {', '.join(inconnus)}. Champs possibles : {POSSIBLES}."
            )
        return texte

    def clean_objet(self) -> str:
        return self._sans_inconnu("objet")

    def clean_corps(self) -> str:
        return self._sans_inconnu("corps")

    def clean(self) -> None:
        """What is not a grant says why (METIER §6.2)."""
        super().clean()
        corps = self.cleaned_data.get("corps")
        if self.instance.decision in NEGATIVES and corps is not None and "{motif}" not in corps:
            self.add_error("corps", "Dites pourquoi : placez le champ {motif} dans le texte.")


class AuteurForm(SurCeQuiEtaitMontre, forms.ModelForm):
    """Who takes the decisions of a funder; both empty: the one of the template."""

    nom_de_ligne = ""

    class Meta:
        model = Auteur
        fields = ["signataire", "qualite"]

    def clean(self) -> None:
        """A name says its quality, and a quality its name (code of relations, L212-1)."""
        super().clean()
        dits = self.cleaned_data
        if dits.get("signataire") and not dits.get("qualite") and "qualite" not in self.errors:
            self.add_error("qualite", "Dites aussi sa qualité et son service.")
        if dits.get("qualite") and not dits.get("signataire") and "signataire" not in self.errors:
            self.add_error("signataire", "Dites aussi son prénom et son nom.")

    @property
    def auteur(self) -> dict[str, str]:
        """Who is named, once the form is read."""
        return {nom: self.cleaned_data[nom] for nom in self.Meta.fields}


class LettreForm(MontreLePresent, forms.ModelForm):
    """The text of one letter, on the one that the page showed."""

    vue = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Lettre
        fields = ["objet", "corps"]
        widgets = {"corps": forms.Textarea(attrs={"rows": 14})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vue"].initial = self.instance.empreinte
