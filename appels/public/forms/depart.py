"""Begin from the project: six questions, without an account."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from appels.models import Appel
from appels.redaction.forms.parties import garder_entier
from appels.socle import completude, longueurs
from partenaires.models import Partenaire
from partenaires.socle.champs import (
    AdresseField,
    DateField,
    MontantField,
    champ_de_choix,
    champ_de_lignes,
)
from quartiers.models import Axe, Quartier

Choix = Iterable[tuple[str, str]]  # of a field without groups
NULLE_PART = ("", "Plusieurs, ou je ne sais pas encore")
PUBLIC_MAX = 3000  # characters: what a dossier takes, see `longueurs`
SANS_AXE = ("", "Je ne sais pas encore")


class DepartForm(forms.Form):
    """The six questions; the title alone is needed."""

    intitule = forms.CharField(
        label="Comment s’appelle votre projet ?",
        max_length=256,
        help_text="Un titre court ; vous pourrez le changer.",
        error_messages={"required": "Donnez un titre à votre projet, même provisoire."},
    )
    quartier = forms.ChoiceField(
        label="Dans quel quartier ?", required=False, widget=forms.RadioSelect
    )
    axe = forms.ChoiceField(
        label="À quoi sert-il d’abord ?", required=False, widget=forms.RadioSelect
    )
    public_vise = forms.CharField(
        label="Pour qui ?",
        required=False,
        max_length=PUBLIC_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Des âges et des situations, jamais des noms.",
    )
    montant = MontantField(
        label="De combien avez-vous besoin, en euros ?", help_text="À peu près, en tout."
    )
    debut_le = DateField(label="Quand commence-t-il ?", required=False)
    fin_le = DateField(label="Quand finit-il ?", required=False)

    def __init__(
        self,
        *args: Any,
        axes: list[Axe],
        quartiers: list[Quartier],
        annee: int | None = None,
        **kwargs: Any,
    ):
        """`annee`: that of the call, None when there is none."""
        super().__init__(*args, **kwargs)
        self.annee = annee
        garder_entier(self.fields["public_vise"])
        champ_de_choix(self, "quartier").choices = [
            *((quartier.code, str(quartier)) for quartier in quartiers),
            NULLE_PART,
        ]
        champ_de_choix(self, "axe").choices = [
            *((str(axe.pk), str(axe)) for axe in axes),
            SANS_AXE,
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        debut = self.cleaned_data.get("debut_le")
        fin = self.cleaned_data.get("fin_le")
        if debut and fin and fin < debut:
            self.add_error("fin_le", "La fin du projet précède son début : corrigez une des dates.")
        return self.cleaned_data

    def reponses(self) -> dict[str, Any]:
        """The answers as JSON keeps them; dates in ISO, cents, the key of the axis."""
        donnees = self.cleaned_data
        return {
            **donnees,
            "axe": int(donnees["axe"]) if donnees["axe"] else None,
            "debut_le": _iso(donnees["debut_le"]),
            "fin_le": _iso(donnees["fin_le"]),
        }

    @staticmethod
    def initiales(reponses: dict[str, Any]) -> dict[str, Any]:
        """What `reponses` kept, as the fields show it."""
        jours = {
            nom: date.fromisoformat(reponses[nom])
            for nom in ("debut_le", "fin_le")
            if reponses.get(nom)
        }
        return reponses | jours

    def a_verifier(self) -> list[str]:
        """A sentence for a long text, one a date far from the call; the draft waits for neither."""
        phrases = []
        longueur = len(self.cleaned_data["public_vise"])
        if longueur > PUBLIC_MAX:
            phrases.append(f"Pour qui : {longueurs.trop_long(longueur, PUBLIC_MAX)}")
        if self.annee is not None:
            phrases += completude.loin_de_l_annee(self.cleaned_data, self.annee).values()
        return phrases

    def en_bref(self) -> list[tuple[str, str]]:
        """(question, answer in words) of what is answered: a first draft that reads."""
        lues = []
        for champ in self:
            valeur = self.cleaned_data.get(champ.name)
            if valeur in (None, ""):
                continue
            texte = str(champ.field.prepare_value(valeur))
            if isinstance(champ.field, forms.ChoiceField):
                texte = dict(cast(Choix, champ.field.choices))[valeur]
            if champ.name == "montant":
                texte += "\u00a0€"
            lues.append((str(champ.label), texte))
        return lues


def _iso(jour: date | None) -> str | None:
    return jour.isoformat() if jour else None


class GarderForm(forms.Form):
    """Where to write: one mail keeps the draft."""

    adresse = AdresseField(label="Votre adresse électronique", max_length=254)

    def clean_adresse(self) -> str:
        return self.cleaned_data["adresse"].lower()


class VersForm(forms.Form):
    """For which of one's organisations; in which call, when that cannot be told."""

    porteur: "forms.ModelChoiceField[Partenaire]" = forms.ModelChoiceField(
        None, label="Pour quel organisme ?", empty_label=None
    )
    appel: "forms.ModelChoiceField[Appel]" = forms.ModelChoiceField(
        None, label="Pour quel appel ?", empty_label=None, widget=forms.RadioSelect
    )

    def __init__(
        self,
        *args: Any,
        organismes: Any,
        ouverts: QuerySet[Appel],
        garde: Appel | None,
        **kwargs: Any,
    ):
        """`garde`: the call that the answers were written for."""
        super().__init__(*args, **kwargs)
        champ_de_lignes(self, "porteur").queryset = organismes
        self.seul = _le_seul(list(ouverts), garde)
        if self.seul or not ouverts:
            del self.fields["appel"]
            return
        champ = champ_de_lignes(self, "appel")
        champ.queryset = ouverts
        if garde in ouverts:
            champ.initial = garde
        elif garde:
            champ.help_text = f"« {garde} », pour lequel vous avez répondu, est clos."

    def appel_choisi(self) -> Appel | None:
        """None when no call is open."""
        return self.seul or self.cleaned_data.get("appel")


def _le_seul(ouverts: list[Appel], garde: Appel | None) -> Appel | None:
    """The open call, unless another was written for, or several are open: then it is asked."""
    if len(ouverts) == 1 and garde in (None, ouverts[0]):
        return ouverts[0]
    return None
