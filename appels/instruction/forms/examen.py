"""What an agent writes about a deposited dossier."""

from datetime import datetime, time, timedelta
from uuid import uuid4

from django import forms

from appels.models import (
    Complement,
    Conformite,
    DocumentDemande,
    Dossier,
    Message,
    NomPartie,
    Note,
    Piece,
)
from partenaires.socle.champs import FichierField, champ_date, champ_heure, instant_de_paris
from quartiers.horloge import a_paris

JOURS_PAR_DEFAUT = 15
FICHIERS = ("fichier_1", "fichier_2", "fichier_3")


class MotifForm(forms.Form):
    """Why."""

    motif = forms.CharField(label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class IrrecevableForm(MotifForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["motif"].help_text = "L’organisme le lira, sur le portail et dans un courriel."


class PieceExamineeForm(forms.Form):
    """Whether a document does, and what is wrong."""

    conformite = forms.ChoiceField(
        label="Conformité",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", "Pas encore vue"), *Conformite.choices],
    )
    motif = forms.CharField(label="Ce qui ne va pas", max_length=300, required=False)

    def __init__(self, *args, piece: Piece, **kwargs):
        super().__init__(
            *args,
            prefix=f"p{piece.pk}",
            initial={"conformite": piece.conformite, "motif": piece.conformite_motif},
            **kwargs,
        )
        self.piece = piece

    def clean(self):
        donnees = super().clean()
        if donnees.get("conformite") == Conformite.NON_CONFORME and not donnees.get("motif"):
            self.add_error("motif", f"Dites ce qui ne va pas dans « {self.piece.document} ».")
        return donnees

    @property
    def verdict(self) -> tuple[str, str]:
        motif = (
            self.cleaned_data["motif"]
            if self.cleaned_data["conformite"] == Conformite.NON_CONFORME
            else ""
        )
        return self.cleaned_data["conformite"], motif


class ComplementForm(forms.ModelForm):
    """What to complete or correct: a sentence for each part or document concerned, and until
    when.
    """

    jour, heure = champ_date(label="Répondre avant le"), champ_heure(label="Heure de Paris")

    class Meta:
        model = Complement
        fields = ("message",)

    def __init__(
        self, *args, dossier: Dossier, documents: list[DocumentDemande], instant: datetime, **kwargs
    ):
        defaut = a_paris(instant).date() + timedelta(days=JOURS_PAR_DEFAUT)
        super().__init__(*args, initial={"jour": defaut, "heure": time(12)}, **kwargs)
        self.instant, self.documents = instant, {f"doc-{d.pk}": d for d in documents}
        self.parties = {f"partie-{nom.value}": nom for nom in NomPartie if nom != NomPartie.PIECES}
        pieces = {p.document_id: p for p in dossier.pieces.all() if p.retiree_le is None}
        for nom, partie in self.parties.items():
            self.fields[nom] = self._champ(partie.label)
        for nom, document in self.documents.items():
            piece = pieces.get(document.pk)
            defaut = (
                piece.conformite_motif
                if piece
                else ("Joignez ce document." if document.exigence != "facultatif" else "")
            )
            self.fields[nom] = self._champ(document.libelle, defaut)
        self.order_fields([*self.parties, *self.documents, "jour", "heure", "message"])
        self.fields["message"].help_text = "Facultatif. L’organisme le lira en tête de la demande."

    @staticmethod
    def _champ(libelle: str, initial: str = "") -> forms.CharField:
        return forms.CharField(label=libelle, required=False, max_length=500, initial=initial)

    def clean(self):
        donnees = super().clean()
        if donnees.get("jour") and donnees.get("heure"):
            donnees["avant_le"] = instant_de_paris(self, donnees["jour"], donnees["heure"], "heure")
            if donnees["avant_le"] and donnees["avant_le"] <= self.instant:
                self.add_error("jour", "Ce délai est déjà passé : donnez une date à venir.")
        if not self.points():
            self.add_error(
                None,
                "Écrivez au moins une demande, dans la partie ou à côté de la pièce concernée.",
            )
        return donnees

    def points(self) -> list[tuple[str, str, DocumentDemande | None]]:
        """(part, words, document) of each point written."""
        textes = self.cleaned_data
        return [
            *(
                (nom.value, textes[cle], None)
                for cle, nom in self.parties.items()
                if textes.get(cle)
            ),
            *(
                (NomPartie.PIECES.value, textes[cle], d)
                for cle, d in self.documents.items()
                if textes.get(cle)
            ),
        ]


class MessageForm(forms.ModelForm):
    """A message with up to three files."""

    cle = forms.UUIDField(widget=forms.HiddenInput)
    fichier_1, fichier_2, fichier_3 = (
        FichierField(label=f"Fichier {rang} (facultatif)", required=False, attend=True)
        for rang in (1, 2, 3)
    )

    class Meta:
        model = Message
        fields = ("texte",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cle"].initial = uuid4

    def fichiers(self) -> list:
        return [self.cleaned_data[nom] for nom in FICHIERS if self.cleaned_data.get(nom)]


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ("texte",)
        widgets = {"texte": forms.Textarea(attrs={"rows": 4})}


class SignalForm(forms.Form):
    motif = forms.CharField(label="Ce qui doit être résolu avant toute décision", max_length=300)


class IssueForm(forms.Form):
    issue = forms.CharField(label="Comment il est résolu", max_length=300)
