"""A request received on paper."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms

from appels.models import Appel
from partenaires.organismes.forms.choix import ChoixDOrganisme
from partenaires.socle.champs import (
    DateField,
    FichierField,
    HeureField,
    instant_de_paris,
)
from partenaires.socle.forms.une_fois import UneFois
from quartiers.francais import date_et_heure


class PapierForm(UneFois, ChoixDOrganisme):
    """Whose, what, when it came, who signed, and the original scanned."""

    intitule = forms.CharField(label="Intitulé du projet", max_length=256)
    jour = DateField(label="Reçu au service, jour")
    heure = HeureField(label="Reçu au service, heure de Paris")
    signataire = forms.CharField(label="Personne qui a signé, nom et qualité", max_length=160)
    scan = FichierField(label="Original numérisé", attend=True)
    cle = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, appel: Appel, instant: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appel = appel
        self.instant = instant
        self.fields["cle"].initial = uuid4

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        if donnees.get("jour") and donnees.get("heure"):
            recu = instant_de_paris(
                self,
                donnees["jour"],
                donnees["heure"],
                "heure",
            )
            donnees["recu"] = recu
            if recu and recu > self.instant:
                self.add_error(
                    "jour", "Cette réception est dans le futur : vérifiez le jour et l’heure."
                )
            elif recu and not self.appel.est_ouvert(recu):
                self.add_error("jour", self._hors_de_l_appel())
        return donnees

    def _hors_de_l_appel(self) -> str:
        """Why a paper received before or after the call is not entered."""
        pendant = ""
        if self.appel.ouvre_le and self.appel.ferme_le:
            ouverture = date_et_heure(self.appel.ouvre_le)
            cloture = date_et_heure(self.appel.ferme_le)
            pendant = f", du {ouverture} au {cloture}"
        return f"La demande n’a pas été reçue pendant l’appel{pendant}."
