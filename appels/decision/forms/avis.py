"""What a funder thinks of a dossier, and what it told the service elsewhere."""

from collections.abc import Iterable
from typing import Any

from django import forms

from appels.decision.recueils import Recueil
from appels.models import Avis, Sens
from partenaires.models import Partenaire
from partenaires.socle.champs import MontantField, est_vide
from partenaires.socle.forms.conflit import MontreLePresent, SurCeQuiEtaitMontre

DOIVENT_DIRE_POURQUOI = (Sens.RESERVE, Sens.DEFAVORABLE)
SANS_MONTANT = (Sens.DEFAVORABLE, Sens.DEPORT)
RECEVABLES = {"True": True, "False": False}


class AvisForm(MontreLePresent, forms.ModelForm):
    """The opinion of a funder, on the one that the page showed."""

    recevable = forms.TypedChoiceField(
        label="Recevable pour nous",
        required=False,
        widget=forms.RadioSelect,
        empty_value=None,
        coerce=RECEVABLES.__getitem__,
        choices=[("", "Pas encore dit"), ("True", "Oui"), ("False", "Non")],
    )
    sens = forms.ChoiceField(
        label="Avis",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", "Pas encore d’avis"), *Sens.choices],
    )
    montant_propose = MontantField(label="Montant proposé (€)")
    vue = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Avis
        fields = ["recevable", "sens", "montant_propose", "motif"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vue"].initial = self.instance.empreinte if self.instance.pk else ""
        self.fields["motif"].help_text = (
            "Il peut être communiqué à qui le demande une fois la décision prise "
            "(code des relations entre le public et l’administration, art. L. 311-2) : n’écrivez "
            "que des faits."
        )

    def clean(self) -> None:
        """A reserve says why; a refusal and a stepping aside propose no amount."""
        super().clean()
        sens = self.cleaned_data.get("sens")
        if sens in DOIVENT_DIRE_POURQUOI and est_vide(self, "motif"):
            self.add_error("motif", "Un avis avec réserve ou défavorable dit pourquoi.")
        if sens in SANS_MONTANT and self.cleaned_data.get("montant_propose"):
            self.add_error(
                "montant_propose",
                "Cet avis ne propose pas de montant : effacez-le, ou changez d’avis.",
            )


class AvisRecuForm(SurCeQuiEtaitMontre, forms.Form):
    """One funder: the opinion that it gave by letter or in a meeting; nothing when it gave none."""

    sens = forms.ChoiceField(
        label="Avis",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", "Rien reçu"),
            *[(sens.value, sens.label) for sens in Sens if sens != Sens.DEPORT],
        ],
    )
    montant_propose = MontantField(label="Montant proposé (€)")
    motif = forms.CharField(
        label="Motif",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        partenaire: Partenaire,
        demande: int | None,
        avis: Avis | None,
        **kw: Any,
    ) -> None:
        super().__init__(*args, prefix=f"a{partenaire.pk}", **kw)
        self.partenaire = partenaire
        self.demande = demande
        self.avis = avis
        if avis:
            self.initial = {
                "sens": avis.sens,
                "montant_propose": avis.montant_propose,
                "motif": avis.motif,
            }

    def clean(self) -> None:
        """The same law as for the funder itself; favourable without an amount is what is asked."""
        super().clean()
        sens = self.cleaned_data.get("sens")
        if sens in DOIVENT_DIRE_POURQUOI and est_vide(self, "motif"):
            self.add_error("motif", f"{self.partenaire} : dites pourquoi.")
        if sens == Sens.DEFAVORABLE and self.cleaned_data.get("montant_propose"):
            self.add_error("montant_propose", "Un avis défavorable ne propose pas de montant.")
        ecrit = self.cleaned_data.get("montant_propose") is not None
        if not sens and (ecrit or self.cleaned_data.get("motif") or self.avis):
            self.add_error("sens", f"{self.partenaire} : choisissez l’avis reçu.")

    @property
    def recueil(self) -> Recueil | None:
        """What to keep; None when nothing was received."""
        sens = self.cleaned_data.get("sens")
        if not sens:
            return None
        propose = self.cleaned_data.get("montant_propose")
        if sens == Sens.FAVORABLE and propose is None:
            propose = self.demande
        motif = self.cleaned_data.get("motif") or ""
        return Recueil(self.partenaire, sens, propose, motif, self.avis)


class SourceForm(forms.Form):
    """Where the opinions entered come from."""

    recu_par = forms.CharField(
        label="Reçus par",
        max_length=150,
        help_text="Courrier ou courriel de qui, réunion de quel jour : les financeurs le lisent.",
    )


def recus(lignes: Iterable[AvisRecuForm]) -> list[Recueil]:
    """Those that say something."""
    return [ligne.recueil for ligne in lignes if ligne.recueil]
