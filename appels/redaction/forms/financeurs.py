"""Account 74 of the plan: one line a funder, and what becomes of it."""

from typing import Any, cast

from django import forms
from django.http import QueryDict

from appels.models import Appel, ChoixDeLigne, Dossier, Financement, FinanceurAppel
from appels.models.financement import EtatFinancement
from appels.redaction.forms.lecture import valeur_cachee
from appels.redaction.forms.table import Table
from appels.socle import budget, retraits
from partenaires.models import Partenaire
from partenaires.socle import plan_comptable
from partenaires.socle.champs import MontantField, champ_de_choix, est_vide

# The two kinds of keys of a funder: one of the call, by its number; another, by its nature.
DE_L_APPEL = "appel:"
HORS = "hors:"
FINANCEURS_MAX = 30
PLUS_DANS_LA_LISTE = (
    "Ce financeur n’est pas, ou n’est plus, proposé dans cet appel : choisissez-en un autre."
)
SANS_FINANCEUR = "Choisissez le financeur, ou sa nature s’il n’est pas dans la liste."
DemandeSaisie = dict[str, Any]  # a request to a funder: the cleaned data of `FinanceurForm`
# A request to a funder is counted where its account is.
DANS_LES_SUBVENTIONS = {
    "data-cote": plan_comptable.PRODUITS,
    "data-poste": plan_comptable.POSTE_SUBVENTIONS,
}


class FinanceurForm(forms.Form):
    """A line of account 74: the request to a funder; an empty one is none. Amounts in cents once
    clean. A row that the script adds is one of these.
    """

    MUETS = ("etat",)  # says nothing alone: the list always shows a choice

    cle = forms.CharField(
        label="Financeur", widget=forms.HiddenInput, max_length=40, required=False
    )
    libelle = forms.CharField(widget=forms.HiddenInput, max_length=150, required=False)
    montant = MontantField(label="Montant demandé")
    etat = forms.ChoiceField(label="État", choices=EtatFinancement.choices, required=False)
    droit_commun = MontantField(label="Dont droit commun")
    credits_contrat = MontantField(label="Dont crédits du contrat")
    commentaire = forms.CharField(label="Commentaire", max_length=200, required=False)
    retirer = forms.BooleanField(label="Retirer ce financeur", required=False)

    def __init__(self, *args: Any, choix: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choix = choix
        self.fields["montant"].widget.attrs |= DANS_LES_SUBVENTIONS
        libelle = valeur_cachee(self, "libelle")
        self.nom = libelle or choix.get(valeur_cachee(self, "cle"), "Financeur")
        self.fields["retirer"].label = f"Retirer {self.nom}"

    def clean_cle(self) -> str:
        cle = self.cleaned_data["cle"]
        if cle and cle not in self.choix:
            raise forms.ValidationError(PLUS_DANS_LA_LISTE)
        return cle

    def clean(self) -> None:
        super().clean()
        cle = self.cleaned_data.get("cle", "")
        if cle.startswith(HORS) and est_vide(self, "libelle"):
            raise forms.ValidationError("Nommez ce financeur.")
        if not cle and not self.errors and self._est_commencee():
            raise forms.ValidationError(SANS_FINANCEUR)

    def _est_commencee(self) -> bool:
        dits = ("libelle", "montant", "droit_commun", "credits_contrat", "commentaire")
        return any(self.cleaned_data.get(nom) not in (None, "") for nom in dits)


def financeurs_proposes(appel: Appel) -> list[FinanceurAppel]:
    """The funders of the call, in its order."""
    financeurs = appel.financeurs.select_related("partenaire")
    return [financeur for financeur in financeurs if financeur.est_propose]


def choix_de_financeurs(financeurs: list[FinanceurAppel]) -> dict[str, str]:
    """{key: name}: the funders of the call first, then the kinds of funders outside it."""
    choix = {f"{DE_L_APPEL}{financeur.partenaire_id}": str(financeur) for financeur in financeurs}
    for code, nature in plan_comptable.sous_postes().items():
        choix[f"{HORS}{code}"] = f"Autre : {nature.libelle}"
    return choix


def financeurs_gardes(dossier: Dossier, proposes: dict[str, str]) -> dict[str, str]:
    """{key: name} of the funders that a dossier asks, or keeps unticked, and that its call no
    longer offers.
    """
    gardes = {
        _cle_de(demande): retraits.marquer(demande.nom)
        for demande in dossier.financements.all()
        if demande.partenaire_id and _cle_de(demande) not in proposes
    }
    decoches = _decoches(dossier) - {
        int(cle.removeprefix(DE_L_APPEL)) for cle in proposes | gardes if cle.startswith(DE_L_APPEL)
    }
    if decoches:
        for partenaire in Partenaire.objects.filter(pk__in=decoches):
            gardes[f"{DE_L_APPEL}{partenaire.pk}"] = retraits.marquer(str(partenaire))
    return gardes


def _decoches(dossier: Dossier) -> set[int]:
    """The funders whose row is kept without being asked."""
    cles = [choix.cle for choix in dossier.choix_du_budget.all()]
    return {
        int(cle.removeprefix(ChoixDeLigne.DEMANDE))
        for cle in cles
        if cle.startswith(ChoixDeLigne.DEMANDE)
    }


def _cle_de(demande: Financement) -> str:
    """The key of a request already saved."""
    if demande.partenaire_id:
        return f"{DE_L_APPEL}{demande.partenaire_id}"
    return f"{HORS}{demande.sous_poste}"


class TableDesFinanceurs(Table):
    """The other requests: funders outside the call, and a second line for one of them."""

    def __init__(
        self, donnees: QueryDict | None, *, dossier: Dossier, choix: dict[str, str]
    ) -> None:
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
            for repere, demande in budget.reperes_des_demandes(dossier.financements.all())
            if repere.startswith("f-")
        ]
        super().__init__(donnees, prefix="f", initial=initial, form_kwargs={"choix": choix})

    def gardes(self) -> list[DemandeSaisie]:
        """The requests that stay: a removed one is not written again."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("cle") and not form.cleaned_data["retirer"]
        ]


FinanceursFormSet = cast(
    type[TableDesFinanceurs],
    forms.formset_factory(
        FinanceurForm,
        formset=TableDesFinanceurs,
        extra=0,
        max_num=FINANCEURS_MAX,
        absolute_max=FINANCEURS_MAX + 5,
        validate_max=True,
    ),
)


class NouveauFinanceurForm(forms.Form):
    """Add a funder: one of the call, or another one by its name."""

    prefix = "nouveau"
    cle = forms.ChoiceField(label="Financeur à ajouter", required=False)
    libelle = forms.CharField(
        label="Son nom, s’il n’est pas dans la liste", max_length=150, required=False
    )
    montant = MontantField(label="Montant demandé")
    commentaire = forms.CharField(label="Commentaire", max_length=200, required=False)

    def __init__(self, *args: Any, choix: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_choix(self, "cle").choices = [("", "Choisir"), *choix.items()]
        self.fields["cle"].error_messages["invalid_choice"] = PLUS_DANS_LA_LISTE
        self.fields["montant"].widget.attrs |= DANS_LES_SUBVENTIONS

    def clean(self) -> None:
        super().clean()
        cle = self.cleaned_data.get("cle", "")
        libelle = self.cleaned_data.get("libelle", "")
        dits = (libelle, self.cleaned_data.get("montant"), self.cleaned_data.get("commentaire"))
        est_commencee = any(dit not in (None, "") for dit in dits)
        if cle.startswith(HORS) and est_vide(self, "libelle"):
            self.add_error("libelle", "Nommez ce financeur.")
        elif not cle and not self.errors and est_commencee:
            self.add_error("cle", SANS_FINANCEUR)

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


def natures_des_demandes(dossier: Dossier, demandes: list[DemandeSaisie]) -> dict[int, str]:
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


def financement_de(
    dossier: Dossier, demande: DemandeSaisie, natures: dict[int, str]
) -> Financement:
    """The row of a request; `natures`: {funder of the call: its account}. Nothing is saved."""
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
