"""Documents and bank coordinates."""

from collections.abc import Sequence
from typing import Any

from django import forms

from appels.models import DocumentDemande, Piece
from appels.redaction.documents import LigneDeDocument
from partenaires.models import DocumentOrganisme
from partenaires.socle.champs import BicField, FichierField, IbanField, champ_de_choix
from partenaires.socle.forms.conflit import MontreLePresent
from quartiers.francais import jour


class PieceForm(forms.Form):
    """One file for one document asked."""

    fichier = FichierField(label="Fichier", attend=True)


Prise = tuple[DocumentDemande, DocumentOrganisme | Piece]


class PriseForm(forms.Form):
    """What the organisation already has for what is asked, to join at once; ticked when sure."""

    prendre = forms.MultipleChoiceField(
        label="Votre organisme a déjà ces documents",
        help_text="Cochez ce qui répond bien à la demande, décochez ce qui n’est plus à jour : "
        "vous l’enverrez plus bas.",
        widget=forms.CheckboxSelectMultiple,
        required=False,  # nothing has to be taken: the button asks for one
        error_messages={
            "invalid_choice": "Un document coché n’est plus à prendre ici : relisez cette page."
        },
    )

    def __init__(self, *args: Any, lignes: Sequence[LigneDeDocument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prises: dict[str, Prise] = {}
        sures = []
        for ligne in lignes:
            if deja_la := ligne.deja_la:
                genre = type(deja_la).__name__.lower()
                cle = f"{ligne.document.pk}-{genre}-{deja_la.pk}"
                self.prises[cle] = (ligne.document, deja_la)
                if ligne.est_sur:
                    sures.append(cle)
        champ = champ_de_choix(self, "prendre")
        champ.choices = [(cle, _dite(*prise)) for cle, prise in self.prises.items()]
        champ.initial = sures

    def clean_prendre(self) -> list[str]:
        cochees: list[str] = self.cleaned_data["prendre"]
        if not cochees:
            raise forms.ValidationError("Cochez au moins un document.")
        return cochees

    @property
    def en_vaut_la_peine(self) -> bool:
        """One document has its own button."""
        return len(self.prises) > 1 or self.is_bound

    def choisis(self) -> list[Prise]:
        """Those that are ticked."""
        return [self.prises[cle] for cle in self.cleaned_data["prendre"]]


def _dite(document: DocumentDemande, deja_la: DocumentOrganisme | Piece) -> str:
    """« Statuts : « statuts.pdf », joint le 3 mars 2026 pour CV-2026-0012 »."""
    if isinstance(deja_la, Piece):
        nom = "" if deja_la.est_chiffree else f"« {deja_la.nom} », "
        pour = deja_la.dossier.numero or f"« {deja_la.dossier} »"
        return f"{document} : {nom}joint le {jour(deja_la.ajoutee_le)} pour {pour}"
    nom = "" if deja_la.est_bancaire else f"« {deja_la.nom} », "
    date = f", daté du {jour(deja_la.date)}" if deja_la.date else ""
    return f"{document} : {nom}de votre porte-documents{date}"


class CoordonneesForm(MontreLePresent, forms.Form):
    """Bank coordinates: checked, then encrypted; never shown again whole without a logged act."""

    titulaire = forms.CharField(
        label="Titulaire du compte",
        max_length=150,
        help_text="Le nom écrit sur le relevé : celui de l’organisme.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    iban = IbanField(label="IBAN")
    bic = BicField(label="BIC")
    vue = forms.CharField(widget=forms.HiddenInput, required=False)
