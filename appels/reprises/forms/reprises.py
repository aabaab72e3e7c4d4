"""What the columns of a file hold, who its names are, which quartiers they were."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from appels.instruction.forms.appel import ANNEE_MAX
from appels.reprises.colonnes import VOCABULAIRE, manquent
from appels.reprises.lignes import ANNEE_MIN, FINANCEUR_MAX
from appels.reprises.rattachements import CREER, GENRES_A_CREER, LAISSER, LIBELLE, ADecider, Dit
from appels.socle.feuilles import Feuille
from appels.socle.forms.feuilles import ColonnesDeLaFeuilleForm
from partenaires.socle.champs import AnneeField
from partenaires.socle.forms.conflit import SurCeQuiEtaitMontre
from quartiers.models import Quartier

A_DIRE = ("", "À décider")
NOM_DE_CHAMP = re.compile(r"(?:organisme|financeur)-[0-9a-f]{12}")
ANCIEN = ("ancien", "Ancien quartier : aucun de ceux de 2024")


def nom_du_champ(sorte: str, cle: str) -> str:
    """The same name for the same thing, whatever was decided meanwhile."""
    return f"{sorte}-{hashlib.sha256(cle.encode()).hexdigest()[:12]}"


class ColonnesForm(ColonnesDeLaFeuilleForm):
    """One choice a column, and what the whole file is about."""

    vocabulaire = VOCABULAIRE

    def __init__(
        self,
        donnees: QueryDict | None,
        *,
        feuille: Feuille,
        colonnes: dict[str, int],
        pour_tout: Mapping[str, str],
    ) -> None:
        super().__init__(donnees, feuille=feuille, colonnes=colonnes)
        self.fields["annee"] = AnneeField(
            label="Année de tout le fichier",
            required=False,
            min_value=ANNEE_MIN,
            max_value=ANNEE_MAX,
            help_text="Si aucune colonne ne la dit.",
            initial=pour_tout.get("annee", ""),
        )
        self.fields["financeur"] = forms.CharField(
            label="Financeur de tout le fichier",
            required=False,
            max_length=FINANCEUR_MAX,
            help_text="Si aucune colonne ne le dit.",
            initial=pour_tout.get("financeur", ""),
        )

    def exiger_assez(self, sens: dict[str, int]) -> None:
        """A line has an organisation, an action, a year, a funder and an amount."""
        if absents := manquent(sens, self.pour_tout()):
            raise ValidationError(f"Il manque : {', '.join(absents)}.")

    def pour_tout(self) -> dict[str, str]:
        """{sense: text} of what is said once for all lines."""
        annee = self.cleaned_data.get("annee")
        return {
            "annee": str(annee or ""),
            "financeur": self.cleaned_data.get("financeur", ""),
        }


class NomsForm(forms.Form):
    """Who each name of the file is here: one choice a name."""

    def __init__(
        self,
        donnees: QueryDict | None,
        *,
        organismes: Iterable[ADecider],
        financeurs: Iterable[ADecider],
        dits: Iterable[Dit] = (),
    ) -> None:
        super().__init__(donnees)
        self.dits = {nom_du_champ(dit.sorte, dit.cle): dit for dit in dits}
        self.cles: dict[str, tuple[str, str]] = {}  # {field: (kind, key)}
        for attendu in financeurs:
            self._ajouter("financeur", attendu, [(LIBELLE, "Autre financeur : garder son nom")])
        for attendu in organismes:
            creer = [
                (f"{CREER}:{genre.value}", f"À créer : {genre.label.lower()}")
                for genre in GENRES_A_CREER
                if attendu.peut_se_creer
            ]
            self._ajouter("organisme", attendu, creer)
        if self.dits:
            self.fields["oublier"] = forms.MultipleChoiceField(
                label="Déjà dit : cochez ce qui est à décider de nouveau",
                required=False,
                choices=[(nom, dit.phrase) for nom, dit in self.dits.items()],
                widget=forms.CheckboxSelectMultiple,
            )

    def _ajouter(self, sorte: str, attendu: ADecider, autres: list[tuple[str, str]]) -> None:
        """A question: what a name of the file is here, from what is known, or left aside."""
        connus = [
            (str(un.pk), f"{un} ({un.identifiants})" if un.identifiants else str(un))
            for un in attendu.proposes
        ]
        nom = nom_du_champ(sorte, attendu.cle)
        self.cles[nom] = (sorte, attendu.cle)
        numeros = f" ({attendu.numeros})" if attendu.numeros else ""
        self.fields[nom] = forms.ChoiceField(
            label=f"{attendu.nom}{numeros}",
            required=False,
            choices=[A_DIRE, *connus, *autres, (LAISSER, "Laisser ses lignes de côté")],
            help_text=f"{attendu.ou[:1].upper()}{attendu.ou[1:]} : {attendu.pourquoi}.",
        )

    def decides(self) -> dict[str, dict[str, Any]]:
        """{kind: {key: organisation, or the word of what is done of it; None: nothing any more}},
        what was said alone.
        """
        dits: dict[str, dict[str, Any]] = {}
        for nom in self.cleaned_data.get("oublier", []):
            dit = self.dits[nom]
            dits.setdefault(dit.sorte, {})[dit.cle] = None
        for nom, (sorte, cle) in self.cles.items():
            mot = self.cleaned_data[nom]
            if mot:
                dits.setdefault(sorte, {})[cle] = int(mot) if mot.isdigit() else mot
        return dits

    def deja_decides(self) -> int:
        """How many names this page said, that somebody decided since it was shown."""
        return sum(
            bool(valeur and nom not in self.fields and NOM_DE_CHAMP.fullmatch(nom))
            for nom, valeur in self.data.items()
        )


class QuartiersForm(SurCeQuiEtaitMontre, forms.Form):
    """The quartier of 2024 that each former name is, or none: one choice a name, for all files."""

    def __init__(
        self,
        donnees: QueryDict | None,
        *,
        noms: Mapping[str, str],
        dits: Mapping[str, Quartier | None],
        quartiers: Iterable[Quartier],
    ) -> None:
        super().__init__(donnees)
        self.par_code = {quartier.code: quartier for quartier in quartiers}
        choix = [(code, str(quartier)) for code, quartier in self.par_code.items()]
        self.noms: dict[str, str] = {}
        for cle, nom in noms.items():
            champ = nom_du_champ("quartier", cle)
            self.noms[champ] = nom
            self.fields[champ] = forms.ChoiceField(
                label=nom,
                required=False,
                choices=[A_DIRE, ANCIEN, *choix],
                initial=_initial(cle, dits),
            )

    def quartiers_dits(self) -> dict[str, Quartier | None]:
        """{name: its quartier, or None}, what was said alone."""
        return {
            nom: self.par_code.get(self.cleaned_data[champ])
            for champ, nom in self.noms.items()
            if self.cleaned_data[champ]
        }

    def a_redire(self) -> list[str]:
        """The names that were said, and are to decide again."""
        return [
            nom
            for champ, nom in self.noms.items()
            if self.fields[champ].initial and not self.cleaned_data[champ]
        ]


def _initial(cle: str, dits: Mapping[str, Quartier | None]) -> str:
    if cle not in dits:
        return ""
    quartier = dits[cle]
    return quartier.code if quartier else ANCIEN[0]
