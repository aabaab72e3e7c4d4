"""To write a contribution: its text alone is asked, all the rest is a choice."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from partenaires.concertation import reperage, reperes
from partenaires.concertation.dires import Parole
from partenaires.concertation.forms.sans_compte import SansCompteForm
from partenaires.models import Consultation, Contribution, TypeParole
from partenaires.models.contribution import LONGUEUR_MAX
from partenaires.socle.champs import AdresseField, champ_de_choix, sans_adresse
from quartiers.models import Quartier

TYPES = {  # label, and what it asks
    TypeParole.EXPERIENCE: (
        "Une expérience d’usage",
        "Ce que vous vivez, à tel endroit, à telle heure",
    ),
    TypeParole.PROPOSITION: ("Une proposition", "Ce qui pourrait être fait, par qui, où"),
    TypeParole.AVIS: ("Un avis", "Ce que vous pensez de ce qui est fait"),
}
SANS_QUARTIER = "aucun"


def types_admis(consultation: Consultation) -> list[TypeParole]:
    """What this consultation asks for, in the order of the page."""
    admis = {
        TypeParole.EXPERIENCE: consultation.admet_experiences,
        TypeParole.PROPOSITION: consultation.admet_propositions,
        TypeParole.AVIS: consultation.admet_avis,
    }
    return [un_type for un_type, est_admis in admis.items() if est_admis]


class TexteForm(SansCompteForm):
    """What everybody will read: what tells of a person in it is shown to its author once."""

    texte = forms.CharField(
        label="Votre texte",
        max_length=LONGUEUR_MAX,
        help_text="Un lieu, un moment, un fait. 3 000 caractères au plus.",
        widget=forms.Textarea(attrs={"rows": 6, "class": "long"}),
        error_messages={"required": "Écrivez au moins une phrase : un lieu, un moment, un fait."},
    )
    pseudonyme = forms.CharField(
        label="Un pseudonyme",
        required=False,
        max_length=40,
        validators=[sans_adresse],
        help_text="Publié. Sans lui : « Une habitante, un habitant ».",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    # The print of a text whose warning was read.
    vu = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def parole(self) -> Parole:
        """What was typed, once valid."""
        raise NotImplementedError

    def a_relire(self) -> list[reperage.Morceau]:
        """The text and the pseudonym with what was seen in them, unless its author saw it already.

        Sent again as it is, it passes: who reads it before publication sees the same.
        """
        tout = reperage.tout_ce_qui_parait(self.parole())
        trouvees = reperage.trouvailles(tout)
        empreinte = reperes.empreinte("vu", tout)
        if not trouvees or reperes.memes(self.cleaned_data["vu"], empreinte):
            return []
        donnees: Any = self.data
        donnees["vu"] = empreinte
        self.genres = reperage.genres_dits(trouvees)
        return reperage.morceaux(tout, trouvees)


class ContributionForm(TexteForm):
    """What is said, from where, and how to be answered."""

    type = forms.ChoiceField(label="Que voulez-vous nous dire ?", widget=forms.RadioSelect)
    quartier = forms.ChoiceField(
        label="De quel quartier parlez-vous ?", widget=forms.RadioSelect, required=False
    )
    courriel = AdresseField(
        label="Votre courriel",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ["type", "texte", "quartier", "pseudonyme", "courriel"]

    def __init__(
        self,
        donnees: QueryDict | None,
        *,
        consultation: Consultation,
        quartiers: Iterable[Quartier],
        le: datetime,
        **options: Any,
    ) -> None:
        admis = types_admis(consultation)
        self.quartiers = {quartier.code: quartier for quartier in quartiers}
        initial = {"type": admis[0], "quartier": SANS_QUARTIER, **options.pop("initial", {})}
        super().__init__(donnees, le=le, initial=initial, **options)
        champ_de_choix(self, "type").choices = [(un, TYPES[un][0]) for un in admis]
        champ_de_choix(self, "quartier").choices = [
            *[(code, quartier.nom_court) for code, quartier in self.quartiers.items()],
            (SANS_QUARTIER, "Plusieurs, ou aucun"),
        ]
        self.fields["courriel"].help_text = _sort_du_courriel(consultation)

    @property
    def types(self) -> list[tuple[Any, str]]:
        """Each choice drawn with what it asks."""
        return [
            (choix, TYPES[TypeParole(choix.data["value"])][1]) for choix in self["type"].subwidgets
        ]

    def parole(self) -> Parole:
        """What was typed, once valid."""
        dit = self.cleaned_data
        return Parole(
            type=dit["type"],
            texte=dit["texte"],
            quartier=self.quartiers.get(dit["quartier"]),
            pseudonyme=dit["pseudonyme"],
            courriel=dit["courriel"],
        )


def _sort_du_courriel(consultation: Consultation) -> str:
    """Never published, and how long it is kept, as far as the CUA has said."""
    mois = consultation.conservation_des_courriels
    if mois is None:
        return "Jamais publié : il sert à vous répondre. Sa durée de conservation n’est pas fixée."
    return f"Jamais publié. Effacé {mois} mois après la réponse."


class CorrectionForm(TexteForm):
    """The same words without what was refused; its type and its quartier stay."""

    field_order = ["texte", "pseudonyme"]

    def __init__(
        self, donnees: QueryDict | None, *, contribution: Contribution, le: datetime
    ) -> None:
        self.contribution = contribution
        dits = {"texte": contribution.texte, "pseudonyme": contribution.pseudonyme}
        super().__init__(donnees, le=le, initial=dits)

    def parole(self) -> Parole:
        """What was typed, once valid."""
        return Parole(
            type=self.contribution.type,
            texte=self.cleaned_data["texte"],
            titre=self.contribution.titre,
            pseudonyme=self.cleaned_data["pseudonyme"],
        )


class RecoursForm(SansCompteForm):
    """Why a text that was refused or masked may be published."""

    texte = forms.CharField(
        label="Pourquoi votre texte peut être publié",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Une autre personne que celle qui a décidé relit votre texte et votre raison.",
    )


class CodeForm(forms.Form):
    """The code that was shown after the sending."""

    code = forms.CharField(
        label="Votre code de suivi",
        max_length=80,
        help_text="Douze lettres et chiffres, par exemple ABCD-EFGH-IJKL.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "moyen"}
        ),
    )
