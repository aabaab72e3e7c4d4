"""What an agent writes once for the dossiers ticked."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms

from appels.instruction.demandes import Demande, exiger_un_delai
from appels.instruction.forms.examen import JOURS_PAR_DEFAUT
from appels.models import DocumentDemande, NomPartie
from partenaires.socle.champs import DateField, HeureField, champ_de_choix, instant_de_paris
from partenaires.socle.forms.une_fois import UneFois
from partenaires.socle.vues.formulaire import refus_sur
from quartiers.horloge import a_paris


class DemandeForm(forms.Form):
    """The document or the part to complete, the same for all, and until when."""

    quoi = forms.ChoiceField(label="Pièce ou partie à compléter")
    demande = forms.CharField(
        label="Ce qui est demandé", max_length=500, initial="Joignez ce document."
    )
    jour = DateField(label="Répondre avant le")
    heure = HeureField(label="Heure de Paris")
    message = forms.CharField(
        label="Message",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Facultatif. Chaque organisme le lira en tête de la demande.",
    )

    def __init__(
        self,
        *args: Any,
        documents: list[DocumentDemande],
        instant: datetime,
        **options: Any,
    ) -> None:
        defaut = a_paris(instant).date() + timedelta(days=JOURS_PAR_DEFAUT)
        options["initial"] = {"jour": defaut, "heure": time(12)}
        super().__init__(*args, **options)
        self.instant = instant
        self.documents = {f"doc-{document.pk}": document for document in documents}
        parties = [
            (f"partie-{partie.value}", str(partie.label))
            for partie in NomPartie
            if partie != NomPartie.PIECES
        ]
        champ_de_choix(self, "quoi").choices = [
            ("", "Choisir"),
            ("Pièces", [(cle, str(document)) for cle, document in self.documents.items()]),
            ("Parties", parties),
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        if donnees.get("jour") and donnees.get("heure"):
            avant_le = instant_de_paris(self, donnees["jour"], donnees["heure"], "heure")
            donnees["avant_le"] = avant_le
            if avant_le:
                with refus_sur(self):
                    exiger_un_delai(avant_le, self.instant)
        return donnees

    def point(self) -> Demande:
        """What is asked of each."""
        quoi, texte = self.cleaned_data["quoi"], self.cleaned_data["demande"]
        document = self.documents.get(quoi)
        if document:
            return Demande(NomPartie.PIECES.value, texte, document)
        return Demande(quoi.removeprefix("partie-"), texte)


class MessageForm(UneFois, forms.Form):
    """One message for many; sent twice, it is written once."""

    cle = forms.UUIDField(widget=forms.HiddenInput)
    texte = forms.CharField(
        label="Message", max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    attend_reponse = forms.BooleanField(
        label="Une réponse est attendue",
        required=False,
        help_text="Coché, chaque dossier à examiner passe chez son porteur jusqu’à sa réponse.",
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["cle"].initial = uuid4


class SansRienForm(forms.Form):
    """An act that only asks to be confirmed."""
