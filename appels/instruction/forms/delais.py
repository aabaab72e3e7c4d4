"""Put off a closing, give a code to one organisation, use it."""

from datetime import datetime
from typing import Any

from django import forms

from appels.models import Appel
from partenaires.organismes.forms.choix import ChoixDOrganisme
from partenaires.socle.champs import DateField, HeureField, instant_de_paris

MOTIF_PUBLIC = "Il sera publié sur la page de l’appel et envoyé à qui a un brouillon."
MOTIF_DU_SERVICE = "Il reste dans le journal du service et dans l’historique du dossier."


class ClotureForm(forms.Form):
    """A later day and hour, and why."""

    jour = DateField(label="Jour")
    heure = HeureField(label="Heure de Paris")
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        appel: Appel,
        instant: datetime,
        public: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.appel = appel
        self.instant = instant
        self.fields["motif"].help_text = MOTIF_PUBLIC if public else MOTIF_DU_SERVICE

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        if donnees.get("jour") and donnees.get("heure"):
            nouvelle = instant_de_paris(
                self,
                donnees["jour"],
                donnees["heure"],
                "heure",
            )
            donnees["instant"] = nouvelle
            au_plus_tot = max(self.appel.ferme_le or self.instant, self.instant)
            if nouvelle and nouvelle <= au_plus_tot:
                self.add_error(
                    "jour",
                    "Choisissez un moment qui vient après la clôture actuelle, et après "
                    "maintenant.",
                )
        return donnees


class DerogationForm(ChoixDOrganisme, ClotureForm):
    """The same for one organisation."""

    field_order = ["cherche", "porteur", "jour", "heure", "motif"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, public=False, **kwargs)
