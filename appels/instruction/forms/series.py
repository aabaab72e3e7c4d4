"""What an agent does to the series of a dossier: which one, and why."""

from typing import Any

from django import forms

from appels.models import Dossier, GesteSurSerie, Serie
from partenaires.socle.champs import champ_de_lignes


class MouvementForm(forms.Form):
    """One gesture, the series where it leads, the reason."""

    geste = forms.ChoiceField(
        label="Que faire ?",
        choices=[
            (GesteSurSerie.RATTACHER, "Ce dossier est une année d’une autre série"),
            (GesteSurSerie.REUNIR, "Toute sa série est la même action qu’une autre : les réunir"),
            (GesteSurSerie.DETACHER, "Ce dossier est une action nouvelle : le détacher"),
        ],
        widget=forms.RadioSelect,
    )
    serie = forms.ModelChoiceField(
        Serie.objects.none(),
        label="Série du même organisme",
        required=False,
        empty_label="Aucune",
        help_text="Pour rattacher ou réunir.",
    )
    motif = forms.CharField(label="Pourquoi", max_length=300)

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        siennes = Serie.objects.suivies().filter(porteur=dossier.porteur_id)
        if dossier.serie_id:
            siennes = siennes.exclude(pk=dossier.serie_id)
        champ_de_lignes(self, "serie").queryset = siennes

    def clean(self) -> None:
        """A place to go, but to be alone."""
        super().clean()
        geste = self.cleaned_data.get("geste")
        if geste in (GesteSurSerie.RATTACHER, GesteSurSerie.REUNIR):
            if not self.cleaned_data.get("serie") and "serie" not in self.errors:
                self.add_error("serie", "Choisissez la série où vont ces dossiers.")
