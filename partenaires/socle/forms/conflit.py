"""Two people wrote the same thing: show both texts, overwrite nothing."""

from typing import TYPE_CHECKING, Any

from django import forms

from partenaires.socle.champs import MontantField
from partenaires.socle.refus import Conflit
from quartiers.francais import nombre_en_euros

if TYPE_CHECKING:
    Formulaire = forms.BaseForm
else:
    Formulaire = object  # it stands beside a form, never alone


class MontreLePresent(Formulaire):
    """A form that says what is there now when somebody wrote since its page was shown.

    Its hidden field `vue` carries the print (`empreinte`) of what the page showed, which the action
    compares with what is there.
    """

    def montrer_le_present(self, conflit: Conflit) -> None:
        """What was typed stays; the next answer overwrites knowingly."""
        present: Any = conflit.present
        saisi: Any = self.data
        saisi = saisi.copy()
        saisi[self.add_prefix("vue")] = present.empreinte
        self.data = saisi
        self.add_error(conflit.champ, conflit.phrase)


def montrer_les_deux(formulaire: Any, frais: Any, auteur: str) -> list[str]:
    """Mark each field typed differently from what is saved; return the saved rows of the tables.

    `frais` is the same form built anew from the database: a form, a table of rows, or what holds
    several of them (`membres`).
    """
    if hasattr(formulaire, "membres"):
        lignes = []
        for typee, enregistree in zip(formulaire.membres, frais.membres, strict=True):
            lignes += montrer_les_deux(typee, enregistree, auteur)
        return lignes
    if isinstance(formulaire, forms.BaseFormSet):
        return lignes_enregistrees(frais)
    for nom, champ in formulaire.fields.items():
        if isinstance(champ.widget, forms.HiddenInput) or nom not in frais.fields:
            continue
        enregistre = en_clair(frais[nom])
        if enregistre and enregistre != en_clair(formulaire[nom]):
            champ.autre_texte = enregistre
            champ.auteur_autre_texte = auteur
    return []


def lignes_enregistrees(table: forms.BaseFormSet) -> list[str]:
    """The rows of a table that are kept, one line each."""
    return [_ligne(membre) for membre in table.forms if _est_enregistree(membre)]


def _est_enregistree(membre: forms.BaseForm) -> bool:
    """The row of a table says something that is kept."""
    return bool(membre.initial or getattr(getattr(membre, "instance", None), "pk", None))


def _ligne(formulaire: forms.BaseForm) -> str:
    """A saved row of a table in one line."""
    textes = [getattr(formulaire, "nom", "")]
    for champ in formulaire:
        if not champ.is_hidden and champ.name not in ("DELETE", "retirer"):
            textes.append(en_clair(champ))
    return " · ".join(texte for texte in textes if texte)


def en_clair(champ: forms.BoundField) -> str:
    """What a person reads in a field."""
    valeur = champ.value()
    if valeur in (None, "", []):
        return ""
    if isinstance(valeur, int) and isinstance(champ.field, MontantField):
        return nombre_en_euros(valeur)
    choix = getattr(champ.field, "choices", None)
    if choix:
        valeurs = valeur if isinstance(valeur, list | tuple) else [valeur]
        cles = {str(getattr(une, "pk", une)) for une in valeurs}
        return ", ".join(str(libelle) for cle, libelle in choix if str(cle) in cles)
    return str(valeur).replace("\r\n", "\n").strip()
