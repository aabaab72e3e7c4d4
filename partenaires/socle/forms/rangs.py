"""A table of rows known by their rank: sent twice, the same rows are the same ones."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.forms import BaseFormSet
from django.forms.renderers import get_default_renderer


class TableParRang(BaseFormSet):
    """Model forms over the rows already saved, the first one over the first.

    A form of it says by `est_gardee` whether its row is one once it is clean.
    """

    extra = 1
    can_order = False
    can_delete = can_delete_extra = True
    min_num = 0
    max_num: int
    absolute_max: int
    validate_min = False
    validate_max = True
    renderer = get_default_renderer()

    def __init__(self, donnees: Any, *, enregistrees: Sequence[Model], prefix: str):
        self.enregistrees = enregistrees
        initial: list[dict] = [{} for _ in enregistrees]
        super().__init__(donnees, prefix=prefix, initial=initial)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """The row already saved at this rank, which the form writes over.

        Every posted row counts, even one equal to what is saved: forged totals drop nothing.
        """
        options = super().get_form_kwargs(index)
        if index is None:
            return options
        est_enregistree = index < len(self.enregistrees)
        instance = self.enregistrees[index] if est_enregistree else None
        return {**options, "instance": instance, "empty_permitted": False}

    def ecrire_les_rangs(self, **parent: Model) -> list[Any]:
        """Write each row over the one of its rank; gives the keys of those that are no more."""
        cles = [ligne.pk for ligne in self.enregistrees]
        gardees = [form for form in self.forms if form.est_gardee]
        for rang, form in enumerate(gardees):
            ligne = form.instance
            ligne.pk = cles[rang] if rang < len(cles) else None
            ligne._state.adding = ligne.pk is None
            for nom, valeur in parent.items():
                setattr(ligne, nom, valeur)
            form.save()
        return cles[len(gardees) :]
