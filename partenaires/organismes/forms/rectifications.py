"""A new name or number: what is asked, what is answered."""

from typing import Any

from django import forms

from partenaires.models import ChampRectifie, Partenaire
from partenaires.models.identifiants import lire_rna, lire_siret
from partenaires.socle.champs import FichierField, est_vide, sans_adresse
from quartiers.frappe import Illisible


class RectificationForm(forms.Form):
    """What changes, into what, why."""

    champ = forms.ChoiceField(
        label="Ce qui change", choices=ChampRectifie.choices, widget=forms.RadioSelect
    )
    apres = forms.CharField(label="Nouvelle valeur", max_length=200)
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple : déménagement, changement de nom voté, faute de frappe.",
    )
    document = FichierField(
        label="Document qui le montre",
        required=False,
        help_text="Facultatif : avis de situation de l’Insee, récépissé de la préfecture…",
    )

    def __init__(self, *args: Any, partenaire: Partenaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partenaire = partenaire

    def clean_champ(self) -> str:
        champ = self.cleaned_data["champ"]
        if champ == ChampRectifie.RNA and not self.partenaire.est_association:
            raise forms.ValidationError("Seules les associations ont un numéro RNA.")
        return champ

    def clean(self) -> dict[str, Any]:
        super().clean()
        champ = self.cleaned_data.get("champ")
        apres = self.cleaned_data.get("apres")
        if champ and apres:
            try:
                self.cleaned_data["apres"] = self._lue(champ, apres)
            except forms.ValidationError as erreur:
                self.add_error("apres", erreur)
            except Illisible as erreur:
                self.add_error("apres", str(erreur))
        return self.cleaned_data

    def _lue(self, champ: str, apres: str) -> str:
        """The value as it is kept; raises `ValidationError` or `Illisible` with what is wrong."""
        if champ == ChampRectifie.NOM:
            sans_adresse(apres)
            return apres
        if champ == ChampRectifie.RNA:
            return lire_rna(apres)
        numero = lire_siret(apres)
        commune = self.partenaire.commune
        if self.partenaire.est_service and commune and not numero.startswith(commune.siren):
            raise forms.ValidationError(f"Ce SIRET n’est pas celui de la commune ({commune}).")
        return numero


class ReponseForm(forms.Form):
    """Agreed, or refused with the reason that the organisation reads."""

    reponse = forms.CharField(
        label="Motif du refus",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Demandé pour un refus ; l’organisme le lit.",
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if "refuser" in self.data and est_vide(self, "reponse"):
            self.add_error("reponse", "Écrivez pourquoi la demande est refusée.")
        return self.cleaned_data
