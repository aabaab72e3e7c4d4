"""To which meeting the dossiers ticked go."""

from collections.abc import Collection
from typing import Any

from django import forms

from appels.models import Comite
from partenaires.socle.champs import champ_de_lignes


class SeanceForm(forms.Form):
    """One of the meetings of these calls that are still open."""

    comite = forms.ModelChoiceField(
        queryset=Comite.objects.none(), label="Séance", empty_label="Choisir"
    )

    def __init__(self, *args: Any, appels: Collection[int], **options: Any):
        super().__init__(*args, **options)
        ouvertes = Comite.objects.filter(appel__in=appels, clos_le__isnull=True)
        champ_de_lignes(self, "comite").queryset = ouvertes
        self.a_une_seance = ouvertes.exists()
