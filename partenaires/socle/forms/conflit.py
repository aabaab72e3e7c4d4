"""Two people wrote the same thing: show both texts, overwrite nothing."""

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model

from partenaires.socle import fusion
from partenaires.socle.champs import MontantField
from partenaires.socle.refus import GARDEE, Conflit
from quartiers.francais import nombre_en_euros

if TYPE_CHECKING:
    Formulaire = forms.BaseForm
else:
    Formulaire = object  # it stands beside a form, never alone


RETIREE = (
    "Entre-temps, quelqu’un a retiré cette ligne. Votre saisie est gardée, pas enregistrée : "
    "enregistrez à nouveau pour l’ajouter, ou videz-la."
)


def reecrire(form: forms.BaseForm, nom: str, valeur: Any) -> None:
    """In what was typed, this field says something else: the page is shown again with it."""
    saisi: Any = form.data
    saisi = saisi.copy()
    saisi[form.add_prefix(nom)] = valeur
    form.data = saisi


class MontreLePresent(Formulaire):
    """A form that says what is there now when somebody wrote since its page was shown.

    Its hidden field `vue` carries the print (`empreinte`) of what the page showed, which the action
    compares with what is there.
    """

    def montrer_le_present(self, conflit: Conflit) -> None:
        """What was typed stays; the next answer overwrites knowingly."""
        present: Any = conflit.present
        reecrire(self, "vue", present.empreinte)
        self.add_error(conflit.champ, conflit.phrase)


class ChampVu(forms.CharField):
    """What the page showed of a form: nobody types it."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        """It says nothing by itself: an empty row that carries it stays empty."""
        return False


class SurCeQuiEtaitMontre(Formulaire):
    """A form of a page of many fields or rows, where several people write at once.

    What the page showed travels with it (`vu`). A field left as it was shown takes what somebody
    else wrote since; one that both wrote is said, and nothing is kept until it is sent again.
    """

    est_retiree = False  # a row of a table, that somebody took away since (`LignesQuiSeRetirent`)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.etait = dict(self.initial)
        self.fields["vu"] = ChampVu(required=False, initial=self._en_json)

    def a_bouge(self, actuel: Model) -> bool:
        """Of the row of a model: it is not the one that this form was made of."""
        colonnes = forms.model_to_dict(actuel, self._meta.fields)  # type: ignore[attr-defined]
        return any(self.etait.get(nom) != valeur for nom, valeur in colonnes.items())

    def _en_json(self) -> str:
        return json.dumps(self.present(), ensure_ascii=False)

    def present(self) -> fusion.Valeurs:
        """{field: what the page shows of what is saved now}, of those that one types."""
        return {
            nom: fusion.en_page(champ, champ.prepare_value(self.get_initial_for_field(champ, nom)))
            for nom, champ in self.fields.items()
            if not (champ.disabled or champ.widget.is_hidden or champ.widget.needs_multipart_form)
        }

    def full_clean(self) -> None:
        disputes = self._reunir() if self.is_bound else []
        super().full_clean()
        for nom in disputes:
            self.add_error(nom, self._ecrit_entre_temps(nom))
        if self.is_bound and self.est_retiree:
            self.add_error(self.visible_fields()[0].name, RETIREE)

    def _reunir(self) -> list[str]:
        """Take what others wrote in the fields left as they were shown; those that both wrote."""
        recu: Any = self.data
        saisi = recu.copy()
        disputes = []
        vues = ce_qui_etait_montre(saisi, self.add_prefix("vu"))
        presentes = self.present()
        for nom, presente in presentes.items():
            if nom not in vues or vues[nom] == presente:  # nobody wrote it since
                continue
            tapee = self.tapee(nom, presente)
            if tapee == vues[nom]:
                self._mettre(saisi, nom, presente)
            elif tapee != presente:
                disputes.append(nom)
        saisi[self.add_prefix("vu")] = json.dumps(presentes, ensure_ascii=False)
        self.data = saisi
        self.__dict__.pop("changed_data", None)  # a table asked it before
        return disputes

    def _mettre(self, saisi: Any, nom: str, presente: str | list[str]) -> None:
        """What a browser would send for this value."""
        est_une_case = isinstance(self.fields[nom].widget, forms.CheckboxInput)
        if isinstance(presente, list):
            saisi.setlist(self.add_prefix(nom), presente)
        else:
            saisi[self.add_prefix(nom)] = presente
        if not presente and (est_une_case or isinstance(presente, list)):
            del saisi[self.add_prefix(nom)]

    def tapee(self, nom: str, presente: str | list[str]) -> str | list[str]:
        """What was sent, in the same writing."""
        recu: Any = self.data
        valeurs = recu.getlist(self.add_prefix(nom))
        if isinstance(self.fields[nom].widget, forms.CheckboxInput):
            return "on" if valeurs else ""
        if isinstance(presente, list):
            return sorted(valeur for valeur in valeurs if valeur)
        return (valeurs[-1] if valeurs else "").replace("\r\n", "\n").strip()

    def _ecrit_entre_temps(self, nom: str) -> str:
        champ = self.fields[nom]
        texte = _lisible(champ, champ.prepare_value(self.get_initial_for_field(champ, nom)))
        quoi = f"a enregistré : « {texte} »" if texte else "a vidé ce champ"
        return f"Entre-temps, quelqu’un {quoi}. {GARDEE}"


def ce_qui_etait_montre(saisi: Any, nom: str = "vu") -> fusion.Valeurs:
    """What a page says that it showed, by its field `nom`; nothing when that cannot be read."""
    try:
        lues = json.loads(saisi.get(nom) or "{}")
    except (ValueError, RecursionError):
        return {}
    return lues if isinstance(lues, dict) else {}


def rangees_sorties(saisi: Any, champ: str, montrees: Collection[str]) -> list[str]:
    """The prefixes of the rows that were written (their `champ`) and that the page has no more."""
    sorties = []
    for nom in saisi:
        prefixe = nom.removesuffix(f"-{champ}")
        if prefixe == nom or prefixe in montrees or not saisi[nom]:
            continue
        montre = ce_qui_etait_montre(saisi, f"{prefixe}-vu").get(champ, [])
        if saisi[nom] not in montre:
            sorties.append(prefixe)
    return sorted(sorties)


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
    return _lisible(champ.field, champ.value())


def _lisible(champ: forms.Field, valeur: Any) -> str:
    if valeur in (None, "", []):
        return ""
    if isinstance(valeur, int) and isinstance(champ, MontantField):
        return nombre_en_euros(valeur)
    choix = getattr(champ, "choices", None)
    if choix:
        valeurs = valeur if isinstance(valeur, list | tuple) else [valeur]
        cles = {str(getattr(une, "pk", une)) for une in valeurs}
        return ", ".join(str(libelle) for cle, libelle in choix if str(cle) in cles)
    if isinstance(champ, forms.BooleanField):
        return "oui" if valeur else ""
    return str(valeur).replace("\r\n", "\n").strip()
