"""The service keeps an organisation alive: who left, to whom it goes."""

from django import forms

from partenaires.socle.champs import AdresseField
from partenaires.socle.forms.conflit import reecrire
from partenaires.socle.refus import Conflit


class MotifForm(forms.Form):
    """Why, in words that stay in the log."""

    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Comment vous le savez : appel, courrier, procès-verbal. Il reste au journal.",
    )


class RefusForm(MotifForm):
    """Why a claim is refused, on what the page showed of it."""

    verifiee = forms.NullBooleanField(required=False, widget=forms.HiddenInput)

    def montrer_le_present(self, conflit: Conflit) -> None:
        """A colleague verified it: sent again, it is undone knowingly."""
        reecrire(self, "verifiee", "True")
        self.add_error(None, conflit.phrase)


class ConfierForm(MotifForm):
    """The address of the person to whom the organisation is given."""

    email = AdresseField(label="Adresse électronique de la personne")
    field_order = ["email", "motif"]


class FermetureForm(forms.Form):
    """A box to tick before closing one's account."""

    certain = forms.BooleanField(
        label="Je ferme mon compte : je ne pourrai plus me connecter avec cette adresse.",
        error_messages={"required": "Cochez la case pour fermer votre compte."},
    )
