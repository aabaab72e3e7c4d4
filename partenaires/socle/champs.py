"""Fields that are typed the French way, read by the readers of `quartiers` and of identifiers.

None of them is drawn as a native number, date or time: what a browser cannot read, it sends empty,
and what was saved is lost. A field of text sends what was typed, and its reader says what is wrong.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet

from partenaires.models import identifiants
from partenaires.socle import fichiers, liens
from quartiers import dates, nombres
from quartiers.frappe import Illisible
from quartiers.horloge import InstantImpossible, depuis_paris


class ChampLu(forms.Field):
    """A text that a reader understands; cleans to its value, `vide` when nothing is typed.

    What cannot be read stays on the screen, with the sentence of the reader.
    """

    lire: ClassVar[Any]  # a text to its value, None for nothing; raises `Illisible`
    ecrire: ClassVar[Any] = str  # a value to the text that shows it
    vide: Any = None
    attributs: ClassVar[dict[str, str]] = {}

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput)
        super().__init__(**options)
        for nom, valeur in self.attributs.items():
            self.widget.attrs.setdefault(nom, valeur)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):  # the value of a field that cannot be changed
            return self.vide if value is None else value
        try:
            lu = self.lu(value)
        except Illisible as erreur:
            raise ValidationError(str(erreur), code="invalid") from erreur
        return self.vide if lu is None else lu

    def lu(self, texte: str) -> Any:
        """What the reader understands; raises `Illisible`."""
        return type(self).lire(texte)

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else type(self).ecrire(value)


class EntierField(ChampLu):
    """A whole number, « 1 200 »."""

    lire = staticmethod(nombres.lire_entier)
    ecrire = staticmethod(nombres.ecrire_un_nombre)
    attributs: ClassVar = {"inputmode": "numeric", "class": "court", "autocomplete": "off"}

    def __init__(
        self, *, min_value: int | None = None, max_value: int | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.validators.extend(_bornes(min_value, max_value))


class EurosField(EntierField):
    """Whole euros, « 1 234 » or « 1 234 € »; an amount with its cents is a `MontantField`."""

    lire = staticmethod(nombres.lire_euros)


class PourcentField(EntierField):
    """A whole percentage, « 80 » or « 80 % »."""

    lire = staticmethod(nombres.lire_pourcent)

    def __init__(self, *, min_value: int = 0, **options: Any) -> None:
        super().__init__(**options)
        phrase = f"Ce pourcentage se situe entre {min_value} et 100."
        self.validators.append(MinValueValidator(min_value, phrase))
        self.validators.append(MaxValueValidator(100, phrase))


class DecimalField(ChampLu):
    """A number with its decimals, « 12,5 »."""

    ecrire = staticmethod(nombres.ecrire_un_nombre)
    attributs: ClassVar = {"inputmode": "decimal", "class": "court", "autocomplete": "off"}

    def __init__(
        self,
        *,
        max_digits: int,
        decimal_places: int,
        min_value: int = 0,
        max_value: int | None = None,
        **options: Any,
    ) -> None:
        self.minimum = min_value
        self.maximum = max_value
        self.decimales = decimal_places
        super().__init__(**options)
        plafond = Decimal(10 ** (max_digits - decimal_places)) - Decimal(10) ** -decimal_places
        self.validators.extend(_bornes(min_value, plafond if max_value is None else max_value))

    def lu(self, texte: str) -> Any:
        return nombres.lire_decimal(
            texte, self.decimales, minimum=self.minimum, maximum=self.maximum
        )


class CoordonneeField(ChampLu):
    """Degrees, « 50,2925 »; what a map gives beyond the ten centimetres is rounded."""

    ecrire = staticmethod(nombres.ecrire_un_nombre)
    attributs: ClassVar = DecimalField.attributs
    PRECISION = Decimal("0.000001")

    def __init__(self, *, borne: int, **options: Any) -> None:
        self.borne = borne
        super().__init__(**options)
        phrase = f"Ce nombre doit être compris entre −{borne} et {borne}."
        self.validators.append(MinValueValidator(-borne, phrase))
        self.validators.append(MaxValueValidator(borne, phrase))

    def lu(self, texte: str) -> Decimal | None:
        lu = nombres.lire_decimal(texte, 20, minimum=-self.borne, maximum=self.borne)
        return None if lu is None else lu.quantize(self.PRECISION)


class AnneeField(ChampLu):
    """A year, « 2027 »."""

    lire = staticmethod(dates.lire_annee)
    attributs: ClassVar = EntierField.attributs

    def __init__(self, *, min_value: int, max_value: int, **options: Any) -> None:
        super().__init__(**options)
        phrase = f"Cette année se situe entre {min_value} et {max_value}."
        self.validators.append(MinValueValidator(min_value, phrase))
        self.validators.append(MaxValueValidator(max_value, phrase))


class MontantField(ChampLu):
    """An amount typed the French way; cleans to cents."""

    lire = staticmethod(nombres.lire_montant)
    ecrire = staticmethod(nombres.ecrire_un_montant)
    attributs: ClassVar = {"inputmode": "decimal", "autocomplete": "off"}

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)


class DateField(ChampLu):
    """A day, « 27/11/2026 »; its format is said, unless the label does (`help_text=None`)."""

    lire = staticmethod(dates.lire_date)
    ecrire = staticmethod(dates.ecrire_une_date)
    attributs: ClassVar = EntierField.attributs

    def __init__(self, *, help_text: str | None = "", **options: Any) -> None:
        aide = "" if help_text is None else f"Format : {dates.FORMAT}. {help_text}".strip()
        super().__init__(help_text=aide, **options)


class HeureField(ChampLu):
    """An hour of the Paris clock, « 14:30 »; `help_text=None` when the label says so."""

    lire = staticmethod(dates.lire_heure)
    ecrire = staticmethod(dates.ecrire_une_heure)
    attributs: ClassVar = EntierField.attributs

    def __init__(self, *, help_text: str | None = "", **options: Any) -> None:
        aide = "" if help_text is None else f"Par exemple 14:30. {help_text}".strip()
        super().__init__(help_text=aide, **options)


class IdentifiantField(ChampLu):
    """A number given by somebody else: read by the reader of its kind, an empty text for none."""

    vide = ""
    attributs: ClassVar = {"autocomplete": "off", "spellcheck": "false"}


class SiretField(IdentifiantField):
    lire = staticmethod(identifiants.lire_siret)
    attributs: ClassVar = {**IdentifiantField.attributs, "inputmode": "numeric"}


class RnaField(IdentifiantField):
    lire = staticmethod(identifiants.lire_rna)


class IbanField(IdentifiantField):
    lire = staticmethod(identifiants.lire_iban)


class BicField(IdentifiantField):
    lire = staticmethod(identifiants.lire_bic)
    attributs: ClassVar = {**IdentifiantField.attributs, "class": "moyen"}


class TelephoneField(IdentifiantField):
    lire = staticmethod(identifiants.lire_telephone)
    attributs: ClassVar = {"inputmode": "tel"}


class CodePostalField(IdentifiantField):
    lire = staticmethod(identifiants.lire_code_postal)
    attributs: ClassVar = {"inputmode": "numeric", "class": "court"}


class AdresseField(forms.EmailField):
    """An electronic address, as people paste it."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(identifiants.lire_adresse(value) if value else value)


def _bornes(minimum: Any, maximum: Any) -> list[Any]:
    """The bounds of a number, each with its sentence."""
    bornes: list[Any] = []
    if minimum is not None:
        ecrit = nombres.ecrire_un_nombre(minimum)
        bornes.append(MinValueValidator(minimum, f"Ce nombre est trop petit : au moins {ecrit}."))
    if maximum is not None:
        ecrit = nombres.ecrire_un_nombre(maximum)
        bornes.append(
            MaxValueValidator(
                maximum,
                f"Ce nombre est trop grand : au plus {ecrit}. Vérifiez le nombre de zéros.",
            )
        )
    return bornes


def champ_du_modele(champ: models.Field, **options: Any) -> forms.Field | None:
    """The field that a form shows for a column: `formfield_callback` of every form of a model."""
    for genre, fabriquer in FABRIQUES.items():
        if isinstance(champ, genre) and not champ.choices and not champ.is_relation:
            return fabriquer(champ, **options)
    return champ.formfield(**options)


def _entier(champ: models.Field, **options: Any) -> forms.Field | None:
    """Within what the column holds, and what it asks."""
    limites = {"min_value": MinValueValidator, "max_value": MaxValueValidator}
    for nom, genre in limites.items():
        valeurs = [regle.limit_value for regle in champ.validators if isinstance(regle, genre)]
        resserrer = max if nom == "min_value" else min
        if valeurs:
            options.setdefault(nom, resserrer(valeurs))
    return champ.formfield(**{"form_class": EntierField, **options})


FABRIQUES: dict[type[models.Field], Callable[..., forms.Field | None]] = {
    models.EmailField: partial(models.EmailField.formfield, form_class=AdresseField),
    models.IntegerField: _entier,
    models.DecimalField: partial(models.DecimalField.formfield, form_class=DecimalField),
    models.DateField: partial(models.DateField.formfield, form_class=DateField),
    models.TimeField: partial(models.TimeField.formfield, form_class=HeureField),
}


def sans_adresse(valeur: str) -> None:
    """The name of an organisation or of a person stands in mails: it leads nowhere, to no page,
    no mailbox, no telephone.
    """
    adresse = liens.adresse_dans(valeur)
    if adresse:
        raise ValidationError(
            f"« {adresse} » ressemble à l’adresse d’un site ou d’une messagerie : écrivez le nom "
            "seul, avec une espace après chaque point."
        )
    numero = liens.telephone_dans(valeur)
    if numero:
        raise ValidationError(
            f"« {numero} » ressemble à un numéro de téléphone : écrivez le nom seul."
        )


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


def est_vide(form: forms.BaseForm, nom: str) -> bool:
    """Nothing was written there. What was written and is wrong says so by itself, once."""
    return nom not in form.errors and not form.cleaned_data.get(nom)


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
