"""The same page sent twice with the same words is one sending; other words are another one.

The hidden key of a page tells a button pressed twice from two sendings. A page that one comes back
to has kept its key: what is written there then is not what was sent, and does not disappear in it.
"""

import json
from typing import Any
from uuid import UUID, uuid5

from django import forms

from partenaires.socle.fichiers import Fichier


class UneFois(forms.BaseForm):
    """A form whose hidden field is `cle`: once clean, the key of this page and of these words."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        cle = self.cleaned_data.get("cle")
        if cle is not None:
            self.cleaned_data["cle"] = cle_des_mots(cle, self.ce_qui_est_ecrit())

    def ce_qui_est_ecrit(self) -> list[list[Any]]:
        """[field, its texts as they were sent, or what its file holds]."""
        ecrits = []
        for nom, champ in self.fields.items():
            lu = self.cleaned_data.get(nom)
            if isinstance(lu, Fichier):
                dits: Any = lu.sha256
            else:
                envoi = (self.data, self.files, self.add_prefix(nom))
                dits = champ.widget.value_from_datadict(*envoi)
            if nom != "cle":
                ecrits.append([nom, dits if dits is None else str(dits)])
        return ecrits


def cle_des_mots(cle: UUID, mots: Any) -> UUID:
    """The same key for the same page and the same words, whatever JSON holds them."""
    return uuid5(cle, json.dumps(mots, sort_keys=True))
