"""What an agent writes about a deposited dossier."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms

from appels.instruction.demandes import Demande, exiger_un_delai
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
from appels.models.appel import Exigence
from partenaires.socle.champs import DateField, FichierField, HeureField, est_vide, instant_de_paris
from partenaires.socle.fichiers import Fichier
from partenaires.socle.forms.conflit import SurCeQuiEtaitMontre
from partenaires.socle.forms.une_fois import UneFois
from partenaires.socle.vues.formulaire import refus_sur
from quartiers.horloge import a_paris

JOURS_PAR_DEFAUT = 15
FICHIERS = ("fichier_1", "fichier_2", "fichier_3")


class MotifForm(forms.Form):
    """Why."""

    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class IrrecevableForm(MotifForm):
    """Why, for the organisation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motif"].help_text = "L’organisme le lira, sur le portail et dans un courriel."


class PieceExamineeForm(SurCeQuiEtaitMontre, forms.Form):
    """Whether a document does, and what is wrong."""

    conformite = forms.ChoiceField(
        label="Conformité",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", "Pas encore vue"), *Conformite.choices],
    )
    motif = forms.CharField(
        label="Ce qui ne va pas",
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, piece: Piece, **kwargs: Any) -> None:
        super().__init__(
            *args,
            prefix=f"p{piece.pk}",
            initial={"conformite": piece.conformite, "motif": piece.conformite_motif},
            **kwargs,
        )
        self.piece = piece

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        if donnees.get("conformite") == Conformite.NON_CONFORME and est_vide(self, "motif"):
            self.add_error("motif", f"Dites ce qui ne va pas dans « {self.piece.document} ».")
        return donnees

    @property
    def verdict(self) -> tuple[str, str]:
        """(conforme or not, what is wrong when it is not)."""
        conformite = self.cleaned_data["conformite"]
        if conformite == Conformite.NON_CONFORME:
            return conformite, self.cleaned_data["motif"]
        return conformite, ""

    @property
    def lu(self) -> tuple[str, str]:
        """The same, as it was kept when the form was made."""
        return self.piece.conformite, self.piece.conformite_motif


class ComplementForm(forms.ModelForm):
    """What to complete or correct, in each part or document concerned, and until when."""

    jour = DateField(label="Répondre avant le")
    heure = HeureField(label="Heure de Paris")

    class Meta:
        model = Complement
        fields = ("message",)

    def __init__(
        self,
        *args: Any,
        dossier: Dossier,
        documents: list[DocumentDemande],
        instant: datetime,
        **kwargs: Any,
    ) -> None:
        defaut = a_paris(instant).date() + timedelta(days=JOURS_PAR_DEFAUT)
        kwargs["initial"] = {"jour": defaut, "heure": time(12)}
        super().__init__(*args, **kwargs)
        self.instant = instant
        self.documents = {f"doc-{document.pk}": document for document in documents}
        self.parties = {
            f"partie-{partie.value}": partie for partie in NomPartie if partie != NomPartie.PIECES
        }
        presentes = {
            piece.document_id: piece for piece in dossier.pieces.all() if piece.retiree_le is None
        }
        for nom, partie in self.parties.items():
            self.fields[nom] = self._champ(partie.label)
        for nom, document in self.documents.items():
            demande = self._demande_probable(document, presentes.get(document.pk))
            self.fields[nom] = self._champ(document.libelle, demande)
        self.order_fields([*self.parties, *self.documents, "jour", "heure", "message"])
        self.fields["message"].help_text = "Facultatif. L’organisme le lira en tête de la demande."

    @staticmethod
    def _demande_probable(document: DocumentDemande, piece: Piece | None) -> str:
        """What an agent would ask about this document: proposed, to be changed."""
        if piece:
            return piece.conformite_motif
        if document.exigence == Exigence.FACULTATIF:
            return ""
        return "Joignez ce document."

    @staticmethod
    def _champ(libelle: str, initial: str = "") -> forms.CharField:
        return forms.CharField(
            label=libelle,
            required=False,
            max_length=500,
            initial=initial,
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        if donnees.get("jour") and donnees.get("heure"):
            avant_le = instant_de_paris(
                self,
                donnees["jour"],
                donnees["heure"],
                "heure",
            )
            donnees["avant_le"] = avant_le
            if avant_le:
                with refus_sur(self):
                    exiger_un_delai(avant_le, self.instant)
        if not self.points():
            self.add_error(
                None,
                "Écrivez au moins une demande, dans la partie ou à côté de la pièce concernée.",
            )
        return donnees

    def points(self) -> list[Demande]:
        """Each point written, those of the parts first."""
        demandes = []
        for cle, partie in self.parties.items():
            if texte := self.cleaned_data.get(cle):
                demandes.append(Demande(partie.value, texte))
        for cle, document in self.documents.items():
            if texte := self.cleaned_data.get(cle):
                demandes.append(Demande(NomPartie.PIECES.value, texte, document))
        return demandes


class ProlongationComplementForm(MotifForm):
    """Until when the organisation may answer, and why."""

    jour = DateField(label="Nouveau délai : répondre avant le")
    heure = HeureField(label="Heure de Paris")
    field_order = ("jour", "heure", "motif")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heure"].initial = time(12)
        self.fields["motif"].help_text = "L’organisme le lira, sur le portail et dans un courriel."

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        if donnees.get("jour") and donnees.get("heure"):
            donnees["avant_le"] = instant_de_paris(
                self,
                donnees["jour"],
                donnees["heure"],
                "heure",
            )
        return donnees


class MessageForm(UneFois, forms.ModelForm):
    """A message with up to three files."""

    cle = forms.UUIDField(widget=forms.HiddenInput)
    partie = forms.ChoiceField(
        label="À propos de",
        required=False,
        choices=[("", "Le dossier en général"), *NomPartie.choices],
    )
    fichier_1 = FichierField(
        label="Fichier 1",
        required=False,
        attend=True,
    )
    fichier_2 = FichierField(
        label="Fichier 2",
        required=False,
        attend=True,
    )
    fichier_3 = FichierField(
        label="Fichier 3",
        required=False,
        attend=True,
    )

    class Meta:
        model = Message
        fields = ("partie", "texte")

    def __init__(self, *args: Any, du_service: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cle"].initial = uuid4
        if du_service:
            del self.fields["partie"]

    def fichiers(self) -> list[Fichier]:
        """Those given."""
        return [self.cleaned_data[nom] for nom in FICHIERS if self.cleaned_data.get(nom)]


class NoteForm(forms.ModelForm):
    """A word among agents."""

    class Meta:
        model = Note
        fields = ("texte",)
        widgets = {"texte": forms.Textarea(attrs={"rows": 4})}


class SignalForm(forms.Form):
    """A flag that stops any decision."""

    motif = forms.CharField(label="Ce qui doit être résolu avant toute décision", max_length=300)


class IssueForm(forms.Form):
    """How a flag is resolved."""

    issue = forms.CharField(label="Comment il est résolu", max_length=300)
