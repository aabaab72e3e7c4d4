"""A table of rows that several people write: a row that somebody took away meanwhile."""

import re
from typing import TYPE_CHECKING, Any

from django import forms

from partenaires.socle.forms.conflit import ce_qui_etait_montre

if TYPE_CHECKING:

    class LignesEnBase(forms.BaseInlineFormSet[Any, Any, Any]):
        data: Any

        def _construct_form(self, i: int, **kwargs: Any) -> Any: ...

else:
    LignesEnBase = forms.BaseInlineFormSet  # Django's own is not subscripted


class LignesQuiSeRetirent(LignesEnBase):
    """Rows, each a `SurCeQuiEtaitMontre`, one of which may be gone since the page was shown.

    Left as it was shown, or taken away here too, it is no more. Written, it stays on the page as a
    new row and is said; nothing is kept until it is sent again.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._retirees: set[int] = set()  # rows gone and written, by their rank in the page
        if self.is_bound:
            self._ranger()

    def add_error(self, champ: str | None, phrase: str, /) -> None:
        """What refuses the whole table is said before its rows, even when it has none."""
        self.non_form_errors().append(phrase)

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        form.est_retiree = i in self._retirees
        return form

    def _ranger(self) -> None:
        """What was sent as if the page had been shown without the rows that are gone."""
        # A forged page says that it showed any number of rows
        montrees = range(min(self.initial_form_count(), self.absolute_max))
        presentes = {str(ligne.pk) for ligne in self.get_queryset()}
        gardees, retirees = [], []
        for rang in montrees:
            cle = str(self.data.get(f"{self.add_prefix(rang)}-id", ""))
            if not cle.isdecimal() or cle in presentes:
                gardees.append(rang)
            elif self._est_ecrite(rang):
                retirees.append(rang)
        if len(gardees) == len(montrees):
            return
        neuves = range(len(montrees), self.total_form_count())
        self._renumeroter([*gardees, *retirees, *neuves])
        for rang in range(len(gardees), len(gardees) + len(retirees)):
            self.data[f"{self.add_prefix(rang)}-id"] = ""
            self.data.pop(f"{self.add_prefix(rang)}-vu", None)
            self._retirees.add(rang)
        self.data[f"{self.prefix}-INITIAL_FORMS"] = str(len(gardees))
        del self.__dict__["management_form"]  # it said how many rows the page had

    def _est_ecrite(self, rang: int) -> bool:
        """Something was typed there, and the row was not taken away by this page as well."""
        ligne = self._construct_form(rang)
        if ligne.add_prefix("DELETE") in self.data:
            return False
        vues = ce_qui_etait_montre(self.data, ligne.add_prefix("vu"))
        changee = any(
            ligne.tapee(nom, vue) != vue for nom, vue in vues.items() if nom in ligne.fields
        )
        return changee or any(nom.startswith(f"{ligne.prefix}-") for nom in self.files)

    def _renumeroter(self, rangs: list[int]) -> None:
        """Only these rows, in this order."""
        forme = re.compile(rf"{re.escape(str(self.prefix))}-(\d+)-(.+)", re.ASCII)
        nouveau = {str(ancien): rang for rang, ancien in enumerate(rangs)}
        for nom in ("data", "files"):
            recus: Any = getattr(self, nom)
            if not recus:  # no file at all
                continue
            ranges = recus.copy()
            ranges.clear()
            for cle, valeurs in recus.lists():
                trouve = forme.fullmatch(cle)
                if trouve is None:
                    ranges.setlist(cle, valeurs)
                elif trouve[1] in nouveau:
                    ranges.setlist(f"{self.prefix}-{nouveau[trouve[1]]}-{trouve[2]}", valeurs)
            setattr(self, nom, ranges)
        self.data[f"{self.prefix}-TOTAL_FORMS"] = str(len(rangs))
