"""What an agent says of a contribution: why it is put aside, what is answered, what follows."""

from typing import Any

from django import forms

from partenaires.concertation.forms.saisies import HORS_LIGNE
from partenaires.concertation.verrous import dernier_passage
from partenaires.models import (
    Consultation,
    Contribution,
    EtapeSuite,
    MotifModeration,
    Suite,
    VerbeParole,
)
from partenaires.socle.champs import DateField
from partenaires.socle.forms.conflit import reecrire
from partenaires.socle.refus import Conflit
from partenaires.socle.vues.formulaire import numero_lu

ISSUES = [
    (VerbeParole.DONNER_SUITE.value, "Suite donnée : quelque chose change, ou a changé"),
    (VerbeParole.CLASSER.value, "Sans suite : dites la raison"),
    (VerbeParole.TRANSMETTRE.value, "Transmise : dites à qui"),
]
# Only a notice makes « illicite » a reason: it has its own form.
MOTIFS = [choix for choix in MotifModeration.choices if choix[0] != MotifModeration.ILLICITE]


def _texte(lignes: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": lignes})


class ActeForm(forms.Form):
    """An act on a contribution: `vu` says how the page showed it, so that nothing surprises.

    A button alone is one too: what refuses it is said at the head of the page.
    """

    vu = forms.CharField(widget=forms.HiddenInput, required=False)

    def montrer_le_present(self, conflit: Conflit) -> None:
        """What was typed stays; sent again, it is sent knowing what the page now shows."""
        if isinstance(conflit.present, Contribution):
            reecrire(self, "vu", str(dernier_passage(conflit.present)))
        self.add_error(None, conflit.phrase)

    def clean_vu(self) -> int:
        return numero_lu(self.cleaned_data["vu"])

    def ecrits(self) -> list[tuple[str, str]]:
        """(label, text) of what was typed at length: shown when its form is not there any more."""
        return [
            (str(champ.label), str(champ.value() or ""))
            for champ in self.visible_fields()
            if isinstance(champ.field.widget, forms.Textarea) and champ.value()
        ]


class RegleDeLaCharteForm(ActeForm):
    """The rule that an act cites: a line of the charter, or its words when it has none."""

    regle = forms.CharField(label="Règle de la charte", max_length=300)

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lignes = [ligne.strip() for ligne in consultation.charte_en_bref.splitlines()]
        regles = [ligne for ligne in lignes if ligne]
        if regles:
            self.fields["regle"] = forms.ChoiceField(
                label="Règle de la charte",
                choices=[("", "Choisir une règle"), *[(regle, regle) for regle in regles]],
            )
        else:
            self.fields[
                "regle"
            ].help_text = (
                "Cette consultation n’a pas encore de charte : écrivez la règle qui s’applique."
            )


class EcarterForm(RegleDeLaCharteForm):
    """Refuse or mask: reason of the list, own words, rule; its author reads the three."""

    motif = forms.ChoiceField(label="Raison", choices=[("", "Choisir une raison"), *MOTIFS])
    texte = forms.CharField(
        label="Avec vos mots",
        max_length=1000,
        widget=_texte(3),
        help_text="L’auteur ou l’autrice lit cette phrase, la raison, la règle, et comment "
        "demander qu’une autre personne relise.",
    )
    field_order = ["vu", "motif", "texte", "regle"]


class EtudeForm(ActeForm):
    """Where the synthesis counts it."""

    theme = forms.CharField(
        label="Thème, pour le bilan",
        required=False,
        max_length=60,
        help_text="Par exemple : éclairage, transports, jeux.",
    )


class ReponseForm(EtudeForm):
    """The signed answer: what becomes of it, in words; whom it is handed to."""

    issue = forms.ChoiceField(label="Ce qu’elle devient", choices=ISSUES, widget=forms.RadioSelect)
    reponse = forms.CharField(
        label="Réponse",
        max_length=3000,
        widget=_texte(5),
        help_text="Publiée à côté de la contribution, signée par le service.",
    )
    transmise_a = forms.CharField(
        label="Transmise à",
        required=False,
        max_length=150,
        help_text="Demandé pour « Transmise » : le service ou l’organisme qui décide.",
    )
    field_order = ["vu", "issue", "reponse", "transmise_a", "theme"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        est_transmise = donnees.get("issue") == VerbeParole.TRANSMETTRE
        if est_transmise and not donnees.get("transmise_a") and "transmise_a" not in self.errors:
            self.add_error("transmise_a", "Dites à qui cette contribution est transmise.")
        if not est_transmise:
            donnees["transmise_a"] = ""
        return donnees


class AvanceForm(ActeForm):
    """A step that was said is now elsewhere, or is taken away; `vue`: where the page showed it."""

    suite = forms.CharField(widget=forms.HiddenInput)
    vue = forms.CharField(widget=forms.HiddenInput, required=False)
    etape = forms.ChoiceField(
        label="Où elle en est", choices=[*EtapeSuite.choices, ("retirer", "La retirer")]
    )

    def clean_suite(self) -> int:
        return numero_lu(self.cleaned_data["suite"])

    def choisie(self, suite: Suite) -> str:
        """Where the page shows that a step is: what was just chosen for it, until it is kept."""
        est_la_sienne = self.is_bound and self["suite"].value() == str(suite.pk)
        return self["etape"].value() if est_la_sienne else suite.etape


class EtapeForm(ActeForm):
    """A dated step of what follows."""

    etape = forms.ChoiceField(label="Où elle en est", choices=EtapeSuite.choices)
    date = DateField(label="Date")
    fait = forms.CharField(label="Ce qui est fait, ou le sera", max_length=300, widget=_texte(2))


class RecoursRecuForm(ActeForm):
    """An appeal that did not come by the follow-up page: how, which day, in whose words."""

    source = forms.ChoiceField(label="Reçu", choices=HORS_LIGNE, widget=forms.RadioSelect)
    arrive_le = DateField(label="Jour où il est arrivé")
    texte = forms.CharField(
        label="Pourquoi ce texte peut être publié, selon la personne",
        required=False,
        max_length=2000,
        widget=_texte(3),
    )


class RecoursForm(ActeForm):
    """What somebody else decides of an appeal."""

    decision = forms.ChoiceField(
        label="Votre décision",
        choices=[
            ("retablir", "Le texte revient en ligne"),
            ("maintenir", "Le refus est maintenu"),
        ],
        widget=forms.RadioSelect,
    )
    reponse = forms.CharField(
        label="Réponse au recours",
        max_length=1000,
        widget=_texte(3),
        help_text="L’auteur ou l’autrice la lit.",
    )


class SignalementForm(RegleDeLaCharteForm):
    """What the service decides of a notice of illegal content."""

    numero = forms.CharField(widget=forms.HiddenInput(attrs={"data-objet": "signalement"}))
    decision = forms.ChoiceField(
        label="Votre décision",
        choices=[
            ("masquer", "Masquer la contribution"),
            ("garder", "La laisser en ligne"),
        ],
        widget=forms.RadioSelect,
    )
    raison = forms.CharField(label="Raison de la décision", max_length=1000, widget=_texte(3))
    voies = forms.CharField(
        label="Comment contester cette décision",
        max_length=600,
        widget=_texte(2),
        help_text="Lu par la personne qui a signalé. La CUA n’a pas encore donné cette phrase.",
    )
    field_order = ["vu", "decision", "raison", "voies", "regle"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regle = self.fields["regle"]
        regle.required = False
        regle.help_text = "Demandée pour masquer : l’auteur ou l’autrice la lit."

    def clean(self) -> dict[str, Any]:
        super().clean()
        masque = self.cleaned_data.get("decision") == "masquer"
        if masque and not self.cleaned_data.get("regle") and "regle" not in self.errors:
            self.add_error("regle", "Citez la règle de la charte.")
        return self.cleaned_data
