"""A table of rows known by their rank: sent twice, the same rows are the same ones."""

from typing import Any

from django.db.models import Model
from django.forms import BaseForm, BaseFormSet

RangsPoses = list[tuple[Any, BaseForm]]


class TableParRang(BaseFormSet):
    """Model forms over the rows already saved, the first one over the first.

    A form of it says by `est_gardee` whether its row is one once it is clean.
    """

    def __init__(self, donnees: Any, *, enregistrees: list[Model], prefix: str):
        self.enregistrees = enregistrees
        initial: list[dict] = [{} for _ in enregistrees]
        super().__init__(donnees, prefix=prefix, initial=initial)

    def get_form_kwargs(self, index):
        """The row already saved at this rank, which the form writes over."""
        est_enregistree = index is not None and index < len(self.enregistrees)
        instance = self.enregistrees[index] if est_enregistree else None
        return {**super().get_form_kwargs(index), "instance": instance}

    def _construct_form(self, i, **kwargs):
        """Every posted row counts, even one equal to what is saved: forged totals drop nothing."""
        return super()._construct_form(i, **{**kwargs, "empty_permitted": False})

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
