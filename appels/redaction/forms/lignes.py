"""The lines of the plan of accounts: one amount an account, and lines added by hand."""

from itertools import chain
from typing import Any, cast

from django import forms
from django.http import QueryDict

from appels.models import ChoixDeLigne, Dossier
from appels.redaction.forms import cases
from appels.redaction.forms.lecture import lisible, valeur_cachee
from appels.redaction.forms.table import Table
from appels.redaction.guide import COURANTES, HEURES_BENEVOLES
from appels.redaction.mots import compte_propose
from partenaires.socle import plan_comptable
from partenaires.socle.champs import MontantField, champ_de_choix, est_vide
from partenaires.socle.forms.conflit import reecrire

AJOUTEES_MAX = 40
SANS_MONTANT = "Indiquez le montant de cette ligne, ou videz son libellé pour la retirer."
LigneSaisie = tuple[str, str, int]  # account code, label, cents


class ComptesForm(forms.Form):
    """One amount an account; a box beside those that many projects use.

    `guide` comes with a page that has the boxes: without them, every amount counts.
    """

    prefix = "c"
    guide = forms.CharField(required=False, widget=forms.HiddenInput, initial="1", max_length=1)

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        montants = {
            ligne.code: ligne.montant for ligne in dossier.lignes.all() if not ligne.libelle
        }
        if _est_valorise(dossier):
            for code in HEURES_BENEVOLES:
                montants.pop(code, None)
        choix = {ligne.cle: ligne.montant for ligne in dossier.choix_du_budget.all()}
        for code, compte in plan_comptable.comptes().items():
            nom = compte.nom
            champ = MontantField(label=nom, initial=montants.get(code, choix.get(code)))
            champ.widget.attrs |= _pour_les_totaux(compte)
            self.fields[code] = champ
            if code in COURANTES:
                champ.widget.attrs["aria-label"] = f"Montant : {nom}"
                attend_son_montant = code in choix and choix[code] is None
                self.fields[f"{code}-oui"] = forms.BooleanField(
                    label=f"Compter {nom}",
                    required=False,
                    initial=code in montants or attend_son_montant,
                )

    @property
    def est_guide(self) -> bool:
        """The page had the boxes."""
        return bool(valeur_cachee(self, "guide"))

    def _compte(self, code: str) -> bool:
        if code not in COURANTES or not self.est_guide:
            return True
        return cases.compte(self, f"{code}-oui", code)

    def lignes(self) -> list[LigneSaisie]:
        """What was typed, is readable and counts; no label."""
        return [
            (code, "", self.cleaned_data[code])
            for code in plan_comptable.comptes()
            if self.cleaned_data.get(code) is not None and self._compte(code)
        ]

    def en_attente(self) -> list[ChoixDeLigne]:
        """What is ticked without an amount, or has one and is not ticked; not saved yet."""
        lignes = []
        for code in COURANTES:
            montant = self.cleaned_data.get(code)
            if montant is None and self.cleaned_data.get(f"{code}-oui"):
                lignes.append(ChoixDeLigne(cle=code))
            elif montant is not None and not self._compte(code):
                lignes.append(ChoixDeLigne(cle=code, montant=montant))
        return lignes


def _est_valorise(dossier: Dossier) -> bool:
    """Hours and their rate are known: two accounts follow them, nobody types these."""
    benevolat = getattr(dossier, "benevolat", None)
    return benevolat is not None and None not in (benevolat.heures, benevolat.valeur)


def _comptes_par_poste() -> list[tuple[str, list[tuple[str, str]]]]:
    """The accounts to choose from under their heading, in the order of the plan."""
    return [
        (
            f"{poste.numero} {poste.libelle}".strip(),
            [(compte.code, compte.nom) for compte in poste.comptes],
        )
        for poste in plan_comptable.postes()
        if poste.comptes
    ]


def _pour_les_totaux(compte: plan_comptable.Compte) -> dict[str, str]:
    """Which of the four totals a line goes to: the script sums the same way."""
    prefixe = "v" if compte.est_volontaire else ""
    return {"data-cote": prefixe + compte.cote, "data-poste": compte.poste}


class LigneAjouteeForm(forms.Form):
    """A line of one's own under an account; its account does not change. An empty one is none."""

    code = forms.CharField(label="Compte", widget=forms.HiddenInput, max_length=20, required=False)
    libelle = forms.CharField(label="Libellé", max_length=150, required=False)
    montant = MontantField(label="Montant")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nom = "Ligne"
        compte = plan_comptable.comptes().get(valeur_cachee(self, "code"))
        if compte:
            self.nom = compte.nom
            self.fields["montant"].widget.attrs |= _pour_les_totaux(compte)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if code and code not in plan_comptable.comptes():
            raise forms.ValidationError("Ce compte n’est pas dans le plan.")
        return code

    def clean(self) -> None:
        super().clean()
        if self.a_un_montant and est_vide(self, "libelle"):
            self.add_error("libelle", "Nommez cette ligne.")
        est_commencee = self.a_un_montant or self.cleaned_data.get("libelle")
        if est_commencee and not self.cleaned_data.get("code") and "code" not in self.errors:
            self._proposer_un_compte()
        if self.cleaned_data.get("libelle") and not self.errors and not self.a_un_montant:
            self.add_error("montant", SANS_MONTANT)

    def _proposer_un_compte(self) -> None:
        """The account that the words make think of, chosen in the list and not yet saved."""
        propose = compte_propose(self.cleaned_data.get("libelle", ""))
        if not propose:
            self.add_error("code", "Choisissez le compte de cette ligne.")
            return
        nom = plan_comptable.comptes()[propose].nom
        self.add_error(
            "code",
            f"Compte proposé : « {nom} ». Enregistrez pour le garder, ou choisissez-en un autre.",
        )
        if not isinstance(self.fields["code"].widget, forms.HiddenInput):
            reecrire(self, "code", propose)

    @property
    def a_un_montant(self) -> bool:
        """A readable amount was typed; zero is one."""
        return self.cleaned_data.get("montant") is not None

    def lignes(self) -> list[LigneSaisie]:
        """At most one: it needs its account and an amount."""
        saisie = lisible(self)
        if not saisie.get("code") or saisie.get("montant") is None:
            return []
        return [(saisie["code"], saisie.get("libelle", ""), saisie["montant"])]


class NouvelleLigneForm(LigneAjouteeForm):
    """One more line, under an account to choose; shown on demand."""

    prefix = "ligne"
    code = forms.ChoiceField(label="Compte", required=False)  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_choix(self, "code").choices = [("", "Choisir"), *_comptes_par_poste()]

    def clean(self) -> None:
        super().clean()
        a_son_compte_seul = self.cleaned_data.get("code") and not self.errors
        if a_son_compte_seul and est_vide(self, "libelle") and not self.a_un_montant:
            self.add_error("libelle", "Nommez cette ligne, ou remettez « Choisir ».")


class TableDesLignesAjoutees(Table):
    """Lines added by hand; an emptied one disappears."""

    def __init__(self, donnees: QueryDict | None, *, dossier: Dossier) -> None:
        initial = [
            {"code": ligne.code, "libelle": ligne.libelle, "montant": ligne.montant}
            for ligne in dossier.lignes.all()
            if ligne.libelle
        ]
        super().__init__(donnees, prefix="a", initial=initial)

    def lignes(self) -> list[LigneSaisie]:
        """The rows that have an account and an amount."""
        return list(chain.from_iterable(form.lignes() for form in self.forms))


LignesAjouteesFormSet = cast(
    type[TableDesLignesAjoutees],
    forms.formset_factory(
        LigneAjouteeForm,
        formset=TableDesLignesAjoutees,
        extra=0,
        max_num=AJOUTEES_MAX,
        absolute_max=AJOUTEES_MAX + 5,
        validate_max=True,
    ),
)
