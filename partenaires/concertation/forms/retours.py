"""What the public says of a published word: whether the answer helped, a notice, to follow."""

from typing import Any

from django import forms

from partenaires.concertation.dires import Notice
from partenaires.concertation.forms.sans_compte import SansCompteForm
from partenaires.models import MotifSignalement
from partenaires.socle.champs import AdresseField

OUI = "oui"


class UtileForm(SansCompteForm):
    """Whether an answer helped, and why; the service reads the reason, the page the numbers."""

    est_utile = forms.ChoiceField(
        label="Cette réponse vous est-elle utile ?",
        widget=forms.RadioSelect,
        choices=[(OUI, "Oui"), ("non", "Non")],
    )
    pourquoi = forms.CharField(
        label="Pourquoi",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Lu par le service, jamais publié. N’y mettez ni nom ni coordonnées.",
    )


class MoiAussiForm(SansCompteForm):
    """Nothing to fill: a button."""


class SignalementForm(SansCompteForm):
    """A notice of illegal content (H5): reason, who sends it, good faith."""

    motif = forms.ChoiceField(
        label="Ce qui vous paraît illicite",
        widget=forms.RadioSelect,
        choices=MotifSignalement.choices,
    )
    explication = forms.CharField(
        label="Expliquez en quoi",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Citez la phrase, et dites ce qu’elle a d’illicite.",
    )
    nom = forms.CharField(
        label="Votre nom",
        max_length=120,
        required=False,
        help_text="Demandé, sauf pour une atteinte à une ou un mineur.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    courriel = AdresseField(
        label="Votre courriel",
        max_length=254,
        required=False,
        help_text="Pour vous envoyer l’accusé de réception et la décision ; demandé comme le nom.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    bonne_foi = forms.BooleanField(
        label="Je déclare de bonne foi que ces informations sont exactes et complètes."
    )

    def clean(self) -> dict[str, Any]:
        """Name and address, unless a minor is concerned."""
        dit = super().clean()
        if dit.get("motif") == MotifSignalement.MINEURS:
            return dit
        demandes = {
            "nom": "Écrivez votre nom : il est demandé pour cette raison.",
            "courriel": "Écrivez votre courriel : la décision vous y est envoyée.",
        }
        for nom, phrase in demandes.items():
            if nom in dit and not dit[nom]:
                self.add_error(nom, phrase)
        return dit

    def notice(self) -> Notice:
        """What was typed, once valid."""
        dit = self.cleaned_data
        return Notice(
            motif=dit["motif"],
            explication=dit["explication"],
            nom=dit["nom"],
            courriel=dit["courriel"],
            bonne_foi=dit["bonne_foi"],
        )


class SuivreUnQuartierForm(SansCompteForm):
    """An address to be told at; it is asked to confirm."""

    courriel = AdresseField(
        label="Votre courriel",
        max_length=254,
        help_text="Un courriel vous demande de confirmer. Un seul lien arrête tout.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
