"""The number, the state and the date that Dauphin shows."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from appels.decision.colonnes_dauphin import VOCABULAIRE, suffisent
from appels.models import DepotDauphin, EtatDauphin
from appels.models.dauphin import RECUS, lire_numero_dauphin
from appels.socle.forms.feuilles import ColonnesDeLaFeuilleForm
from partenaires.socle.champs import DateField, IdentifiantField, champ_de_choix, est_vide
from partenaires.socle.forms.conflit import SurCeQuiEtaitMontre


class ColonnesForm(ColonnesDeLaFeuilleForm):
    """What each column of a file of Dauphin holds."""

    vocabulaire = VOCABULAIRE

    def exiger_assez(self, sens: dict[str, int]) -> None:
        """A row must be tied to a dossier."""
        if not suffisent(sens):
            raise ValidationError(
                "Rien ne relie une ligne à un dossier : dites où est le numéro Dauphin, ou bien le "
                "SIRET, l’exercice et l’intitulé."
            )


class NumeroDauphinField(IdentifiantField):
    lire = staticmethod(lire_numero_dauphin)
    attributs: ClassVar = {**IdentifiantField.attributs, "class": "court"}


class DauphinForm(SurCeQuiEtaitMontre, forms.ModelForm):
    """What Dauphin shows of the request, typed by the organisation; two members may."""

    numero = NumeroDauphinField(label="Numéro Dauphin")
    transmis_le = DateField(
        label="Date de transmission",
        required=False,
        help_text="Celle que Dauphin affiche, une fois la demande transmise.",
    )

    class Meta:
        model = DepotDauphin
        fields = ["numero", "etat", "transmis_le"]
        widgets = {"etat": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_choix(self, "etat").choices = EtatDauphin.choices

    def clean(self) -> None:
        """What the State received has a date."""
        super().clean()
        est_recu = self.cleaned_data.get("etat") in RECUS
        if est_recu and "transmis_le" not in self.errors:
            if est_vide(self, "transmis_le"):
                self.add_error(
                    "transmis_le", "Indiquez la date de transmission que Dauphin affiche."
                )
