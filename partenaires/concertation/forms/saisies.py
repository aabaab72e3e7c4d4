"""What was said elsewhere, typed by an agent: how and when, then one row a person."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from partenaires.concertation import reperes
from partenaires.concertation.forms.consultations import ADMIS
from partenaires.models import Consultation, SourceParole, TypeParole
from partenaires.models.contribution import LONGUEUR_MAX
from partenaires.socle.champs import DateField, sans_adresse
from quartiers.horloge import a_paris
from quartiers.models import Axe, Quartier

RANGS = 8  # rows of a page: a sheet of a meeting
TYPES_ADMIS = dict(zip(ADMIS, TypeParole, strict=True))
HORS_LIGNE = [choix for choix in SourceParole.choices if choix[0] != SourceParole.EN_LIGNE.value]


class RecueilForm(forms.Form):
    """How it came, and which day: the same for the rows of a sending."""

    cle = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.ChoiceField(label="Comment", choices=HORS_LIGNE, widget=forms.RadioSelect)
    dite_le = DateField(label="Jour où c’était dit ou remis")

    def __init__(self, *args: Any, instant: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aujourd_hui = a_paris(instant).date()
        self.fields["cle"].initial = uuid4()

    @contextmanager
    def qui_sert_une_fois(self) -> Iterator[None]:
        """Around its act: a sheet that has served already comes back as a new one."""
        try:
            yield
        except reperes.DejaServie:
            neuve = cast(QueryDict, self.data).copy()
            neuve["cle"] = str(uuid4())
            self.data = neuve
            raise

    def clean_dite_le(self) -> date:
        jour = self.cleaned_data["dite_le"]
        if jour > self.aujourd_hui:
            raise forms.ValidationError("Ce jour n’est pas encore venu : vérifiez la date.")
        if (self.aujourd_hui - jour).days > 366:
            raise forms.ValidationError("Ce jour remonte à plus d’un an : vérifiez l’année.")
        return jour


class ParoleForm(forms.Form):
    """One person, one word; an empty row is left aside."""

    type = forms.ChoiceField(label="Type")
    texte = forms.CharField(
        label="Texte", max_length=LONGUEUR_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )
    quartier = forms.ChoiceField(label="Quartier", required=False)
    axe = forms.ChoiceField(label="Axe", required=False)
    pseudonyme = forms.CharField(
        label="Pseudonyme",
        required=False,
        max_length=40,
        validators=[sans_adresse],
        help_text="Publié : seulement si la personne l’a voulu.",
    )

    def __init__(
        self,
        *args: Any,
        consultation: Consultation,
        quartiers: list[Quartier],
        axes: list[Axe],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.quartiers = {quartier.code: quartier for quartier in quartiers}
        self.axes = {axe.cle: axe for axe in axes}
        admis = [type for champ, type in TYPES_ADMIS.items() if getattr(consultation, champ)]
        self.fields["type"] = forms.ChoiceField(
            label="Type", choices=[(type.value, type.label) for type in admis]
        )
        self.fields["quartier"] = forms.ChoiceField(
            label="Quartier",
            required=False,
            choices=[("", "Plusieurs, ou aucun"), *[(q.code, q.nom) for q in quartiers]],
        )
        self.fields["axe"] = forms.ChoiceField(
            label="Axe",
            required=False,
            choices=[("", "Aucun"), *[(axe.cle, axe.nom) for axe in axes]],
        )
        self.order_fields(["type", "texte", "quartier", "axe", "pseudonyme"])

    def has_changed(self) -> bool:
        """A type is always chosen: a row counts once something is written in it."""
        return bool({"texte", "quartier", "axe", "pseudonyme"} & set(self.changed_data))

    def dite(self) -> dict[str, Any]:
        """What the row says, its quartier and its axis as rows."""
        donnees = self.cleaned_data
        return {
            "type": donnees["type"],
            "texte": donnees["texte"],
            "quartier": self.quartiers.get(donnees["quartier"]),
            "axe": self.axes.get(donnees["axe"]),
            "pseudonyme": donnees["pseudonyme"],
        }


class ParolesFormSet(forms.BaseFormSet):
    """At least one row is written."""

    def clean(self) -> None:
        if not any(self.errors) and not self.dites():
            raise forms.ValidationError("Écrivez au moins un texte : aucune ligne n’est remplie.")

    def dites(self) -> dict[int, dict[str, Any]]:
        """The rows that were written, by their place on the page."""
        return {
            rang: form.dite()
            for rang, form in enumerate(self.forms)
            if form.has_changed() and form.is_valid()
        }


def table_des_paroles(data: Any, consultation: Consultation) -> ParolesFormSet:
    """The rows of a sheet; the quartiers and axes of the consultation are offered, else all."""
    genre = forms.formset_factory(
        ParoleForm, formset=ParolesFormSet, extra=RANGS, max_num=RANGS, absolute_max=RANGS
    )
    quartiers = list(consultation.quartiers.all()) or list(Quartier.objects.all())
    axes = list(consultation.axes.all()) or list(Axe.objects.all())
    table = genre(
        data,
        prefix="paroles",
        form_kwargs={"consultation": consultation, "quartiers": quartiers, "axes": axes},
    )
    return cast(ParolesFormSet, table)
