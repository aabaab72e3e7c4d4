"""The plan of accounts as a form: fixed lines, added lines, one line a funder."""

from django import forms

from appels.models import Dossier, Financement, LigneBudget
from appels.models.financement import EtatFinancement
from appels.socle import budget
from partenaires.socle import plan_comptable
from partenaires.socle.champs import MontantField

AJOUTEES_MAX = 40
FINANCEURS_MAX = 30


class ComptesForm(forms.Form):
    """One amount an account."""

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, prefix="c", **kwargs)
        montants = {
            ligne.code: ligne.montant for ligne in dossier.lignes.all() if not ligne.libelle
        }
        for code, compte in plan_comptable.comptes().items():
            self.fields[code] = MontantField(
                label=f"{compte.numero} {compte.libelle}".strip(), initial=montants.get(code)
            )
            self.fields[code].widget.attrs |= {
                "data-cote": _cote(compte),
                "data-poste": compte.poste,
            }

    def lignes(self) -> list[tuple[str, str, int]]:
        """(code, no label, cents) of what was typed and readable."""
        return [
            (code, "", valeur) for code, valeur in self.cleaned_data.items() if valeur is not None
        ]


def _cote(compte: plan_comptable.Compte) -> str:
    """Which of the four totals a line goes to: the script sums the same way."""
    return ("v" if compte.est_volontaire else "") + compte.cote


class LigneAjouteeForm(forms.Form):
    """A line of one's own under an account; its account does not change."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=20)
    libelle = forms.CharField(label="Libellé", max_length=150, required=False)
    montant = MontantField(label="Montant")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = (
            self.data.get(self.add_prefix("code")) if self.is_bound else self.initial.get("code")
        ) or ""
        compte = plan_comptable.comptes().get(code)
        self.nom = f"{compte.numero} {compte.libelle}".strip() if compte else "Ligne"
        if compte:
            self.fields["montant"].widget.attrs |= {
                "data-cote": _cote(compte),
                "data-poste": compte.poste,
            }

    def clean_code(self):
        if self.cleaned_data["code"] not in plan_comptable.comptes():
            raise forms.ValidationError("Ce compte n’est pas dans le plan.")
        return self.cleaned_data["code"]

    def clean(self):
        donnees = super().clean()
        if donnees.get("montant") is not None and not donnees.get("libelle"):
            self.add_error("libelle", "Nommez cette ligne.")
        return donnees


class NouvelleLigneForm(LigneAjouteeForm):
    """One more line, under an account to choose; shown on demand."""

    code = forms.ChoiceField(label="Compte", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="ligne", **kwargs)
        self.fields["code"].choices = [
            ("", "Choisir"),
            *(
                (code, f"{c.numero} {c.libelle}".strip()[:60])
                for code, c in plan_comptable.comptes().items()
            ),
        ]

    def clean_code(self):
        return self.cleaned_data["code"]

    def clean(self):
        donnees = super().clean()
        if (donnees.get("montant") is not None or donnees.get("libelle")) and not donnees.get(
            "code"
        ):
            self.add_error("code", "Choisissez le compte de cette ligne.")
        return donnees

    def lignes(self) -> list[tuple[str, str, int]]:
        """(code, label, cents), at most one."""
        d = self.cleaned_data
        return (
            [(d["code"], d["libelle"], d["montant"])]
            if d.get("code") and d.get("montant") is not None
            else []
        )


class LignesAjouteesFormSet(
    forms.formset_factory(
        LigneAjouteeForm,
        extra=0,
        max_num=AJOUTEES_MAX,
        absolute_max=AJOUTEES_MAX + 5,
        validate_max=True,
    )
):
    """Lines added by hand; an emptied one disappears."""

    def __init__(self, *args, dossier: Dossier, **kwargs):
        initial = [
            {"code": ligne.code, "libelle": ligne.libelle, "montant": ligne.montant}
            for ligne in dossier.lignes.all()
            if ligne.libelle
        ]
        super().__init__(*args, prefix="a", initial=initial, **kwargs)

    def _construct_form(self, i, **kwargs):
        """Every posted row counts, even one equal to what is saved: forged totals drop nothing."""
        return super()._construct_form(i, **{**kwargs, "empty_permitted": False})

    def lignes(self) -> list[tuple[str, str, int]]:
        return [
            (d["code"], d["libelle"], d["montant"])
            for d in (f.cleaned_data for f in self.forms)
            if d.get("montant") is not None and d.get("code")
        ]


class FinanceurForm(forms.Form):
    """A line of account 74: the request to a funder. Amounts in cents once clean."""

    cle = forms.CharField(widget=forms.HiddenInput, max_length=40)
    libelle = forms.CharField(widget=forms.HiddenInput, max_length=150, required=False)
    montant = MontantField(label="Montant demandé")
    etat = forms.ChoiceField(label="État", choices=EtatFinancement.choices, required=False)
    droit_commun = MontantField(label="Dont droit commun")
    credits_contrat = MontantField(label="Dont crédits du contrat")
    commentaire = forms.CharField(label="Commentaire", max_length=200, required=False)
    retirer = forms.BooleanField(label="Retirer ce financeur", required=False)

    def __init__(self, *args, choix: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.choix = choix
        self.fields["montant"].widget.attrs |= {
            "data-cote": plan_comptable.PRODUITS,
            "data-poste": "74",
        }
        cle = (
            self.data.get(self.add_prefix("cle")) if self.is_bound else self.initial.get("cle")
        ) or ""
        libelle = (
            self.data.get(self.add_prefix("libelle"))
            if self.is_bound
            else self.initial.get("libelle")
        ) or ""
        self.nom = libelle or choix.get(cle, "Financeur")
        self.fields["retirer"].label = f"Retirer {self.nom}"

    def clean_cle(self):
        cle = self.cleaned_data["cle"]
        if cle not in self.choix:
            raise forms.ValidationError("Ce financeur n’est pas dans la liste de l’appel.")
        return cle

    def clean(self):
        donnees = super().clean()
        if donnees.get("cle", "").startswith("hors:") and not donnees.get("libelle"):
            raise forms.ValidationError("Nommez ce financeur.")
        return donnees


def choix_de_financeurs(appel) -> dict[str, str]:
    """{key: name}: the funders of the call first, then the kinds of funders outside it."""
    siens = {
        f"appel:{f.partenaire_id}": str(f) for f in appel.financeurs.select_related("partenaire")
    }
    hors = {
        f"hors:{code}": f"Autre : {c.libelle}" for code, c in plan_comptable.sous_postes().items()
    }
    return {**siens, **hors}


class FinanceursFormSet(
    forms.formset_factory(
        FinanceurForm,
        extra=0,
        max_num=FINANCEURS_MAX,
        absolute_max=FINANCEURS_MAX + 5,
        validate_max=True,
    )
):
    """The funders of the plan; several lines for one funder are allowed."""

    def __init__(self, *args, dossier: Dossier, choix: dict[str, str], **kwargs):
        initial = [
            {
                "cle": f"appel:{f.partenaire_id}" if f.partenaire_id else f"hors:{f.sous_poste}",
                "libelle": f.libelle,
                "montant": f.montant,
                "etat": f.etat,
                "droit_commun": f.droit_commun,
                "credits_contrat": f.credits_contrat,
                "commentaire": f.commentaire,
            }
            for f in dossier.financements.all()
        ]
        super().__init__(*args, prefix="f", initial=initial, form_kwargs={"choix": choix}, **kwargs)

    def _construct_form(self, i, **kwargs):
        """Every posted row counts, even one equal to what is saved: forged totals drop nothing."""
        return super()._construct_form(i, **{**kwargs, "empty_permitted": False})

    def gardes(self) -> list[dict]:
        return [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data["retirer"]
        ]


class NouveauFinanceurForm(forms.Form):
    """Add a funder: one of the call, or another one by its name."""

    cle = forms.ChoiceField(label="Financeur à ajouter", required=False)
    libelle = forms.CharField(
        label="Son nom, s’il n’est pas dans la liste", max_length=150, required=False
    )
    montant = MontantField(label="Montant demandé")
    commentaire = forms.CharField(label="Commentaire", max_length=200, required=False)

    def __init__(self, *args, choix: dict[str, str], **kwargs):
        super().__init__(*args, prefix="nouveau", **kwargs)
        self.fields["cle"].choices = [("", "Choisir"), *choix.items()]
        self.fields["montant"].widget.attrs |= {
            "data-cote": plan_comptable.PRODUITS,
            "data-poste": "74",
        }

    def clean(self):
        donnees = super().clean()
        cle, libelle = donnees.get("cle", ""), donnees.get("libelle", "")
        if cle.startswith("hors:") and not libelle:
            self.add_error("libelle", "Nommez ce financeur.")
        elif not cle and not self.errors and (libelle or donnees.get("montant") is not None):
            self.add_error(
                "cle", "Choisissez le financeur, ou sa nature s’il n’est pas dans la liste."
            )
        return donnees

    def gardes(self) -> list[dict]:
        donnees = self.cleaned_data
        if not donnees.get("cle"):
            return []
        libelle = donnees["libelle"] if donnees["cle"].startswith("hors:") else ""
        return [
            {
                **donnees,
                "libelle": libelle,
                "etat": EtatFinancement.DEMANDE,
                "droit_commun": None,
                "credits_contrat": None,
            }
        ]


class BudgetComplet:
    """The forms of the budget page, seen as one."""

    def __init__(self, donnees, dossier: Dossier):
        self.dossier = dossier
        choix = choix_de_financeurs(dossier.appel)
        self.comptes = ComptesForm(donnees, dossier=dossier)
        self.ajoutees = LignesAjouteesFormSet(donnees, dossier=dossier)
        self.financeurs = FinanceursFormSet(donnees, dossier=dossier, choix=choix)
        self.nouveau = NouveauFinanceurForm(donnees, choix=choix)
        self.ligne = NouvelleLigneForm(donnees)
        self.membres = (self.comptes, self.ajoutees, self.ligne, self.financeurs, self.nouveau)

    def is_valid(self) -> bool:
        return all([membre.is_valid() for membre in self.membres])

    def plan(self) -> budget.Plan:
        """The totals of what is readable on the page: typed values when posted, saved ones
        otherwise.
        """
        if not self.comptes.is_bound:
            return budget.du_dossier(self.dossier)
        self.is_valid()
        libres = (getattr(f, "cleaned_data", {}) for f in [*self.ajoutees, self.ligne])
        ajoutees = [
            (d["code"], d["montant"])
            for d in libres
            if d.get("code") and d.get("montant") is not None
        ]
        financeurs = [getattr(f, "cleaned_data", {}) for f in self.financeurs]
        demandes = [d.get("montant") for d in financeurs if not d.get("retirer")]
        nouveau = getattr(self.nouveau, "cleaned_data", {})
        fixes = [(code, v) for code, v in self.comptes.cleaned_data.items() if v is not None]
        return budget.calculer([*fixes, *ajoutees], [*demandes, nouveau.get("montant")])

    def ecrire(self, dossier: Dossier) -> None:
        """Replace the rows; called in the transaction that has checked the version."""
        dossier.lignes.all().delete()
        dossier.financements.all().delete()
        LigneBudget.objects.bulk_create(
            LigneBudget(dossier=dossier, code=code, libelle=libelle, montant=montant)
            for code, libelle, montant in [
                *self.comptes.lignes(),
                *self.ajoutees.lignes(),
                *self.ligne.lignes(),
            ]
        )
        natures = {f.partenaire_id: f.sous_poste for f in dossier.appel.financeurs.all()}
        Financement.objects.bulk_create(
            _financement(dossier, donnees, natures)
            for donnees in [*self.financeurs.gardes(), *self.nouveau.gardes()]
        )


def _financement(dossier: Dossier, donnees: dict, natures: dict[int, str]) -> Financement:
    origine, _, valeur = donnees["cle"].partition(":")
    partenaire = int(valeur) if origine == "appel" else None
    return Financement(
        dossier=dossier,
        partenaire_id=partenaire,
        sous_poste=natures[partenaire] if partenaire else valeur,
        libelle="" if partenaire else donnees["libelle"],
        etat=donnees["etat"] or EtatFinancement.DEMANDE,
        montant=donnees["montant"],
        droit_commun=donnees["droit_commun"],
        credits_contrat=donnees["credits_contrat"],
        commentaire=donnees["commentaire"],
    )
