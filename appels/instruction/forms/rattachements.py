"""The dossier that a word of a resident speaks of, by its number."""

from typing import Any

from django import forms

from appels.models import Dossier
from appels.models.dossiers import DossierQuerySet
from appels.models.numerotation import lire_numero


class RattachementForm(forms.Form):
    """« CV-2027-0012 », among those that this agent reads."""

    numero = forms.CharField(
        label="Numéro du dossier",
        max_length=60,
        help_text="Par exemple : CV-2027-0012 ; R-2025-7K3XQ2M pour une année reprise.",
    )

    def __init__(self, *args: Any, visibles: DossierQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visibles = visibles

    def clean_numero(self) -> Dossier:
        """The dossier of that number."""
        dossier = self.visibles.filter(numero=lire_numero(self.cleaned_data["numero"])).first()
        if dossier is None:
            raise forms.ValidationError(
                "Dans votre périmètre, aucun dossier déposé ni aucune année reprise et publiée n’a "
                "ce numéro : vérifiez-le."
            )
        return dossier
