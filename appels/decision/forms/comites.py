"""A meeting: when, who came, what it says of a project."""

import re
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from appels.decision.conflits import MontantsChanges, MotChange
from appels.decision.forms.scenarios import MontantsForm
from appels.decision.ordre_du_jour import ORDRE_MAX, Rangee
from appels.models import Appel, Comite, Deliberation, Presence, SensComite
from partenaires.socle.champs import (
    DateField,
    EntierField,
    HeureField,
    champ_de_lignes,
    instant_de_paris,
)
from partenaires.socle.forms.conflit import MontreLePresent, SurCeQuiEtaitMontre
from partenaires.socle.forms.lignes_retirees import LignesQuiSeRetirent
from partenaires.socle.vues.formulaire import numero_lu
from quartiers.horloge import a_paris

CASE = re.compile(r"c\d+", re.ASCII)  # the tick of a project


class ComiteForm(MontreLePresent, forms.ModelForm):
    """A meeting called, or its settings: when, where, on which scenario, with which quorum."""

    jour = DateField(label="Jour")
    heure = HeureField(label="Heure de Paris")
    quorum = EntierField(
        label="Quorum : voix présentes pour clore",
        min_value=1,
        max_value=500,
        required=False,
        help_text="Vide : aucun quorum n’est fixé.",
    )
    vue = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order = ["nom", "jour", "heure", "lieu", "scenario", "quorum", "vue"]

    class Meta:
        model = Comite
        fields = ["nom", "lieu", "scenario", "quorum"]

    def __init__(
        self,
        *args: Any,
        appel: Appel,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.annee = appel.annee
        champ_de_lignes(self, "scenario").queryset = appel.scenarios.all()
        champ_de_lignes(self, "scenario").empty_label = "Choisissez un scénario"
        if self.instance.pk:
            tenu_le = a_paris(self.instance.tenu_le)
            self.initial.update(
                jour=tenu_le.date(), heure=tenu_le.time(), vue=self.instance.empreinte
            )

    def clean(self) -> None:
        """`tenu_le` is the instant that day and hour make in Paris."""
        super().clean()
        jour = self.cleaned_data.get("jour")
        heure = self.cleaned_data.get("heure")
        if jour and abs(jour.year - self.annee) > 1:
            self.add_error(
                "jour",
                f"Cette séance serait en {jour.year}, loin de {self.annee}, l’année de l’appel : "
                "vérifiez la date.",
            )
        if jour and heure:
            self.cleaned_data["tenu_le"] = instant_de_paris(self, jour, heure, "heure")

    def donnees(self) -> dict:
        """What a meeting keeps."""
        noms = ("nom", "lieu", "scenario", "tenu_le", "quorum")
        return {nom: self.cleaned_data[nom] for nom in noms}


class OrdreForm(forms.Form):
    """The agenda: a tick and a place a project; what the page showed travels beside each."""

    def __init__(self, donnees: QueryDict | None, *, rangees: list[Rangee], suivante: int) -> None:
        super().__init__(donnees)
        self.fermees = [rangee for rangee in rangees if not rangee.se_coche]
        self.rangees = [rangee for rangee in rangees if rangee.se_coche]
        for rangee in self.rangees:
            cle = rangee.dossier.pk
            self.fields[f"c{cle}"] = forms.BooleanField(
                required=False, initial=rangee.ordre is not None, label=f"Inscrire {rangee.dossier}"
            )
            self.fields[f"o{cle}"] = EntierField(
                min_value=1,
                max_value=ORDRE_MAX,
                required=False,
                initial=rangee.ordre,
                label=f"Rang de {rangee.dossier}",
            )
        self.suivante = suivante

    def lignes(self) -> dict[int, tuple[BoundField, BoundField]]:
        """{dossier: (its tick, its place)}."""
        cles = [rangee.dossier.pk for rangee in self.rangees]
        return {cle: (self[f"c{cle}"], self[f"o{cle}"]) for cle in cles}

    def clean(self) -> dict[str, Any]:
        """Nothing that is ticked or numbered is left out in silence, no place is given twice."""
        super().clean()
        cochees = {nom for nom in self.data if CASE.fullmatch(nom)} - set(self.fields)
        if cochees:
            fermees = [
                f"{un.dossier.numero} ({un.raison})"
                for un in self.fermees
                if f"c{un.dossier.pk}" in cochees
            ]
            quoi = ", ".join(fermees) or "un projet qui n’est plus en course"
            self.add_error(None, f"Hors de la séance : {quoi}. Rien n’est enregistré.")
        prises = {self._gardee(rangee): rangee.dossier.numero for rangee in self.rangees}
        for rangee in self.rangees:
            cle = rangee.dossier.pk
            place = self.cleaned_data.get(f"o{cle}")
            if place is None or place == self._montree(cle) or not self._est_envoyee(rangee):
                continue
            if not self.cleaned_data.get(f"c{cle}"):
                self.add_error(f"o{cle}", "Cochez ce projet pour l’inscrire, ou videz son rang.")
            elif place in prises:
                self.add_error(
                    f"o{cle}", f"Le rang {place} est celui de {prises[place]} : changez l’un d’eux."
                )
            else:
                prises[place] = rangee.dossier.numero
        return self.cleaned_data

    def _est_envoyee(self, rangee: Rangee) -> bool:
        """It was on the page that was sent: a filter may hide it."""
        return f"a{rangee.dossier.pk}" in self.data

    def _gardee(self, rangee: Rangee) -> int | None:
        """The place that a project keeps; None when it has none, moves or leaves."""
        cle = rangee.dossier.pk
        if not self._est_envoyee(rangee):
            return rangee.ordre
        reste = self.cleaned_data.get(f"c{cle}") and self.cleaned_data.get(f"o{cle}")
        return rangee.ordre if reste == self._montree(cle) else None

    def voulus(self) -> dict[int, tuple[int | None, int | None]]:
        """{dossier: (place shown, place wanted)} of those that change.

        What is ticked without a place comes after the others, in the order of the page.
        """
        voulus: dict[int, tuple[int | None, int | None]] = {}
        envoyees = [rangee for rangee in self.rangees if self._est_envoyee(rangee)]
        ecrites = [self.cleaned_data[f"o{rangee.dossier.pk}"] or 0 for rangee in envoyees]
        suivante = max([self.suivante, *(place + 1 for place in ecrites)])
        for rangee in envoyees:
            cle = rangee.dossier.pk
            montree = self._montree(cle)
            place = self.cleaned_data[f"o{cle}"] if self.cleaned_data[f"c{cle}"] else None
            if self.cleaned_data[f"c{cle}"] and place is None:
                place = min(suivante, ORDRE_MAX)
                suivante += 1
            if place != montree:
                voulus[cle] = (montree, place)
        return voulus

    def _montree(self, cle: int) -> int | None:
        """The place that the page showed; None for none."""
        montree = numero_lu(self.data.get(f"a{cle}", ""))
        return None if montree < 0 else montree


class PresenceForm(SurCeQuiEtaitMontre, forms.ModelForm):
    """Somebody called to a meeting: two people may note who comes in."""

    class Meta:
        model = Presence
        fields = ["nom", "organisme", "venue", "vote"]


PresenceFormSet = cast(
    type[LignesQuiSeRetirent],
    forms.inlineformset_factory(
        Comite,
        Presence,
        form=PresenceForm,
        formset=LignesQuiSeRetirent,
        extra=2,
        max_num=80,
        absolute_max=85,
        validate_max=True,
    ),
)


class DeliberationForm(MontreLePresent, forms.ModelForm):
    """What the meeting says of one project; nothing is chosen until it says."""

    vue = forms.CharField(widget=forms.HiddenInput, required=False)

    sens = forms.ChoiceField(
        label="Décision du comité", choices=SensComite.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = Deliberation
        fields = ["sens", "observation"]
        widgets = {"observation": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vue"].initial = self.instance.empreinte if self.instance.pk else ""

    @property
    def mot(self) -> dict[str, str]:
        """What is said, once the form is read."""
        return {nom: self.cleaned_data[nom] for nom in self.Meta.fields}


class ProjetEnSeance:
    """The word of the meeting on one project and its amounts, saved by one button."""

    def __init__(self, deliberation: DeliberationForm, montants: MontantsForm):
        self.deliberation = deliberation
        self.montants = montants

    def is_valid(self) -> bool:
        """Both are asked, so that all the errors are said together."""
        return all([self.deliberation.is_valid(), self.montants.is_valid()])

    def add_error(self, champ: str | None, phrase: str) -> None:
        """What refuses the whole is said on the word of the meeting."""
        self.deliberation.add_error(champ, phrase)

    def montrer_le_present(self, conflit: MontantsChanges | MotChange) -> None:
        """The word is compared first, then the amounts."""
        if isinstance(conflit, MotChange):
            self.deliberation.montrer_le_present(conflit)
        else:
            self.montants.montrer_le_present(conflit)
