"""The plan of accounts as a form: fixed lines, added lines, one line a funder."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from appels.models import Appel, Dossier, Financement, FinanceurAppel, LigneBudget
from appels.models.financement import EtatFinancement
from appels.socle import budget, retraits
from partenaires.models import Partenaire
from partenaires.socle import plan_comptable
from partenaires.socle.champs import MontantField

# The two kinds of keys of a funder: one of the call, by its number; another, by its nature.
DE_L_APPEL = "appel:"
HORS = "hors:"
AJOUTEES_MAX = 40
FINANCEURS_MAX = 30
PLUS_DANS_LA_LISTE = (
    "Ce financeur n’est pas, ou n’est plus, proposé dans cet appel : choisissez-en un autre."
)
LigneSaisie = tuple[str, str, int]  # account code, label, cents
DemandeSaisie = dict[str, Any]  # a request to a funder: the cleaned data of `FinanceurForm`


class ComptesForm(forms.Form):
    """One amount an account."""

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, prefix="c", **kwargs)
        montants = {
            ligne.code: ligne.montant for ligne in dossier.lignes.all() if not ligne.libelle
        }
        for code, compte in plan_comptable.comptes().items():
            champ = MontantField(label=_nom_du_compte(compte), initial=montants.get(code))
            champ.widget.attrs |= _pour_les_totaux(compte)
            self.fields[code] = champ

    def lignes(self) -> list[LigneSaisie]:
        """What was typed and readable; no label."""
        return [
            (code, "", montant)
            for code, montant in self.cleaned_data.items()
            if montant is not None
        ]


def _nom_du_compte(compte: plan_comptable.Compte) -> str:
    return f"{compte.numero} {compte.libelle}".strip()


def _pour_les_totaux(compte: plan_comptable.Compte) -> dict[str, str]:
    """Which of the four totals a line goes to: the script sums the same way."""
    prefixe = "v" if compte.est_volontaire else ""
    return {"data-cote": prefixe + compte.cote, "data-poste": compte.poste}


# A request to a funder is counted where its account is.
DANS_LES_SUBVENTIONS = {
    "data-cote": plan_comptable.PRODUITS,
    "data-poste": plan_comptable.POSTE_SUBVENTIONS,
}


def _champ_cache(form: forms.Form, nom: str) -> str:
    """What a hidden field says, posted or saved: known before the form is checked."""
    if form.is_bound:
        return form.data.get(form.add_prefix(nom)) or ""
    return form.initial.get(nom) or ""


class LigneAjouteeForm(forms.Form):
    """A line of one's own under an account; its account does not change."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=20)
    libelle = forms.CharField(label="Libellé", max_length=150, required=False)
    montant = MontantField(label="Montant")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.nom = "Ligne"
        compte = plan_comptable.comptes().get(_champ_cache(self, "code"))
        if compte:
            self.nom = _nom_du_compte(compte)
            self.fields["montant"].widget.attrs |= _pour_les_totaux(compte)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if code not in plan_comptable.comptes():
            raise forms.ValidationError("Ce compte n’est pas dans le plan.")
        return code

    def clean(self) -> None:
        super().clean()
        if self.a_un_montant and not self.cleaned_data.get("libelle"):
            self.add_error("libelle", "Nommez cette ligne.")

    @property
    def a_un_montant(self) -> bool:
        """A readable amount was typed; zero is one."""
        return self.cleaned_data.get("montant") is not None

    def lignes(self) -> list[LigneSaisie]:
        """At most one: it needs its account and an amount."""
        saisie = _lisible(self)
        if not saisie.get("code") or saisie.get("montant") is None:
            return []
        return [(saisie["code"], saisie.get("libelle", ""), saisie["montant"])]


class NouvelleLigneForm(LigneAjouteeForm):
    """One more line, under an account to choose; shown on demand."""

    code = forms.ChoiceField(label="Compte", required=False)  # type: ignore[assignment]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="ligne", **kwargs)
        comptes = [
            (code, _nom_du_compte(compte)[:60]) for code, compte in plan_comptable.comptes().items()
        ]
        self.fields["code"].choices = [("", "Choisir"), *comptes]

    def clean_code(self) -> str:
        return self.cleaned_data["code"]

    def clean(self) -> None:
        super().clean()
        est_commencee = self.a_un_montant or self.cleaned_data.get("libelle")
        if est_commencee and not self.cleaned_data.get("code"):
            self.add_error("code", "Choisissez le compte de cette ligne.")


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

    def lignes(self) -> list[LigneSaisie]:
        """The rows that have an account and an amount."""
        return list(chain.from_iterable(form.lignes() for form in self.forms))


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
        self.fields["montant"].widget.attrs |= DANS_LES_SUBVENTIONS
        libelle = _champ_cache(self, "libelle")
        self.nom = libelle or choix.get(_champ_cache(self, "cle"), "Financeur")
        self.fields["retirer"].label = f"Retirer {self.nom}"

    def clean_cle(self) -> str:
        cle = self.cleaned_data["cle"]
        if cle not in self.choix:
            raise forms.ValidationError(PLUS_DANS_LA_LISTE)
        return cle

    def clean(self) -> None:
        super().clean()
        hors_de_l_appel = self.cleaned_data.get("cle", "").startswith(HORS)
        if hors_de_l_appel and not self.cleaned_data.get("libelle"):
            raise forms.ValidationError("Nommez ce financeur.")


def choix_de_financeurs(appel: Appel) -> dict[str, str]:
    """{key: name}: the funders of the call first, then the kinds of funders outside it."""
    choix = {
        f"{DE_L_APPEL}{financeur.partenaire_id}": str(financeur)
        for financeur in appel.financeurs.select_related("partenaire")
        if financeur.est_propose
    }
    for code, nature in plan_comptable.sous_postes().items():
        choix[f"{HORS}{code}"] = f"Autre : {nature.libelle}"
    return choix


def financeurs_gardes(dossier: Dossier, proposes: dict[str, str]) -> dict[str, str]:
    """{key: name} of the funders that a dossier asks and that its call no longer offers."""
    return {
        _cle_de(demande): retraits.marquer(demande.nom)
        for demande in dossier.financements.all()
        if demande.partenaire_id and _cle_de(demande) not in proposes
    }


def _cle_de(demande: Financement) -> str:
    """The key of a request already saved."""
    if demande.partenaire_id:
        return f"{DE_L_APPEL}{demande.partenaire_id}"
    return f"{HORS}{demande.sous_poste}"


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
                "cle": _cle_de(demande),
                "libelle": demande.libelle,
                "montant": demande.montant,
                "etat": demande.etat,
                "droit_commun": demande.droit_commun,
                "credits_contrat": demande.credits_contrat,
                "commentaire": demande.commentaire,
            }
            for demande in dossier.financements.all()
        ]
        super().__init__(*args, prefix="f", initial=initial, form_kwargs={"choix": choix}, **kwargs)

    def _construct_form(self, i, **kwargs):
        """Every posted row counts, even one equal to what is saved: forged totals drop nothing."""
        return super()._construct_form(i, **{**kwargs, "empty_permitted": False})

    def gardes(self) -> list[DemandeSaisie]:
        """The requests that stay: a removed one is not written again."""
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
        self.fields["cle"].error_messages["invalid_choice"] = PLUS_DANS_LA_LISTE
        self.fields["montant"].widget.attrs |= DANS_LES_SUBVENTIONS

    def clean(self) -> None:
        super().clean()
        cle = self.cleaned_data.get("cle", "")
        libelle = self.cleaned_data.get("libelle", "")
        est_commencee = libelle or self.cleaned_data.get("montant") is not None
        if cle.startswith(HORS) and not libelle:
            self.add_error("libelle", "Nommez ce financeur.")
        elif not cle and not self.errors and est_commencee:
            self.add_error(
                "cle", "Choisissez le financeur, ou sa nature s’il n’est pas dans la liste."
            )

    def gardes(self) -> list[DemandeSaisie]:
        """The request to write, if there is one."""
        if not self.cleaned_data.get("cle"):
            return []
        demande = {
            **self.cleaned_data,
            "etat": EtatFinancement.DEMANDE,
            "droit_commun": None,
            "credits_contrat": None,
        }
        return [demande]


@dataclass(frozen=True)
class PosteDessine:
    """A heading of the plan on its page: its accounts with their fields, its total in cents."""

    poste: plan_comptable.Poste
    total: int
    champs: list[tuple[plan_comptable.Compte, BoundField]]

    def est_reel(self, cote: str) -> bool:
        """On this side of the plan, and not a contribution in kind."""
        return self.poste.cote == cote and not self.poste.est_volontaire


class BudgetComplet:
    """The forms of the budget page, seen as one."""

    def __init__(self, donnees: QueryDict | None, dossier: Dossier):
        self.dossier = dossier
        choix = choix_de_financeurs(dossier.appel)
        gardes = financeurs_gardes(dossier, choix)
        self.comptes = ComptesForm(donnees, dossier=dossier)
        self.ajoutees = LignesAjouteesFormSet(donnees, dossier=dossier)
        self.financeurs = FinanceursFormSet(donnees, dossier=dossier, choix=choix | gardes)
        self.nouveau = NouveauFinanceurForm(donnees, choix=choix)
        self.ligne = NouvelleLigneForm(donnees)
        self.membres = (self.comptes, self.ajoutees, self.ligne, self.financeurs, self.nouveau)

    def is_valid(self) -> bool:
        """Every form is asked, so that all the errors are said together."""
        return all([membre.is_valid() for membre in self.membres])

    def _lignes(self) -> list[LigneSaisie]:
        return [*self.comptes.lignes(), *self.ajoutees.lignes(), *self.ligne.lignes()]

    def plan(self) -> budget.Plan:
        """The totals of what is readable on the page: typed when posted, saved otherwise."""
        if not self.comptes.is_bound:
            return budget.du_dossier(self.dossier)
        self.is_valid()
        lignes = [(code, montant) for code, _libelle, montant in self._lignes()]
        demandes = [
            saisie.get("montant")
            for saisie in (_lisible(form) for form in (*self.financeurs.forms, self.nouveau))
            if not saisie.get("retirer")
        ]
        return budget.calculer(lignes, demandes)

    def tableau(self) -> dict[str, Any]:
        """What the page draws: the plan, its headings with their fields and totals."""
        plan = self.plan()
        postes = [
            PosteDessine(
                poste=poste,
                total=plan.par_poste.get(poste.code, 0),
                champs=[(compte, self.comptes[compte.code]) for compte in poste.comptes],
            )
            for poste in plan_comptable.postes()
        ]
        return {
            "plan": plan,
            "charges": [poste for poste in postes if poste.est_reel(plan_comptable.CHARGES)],
            "produits": [poste for poste in postes if poste.est_reel(plan_comptable.PRODUITS)],
            "volontaires": [dessine for dessine in postes if dessine.poste.est_volontaire],
        }

    def ecrire(self, dossier: Dossier) -> None:
        """Replace the rows; called in the transaction that has checked the version.

        Raises `PlusPropose`.
        """
        demandes = [*self.financeurs.gardes(), *self.nouveau.gardes()]
        natures = _natures(dossier, demandes)
        dossier.lignes.all().delete()
        dossier.financements.all().delete()
        LigneBudget.objects.bulk_create(
            LigneBudget(dossier=dossier, code=code, libelle=libelle, montant=montant)
            for code, libelle, montant in self._lignes()
        )
        Financement.objects.bulk_create(
            _financement(dossier, demande, natures) for demande in demandes
        )


def _lisible(form: forms.Form) -> dict[str, Any]:
    """What could be read of a form that may be wrong."""
    return getattr(form, "cleaned_data", {})


def _natures(dossier: Dossier, demandes: list[DemandeSaisie]) -> dict[int, str]:
    """{funder: its account} of what is asked; what the dossier held already keeps its own.

    The rows of the call are locked: nobody withdraws a funder while it is chosen. Raises
    `PlusPropose`.
    """
    demandes_a = {
        int(demande["cle"].removeprefix(DE_L_APPEL)): demande["cle"]
        for demande in demandes
        if demande["cle"].startswith(DE_L_APPEL)
    }
    natures = dict(
        dossier.financements.filter(partenaire__isnull=False).values_list(
            "partenaire_id", "sous_poste"
        )
    )
    proposes = FinanceurAppel.objects.proposes().filter(
        appel=dossier.appel_id, partenaire__in=demandes_a
    )
    for financeur in proposes.order_by("pk").select_for_update():
        natures[financeur.partenaire_id] = financeur.sous_poste
    for partenaire in demandes_a:
        if partenaire not in natures:
            raise retraits.PlusPropose(str(Partenaire.objects.get(pk=partenaire)))
    return natures


def _financement(dossier: Dossier, demande: DemandeSaisie, natures: dict[int, str]) -> Financement:
    financement = Financement(
        dossier=dossier,
        etat=demande["etat"] or EtatFinancement.DEMANDE,
        montant=demande["montant"],
        droit_commun=demande["droit_commun"],
        credits_contrat=demande["credits_contrat"],
        commentaire=demande["commentaire"],
    )
    cle = demande["cle"]
    if cle.startswith(DE_L_APPEL):
        financement.partenaire_id = int(cle.removeprefix(DE_L_APPEL))
        financement.sous_poste = natures[financement.partenaire_id]
    else:
        financement.sous_poste = cle.removeprefix(HORS)
        financement.libelle = demande["libelle"]
    return financement
