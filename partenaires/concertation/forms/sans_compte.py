"""A form that anybody sends, without account: no captcha, and yet no machine (H8)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict

from partenaires.concertation import reperes

TROP_VITE = (
    "Ce formulaire est revenu moins de trois secondes après s’être affiché : nous avons cru à une "
    "machine. Rien n’est perdu, envoyez-le à nouveau."
)
RENOUVELE = (
    "La page de ce formulaire n’est plus valable : elle vient d’être renouvelée. Relisez ce que "
    "vous avez écrit et envoyez-le à nouveau."
)
CHAMP_CACHE = (
    "Un champ que personne ne voit a été rempli : videz-le, ou demandez à votre navigateur de ne "
    "pas remplir cette page à votre place, puis envoyez à nouveau."
)


class SansCompteForm(forms.Form):
    """The hidden mark (when it was shown, the key of its sending) and a field left empty."""

    marque = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    # In a block that is `hidden`: a machine alone fills it.
    site = forms.CharField(
        label="Ne remplissez pas ce champ",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, donnees: QueryDict | None, *, le: datetime, **options: Any) -> None:
        self.le = le
        self.cle: UUID | None = None
        self.montree_le: datetime | None = None
        if donnees is not None:
            donnees = donnees.copy()
            try:
                self.montree_le, self.cle = reperes.lire_marque(donnees.get("marque", ""))
            except reperes.MarqueFausse:
                donnees["marque"] = reperes.marquer(le)
        initial = {"marque": reperes.marquer(le), **options.pop("initial", {})}
        super().__init__(donnees, initial=initial, **options)

    def visible_fields(self) -> list[forms.BoundField]:
        """What a person fills; the field left empty is not one."""
        return [champ for champ in super().visible_fields() if champ.name != "site"]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if self.data.get("site"):
            self.add_error(None, CHAMP_CACHE)
        elif self.montree_le is None:
            self.add_error(None, RENOUVELE)
        elif self.le - self.montree_le < reperes.ATTENTE:
            self.add_error(None, TROP_VITE)
        return donnees

    @contextmanager
    def qui_sert_une_fois(self) -> Iterator[None]:
        """Around its act: when its page has served already, the form that comes back is a new one,
        with what was typed.
        """
        try:
            yield
        except reperes.DejaServie:
            cast(QueryDict, self.data)["marque"] = reperes.marquer(self.le)
            raise

    @property
    def cle_lue(self) -> UUID:
        """The key of the sending; a valid form has one."""
        assert self.cle
        return self.cle
