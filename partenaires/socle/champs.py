"""Fields that people type the French way: dates and amounts."""

from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from partenaires.socle import fichiers, liens
from quartiers.francais import MontantIllisible, lire_montant, nombre_en_euros
from quartiers.horloge import InstantImpossible, depuis_paris

DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "court"})


def champ_date(**options: Any) -> forms.DateField:
    """A date typed or picked; « 27/11/2026 » is read too."""
    return forms.DateField(
        widget=DATE,
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y"],
        error_messages={"invalid": "Cette date ne se lit pas. Exemple : 27/11/2026."},
        **options,
    )


def champ_heure(**options: Any) -> forms.TimeField:
    """An hour of the Paris clock, typed or picked."""
    return forms.TimeField(
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "court"}),
        error_messages={"invalid": "Cette heure ne se lit pas. Exemple : 12:00."},
        **options,
    )


def sans_adresse(valeur: str) -> None:
    """The name of an organisation or of a person stands in mails: it names, and leads nowhere."""
    adresse = liens.adresse_dans(valeur)
    if adresse:
        raise ValidationError(
            f"« {adresse} » ressemble à l’adresse d’un site ou d’une messagerie : écrivez le nom "
            "seul, avec une espace après chaque point."
        )


class MontantField(forms.CharField):
    """An amount typed the French way; cleans to cents, or None when empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=40, **options)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.pop("maxlength", None)

    def prepare_value(self, value: object) -> object:
        return nombre_en_euros(value) if isinstance(value, int) else value

    def clean(self, value: object) -> int | None:
        texte = super().clean(value)
        try:
            return lire_montant(texte)
        except MontantIllisible as erreur:
            raise ValidationError(str(erreur)) from erreur

    def has_changed(self, initial: object, data: str | None) -> bool:
        """The same amount typed another way is the same amount."""
        avant = initial if isinstance(initial, int) else None
        try:
            return lire_montant(data or "") != avant
        except MontantIllisible:
            return True


class FichierField(forms.FileField):
    """A file whose kind is decided by its content; cleans to a `fichiers.Fichier`.

    None when empty. `attend`: it may wait in quarantine for the antivirus; otherwise it is judged
    before it is kept. `publie`: everybody will read it, it loses what it says of its author and of
    its place.
    """

    def __init__(self, *, attend: bool = False, publie: bool = False, **options: Any) -> None:
        self.attend = attend
        self.publie = publie
        super().__init__(
            widget=forms.FileInput(attrs={"accept": fichiers.ACCEPT}),
            error_messages={
                "required": "Choisissez un fichier.",
                "empty": "Le fichier est vide : choisissez-le à nouveau.",
            },
            **options,
        )

    def clean(self, data: Any, initial: Any = None) -> fichiers.Fichier | None:
        recu = super().clean(data, initial)
        if not recu:
            return None
        try:
            fichier = fichiers.controler(recu, publie=self.publie)
            if not self.attend:
                fichiers.exiger_sain(fichier.contenu)
        except fichiers.FichierRefuse as refus:
            raise ValidationError(refus.phrase, code=refus.code) from refus
        return fichier


class ChoixMultiples(forms.ModelMultipleChoiceField):
    """Rows chosen together.

    A number beyond what the database can hold is a wrong choice, not a crash.
    """

    def _check_values(self, value: Any) -> QuerySet:
        try:
            return super()._check_values(value)  # type: ignore[misc]  # not in the stubs
        except OverflowError as erreur:
            raise ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": "trop grand"},
            ) from erreur


def champ_de_choix(form: forms.BaseForm, nom: str) -> forms.ChoiceField:
    """The field of this name, whose `choices` are to be said."""
    return cast(forms.ChoiceField, form.fields[nom])


def champ_de_lignes(form: forms.BaseForm, nom: str) -> "forms.ModelChoiceField[Any]":
    """The field of this name, whose `queryset` is to be said."""
    return cast("forms.ModelChoiceField[Any]", form.fields[nom])


def instant_de_paris(form: forms.BaseForm, jour: date, heure: time, champ: str) -> datetime | None:
    """This day and hour on the Paris clock.

    The error goes to `champ` when the clock skips or repeats it.
    """
    try:
        return depuis_paris(datetime.combine(jour, heure))
    except InstantImpossible:
        form.add_error(
            champ,
            "Cette heure n’existe pas, ou existe deux fois, à cause du changement "
            "d’heure : choisissez-en une autre.",
        )
        return None
