"""What leaves or becomes public: the lines ticked, their number, and when."""

import hashlib
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from appels.decision.boite import Boite
from appels.models import DecisionPrise, Lettre, Publication
from partenaires.socle.champs import (
    ChoixMultiples,
    DateField,
    EntierField,
    HeureField,
    champ_de_lignes,
    instant_de_paris,
)
from partenaires.socle.vues.formulaire import numero_lu


class DiffusionForm(forms.Form):
    """The lines ticked, how many they are written by hand, and an instant to come or none.

    `du_filtre`: the keys of all that may leave for the funder that the page shows; None without a
    funder, for nothing leaves for a whole call at once.
    """

    lignes: ChoixMultiples
    toutes = forms.BooleanField(
        label="Toutes celles de ce financeur, sur toutes les pages", required=False
    )
    nombre = EntierField(min_value=1, max_value=100_000)
    jour = DateField(label="Jour, si ce n’est pas maintenant", required=False)
    heure = HeureField(label="Heure de Paris", required=False)

    def __init__(
        self,
        *args: Any,
        lignes: QuerySet,
        du_filtre: list[int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        champ_de_lignes(self, "lignes").queryset = lignes
        self.fields["lignes"].required = False
        self.du_filtre = du_filtre
        if not du_filtre:
            del self.fields["toutes"]

    def clean(self) -> dict:
        """`prevue_le`: the instant chosen, None for now."""
        super().clean()
        donnees = self.cleaned_data
        if not self.cles and "lignes" not in self.errors:
            self.add_error("lignes", self.fields["lignes"].error_messages["required"])
        jour, heure = donnees.get("jour"), donnees.get("heure")
        donnees["prevue_le"] = None
        if jour and heure:
            donnees["prevue_le"] = instant_de_paris(self, jour, heure, "heure")
        elif jour and "heure" not in self.errors:
            self.add_error("heure", "Indiquez aussi l’heure, ou effacez le jour.")
        elif heure and "jour" not in self.errors:
            self.add_error("jour", "Indiquez aussi le jour, ou effacez l’heure.")
        return donnees

    @property
    def cochees(self) -> set[int]:
        """The keys ticked, as typed: what the page shows again."""
        valeurs = cast(QueryDict, self.data).getlist("lignes") if self.is_bound else []
        return {numero_lu(valeur) for valeur in valeurs} - {numero_lu("")}

    @property
    def cles(self) -> list[int]:
        """The keys ticked, once read; all those of the filter when that is what is asked."""
        if self.cleaned_data.get("toutes"):
            return list(self.du_filtre or [])
        return [ligne.pk for ligne in self.cleaned_data.get("lignes") or []]


def en_versions(lettres: Iterable[Lettre]) -> str:
    """« 12:1,15:3 »: letters and their versions, as a page sends them back."""
    return ",".join(f"{lettre.pk}:{lettre.version}" for lettre in lettres)


def _versions_lues(envoyees: str) -> list[tuple[int, int]]:
    couples = [mot.partition(":") for mot in envoyees.split(",") if mot]
    return [(numero_lu(cle), numero_lu(version)) for cle, _, version in couples]


class LiberationForm(DiffusionForm):
    """Letters that leave."""

    lignes = ChoixMultiples(
        Lettre.objects.none(),
        error_messages={
            "required": "Cochez les lettres à envoyer.",
            "invalid_choice": "Une lettre cochée n’est plus là : relisez la liste.",
        },
    )

    relu = forms.BooleanField(
        label="J’ai relu cet échantillon",
        error_messages={"required": "Relisez l’échantillon ci-dessus, puis cochez cette case."},
    )
    echantillon = forms.CharField(widget=forms.HiddenInput, required=False)
    lot = forms.CharField(widget=forms.HiddenInput, required=False)
    montrees = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order = ["lignes", "toutes", "relu", "nombre", "jour", "heure", "echantillon", "lot"]

    def __init__(self, *args: Any, boite: Boite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.boite = boite
        self.fields["nombre"].label = "Pour confirmer, écrivez le nombre de lettres cochées"
        if "toutes" in self.fields:
            self.fields["toutes"].label = "Toutes celles de ce lot, sur toutes les pages"
        self.fields["lot"].initial = boite.repere
        self.fields["echantillon"].initial = en_versions(boite.echantillon)

    @property
    def relues(self) -> list[tuple[int, int]]:
        """(letter, version) of the sample that the page showed."""
        return _versions_lues(self.cleaned_data["echantillon"])

    @property
    def versions(self) -> dict[int, int]:
        """{letter: version} as it was read: those of the page, or all those of the lot."""
        if self.cleaned_data.get("toutes"):
            return {lettre.pk: lettre.version for lettre in self.boite.pretes}
        return dict(_versions_lues(self.cleaned_data["montrees"]))

    @property
    def lot_a_change(self) -> bool:
        """All those of the lot are asked, and they are not those of the page."""
        return bool(
            self.cleaned_data.get("toutes") and self.cleaned_data["lot"] != self.boite.repere
        )


class PublicationForm(DiffusionForm):
    """Decisions that become public."""

    lignes = ChoixMultiples(
        DecisionPrise.objects.none(),
        error_messages={
            "required": "Cochez les décisions à publier.",
            "invalid_choice": "Une décision cochée ne peut plus être publiée : relisez la liste.",
        },
    )
    note = forms.CharField(
        label="Note de correction, que tout le monde lira",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Pour les lignes qui en corrigent une déjà publiée.",
    )
    lot = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order = ["lignes", "toutes", "note", "nombre", "jour", "heure", "lot"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nombre"].label = "Pour confirmer, écrivez le nombre de décisions cochées"
        contenu = repr(sorted(self.du_filtre or []))
        self.fields["lot"].initial = hashlib.sha256(contenu.encode()).hexdigest()[:16]

    @property
    def lot_a_change(self) -> bool:
        """All those of the funder are asked, and they are not those that the page counted."""
        toutes, lot = self.cleaned_data.get("toutes"), self.cleaned_data["lot"]
        return bool(toutes and lot and lot != self.fields["lot"].initial)


class RetraitForm(forms.Form):
    """Public lines that nobody reads any more, and why."""

    retirees = ChoixMultiples(
        Publication.objects.none(),
        error_messages={
            "required": "Cochez les lignes à retirer.",
            "invalid_choice": "Une ligne cochée n’est déjà plus publique : relisez la liste.",
        },
    )
    motif = forms.CharField(
        label="Pourquoi", max_length=250, help_text="Il reste dans l’historique des dossiers."
    )

    def __init__(self, *args: Any, lignes: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_lignes(self, "retirees").queryset = lignes
