"""What a funder decided on a dossier: outcome, amount, date, act (METIER §4.2, rule R15)."""

import json
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db import models
from django.http import QueryDict

from appels.decision.conflits import DecisionsChangees
from appels.models import ACCORDS, Barriere, Decision, Dossier, Financement, Lettre, NatureAide
from appels.models.dossiers import DossierQuerySet
from appels.models.financement import D_UN_FINANCEUR, DECISION, FinancementQuerySet
from partenaires.models import Partenaire
from partenaires.socle.champs import (
    ChoixMultiples,
    DateField,
    MontantField,
    champ_de_choix,
    champ_de_lignes,
    est_vide,
)
from partenaires.socle.forms.conflit import MontreLePresent, ce_qui_etait_montre, reecrire
from partenaires.socle.refus import Conflit
from quartiers.francais import en_euros

# METIER §6.2: always give the reason.
A_MOTIVER = (Decision.REFUSE, Decision.AJOURNE, Decision.SANS_SUITE)


class DecisionForm(MontreLePresent, forms.ModelForm):
    """What one funder decided, on what the page showed of it."""

    decision = forms.ChoiceField(
        label="Décision",
        required=False,
        choices=[("", "Pas encore connue"), *((une.value, une.label) for une in D_UN_FINANCEUR)],
    )
    montant_vote = MontantField(label="Montant voté")
    decide_le = DateField(label="Date de la décision", required=False)
    convention_le = DateField(
        label="Date de la convention",
        required=False,
        help_text="Si elle est signée ; sinon, la date de la décision compte.",
    )
    verse_des = DateField(
        label="Premier versement prévu le",
        required=False,
        help_text="Sans date prévue, la ligne reste hors du fichier national des subventions.",
    )
    verse_jusqu_au = DateField(
        label="Dernier versement prévu le",
        required=False,
        help_text="S’il y en a plusieurs.",
    )
    vue = forms.CharField(widget=forms.HiddenInput, required=False)
    depasse = forms.BooleanField(
        label="Le montant voté dépasse le montant demandé : c’est voulu", required=False
    )

    pourquoi = forms.CharField(
        label="Pourquoi elle change après sa lettre", required=False, max_length=300
    )

    class Meta:
        model = Financement
        fields = list(DECISION)
        widgets = {"motif": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vue"].initial = self.instance.empreinte
        champ_de_choix(self, "nature_aide").choices = [
            ("", "Comme demandée"),
            *NatureAide.choices,
        ]
        if not self.est_notifiee:
            del self.fields["pourquoi"]
        if self.instance.decision == Decision.RENONCE:
            champ_de_choix(self, "decision").choices = [
                (une.value, une.label) for une in (Decision.RENONCE, *D_UN_FINANCEUR)
            ]

    @property
    def est_notifiee(self) -> bool:
        """Its organisation received the letter that tells this decision, or one before."""
        return getattr(self.instance, "notifiee", False)

    @property
    def a_change(self) -> bool:
        """Something typed is not what is kept; that somebody else changed it does not count."""
        return bool(set(self.changed_data) - {"vue", "depasse", "pourquoi"})

    def clean(self) -> None:
        """An amount goes with a grant, a reason with what is not one."""
        super().clean()
        decision = self.cleaned_data.get("decision")
        vote = self.cleaned_data.get("montant_vote")
        if decision in ACCORDS:
            self._verifier_l_accord(vote)
        elif vote:
            self.add_error(
                "montant_vote", "Un montant ne se vote qu’avec un accord : choisissez la décision."
            )
        self._verifier_les_versements()
        if decision in A_MOTIVER and est_vide(self, "motif"):
            self.add_error("motif", "Dites pourquoi : l’organisme le lira.")
        if self.est_notifiee and self.a_change:
            self._verifier_le_changement(decision)

    def _verifier_les_versements(self) -> None:
        """The last payment is not before the first."""
        des = self.cleaned_data.get("verse_des")
        jusqu_au = self.cleaned_data.get("verse_jusqu_au")
        if jusqu_au and not des:
            self.add_error("verse_des", "Indiquez le premier versement, ou videz le dernier.")
        elif des and jusqu_au and jusqu_au < des:
            self.add_error(
                "verse_jusqu_au", "Le dernier versement précède le premier : corrigez une date."
            )

    def _verifier_le_changement(self, decision: str | None) -> None:
        """What was told is replaced by another decision, which says why it comes."""
        if not decision:
            self.add_error(
                "decision", "L’organisme a reçu cette décision : choisissez celle qui la remplace."
            )
        if est_vide(self, "pourquoi"):
            self.add_error(
                "pourquoi",
                "Dites pourquoi cette décision change : une nouvelle lettre l’annoncera.",
            )

    def _verifier_l_accord(self, vote: int | None) -> None:
        """A grant has an amount and a date; above what was asked, a box says that it is meant."""
        demande = self.instance.montant or 0
        if not vote and "montant_vote" not in self.errors:
            self.add_error("montant_vote", "Indiquez le montant voté.")
        if not self.cleaned_data.get("decide_le") and "decide_le" not in self.errors:
            self.add_error("decide_le", "Indiquez la date de la décision.")
        if vote and vote > demande and not self.cleaned_data.get("depasse"):
            self.add_error(
                "depasse",
                f"{en_euros(vote)} votés pour {en_euros(demande)} demandés : "
                "cochez cette case si c’est voulu, ou corrigez le montant.",
            )


if TYPE_CHECKING:
    DesDecisions = forms.BaseModelFormSet[Financement, DecisionForm]
else:
    DesDecisions = forms.BaseModelFormSet  # Django's own is not subscripted


class DecisionsDuDossier(DesDecisions):
    """One line a funder of the call that a dossier asks."""

    @property
    def pourquoi(self) -> dict[int, str]:
        """{request: why its decision changes after its letter}."""
        return {form.instance.pk: form.cleaned_data.get("pourquoi", "") for form in self.changees}

    @property
    def changees(self) -> list[DecisionForm]:
        """Those where something was typed; what somebody else changed does not count."""
        return [form for form in self.forms if form.a_change and form.instance.pk]

    def add_error(self, champ: str | None, phrase: str) -> None:
        """What refuses the whole is said on the first line, or before them when there is none."""
        if self.forms:
            self.forms[0].add_error(champ, phrase)
        else:
            self.non_form_errors().append(phrase)

    def montrer_le_present(self, conflit: DecisionsChangees) -> None:
        """Each line changed by somebody else says what it is now."""
        for form in self.forms:
            if form.instance.pk in conflit.changees:
                form.montrer_le_present(conflit.changees[form.instance.pk])


DecisionFormSet = forms.modelformset_factory(
    Financement,
    form=DecisionForm,
    formset=DecisionsDuDossier,
    extra=0,
    max_num=40,
    absolute_max=45,
    can_delete=False,
)


def formulaires(donnees: QueryDict | None, dossier: Dossier) -> DecisionsDuDossier:
    """One form a funder of the call that this dossier asks."""
    liberees = Lettre.objects.liberees().filter(financement=models.OuterRef("pk"))
    demandes = (
        dossier.financements.filter(partenaire__isnull=False)
        .select_related("partenaire")
        .annotate(notifiee=models.Exists(liberees))
    )
    table = DecisionFormSet(donnees, queryset=demandes, prefix="decisions")
    return cast(DecisionsDuDossier, table)  # its factory forgets which class it was given


class ReprendreForm(forms.Form):
    """What a funder decided by one act, for all that the frozen scenario gives it."""

    partenaire = forms.ModelChoiceField(
        label="Financeur", queryset=Partenaire.objects.none(), empty_label="Choisissez un financeur"
    )
    decide_le = DateField(label="Date de la décision")
    acte = forms.CharField(
        label="Acte (délibération, arrêté, convention)", required=False, max_length=150
    )
    verse_des = DateField(
        label="Premier versement prévu le",
        required=False,
        help_text="Pour le fichier national des subventions. Facultatif : se complète par dossier.",
    )
    verse_jusqu_au = DateField(label="Dernier versement prévu le", required=False)
    vus = forms.CharField(widget=forms.HiddenInput, required=False)
    motif = forms.CharField(
        label="Motif des refus",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="L’organisme le lira. Un refus : le scénario ne donne rien au projet.",
    )

    def __init__(
        self,
        *args: Any,
        partenaires: models.QuerySet[Partenaire],
        refus: dict[int, int],
        reperes: dict[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        champ_de_lignes(self, "partenaire").queryset = partenaires
        self.refus = refus
        self.fields["vus"].initial = json.dumps(reperes)

    def montrer_le_present(self, conflit: Conflit) -> None:
        """What was typed stays; sent again, it is sent knowing what the page now shows."""
        reecrire(self, "vus", self.fields["vus"].initial)
        self.add_error(conflit.champ, conflit.phrase)

    @property
    def vu(self) -> str | None:
        """The print of what the page showed left to decide for the funder chosen."""
        vues = ce_qui_etait_montre(self.data, "vus")
        vue = vues.get(str(self.cleaned_data["partenaire"].pk))
        return vue if isinstance(vue, str) else None

    def clean(self) -> None:
        """A refusal has its reason; `refus`: {funder: how many the scenario means}."""
        super().clean()
        des, jusqu_au = self.cleaned_data.get("verse_des"), self.cleaned_data.get("verse_jusqu_au")
        if jusqu_au and (not des or jusqu_au < des):
            self.add_error("verse_jusqu_au", "Le dernier versement suit le premier : corrigez.")
        partenaire = self.cleaned_data.get("partenaire")
        refuse = partenaire and self.refus.get(partenaire.pk)
        if refuse and est_vide(self, "motif"):
            self.add_error(
                "motif", "Le scénario ne donne rien à certains projets : dites pourquoi."
            )


class DerogationForm(forms.Form):
    """The barrier that the head lets dossiers past, and why."""

    barriere = forms.ChoiceField(label="Étape", choices=Barriere.choices)
    motif = forms.CharField(
        label="Motif de la dérogation",
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il reste dans le dossier, dans son historique et dans les procès-verbaux.",
    )

    def __init__(self, *args: Any, barrieres: list[Barriere], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_choix(self, "barriere").choices = [(une.value, une.label) for une in barrieres]

    def clean_barriere(self) -> Barriere:
        return Barriere(self.cleaned_data["barriere"])


class DerogationsForm(DerogationForm):
    """The same for the dossiers ticked."""

    dossiers = ChoixMultiples(
        Dossier.objects.none(), label="Dossiers", widget=forms.CheckboxSelectMultiple
    )
    field_order = ["dossiers", "barriere", "motif"]

    def __init__(self, *args: Any, dossiers: DossierQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_lignes(self, "dossiers").queryset = dossiers


class ChoixDeSubventions(ChoixMultiples):
    """Grants chosen together: « Caisse d’allocations familiales : 1 200 € »."""

    def label_from_instance(self, financement: Financement) -> str:
        return f"{financement.nom} : {en_euros(financement.montant_vote)}"


class RenoncerForm(forms.Form):
    """The grants that an organisation gives up, and why."""

    subventions = ChoixDeSubventions(
        Financement.objects.none(), label="Subventions", widget=forms.CheckboxSelectMultiple
    )
    motif = forms.CharField(
        label="Pourquoi",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le service le lira.",
    )

    def __init__(self, *args: Any, renoncables: FinancementQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_lignes(self, "subventions").queryset = renoncables
